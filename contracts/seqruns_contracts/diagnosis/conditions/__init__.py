"""Conditions: what a request may have about it that makes a target answer it with an error."""

from __future__ import annotations

from typing import TYPE_CHECKING

from seqruns_contracts.diagnosis.conditions.kinds import Condition
from seqruns_contracts.diagnosis.conditions.limits import of_limits
from seqruns_contracts.diagnosis.conditions.queries import of_the_query
from seqruns_contracts.diagnosis.conditions.texts import LIMIT, NUMBER, PHONE, TEXT, TIME
from seqruns_contracts.diagnosis.conditions.values import of_bad_values, of_empty, of_kinds, of_values
from seqruns_contracts.diagnosis.explanations.kinds import BOUNDS, TEXTS
from seqruns_contracts.model.query import FILTERS, PAGING

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from seqruns_contracts.diagnosis.history import History
    from seqruns_contracts.model.exchange import Observation


def conditions(history: History, failing: Sequence[Observation]) -> Iterator[Condition]:
    """Yield the conditions that hold of any of the failing requests, the plainest first."""
    world = history.world
    for condition in (*_all(history), *of_bad_values(failing)):
        if any(condition.holds(world, seen.ask.query) for seen in failing):
            yield condition


def _all(history: History) -> Iterator[Condition]:
    for group, classes in ((PAGING, NUMBER), (TEXTS, TEXT), (BOUNDS, TIME)):
        for names in (*((name,) for name in group), group):
            yield from of_kinds(names, classes)
    yield from of_kinds(("limit",), LIMIT)
    yield from of_kinds(("phone",), PHONE)
    anything = (*PAGING, *FILTERS)
    yield from of_kinds(
        anything,
        {
            name: TEXT[name]
            for name in ("nul", "broken-bytes", "nul-or-broken-bytes", "control", "quote", "beyond-ascii")
        },
    )
    yield from of_empty(anything)
    yield from of_values(history)
    yield from of_limits(history)
    yield from of_the_query()


__all__ = ["Condition", "conditions"]
