"""The query string as a dialect reads it."""

from __future__ import annotations

import re
from functools import partial
from typing import TYPE_CHECKING, Any, Final
from urllib.parse import unquote_to_bytes

from seqruns_mock.core.query import FACTS, RunQuery
from seqruns_mock.core.refusal import Refusal, quote
from seqruns_mock.http.dialect.choice import OutOfRangeError, WrongValueError, choose
from seqruns_mock.http.dialect.times import FAR, parse_bound
from seqruns_mock.http.dialect.values import (
    ABSENT,
    NOTHING,
    cap_of,
    parse_channel_id,
    parse_limit,
    parse_offset,
    parse_phone,
    parse_status,
)

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from seqruns.dialect import Dialect

_PARSERS: Final[Mapping[str, Callable[[Dialect, str], object]]] = {
    "limit": parse_limit,
    "offset": parse_offset,
    "phone": parse_phone,
    "status": parse_status,
    "channel_id": parse_channel_id,
    "before": lambda dialect, text: parse_bound(dialect, "before", text),
    "after": lambda dialect, text: parse_bound(dialect, "after", text),
}
_EMPTY: Final = {name: f"parameters.empty_{name}" for name in _PARSERS} | dict.fromkeys(
    ("before", "after"), "parameters.empty_time"
)
# Of a `phone` of spaces its parser says what it is.
_BLANK: Final = {name: f"parameters.blank_{name}" for name in _PARSERS if name != "phone"} | dict.fromkeys(
    ("before", "after"), "parameters.blank_time"
)
_SELECTS_NOTHING: Final = dict.fromkeys(_PARSERS, NOTHING) | {"before": -FAR, "after": FAR}
QUOTES: Final = re.compile(r"['\"\\]")
NUL: Final = re.compile("\0")
BRACKETED: Final = re.compile(r"(\w+)\[.*\]", re.DOTALL)


class OutOfRange(Refusal):
    """A refusal of numbers that are read, and out of range; all else in the query is right."""


def create_parser(dialect: Dialect) -> Callable[[str], RunQuery]:
    """Return what parses a query string in a dialect; it raises Refusal with a description for each bad parameter."""
    return partial(parse_query, dialect)


def parse_query(dialect: Dialect, query_string: str) -> RunQuery:
    """Return the query that a raw query string asks. Raises Refusal."""
    texts: dict[str, str] = {}
    problems: dict[str, WrongValueError] = {}
    for pair in filter(None, query_string.split("&")):
        name, _, value = pair.partition("=")
        _add(dialect, texts, problems, _decode(name).decode("utf-8", "replace"), _decode(value))
    values: dict[str, Any] = {}
    for name, text in texts.items():
        try:
            values[name] = _parse_value(dialect, name, text)
        except WrongValueError as problem:
            problems.setdefault(name, problem)
    if problems:
        raise _refuse(dialect, problems, texts)
    given = {name: value for name, value in values.items() if value is not None}
    # A cap below the default holds for a request without a limit, too.
    return RunQuery(**{"limit": min(FACTS.limit_default, cap_of(dialect))} | given)


def _refuse(dialect: Dialect, problems: Mapping[str, WrongValueError], texts: Mapping[str, str]) -> Refusal:
    """Return the refusal of these problems by name, with the status of the one that counts."""
    # In the order of the document. A name that it does not have is found at the end, where it was added.
    names = sorted(problems, key=lambda name: (*_PARSERS, name).index(name))
    if dialect["errors.status"] == "query":
        names.sort(key=lambda name: (*texts, name).index(name))
    elif dialect["errors.status"] != "document":
        # False is first: a sort keeps the order of the document among those that are alike.
        names.sort(key=lambda name: isinstance(problems[name], OutOfRangeError))
    said = [f"{name}: {quote(texts.get(name, ''))} {problems[name]}." for name in names]
    kind = OutOfRange if isinstance(problems[names[0]], OutOfRangeError) else Refusal
    return kind(problems[names[0]].status, *said[: 1 if dialect["errors.named"] == "first" else None])


def _decode(text: str) -> bytes:
    """Return the bytes of a name or value; WSGI has the raw ones as Latin-1."""
    return unquote_to_bytes(text.replace("+", " ").encode("latin-1", "replace"))


def _add(
    dialect: Dialect, texts: dict[str, str], problems: dict[str, WrongValueError], name: str, value: bytes
) -> None:
    """Add one parameter to the texts, or what is wrong with it to the problems."""
    try:
        known = _name(dialect, name)
        if known is None:
            return
        name = known
        if name not in _PARSERS:
            choose(dialect["parameters.unknown"], {"ignored": None}, "is no parameter of this endpoint")
            return
        try:
            text = value.decode()
        except UnicodeDecodeError:
            text = choose(
                dialect["parameters.broken_bytes"], {"as-any": value.decode("utf-8", "replace")}, "is no UTF-8"
            )
        if name in texts:
            kind = "parameters.repeated" if name in {"limit", "offset"} else "parameters.repeated_text"
            meanings = {"last": text, "first": texts[name], "joined": f"{texts[name]},{text}"}
            text = choose(dialect[kind], meanings, "is given twice")
        texts[name] = text
    except WrongValueError as problem:
        problems.setdefault(name, problem)


def _name(dialect: Dialect, name: str) -> str | None:
    """Return the parameter that a name is of, as `Status` and `status[]` may be of `status`; None for no parameter."""
    if dialect["parameters.other_case"] == "same" and name.lower() in _PARSERS:
        return name.lower()
    found = BRACKETED.fullmatch(name)
    if found and found[1] in _PARSERS:
        return choose(dialect["parameters.bracketed"], {"ignored": None, "same": found[1]}, "is given as a list")
    return name


def _parse_value(dialect: Dialect, name: str, text: str) -> object:
    if not text:
        return choose(dialect[_EMPTY[name]], {"absent": None, "nothing": _SELECTS_NOTHING[name]}, "is empty")
    if name in _BLANK and not text.strip():
        meanings = {**ABSENT, "nothing": _SELECTS_NOTHING[name], "zero": None}
        return choose(dialect[_BLANK[name]], meanings, "is blank")
    # For the refusal alone: where they are text like any other, nothing happens here.
    if QUOTES.search(text):
        choose(dialect["parameters.quotes"], {"as-any": None})
    if NUL.search(text):
        choose(dialect["parameters.nul"], {"as-any": None})
    value = _PARSERS[name](dialect, text)
    return min(value, cap_of(dialect)) if name == "limit" and isinstance(value, int) else value
