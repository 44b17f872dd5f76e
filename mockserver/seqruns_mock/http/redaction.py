"""Redaction: no accepted key, and no value sent as one, is stored, printed or answered."""

from __future__ import annotations

import re
from array import array
from collections.abc import Callable
from functools import lru_cache
from typing import TYPE_CHECKING, Any, Final
from urllib.parse import unquote_plus

from seqruns.document import facts
from seqruns_mock.http.authentication import UNDERSCORED

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator, Mapping, Sequence

REDACTED: Final = "…"
HEADERS: Final = "seqruns_mock.headers"
"""Where the adapter puts the headers of a request, apart from the rest of the environ."""
_REDACTOR: Final = "seqruns_mock.redactor"
_OWN: Final = frozenset(facts().parameters)
"""The parameters of the endpoint; none is a key."""
_SHORTEST: Final = 4
"""A shorter key is redacted only as a whole word: `k1` in `key=k1`, but not in `k12`."""
_MOST: Final = 20
"""Secrets that are looked for; a request that brings more is no client's, and of it no text is shown."""
_ENCODED: Final = re.compile("%[0-9A-Fa-f]{2}")
_ESCAPED: Final = re.compile(r"\\[\\']")
_EITHER: Final = re.compile(rf"{_ENCODED.pattern}|{_ESCAPED.pattern}")
_SECRET: Final = re.compile(r"key|token|secret|passw|auth|cookie", re.IGNORECASE)
"""A header or parameter with such a name may bring a key, of this or another service."""


Redactor = Callable[[str], str]


def redactor_of(environ: dict[str, Any], keys: Collection[str]) -> Redactor:
    """Return what redacts the accepted keys and the values that this request sent as one, plain or percent-encoded."""
    # Made once for each request, and only where some text is to be shown.
    redactor: Redactor | None = environ.get(_REDACTOR)
    if redactor is None:
        secrets = _secrets(frozenset(keys), tuple(headers_of(environ).items()))
        sent = [*_sent_in_query(environ["QUERY_STRING"]), *filter(None, [environ.get(UNDERSCORED)])]
        redactor = environ[_REDACTOR] = _redactor(secrets.union(sent) if sent else secrets)
    return redactor


@lru_cache(maxsize=64)
def _secrets(keys: frozenset[str], headers: tuple[tuple[str, str], ...]) -> frozenset[str]:
    """Return the keys, and the values sent as one in a header; cached, as a client repeats its headers."""
    return keys.union(
        # `Bearer KEY`: the key alone, which may be repeated elsewhere without its scheme.
        value.rpartition(" ")[2] if "AUTHORIZATION" in name else value
        for name, value in headers
        if value and is_secret(name) and name != "HTTP_COOKIE"
    )


def _sent_in_query(query_string: str) -> list[str]:
    pairs = [pair.partition("=") for pair in query_string.split("&")] if query_string else ()
    return [unquote_plus(value) for name, _, value in pairs if value and name not in _OWN and is_secret(name)]


@lru_cache(maxsize=256)
def _redactor(secrets: frozenset[str]) -> Redactor:
    if not secrets:
        return str
    if len(secrets) > _MOST:
        return _redact_all
    # Nothing in them is written in another way by the two escapes that dates and numbers need.
    simple = not any(set(secret) & set(":+ \\'") for secret in secrets)

    def redact(text: str) -> str:
        for secret in secrets:
            if secret in text:
                break
        else:
            # Most query strings have no escapes but those of `:` and `+`, so nothing needs to be decoded: this keeps
            # the log cheap.
            if simple and ("%" not in text or "%" not in text.replace("%3A", "").replace("%2B", "")):
                return text
        return _redacted(text, secrets)

    return redact


def _redact_all(_: str) -> str:
    return REDACTED


def is_secret(name: str) -> bool:
    """Return whether the name of a header (as in a WSGI environ) or a parameter says that its value is a key."""
    return _is_secret(name) if len(name) < 100 else bool(_SECRET.search(name))


@lru_cache(maxsize=1000)
def _is_secret(name: str) -> bool:
    return bool(_SECRET.search(name))


def headers_of(environ: Mapping[str, Any]) -> dict[str, str]:
    """Return the headers of a request, named as in a WSGI environ."""
    headers: dict[str, str] | None = environ.get(HEADERS)
    return {name: value for name, value in environ.items() if name[:5] == "HTTP_"} if headers is None else headers


def header_name(variable: str) -> str:
    """Return the name of a header, in title case, from that of its variable in a WSGI environ."""
    return variable.removeprefix("HTTP_").replace("_", "-").title()


def _redacted(text: str, secrets: Collection[str]) -> str:
    """Return a text without any of the secrets, in time that grows with its length and with their number.

    The text is read in each way in which it may have been written, and the places of the secrets in all of them are
    left out.
    """
    # Sorted by where they begin, and overlapping ones joined: a key may be found in two ways at nearly one place.
    places = sorted(place for way in _ways(text) for secret in secrets for place in _places(text, secret, way))
    kept, end = [], 0
    for first, last in places:
        if first >= end:
            kept += [text[end:first], REDACTED]
        end = max(end, last)
    return "".join([*kept, text[end:]])


def _ways(text: str) -> Iterator[re.Pattern[str] | None]:
    """Yield the escapes that a text may be written with: none, percent-encoding, those of a message, or both."""
    yield None
    encoded, escaped = "%" in text or "+" in text, "\\" in text
    if encoded:
        yield _ENCODED
    if escaped:
        yield _ESCAPED
    if encoded and escaped:
        yield _EITHER


def _places(text: str, secret: str, way: re.Pattern[str] | None) -> Iterator[tuple[int, int]]:
    """Yield where a secret begins and ends in a text that is read in one way."""
    units, starts = _read(text, way)
    wanted = secret.encode("utf-8", "surrogatepass")
    if way is not None:
        wanted = wanted.replace(b"+", b" ")
    found = units.find(wanted)
    while found >= 0:
        first, last = starts[found], starts[found + len(wanted)]
        if len(secret) >= _SHORTEST or not (_is_in_word(text, first - 1) or _is_in_word(text, last)):
            yield first, last
        found = units.find(wanted, found + len(wanted))


def _is_in_word(text: str, place: int) -> bool:
    return 0 <= place < len(text) and text[place].isascii() and text[place].isalnum()


@lru_cache(maxsize=8)
def _read(text: str, way: re.Pattern[str] | None) -> tuple[bytes, Sequence[int]]:
    """Return the bytes that a text stands for, with the place in it where each begins, and the end of it."""
    units, starts, end = bytearray(), array("L"), 0
    for escape in way.finditer(text) if way else ():
        _copy(text, end, escape.start(), units, starts)
        sign = escape[0]
        units.append(int(sign[1:], 16) if sign[0] == "%" else ord(sign[-1]))
        starts.append(escape.start())
        end = escape.end()
    _copy(text, end, len(text), units, starts)
    starts.append(len(text))
    return bytes(units.replace(b"+", b" ") if way else units), starts


def _copy(text: str, first: int, last: int, units: bytearray, starts: array[int]) -> None:
    """Add a part of a text that stands for itself."""
    part = text[first:last]
    if part.isascii():
        units += part.encode()
        starts.extend(range(first, last))
        return
    for place, character in enumerate(part, first):
        encoded = character.encode("utf-8", "surrogatepass")
        units += encoded
        # One place for each byte, so that a find among the bytes leads back to a character.
        starts.extend([place] * len(encoded))
