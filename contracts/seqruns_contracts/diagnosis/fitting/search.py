"""The search: which explanations, one or several at once, foresee every page that came."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from functools import partial
from itertools import chain, takewhile
from typing import TYPE_CHECKING

from seqruns_contracts.diagnosis.explanations import explanations
from seqruns_contracts.diagnosis.fitting.agreement import agrees
from seqruns_contracts.diagnosis.fitting.fit import Fit, foresees, pipeline_of
from seqruns_contracts.diagnosis.fitting.reach import OTHER, Reach, concerns, each_place, in_turn
from seqruns_contracts.diagnosis.pipeline import HONEST, Pipeline

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Iterator, Sequence

    from seqruns_contracts.diagnosis.explanations.kinds import Explanation
    from seqruns_contracts.diagnosis.fitting.fit import Judge, Places
    from seqruns_contracts.diagnosis.history import History
    from seqruns_contracts.model.exchange import Ask, Observation

MOST_AT_ONCE = 3
"""How many independent mistakes are looked for."""
BEAM = 4
"""How many fits are tried together with one more explanation."""
MOST_WRONG = 24
"""How many wrong pages are looked at in the search: as they come in turn, they show every kind of mistake there is."""
MOST_WHOLE = 24
"""How many fits that foresee every wrong page are held against what came right."""
QUIRKS = 0.2
"""How many right pages a fit may contradict, for each wrong one that it foresees, and still be tried with more."""
LEAST_SAID = 0.7
"""Of which share of the wrong pages a single explanation must say something, where every run is known."""
MOST_RIVALS = 8
"""How many explanations are put in the place of another one, of those that foresee the same pages by themselves."""
TRIES = 8
"""How many pages are looked at before an explanation that foresees none of them is given up."""
LOOKS, MISSES = 4, 2
"""How many right pages are looked at before several mistakes are tried together, and how many may contradict."""
MOST_TOGETHER = 9_000
"""How many answers are worked out in the search for several mistakes: about a third of a second."""
RUNS_A_UNIT = 200
"""How many runs are tried by a filter in the time that an answer takes otherwise."""


@dataclass(slots=True, kw_only=True)
class Search:
    """A search for the fewest explanations that foresee every page."""

    history: History
    wrong: Sequence[Observation]
    """The pages that the contract does not foresee, each kind of request in turn, those with few parameters first."""
    rest: Sequence[Observation]
    """Further ones, which only a fit of all those is held against."""
    right: Sequence[Observation]
    """The pages that it does."""
    pool: Sequence[Explanation]
    reach: Reach
    """Of which wrong pages an explanation can be the reason."""
    without: Collection[Ask] = ()
    """The requests whose pages are left out of account."""
    judge: Judge = agrees
    singles: Sequence[Fit] = ()
    """What foresees some of the wrong pages by itself."""
    grown: list[Fit] = field(default_factory=list)
    """What was tried together with others."""
    left: int = MOST_TOGETHER
    """How many answers may still be worked out."""

    @classmethod
    def of(
        cls,
        history: History,
        *,
        without: Collection[Ask] = (),
        judge: Judge = agrees,
        pool: Sequence[Explanation] | None = None,
    ) -> Search:
        """Return the search through all explanations; the pages of some requests are left out of account."""
        pages = [seen for seen in history.pages if seen.ask not in without]
        verdicts = [(seen, foresees(HONEST, history.world, seen, judge)) for seen in pages]
        # A page of which the contract says nothing (None) is neither wrong nor right.
        turns = in_turn(seen for seen, verdict in verdicts if verdict is False)
        wrong, rest = turns[:MOST_WRONG], turns[MOST_WRONG:]
        pool = pool or (tuple(explanations(history)) if wrong else ())
        return cls(
            history=history,
            wrong=wrong,
            rest=rest,
            reach=Reach.of(history, wrong, judge),
            right=in_turn(seen for seen, verdict in verdicts if verdict),
            pool=[each for each in pool if judge is agrees or OTHER.get(each.part) is not judge],
            without=without,
            judge=judge,
        )

    @property
    def everything(self) -> Places:
        """All wrong pages."""
        return (1 << len(self.wrong)) - 1

    def run(self) -> list[Fit]:
        """Return the fits with the fewest explanations, the plainest first; empty where nothing fits."""
        return self.alone() or self.together()

    def together(self) -> list[Fit]:
        """Return the fits of several explanations, found a step at a time; empty where nothing fits.

        What foresees some pages by itself is tried first: of two mistakes most pages show only one.
        """
        if not self.wrong:
            return []
        self.left = MOST_TOGETHER if self.judge is agrees else MOST_TOGETHER // 2
        self.singles = each_once(self._grow(Fit(explanations=()), self.pool))
        # The singles have had a budget of their own. The search for each of two queries comes on top of this one, with
        # half of the first and a quarter of the second.
        self.left = MOST_TOGETHER if self.judge is agrees else MOST_TOGETHER // 4
        first = [fit.explanations[0] for fit in self.singles]
        beam = self._best(self.singles)
        self.grown += beam
        for _ in range(1, MOST_AT_ONCE):
            further: list[Fit] = []
            # Then anything is tried: a mistake that shows only where another one does foresees nothing by itself.
            # Example: `phone` is ignored and `offset` skips one too many, and every page was asked with both.
            for pool in (first, self.pool if self.judge is agrees else ()):
                grown = each_once(fit for base in beam for fit in self._grow(base, pool))
                # Of more than a thousand some fit the last pages by chance: they must agree with what came right.
                if pool is not first:
                    grown = [fit for fit in grown if self._is_likely(fit.explanations[-1])]
                if whole := self._whole(grown):
                    return whole
                further += self._best(grown)
            beam = further
            self.grown += beam
        return []

    def _is_likely(self, explanation: Explanation) -> bool:
        """Return whether an explanation does not contradict what came right from the first."""
        pipeline, misses = explanation.alone, 0
        for looked, seen in enumerate(seen for seen in self.right if concerns(explanation, seen)):
            if looked == LOOKS or misses == MISSES:
                break
            misses += self.foresees(pipeline, seen) is False
        return misses < MISSES

    def _whole(self, grown: Iterable[Fit]) -> list[Fit]:
        """Return the fits that foresee every page and contradict none, with their rivals, the plainest first."""
        # All that came right is much to hold a fit against, so only the plainest are held.
        found = [fit for fit in grown if fit.explained == self.everything]
        found = sorted(found, key=lambda fit: fit.cost)[:MOST_WHOLE]
        whole = sorted(each_once((*found, *chain(*map(self._rivals, found)))), key=lambda fit: fit.cost)
        return [fit for fit in whole[:MOST_WHOLE] if self._foresees_the_rest(fit) and self.keeps_what_was_right(fit)]

    def _rivals(self, fit: Fit) -> Iterator[Fit]:
        """Yield the fits in which one explanation gives way to another that by itself foresees the same pages."""
        alone = {id(single.explanations[0]): single.explained for single in self.singles}
        for place, explanation in enumerate(fit.explanations):
            # What fits by chance more easily by two is no better guess: an exclusive `before` (cost 1) has one that
            # leaves out the day of the bound (2) for a rival, and no list whose order is open (3).
            rivals = [
                single.explanations[0]
                for single in self.singles
                if single.explained == alone.get(id(explanation)) and single.cost <= explanation.cost + 1
            ]
            for rival in rivals[:MOST_RIVALS]:
                if rival is explanation:
                    continue
                explanations = (*fit.explanations[:place], rival, *fit.explanations[place + 1 :])
                pipeline = pipeline_of(explanations)
                if self._all_foreseen(pipeline, self.everything):
                    yield replace(fit, explanations=explanations, pipeline=pipeline)

    def _best(self, grown: Iterable[Fit]) -> list[Fit]:
        """Return the fits that foresee most, and contradict little of what came right.

        Of those that foresee the same pages only the plainest is kept that contradicts none, or the fewest. Beside an
        ignored `phone`, ten ways to read `before` foresee the same pages, and would leave no place for `phone`, beside
        which each of the ten is tried.
        """
        best: dict[Places, Fit] = {}
        # The ids decide between equals: two diagnoses of one target should say the same.
        for fit in sorted(grown, key=lambda fit: (fit.cost - 2 * fit.size, fit.ids)):
            # An eighth beyond the budget: what was found with the last of it is held against what came right still.
            if self.left <= -MOST_TOGETHER // 8:
                break
            held = best.get(fit.explained)
            if held is not None and not held.contradicted:
                continue
            counted = self._with_contradictions(fit)
            # One beyond the share: what foresees two pages may contradict one, which shows another mistake.
            if counted.contradicted < (counted.size * QUIRKS + 1 if held is None else held.contradicted):
                best[fit.explained] = counted
            if len(best) == BEAM:
                break
        return list(best.values())

    def alone(self) -> list[Fit]:
        """Return the single explanations that foresee every page."""
        if not self.wrong:
            return []
        found = []
        for explanation in self.pool:
            # Most are given up here, before anything is worked out: no `phone` explains a page asked without it.
            if self.reach.concerned(explanation) & ~self.reach.beyond(explanation) != self.everything:
                continue
            fit = Fit(explanations=(explanation,), pipeline=explanation.alone, explained=self.everything)
            if self._foresees_all(explanation.alone) and self.keeps_what_was_right(fit):
                found.append(fit)
        return sorted(each_once(found), key=lambda fit: fit.cost)

    def _foresees_all(self, pipeline: Pipeline) -> bool:
        """Return whether a pipeline says nothing else of any wrong page, and foresees most of them.

        Of a list that is known in part one is enough: of many pages nothing can be said there.
        """
        pages = [*self.wrong, *self.rest]
        verdicts = list(takewhile(lambda verdict: verdict is not False, map(partial(self.foresees, pipeline), pages)))
        least = LEAST_SAID if self.history.world.whole else 0
        return len(verdicts) == len(pages) and sum(map(bool, verdicts)) > least * len(verdicts)

    def _grow(self, base: Fit, pool: Iterable[Explanation]) -> Iterator[Fit]:
        """Yield what foresees more wrong pages with one more explanation, and loses none."""
        taken = {each.id for each in base.explanations}
        for explanation in pool:
            if explanation.id in taken or self.left <= 0:
                continue
            concerned = self.reach.concerned(explanation)
            # Beside others it may explain half an answer: a total that is capped, where `before` lost a run as well.
            if not base.explanations:
                concerned &= ~self.reach.beyond(explanation)
            pipeline = explanation.change(base.pipeline) if base.explanations else explanation.alone
            gained = self._gained(pipeline, concerned & ~base.explained)
            # What was asked without its parameters comes as before, so no other page can be lost.
            if gained and self._all_foreseen(pipeline, concerned & base.explained):
                yield Fit(
                    explanations=(*base.explanations, explanation),
                    pipeline=pipeline,
                    explained=base.explained | gained,
                )

    def _gained(self, pipeline: Pipeline, places: Places) -> Places:
        """Return which of some wrong pages a pipeline foresees; none where it foresees none of the first ones."""
        gained = 0
        for tried, place in enumerate(each_place(places)):
            if tried == TRIES and not gained:
                break
            if self.foresees(pipeline, self.wrong[place]):
                gained |= 1 << place
        return gained

    def _all_foreseen(self, pipeline: Pipeline, places: Places) -> bool:
        return all(self.foresees(pipeline, self.wrong[place]) for place in each_place(places))

    def foresees(self, pipeline: Pipeline, seen: Observation) -> bool | None:
        """Return whether a page came as a pipeline says, and take the work off what is left."""
        world = self.history.world
        work = world.work
        verdict = foresees(pipeline, world, seen, self.judge)
        # A filter that was tried with a text before is looked up, and costs no more than the answer.
        self.left -= 1 + (world.work - work) * len(world.runs) // RUNS_A_UNIT
        return verdict

    def _with_contradictions(self, fit: Fit) -> Fit:
        most, count = fit.size * QUIRKS, 0
        for seen in self.right:
            if any(concerns(each, seen) for each in fit.explanations):
                count += self.foresees(fit.pipeline, seen) is False
                if count > most:
                    break
        return replace(fit, contradicted=count)

    def _foresees_the_rest(self, fit: Fit) -> bool:
        return all(self.foresees(fit.pipeline, seen) for seen in self.rest)

    def keeps_what_was_right(self, fit: Fit) -> bool:
        """Return whether a fit contradicts no page that came right."""
        concerned = (seen for seen in self.right if any(concerns(each, seen) for each in fit.explanations))
        return all(self.foresees(fit.pipeline, seen) is not False for seen in concerned)


def each_once(fits: Iterable[Fit]) -> list[Fit]:
    """Return the fits, of those that say the same the one that foresees most, or else the plainest."""
    found: dict[frozenset[str], Fit] = {}
    for fit in fits:
        said = frozenset(each.sentence for each in fit.explanations)
        held = found.get(said)
        if held is None or (held.size, -held.cost) < (fit.size, -fit.cost):
            found[said] = fit
    return list(found.values())
