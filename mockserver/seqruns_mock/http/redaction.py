"""Masking: no key, and nothing that was sent as one, is kept, printed or answered."""

from __future__ import annotations

import re
from collections.abc import Callable
from functools import cache, lru_cache
from typing import TYPE_CHECKING, Any, Final
from urllib.parse import unquote_plus

from seqruns.document import facts
from seqruns_mock.http.authentication import UNDERSCORED

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping

MASK: Final = "…"
HEADERS: Final = "seqruns_mock.headers"
"""Where the gateway leaves a copy of the headers of a request, which the journal may keep."""
_MASKER: Final = "seqruns_mock.masker"
_OWN: Final = frozenset(facts().parameters)
"""The parameters of the endpoint, which bring no key."""
_SHORTEST: Final = 4
"""A key with fewer characters is masked where it is a word of its own, or it would tear others."""
_SECRET: Final = re.compile(r"key|token|secret|passw|auth|cookie", re.IGNORECASE)
"""What the name of a header or parameter has in it that brings a key, whoever's."""


Masker = Callable[[str], str]


def masker_of(environ: dict[str, Any], keys: Collection[str]) -> Masker:
    """Return what masks, in any text, the accepted keys and what this request sent as one; plain or percent-encoded."""
    masker: Masker | None = environ.get(_MASKER)
    if masker is None:
        secrets = _secrets(frozenset(keys), tuple(headers_of(environ).items()))
        sent = [*_sent_in_query(environ["QUERY_STRING"]), *filter(None, [environ.get(UNDERSCORED)])]
        masker = environ[_MASKER] = _masker(secrets.union(sent) if sent else secrets)
    return masker


@lru_cache(maxsize=64)
def _secrets(keys: frozenset[str], headers: tuple[tuple[str, str], ...]) -> frozenset[str]:
    """Return the keys, and what was sent as one in a header. A client sends the same headers over and over."""
    return keys.union(
        value.rpartition(" ")[2] if "AUTHORIZATION" in name else value
        for name, value in headers
        if value and is_secret(name) and name != "HTTP_COOKIE"
    )


def _sent_in_query(query_string: str) -> list[str]:
    pairs = [pair.partition("=") for pair in query_string.split("&")] if query_string else ()
    return [unquote_plus(value) for name, _, value in pairs if value and name not in _OWN and is_secret(name)]


@lru_cache(maxsize=256)
def _masker(secrets: frozenset[str]) -> Masker:
    if not secrets:
        return str
    pattern = _pattern(secrets)
    # Nothing in them is written in another way by the two escapes that dates and numbers need.
    simple = not any(set(secret) & set(":+ \\'") for secret in secrets)

    def mask(text: str) -> str:
        for secret in secrets:
            if secret in text:
                break
        else:
            if simple and ("%" not in text or "%" not in text.replace("%3A", "").replace("%2B", "")):
                return text
        return pattern.sub(MASK, text)

    return mask


def is_secret(name: str) -> bool:
    """Return whether a header, named as in a WSGI environ, or a parameter has a key for its value."""
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


def _pattern(secrets: frozenset[str]) -> re.Pattern[str]:
    return re.compile("|".join(map(_spellings, sorted(secrets, key=len, reverse=True))))


def _spellings(secret: str) -> str:
    pattern = "".join(map(_spelling, secret))
    return pattern if len(secret) >= _SHORTEST else rf"(?<![0-9A-Za-z]){pattern}(?![0-9A-Za-z])"


@cache
def _spelling(character: str) -> str:
    """Return the pattern of a character as it is, percent-encoded, or escaped in a message."""
    plain = {" ": "[ +]", "\\": r"\\\\?", "'": r"\\?'"}.get(character, re.escape(character))
    encoded = "".join(f"%{byte:02X}" for byte in character.encode())
    return f"(?:{re.sub('[A-F]', lambda digit: f'[{digit[0]}{digit[0].lower()}]', encoded)}|{plain})"
