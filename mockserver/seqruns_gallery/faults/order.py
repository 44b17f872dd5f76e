"""The order of the list, on which paging rests."""

from __future__ import annotations

from random import Random
from typing import TYPE_CHECKING

from seqruns_gallery.exhibit import assumed, fault
from seqruns_gallery.listing import given, listing, start

if TYPE_CHECKING:
    from collections.abc import Callable

    from seqruns_gallery.exhibit import Change, Fault
    from seqruns_gallery.listing import Row
    from seqruns_mock.core.query import RunQuery
    from seqruns_mock.http.app import Mock


def shuffling(*, when: Callable[[RunQuery], object] = bool, key: Callable[[Row], int] = lambda _row: 0) -> Change:
    """Return the change that shuffles rows with an equal key, anew for every request that it concerns."""

    def change(mock: Mock) -> Mock:
        dice = Random(0)  # noqa: S311 - a shuffle, and always the same one

        def order(rows: list[Row], query: RunQuery) -> list[Row]:
            return sorted(dice.sample(rows, len(rows)), key=key) if when(query) else rows

        return listing(order=order)(mock)

    return change


def newest_first(row: Row) -> int:
    """Return the key of an order by start time alone."""
    return -start(row[1])


def by_id(row: Row) -> str:
    """Return the key of an order by id."""
    return row[1]["id"]


def oldest_first_on_small_pages(rows: list[Row], query: RunQuery) -> list[Row]:
    """Return the rows as the index gives them that the planner takes for a small limit."""
    return rows[::-1] if query.limit < 20 else rows


def oldest_first_with_filters(rows: list[Row], query: RunQuery) -> list[Row]:
    """Return the rows as the index gives them that the planner takes where there is a condition."""
    return rows[::-1] if given(query) else rows


def unsorted_later(rows: list[Row], query: RunQuery) -> list[Row]:
    """Return the rows in order on the first page, by id on the others."""
    return sorted(rows, key=by_id) if query.offset else rows


def ties_by_page_size(rows: list[Row], query: RunQuery) -> list[Row]:
    """Return the rows, with ties in one order for small pages (heap sort) and in the other for large ones."""
    return sorted(sorted(rows, key=by_id, reverse=query.limit < 50), key=newest_first)


FAULTS: tuple[Fault, ...] = (
    fault(
        "ties-in-random-order",
        "ORDER BY created_at alone: runs that start together change places between requests.",
        shuffling(key=newest_first),
    ),
    fault("no-order-with-filters", "A filtered list has no ORDER BY.", shuffling(when=given)),
    assumed(
        "order-depends-on-filters",
        "A filtered list comes oldest first, the whole list newest first.",
        listing(order=oldest_first_with_filters),
    ),
    fault(
        "order-depends-on-limit",
        "Pages below 20 runs come oldest first, larger ones newest first.",
        listing(order=oldest_first_on_small_pages),
    ),
    fault(
        "ties-depend-on-limit",
        "Runs that start together come in another order on small pages than on large ones.",
        listing(order=ties_by_page_size),
    ),
    fault(
        "order-depends-on-offset",
        "The first page is sorted by start time, the others by id.",
        listing(order=unsorted_later),
    ),
)
