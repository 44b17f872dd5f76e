"""Parameters as such: empty ones, and the query string as a whole."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

from seqruns_gallery.building.exhibit import fault, stepping
from seqruns_gallery.building.reading import crash, pairs_of
from seqruns_mock.core.query import FACTS, parse_query
from seqruns_mock.core.refusal import Refusal

if TYPE_CHECKING:
    from collections.abc import Callable

    from seqruns_gallery.building.exhibit import Change, Fault
    from seqruns_mock.core.query import RunQuery

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


FAULTS: tuple[Fault, ...] = (
    fault("unknown-parameter-crashes", "A parameter that there is not is a 500.", crashing_on(has_unknown)),
    fault("repeated-parameter-crashes", "A parameter that is given twice is a 500.", crashing_on(has_repeated)),
    fault("bracketed-parameter-crashes", "A parameter such as phone[] is a 500.", crashing_on(has_brackets)),
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
)
