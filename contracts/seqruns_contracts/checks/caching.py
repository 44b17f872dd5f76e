"""What a server keeps from one request to the next: nothing of the question."""

from __future__ import annotations

from typing import TYPE_CHECKING

from seqruns_contracts.checks.kinds import Ask, Exchange, Mismatch, Probe, View, check
from seqruns_contracts.model.query import Query

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence


@check(
    "caching.forgets-earlier-filters",
    "A request without filters lists all runs, whatever was asked before it.",
    clauses=["filters.and", "order.stable"],
    needs="runs in two statuses",
)
def forgets_earlier_filters(view: View) -> Iterator[Probe]:
    """Ask for everything before and after asking for each of two statuses."""
    statuses = sorted(view.census.statuses)[:2]
    if len(statuses) == 2:
        plain = Query()
        asks = [Ask(query=plain)]
        for turn, status in enumerate(statuses, start=7):
            asks += [Ask(query=Query.of(status=status)), Ask(query=plain, turn=turn)]
        yield Probe(asks=tuple(asks), judge=_is_not_filtered_by_what_came_before, conclusive=True)


def _is_not_filtered_by_what_came_before(exchanges: Sequence[Exchange], _: View) -> Mismatch | None:
    totals = [exchange.reply.page.total if exchange.reply.page else None for exchange in exchanges]
    everything, first, after_first, second, after_second = totals
    if first == after_first != everything and second == after_second != everything:
        return Mismatch(expected=f"status 200, a total of {everything}, as before the filters")
    return None
