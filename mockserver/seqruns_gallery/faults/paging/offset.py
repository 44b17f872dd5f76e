"""`offset`: where a page begins, and what comes at the end of the list."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from seqruns_gallery.building.exhibit import assumed, fault, stepping
from seqruns_gallery.building.listing import (
    FILTERS,
    PREDICATES,
    asking,
    counting,
    given,
    listing,
    page_of,
    passes_every_filter,
    rows_of_store,
    start,
    without,
)
from seqruns_gallery.building.reading import crash, crashing, pairs_of
from seqruns_gallery.building.showing import ODD_ROW
from seqruns_gallery.faults.paging.limit import is_number_above, paged
from seqruns_mock.core.query import parse_query
from seqruns_mock.core.refusal import Refusal
from seqruns_mock.core.store import Selection

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from seqruns_gallery.building.exhibit import Fault
    from seqruns_gallery.building.listing import Row
    from seqruns_mock.core.query import RunQuery
    from seqruns_mock.core.store import RunStore


def skip_before_filters(store: RunStore, query: RunQuery) -> Selection:
    """Return the first matches among the runs that are left once so many of all runs are skipped."""
    left = rows_of_store(store)[query.offset :]
    rows = [number for number, run in left if passes_every_filter(run, query, PREDICATES)]
    return Selection(rows=rows[: query.limit], total=store.select(query).total)


def visible(rows: Sequence[Row], query: RunQuery) -> Sequence[Row]:
    """Return the page without the runs that the caller may not see, which are found out last."""
    return [row for row in page_of(rows, query) if row[0] % 50 != ODD_ROW]


def after_the_last_seen(rows: Sequence[Row], query: RunQuery) -> Sequence[Row]:
    """Return the rows that start before the last one skipped, so that its equals are lost."""
    if not 0 < query.offset <= len(rows):
        return page_of(rows, query)
    seen = start(rows[query.offset - 1][1])
    return [row for row in rows[query.offset :] if start(row[1]) < seen][: query.limit]


def full_pages_only(rows: Sequence[Row], query: RunQuery) -> Sequence[Row]:
    """Return the page, or nothing if it is not full and not the first."""
    page = page_of(rows, query)
    return page if len(page) == query.limit or query.offset == 0 else []


def filled_up(rows: Sequence[Row], query: RunQuery) -> Sequence[Row]:
    """Return the page; a short last one begins earlier, so that it is full."""
    if query.offset < len(rows) < query.offset + query.limit:
        return rows[max(0, len(rows) - query.limit) :]
    return page_of(rows, query)


def last_page_again(rows: Sequence[Row], query: RunQuery) -> Sequence[Row]:
    """Return the page, or the last one there is when the offset is past the end."""
    if query.offset < len(rows):
        return page_of(rows, query)
    return rows[-query.limit :]


def first_page_again(rows: Sequence[Row], query: RunQuery) -> Sequence[Row]:
    """Return the page, or the first one when the offset is past the end."""
    return page_of(rows, query) or rows[: query.limit]


def refused_past_the_end(status: int) -> Callable[[RunStore, RunQuery], Selection]:
    """Return a selection that refuses a page past the end."""

    def select(store: RunStore, query: RunQuery) -> Selection:
        selection = store.select(query)
        if query.offset and query.offset >= selection.total:
            raise Refusal(status, "There is no such page.")
        return selection

    return select


def overflowing(most: int) -> Callable[[str], RunQuery]:
    """Return a reader of queries that crashes where an offset fits into a number, and the end of its page does not."""

    def parse(query_string: str) -> RunQuery:
        query = parse_query(query_string)
        # From the text, as the mock reads no number beyond 10**18.
        offset = int(pairs_of(query_string).get("offset") or 0)
        if offset <= most < offset + query.limit:
            crash()
        return query

    return parse


def zero_is_one(query_string: str) -> RunQuery:
    """Return the query, in which an offset of 0 that is given skips a run: by default 0, else a count from one."""
    query = parse_query(query_string)
    return replace(query, offset=1) if pairs_of(query_string).get("offset") == "0" else query


def unfiltered_later(query: RunQuery) -> RunQuery:
    """Return the query without its filters on any page but the first."""
    return without(query, *FILTERS) if query.offset else query


def no_offset_with_filters(query: RunQuery) -> RunQuery:
    """Return the query from the beginning when it filters."""
    return replace(query, offset=0) if given(query) else query


FAULTS: tuple[Fault, ...] = (
    fault("offset-ignored-altogether", "Every page is the first.", paged(lambda limit, _offset: (limit, 0))),
    fault(
        "offset-ignored-with-filters",
        "With a filter every page is the first.",
        asking(no_offset_with_filters),
    ),
    fault(
        "offset-is-a-page-number",
        "The offset counts pages.",
        paged(lambda limit, offset: (limit, offset * limit)),
    ),
    fault(
        "offset-in-whole-pages",
        "The offset is divided by the limit to get a page number, so it is rounded down.",
        paged(lambda limit, offset: (limit, offset // limit * limit)),
    ),
    fault(
        "offset-counts-from-one",
        "The first run has the offset 1, so every later page repeats one run.",
        paged(lambda limit, offset: (limit, offset - 1)),
    ),
    fault(
        "offset-capped-at-100",
        "An offset above 100 is silently 100.",
        paged(lambda limit, offset: (limit, min(offset, 100))),
    ),
    fault(
        "offset-beyond-32-bits-crashes",
        "An offset that does not fit into 32 bits is a 500.",
        crashing(is_number_above(2**31 - 1), "offset"),
    ),
    fault(
        "offset-beyond-64-bits-crashes",
        "An offset that does not fit into 64 bits is a 500, even where one more bit than a database has is fine.",
        crashing(is_number_above(2**64 - 1), "offset"),
    ),
    fault(
        "offset-beyond-any-float-crashes",
        "An offset of hundreds of digits is a 500: it becomes Infinity, which is no number of rows.",
        crashing(lambda text: text.isdecimal() and len(text) > 308, "offset"),
    ),
    fault(
        "offset-negative-crashes",
        "A negative offset is a 500: the database refuses it.",
        crashing(lambda text: text.startswith("-"), "offset"),
    ),
    fault(
        "filters-forgotten-on-later-pages",
        "With an offset the filters are not used.",
        asking(unfiltered_later),
    ),
    fault(
        "offset-before-filters",
        "The offset skips runs before they are filtered.",
        stepping(select=skip_before_filters),
    ),
    fault(
        "page-loses-what-is-hidden",
        "One run of fifty may not be seen, which is found out only on its page: the page is short.",
        listing(page=visible),
    ),
    fault(
        "last-page-dropped",
        "A page that is not full does not come.",
        listing(page=full_pages_only),
    ),
    fault(
        "last-page-filled-up",
        "A short last page begins earlier, so that it is full.",
        listing(page=filled_up),
    ),
    fault(
        "keyset-skips-equals",
        "The next page holds what starts before the last run seen; runs that start with it are lost.",
        listing(page=after_the_last_seen),
    ),
    fault(
        "offset-wraps-at-32-bits",
        "The offset is held in 32 bits, so the first page comes again behind 4,294,967,295.",
        paged(lambda limit, offset: (limit, offset % 2**32)),
    ),
    fault(
        "past-the-end-repeats-the-last-page",
        "Past the end the last page comes.",
        listing(page=last_page_again),
    ),
    fault("past-the-end-is-the-first-page", "Past the end the first page comes.", listing(page=first_page_again)),
    assumed(
        "past-the-end-is-404",
        "Past the end the answer is a 404.",
        stepping(select=refused_past_the_end(404)),
    ),
    fault(
        "past-the-end-counts-nothing",
        "COUNT(*) OVER () has no row to stand in, so past the end the total is 0.",
        counting(lambda _store, _query, selection: selection.total if selection.rows else 0),
    ),
    fault(
        "offset-and-limit-overflow-31-bits",
        "The end of the page is counted in 31 bits: behind the last offset that fits into them it is a 500.",
        stepping(parse=overflowing(2**31 - 1)),
    ),
    fault(
        "offset-and-limit-overflow-63-bits",
        "The end of the page is counted in 63 bits: behind the last offset that fits into them it is a 500.",
        stepping(parse=overflowing(2**63 - 1)),
    ),
    fault(
        "offset-of-zero-skips-one",
        "An offset of 0 skips a run where it is given, and none where it is the default.",
        stepping(parse=zero_is_one),
    ),
)
