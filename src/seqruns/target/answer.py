"""What came back for one request."""

from __future__ import annotations

import json
from codecs import BOM_UTF8
from dataclasses import dataclass, field
from itertools import chain, compress
from typing import TYPE_CHECKING, Any

import orjson

from seqruns.visible import visible

if TYPE_CHECKING:
    from collections.abc import Mapping

    import requests

MOST_VALUES = 250_000
"""How many values a body may hold, about: two bytes of JSON take 70 of memory. A page of 500 runs holds 30,000."""
DEEPEST = 60
"""How many objects and arrays may stand inside one another; a page of runs needs eight."""


class NotJSONError(ValueError):
    """The body is not JSON that can be read; the message completes the sentence "the body …"."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """A status, headers and a body, both within bounds."""

    status: int
    headers: Mapping[str, str]
    """Read without regard to letter case."""
    body: bytes
    """Decoded, as far as the encoding was asked for."""
    seconds: float
    flaw: str = ""
    """Why the body could not be read, at any attempt: it broke off, came too slowly, is too long. It is empty then."""
    trouble: str = ""
    """What of that may be over when it is asked for again, `timeout` or `connection`; else empty."""
    raw: requests.Response = field(repr=False, compare=False)
    """The answer as the HTTP client holds it, for tools that judge such objects."""

    def json(self) -> Any:
        """Return the decoded body; raise NotJSONError where it is not JSON in UTF-8, or nested beyond all measure.

        Half a surrogate pair, which JSON can spell and UTF-8 cannot, becomes a question mark.
        """
        # Counted before decoding: a few megabytes of `[[],[],…` would become hundreds of them in memory.
        if sum(map(self.body.count, (b",", b"[", b"{"))) > MOST_VALUES:
            raise NotJSONError(f"holds more than {MOST_VALUES:,} values")
        try:
            value = self._decode()
        except RecursionError:
            raise _TOO_DEEP from None
        except ValueError as error:
            raise NotJSONError(self._why_not(error)) from None
        if _is_deeper(value, DEEPEST):
            raise _TOO_DEEP
        return value

    def _decode(self) -> Any:
        try:
            return orjson.loads(self.body)
        except ValueError:
            # What orjson refuses may be right all the same: half a surrogate pair, `"\ud800"`, is JSON by RFC 8259.
            # Encoded again with a question mark in its place, it is text that can be printed.
            decoded = json.loads(self.body.decode(), parse_constant=_no_number)
            return orjson.loads(json.dumps(decoded, ensure_ascii=False).encode(errors="replace"))

    def _why_not(self, error: ValueError) -> str:
        encoding = self.headers.get("Content-Encoding", "")
        if not self.body:
            return "is empty"
        if encoding:
            return f"is encoded as {visible(encoding, longest=40)!r}, which was not asked for"
        if self.body.startswith(BOM_UTF8):
            return "begins with a byte order mark, which JSON must not have (RFC 8259)"
        if isinstance(error, UnicodeDecodeError):
            return f"is not UTF-8: byte 0x{self.body[error.start]:02x} at position {error.start}"
        return f"is not JSON: {visible(str(error), longest=120)}"


_CONTAINERS = frozenset({dict, list})
_TOO_DEEP = NotJSONError(f"is nested more than {DEEPEST} deep")


def _no_number(text: str) -> None:
    raise ValueError(f"{text} is no number in JSON")


def _is_deeper(value: Any, most: int) -> bool:
    """Return whether containers stand deeper than `most` inside one another; asks level by level, never recurses."""
    level = [value] if type(value) in _CONTAINERS else []
    for _ in range(most):
        if not level:
            return False
        # A level at a time, so that depth costs no stack: each round leaves what stands one deeper. Written with
        # iterators, as a page holds ten thousand values: a loop takes twice as long.
        inside = list(chain.from_iterable(node.values() if type(node) is dict else node for node in level))
        level = list(compress(inside, map(_CONTAINERS.__contains__, map(type, inside))))
    return bool(level)
