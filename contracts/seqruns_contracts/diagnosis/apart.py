"""Telling apart: the request on which explanations differ that fit all that was seen."""

from __future__ import annotations

from collections import Counter
from itertools import combinations, islice
from typing import TYPE_CHECKING, Any

from seqruns.document import facts
from seqruns_contracts.model.instants import MICROSECOND, SECOND, write_instant
from seqruns_contracts.model.query import Query

if TYPE_CHECKING:
    from collections.abc import Callable, Hashable, Iterable, Iterator, Sequence

    from seqruns_contracts.diagnosis.history import History
    from seqruns_contracts.diagnosis.pipeline import Pipeline
    from seqruns_contracts.diagnosis.world import World

MOST_REQUESTS = 15
"""How many requests may be sent for it in one run of the kit."""
MOST_CANDIDATES = 600
HOUR, DAY = 3600 * SECOND, 86400 * SECOND


def best_question(queries: Iterable[Query], said: Callable[[Query], Sequence[Hashable]]) -> Query | None:
    """Return the query on which the answers that are foreseen differ most; None where they agree on all."""
    best, most = None, 1.0
    for query in queries:
        counts = Counter(each for each in said(query) if each is not None)
        # The more answers the better; of as many, those that are shared evenly: four against four leaves four of eight
        # explanations, seven against one will mostly leave seven.
        if len(counts) > 1:
            spread = len(counts) + 1 - max(counts.values()) / sum(counts.values())
            if spread > most:
                best, most = query, spread
    return best


def foreseen(pipeline: Pipeline, world: World, query: Query) -> Hashable:
    """Return what a pipeline says of a query; None where it says nothing."""
    turn = pipeline.foresee(world, query)
    if turn is None:
        return None
    # How many runs match is known of a list that was read to its end, and of one without filters.
    return (tuple(turn.page), turn.total if world.whole or not turn.texts else None, turn.order)


def page_questions(history: History) -> list[Query]:
    """Return queries that may tell explanations of pages apart, none of which was asked before."""
    asked = {seen.ask.query for seen in history.observations}
    world = history.world
    queries = (query for query in _pages(world) if query not in asked)
    return list(islice(dict.fromkeys(queries), MOST_CANDIDATES))


def _pages(world: World) -> Iterator[Query]:
    bounds = _bound_texts(world)
    base = world.census.base.meaning
    for text in bounds:
        for name in ("before", "after"):
            yield Query.of({**base, name: text, "limit": 500})
    single = _values(world)
    for name, values in single.items():
        for value in values:
            yield Query.of({**base, name: value, "limit": 500})
    for left, right in combinations([*single, "before", "after"], 2):
        for one, two in zip(_of(single, bounds, left), reversed(_of(single, bounds, right)), strict=False):
            yield Query.of({left: one, right: two, "limit": 500})
            # The other way round, as some code uses the filter that is sent first, and on a page that shows paging too.
            yield Query.of({right: two, left: one, "limit": 3, "offset": 1})
    # On either side of the usual sizes of a page: a cap of 50 shows at 51, a least size of 20 at 19.
    for limit in (1, 2, 7, 10, 19, 20, 49, 50, 51, 99, 101, 250, 500):
        yield Query.of(limit=limit)
        for offset in (1, 2, 7, 50, max(1, world.total - 3), world.total + 5):
            yield Query.of(limit=limit, offset=offset)


def _of(single: dict[str, list[str]], bounds: list[str], name: str) -> list[str]:
    return (single.get(name) or bounds)[:4]


def _bound_texts(world: World) -> list[str]:
    starts = sorted({run.start for run in world.runs if run.start is not None})
    # In the middle of the list and at a third of it, where a bound divides the runs, and at both ends.
    chosen = list(dict.fromkeys(starts[place] for place in (len(starts) // 2, len(starts) // 3, 0, -1) if starts))
    # The shift of a time without an offset is one of the whole zone: one start tells as much as four.
    naive = [_write(start + beside, utc="") for start in chosen[:1] for beside in ZONES]
    return [text for start in chosen for text in _around(start)] + naive


ZONES = tuple(sign * quarters * HOUR // 4 for quarters in (4, 10, 14, 19, 23, 31, 46) for sign in (1, -1))
"""Between the offsets of two zones each: a bound 5:45 hours from a start tells those of 5:30 and of 6 hours apart."""
BESIDE = (
    *(
        0,
        MICROSECOND,
        -MICROSECOND,
        SECOND // 1000,
        -SECOND // 1000,
        SECOND,
        -SECOND,
        60 * SECOND,
        -60 * SECOND,
        DAY,
        -DAY,
    ),
    *ZONES,
)
OFFSETS = (120, -330, 60, -480, 345)


def _around(start: int) -> list[str]:
    """Return texts of a start time, of instants beside it, and in other spellings."""
    return [
        *(_write(start + beside) for beside in BESIDE),
        *(_write(start + HOUR // 4, offset=offset) for offset in OFFSETS),
        _write(start, utc=""),
        write_instant(start // SECOND * SECOND, digits=0),
        write_instant(start // DAY * DAY)[:10],
    ]


def _write(instant: int, **spelling: Any) -> str:
    return write_instant(instant // MICROSECOND * MICROSECOND, digits=6, **spelling)


def _values(world: World) -> dict[str, list[str]]:
    phones = Counter(run.phone for run in world.runs if run.phone)
    values: dict[str, list[str]] = {"phone": [], "status": list(facts().statuses), "channel_id": []}
    for phone, _ in [*phones.most_common(2), *phones.most_common()[-2:]]:
        values["phone"] += [
            phone,
            phone[1:],
            phone[:-1],
            f"{phone}0",
            f"{phone[:-1]}_",
            f"{phone[:-1]}*",
            f"{phone[:-1]}.",
            f"00{phone[1:]}",
            f"{phone[:4]}-{phone[4:]}",
            phone[2:],
            f" {phone}",
            f"{phone[:4]} {phone[4:]}",
        ]
        values["phone"] += [phone[-length:] for length in range(4, 12)]
    for phone, _ in phones.most_common(1):
        values["phone"] += [phone[:length] for length in range(6, 12)]
    channels = Counter(channel for run in world.runs for channel in run.channels or ())
    values["channel_id"] += [channel for channel, _ in [*channels.most_common(4), *channels.most_common()[-4:]]]
    # A list of two channels, which a cut makes the first.
    values["channel_id"] += [",".join(values["channel_id"][:2])] if len(channels) > 1 else []
    values["status"] += [facts().statuses[0].upper(), facts().statuses[0][:-1], "paused"]
    return {name: list(dict.fromkeys(texts)) for name, texts in values.items() if texts}


ODD = {
    "limit": ("0", "-1", "1.5", "abc", "null", "", "1e2", "0x10", " 5", "501", "1000", str(2**31), str(2**32), str(2**53 + 1), str(2**63), str(2**64), "9" * 120, "500", "499", "1", "51"),
    "offset": ("-1", "1.5", "abc", "null", "", "1e2", "0x10", str(2**31), str(2**32), str(2**53 + 1), str(2**63), str(2**64), "9" * 120, "100000", "9000"),
    "phone": ("\0", "a\x07", "\udcff", "é", "'", '"', "\\", "%", "abc", "*([", "", "12345", "+1 2", "0", "x" * 300, "+1", "+19999999999", "٣"),
    "status": ("\0", "\udcff", "é", "'", "abc", "", "ACTIVE", "0", "%"),
    "channel_id": ("\0", "\udcff", "é", "'", "abc", "", "00000000-0000-4000-8000-000000000001", "0"),
    "before": ("yesterday", "2024-13-01", "2024-02-30", "0000-01-01T00:00:00Z", "\0", "", "2024-01-01T00:00:00+02:00", "2024-01-01T00:00:00-02:00", "2024-01-01T00:00:00+00:00", "2024-01-01T00:00:00+05:30", "2024-01-01T00:00:00-05:30", "2024-01-01T00:00:00+13:00", "2024-01-01T00:00:00Z", "2024-01-01t00:00:00z", "2024-01-01T00:00:00", "2024-01-01", "2024-01-01T00:00:00.5Z", "2024-01-01T00:00:00.123Z", "2024-01-01T00:00:00.123456Z", "2024-01-01T00:00:00.1234567Z", "1969-12-31T23:59:59Z", "1970-01-01T00:00:00Z", "1985-01-01T00:00:00Z", "1899-01-01T00:00:00Z", "1500-01-01T00:00:00Z", "0900-01-01T00:00:00Z", "0001-01-01T00:00:00Z", "0001-01-02T12:00:00Z", "0001-01-01T00:00:00+02:00", "2038-02-01T00:00:00Z", "2150-01-01T00:00:00Z", "2262-05-01T00:00:00Z", "9999-12-31T23:59:59Z", "9999-12-01T00:00:00Z", "2024-02-29T00:00:00Z"),
}  # fmt: skip


LENGTHS = (0, 1, 3, 10, 20, 31, 45, 75, 91, 120, 250, 366, 1000)


def odd_questions(history: History, names: Iterable[str]) -> list[Query]:
    """Return queries with odd values of some parameters, none of which was asked before."""
    asked = {seen.ask.query for seen in history.observations}
    odd = ODD | {"after": ODD["before"]}
    queries = [Query.of({name: text}) for name in dict.fromkeys(names) for text in odd.get(name, ())]
    if {"before", "after"} <= {*names}:
        # Between the usual lengths of the longest window that is allowed.
        queries += [Query.of(after=write_instant(0), before=write_instant(days * DAY)) for days in LENGTHS]
    runs = history.world.runs
    for run in runs[:1]:
        queries += [Query.of(phone=run.phone, status=run.status)] if run.phone and run.status else []
    return [query for query in queries if query not in asked]
