"""The order of the list, which the contract leaves open."""

from __future__ import annotations

from typing import TYPE_CHECKING

from seqruns_gallery.building.exhibit import variant

if TYPE_CHECKING:
    from seqruns_gallery.building.exhibit import Variant

VARIANTS: tuple[Variant, ...] = (
    variant(
        "oldest-first", "The oldest start comes first.", dialect={"order.first": "oldest", "order.ties": "highest-id"}
    ),
    variant("ordered-by-id", "Runs are sorted by id.", dialect={"order.first": "lowest-id"}),
    variant(
        "ordered-by-last-update",
        "The latest update comes first.",
        dialect={"order.first": "latest-update", "order.ties": "newest"},
    ),
    variant(
        "ties-by-descending-id",
        "Runs that start together come with the highest id first.",
        dialect={"order.ties": "highest-id"},
    ),
    variant(
        "oldest-first-in-a-window",
        "A list with a window comes oldest first, every other newest first.",
        dialect={"order.in_a_window": "reversed"},
    ),
)
