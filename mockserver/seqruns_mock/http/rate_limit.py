"""The documented limit: so many requests in a second for one key."""

from __future__ import annotations

import time
from collections import deque
from typing import TYPE_CHECKING

from seqruns_mock.core.refusal import too_many_requests

if TYPE_CHECKING:
    from collections.abc import Callable


class RateLimiter:
    """A sliding window of one second for each key; off while `per_second` is None."""

    def __init__(self, per_second: int | None = None, *, clock: Callable[[], float] | None = None) -> None:
        self.per_second = per_second
        self._clock = clock or time.monotonic
        self._accepted: dict[str, deque[float]] = {}

    def admit(self, key: str) -> None:
        """Count a request with this key. Raises Refusal 429 for one too many."""
        if self.per_second is None:
            return
        now = self._clock()
        accepted = self._accepted.setdefault(key, deque())
        # `<=`: a request exactly a second later is in the next interval.
        while accepted and accepted[0] <= now - 1:
            accepted.popleft()
        if len(accepted) >= self.per_second:
            # When the oldest of them leaves the window, there is room for one. A refused request is not counted, or a
            # client that never stops would never get in.
            raise too_many_requests(accepted[0] + 1 - now, self.per_second)
        accepted.append(now)

    def forget(self) -> None:
        """Forget the counted requests."""
        self._accepted.clear()
