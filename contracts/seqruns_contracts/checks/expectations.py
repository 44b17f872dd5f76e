"""Expectations: what replies must be, each a function from exchanges to the evidence against them, or None."""

from __future__ import annotations

from typing import TYPE_CHECKING

from seqruns_contracts.checks.kinds import Expect, Probe, View
from seqruns_contracts.model.exchange import Ask, Evidence, Exchange
from seqruns_contracts.model.matching import matcher
from seqruns_contracts.model.oracle import Difference, compare, expect, ids_of, order_difference

if TYPE_CHECKING:
    from collections.abc import Sequence

    from seqruns_contracts.model.query import Query

UNFIT = frozenset({403, 404, 405, 406, 413, 414, 431})
"""Further statuses that text unfit for any value may be refused with, by the endpoint or by a gateway before it."""


def ask_for(
    query: Query, expect: Expect | None = None, *, plain: Query | None = None, apart: Sequence[Query] = ()
) -> Probe:
    """Return the probe of one query; without an expectation its reply must be the page the census says."""
    return Probe(
        asks=(Ask(query=query),),
        expect=expect or page_is_right,
        apart=tuple(Ask(query=each) for each in apart),
        plain=plain,
    )


def page_is_right(exchanges: Sequence[Exchange], view: View) -> Evidence | None:
    """Expect of every reply the page that the census says."""
    found = (_page_evidence(exchange, view) for exchange in exchanges)
    return next((evidence for evidence in found if evidence is not None), None)


def _page_evidence(exchange: Exchange, view: View) -> Evidence | None:
    query, page = exchange.ask.query, exchange.reply.page
    if page is None:
        if _is_past_the_end(exchange, view):
            return None
        return Evidence(exchange=exchange, expected=_page_in_words(query, view))
    differences = compare(page, query, view.census, ordered=view.ordered, ties=view.ties, contents=view.contents)
    if not differences:
        return None
    return Evidence(exchange=exchange, expected=_page_in_words(query, view), differences=tuple(differences))


def _is_past_the_end(exchange: Exchange, view: View) -> bool:
    """Return whether a refusal may be for an offset at or past the end, which only an assumed check forbids."""
    query, reply = exchange.ask.query, exchange.reply
    # A chain: the offset is not 0, and at least as large as the list is long.
    past = 0 < query.offset >= len(expect(view.census, query).must)
    return past and (reply.refused or reply.status in UNFIT)


def page_is_right_or_refused(exchanges: Sequence[Exchange], view: View) -> Evidence | None:
    """Allow the page the census says, or a refusal: for text that a server may hold to be no value at all.

    A 404 for plain text in a filter is none: it is what a server says that takes an empty page for an error.
    """
    ask, reply = exchanges[-1].ask, exchanges[-1].reply
    # But a gateway answers a NUL or a quote with 404, too: for hostile text it is a refusal like any other.
    is_nothing_found = reply.status == 404 and ask.query.filters and not ask.is_hostile
    if reply.refused or (reply.status in UNFIT and not is_nothing_found):
        return None
    return page_is_right(exchanges, view)


def same_every_time(exchanges: Sequence[Exchange], _: View) -> Evidence | None:
    """Compare the replies to one request with each other: the same runs in the same order."""
    pages = [exchange.reply.page for exchange in exchanges]
    # Without any page the list is one of no runs, and nothing changed.
    first, *others = [page.runs for page in pages if page is not None] or [()]
    changed = next((runs for runs in others if ids_of(runs) != ids_of(first)), None)
    if changed is None:
        return None
    # The same ids, each as often: a page on which a run stands twice has more runs than the page before it.
    found = (order_difference(changed, first),) if sorted(ids_of(changed)) == sorted(ids_of(first)) else ()
    return Evidence(exchange=exchanges[-1], expected="the same runs in the same order as before", differences=found)


def is_refused_or_selects_nothing_else(exchanges: Sequence[Exchange], _: View) -> Evidence | None:
    """Allow a refusal, or a page on which no run fails the filters."""
    exchange = exchanges[-1]
    runs = exchange.reply.page.runs if exchange.reply.page else ()
    matches = matcher(exchange.ask.query.filters)
    # Only what is known to fail: of a run that does not show its status nobody can say that it is another one.
    strangers = tuple(run for run in runs if matches(run) is False)
    if not strangers:
        return None
    found = Difference(kind="unexpected", text=f"{len(strangers)} runs that do not match", runs=ids_of(strangers))
    return Evidence(exchange=exchange, expected="status 422 (or 400), or no runs", differences=(found,))


def is_empty(exchanges: Sequence[Exchange], view: View) -> Evidence | None:
    """Allow only an empty page with a total of 0."""
    page = exchanges[-1].reply.page
    # A total that is always wrong is a finding of its own, so here it may be anything.
    if page is not None and not page.runs and not (page.total and view.census.stated is None):
        return None
    return Evidence(exchange=exchanges[-1], expected="status 200, no runs, a total of 0")


def is_refused(exchanges: Sequence[Exchange], _: View) -> Evidence | None:
    """Allow only a 422, or a 400."""
    if exchanges[-1].reply.refused:
        return None
    return Evidence(exchange=exchanges[-1], expected="status 422 (or 400) with an error body")


def has_status(status: int) -> Expect:
    """Return the expectation of one status."""
    expected = f"status {status}" + (" with an error body" if status >= 400 else "")

    def expect_status(exchanges: Sequence[Exchange], _: View) -> Evidence | None:
        wrong = (exchange for exchange in exchanges if exchange.reply.status != status)
        return next((Evidence(exchange=exchange, expected=expected) for exchange in wrong), None)

    return expect_status


def is_no_server_error(exchanges: Sequence[Exchange], _: View) -> Evidence | None:
    """Allow any answer but a 5xx."""
    if exchanges[-1].reply.status < 500:
        return None
    return Evidence(exchange=exchanges[-1], expected="a refusal, or a page: never a server error")


def _page_in_words(query: Query, view: View) -> str:
    expectation = expect(view.census, query)
    if expectation.may or not expectation.exact:
        return "status 200 and a page of runs that match"
    return f"status 200, {len(expectation.page(query))} runs, a total of {len(expectation.must)}"
