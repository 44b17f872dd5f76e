"""Which spellings of an instant a target reads, and what it does with one that is none."""

from __future__ import annotations

from datetime import UTC, datetime
from email.utils import format_datetime
from functools import partial
from typing import TYPE_CHECKING, TypeAlias

from seqruns_contracts.checks.areas.bounds import DAY, MINUTE, bounded, chosen_instants
from seqruns_contracts.dialect.looking import DEFAULT, NOTHING, Sight
from seqruns_contracts.model.instants import MICROSECOND, SECOND, read_instant, write_instant

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from seqruns_contracts.dialect.looking import Look, Reader
    from seqruns_contracts.model.exchange import Exchange
    from seqruns_contracts.model.query import Query

Spell: TypeAlias = "Callable[[int], tuple[str, int]]"
"""Returns a spelling of an instant near the one it is given, and which instant it means, in nanoseconds."""
ANY_TIME = 1_709_251_200 * SECOND
"""The beginning of March 2024, in nanoseconds since 1970."""
LOST_PLUS = "2024-03-01T00:00:00 02:00"


def invalid(look: Look) -> Sight | None:
    """Ask with a word, and where that is read, as PostgreSQL reads `yesterday`, with another."""
    sight = look.read(look.query(before="yesterday"), {})
    if isinstance(sight.value, int):
        return sight
    return look.read(look.query(after="soon"), {"nothing": NOTHING, "ignored": DEFAULT})


def words(look: Look) -> Sight | None:
    """Ask with a word that names a day; where any word is ignored, or selects nothing, it does so, too."""
    sight, other = look.read(look.query(before="yesterday"), {}), invalid(look)
    if isinstance(sight.value, int) or other is None:
        return sight
    is_read = isinstance(other.value, int) and sight.exchange.reply.page is not None
    return Sight(values=("read",) if is_read else other.values, exchange=sight.exchange)


def lost_plus(look: Look) -> Sight | None:
    """Ask with an offset whose plus is a space; where that is no refusal, in the middle of what is known."""
    sight = look.read(look.query(after=LOST_PLUS), {})
    start = _middle(look)
    if isinstance(sight.value, int) or start is None:
        return sight if isinstance(sight.value, int) else None
    text = write_instant(start, offset=120)
    exchange = look.query(bounded(look.census, "after", text.replace("+", " ")))
    # `12:00:00 02:00` cut after the seconds is noon in UTC, two hours from what was meant.
    meant, cut = (bounded(look.census, "after", each) for each in (text, f"{text[:-6]}Z"))
    return look.read(
        exchange, {"understood": meant, "cut": cut, "nothing": NOTHING, "ignored": meant.with_(after=None)}
    )


def _middle(look: Look) -> int | None:
    """Return the start time in the middle of those that are known, in nanoseconds."""
    starts = look.census.starts
    return starts[len(starts) // 2] if starts else None


def of_check(claim: str, spell: Spell, look: Look) -> Sight | None:
    """Look at the spelling that a check of `before` asks with, which means what it says."""
    ask = look.of_check(f"before.{claim}")
    return spelled(spell, look) if ask is None else _read(look, look.exchange(ask), ask.query)


def date(look: Look) -> Sight | None:
    """Ask with the day whose midnight a run comes closest to."""
    ask = look.of_check("before.takes-a-date")
    if ask is None:
        return None
    # Nine digits, so that no run of that day starts after it.
    whole_day = ask.query.with_(before=f"{ask.query.meaning['before']}T23:59:59.999999999Z")
    meanings = {"midnight": ask.query, "whole-day": whole_day, "nothing": NOTHING}
    return look.read(look.exchange(ask), {**meanings, "ignored": ask.query.with_(before=None)})


def long_fraction(look: Look) -> Sight | None:
    """Ask a nanosecond before a start with `before`, and a nanosecond after it with `after`.

    To microseconds `before` is cut to an instant that leaves the run out, too, and `after` to one that does not.
    """
    asks = [look.of_check(f"{name}.keeps-nanoseconds-apart") for name in ("before", "after")]
    start = next(iter(chosen_instants(look.census)), None)
    # A start that has nanoseconds itself shows nothing of whether they are read.
    if asks[0] is None or asks[1] is None or start is None or start % MICROSECOND:
        return None
    at_it = write_instant(start)
    early, late = asks[0].query, asks[1].query
    one = look.read(look.exchange(asks[0]), {"read": early, "cut": early, "rounded": early.with_(before=at_it)})
    other = look.read(
        look.exchange(asks[1]), {"read": late, "cut": late.with_(after=at_it), "rounded": late.with_(after=at_it)}
    )
    if isinstance(one.value, int) or isinstance(other.value, int):
        return other if one.value == other.value else Sight(values=(), exchange=other.exchange)
    # Each bound alone fits two readings; only one of them fits both.
    both = tuple(word for word in ("read", "cut", "rounded") if word in one.values and word in other.values)
    return Sight(values=both, exchange=other.exchange)


def spelled(spell: Spell, look: Look) -> Sight | None:
    """Ask around the middle of what is known, in a spelling; `spell` returns it and the instant that it means."""
    # Where no run shows its start, that a spelling is not refused is all that can be seen.
    text, instant = spell(_middle(look) or ANY_TIME)
    meant = bounded(look.census, "before", write_instant(instant))
    return _read(look, look.query(bounded(look.census, "before", text)), meant)


def _read(look: Look, exchange: Exchange, meant: Query, bound: str = "before") -> Sight:
    ignored = exchange.ask.query.with_(**{bound: None})
    return look.read(exchange, {"read": meant, "nothing": NOTHING, "ignored": ignored})


def no_such_day(start: int) -> tuple[str, int]:
    """Return the 30th of February of its year, two days after the 28th."""
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

READERS: Mapping[str, Reader] = {
    "time.invalid": invalid,
    "time.lost_plus": lost_plus,
    "time.no_offset": partial(of_check, "without-an-offset-is-utc", without_offset),
    "time.date": date,
    "time.lower_case": partial(of_check, "takes-lower-case", in_lower_case),
    "time.long_fraction": long_fraction,
    "time.words": words,
}
