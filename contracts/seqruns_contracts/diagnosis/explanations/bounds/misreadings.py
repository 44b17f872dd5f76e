"""How a bound is misread: cut, rounded, moved, in parts, with another offset, in another calendar."""

from __future__ import annotations

import re
import struct
from contextlib import suppress
from datetime import date, timedelta
from typing import TYPE_CHECKING

from seqruns_contracts.diagnosis.explanations.bounds.reading import (
    DAY,
    SIDES,
    piece_of,
    rewritten,
    then_read,
)
from seqruns_contracts.diagnosis.explanations.bounds.rounding import by_unit, cut_in_one_form, moved, of_sql_server
from seqruns_contracts.diagnosis.explanations.bounds.utc_offsets import of_its_minutes, of_the_offset
from seqruns_contracts.diagnosis.explanations.kinds import Explanation, bounding, quoted
from seqruns_contracts.model.instants import SECOND, read_instant

if TYPE_CHECKING:
    from collections.abc import Iterator

    from seqruns_contracts.diagnosis.explanations.bounds.reading import Misread
    from seqruns_contracts.diagnosis.history import History

_FRACTION = re.compile(r"[.,](\d+)")


def _week_year(text: str) -> str:
    with suppress(ValueError, OverflowError):
        # A week from Sunday on belongs to the year of its Saturday: Tuesday, 2024-12-31 is 2025.
        day = date.fromisoformat(text[:10])
        return f"{(day + timedelta(days=(5 - day.weekday()) % 7)).year:04}{text[4:]}"
    return text


def _iso_year(text: str) -> str:
    with suppress(ValueError, OverflowError):
        return f"{date.fromisoformat(text[:10]).isocalendar().year:04}{text[4:]}"
    return text


def _day_first(text: str) -> str:
    # A parser that tries the day first finds no month 13, and reads the 13th of March as it was meant.
    return f"{text[:5]}{text[8:10]}-{text[5:7]}{text[10:]}" if text[8:10] <= "12" else text


def _noon_is_midnight(text: str) -> str:
    return f"{text[:11]}00{text[13:]}" if text[11:13] == "12" else text


def _twelve_hours(text: str) -> str:
    return f"{text[:11]}{int(text[11:13]) % 12:02}{text[13:]}" if text[11:13].isdecimal() else text


def _next_month(text: str) -> str:
    with suppress(ValueError, OverflowError):
        day = date.fromisoformat(text[:10])
        # Days too many go over into the month after, as JavaScript has it: January 31 becomes March 2, or March 3.
        first = date(day.year + day.month // 12, day.month % 12 + 1, 1)
        return f"{first + timedelta(days=day.day - 1)}{text[10:]}"
    return text


def _float32(instant: int) -> int:
    with suppress(OverflowError):
        return int(struct.unpack("f", struct.pack("f", instant / SECOND))[0] * SECOND)
    return instant


def _int32(instant: int) -> int:
    seconds, rest = divmod(instant, SECOND)
    return ((seconds + 2**31) % 2**32 - 2**31) * SECOND + rest


def _nanoseconds(instant: int) -> int:
    return (instant + 2**63) % 2**64 - 2**63


def _end_of_date(text: str) -> int | None:
    instant = read_instant(text)
    return None if instant is None else instant + (DAY - 1 if len(text) == len("2024-03-01") else 0)


def _of_parts() -> Iterator[Misread]:
    """Yield bounds of which a part is lost, or is read as another number."""
    yield (
        "only-its-date",
        rewritten(lambda text: text[:10]),
        "reads only the date of {bounds}, as it is written: time and offset are lost",
        "the type of the parameter: a date, or the first ten characters",
    )
    yield (
        "offset-and-fraction-lost",
        rewritten(lambda text: text[:19]),
        "reads the first 19 characters of {bounds}: offset and fraction are lost",
        "the format of the parser, which ends with the seconds, or a slice `[:19]`",
    )
    yield (
        "month-later",
        rewritten(_next_month),
        "reads {bounds} a month later than it says",
        "a month that is counted from 0, as in JavaScript's `new Date(year, month, …)`",
    )
    yield (
        "fraction-is-a-count",
        rewritten(lambda text: _FRACTION.sub(lambda part: f".{int(part[1][:6]):06}", text, count=1)),
        "reads the fraction of {bounds} as a count of microseconds: .5 is five of them",
        "the parsing of the fraction, which must be filled up with zeros on the right",
    )
    yield (
        "fraction-is-milliseconds",
        rewritten(lambda text: _FRACTION.sub(lambda part: f".{int(part[1][:6]) % 1000:03}", text, count=1)),
        "reads the fraction of {bounds} as a count of milliseconds",
        "the parsing of the fraction, which must be filled up with zeros on the right",
    )


def _of_the_calendar() -> Iterator[Misread]:
    """Yield bounds whose date is read by other rules."""
    yield (
        "year-of-the-week",
        rewritten(_week_year),
        "reads the year of {bounds} as that of its week: the last days of December fall into the next year",
        "the date format: `YYYY` in the place of `yyyy`",
    )
    yield (
        "iso-year-of-the-week",
        rewritten(_iso_year),
        "reads the year of {bounds} as that of its ISO week",
        "the date format: `%G` in the place of `%Y`",
    )
    yield (
        "day-and-month-exchanged",
        rewritten(_day_first),
        "reads the day of {bounds} for the month where that is possible",
        "the parser's `dayfirst`, or a format with day and month exchanged",
    )


def _of_the_clock() -> Iterator[Misread]:
    """Yield bounds whose time of day is read by other rules, or made up."""
    yield (
        "noon-is-midnight",
        rewritten(_noon_is_midnight),
        "reads twelve o'clock in {bounds} as midnight",
        "the date format: `hh` in the place of `HH`",
    )
    yield (
        "twelve-hour-clock",
        rewritten(_twelve_hours),
        "reads the hours of {bounds} on a clock of twelve",
        "the date format: `%I` in the place of `%H`",
    )
    yield (
        "date-is-the-end-of-its-day",
        _end_of_date,
        "takes a bare date in {bounds} for the end of that day; here it is its midnight",
        "what is made of a date without a time",
    )


def _of_the_type() -> Iterator[Misread]:
    """Yield bounds that do not fit what holds them."""
    yield (
        "32-bit-float",
        then_read(_float32),
        "holds {bounds} in a 32-bit float, which is two minutes coarse",
        "the type of the parameter: `float` in the place of `double`",
    )
    yield (
        "32-bit-integer",
        then_read(_int32),
        "holds {bounds} in a 32-bit integer: after 2038 it turns negative",
        "the type of the parameter, a 32-bit count of seconds",
    )
    yield (
        "64-bit-nanoseconds",
        then_read(_nanoseconds),
        "counts the nanoseconds of {bounds} in 64 bits: after 2261 and before 1678 they are another time",
        "the type of the parameter, a 64-bit count of nanoseconds, as Go's `UnixNano` is",
    )


EXACT = (
    by_unit,
    of_sql_server,
    of_the_offset,
    of_its_minutes,
    _of_parts,
    _of_the_calendar,
    _of_the_clock,
    _of_the_type,
)
"""What says by itself which instant comes; other families have a number that is fitted, and cost more."""


def misreadings(_: History) -> Iterator[Explanation]:
    """Yield the ways to misread a bound, for both of them and for each."""
    kinds = [
        *((1, each) for family in EXACT for each in family()),
        *((2, each) for each in (*moved(), *cut_in_one_form())),
    ]
    for names in SIDES:
        for cost, (id_, read, sentence, look) in kinds:
            yield Explanation(
                id=f"{piece_of(names)}.{id_}",
                sentence=sentence.format(bounds=quoted(names)),
                look=look,
                change=bounding(names, read=read),
                needs=frozenset(names),
                cost=cost,
            )
