"""What a date-time means: calendars, ranges, zones that are left out, and nonsense."""

from __future__ import annotations

import re
from contextlib import suppress
from datetime import date, timedelta
from typing import TYPE_CHECKING

from seqruns.instant import parse_moment
from seqruns_gallery.building.exhibit import assumed, fault
from seqruns_gallery.building.moving import DAY
from seqruns_gallery.building.reading import bounds, crash, crashing, reading, rewriting
from seqruns_gallery.faults.start_time.spelling import _PARTS, WINDOW, offset_of, refused

if TYPE_CHECKING:
    from seqruns.instant import Moment
    from seqruns_gallery.building.exhibit import Change, Fault


def week_year(text: str) -> str:
    """Return a date-time with the year of its week, Sunday to Saturday: `YYYY` for `yyyy` in Java."""
    with suppress(ValueError, OverflowError):
        day = date.fromisoformat(text[:10])
        return f"{(day + timedelta(days=(5 - day.weekday()) % 7)).year:04}{text[4:]}"
    return text


def day_first(text: str) -> str:
    """Return a date-time with day and month exchanged, where that is a date."""
    return f"{text[:5]}{text[8:10]}-{text[5:7]}{text[10:]}" if text[8:10] <= "12" else text


def rolled_over(text: str) -> Moment:
    """Return the instant of a date-time; a day beyond the end of its month counts on into the next."""
    with suppress(ValueError):
        return parse_moment(text)
    day = int(text[8:10]) if text[8:10].isdigit() else 0
    if not 28 < day < 32:
        return parse_moment(text)
    return parse_moment(f"{text[:8]}28{text[10:]}") + (day - 28) * DAY


def by_four(text: str) -> Moment:
    """Return the instant of a date-time; every fourth year has a leap day."""
    if re.match(r"\d\d00-02-29", text):
        return parse_moment(text.replace("-02-29", "-02-28")) + DAY
    return parse_moment(text)


def lenient(text: str) -> Moment | None:
    """Return the instant of a date-time, or None where it is none."""
    with suppress(ValueError):
        return parse_moment(text)
    return None


def crashing_beyond(first: str, last: str) -> Change:
    """Return the change that answers 500 to bounds outside a range."""
    low, high = parse_moment(first), parse_moment(last)

    def is_beyond(text: str) -> bool:
        with suppress(ValueError):
            return not low <= parse_moment(text) <= high
        return False

    return crashing(is_beyond, *WINDOW)


def zoned(offset: str) -> Change:
    """Return the change that takes a date-time without an offset for one of a time zone."""
    return rewriting(lambda text: text + offset if _PARTS.fullmatch(text) and not offset_of(text) else text, *WINDOW)


def is_date(text: str) -> bool:
    """Return whether a text is a bare date."""
    return len(text) == len("2024-03-01")


def end_of_day(text: str) -> Moment:
    """Return the instant of a date-time; of a bare date, the last of its day."""
    return parse_moment(text) + (DAY - 1 if is_date(text) else 0)


def crash_on_nonsense(text: str) -> Moment:
    """Return the instant of a date-time; nobody catches the error where it is none."""
    instant = lenient(text)
    return crash() if instant is None else instant


FAULTS: tuple[Fault, ...] = (
    fault(
        "calendar-end-crashes",
        "An instant before the year 1 or after 9999, which an offset can name, is a 500: OverflowError.",
        crashing_beyond("0001-01-01T00:00:00Z", "9999-12-31T23:59:59.999999Z"),
    ),
    fault(
        "leap-day-refused",
        "29 February is refused: the validator knows 28 days.",
        refused(lambda text: text[5:10] == "02-29"),
    ),
    fault(
        "year-of-the-week",
        "The format says YYYY for yyyy: the last days of December fall into the next year.",
        rewriting(week_year, *WINDOW),
    ),
    fault(
        "day-and-month-exchanged",
        "A parser set to day first reads 2024-03-04 as 3 April.",
        rewriting(day_first, *WINDOW),
    ),
    fault(
        "twelve-hour-clock",
        "The format says hh for HH: an hour of 12 becomes 0.",
        rewriting(lambda text: text[:11] + "00" + text[13:] if text[11:13] == "12" else text, *WINDOW),
    ),
    fault(
        "bad-date-crashes",
        "Text that is no date-time is a 500: nobody catches the parser's error.",
        bounds(crash_on_nonsense),
    ),
    fault(
        "leap-day-of-2000-refused",
        "29 February 2000 is refused: years that 100 divides have none, and nobody thought of 400.",
        refused(lambda text: text.startswith("2000-02-29")),
    ),
    assumed(
        "days-of-2100-counted-by-four",
        "29 February 2100 is a day: nobody thought of 100.",
        bounds(by_four),
    ),
    assumed(
        "bad-date-is-a-number",
        "Digits are Unix seconds.",
        bounds(lambda text: int(text) * 10**6 if text.isdecimal() else parse_moment(text)),
    ),
    assumed(
        "letters-after-a-date-ignored",
        "Only the beginning of the text is looked at.",
        rewriting(lambda text: re.sub(r"(?<=[Zz])[A-Za-z]+$", "", text), *WINDOW),
    ),
    assumed(
        "bad-date-ignored",
        "Text that is no date-time counts as absent, so all runs come.",
        bounds(lenient),
    ),
    assumed(
        "days-roll-over",
        "30 February is 1 March, as in JavaScript.",
        bounds(rolled_over),
    ),
    assumed(
        "naive-time-is-local",
        "A time without an offset is taken for the server's local one.",
        zoned("-05:00"),
    ),
    assumed(
        "date-refused",
        "A bare date is refused.",
        refused(is_date),
    ),
    assumed(
        "date-means-the-end-of-its-day",
        "A bare date as `before` means all of that day.",
        reading(before=end_of_day),
    ),
    fault(
        "hour-24-crashes",
        "The end of a day, written as 24:00, is a 500.",
        crashing(lambda text: "T24:" in text, *WINDOW),
    ),
    fault(
        "leap-second-crashes",
        "A second of 60 is a 500: the pattern lets it through, and no date-time has it.",
        crashing(lambda text: re.search(r"T\d\d:\d\d:60", text) is not None, *WINDOW),
    ),
    fault(
        "basic-format-crashes",
        "A date-time without dashes and colons is a 500.",
        crashing(lambda text: re.match(r"\d{8}T", text) is not None, *WINDOW),
    ),
    assumed(
        "bound-null-means-absent",
        "The bound null counts as absent.",
        rewriting(lambda text: "" if text == "null" else text, *WINDOW),
    ),
)
