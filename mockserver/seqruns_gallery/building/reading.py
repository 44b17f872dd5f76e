"""Reading the query string in other ways: another parser for a parameter, or another text to be parsed."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, NoReturn, TypeAlias
from urllib.parse import parse_qsl, urlencode

from seqruns_gallery.building.exhibit import Building, stepping
from seqruns_mock.core.query import RunQuery, parse_query
from seqruns_mock.core.refusal import Refusal, quote

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from seqruns_gallery.building.exhibit import Change

    Parse: TypeAlias = Callable[[str], RunQuery]


def crash() -> NoReturn:
    """Stand for an exception that nobody caught: the framework answers 500."""
    raise Refusal(500, "Internal server error")


def pairs_of(query_string: str) -> dict[str, str]:
    """Return the last value of each parameter, decoded; bytes that are no UTF-8 stay visible as replacements."""
    return dict(parse_qsl(query_string, keep_blank_values=True, encoding="utf-8", errors="replace"))


@dataclass(frozen=True, slots=True, kw_only=True)
class WrittenQuery(RunQuery):
    """A query that remembers how it was written."""

    written: Mapping[str, str] = field(default_factory=dict, compare=False)
    """The decoded text of each parameter."""


def written(query: RunQuery, name: str) -> str:
    """Return the text of a parameter that was given."""
    assert isinstance(query, WrittenQuery)  # noqa: S101 - the catalogue pairs it with `reading`
    return query.written[name]


def reading(**parsers: Callable[[str], Any]) -> Change:
    """Return the change that reads some parameters with other parsers; they raise ValueError or Refusal.

    They are given the decoded text, which is never empty.
    """
    return stepping(parse=lambda query_string: parse_with(parsers, query_string))


def parse_with(parsers: Mapping[str, Callable[[str], Any]], query_string: str) -> WrittenQuery:
    """Return the query with some parameters read by these parsers and all others as they should be."""
    pairs = pairs_of(query_string)
    values: dict[str, Any] = {}
    problems: list[str] = []
    for name, parser in parsers.items():
        if pairs.get(name):
            try:
                values[name] = parser(pairs[name])
            except ValueError as problem:
                problems.append(f"{name}: {quote(pairs[name])} {problem}.")
    try:
        # The rest is parsed even where something was wrong already: all problems are told at once (contract.md,
        # "Errors").
        query = parse_query(without_names(query_string, parsers))
    except Refusal as refusal:
        problems += refusal.descriptions
    if problems:
        raise Refusal(422, *problems)
    fields = {name: getattr(query, name) for name in RunQuery.__dataclass_fields__}
    return WrittenQuery(**{**fields, **values}, written=pairs)


def without_names(query_string: str, names: Mapping[str, object]) -> str:
    """Return the query string without some of its parameters; the others stay byte for byte."""
    # By the name as it is written: what is percent-encoded in a name stays, since clients do not encode these.
    return "&".join(pair for pair in query_string.split("&") if pair.partition("=")[0] not in names)


def rewriting(rewrite: Callable[[str], str], *names: str) -> Change:
    """Return the change that rewrites the text of some parameters before it is parsed."""

    def parse(query_string: str) -> RunQuery:
        # Empty ones are left alone, as they count as absent.
        pairs = {name: rewrite(text) for name, text in pairs_of(query_string).items() if name in names and text}
        return parse_query(f"{without_names(query_string, pairs)}&{urlencode(pairs)}")

    return stepping(parse=parse)


def refusing(is_refused: Callable[[str], bool], *names: str) -> Change:
    """Return the change that refuses some texts of some parameters, though they are right."""

    def around(parse: Parse) -> Parse:
        def refused(query_string: str) -> RunQuery:
            query = parse(query_string)
            pairs = pairs_of(query_string)
            texts = [(name, pairs[name]) for name in names if pairs.get(name)]
            problems = [f"{name}: {quote(text)} is invalid." for name, text in texts if is_refused(text)]
            if problems:
                raise Refusal(422, *problems)
            return query

        return refused

    return Building({"parse": around})


def crashing(is_fatal: Callable[[str], bool], *names: str) -> Change:
    """Return the change that answers 500 to some texts of some parameters, before anything looks at them."""

    def around(parse: Parse) -> Parse:
        def crashed(query_string: str) -> RunQuery:
            pairs = pairs_of(query_string)
            if any(is_fatal(pairs[name]) for name in names if pairs.get(name)):
                crash()
            return parse(query_string)

        return crashed

    return Building({"parse": around})


def bounds(parser: Callable[[str], Any]) -> Change:
    """Return the change that reads both time bounds with another parser."""
    return reading(before=parser, after=parser)
