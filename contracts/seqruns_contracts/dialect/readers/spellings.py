"""Spellings of an instant that a target may read or not."""

from __future__ import annotations

from datetime import UTC, datetime
from email.utils import format_datetime
from typing import TYPE_CHECKING, TypeAlias

from seqruns_contracts.checks.areas.bounds import DAY, MINUTE
from seqruns_contracts.model.instants import SECOND, read_instant, write_instant

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

Spell: TypeAlias = "Callable[[int], tuple[str, int]]"
"""Returns a spelling of an instant near the one it is given, and which instant it means, in nanoseconds."""
ANY_TIME = 1_709_251_200 * SECOND
"""The beginning of March 2024, in nanoseconds since 1970."""


def no_such_day(start: int) -> tuple[str, int]:
    """Return the 30th of February of its year, two days after the 28th."""
    # JavaScript and PHP roll it over to the 1st or 2nd of March; two days on is where either of them lands.
    year = write_instant(start)[:4]
    return f"{year}-02-30T00:00:00Z", _instant(f"{year}-02-28T00:00:00Z") + 2 * DAY


def month(start: int) -> tuple[str, int]:
    """Return a month, `2024-03`, which means its first midnight."""
    text = write_instant(start)[:7]
    return text, _instant(f"{text}-01T00:00:00Z")


def single_digits(start: int) -> tuple[str, int]:
    """Return the first of a month without its zeros, `2024-3-1`."""
    text, instant = month(start)
    year, number = map(int, text.split("-"))
    return f"{year}-{number}-1", instant


def year(start: int) -> tuple[str, int]:
    """Return a year, `2024`, which means its first midnight."""
    text = write_instant(start)[:4]
    return text, _instant(f"{text}-01-01T00:00:00Z")


def week(start: int) -> tuple[str, int]:
    """Return a day by its week, `2024-W09-5`."""
    day = start // DAY * DAY
    year, number, weekday = _day(day).isocalendar()
    return f"{year}-W{number:02d}-{weekday}", day


def slashes(start: int) -> tuple[str, int]:
    """Return the next day with slashes, `2024/03/01`."""
    # The next day, so that the run at hand lies before it: taken for no bound it would show those after it, too.
    day = start // DAY * DAY + DAY
    return write_instant(day)[:10].replace("-", "/"), day


def english(start: int) -> tuple[str, int]:
    """Return the next day as mails have it, `Fri, 01 Mar 2024 00:00:00 GMT`."""
    day = start // DAY * DAY + DAY
    return format_datetime(_day(day), usegmt=True), day


def hour(start: int) -> tuple[str, int]:
    """Return an hour without its minutes, `2024-03-01T12Z`."""
    begin = start // (60 * MINUTE) * 60 * MINUTE
    return f"{write_instant(begin)[:13]}Z", begin


def with_comma(start: int) -> tuple[str, int]:
    """Return half a second after a second, with a comma: `2024-03-01T12:00:00,5Z`."""
    # Half a second on, or a reader that stops at the comma would mean nearly the same.
    second = start // SECOND * SECOND + SECOND
    return f"{write_instant(second)[:19]},5Z", second + SECOND // 2


def _day(instant: int) -> datetime:
    return datetime.fromtimestamp(instant // SECOND, UTC)


def _instant(text: str) -> int:
    instant = read_instant(text)
    assert instant is not None  # noqa: S101 - it is ours
    return instant


def without_offset(start: int) -> tuple[str, int]:
    """Return an instant without its Z."""
    return write_instant(start, utc=""), start


def in_lower_case(start: int) -> tuple[str, int]:
    """Return an instant with a small t and z."""
    return write_instant(start).lower(), start


def with_space(start: int) -> tuple[str, int]:
    """Return an instant with a space for its T."""
    return write_instant(start).replace("T", " "), start


def without_seconds(start: int) -> tuple[str, int]:
    """Return a minute without its seconds, `2024-03-01T12:00Z`."""
    minute = start // MINUTE * MINUTE
    return f"{write_instant(minute)[:16]}Z", minute


def with_short_offset(start: int) -> tuple[str, int]:
    """Return an instant whose offset has no colon."""
    text = write_instant(start, offset=120)
    # `+02:00` becomes `+0200`.
    return text[:-3] + text[-2:], start


def with_hour_offset(start: int) -> tuple[str, int]:
    """Return an instant whose offset has hours only."""
    return write_instant(start, offset=120)[:-3], start


def with_spaces(start: int) -> tuple[str, int]:
    """Return an instant behind a space."""
    return f" {write_instant(start)}", start


def with_text_after(start: int) -> tuple[str, int]:
    """Return an instant before an x."""
    return f"{write_instant(start)}x", start


def basic(start: int) -> tuple[str, int]:
    """Return a second without dashes and colons, `20240301T120000Z`."""
    second = start // SECOND * SECOND
    return write_instant(second).replace("-", "").replace(":", ""), second


def with_leap_second(start: int) -> tuple[str, int]:
    """Return the 61st second of a day's last minute, where leap seconds are; Java reads them nowhere else."""
    day = start // DAY * DAY
    return f"{write_instant(day)[:11]}23:59:60Z", day + DAY


def at_hour_24(start: int) -> tuple[str, int]:
    """Return the end of a day as `24:00:00`, which is the midnight of the next."""
    day = start // DAY * DAY
    return f"{write_instant(day)[:11]}24:00:00Z", day + DAY


def since_1970(start: int) -> tuple[str, int]:
    """Return a second as a number, counted from 1970."""
    return str(start // SECOND), start // SECOND * SECOND


FORMS: Mapping[str, Spell] = {
    "no_seconds": without_seconds,
    "space": with_space,
    "short_offset": with_short_offset,
    "hour_offset": with_hour_offset,
    "spaces": with_spaces,
    "text_after": with_text_after,
    "year": year,
    "comma": with_comma,
    "basic": basic,
    "hour_24": at_hour_24,
    "epoch": since_1970,
    "leap_second": with_leap_second,
    "month": month,
    "slashes": slashes,
    "week": week,
    "single_digits": single_digits,
    "english": english,
    "no_such_day": no_such_day,
    "hour": hour,
}
"""How each form of an instant is spelled, by its dimension."""
