"""The clock of the mock: the real time, or a time that stands until somebody moves it."""

from __future__ import annotations

import time
from typing import Final

from seqruns.instant import parse_instant

FIRST: Final = parse_instant("0002-01-01") // 1_000_000
LAST: Final = parse_instant("9998-12-31") // 1_000_000
"""The earliest and the latest time of a fixed clock; runs that start around it still have a date."""


class Clock:
    """Seconds since 1970 for what the mock dates itself: added runs and live events."""

    def __init__(self, fixed: float | None = None) -> None:
        """Take the time at which the clock stands; None lets it run. Raises ValueError for one outside the calendar."""
        if fixed is not None and not FIRST <= fixed <= LAST:
            raise ValueError(f"now: {fixed} is out of range; a clock may stand {_SPAN}")
        self.fixed = fixed
        """The time at which it stands; None for the real time."""

    def now(self) -> float:
        """Return the time, in seconds since 1970."""
        return time.time() if self.fixed is None else self.fixed

    def advance(self, seconds: float) -> None:
        """Move a clock that stands. Raises ValueError for one that runs by itself, or would leave the calendar."""
        self.fixed = self.after(seconds)

    def after(self, seconds: float) -> float:
        """Return where a clock that stands would be so many seconds later. Raises ValueError as `advance`."""
        if self.fixed is None:
            raise ValueError("the clock runs by itself; fix it first, with a time for now")
        if not FIRST <= self.fixed + seconds <= LAST:
            raise ValueError(f"seconds: {seconds} is too far; a clock may stand {_SPAN}")
        # Many small steps come to the same microsecond as a large one.
        return round(self.fixed + seconds, 6)


_SPAN: Final = "from 0002-01-01 to 9998-12-31"


def parse_now(text: str | None) -> float | None:
    """Return an ISO 8601 time as seconds since 1970; None stays None. Raises ValueError, in words after the value."""
    if text is None:
        return None
    seconds = parse_instant(text) / 1_000_000
    if not FIRST <= seconds <= LAST:
        raise ValueError(f"is out of range; a clock may stand {_SPAN}")
    return seconds
