"""Bounds that are read in another zone than they say."""

from __future__ import annotations

from contextlib import suppress
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from seqruns_contracts.diagnosis.explanations.bounds.reading import HOUR, MINUTE, SIDES, piece_of, zone_of
from seqruns_contracts.diagnosis.explanations.kinds import BOUNDS, FAR, Explanation, bounding, quoted
from seqruns_contracts.model.instants import SECOND, read_instant

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from seqruns_contracts.diagnosis.explanations.bounds.reading import Read
    from seqruns_contracts.diagnosis.history import History

ZONES = (
    "Europe/London", "Europe/Berlin", "America/New_York", "America/Chicago", "America/Denver", "America/Los_Angeles",
    "America/Sao_Paulo", "Asia/Kolkata", "Asia/Tokyo", "Australia/Sydney",
)  # fmt: skip
"""Zones in which servers stand, some with daylight saving time."""
WHICH: dict[str, tuple[Callable[[str], bool], str]] = {
    "": (lambda _: True, "{bounds}"),
    "with-z": (lambda text: zone_of(text) == "Z", "a {bounds} that ends in Z"),
    "with-any-z": (lambda text: zone_of(text) in {"Z", "z"}, "a {bounds} that ends in Z or z"),
    "without-offset": (lambda text: not zone_of(text), "a {bounds} without an offset"),
    "times-without-offset": (
        lambda text: not zone_of(text) and len(text) > len("2024-03-01"),
        "a {bounds} with a time and no offset",
    ),
    "with-offset": (lambda text: zone_of(text)[:1] in {"+", "-"}, "a {bounds} with a numeric offset"),
}
"""Which texts a zone may be put on."""


PARTS = tuple(sign * quarter for quarter in (14, 18, 22, 23, 26, 38) for sign in (1, -1))
"""The zones that are no whole hours away, in quarters of an hour: Newfoundland, Kabul, Delhi, Kathmandu and others."""


def shifting(history: History) -> Iterator[Explanation]:
    """Yield the shifts by a quarter of an hour and more, for all texts or those of one spelling, whole hours first.

    Only those are yielded that some page shows, of the pages that were asked with one bound and nothing else.
    """
    quarters = sorted((*(4 * hour for hour in range(-12, 15) if hour), *PARTS), key=lambda q: (q % 4 != 0, abs(q)))
    spans = list(_spans(history))
    quarters = [q for q in quarters if any(least <= q * HOUR // 4 < most for least, most in spans)]
    for names in SIDES:
        for which, (concerns, words) in WHICH.items():
            for quarter in quarters:
                shift = quarter * HOUR // 4
                yield Explanation(
                    id=f"{piece_of(names)}.shifted{'-' * bool(which)}{which}",
                    sentence=(
                        f"compares {words.format(bounds=quoted(names))} {_hours(shift)} "
                        f"{'later' if shift > 0 else 'earlier'} than it says: a local time is taken for UTC, or is "
                        "printed as such"
                    ),
                    look="the time zone of the server, of the database session or of the column: all should be UTC",
                    change=bounding(names, read=_shifted(shift, concerns)),
                    needs=frozenset(names),
                    cost=2,
                )


LOCAL_MEAN = {
    "America/New_York": -296, "America/Chicago": -351, "America/Denver": -420, "America/Los_Angeles": -473,
    "America/Sao_Paulo": -186, "Europe/London": -1, "Europe/Berlin": 53, "Europe/Paris": 9, "Asia/Kolkata": 353,
    "Asia/Tokyo": 559, "Australia/Sydney": 605,
}  # fmt: skip
"""By a zone, how many minutes east of UTC it was before there were zones."""


def in_local_mean_time(_: History) -> Iterator[Explanation]:
    """Yield the zones that `pytz` gives a time which is put into one of them by `replace`: those of the 19th century."""
    for which in ("without-offset", "times-without-offset"):
        concerns, words = WHICH[which]
        for zone, minutes in LOCAL_MEAN.items():
            yield Explanation(
                id=f"window.shifted-{which}",
                sentence=f"takes {words.format(bounds=quoted(BOUNDS))} for the local mean time of {zone}, "
                f"{_hours(minutes * MINUTE)} from UTC",
                look="a zone of `pytz` that is put on by `replace(tzinfo=…)`, where `localize` is due",
                change=bounding(BOUNDS, read=_shifted(-minutes * MINUTE, concerns)),
                needs=frozenset(BOUNDS),
                cost=2,
            )


def _spans(history: History) -> Iterator[tuple[int, int]]:
    """Yield the least and the most that a bound was moved by, for each page that says that it was moved.

    Example: `before=12:00` shows the runs that start at 9:00 and 10:30, and not that of 11:15: the bound was taken for a time
    from 10:30 to 11:15, and moved by -1:30 to -0:45 hours.
    """
    starts = sorted((run.start, run.id) for run in history.world.runs if run.start is not None)
    for seen in history.pages:
        bounds = {name: text for name, text in seen.ask.query.filters.items() if name in BOUNDS}
        instant = read_instant(next(iter(bounds.values()))) if len(bounds) == len(seen.ask.query.filters) == 1 else None
        if instant is None or seen.ids is None:
            continue
        came = set(seen.ids)
        inside = [start for start, name in starts if name in came]
        outside = [start for start, name in starts if name not in came]
        # The bound lies between the last of the earlier ones and the first of the later ones.
        earlier, later = (inside, outside) if "before" in bounds else (outside, inside)
        least, most = max(earlier, default=-FAR) - instant, min(later, default=FAR) - instant
        # A page that fits the bound as it was sent says nothing of a shift, nor does one that no single bound divides.
        if least < most and not least <= 0 < most:
            yield least, most


def _shifted(shift: int, concerns: Callable[[str], bool]) -> Read:
    def read(text: str) -> int | None:
        instant = read_instant(text)
        return None if instant is None else instant + shift * concerns(text)

    return read


def _hours(shift: int) -> str:
    hours, minutes = divmod(abs(shift) // MINUTE, 60)
    return f"{hours}:{minutes:02} hours" if minutes else f"{hours} hour{'s' * (hours != 1)}"


def _shows_no_offset(history: History) -> bool:
    """Return whether start times are shown without an offset, so that they may be local times."""
    texts = [run.start_text for run in history.world.runs if run.start_text]
    return bool(texts) and not any(map(zone_of, texts))


def in_zones(history: History) -> Iterator[Explanation]:
    """Yield local times of zones with daylight saving time, where the shift depends on the date."""
    # A local time that is shown without an offset is read as UTC: what comes is the same.
    shown = ", or shows start times as such, without an offset" if _shows_no_offset(history) else ""
    for which in ("", "with-z", "with-any-z", "without-offset"):
        concerns, words = WHICH[which]
        for zone in ZONES:
            for sign in (1, -1):
                yield Explanation(
                    id=f"window.shifted{'-' * bool(which)}{which}",
                    sentence=f"takes {words.format(bounds=quoted(BOUNDS))} for the local time of {zone}{'' if which else shown}",
                    look="the time zone of the server, of the database session or of the column: all should be UTC",
                    change=bounding(BOUNDS, read=_in_zone(zone, sign, concerns)),
                    needs=frozenset(BOUNDS),
                    cost=2,
                )


def _in_zone(zone: str, sign: int, concerns: Callable[[str], bool]) -> Read:
    def read(text: str) -> int | None:
        instant = read_instant(text)
        if instant is None or not concerns(text):
            return instant
        with suppress(ValueError, OverflowError, OSError):
            local = datetime.fromtimestamp(instant // SECOND, UTC).astimezone(ZoneInfo(zone))
            offset = local.utcoffset() or timedelta()
            return instant + sign * int(offset.total_seconds()) * SECOND
        return instant

    return read
