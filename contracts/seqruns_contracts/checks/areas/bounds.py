"""The bounds `before` and `after`: inclusive, exact to the microsecond, and read in every spelling of an instant."""

from __future__ import annotations

from typing import TYPE_CHECKING

from seqruns_contracts.checks.areas.bound_probes import (
    as_printed,
    ask_at,
    bounded,
    chosen_instants,
    is_inside,
    of_each_bound,
    spell,
)
from seqruns_contracts.checks.expectations import ask_for, is_refused
from seqruns_contracts.checks.kinds import Grade, Probe, View
from seqruns_contracts.model.instants import MICROSECOND, SECOND, write_instant
from seqruns_contracts.model.query import Query

if TYPE_CHECKING:
    from collections.abc import Iterator

MINUTE = 60 * SECOND
HOUR = 60 * MINUTE
DAY = 24 * HOUR
NONSENSE = {
    "before": ("yesterday", "2024-13-01", "0", "null", "1700000000", "foo 1"),
    "after": ("2100-02-29T00:00:00Z", "2024-03-01T00:00:00 02:00", "12:00", "2024-03-01T00:00:00Zulu"),
}
"""Words and numbers that lenient readers make a date of, days and letters that careless ones do not look at, and a plus
that arrived as a space."""
OFFSETS = {"before": (1439, -480, 330, -210), "after": (840, -1439, -30)}
"""Minutes east of UTC: whole hours and parts of one, east and west, west by less than an hour, and the largest."""
FRACTIONS = {"before": ((1, SECOND // 10), (4, SECOND // 10**4)), "after": ((2, SECOND // 100), (3, SECOND // 1000))}
"""How many digits, and the unit of the last one: `.5` is 500 milliseconds, and neither 5 of them nor 5 microseconds.
Bounds elsewhere have none, five and six."""
FIRST, EPOCH, OVERFLOW, LAST = (
    "0001-01-01T00:00:00Z",
    "1970-01-01T00:00:00Z",
    "2038-01-19T03:14:08Z",
    "9999-12-31T23:59:59.999999Z",
)
LEAP_DAY = "2000-02-29T12:00:00Z"
EXTREMES = {"before": (FIRST, EPOCH, LAST), "after": (FIRST, OVERFLOW, LEAP_DAY, LAST)}
"""The ends of the calendar, its rarest day (in a year that 100 divides, and 400), and where counters of seconds begin
and overflow; each of the latter for the bound that it could undo."""


def _last_day_of_the_year_before(instant: int) -> str:
    return f"{max(int(write_instant(instant)[:4]) - 1, 1):04}-12-31T12:00:00Z"


@of_each_bound(
    "is-inclusive",
    "`{bound}` selects the runs that start {bound} the instant, or exactly at it.",
    clauses=["{bound}.inclusive", "{bound}.start-time", "time.echo"],
    exact=True,
)
def is_inclusive(view: View, name: str) -> Iterator[Probe]:
    """Send start times back exactly as they were printed."""
    instants = chosen_instants(view.census)
    # Without the one in the middle, of which `filters.come-before-paging` asks for a page.
    for instant in [*instants[:3], *instants[-2:]] if len(instants) > 5 else instants:
        yield ask_for(bounded(view.census, name, as_printed(view.census, instant)))


@of_each_bound(
    "is-exact",
    "`{bound}` compares instants to the microsecond, not to the second, the minute or the day.",
    clauses=["time.exact"],
    exact=True,
)
def is_exact(view: View, name: str) -> Iterator[Probe]:
    """Ask one microsecond beside a start time, on both sides: one inside of a second where there is one."""
    instants = sorted(chosen_instants(view.census)[1:], key=lambda instant: instant % SECOND == 0)
    for instant in instants[:2]:
        yield from spell(view, name, [instant - MICROSECOND, instant + MICROSECOND], digits=6)


@of_each_bound(
    "reads-offsets",
    "`{bound}` is an instant in any zone: an offset is added up, not ignored and not compared as text.",
    clauses=["time.rfc3339", "time.spellings", "time.exact"],
)
def reads_offsets(view: View, name: str) -> Iterator[Probe]:
    """Ask a quarter of an hour beside a start time, on the side to which a misread offset or noon would cross it."""
    starts = chosen_instants(view.census)
    # A run starts at 12:00; `before=13:45+02:00` is 11:45, so it is out. Who overlooks the offset lets it in: a quarter
    # of an hour is less than any offset shifts.
    for position, offset in enumerate(OFFSETS[name] if starts else ()):
        start = starts[position % len(starts)]
        beside = (start - 15 * MINUTE if offset > 0 else start + 15 * MINUTE) // MICROSECOND * MICROSECOND
        instant = beside if is_inside(view.census, beside) else start
        yield ask_at(view, name, instant, write_instant(instant, offset=offset))
    for start in starts[-1:] if name == "before" else ():
        # Written in the zone in which it is just past noon: who takes twelve-hour clocks for 24 reads midnight.
        at_noon = (12 - (start + 15 * MINUTE) // HOUR % 24) * 60
        instant = start + 15 * MINUTE
        yield ask_at(view, name, instant, write_instant(instant, offset=at_noon, digits=6))
    # Not `-00:00`: RFC 3339 has it, ISO 8601 forbids it, and parsers go by the one or the other.
    if name == "after":
        yield from spell(view, name, starts[:1], utc="+00:00")


@of_each_bound(
    "reads-fractions",
    "`{bound}` takes seconds with no fraction, or one of up to six digits.",
    clauses=["time.rfc3339", "time.spellings"],
)
def reads_fractions(view: View, name: str) -> Iterator[Probe]:
    """Ask at the next tenth of a second, and so on, after a start time: one inside of a second where there is one."""
    for digits, unit in FRACTIONS[name]:
        # Rounded up, so that the run before it is in: 10:00:00.4567 is asked for as 10:00:00.5, 10:00:00.46, …
        instants = [-(-start // unit) * unit for start in chosen_instants(view.census)]
        instants.sort(key=lambda instant: instant % SECOND == 0)
        yield from spell(view, name, instants[:1], digits=digits)


@of_each_bound(
    "reaches-the-ends-of-the-calendar",
    "`{bound}` takes any instant from year 1 to year 9999: leap days, the first second of 1970, a year's last day.",
    clauses=["time.rfc3339"],
)
def reaches_the_ends(view: View, name: str) -> Iterator[Probe]:
    """Ask at the extremes, once beside the other bound, and on a year's last day, which is in the next one's week 1."""
    for latest in view.census.starts[-1:]:
        middle = view.census.starts[len(view.census.starts) // 2]
        for text in EXTREMES[name]:
            # Beside the other bound without a limit: that is 50 runs with filters, too.
            beside = {"after": as_printed(view.census, middle)} if (name, text) == ("before", LAST) else {}
            yield ask_for(Query.of({name: text, **(beside or {"limit": view.census.largest})}))
        if name == "before" or not view.census.base.filters:
            yield ask_for(bounded(view.census, name, _last_day_of_the_year_before(latest)))


@of_each_bound(
    "without-an-offset-is-utc",
    "`{bound}` without an offset is read as UTC.",
    clauses=["time.naive"],
    grade=Grade.ASSUMED,
)
def naive_is_utc(view: View, name: str) -> Iterator[Probe]:
    """Ask at a start time, without a zone."""
    yield from spell(view, name, chosen_instants(view.census)[1:2], utc="")


@of_each_bound(
    "takes-a-date",
    "`{bound}` takes a bare date for its midnight, UTC.",
    clauses=["time.date"],
    grade=Grade.ASSUMED,
)
def takes_a_date(view: View, name: str) -> Iterator[Probe]:
    """Ask with the day whose midnight a run comes closest to: after it for `before`, and before it for `after`."""
    side = 1 if name == "before" else -1
    # A run at 00:01 starts a minute after the midnight that `before` names, and is out; who reads the end of the day,
    # or its noon, lets it in.
    by_distance = sorted(view.census.starts, key=lambda start: side * start % DAY)
    midnights = [(start + (DAY - 1 if side < 0 else 0)) // DAY * DAY for start in by_distance]
    for midnight in [midnight for midnight in midnights if is_inside(view.census, midnight)][:1]:
        yield ask_at(view, name, midnight, write_instant(midnight, utc="")[:10])


@of_each_bound(
    "takes-lower-case", "`{bound}` takes a lower-case t and z.", clauses=["time.lower-case"], grade=Grade.ASSUMED
)
def takes_lower_case(view: View, name: str) -> Iterator[Probe]:
    """Ask at a start time, in lower case."""
    for start in chosen_instants(view.census)[:1]:
        yield ask_at(view, name, start, write_instant(start).lower())


@of_each_bound(
    "keeps-nanoseconds-apart",
    "`{bound}` takes more than six digits, and none of them moves it across a start time.",
    clauses=["time.nanoseconds"],
    exact=True,
    grade=Grade.ASSUMED,
)
def keeps_nanoseconds(view: View, name: str) -> Iterator[Probe]:
    """Ask one nanosecond beside a start time, on the side on which the run is out."""
    for start in chosen_instants(view.census)[:1]:
        yield from spell(view, name, [start - 1 if name == "before" else start + 1], digits=9)


@of_each_bound(
    "refuses-what-is-no-date",
    "`{bound}` refuses text that is no date-time.",
    clauses=["time.invalid", "errors.invalid"],
    needs="nothing",
    grade=Grade.ASSUMED,
)
def refuses_nonsense(_: View, name: str) -> Iterator[Probe]:
    """Ask with words, numbers, impossible dates, letters after a date, and an offset whose plus was lost."""
    for text in NONSENSE[name]:
        yield ask_for(Query.of({name: text}), is_refused)


CHECKS = (
    *is_inclusive,
    *is_exact,
    *reads_offsets,
    *reads_fractions,
    *reaches_the_ends,
    *naive_is_utc,
    *takes_a_date,
    *takes_lower_case,
    *keeps_nanoseconds,
    *refuses_nonsense,
)
