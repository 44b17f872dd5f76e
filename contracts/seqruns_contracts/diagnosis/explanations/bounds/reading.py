"""The text of a bound: its zone, and readers that take it for another instant."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, TypeAlias

from seqruns_contracts.diagnosis.explanations.kinds import BOUNDS
from seqruns_contracts.model.instants import SECOND, read_instant

if TYPE_CHECKING:
    from collections.abc import Callable

    Read: TypeAlias = Callable[[str], int | None]
    Misread: TypeAlias = tuple[str, Read, str, str]
    """The end of the id, the reader, the sentence with `{bounds}` for the parameters, and where to look."""

MINUTE, HOUR, DAY = 60 * SECOND, 3600 * SECOND, 86400 * SECOND
UNITS = {
    "millisecond": SECOND // 1000,
    "second": SECOND,
    "minute": MINUTE,
    "hour": HOUR,
    "day": DAY,
}
_ZONE = re.compile(r"([Zz]|[+-]\d\d(?::?\d\d)?)$")
SIDES = (BOUNDS, ("before",), ("after",))
"""Both bounds, or only one of them."""


def zone_of(text: str) -> str:
    """Return the offset that a date-time ends in, `Z` or nothing; a bare date has none."""
    found = _ZONE.search(text[10:])
    return found[1] if found else ""


def local_of(text: str) -> str:
    """Return a date-time without its offset."""
    return text[: len(text) - len(zone_of(text))]


def then_read(change: Callable[[int], int]) -> Read:
    """Return a reader that moves the instant."""

    def read(text: str) -> int | None:
        instant = read_instant(text)
        return None if instant is None else change(instant)

    return read


def rewritten(change: Callable[[str], str]) -> Read:
    """Return a reader of another text."""
    return lambda text: read_instant(change(text))


def rezoned(change: Callable[[str, str, str], str]) -> Read:
    """Return a reader that takes a numeric offset otherwise, given its sign, hours and minutes."""

    def rewrite(text: str) -> str:
        zone = zone_of(text)
        return local_of(text) + change(zone[0], zone[1:3], zone[-2:]) if zone[:1] in {"+", "-"} else text

    return rewritten(rewrite)


def piece_of(names: tuple[str, ...]) -> str:
    """Return what one bound, or both, are called in an id."""
    return names[0] if len(names) == 1 else "window"
