"""Instants: ISO 8601 text to integer nanoseconds since 1970 in UTC, and back in many spellings.

This reader is the kit's own. It shares nothing with the mock's, so the two cannot share a mistake.
"""

from __future__ import annotations

import re
from datetime import datetime, timedelta
from functools import lru_cache

SECOND = 10**9
MICROSECOND = 10**3
EPOCH = datetime(1970, 1, 1)  # noqa: DTZ001 - offsets are kept beside, as some instants fall outside the calendar
FIRST, LAST = -62_135_596_800, 253_402_300_799
"""The first and the last second of the calendar, year 1 to year 9999."""

_PARTS = re.compile(
    # Generous, since it reads what targets print: a space for the `T`, as databases write it, and a comma for the
    # point.
    r"(?P<moment>\d{4}-\d\d-\d\d[Tt ]\d\d:\d\d:\d\d)(?:[.,](?P<fraction>\d+))?"
    # "+02", "+0200" and "+02:00" are one offset; none at all is UTC.
    r"(?P<offset>[Zz]|(?P<sign>[+-])(?P<hours>\d\d)(?::?(?P<minutes>\d\d))?)?",
    # Without it `\d` takes the digits of every script.
    re.ASCII,
)


LONGEST = 400
"""Characters: a longer text is no instant that anybody prints, and is not kept."""


def read_instant(text: str) -> int | None:
    """Return the nanoseconds since 1970 in UTC that an ISO 8601 text means; None where it means no instant.

    Without an offset it is UTC, a bare date is its midnight, and digits beyond nanoseconds are dropped
    (contract.md, "ISO 8601, precisely").
    """
    return _read(text) if len(text) <= LONGEST else None


# A page of 500 runs comes in many answers, and each predicate reads the same few bounds for every run.
@lru_cache(maxsize=2**14)
def _read(text: str) -> int | None:
    if re.fullmatch(r"\d{4}-\d\d-\d\d", text, re.ASCII):
        text += "T00:00:00Z"
    parts = _PARTS.fullmatch(text)
    if parts is None:
        return None
    try:
        moment = datetime.fromisoformat(parts["moment"].upper())
    except ValueError:
        return None
    offset = int(parts["hours"] or 0) * 3600 + int(parts["minutes"] or 0) * 60
    # The offset is taken off as a number: 0001-01-01T00:00:00+14:00 is an instant that no datetime can hold.
    since = (moment - EPOCH) // timedelta(seconds=1) - (-offset if parts["sign"] == "-" else offset)
    # A fraction is read from the left: `.5` is 500000000 nanoseconds, and of ten digits the last one goes.
    return since * SECOND + int((parts["fraction"] or "0")[:9].ljust(9, "0"))


def write_instant(instant: int, *, offset: int = 0, digits: int | None = None, utc: str = "Z") -> str:
    """Return one spelling of an instant.

    `offset` is minutes east of UTC; `digits` is the length of the fraction, None for the shortest exact one;
    `utc` is what stands for the offset 0. What would leave the calendar stops at its end, and is another instant.
    """
    # divmod rounds down, so the fraction is never negative: a nanosecond before 1970 is second -1 and 999999999.
    seconds, fraction = divmod(instant, SECOND)
    moment = EPOCH + timedelta(seconds=min(max(seconds + offset * 60, FIRST), LAST))
    decimals = f"{fraction:09d}"
    decimals = decimals.rstrip("0") if digits is None else decimals[:digits]
    hours, minutes = divmod(abs(offset), 60)
    zone = f"{'-' if offset < 0 else '+'}{hours:02d}:{minutes:02d}" if offset else utc
    return f"{moment.isoformat(timespec='seconds')}{'.' * bool(decimals)}{decimals}{zone}"
