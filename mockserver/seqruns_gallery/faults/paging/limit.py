"""`limit`: how many runs a page holds."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from seqruns_gallery.building.exhibit import assumed, fault, stepping
from seqruns_gallery.building.listing import (
    PREDICATES,
    asking,
    page_of,
    passes_every_filter,
    rows_of_store,
)
from seqruns_gallery.building.reading import crashing, pairs_of, reading, refusing
from seqruns_gallery.building.showing import enveloping
from seqruns_mock.core.query import parse_query
from seqruns_mock.core.store import Selection

if TYPE_CHECKING:
    from collections.abc import Callable

    from seqruns_gallery.building.exhibit import Change, Fault
    from seqruns_mock.core.query import RunQuery
    from seqruns_mock.core.store import RunStore


MENU = (10, 25, 50, 100)
"""The page sizes that a user interface offers."""


ALL = 10**9


def paged(change: Callable[[int, int], tuple[int, int]]) -> Change:
    """Return the change that takes another limit and offset for those given."""

    def otherwise(query: RunQuery) -> RunQuery:
        limit, offset = change(query.limit, query.offset)
        return replace(query, limit=max(0, limit), offset=max(0, offset))

    return asking(otherwise)


def defaulting(limit: int) -> Change:
    """Return the change to another default limit."""

    def parse(query_string: str) -> RunQuery:
        query = parse_query(query_string)
        return query if pairs_of(query_string).get("limit") else replace(query, limit=limit)

    return stepping(parse=parse)


def all_of_a_window(query_string: str) -> RunQuery:
    """Return the query with a limit that leaves nothing out, where both bounds are given and no limit."""
    query = parse_query(query_string)
    is_window = query.before is not None is not query.after
    return replace(query, limit=ALL) if is_window and not pairs_of(query_string).get("limit") else query


def limit_before_filters(store: RunStore, query: RunQuery) -> Selection:
    """Return the runs of an unfiltered page that match: the filter is applied to what was loaded."""
    page = page_of(rows_of_store(store), query)
    rows = [number for number, run in page if passes_every_filter(run, query, PREDICATES)]
    return Selection(rows=rows, total=store.select(query).total)


def from_the_menu(limit: int, offset: int) -> tuple[int, int]:
    """Return the page size of the menu that is nearest."""
    return min(MENU, key=lambda size: abs(size - limit)), offset


def is_number_above(most: int) -> Callable[[str], bool]:
    """Return a test whether a text is a whole number above some bound."""
    return lambda text: text.isdecimal() and (len(text) > 30 or int(text) > most)


def number_or_default(default: int) -> Callable[[str], int]:
    """Return a parser that reads zero, too, and takes anything else for the default."""
    return lambda text: min(int(text), 500) if text.isdecimal() and len(text) < 10 else default


def below_zero_is_all(text: str) -> int:
    """Return a limit, and a huge one for what is below zero."""
    return 10**9 if text.startswith("-") else number_or_default(50)(text)


def as_float(text: str) -> int:
    """Return a number of any notation, if it is whole."""
    number = float(text) if text.isascii() and len(text) < MOST_DIGITS else -1
    if number != int(number) or number < 0:
        raise ValueError("is not a whole number")
    return int(number)


MOST_DIGITS = 300
"""Longer ones are no float any more."""

FAULTS: tuple[Fault, ...] = (
    fault("limit-default-is-20", "Without a limit a page has 20 runs.", defaulting(20)),
    fault("limit-default-is-none", "Without a limit all runs come.", defaulting(10**9)),
    fault("limit-ignored", "A page always has 50 runs.", paged(lambda _limit, offset: (50, offset))),
    fault(
        "limit-plus-one",
        "One run too many: the row that tells whether there is more is not cut off.",
        paged(lambda limit, offset: (limit + 1, offset)),
    ),
    fault("limit-minus-one", "One run too few.", paged(lambda limit, offset: (limit - 1, offset))),
    fault(
        "limit-capped-at-100",
        "A limit above 100 is silently 100; 500 is documented.",
        paged(lambda limit, offset: (min(limit, 100), offset)),
    ),
    fault(
        "limit-above-100-refused",
        "A limit above 100 is a 422; 500 is documented.",
        refusing(is_number_above(100), "limit"),
    ),
    fault(
        "limit-at-least-10",
        "A limit below 10 is silently 10.",
        paged(lambda limit, offset: (max(limit, 10), offset)),
    ),
    fault("limit-from-a-menu", "The limit is the nearest of 10, 25, 50 and 100.", paged(from_the_menu)),
    fault(
        "limit-is-the-end",
        "The slice is [offset:limit], so only the first page is right.",
        paged(lambda limit, offset: (limit - offset, offset)),
    ),
    fault(
        "limit-before-filters",
        "A page is loaded and then filtered, so pages are short and matches are missing.",
        stepping(select=limit_before_filters),
    ),
    fault(
        "limit-of-one-is-an-object",
        "With one run on the page `data` is that run, not a list.",
        enveloping(lambda runs, total: {"data": runs[0] if len(runs) == 1 else runs, "total": total}),
    ),
    fault(
        "limit-huge-crashes",
        "A limit that does not fit into 64 bits is a 500.",
        crashing(is_number_above(2**63 - 1), "limit"),
    ),
    fault(
        "limit-of-zero-crashes",
        "A limit of zero is a 500: a division by zero.",
        crashing(lambda t: t == "0", "limit"),
    ),
    fault(
        "limit-words-crash",
        "A limit that is no number is a 500.",
        crashing(lambda text: not text.removeprefix("-").isdecimal(), "limit"),
    ),
    assumed(
        "limit-below-zero-means-all",
        "A limit below zero is no limit, as in SQLite.",
        reading(limit=below_zero_is_all),
    ),
    assumed(
        "limit-words-ignored",
        "A limit that is no number counts as absent.",
        reading(limit=number_or_default(50)),
    ),
    assumed(
        "numbers-read-as-python-reads-them",
        "int() takes 1_0 for 10, drops spaces, and knows the digits of every script.",
        reading(limit=int, offset=int),
    ),
    assumed(
        "numbers-read-as-floats",
        "A limit or offset of 5.0 or 5e1 is taken for a whole number.",
        reading(limit=as_float, offset=as_float),
    ),
    fault(
        "limit-null-crashes",
        "What a script sends for nothing (null, undefined, NaN) is a 500 as a limit.",
        crashing(lambda text: text in {"null", "undefined", "NaN", "None"}, "limit", "offset"),
    ),
    fault(
        "limit-held-in-a-byte",
        "The limit is held in eight bits, so 300 is 44.",
        paged(lambda limit, offset: (limit % 256 or limit, offset)),
    ),
    fault(
        "limit-is-none-in-a-window",
        "Between two bounds all runs come where no limit is given: a report, not a page.",
        stepping(parse=all_of_a_window),
    ),
)
