"""Refusals: the answers that are not 200, each with words for a person."""

from __future__ import annotations

from typing import TYPE_CHECKING

import orjson

from seqruns import defaults

if TYPE_CHECKING:
    from collections.abc import Mapping


class Refusal(Exception):  # noqa: N818 - it is an answer, not an error of ours
    """An answer of 4xx: its status, one description for each thing that was wrong, and extra headers."""

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
    """Return the 429 that asks to wait so many seconds, with its two headers [vendor]."""
    milliseconds = max(1, round(seconds * 1000))
    return Refusal(
        429,
        f"More than {per_second} requests in one second; wait {milliseconds} milliseconds.",
        headers={
            "X-RateLimit-Remaining-Interval-Milliseconds": str(milliseconds),
            "Retry-After": str(-(-milliseconds // 1000)),
        },
    )


def shown(value: str) -> str:
    """Return a value as a message shows it: quoted, with control characters escaped, and not too long."""
    return repr(value if len(value) <= 60 else value[:59] + "…")
