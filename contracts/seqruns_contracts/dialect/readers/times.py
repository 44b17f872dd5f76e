"""Which spellings of an instant a target reads, and what it does with one that is none."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from seqruns.dialect import dimensions
from seqruns_contracts.checks.areas.bound_probes import bounded, chosen_instants
from seqruns_contracts.dialect.looking import DEFAULT, NOTHING, Sight
from seqruns_contracts.dialect.readers.spellings import ANY_TIME, in_lower_case, without_offset
from seqruns_contracts.model.instants import MICROSECOND, write_instant

if TYPE_CHECKING:
    from collections.abc import Mapping

    from seqruns_contracts.dialect.looking import Look, Reader
    from seqruns_contracts.dialect.readers.spellings import Spell
    from seqruns_contracts.model.exchange import Exchange
    from seqruns_contracts.model.query import Query

LOST_PLUS = "2024-03-01T00:00:00 02:00"


def invalid(look: Look) -> Sight | None:
    """Ask with a word, and where that is read, as PostgreSQL reads `yesterday`, with another."""
    sight = look.read(look.query(before="yesterday"), {})
    if isinstance(sight.value, int):
        return sight
    return look.read(look.query(before="null"), {"nothing": NOTHING, "ignored": DEFAULT})


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
    if isinstance(sight.value, int):
        return sight
    if start is None:
        return _not_refused("time.lost_plus", sight)
    text = write_instant(start, offset=120)
    exchange = look.query(bounded(look.census, "after", text.replace("+", " ")))
    # `12:00:00 02:00` cut after the seconds is noon in UTC, two hours from what was meant.
    meant, cut = (bounded(look.census, "after", each) for each in (text, f"{text[:-6]}Z"))
    return look.read(
        exchange, {"understood": meant, "cut": cut, "nothing": NOTHING, "ignored": meant.with_(after=None)}
    )


def _not_refused(name: str, sight: Sight) -> Sight | None:
    """Return that a page may show any word of a dimension: where no run shows its start, only refusals are plain."""
    is_page = sight.exchange.reply.page is not None
    return Sight(values=tuple(dimensions()[name].words), exchange=sight.exchange) if is_page else None


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
        sight = look.read(look.query(before=write_instant(ANY_TIME)[:10]), {})
        return sight if isinstance(sight.value, int) else _not_refused("time.date", sight)
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


READERS: Mapping[str, Reader] = {
    "time.invalid": invalid,
    "time.lost_plus": lost_plus,
    "time.no_offset": partial(of_check, "without-an-offset-is-utc", without_offset),
    "time.date": date,
    "time.lower_case": partial(of_check, "takes-lower-case", in_lower_case),
    "time.long_fraction": long_fraction,
    "time.words": words,
}
