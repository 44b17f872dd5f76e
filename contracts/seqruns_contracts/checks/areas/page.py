"""Pages: the defaults, the page size, the offset, and that pages make up the whole list."""

from __future__ import annotations

from itertools import pairwise
from typing import TYPE_CHECKING

from seqruns.document import facts
from seqruns_contracts.checks.expectations import (
    ask_for,
    has_status,
    is_refused,
    page_is_right,
    page_is_right_or_refused,
)
from seqruns_contracts.checks.kinds import Grade, Probe, View, check
from seqruns_contracts.model.exchange import Evidence, Exchange
from seqruns_contracts.model.oracle import Difference
from seqruns_contracts.model.query import Query

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from seqruns_contracts.model.census import Census


# Each is a number to some parser: "1_0" and " 1" to Python, "5e1" and "0x10" to JavaScript, foreign digits to `\d`.
NO_NUMBERS = (
    ("limit", "null"),
    ("limit", "1.5"),
    ("offset", "5.0"),
    ("limit", "1_0"),
    ("offset", "0x10"),
    ("offset", "\N{ARABIC-INDIC DIGIT FIVE}"),
    ("limit", " 1"),
)
BEYOND_A_BYTE = 300
FAR = 2**31 - 1
"""An offset far behind the end of any list, the last one of 32 bits: with a limit added it does not fit into them."""


def _page(view: View, **paging: int) -> Query:
    """Return the query for a page; where the list never holds still, of the window that does."""
    return Query.of(view.census.listed_by, **paging)


@check("page.limit-defaults-to-50", "Without a limit a page holds 50 runs.", clauses=["limit.default"])
def limit_default(view: View) -> Iterator[Probe]:
    """Ask for nothing, and for an offset alone; which runs come is for other checks to say."""
    if view.census.total:
        yield ask_for(Query(), _is_as_long_as_due)
        yield ask_for(Query.of(offset=1), _is_as_long_as_due)


def _is_as_long_as_due(exchanges: Sequence[Exchange], view: View) -> Evidence | None:
    exchange, census = exchanges[-1], view.census
    query, page = exchange.ask.query, exchange.reply.page
    due = max(0, min(query.limit, census.largest, census.total - query.offset))
    # The last run has nothing behind it: a list of one run may refuse to skip it, as any offset past the end.
    if (page is None and not due) or (page is not None and len(page.runs) == due):
        return None
    came = f"{len(page.runs)} runs" if page else f"status {exchange.reply.status}"
    found = (Difference(kind="size", text=f"{came} where {due} are due"),) if page else ()
    return Evidence(exchange=exchange, expected=f"status 200, {due} runs", differences=found)


@check(
    "page.offset-defaults-to-0",
    "Without an offset a page begins with the first run.",
    clauses=["offset.default"],
)
def offset_default(view: View) -> Iterator[Probe]:
    """Ask for an offset of 0, as clients send it, and for nothing."""
    if view.census.total:
        yield ask_for(_page(view, limit=3, offset=0))
        yield ask_for(_page(view))


def _pages_never_seen(census: Census) -> str:
    """Say that caps beyond the list cannot be seen: of 137 runs, at most 200 a page and at most 500 are the same."""
    longest = census.listed_total
    return f"as far as {longest} runs fill a page; a cap above that cannot be seen" if longest < census.largest else ""


@check(
    "page.has-the-size-asked-for",
    "A limit from 1 to 500 gives exactly that many runs, or what is left.",
    clauses=["limit.exact", "limit.range"],
    needs="at least 2 runs; 501 for the largest page",
    unseen=_pages_never_seen,
)
def page_size(view: View) -> Iterator[Probe]:
    """Ask for the smallest, and those around the default and the end of the list; the census asked for the largest."""
    total, largest, usual = view.census.listed_total, view.census.largest, facts().limit_default
    # One more than the default shows a limit that only ever lowers it, and one beyond a byte a limit that is held in
    # one: 300 is 44 there, and 500 is 244, which is enough for 137 runs.
    sizes = {1, usual + 1, BEYOND_A_BYTE, total}
    if total > 1:
        for size in sorted(size for size in sizes if 1 <= size <= largest):
            yield ask_for(_page(view, limit=size))


@check(
    "page.offset-skips-runs",
    "An offset skips exactly that many runs of the list.",
    clauses=["offset.meaning"],
    needs="at least 2 runs",
)
def offset_skips(view: View) -> Iterator[Probe]:
    """Ask with offsets that a page number, or a multiple of the limit, could be mistaken for."""
    total = view.census.listed_total
    # `offset=1&limit=10` as page 1 begins at 10; offset 7 rounded to pages of 5 begins at 5.
    for offset, limit in ((1, 10), (7, 5), (total // 2, 7)):
        if 0 < offset < total:
            yield ask_for(_page(view, limit=limit, offset=offset))


@check(
    "page.pages-make-the-whole-list",
    "Pages of any sizes, laid end to end, are the whole list: nothing lost, nothing twice.",
    clauses=["page.complete", "page.mixed"],
    needs="at least 2 runs; runs with one start time are the hardest",
)
def pages_fit(view: View) -> Iterator[Probe]:
    """Walk the list in pages of 50 and of other sizes, and cut it inside runs with equal start times.

    The first page of 50 is that of a request without parameters.
    """
    reach = min(view.census.listed_total, len(view.census.listed))
    if reach < 2:
        return
    largest = view.census.largest
    usual = min(facts().limit_default, largest)
    for offset in range(usual, min(reach, 3 * usual), usual):
        yield ask_for(_page(view, offset=offset, limit=usual))
    # Three pages or so, whatever the length: `largest - 1`, as the census walked in pages of `largest`
    # already.
    step = max(1, min(reach // 3, largest - 1))
    # From the second one on: the first is the beginning of every other page without an offset.
    for offset in range(step, reach, step):
        yield ask_for(_page(view, limit=step, offset=offset))
    # Where the order does not decide between two runs, one may come on both pages and the other on none.
    for cut in _cuts_inside_ties(view)[:2]:
        size = min(cut, 9)
        halves = ask_for(_page(view, limit=size, offset=cut - size)), ask_for(_page(view, limit=11, offset=cut))
        yield Probe(asks=halves[0].asks + halves[1].asks, expect=page_is_right)


def _cuts_inside_ties(view: View) -> list[int]:
    """Return the positions between two neighbours of the list that started at the same instant."""
    return [
        position
        for position, (left, right) in enumerate(pairwise(view.census.listed), start=1)
        if left.start is not None and left.start == right.start
    ]


@check(
    "page.last-page-holds-what-is-left",
    "The last page holds the runs that are left, however large the limit is.",
    clauses=["limit.exact"],
    needs="at least 2 runs",
)
def last_page(view: View) -> Iterator[Probe]:
    """Ask over the end of the list."""
    total = view.census.listed_total
    if total > 1:
        # One run is left for a page of 50; the walk of `pages_fit` ends with a short page as well.
        yield ask_for(_page(view, offset=total - 1))


@check(
    "page.past-the-end-is-empty",
    "Past the end a page is empty, and the total is what it was.",
    clauses=["offset.past-end", "total.any-page"],
)
def past_the_end(view: View) -> Iterator[Probe]:
    """Ask at the end, behind it, and where a counter of 32 bits is back at 0; a refusal is looked at elsewhere."""
    total = view.census.listed_total
    if total:
        for offset in (total, FAR, 2**32):
            yield ask_for(_page(view, limit=5, offset=offset), page_is_right_or_refused)


@check(
    "page.past-the-end-is-no-error",
    "Past the end is answered with 200.",
    clauses=["offset.past-end"],
    grade=Grade.ASSUMED,
)
def past_the_end_is_fine(view: View) -> Iterator[Probe]:
    """Ask at the end and behind it."""
    for offset in (view.census.total, FAR) if view.census.total else ():
        yield ask_for(Query.of(limit=5, offset=offset), has_status(200))


@check(
    "page.limit-out-of-range-is-refused",
    "A limit below 1 or above 500 is refused.",
    clauses=["limit.range", "errors.invalid"],
    grade=Grade.ASSUMED,
)
def limit_out_of_range(_: View) -> Iterator[Probe]:
    """Ask just outside of the range, and below zero."""
    for limit in (facts().limit_minimum - 1, facts().limit_maximum + 1, -1):
        yield ask_for(Query.of(limit=limit), is_refused)


@check(
    "page.offset-below-0-is-refused",
    "An offset below 0 is refused.",
    clauses=["offset.range", "errors.invalid"],
    grade=Grade.ASSUMED,
)
def offset_out_of_range(_: View) -> Iterator[Probe]:
    """Ask just outside of the range."""
    yield ask_for(Query.of(offset=facts().offset_minimum - 1), is_refused)


@check(
    "page.numbers-must-be-whole",
    "A limit or offset that is no whole number is refused.",
    clauses=["errors.invalid"],
    grade=Grade.ASSUMED,
)
def numbers_must_be_whole(_: View) -> Iterator[Probe]:
    """Ask with the word that a script sends for nothing, fractions, other notations and digits, and a space."""
    for name, value in NO_NUMBERS:
        yield ask_for(Query.of({name: value}), is_refused)


CHECKS = (
    limit_default,
    offset_default,
    page_size,
    offset_skips,
    pages_fit,
    last_page,
    past_the_end,
    past_the_end_is_fine,
    limit_out_of_range,
    offset_out_of_range,
    numbers_must_be_whole,
)
