"""How long a target asks its client to wait."""

from __future__ import annotations

from typing import TYPE_CHECKING

from urllib3.exceptions import InvalidHeader
from urllib3.util import Retry

if TYPE_CHECKING:
    from seqruns.target.answer import Answer

PASSING_TROUBLE = frozenset({502, 503, 504})
"""Statuses with which a gateway says that its server is away; worth another try, unlike 500."""
LONGEST_WAIT = 30.0
"""Seconds: how long a target may ask us to wait before we give up on it."""
EVER = 1e9
"""Seconds: what any longer wait is read as."""
RATE_HEADER = "X-RateLimit-Remaining-Interval-Milliseconds"


def read_retry_after(answer: Answer) -> float | None:
    """Return the seconds that `Retry-After` asks to wait, given as a number or a date (RFC 9110); None for neither."""
    text = answer.headers.get("Retry-After", "").strip()
    if _is_number(text):
        return min(float(text), EVER)
    try:
        return Retry().parse_retry_after(text)
    except (InvalidHeader, ValueError, OverflowError, TypeError):
        return None


def seconds_to_wait(answer: Answer) -> float:
    """Return the seconds after which to try again: as the headers say, else half of one."""
    milliseconds = answer.headers.get(RATE_HEADER, "").strip()
    if _is_number(milliseconds):
        # A hundredth of a second more, or rounding could bring us back a moment too early.
        return min(float(milliseconds) / 1000 + 0.01, EVER)
    seconds = read_retry_after(answer)
    return 0.5 if seconds is None else seconds


def _is_number(text: str) -> bool:
    """Return whether it is digits and nothing else, however many."""
    return text.isascii() and text.isdecimal()
