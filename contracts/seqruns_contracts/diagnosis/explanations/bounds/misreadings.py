"""How the text of a bound is misread: cut, rounded, moved, with another offset, in another calendar."""

from __future__ import annotations

import re
import struct
from contextlib import suppress
from datetime import date, timedelta
from functools import partial
from typing import TYPE_CHECKING

from seqruns_contracts.diagnosis.explanations.bounds.reading import (
    DAY,
    SIDES,
    piece_of,
    rewritten,
    rezoned,
    then_read,
)
from seqruns_contracts.diagnosis.explanations.bounds.rounding import by_unit, cut_in_one_form, moved
from seqruns_contracts.diagnosis.explanations.kinds import Explanation, bounding, quoted
from seqruns_contracts.model.instants import SECOND, read_instant

if TYPE_CHECKING:
    from collections.abc import Iterator

    from seqruns_contracts.diagnosis.explanations.bounds.reading import Read
    from seqruns_contracts.diagnosis.history import History

_FRACTION = re.compile(r"[.,](\d+)")


def _keep_unless(ignored: str, sign: str, hours: str, minutes: str) -> str:
    return "Z" if sign == ignored else f"{sign}{hours}:{minutes}"


def _minutes_positive(sign: str, hours: str, minutes: str) -> str:
    total = int(f"{sign}{hours}") * 60 + int(minutes)
    return f"{'-' if total < 0 else '+'}{abs(total) // 60:02}:{abs(total) % 60:02}"


def _week_year(text: str) -> str:
    with suppress(ValueError, OverflowError):
        day = date.fromisoformat(text[:10])
        return f"{(day + timedelta(days=(5 - day.weekday()) % 7)).year:04}{text[4:]}"
    return text


def _iso_year(text: str) -> str:
    with suppress(ValueError, OverflowError):
        return f"{date.fromisoformat(text[:10]).isocalendar().year:04}{text[4:]}"
    return text


def _day_first(text: str) -> str:
    return f"{text[:5]}{text[8:10]}-{text[5:7]}{text[10:]}" if text[8:10] <= "12" else text


def _noon_is_midnight(text: str) -> str:
    return f"{text[:11]}00{text[13:]}" if text[11:13] == "12" else text


def _twelve_hours(text: str) -> str:
    return f"{text[:11]}{int(text[11:13]) % 12:02}{text[13:]}" if text[11:13].isdecimal() else text


def _next_month(text: str) -> str:
    with suppress(ValueError, OverflowError):
        day = date.fromisoformat(text[:10])
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


def _end_of_date(text: str) -> int | None:
    instant = read_instant(text)
    return None if instant is None else instant + (DAY - 1 if len(text) == len("2024-03-01") else 0)


def _by_text() -> Iterator[tuple[str, Read, str, str]]:
    yield (
        "offset-ignored",
        rezoned(lambda *_: "Z"),
        "ignores the offset of {bounds}: the local time is taken for UTC",
        "the parsing of the offset: `replace(tzinfo=…)` in the place of `astimezone`, or a column without time zone",
    )
    for sign, word in (("+", "positive"), ("-", "negative")):
        yield (
            f"{word}-offset-ignored",
            rezoned(partial(_keep_unless, sign)),
            f"ignores a {word} offset of {{bounds}}: the local time is taken for UTC",
            f"the parsing of the offset: a split at `{sign}`, or an expression that knows one sign only",
        )
    yield (
        "offset-inverted",
        rezoned(lambda sign, hours, minutes: f"{'+' if sign == '-' else '-'}{hours}:{minutes}"),
        "adds the offset of {bounds} where it should be subtracted",
        "the sign of the offset in the conversion to UTC",
    )
    yield (
        "offset-minutes-cut",
        rezoned(lambda sign, hours, _minutes: f"{sign}{hours}:00"),
        "reads only the hours of the offset of {bounds}: +05:30 is +05:00",
        "the parsing of the offset's minutes",
    )
    yield (
        "offset-in-decimal-hours",
        rezoned(lambda sign, hours, minutes: f"{sign}{hours}:{int(minutes) * 60 // 100:02}"),
        "reads the offset of {bounds} as decimal hours: +05:30 is 5.3 hours",
        "the parsing of the offset as one number",
    )
    yield (
        "offset-minutes-always-positive",
        rezoned(_minutes_positive),
        "applies the sign of the offset of {bounds} to its hours only: -03:30 is -02:30",
        "the sum of hours and minutes of a negative offset",
    )
    yield (
        "offset-of-minus-zero-hours",
        rezoned(lambda sign, hours, minutes: f"{'+' if hours == '00' else sign}{hours}:{minutes}"),
        "loses the sign of an offset of less than an hour in {bounds}: -00:30 is +00:30",
        "the sign of the offset, which `int('-00')` loses",
    )
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


def misreadings(_: History) -> Iterator[Explanation]:
    """Yield the ways to misread a bound, for both of them and for each."""
    kinds = [
        *((1, each) for each in (*by_unit(), *_by_text())),
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
