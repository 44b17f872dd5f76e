"""Answers to one request that differ though nothing moved: replicas that are behind, totals that waver, lost runs."""

from __future__ import annotations

from dataclasses import replace
from functools import partial
from itertools import chain, pairwise
from typing import TYPE_CHECKING

from seqruns_contracts.diagnosis.explanations import explanations
from seqruns_contracts.diagnosis.fitting.fit import foresees, is_right, wrong_pages
from seqruns_contracts.diagnosis.gaps import UNSEEN
from seqruns_contracts.diagnosis.memory.kinds import Remembered
from seqruns_contracts.diagnosis.pipeline import HONEST, select

if TYPE_CHECKING:
    from collections.abc import Hashable, Iterable, Iterator, Sequence

    from seqruns_contracts.diagnosis.history import History
    from seqruns_contracts.diagnosis.pipeline import Turn
    from seqruns_contracts.diagnosis.world import Mask, World
    from seqruns_contracts.model.exchange import Observation


def restless(history: History) -> Iterator[Remembered]:
    """Yield why answers to one request differ though nothing moved: two states, lost runs, or a total that wavers."""
    yield from _adding_up(history)
    by_ask: dict[Hashable, list[Observation]] = {}
    for seen in history.came:
        by_ask.setdefault(seen.ask.query, []).append(seen)
    many = [answers for answers in by_ask.values() if len({(seen.ids, seen.total) for seen in answers}) > 1]
    # The runs are the same each time: only the total is another.
    wavering = [answers for answers in many if len({seen.ids for seen in answers}) == 1]
    if wavering and len(wavering) == len(many):
        yield Remembered(
            id="total.wavers",
            sentence="says another total each time that the same is asked",
            look="an estimate in the place of a count",
            explained=tuple(chain.from_iterable(wavering)),
        )
        return
    if many:
        yield from _now_and_then(history)
    states = [answers for answers in many if _are_two_states(answers)]
    if states:
        yield Remembered(
            id="answer.of-two-states",
            sentence="answers the same request now from one state of the data and now from another, in which runs are missing",
            look="a replica that is behind, or processes that each keep a copy",
            explained=(*chain.from_iterable(states), *_of_a_copy_behind(history, states)),
        )
        return
    losing = [answers for answers in many if len({seen.total for seen in answers}) == 1 and _loses(answers)]
    if losing:
        yield Remembered(
            id="answer.loses-runs",
            sentence="leaves out runs of a page now and then, though the total is as before",
            look="what differs between requests: one of several processes, a replica, or a limit of time",
            explained=(
                *chain.from_iterable(losing),
                *filter(partial(_lacks_runs, history.world), wrong_pages(history)),
            ),
        )


def _adding_up(history: History) -> Iterator[Remembered]:
    """Yield that the list grows with every request, where the totals say so: none is smaller than the one before.

    Runs that are added to a live list are new ones, and never as many as twice those that were ever seen.
    """
    totals = [seen.total for seen in history.observations if seen.total is not None]
    last = max(totals, default=0)
    if last > 2 * len(history.world.runs) and all(one <= two for one, two in pairwise(totals)):
        yield Remembered(
            id="list.adds-up",
            sentence="adds what it finds to what earlier requests have found: the list grows with every request",
            look="what outlives a request: a list that is a default argument, or a global",
            explained=tuple(seen for seen in history.observations if seen.ids is not None),
        )


def _of_a_copy_behind(history: History, states: Iterable[Sequence[Observation]]) -> Iterator[Observation]:
    """Yield the wrong pages that came from a copy of the data that is behind: it lacks the runs that come and go.

    137 runs come in one answer and 134 in another one: the copy lacks those three, in whatever is asked of it.
    """
    lost: set[str] = set()
    for answers in states:
        lists = [set(seen.ids or ()) for seen in answers]
        # Of a page that does not hold the whole list, runs that are not lost may stand on another one.
        if all(len(ids) == seen.total for ids, seen in zip(lists, answers, strict=True)):
            lost |= lists[0].union(*lists) - lists[0].intersection(*lists)
    places = history.world.position
    copy = replace(HONEST, select=partial(_select_without, sum(1 << places[name] for name in lost & places.keys())))
    yield from (seen for seen in wrong_pages(history) if foresees(copy, history.world, seen))


def _select_without(lost: Mask, turn: Turn) -> None:
    select(turn)
    turn.mask &= ~lost


def _lacks_runs(world: World, seen: Observation) -> bool:
    """Return whether a page is right but for runs that are not on it."""
    turn = HONEST.foresee(world, seen.ask.query)
    if turn is None:
        return False
    page = {world.runs[row].id for row in turn.page if row is not UNSEEN}
    return turn.total == seen.total and set(seen.ids or ()) < page


def _now_and_then(history: History) -> Iterator[Remembered]:
    """Yield mistakes that only some of the answers show: one of several processes runs other code."""
    wrong = [seen for seen in history.came if is_right(history.world, seen) is False]
    # What came right came from another process, so nothing that came right refutes it.
    for each in explanations(history) if wrong else ():
        if all(foresees(each.alone, history.world, seen) for seen in wrong):
            yield Remembered(
                id=f"{each.id}-now-and-then", sentence=f"{each.sentence}: now and then, and not always",
                look=f"one of several processes, which runs other code; {each.look}", explained=tuple(wrong), cost=each.cost,
            )  # fmt: skip


def _are_two_states(answers: list[Observation]) -> bool:
    # Each copy counts its own runs; a third total says that it wavers, or that the data moves.
    return len({seen.total for seen in answers}) == 2


def _loses(answers: list[Observation]) -> bool:
    longest = max((seen.ids or () for seen in answers), key=len)
    return (
        all(set(seen.ids or ()) <= set(longest) for seen in answers)
        and len({len(seen.ids or ()) for seen in answers}) > 1
    )
