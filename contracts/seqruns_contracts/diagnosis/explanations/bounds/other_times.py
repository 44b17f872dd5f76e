"""Other times that a bound may be compared with."""

from __future__ import annotations

from typing import TYPE_CHECKING

from seqruns.document import facts
from seqruns_contracts.diagnosis.explanations.bounds.reading import SIDES, piece_of
from seqruns_contracts.diagnosis.explanations.kinds import BOUNDS, Explanation, bounding, quoted
from seqruns_contracts.model.instants import read_instant
from seqruns_contracts.model.steps import steps_of

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from typing import Any

    from seqruns_contracts.diagnosis.history import History
    from seqruns_contracts.diagnosis.world import World
    from seqruns_contracts.model.run import Run


def other_times(history: History) -> Iterator[Explanation]:
    """Yield comparisons with the other times that the runs show."""
    for pointer, words in _times_of(history.world):
        for names in SIDES:
            # Runs that do not have it, such as a `finished_at`, are never found, or by their start (a `COALESCE`).
            for fallback in (False, True):
                yield Explanation(
                    id=f"{piece_of(names)}.another-time",
                    sentence=f"compares {quoted(names)} with {words} instead of the start time",
                    look=f"the column in the condition: {words} instead of the start time",
                    change=bounding(names, time=_time_at(pointer, fallback=fallback)),
                    needs=frozenset(names),
                    cost=2,
                )

    for status in facts().statuses:
        for pointer, words in _times_of(history.world):
            if len(pointer) == 1:
                yield Explanation(
                    id="window.another-time-of-some",
                    sentence=f"compares `before` and `after` with {words} of the runs that are {status}, not with their start time",
                    look=f"a `COALESCE` or `CASE` in the condition: {words} instead of the start time",
                    change=bounding(BOUNDS, time=_time_of_some(status, pointer)),
                    needs=frozenset(BOUNDS),
                    cost=2,
                )


def _time_of_some(status: str, pointer: tuple[str, ...]) -> Callable[[Run], int | None]:
    other = _time_at(pointer, fallback=True)
    return lambda run: other(run) if run.status == status else run.start


def _times_of(world: World) -> Iterator[tuple[tuple[str, ...], str]]:
    """Yield where runs show other times: the field, or the field of the first, last, earliest or latest step."""
    runs = list(world.runs[:40])
    # A field that shows the start time itself would explain nothing.
    fields = {
        name
        for run in runs
        for name, value in run.body.items()
        if isinstance(value, str) and value != run.start_text and read_instant(value) is not None
    }
    for name in sorted(fields):
        yield (name,), f"`{name}`"
    steps = {
        name
        for run in runs
        for step in steps_of(run)
        for name, value in step.items()
        if isinstance(value, str) and read_instant(value) is not None
    }
    for name in sorted(steps):
        for which in ("first", "last", "earliest", "latest"):
            yield (name, which), f"`{name}` of the {which} step contact"


def _time_at(pointer: tuple[str, ...], *, fallback: bool) -> Callable[[Run], int | None]:
    def time(run: Run) -> int | None:
        found = _read(run.body.get(pointer[0])) if len(pointer) == 1 else _of_steps(run, *pointer)
        return run.start if found is None and fallback else found

    return time


def _of_steps(run: Run, name: str, which: str) -> int | None:
    shown = [_read(step.get(name)) for step in steps_of(run)]
    known = [time for time in shown if time is not None]
    if not known:
        return None
    return {"first": known[0], "last": known[-1], "earliest": min(known), "latest": max(known)}[which]


def _read(value: Any) -> int | None:
    return read_instant(value) if isinstance(value, str) else None
