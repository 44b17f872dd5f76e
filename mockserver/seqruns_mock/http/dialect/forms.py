"""Forms of a date-time that the contract does not read and a dialect may: how each looks, and how it is read."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime
from functools import partial
from typing import TYPE_CHECKING, Final

from seqruns.instant import DAY, MINUTE, SECOND, instant_of, parse_moment

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from seqruns.instant import Moment

    Reader = Callable[[re.Match[str]], Moment]


def _of_epoch(found: re.Match[str]) -> Moment:
    number = int(found[0])
    # Eleven digits of seconds reach the year 5138; what is longer is milliseconds.
    return number * (SECOND if abs(number) < 10**11 else SECOND // 1000)


def _of_numbers(found: re.Match[str]) -> Moment:
    """Return the moment of year, month, day, hour, minute and second, as far as they are there, with an offset."""
    # A form has from one group to seven: `2024` is filled up with None.
    year, month, day, hour, minute, second, offset = (*found.groups(), *[None] * 7)[:7]
    time = f"T{hour}:{minute}:{second or '00'}{offset or ''}" if hour else ""
    return parse_moment(f"{year}-{int(month or 1):02d}-{int(day or 1):02d}{time}")


def _of_week(found: re.Match[str]) -> Moment:
    # A week without its day is its Monday.
    return instant_of(datetime.fromisocalendar(int(found[1]), int(found[2]), int(found[3] or 1)))


def _of_english(found: re.Match[str]) -> Moment:
    # `Fri, 01 Mar 2024 …` has its comma behind the name of the day, `March 1, 2024` farther on.
    if "," in found[0][:4]:
        return instant_of(parsedate_to_datetime(found[0]))
    return instant_of(datetime.strptime(found[0], "%B %d, %Y").replace(tzinfo=UTC))


def _of_words(found: re.Match[str]) -> Moment:
    days = {"yesterday": -1, "tomorrow": 1}.get(found[0], 0)
    return instant_of(datetime.now(UTC) + timedelta(days=days))


_FORMS: Final[Mapping[str, tuple[str, Reader]]] = {
    "time.epoch": (r"-?\d{1,13}", _of_epoch),
    "time.year": (r"(\d{4})", _of_numbers),
    "time.month": (r"(\d{4})-(0[1-9]|1[0-2])", _of_numbers),
    "time.basic": (r"(\d{4})(\d\d)(\d\d)(?:[Tt](\d\d)(\d\d)(\d\d)?(.*))?", _of_numbers),
    "time.leap_second": (r"(.*\d\d:\d\d):60(.*)", lambda found: parse_moment(f"{found[1]}:00{found[2]}") + MINUTE),
    "time.hour_24": (
        r"(\d{4}-\d\d-\d\d[Tt ])24(:00(?::00(?:[.,]0+)?)?.*)",
        lambda found: parse_moment(f"{found[1]}00{found[2]}") + DAY,
    ),
    "time.hour": (
        r"(\d{4}-\d\d-\d\d[Tt ]\d\d)((?:[Zz]|[+-]\d\d:?\d\d)?)",
        lambda found: parse_moment(f"{found[1]}:00:00{found[2]}"),
    ),
    "time.week": (r"(\d{4})-?W(\d\d)(?:-?(\d))?", _of_week),
    "time.slashes": (r"(\d{4})/(\d\d?)/(\d\d?)", _of_numbers),
    "time.english": (r"[A-Z][a-z]{2}, .*|[A-Z][a-z]{2,8} \d.*", _of_english),
    "time.words": ("now|today|tomorrow|yesterday", _of_words),
    "time.single_digits": (
        r"(?!\d{4}-\d\d-\d\d)(\d{4})-(\d\d?)-(\d\d?)((?:[Tt ].*)?)",
        lambda found: parse_moment(f"{found[1]}-{found[2]:0>2}-{found[3]:0>2}{found[4]}"),
    ),
    "time.no_such_day": (
        # Counted on from the 28th, which every month has: the 30th of February is the 1st or 2nd of March.
        r"(\d{4}-\d\d)-(29|30|31)(.*)",
        lambda found: parse_moment(f"{found[1]}-28{found[3]}") + (int(found[2]) - 28) * DAY,
    ),
    "time.text_after": (
        r"(\d{4}-\d\d-\d\d(?:[Tt ]\d\d:\d\d(?::\d\d(?:[.,]\d+)?)?(?:[Zz]|[+-]\d\d:?\d\d)?)?)[^\d:.,+-].*",
        lambda found: parse_moment(found[1]),
    ),
}
FORMS: Final = {name: (re.compile(pattern, re.ASCII), read) for name, (pattern, read) in _FORMS.items()}
"""By dimension: how a text in that form looks, and what returns its moment; that raises ValueError where it is none."""


def form_of(text: str, *, digits_are_seconds: bool) -> tuple[str, Callable[[], Moment]] | None:
    """Return the dimension of the form that a text has, and what reads it; None where it has none of these.

    A few digits are a year or a day but where `digits_are_seconds`, as `2024` is to pydantic.
    """
    for name, (pattern, read) in FORMS.items():
        found = pattern.fullmatch(text)
        if found and not (name == "time.epoch" and len(text) < 9 and not digits_are_seconds):
            return name, partial(read, found)
    return None
