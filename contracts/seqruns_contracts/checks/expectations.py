"""Judges: what replies must be, each a function from exchanges to a mismatch or None."""

from __future__ import annotations

from typing import TYPE_CHECKING

from seqruns_contracts.checks.kinds import Ask, Exchange, Judge, Mismatch, Probe, View
from seqruns_contracts.model.oracle import Difference, compare, expect, matches

if TYPE_CHECKING:
    from collections.abc import Sequence

    from seqruns_contracts.model.query import Query

UNFIT = frozenset({403, 404, 405, 406, 413, 414, 431})
"""Further statuses that text unfit for any value may be refused with, by the endpoint or by a gateway before it."""


def asking(query: Query, judge: Judge | None = None, *, turn: int = 0) -> Probe:
    """Return the probe of one query; without a judge, its reply must be the page the census says."""
    return Probe(asks=(Ask(query=query, turn=turn),), judge=judge or page_is_right)


def page_is_right(exchanges: Sequence[Exchange], view: View) -> Mismatch | None:
    """Hold every reply against the page that the census says."""
    for position, exchange in enumerate(exchanges):
        mismatch = _page_mismatch(exchange, view)
        if mismatch:
            return Mismatch(expected=mismatch.expected, differences=mismatch.differences, at=position)
    return None


def _page_mismatch(exchange: Exchange, view: View) -> Mismatch | None:
    query, page = exchange.ask.query, exchange.reply.page
    if page is None:
        if _is_past_the_end(exchange, view):
            return None
        return Mismatch(expected=_page_in_words(query, view))
    differences = compare(page, query, view.census, ordered=view.ordered, contents=view.contents)
    if not differences:
        return None
    return Mismatch(expected=_page_in_words(query, view), differences=tuple(differences))


def _is_past_the_end(exchange: Exchange, view: View) -> bool:
    """Return whether a refusal may be for an offset at or past the end, which only an assumed check forbids."""
    query, reply = exchange.ask.query, exchange.reply
    past = 0 < query.offset >= len(expect(view.census, query).must)
    return past and (reply.refused or reply.status in UNFIT)


def page_is_right_or_refused(exchanges: Sequence[Exchange], view: View) -> Mismatch | None:
    """Allow the page the census says, or a refusal: for text that a server may hold to be no value at all.

    A 404 for plain text in a filter is none: it is what a server says that takes an empty page for an error.
    """
    ask, reply = exchanges[-1].ask, exchanges[-1].reply
    is_nothing_found = reply.status == 404 and ask.query.filters and not ask.is_hostile
    if reply.refused or (reply.status in UNFIT and not is_nothing_found):
        return None
    return page_is_right(exchanges, view)


def same_every_time(exchanges: Sequence[Exchange], _: View) -> Mismatch | None:
    """Hold the replies to one request against each other: the same runs in the same order."""
    pages = [exchange.reply.page for exchange in exchanges]
    lists = [[run.id for run in page.runs] for page in pages if page is not None]
    if all(ids == lists[0] for ids in lists):
        return None
    return Mismatch(expected="the same runs in the same order as before")


def is_refused_or_selects_nothing_else(exchanges: Sequence[Exchange], _: View) -> Mismatch | None:
    """Allow a refusal, or a page on which no run fails the filters."""
    exchange = exchanges[-1]
    runs = exchange.reply.page.runs if exchange.reply.page else ()
    strangers = tuple(run for run in runs if matches(run, exchange.ask.query.filters) is False)
    if not strangers:
        return None
    found = Difference(kind="unexpected", text=f"{len(strangers)} runs that do not match", runs=strangers)
    return Mismatch(expected="status 422 (or 400), or no runs", differences=(found,))


def is_empty(exchanges: Sequence[Exchange], _: View) -> Mismatch | None:
    """Allow only an empty page with a total of 0."""
    page = exchanges[-1].reply.page
    if page is not None and not page.runs and not page.total:
        return None
    return Mismatch(expected="status 200, no runs, a total of 0")


def is_refused(exchanges: Sequence[Exchange], _: View) -> Mismatch | None:
    """Allow only a 422, or a 400."""
    return None if exchanges[-1].reply.refused else Mismatch(expected="status 422 (or 400) with an error body")


def has_status(status: int) -> Judge:
    """Return a judge of one status."""

    def judge(exchanges: Sequence[Exchange], _: View) -> Mismatch | None:
        for position, exchange in enumerate(exchanges):
            if exchange.reply.status != status:
                return Mismatch(expected=_status_in_words(status), at=position)
        return None

    return judge


def _status_in_words(status: int) -> str:
    return f"status {status}" + (" with an error body" if status >= 400 else "")


def is_no_server_error(exchanges: Sequence[Exchange], _: View) -> Mismatch | None:
    """Allow any answer but a 5xx."""
    if exchanges[-1].reply.status < 500:
        return None
    return Mismatch(expected="a refusal, or a page: never a server error")


def _page_in_words(query: Query, view: View) -> str:
    expectation = expect(view.census, query)
    if expectation.may or not expectation.exact:
        return "status 200 and a page of runs that match"
    return f"status 200, {len(expectation.page(query))} runs, a total of {len(expectation.must)}"
