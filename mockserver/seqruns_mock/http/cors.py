"""CORS: which web pages may call the endpoint from a browser."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING, Any, Final
from urllib.parse import urlsplit

from seqruns_mock.addresses import is_loopback
from seqruns_mock.http.authentication import KEY_HEADER

if TYPE_CHECKING:
    from collections.abc import Mapping

_HEADER_NAMES: Final = re.compile(r"[\w!#$%&'*+.^`|~, -]{1,2000}", re.ASCII)
_EXPOSED: Final = (
    "Server-Timing, X-Mock-Hint, Retry-After, X-RateLimit-Remaining-Interval-Milliseconds, WWW-Authenticate"
)


def parse_origin(text: str) -> str:
    """Return a web origin as browsers write it, or `*`. Raises ValueError for any other text."""
    if text in {"*", "null"}:
        return text
    parts = urlsplit(text.strip())
    if not parts.scheme or not parts.netloc or parts.path not in {"", "/"} or parts.query or "@" in parts.netloc:
        raise ValueError(f"{text!r} is no web origin, such as https://app.example or http://localhost:3000.")
    return f"{parts.scheme}://{parts.netloc}".lower()


@dataclass(frozen=True, slots=True, kw_only=True)
class Cors:
    """The origins that may call, as browsers write them; `*` is any."""

    origins: tuple[str, ...] = ("*",)
    local: bool = False
    """Whether those on loopback may, too."""

    def headers_for(self, environ: Mapping[str, Any]) -> list[tuple[str, str]]:
        """Return the headers that allow the asking page to read the answer; without permission only `Vary`."""
        origin = environ["HTTP_ORIGIN"]
        if not self._may_call(origin):
            # Without it a cache would give this answer to an origin that may read it.
            return [("Vary", "Origin")]
        # The origin itself and not `*`, which a browser refuses for a page that asks with its credentials.
        headers = [
            ("Access-Control-Allow-Origin", origin),
            ("Access-Control-Allow-Credentials", "true"),
            ("Access-Control-Expose-Headers", _EXPOSED),
            ("Vary", "Origin"),
        ]
        if is_preflight(environ):
            # Clients add headers of their own, for tracing say, and which those are is no matter of this API.
            wanted = environ.get("HTTP_ACCESS_CONTROL_REQUEST_HEADERS") or KEY_HEADER
            headers += [
                ("Access-Control-Allow-Methods", "GET, HEAD, OPTIONS"),
                ("Access-Control-Allow-Headers", wanted if _HEADER_NAMES.fullmatch(wanted) else KEY_HEADER),
                ("Access-Control-Max-Age", "600"),
                ("Vary", "Access-Control-Request-Headers"),
            ]
        if "HTTP_ACCESS_CONTROL_REQUEST_PRIVATE_NETWORK" in environ:
            headers.append(("Access-Control-Allow-Private-Network", "true"))
        return headers

    def _may_call(self, origin: str) -> bool:
        return "*" in self.origins or origin in self.origins or (self.local and _is_on_loopback(origin))


@lru_cache(maxsize=256)
def _is_on_loopback(origin: str) -> bool:
    try:
        return is_loopback(urlsplit(origin).hostname or "")
    except ValueError:
        return False


def is_preflight(environ: Mapping[str, Any]) -> bool:
    """Return whether a request is a preflight: the browser's own question before that of its page."""
    return environ["REQUEST_METHOD"] == "OPTIONS" and "HTTP_ACCESS_CONTROL_REQUEST_METHOD" in environ
