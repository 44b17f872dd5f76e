"""Which spellings of an instant a target reads, and what it does with one that is none."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from seqruns_contracts.checks.areas.bounds import DAY, MINUTE, bounded, chosen_instants
from seqruns_contracts.dialect.looking import DEFAULT, NOTHING, Sight
from seqruns_contracts.model.instants import MICROSECOND, SECOND, write_instant

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from seqruns_contracts.dialect.looking import Look, Reader

ANY_TIME = 1_709_251_200 * SECOND
"""The beginning of March 2024, in nanoseconds since 1970."""
LOST_PLUS = "2024-03-01T00:00:00 02:00"


def invalid(look: Look) -> Sight | None:
    """Ask with a word."""
    return look.read(look.query(before="yesterday"), {"nothing": NOTHING, "ignored": DEFAULT})


def lost_plus(look: Look) -> Sight | None:
    """Ask with an offset whose plus is a space; where that is no refusal, in the middle of what is known."""
    sight = look.read(look.query(after=LOST_PLUS), {})
    start = _middle(look)
    if isinstance(sight.value, int) or start is None:
        return sight if isinstance(sight.value, int) else None
    text = write_instant(start, offset=120)
    exchange = look.query(bounded(look.census, "after", text.replace("+", " ")))
    meant = bounded(look.census, "after", text)
    return look.read(exchange, {"understood": meant, "nothing": NOTHING, "ignored": meant.with_(after=None)})


def _middle(look: Look) -> int | None:
    """Return the start time in the middle of those that are known, in nanoseconds."""
    starts = look.census.starts
    return starts[len(starts) // 2] if starts else None


def of_check(claim: str, spell: Callable[[int], tuple[str, int]], look: Look) -> Sight | None:
    """Look at the spelling that a check of `before` asks with, which means what it says."""
    ask = look.of_check(f"before.{claim}")
    return spelled(spell, look) if ask is None else look.read(look.exchange(ask), {"read": ask.query})


def date(look: Look) -> Sight | None:
    """Ask with the day whose midnight a run comes closest to."""
    ask = look.of_check("before.takes-a-date")
    if ask is None:
        return None
    whole_day = ask.query.with_(before=f"{ask.query.meaning['before']}T23:59:59.999999999Z")
    return look.read(look.exchange(ask), {"midnight": ask.query, "whole-day": whole_day})


def long_fraction(look: Look) -> Sight | None:
    """Ask a nanosecond before a start with `before`, and a nanosecond after it with `after`.

    To microseconds `before` is cut to an instant that leaves the run out, too, and `after` to one that does not.
    """
    asks = [look.of_check(f"{name}.keeps-nanoseconds-apart") for name in ("before", "after")]
    start = next(iter(chosen_instants(look.census)), None)
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
    both = tuple(word for word in ("read", "cut", "rounded") if word in one.values and word in other.values)
    return Sight(values=both, exchange=other.exchange)


def spelled(spell: Callable[[int], tuple[str, int]], look: Look) -> Sight | None:
    """Ask around the middle of what is known, in a spelling; `spell` returns it and the instant that it means."""
    # Where no run shows its start, that a spelling is not refused is all that can be seen.
    text, instant = spell(_middle(look) or ANY_TIME)
    meant = bounded(look.census, "before", write_instant(instant))
    return look.read(look.query(bounded(look.census, "before", text)), {"read": meant})


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
    """Return a minute without its seconds."""
    minute = start // MINUTE * MINUTE
    return f"{write_instant(minute)[:16]}Z", minute


def with_short_offset(start: int) -> tuple[str, int]:
    """Return an instant whose offset has no colon."""
    text = write_instant(start, offset=120)
    return text[:-3] + text[-2:], start


def basic(start: int) -> tuple[str, int]:
    """Return a second without dashes and colons."""
    second = start // SECOND * SECOND
    return write_instant(second).replace("-", "").replace(":", ""), second


def with_leap_second(start: int) -> tuple[str, int]:
    """Return the 61st second of a minute."""
    minute = start // MINUTE * MINUTE
    return f"{write_instant(minute)[:17]}60Z", minute + MINUTE


def at_hour_24(start: int) -> tuple[str, int]:
    """Return the end of a day."""
    day = start // DAY * DAY
    return f"{write_instant(day)[:11]}24:00:00Z", day + DAY


def since_1970(start: int) -> tuple[str, int]:
    """Return a second as a number."""
    return str(start // SECOND), start // SECOND * SECOND


READERS: Mapping[str, Reader] = {
    "time.invalid": invalid,
    "time.lost_plus": lost_plus,
    "time.no_offset": partial(of_check, "without-an-offset-is-utc", without_offset),
    "time.date": date,
    "time.lower_case": partial(of_check, "takes-lower-case", in_lower_case),
    "time.long_fraction": long_fraction,
    "time.space": partial(spelled, with_space),
    "time.no_seconds": partial(spelled, without_seconds),
    "time.short_offset": partial(spelled, with_short_offset),
    "time.basic": partial(spelled, basic),
    "time.leap_second": partial(spelled, with_leap_second),
    "time.hour_24": partial(spelled, at_hour_24),
    "time.epoch": partial(spelled, since_1970),
}
