"""Moving the bounds of a window, as numbers: microseconds since 1970 UTC."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any, Final

from seqruns_gallery.building.listing import asking

if TYPE_CHECKING:
    from collections.abc import Callable

    from seqruns_gallery.building.exhibit import Change
    from seqruns_mock.core.query import RunQuery

MILLISECOND: Final = 1_000
SECOND: Final = 1_000_000
MINUTE: Final = 60 * SECOND
HOUR: Final = 60 * MINUTE
DAY: Final = 24 * HOUR


def floor_to(unit: int, instant: int) -> int:
    """Return the last multiple of a unit that is not later than an instant."""
    return instant // unit * unit


def moving(move: Callable[[int], int], *names: str) -> Change:
    """Return the change that moves the bounds named, or both, once they are numbers."""

    def rewrite(query: RunQuery) -> RunQuery:
        bounds = {name: getattr(query, name) for name in names or ("before", "after")}
        moved: dict[str, Any] = {name: None if bound is None else move(bound) for name, bound in bounds.items()}
        return replace(query, **moved)

    return asking(rewrite)
