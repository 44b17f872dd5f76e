"""The search: which explanations, one or several at once, foresee every page that came."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from functools import partial
from itertools import chain, takewhile
from typing import TYPE_CHECKING

from seqruns_contracts.diagnosis.explanations import explanations
from seqruns_contracts.diagnosis.fitting.agreement import agrees
from seqruns_contracts.diagnosis.fitting.fit import Fit, each_once, pipeline_of
from seqruns_contracts.diagnosis.fitting.reach import OTHER, Reach, concerns, each_place
from seqruns_contracts.diagnosis.fitting.trial import QUIRKS, Trial

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Iterator, Sequence

    from seqruns_contracts.diagnosis.explanations.kinds import Explanation
    from seqruns_contracts.diagnosis.fitting.fit import Judge, Places
    from seqruns_contracts.diagnosis.history import History
    from seqruns_contracts.diagnosis.pipeline import Pipeline
    from seqruns_contracts.model.exchange import Ask

MOST_AT_ONCE = 3
"""How many independent mistakes are looked for."""
BEAM = 4
"""How many fits are tried together with one more explanation."""
MOST_WHOLE = 24
"""How many fits that foresee every wrong page are held against what came right."""
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


@dataclass(slots=True, kw_only=True)
class Search:
    """A search for the fewest explanations that foresee every page."""

    trial: Trial
    """The pages that are to be explained, and the work that may be done for it."""
    pool: Sequence[Explanation]
    """What is tried."""
    reach: Reach
    """Of which wrong pages an explanation can be the reason."""
    without: Collection[Ask] = ()
    """The requests whose pages are left out of account."""
    singles: Sequence[Fit] = ()
    """What foresees some of the wrong pages by itself."""
    grown: list[Fit] = field(default_factory=list)
    """What was tried together with others."""

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
        trial = Trial.of(history, without, judge)
        pool = pool or (tuple(explanations(history)) if trial.wrong else ())
        return cls(
            trial=trial,
            reach=Reach.of(history, trial.wrong, judge),
            pool=[each for each in pool if judge is agrees or OTHER.get(each.part) is not judge],
            without=without,
        )

    def run(self) -> list[Fit]:
        """Return the fits with the fewest explanations, the plainest first; empty where nothing fits."""
        return self.alone() or self.together()

    def together(self) -> list[Fit]:
        """Return the fits of several explanations, found a step at a time; empty where nothing fits.

        What foresees some pages by itself is tried first: of two mistakes most pages show only one.
        """
        if not self.trial.wrong:
            return []
        self.trial.left = MOST_TOGETHER if self.trial.judge is agrees else MOST_TOGETHER // 2
        self.singles = each_once(self._grow(Fit(explanations=()), self.pool))
        # The singles have had a budget of their own. The search for each of two queries comes on top of this one, with
        # half of the first and a quarter of the second.
        self.trial.left = MOST_TOGETHER if self.trial.judge is agrees else MOST_TOGETHER // 4
        first = [fit.explanations[0] for fit in self.singles]
        beam = self._best(self.singles)
        self.grown += beam
        for _ in range(1, MOST_AT_ONCE):
            further: list[Fit] = []
            # Then anything is tried: a mistake that shows only where another one does foresees nothing by itself.
            # Example: `phone` is ignored and `offset` skips one too many, and every page was asked with both.
            for pool in (first, self.pool if self.trial.judge is agrees else ()):
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
        """Return whether an explanation agrees with the first few right pages that it concerns, but for one."""
        pipeline, misses = explanation.alone, 0
        for looked, seen in enumerate(seen for seen in self.trial.right if concerns(explanation, seen)):
            if looked == LOOKS or misses == MISSES:
                break
            misses += self.trial.foresees(pipeline, seen) is False
        return misses < MISSES

    def _whole(self, grown: Iterable[Fit]) -> list[Fit]:
        """Return the fits that foresee every page and contradict none, with their rivals, the plainest first."""
        # All that came right is much to hold a fit against, so only the plainest are held.
        trial = self.trial
        found = [fit for fit in grown if fit.explained == trial.everything]
        found = sorted(found, key=lambda fit: fit.cost)[:MOST_WHOLE]
        whole = sorted(each_once((*found, *chain(*map(self._rivals, found)))), key=lambda fit: fit.cost)
        return [fit for fit in whole[:MOST_WHOLE] if trial.foresees_the_rest(fit) and trial.keeps_what_was_right(fit)]

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
                if self.trial.foresees_all(pipeline, self.trial.everything):
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
            if self.trial.left <= -MOST_TOGETHER // 8:
                break
            held = best.get(fit.explained)
            if held is not None and not held.contradicted:
                continue
            counted = self.trial.with_contradictions(fit)
            # One beyond the share: what foresees two pages may contradict one, which shows another mistake.
            if counted.contradicted < (counted.size * QUIRKS + 1 if held is None else held.contradicted):
                best[fit.explained] = counted
            if len(best) == BEAM:
                break
        return list(best.values())

    def alone(self) -> list[Fit]:
        """Return the single explanations that foresee every page."""
        if not self.trial.wrong:
            return []
        found = []
        for explanation in self.pool:
            # Most are given up here, before anything is worked out: no `phone` explains a page asked without it.
            if self.reach.concerned(explanation) & ~self.reach.beyond(explanation) != self.trial.everything:
                continue
            fit = Fit(explanations=(explanation,), pipeline=explanation.alone, explained=self.trial.everything)
            if self._foresees_all(explanation.alone) and self.trial.keeps_what_was_right(fit):
                found.append(fit)
        return sorted(each_once(found), key=lambda fit: fit.cost)

    def _foresees_all(self, pipeline: Pipeline) -> bool:
        """Return whether a pipeline says nothing else of any wrong page, and foresees most of them.

        Of a list that is known in part one is enough: of many pages nothing can be said there.
        """
        trial, pages = self.trial, [*self.trial.wrong, *self.trial.rest]
        verdicts = list(takewhile(lambda verdict: verdict is not False, map(partial(trial.foresees, pipeline), pages)))
        least = LEAST_SAID if trial.history.world.whole else 0
        return len(verdicts) == len(pages) and sum(map(bool, verdicts)) > least * len(verdicts)

    def _grow(self, base: Fit, pool: Iterable[Explanation]) -> Iterator[Fit]:
        """Yield what foresees more wrong pages with one more explanation, and loses none."""
        taken = {each.id for each in base.explanations}
        for explanation in pool:
            if explanation.id in taken or self.trial.left <= 0:
                continue
            concerned = self.reach.concerned(explanation)
            # Beside others it may explain half an answer: a total that is capped, where `before` lost a run as well.
            if not base.explanations:
                concerned &= ~self.reach.beyond(explanation)
            if not concerned & ~base.explained:
                continue
            pipeline = explanation.change(base.pipeline) if base.explanations else explanation.alone
            gained = self._gained(pipeline, concerned & ~base.explained)
            # What was asked without its parameters comes as before, so no other page can be lost.
            if gained and self.trial.foresees_all(pipeline, concerned & base.explained):
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
            if self.trial.foresees(pipeline, self.trial.wrong[place]):
                gained |= 1 << place
        return gained
