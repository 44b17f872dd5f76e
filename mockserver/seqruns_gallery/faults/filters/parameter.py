"""Parameters as such: empty ones, and the query string as a whole."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

from seqruns_gallery.building.exhibit import assumed, fault, stepping
from seqruns_gallery.building.listing import (
    FILTERS,
    PREDICATES,
    page_of,
    passes_every_filter,
    phone,
    rows_of_store,
    without,
)
from seqruns_gallery.building.reading import crash, pairs_of
from seqruns_mock.core.query import FACTS, parse_query
from seqruns_mock.core.refusal import Refusal
from seqruns_mock.core.store import Selection

if TYPE_CHECKING:
    from collections.abc import Callable

    from seqruns_gallery.building.exhibit import Change, Fault
    from seqruns_mock.core.query import RunQuery
    from seqruns_mock.core.store import RunStore
    from seqruns_mock.http.pipeline import Mock

NOBODY = ""
"""A value that no run has."""


def when_empty(act: Callable[[RunQuery, str], RunQuery], *names: str) -> Change:
    """Return the change that does something else with parameters that are there but empty."""

    def parse(query_string: str) -> RunQuery:
        query = parse_query(query_string)
        for name, text in pairs_of(query_string).items():
            if name in names and not text:
                query = act(query, name)
        return query

    return stepping(parse=parse)


def refuse(_query: RunQuery, name: str) -> RunQuery:
    """Refuse an empty parameter."""
    raise Refusal(422, f"{name}: '' is invalid.")


def crash_on(_query: RunQuery, _name: str) -> RunQuery:
    """Stand for a parser that is given nothing."""
    crash()


def meaning(value: Any) -> Callable[[RunQuery, str], RunQuery]:
    """Return what takes an empty parameter for a value."""
    return lambda query, name: replace(query, **{name: value})


def crashing_on(is_fatal: Callable[[str], object]) -> Change:
    """Return the change that answers 500 to some query strings."""

    def parse(query_string: str) -> RunQuery:
        if is_fatal(query_string):
            crash()
        return parse_query(query_string)

    return stepping(parse=parse)


def has_unknown(query_string: str) -> bool:
    """Return whether there is a parameter that the endpoint does not have."""
    return not pairs_of(query_string).keys() <= set(FACTS.parameters)


def has_repeated(query_string: str) -> bool:
    """Return whether a parameter is there twice."""
    names = [pair.partition("=")[0] for pair in query_string.split("&") if pair]
    return len(set(names)) < len(names)


def has_brackets(query_string: str) -> bool:
    """Return whether a parameter is written as a list or an object."""
    return any("[" in name for name in pairs_of(query_string))


def repeats_a_filter(query_string: str) -> bool:
    """Return whether a filter is there twice, which some frameworks make a list of."""
    names = [pair.partition("=")[0] for pair in query_string.split("&")]
    return any(names.count(name) > 1 for name in FILTERS)


def has_bracketed(*names: str) -> Callable[[str], bool]:
    """Return whether one of these is written as a list or an object."""
    return lambda query_string: any(name.partition("[")[0] in names for name in pairs_of(query_string) if "[" in name)


def without_zeros(query_string: str) -> RunQuery:
    """Read a query whose filters are dropped where they are "0", which is false in some languages."""
    pairs = [pair for pair in query_string.split("&") if pair not in {f"{name}=0" for name in FILTERS}]
    return parse_query("&".join(pairs))


def by_page(query_string: str) -> RunQuery:
    """Read a query in which `page` may stand for an offset."""
    query, page = parse_query(query_string), pairs_of(query_string).get("page", "")
    return replace(query, offset=query.limit * (int(page) - 1)) if page.isdecimal() else query


def any_status(query_string: str) -> RunQuery:
    """Read a query in which two statuses are a list of both, which leaves no run out."""
    query = parse_query(query_string)
    given = {pair for pair in query_string.split("&") if pair.startswith("status=") and pair != "status="}
    return without(query, "status") if len(given) > 1 else query


def understanding_operators(mock: Mock) -> Mock:
    """Stand for a query string that becomes objects, and objects that are operators of a document store."""
    not_equal: list[str] = []

    def parse(query_string: str) -> RunQuery:
        not_equal[:] = [text for name, text in pairs_of(query_string).items() if name == "phone[$ne]"]
        return mock.pipeline.parse(query_string)

    def select(store: RunStore, query: RunQuery) -> Selection:
        if not not_equal:
            return store.select(query)
        rows = [row for row in rows_of_store(store) if passes_every_filter(row[1], query, PREDICATES)]
        rows = [row for row in rows if phone(row[1]) != not_equal[0]]
        return Selection(rows=[number for number, _ in page_of(rows, query)], total=len(rows))

    return replace(mock, pipeline=replace(mock.pipeline, parse=parse, select=select))


FAULTS: tuple[Fault, ...] = (
    fault("unknown-parameter-crashes", "An unknown parameter is a 500.", crashing_on(has_unknown)),
    fault("repeated-parameter-crashes", "A parameter that is given twice is a 500.", crashing_on(has_repeated)),
    fault("bracketed-parameter-crashes", "A parameter such as phone[] is a 500.", crashing_on(has_brackets)),
    fault(
        "repeated-filter-crashes",
        "A filter that is given twice is a 500: it is a list then, and lists have no strip().",
        crashing_on(repeats_a_filter),
    ),
    fault(
        "bracketed-bound-crashes",
        "before[] and after[] are a 500: lists are no date-times.",
        crashing_on(has_bracketed("before", "after")),
    ),
    fault(
        "parameter-name-not-utf-8-crashes",
        "A parameter whose name is no UTF-8 is a 500.",
        crashing_on(lambda query_string: any("\ufffd" in name for name in pairs_of(query_string))),
    ),
    fault(
        "zero-counts-as-absent",
        "A filter of 0 counts as absent: `if ($phone)` is false for the text 0.",
        stepping(parse=without_zeros),
    ),
    assumed(
        "operators-understood",
        "phone[$ne] is handed to a document store as it came, so it leaves out a number.",
        understanding_operators,
    ),
    fault(
        "empty-date-crashes",
        "An empty `before` or `after` is a 500.",
        when_empty(crash_on, "before", "after"),
    ),
    fault("empty-channel-refused", "An empty `channel_id` is a 422: no UUID.", when_empty(refuse, "channel_id")),
    fault("empty-limit-crashes", "An empty `limit` is a 500: int('') raises.", when_empty(crash_on, "limit")),
    fault(
        "empty-phone-finds-nothing",
        "An empty `phone` is compared like any other, and nobody has it.",
        when_empty(meaning(NOBODY), "phone"),
    ),
    fault("empty-limit-is-zero", "An empty `limit` is zero, so no run comes.", when_empty(meaning(0), "limit")),
    fault(
        "name-without-a-value-crashes",
        "A name without a value is null, and null has no strip(): a 500.",
        crashing_on(lambda query_string: any(name in query_string.split("&") for name in FACTS.parameters)),
    ),
    assumed(
        "repeated-status-is-any-of",
        "A status that is given twice becomes a list, and the comparison an IN.",
        stepping(parse=any_status),
    ),
    assumed("page-understood", "`page` counts pages, though nobody documents it.", stepping(parse=by_page)),
)
