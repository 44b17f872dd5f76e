"""The clock of the mock: the real time, or one that stands until it is moved."""

from __future__ import annotations

import time

from seqruns_mock.instant import parse_instant


class Clock:
    """Seconds since 1970 for what the mock dates itself: added runs and live events."""

    def __init__(self, fixed: float | None = None) -> None:
        self.fixed = fixed
        """The time at which it stands; None for the real time."""

    def now(self) -> float:
        """Return the time, in seconds since 1970."""
        return time.time() if self.fixed is None else self.fixed

    def advance(self, seconds: float) -> None:
        """Move a clock that stands. Raises ValueError for one that runs by itself."""
        if self.fixed is None:
            raise ValueError("the clock runs by itself; fix it first, with a time for now")
        self.fixed += seconds


def parse_now(text: str | None) -> float | None:
    """Return an ISO 8601 time as seconds since 1970; None stays None. Raises ValueError."""
    return None if text is None else parse_instant(text).floor / 1_000_000
