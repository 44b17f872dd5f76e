"""Which runs are listed at all: some are hidden where nothing is asked, and some are of other sequences."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from seqruns_contracts.diagnosis.explanations.kinds import BOUNDS, Explanation, then
from seqruns_contracts.model.instants import write_instant
from seqruns_contracts.model.query import FILTERS

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from seqruns_contracts.diagnosis.history import History
    from seqruns_contracts.diagnosis.pipeline import Turn
    from seqruns_contracts.model.run import Run


def hidden(history: History) -> Iterator[Explanation]:
    """Yield what may keep runs out of the list that other answers show: a filter that nobody asked for."""
    world = history.world
    unlisted = [run for place, run in enumerate(world.runs) if not (world.listed | world.foreign) >> place & 1]
    listed = [run for place, run in enumerate(world.runs) if world.listed >> place & 1]
    if not unlisted:
        return
    everyone = (1 << len(world.runs)) - 1
    for common, column in _in_common(listed, unlisted):
        for unless, names in (
            ("a status", {"status"}),
            ("`before` or `after`", {*BOUNDS}),
            ("any filter", {*FILTERS}),
            ("`phone`", {"phone"}),
            ("`channel_id`", {"channel_id"}),
            ("`after`", {"after"}),
            ("`before`", {"before"}),
        ):
            yield Explanation(
                id=f"{column}.default",
                sentence=f"lists only {common} where {unless} is not given",
                look="a filter that is put in by default, or a default scope of the model",
                change=then("select", _widening(names, everyone)),
                cost=2,
            )


def _widening(names: set[str], everyone: int) -> Callable[[Turn], None]:
    def widen(turn: Turn) -> None:
        if names & turn.texts.keys():
            turn.mask = everyone
            for mask in turn.masks.values():
                turn.mask &= mask

    return widen


def _in_common(listed: list[Run], unlisted: list[Run]) -> Iterator[tuple[str, str]]:
    own, other = {run.status for run in listed}, {run.status for run in unlisted}
    if len(own) == 1 and not own & other:
        yield f"{next(iter(own))} runs", "status"
    starts, others = (
        [r.start for r in listed if r.start is not None],
        [r.start for r in unlisted if r.start is not None],
    )
    if starts and others and max(others) < min(starts):
        yield f"runs that start after {write_instant(max(others))[:19]}", "window"
    if starts and others and min(others) > max(starts):
        yield f"runs that start before {write_instant(min(others))[:19]}", "window"
    if all(_has_steps(run) for run in listed) and not any(_has_steps(run) for run in unlisted):
        yield "runs with step contacts", "channel"
    yield "some of the runs", "list"


def _has_steps(run: Run) -> bool:
    return bool(run.body.get("step_contacts"))


def strangers(history: History) -> Iterator[Explanation]:
    """Yield the conditions under which runs of other sequences come."""
    world = history.world
    foreign = world.foreign
    if not foreign:
        return
    occasions: list[tuple[str, Callable[[Turn], bool]]] = [
        ("", lambda _: True),
        *((f" where `{name}` is given", partial(lambda name, turn: name in turn.texts, name)) for name in FILTERS),
        (" where `before` and `after` are given", lambda turn: {*BOUNDS} <= turn.texts.keys()),
        (" where `before` or `after` is given", lambda turn: bool({*BOUNDS} & turn.texts.keys())),
        (" where a filter is given", lambda turn: bool(turn.texts)),
    ]
    for words, concerns in occasions:
        yield Explanation(
            id=f"sequence.ignored{'-with-filters' * bool(words)}",
            sentence=f"lists runs of other sequences{words}",
            look="the condition on the sequence: it is missing, or joined by OR without parentheses",
            change=then("select", _adding(concerns, foreign)),
            cost=2,
        )


def _adding(concerns: Callable[[Turn], bool], foreign: int) -> Callable[[Turn], None]:
    def add(turn: Turn) -> None:
        if concerns(turn):
            more = foreign
            for mask in turn.masks.values():
                more &= mask
            turn.mask |= more

    return add
