"""Dimensions in which two targets differ."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from seqruns_contracts.dialect.looking import Sight
    from seqruns_contracts.model.exchange import Ask

_TABLES = {
    "limit": {"page", "numbers"},
    "offset": {"page", "numbers"},
    "phone": {"phone"},
    "status": {"status"},
    "channel_id": {"channel"},
    "before": {"time"},
    "after": {"time"},
}
"""The tables of a dialect file that are about a parameter."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Split:
    """A dimension in which two targets differ."""

    name: str
    sights: tuple[Sight, Sight]
    asks: frozenset[Ask]
    """What was asked to see it."""

    @property
    def statuses(self) -> tuple[int, int]:
        """The statuses that show it."""
        return self.sights[0].exchange.reply.status, self.sights[1].exchange.reply.status


def tables_of(ask: Ask) -> set[str]:
    """Return the tables of a dialect file that a request may show something of."""
    tables = {"parameters"}.union(*(_TABLES.get(name, set()) for name, _ in ask.query.parameters))
    tables |= {"sequence"} if ask.sequence_id is not None else set()
    return tables | ({"access"} if ask.credentials is not None else set())


def differ(first: Sight, second: Sight) -> bool:
    """Return whether no value would have shown what both show; what is no value at all is no matter of a dimension."""
    ours, theirs = first.values, second.values
    # Ranges are what a cap may be: from 137 on at A, whose list has 137 runs, and from 500 on at B, fit each other.
    if isinstance(ours, range) and isinstance(theirs, range):
        return max(ours.start, theirs.start) >= min(ours.stop, theirs.stop)
    # Of a list, one value in common is enough: A "does this or that", B "does that".
    if isinstance(ours, tuple) and (ours or first.value is None):
        return bool(ours) and is_seen(second) and not any(value in theirs for value in ours)
    return is_seen(first) and is_seen(second) and second.value not in ours and first.value != second.value


def is_seen(sight: Sight) -> bool:
    """Return whether a target does what is a value of the dimension."""
    return sight.value is not None or not isinstance(sight.values, tuple)
