"""Instants: microseconds since 1970 in UTC, read from ISO 8601 text and written as RFC 3339."""

from __future__ import annotations

import re
from datetime import UTC, date, datetime, timedelta
from fractions import Fraction
from typing import Final

SECOND: Final = 1_000_000
MINUTE: Final = 60 * SECOND
HOUR: Final = 60 * MINUTE
DAY: Final = 24 * HOUR

_EPOCH: Final = datetime(1970, 1, 1)  # noqa: DTZ001 - UTC, as all that is compared with it
_EPOCH_DAY: Final = _EPOCH.toordinal()
_MICROSECOND: Final = timedelta(microseconds=1)
_AS_PRINTED: Final = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d{6})?Z", re.ASCII)
"""The form in which APIs print times, which the standard library reads quickest."""
_SHAPE: Final = r"""
    ({year})-({month})-({day})
    (?:
        (?: [Tt] | [ ] (?=..:..:..))                           # after a space the seconds must be there too
        ({hour}):({minute}) (?: :({second}) (?:[.,](\d+))? )?
        (?: [Zz] | ([+-])({hour}) (?: :?({minute}) )? )?
    )?
"""
_UNITS: Final = {
    "year": r"(?!0000)\d{4}",
    "month": r"0[1-9]|1[0-2]",
    "day": r"0[1-9]|[12]\d|3[01]",
    "hour": r"[01]\d|2[0-3]",
    "minute": r"[0-5]\d",
    "second": r"[0-5]\d",
}
_ANY_DIGITS: Final = dict.fromkeys(_UNITS, r"\d\d") | {"year": r"\d{4}"}
_DATE_TIME: Final = re.compile(re.sub(r"{(\w+)}", lambda name: _UNITS[name[1]], _SHAPE), re.ASCII | re.VERBOSE)
_LOOKS_LIKE_ONE: Final = re.compile(
    re.sub(r"{(\w+)}", lambda name: _ANY_DIGITS[name[1]], _SHAPE), re.ASCII | re.VERBOSE
)
_MOST_DIGITS: Final = 100
"""Digits of a fraction that are held; of all others only whether they are more than nothing."""
_NO_SUCH_DAY: Final = "names an impossible day or time"


Moment = int | Fraction
"""Microseconds since 1970, exactly: a Fraction only where the text had more than six digits that count."""


def parse_instant(text: str) -> int:
    """Return the moment that a text names, cut to whole microseconds. Raises ValueError, as `parse_moment`."""
    return parse_moment(text).__floor__()


def parse_moment(text: str) -> Moment:
    """Return the moment that an ISO 8601 text names.

    Date, `T` (or `t`, or a space when the seconds are there too), time with or without seconds and fraction,
    then `Z`, an offset (`+02:00`, `+0200`, `+02`) or nothing, which is UTC. A bare date is its midnight. Leap
    seconds, `24:00`, the year 0000, week dates and the basic form are refused (contract.md, "ISO 8601,
    precisely"). Arithmetic is on numbers, so 0001-01-01 at +14:00 is a moment like any other.

    Raises ValueError, in words that follow the value.
    """
    # The usual form first, as a data file has millions of them; a `Z` is all that this parser could not take.
    if _AS_PRINTED.fullmatch(text):
        try:
            return (datetime.fromisoformat(text[:-1]) - _EPOCH) // _MICROSECOND
        except ValueError:
            raise ValueError(_NO_SUCH_DAY) from None
    match = _DATE_TIME.fullmatch(text)
    if match is None:
        raise ValueError(_what_is_wrong(text))
    year, month, day, hour, minute, second, fraction, sign, offset_hour, offset_minute = match.groups("0")
    try:
        days = date(int(year), int(month), int(day)).toordinal() - _EPOCH_DAY
    except ValueError:
        raise ValueError(_NO_SUCH_DAY) from None
    minutes = days * 1440 + int(hour) * 60 + int(minute)
    # `groups("0")` puts a 0 for each part that is missing.
    if sign != "0":
        shift = int(offset_hour) * 60 + int(offset_minute)
        minutes -= -shift if sign == "-" else shift
    floor = (minutes * 60 + int(second)) * 1_000_000 + int(fraction[:6].ljust(6, "0"))
    rest = fraction[6:].rstrip("0")
    if len(rest) > _MOST_DIGITS:
        # A 1 after the last digit that is held: more than nothing, and less than the next digit.
        rest = rest[:_MOST_DIGITS] + "1"
    return floor + Fraction(int(rest), 10 ** len(rest)) if rest else floor


def _what_is_wrong(text: str) -> str:
    if _LOOKS_LIKE_ONE.fullmatch(text):
        return _NO_SUCH_DAY
    return "is not an ISO 8601 date-time, such as 2024-03-01T10:00:00Z"


class _Days(dict[int, str]):
    """The text of each day, counted from 1970, worked out once."""

    def __missing__(self, number: int) -> str:
        text = self[number] = date.fromordinal(_EPOCH_DAY + number).isoformat()
        return text


_DAYS: Final = _Days()
_MINUTES: Final = [f"T{hour:02d}:{minute:02d}:" for hour in range(24) for minute in range(60)]


def render_instant(instant: int) -> str:
    """Return an instant as `2024-03-04T09:15:27.481516Z`: always UTC and six digits, so it sorts as text."""
    minutes, rest = divmod(instant, MINUTE)
    day, minute = divmod(minutes, 1440)
    digits = str(rest + 100 * SECOND)  # a one in front of the eight, which is quicker than to format them
    return f"{_DAYS[day]}{_MINUTES[minute]}{digits[1:3]}.{digits[3:]}Z"


def render_time(seconds: float) -> str:
    """Return a time in seconds since 1970 as `render_instant` does."""
    return render_instant(round(seconds * SECOND))


def instant_of(moment: datetime) -> int:
    """Return the instant of a datetime; a naive one is UTC."""
    naive = moment.astimezone(UTC).replace(tzinfo=None) if moment.tzinfo else moment
    return (naive - _EPOCH) // _MICROSECOND
