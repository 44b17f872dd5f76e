"""Redaction: no accepted key, and no value sent as one, is stored, printed or answered."""

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

REDACTED: Final = "…"
HEADERS: Final = "seqruns_mock.headers"
"""Where the adapter puts the headers of a request, apart from the rest of the environ."""
_REDACTOR: Final = "seqruns_mock.redactor"
_OWN: Final = frozenset(facts().parameters)
"""The parameters of the endpoint; none is a key."""
_SHORTEST: Final = 4
"""A shorter key is redacted only as a whole word: `k1` in `key=k1`, but not in `k12`."""
_SECRET: Final = re.compile(r"key|token|secret|passw|auth|cookie", re.IGNORECASE)
"""A header or parameter with such a name may bring a key, of this or another service."""


Redactor = Callable[[str], str]


def redactor_of(environ: dict[str, Any], keys: Collection[str]) -> Redactor:
    """Return what redacts the accepted keys and the values that this request sent as one, plain or percent-encoded."""
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
    pattern = _pattern(secrets)
    # %3A and %2B, which dates and numbers need, cannot be part of a spelling of such a secret; any other % might be.
    simple = not any(set(secret) & set(":+ \\'") for secret in secrets)

    def redact(text: str) -> str:
        for secret in secrets:
            if secret in text:
                break
        else:
            if simple and ("%" not in text or "%" not in text.replace("%3A", "").replace("%2B", "")):
                return text
        return pattern.sub(REDACTED, text)

    return redact


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
