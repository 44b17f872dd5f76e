"""The order of the list: which one is open, but it must be one."""

from __future__ import annotations

from typing import TYPE_CHECKING

from seqruns.document import facts
from seqruns_contracts.checks.expectations import page_is_right, same_every_time
from seqruns_contracts.checks.kinds import Ask, Grade, Probe, View, check, on_every_answer
from seqruns_contracts.model.query import Query

if TYPE_CHECKING:
    from collections.abc import Iterator


STABLE = "order.is-stable"


@check(
    STABLE,
    "The same request gives the same order while the data stays the same.",
    clauses=["order.stable"],
    needs="at least 2 runs; runs with one start time are the hardest",
)
def order_is_stable(view: View) -> Iterator[Probe]:
    """Ask the same again, for a large page, for the default one, and for a filtered one."""
    if view.census.total > 1:
        large = Query.of(limit=min(view.census.total, facts().limit_maximum))
        yield Probe(asks=tuple(Ask(query=query, turn=1) for query in (large, Query())), judge=page_is_right)
    for status, times in view.census.statuses.most_common(1):
        query = Query.of(status=status, **view.census.base.meaning, limit=facts().limit_maximum)
        if times > 1:
            yield Probe(asks=(Ask(query=query), Ask(query=query, turn=1)), judge=same_every_time)


SAME_UNDER_FILTERS = on_every_answer(
    "order.is-kept-under-filters",
    "A filtered list keeps the order of the whole list.",
    clauses=["order.open"],
    grade=Grade.ASSUMED,
)
