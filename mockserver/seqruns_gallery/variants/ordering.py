"""The order of the list, which the contract leaves open."""

from __future__ import annotations

from typing import TYPE_CHECKING

from seqruns_gallery.building.exhibit import variant
from seqruns_gallery.building.listing import given, instant, listing, start

if TYPE_CHECKING:
    from seqruns_gallery.building.exhibit import Variant
    from seqruns_gallery.building.listing import Row
    from seqruns_mock.core.query import RunQuery


def oldest_first_in_a_window(rows: list[Row], query: RunQuery) -> list[Row]:
    """Return the rows in the order of the index that answers the query."""
    return rows[::-1] if {"before", "after"} & set(given(query)) else rows


def ties_reversed(rows: list[Row], _query: RunQuery) -> list[Row]:
    """Return the rows, newest start first, then by descending id."""
    by_id = sorted(rows, key=lambda row: row[1]["id"], reverse=True)
    return sorted(by_id, key=lambda row: -start(row[1]))


VARIANTS: tuple[Variant, ...] = (
    variant("oldest-first", "The oldest start comes first.", listing(order=lambda rows, _query: rows[::-1])),
    variant(
        "ordered-by-id",
        "Runs are sorted by id.",
        listing(order=lambda rows, _query: sorted(rows, key=lambda row: row[1]["id"])),
    ),
    variant(
        "ordered-by-last-update",
        "The latest update comes first.",
        listing(order=lambda rows, _query: sorted(rows, key=lambda row: -instant(row[1]["updated_at"]))),
    ),
    variant(
        "ties-by-descending-id",
        "Runs that start together come with the highest id first.",
        listing(order=ties_reversed),
    ),
    variant(
        "oldest-first-in-a-window",
        "A list with a window comes oldest first, every other newest first.",
        listing(order=oldest_first_in_a_window),
    ),
)
