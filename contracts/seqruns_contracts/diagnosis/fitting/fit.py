"""The fit: which explanations, one or several at once, foresee every page that came."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, TypeAlias

from seqruns_contracts.diagnosis.fitting.agreement import agrees
from seqruns_contracts.diagnosis.gaps import UNSEEN
from seqruns_contracts.diagnosis.pipeline import HONEST, UNREADABLE, Order, Pipeline, counted_by

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from seqruns_contracts.diagnosis.explanations.kinds import Explanation
    from seqruns_contracts.diagnosis.history import History
    from seqruns_contracts.diagnosis.pipeline import Turn
    from seqruns_contracts.diagnosis.world import World
    from seqruns_contracts.model.exchange import Observation
    from seqruns_contracts.model.query import Query

    Judge: TypeAlias = Callable[[Turn, Observation], bool]

Places: TypeAlias = int
"""A set of wrong pages: bit n stands for the one at place n."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Fit:
    """Explanations that together foresee what came."""

    explanations: tuple[Explanation, ...]
    counting: tuple[Explanation, ...] | None = None
    """Those of them that the total follows, where it is counted by a query of its own; None where it is not."""
    listing: tuple[Explanation, ...] | None = None
    """Those that the pages follow, likewise."""
    explained: Places = 0
    """Which of the wrong pages they foresee."""
    contradicted: int = 0
    """How many pages came as the contract says, and not as they do."""
    pipeline: Pipeline = field(default=HONEST, repr=False)

    @property
    def size(self) -> int:
        """How many of the wrong pages they foresee."""
        return self.explained.bit_count()

    @property
    def cost(self) -> int:
        """How easily it fits by chance."""
        return sum(each.cost for each in self.explanations)

    @property
    def ids(self) -> tuple[str, ...]:
        """The ids of its explanations."""
        return tuple(sorted(each.id for each in self.explanations))

    @property
    def sentences(self) -> tuple[str, ...]:
        """The sentences of its explanations: no two fits of one search have the same."""
        return tuple(each.sentence for each in self.explanations)

    def without(self, left_out: Explanation) -> Pipeline:
        """Return the pipeline of all explanations but one."""
        if self.counting is None or self.listing is None:
            return pipeline_of(each for each in self.explanations if each is not left_out)
        return counted_by(
            pipeline_of(each for each in self.listing if each is not left_out),
            pipeline_of(each for each in self.counting if each is not left_out),
        )


def pipeline_of(parts: Iterable[Explanation]) -> Pipeline:
    """Return the pipeline in which all these explanations are true."""
    # Each works on what those before it left: of two that put another filter in the place of `phone` the last counts.
    pipeline = HONEST
    for each in parts:
        pipeline = each.change(pipeline)
    return pipeline


def each_once(fits: Iterable[Fit]) -> list[Fit]:
    """Return the fits, of those that say the same the one that foresees most, or else the plainest."""
    found: dict[frozenset[str], Fit] = {}
    for fit in fits:
        said = frozenset(each.sentence for each in fit.explanations)
        held = found.get(said)
        if held is None or (held.size, -held.cost) < (fit.size, -fit.cost):
            found[said] = fit
    return list(found.values())


def foresees(
    pipeline: Pipeline, world: World, seen: Observation, judge: Judge = agrees, query: Query | None = None
) -> bool | None:
    """Return whether a page came as a pipeline says, of the request or of another query; None where it says nothing.

    Of a list that was not read to its end nobody knows how many runs match: any number will do that fits what came.
    """
    verdict: bool | None = None
    is_counted = judge is agrees and world.whole and pipeline.only_selects and seen.total is not None
    # Most explanations are wrong, and most of those say another total: their pages need not be worked out.
    if is_counted and pipeline.only_filters:
        try:
            if pipeline.count_matching(world, query or seen.ask.query) != seen.total:
                return False
        except UNREADABLE:
            return None
    for length in world.lengths(seen):
        try:
            turn = pipeline.match(world, query or seen.ask.query, length)
            if is_counted and not turn.open and seen.total != turn.mask.bit_count():
                return False
            if judge(pipeline.finish(turn), seen):
                return True
        except UNREADABLE:
            # It may have something to say of another length: nobody can lay out a list of 90 of which 52 are known.
            continue
        verdict = False
        # Lengths are guesses for lists that filters choose; and no length mends a page on which a known run is wrong.
        if world.whole or not turn.texts or _is_refuted(turn, seen):
            break
    return verdict


def is_right(world: World, seen: Observation, judge: Judge = agrees) -> bool | None:
    """Return whether a page came as the contract says, which is worked out once; None where that says nothing."""
    key = (id(seen), judge)
    known = world.verdicts.get(key)
    if known is None:
        # The page is held as well, so that no other one can take its place in memory.
        known = world.verdicts[key] = (seen, foresees(HONEST, world, seen, judge))
    return known[1]


def _is_refuted(turn: Turn, seen: Observation) -> bool:
    """Return whether a page has another run where one is foreseen, however many match."""
    if turn.open or turn.order is not Order.EXACT:
        return False
    came = turn.world.places(seen.ids or ())
    return any(row != place and row is not UNSEEN for row, place in zip(turn.page, came, strict=False))


def wrong_pages(history: History) -> list[Observation]:
    """Return the pages that the contract does not foresee."""
    return [seen for seen in history.pages if is_right(history.world, seen) is False]
