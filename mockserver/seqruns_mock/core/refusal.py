"""Refusals: answers of 4xx and 5xx, with one description for each thing that is wrong."""

from __future__ import annotations

from typing import TYPE_CHECKING

import orjson

from seqruns import defaults

if TYPE_CHECKING:
    from collections.abc import Mapping


class Refusal(Exception):  # noqa: N818 - it is an answer, not an error of the mock
    """An answer that is no 200: its status, a description for each thing that is wrong, and extra headers."""

    def __init__(self, status: int, *descriptions: str, headers: Mapping[str, str] | None = None) -> None:
        super().__init__(status, *descriptions)
        self.status = status
        self.descriptions = descriptions
        self.headers = headers or {}


def render_refusal(refusal: Refusal) -> bytes:
    """Return the body of a refusal: `{"errors": [{"description": …}, …], "status": …}` [vendor]."""
    errors = [{"description": description} for description in refusal.descriptions]
    return orjson.dumps({"errors": errors, "status": refusal.status})


def too_many_requests(seconds: float, per_second: int = defaults.RATE) -> Refusal:
    """Return the 429 that asks a client to wait so many seconds, with its two headers [vendor]."""
    milliseconds = max(1, round(seconds * 1000))
    return Refusal(
        429,
        f"More than {per_second} requests in one second; wait {milliseconds} milliseconds.",
        headers={
            "X-RateLimit-Remaining-Interval-Milliseconds": str(milliseconds),
            "Retry-After": str(-(-milliseconds // 1000)),
        },
    )


def quote(value: str) -> str:
    """Return a value for a message: in quotes, with control characters escaped, of at most 60 characters."""
    return repr(value if len(value) <= 60 else value[:59] + "…")
