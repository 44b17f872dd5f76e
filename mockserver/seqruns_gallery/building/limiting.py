"""The documented limit of requests in a second, as a middleware."""

from __future__ import annotations

import time
from collections import deque
from typing import TYPE_CHECKING, Final

from werkzeug.wrappers import Response

from seqruns_gallery.building.wrapping import around
from seqruns_mock.core.refusal import Refusal, render_refusal

if TYPE_CHECKING:
    from collections.abc import Callable

    from werkzeug.wrappers import Request

    from seqruns_gallery.building.exhibit import Wrap
    from seqruns_mock.http.answer import Handler

RATE: Final = 25
"""Requests in a second that one key may send [vendor]."""


def limiting(refuse: Callable[[float], Response]) -> Wrap:
    """Return a middleware that limits the rate; `refuse` is given the seconds until there is room again."""

    def wrap(inner: Handler) -> Handler:
        # Here and not in `limiting`: each server that is built counts for itself.
        recent: deque[float] = deque()

        def limited(_request: Request, answer: Callable[[], Response]) -> Response:
            now = time.monotonic()
            while recent and recent[0] <= now - 1:
                recent.popleft()
            if len(recent) >= RATE:
                return refuse(recent[0] + 1 - now)
            # Answered first, as a 401 is known only then and does not count (contract.md, "Settled").
            response = answer()
            if response.status_code != 401:
                recent.append(now)
            return response

        return around(limited)(inner)

    return wrap


def too_many(seconds: float) -> Response:
    """Return a 429 that says when to come back."""
    response = without_a_word(seconds)
    response.headers["X-RateLimit-Remaining-Interval-Milliseconds"] = f"{seconds * 1000:.0f}"
    response.headers["Retry-After"] = "1"
    return response


def without_a_word(_seconds: float) -> Response:
    """Return a 429 that does not say when to come back."""
    body = render_refusal(Refusal(429, f"More than {RATE} requests in one second."))
    return Response(body, 429, content_type="application/json")
