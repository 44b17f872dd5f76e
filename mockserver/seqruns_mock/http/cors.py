"""CORS: which web pages may call the endpoint from a browser."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final
from urllib.parse import urlsplit

from seqruns_mock.http.authentication import KEY_HEADER

if TYPE_CHECKING:
    from collections.abc import Mapping

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

    def headers_for(self, environ: Mapping[str, Any]) -> list[tuple[str, str]]:
        """Return the headers that allow the asking page to read the answer; without permission only `Vary`."""
        origin = environ["HTTP_ORIGIN"]
        if "*" not in self.origins and origin not in self.origins:
            return [("Vary", "Origin")]
        headers = [
            ("Access-Control-Allow-Origin", "*" if "*" in self.origins else origin),
            ("Access-Control-Expose-Headers", _EXPOSED),
            ("Vary", "Origin"),
        ]
        if is_preflight(environ):
            headers += [
                ("Access-Control-Allow-Methods", "GET, HEAD, OPTIONS"),
                ("Access-Control-Allow-Headers", f"{KEY_HEADER}, Authorization, Content-Type, X-Mock-Trouble"),
                ("Access-Control-Max-Age", "600"),
            ]
        if "HTTP_ACCESS_CONTROL_REQUEST_PRIVATE_NETWORK" in environ:
            headers.append(("Access-Control-Allow-Private-Network", "true"))
        return headers


def is_preflight(environ: Mapping[str, Any]) -> bool:
    """Return whether a request is a preflight: the browser's own question before that of its page."""
    return environ["REQUEST_METHOD"] == "OPTIONS" and "HTTP_ACCESS_CONTROL_REQUEST_METHOD" in environ
