"""The order of the list: which one is open, but it must be one, whatever was asked before."""

from __future__ import annotations

from typing import TYPE_CHECKING

from seqruns_contracts.checks.answers import shows_runs
from seqruns_contracts.checks.expectations import page_is_right, same_every_time
from seqruns_contracts.checks.kinds import Grade, PassiveCheck, Probe, View, check
from seqruns_contracts.model.exchange import Ask, Evidence, Exchange
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
        # Turns that no other check uses, so that these requests are really sent between the filtered ones.
        for turn, status in enumerate(statuses, start=7):
            asks += [Ask(query=Query.of(status=status)), Ask(query=plain, turn=turn)]
        yield Probe(asks=tuple(asks), expect=_is_not_filtered_by_what_came_before, conclusive=True)


def _is_not_filtered_by_what_came_before(exchanges: Sequence[Exchange], _: View) -> Evidence | None:
    totals = [exchange.reply.page.total if exchange.reply.page else None for exchange in exchanges]
    everything, first, after_first, second, after_second = totals
    # Each list without filters has the total of the filtered one before it: the filter was kept. One such pair could be
    # data that moved; two, with another total each, are not.
    if first == after_first != everything and second == after_second != everything:
        return Evidence(exchange=exchanges[-1], expected=f"status 200, a total of {everything}, as before the filters")
    return None


@check(
    "order.is-stable",
    "The same request gives the same order while the data stays the same.",
    clauses=["order.stable"],
    needs="at least 2 runs; runs with one start time are the hardest",
)
def order_is_stable(view: View) -> Iterator[Probe]:
    """Ask the same again, for a large page, for the default one, and for a filtered one."""
    census = view.census
    if census.listed_total > 1:
        default = Query.of(census.listed_by)
        large = default.with_(limit=min(census.listed_total, census.largest))
        # The first time was the reading of the census, with which the oracle compares.
        yield Probe(asks=tuple(Ask(query=query, turn=1) for query in (large, default)), expect=page_is_right)
    for status, times in view.census.statuses.most_common(1):
        query = Query.of(status=status, **view.census.base.meaning, limit=view.census.largest)
        if times > 1:
            yield Probe(asks=(Ask(query=query), Ask(query=query, turn=1)), expect=same_every_time)


SAME_UNDER_FILTERS = PassiveCheck(
    id="order.is-kept-under-filters",
    grade=Grade.ASSUMED,
    law="A filtered list keeps the order of the whole list.",
    clauses=("order.open",),
    needs="a page with runs",
    looks_at=shows_runs,
)

CHECKS = (forgets_earlier_filters, order_is_stable, SAME_UNDER_FILTERS)
