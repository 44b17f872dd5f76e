"""Which runs a query's filters select, by plain predicates."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from seqruns_contracts.model.instants import read_instant

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from seqruns_contracts.model.run import Run


def matcher(filters: Mapping[str, str], *, grain: int = 0) -> Callable[[Run], bool | None]:
    """Return what says whether a run matches every filter; None where the run does not show what would decide it.

    Filters combine by AND, bounds are inclusive, phone and status are exact, a channel is that of any step contact
    (contract.md, "Query parameters"). A start time that is known only to a `grain` of nanoseconds does not decide about
    a bound within that of it.
    """
    # The values are read once, and held against many runs.
    tests = [_matcher_of(name, value, grain) for name, value in filters.items()]
    if len(tests) == 1:
        return tests[0]

    def matches(run: Run) -> bool | None:
        is_known = True
        for test in tests:
            verdict = test(run)
            # One filter that surely fails decides, whatever is unknown of the others: a run in another status is out,
            # even where it shows no channel.
            if verdict is False:
                return False
            is_known = is_known and verdict is not None
        return True if is_known else None

    return matches


def _matcher_of(name: str, value: str, grain: int) -> Callable[[Run], bool | None]:
    match name:
        case "phone":
            # White space in the query is dropped and nothing else: `+1 360 309 4336` is `+13603094336`, `360-309` is no
            # part of it.
            phone = "".join(value.split())
            return lambda run: None if run.phone is None else run.phone == phone
        case "status":
            return lambda run: None if run.status is None else run.status == value
        case "channel_id":
            return partial(_has_channel, value.lower())
        case _:
            # What is left is `before` and `after`, both of them inclusive.
            return partial(_is_within, name, read_instant(value), grain)


def _has_channel(channel: str, run: Run) -> bool | None:
    """Return whether a run has a channel, in lower case: UUIDs are the same in capitals (a decision of contract.md)."""
    if run.channels is None:
        # The run's own channel is that of a step contact, so this one comes; of others nothing is known.
        return True if run.own_channel and run.own_channel.lower() == channel else None
    return channel in map(str.lower, run.channels)


def _is_within(name: str, bound: int | None, grain: int, run: Run) -> bool | None:
    start = run.start
    if start is None or bound is None or abs(start - bound) < grain:
        return None
    return start <= bound if name == "before" else start >= bound
