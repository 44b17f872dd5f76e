"""A query: one frozen value, parsed once from the query string."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from difflib import get_close_matches
from typing import TYPE_CHECKING, Any, Final
from urllib.parse import unquote_to_bytes

from seqruns.document import facts
from seqruns.instant import parse_moment
from seqruns_mock.core.refusal import Refusal, quote

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from seqruns.instant import Moment

FACTS: Final = facts()
_INTEGER = re.compile(r"-?\d+", re.ASCII)
_UUID = re.compile("-".join(f"[0-9a-f]{{{digits}}}" for digits in (8, 4, 4, 4, 12)), re.ASCII)
_MOST_NOTES = 5
"""Notes become headers, and a client reads only so many of those."""
_ELSEWHERE: Final = {
    **dict.fromkeys(("page", "skip", "start", "cursor"), "offset"),
    **dict.fromkeys(("per_page", "page_size", "pagesize", "size", "count", "first"), "limit"),
    **dict.fromkeys(("since", "from", "created_after", "start_date", "min_date"), "after"),
    **dict.fromkeys(("until", "to", "created_before", "end_date", "max_date"), "before"),
    **dict.fromkeys(("number", "phone_number", "to_number"), "phone"),
}
"""What other APIs call the parameters."""
_EPOCH_DIGITS = (10, 13)
"""Digits of today's seconds and milliseconds since 1970."""
_LEAKED: Final = frozenset({"undefined", "null", "None", "nil", "NaN", "[objectObject]"})
"""What clients write for a value that is not there; spaces are gone from a phone."""
LOST_PLUS = "a + in a query string is a space, so write it as %2B"


@dataclass(frozen=True, slots=True, kw_only=True)
class RunQuery:
    """What is asked of one sequence. A filter that is None does not filter; all others must hold together."""

    limit: int = FACTS.limit_default
    offset: int = FACTS.offset_default
    phone: str | None = None
    """Without whitespace."""
    status: str | None = None
    channel_id: str | None = None
    """In lower case."""
    before: Moment | None = None
    """The latest start, inclusive, in microseconds since 1970 UTC."""
    after: Moment | None = None
    """The earliest start, inclusive, in microseconds since 1970 UTC."""
    notes: tuple[str, ...] = field(default=(), compare=False)
    """What the client may not have meant, in words; not part of the comparison of two queries."""


def parse_query(query_string: str) -> RunQuery:
    """Return the query that a raw query string asks.

    Of a repeated parameter the last counts [decision], an empty or unknown one is ignored [vendor].

    Raises Refusal 422 with one description for each bad parameter, in the order of the document.
    """
    if not query_string:
        return _NO_FILTERS
    raw: dict[str, str] = {}
    notes: list[str] = []
    unknown: set[str] = set()
    for pair in query_string.split("&"):
        name, _, value = pair.partition("=")
        if name not in PARSERS:
            name = _decode(name, errors="replace")
            if name not in PARSERS:
                # The nearest name takes a while to find, and more notes than these are not shown.
                if name and name not in unknown and len(unknown) < _MOST_NOTES:
                    unknown.add(name)
                    notes.append(f"{name[:60]!a} is not a parameter of this endpoint and was ignored{_suggest(name)}")
                continue
        if name in raw:
            notes.append(f"{name} was given more than once; the last one counts")
        raw[name] = value
    return _build_query(raw, notes)


def _build_query(raw: Mapping[str, str], notes: list[str]) -> RunQuery:
    values: dict[str, Any] = {}
    problems: dict[str, str] = {}
    for name, text in raw.items():
        try:
            decoded = _decode(text)
            if decoded:
                values[name] = PARSERS[name](decoded)
        except UnicodeDecodeError:
            problems[name] = f"{quote(text)} is not valid UTF-8 once its %-escapes are decoded"
        except ValueError as problem:
            said = str(problem)
            if "+" not in text and " " not in text:  # the space was meant
                said = said.removesuffix(f"; {LOST_PLUS}")
            problems[name] = f"{quote(decoded)} {said}"
    if problems:
        raise Refusal(422, *(f"{name}: {problems[name]}." for name in PARSERS if name in problems))
    if values.get("phone") and raw["phone"][0] in "+ ":
        notes.append(f"phone begins with a space: {LOST_PLUS}")
    if values.get("phone") in _LEAKED:
        notes.append(f"phone is {values['phone']!r}, as when a variable of the client has no value")
    return RunQuery(**values, notes=tuple(dict.fromkeys(notes))[:_MOST_NOTES] if notes else ())


def _decode(text: str, *, errors: str = "strict") -> str:
    """Return a name or value, decoded; WSGI hands its bytes on as Latin-1."""
    if "+" in text or "%" in text:
        # The quick way for the two escapes that dates and numbers need. Neither result can form another escape.
        text = text.replace("+", " ").replace("%3A", ":").replace("%2B", "+")
    if "%" not in text and text.isascii():
        return text
    return unquote_to_bytes(text.encode("latin-1", "replace")).decode("utf-8", errors)


def _suggest(name: str) -> str:
    """Return `; did you mean NAME?` for an unknown parameter that resembles a known one, or nothing."""
    name = name[:60].lower()
    near = _ELSEWHERE.get(name) or next(iter(get_close_matches(name, PARSERS, n=1)), None)
    return f"; did you mean {near}?" if near else ""


def _limit(text: str) -> int:
    span = f"a whole number from {FACTS.limit_minimum} to {FACTS.limit_maximum}"
    number = _integer(text, span)
    if not FACTS.limit_minimum <= number <= FACTS.limit_maximum:
        raise ValueError(f"is out of range; give {span}")
    return number


def _offset(text: str) -> int:
    span = f"a whole number from {FACTS.offset_minimum} up"
    number = _integer(text, span)
    if number < FACTS.offset_minimum:
        raise ValueError(f"is out of range; give {span}")
    return number


def _integer(text: str, span: str) -> int:
    if not _INTEGER.fullmatch(text):
        raise ValueError(f"is not a whole number; give {span}")
    digits = text.lstrip("-0")
    # Python refuses to parse thousands of digits, and no store has 10**18 runs.
    number = int(digits or "0") if len(digits) <= 18 else 10**18
    return -number if text.startswith("-") else number


def _phone(text: str) -> str | None:
    return "".join(text.split()) or None


def _status(text: str) -> str:
    if text not in FACTS.statuses:
        raise ValueError(f"is not a run status; give {' or '.join(FACTS.statuses)}")
    return text


def _channel_id(text: str) -> str:
    channel_id = text.lower()
    if not _UUID.fullmatch(channel_id):
        raise ValueError("is not a UUID, such as 0b8f7f4e-3d63-4c44-8a68-6d0c1d5b2a10")
    return channel_id


def _moment(text: str) -> Moment:
    try:
        return parse_moment(text)
    except ValueError as problem:
        if " " in text:
            raise ValueError(f"{problem}; {LOST_PLUS}") from None
        if text.isascii() and text.isdecimal() and len(text) in _EPOCH_DIGITS:
            raise ValueError(f"{problem}; seconds since 1970 are not read") from None
        raise


PARSERS: Final[Mapping[str, Callable[[str], object]]] = {
    "limit": _limit,
    "offset": _offset,
    "phone": _phone,
    "status": _status,
    "channel_id": _channel_id,
    "before": _moment,
    "after": _moment,
}
"""The parser of each parameter; it raises ValueError in words that follow the value."""
_NO_FILTERS: Final = RunQuery()
