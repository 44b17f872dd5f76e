"""The search: which explanations, one or several at once, foresee every page that came."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from functools import partial
from itertools import chain, takewhile
from typing import TYPE_CHECKING

from seqruns_contracts.diagnosis.explanations import explanations
from seqruns_contracts.diagnosis.explanations.kinds import Part
from seqruns_contracts.diagnosis.fitting.agreement import agrees, page_agrees, total_agrees
from seqruns_contracts.diagnosis.fitting.fit import Fit, foresees, pipeline_of
from seqruns_contracts.diagnosis.pipeline import HONEST, UNREADABLE, Pipeline, counted_by

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence

    from seqruns_contracts.diagnosis.explanations.kinds import Explanation
    from seqruns_contracts.diagnosis.fitting.fit import Judge, Places
    from seqruns_contracts.diagnosis.history import History
    from seqruns_contracts.diagnosis.world import World
    from seqruns_contracts.model.exchange import Ask, Observation

OTHER: Mapping[Part | None, Judge] = {Part.PAGE: total_agrees, Part.TOTAL: page_agrees}
"""By what an explanation changes: what judges the part that it leaves alone."""
MOST_AT_ONCE = 3
"""How many independent mistakes are looked for."""
BEAM = 4
"""How many fits are tried together with one more explanation."""
MOST_WHOLE = 24
"""How many fits that foresee every wrong page are held against what came right."""
NEARLY, QUIRKS = 0.75, 0.2
"""Where nothing fits exactly: which share of the wrong pages must be foreseen, and how many right ones may not be."""
LEAST_SAID = 0.7
"""Of which share of the wrong pages a single explanation must say something, where every run is known."""
MOST_RIVALS = 8
"""How many explanations are put in the place of another one, of those that foresee the same pages by themselves."""
MOST_PARTLY = 60
TRIES = 8
"""How many pages are looked at before an explanation that foresees none of them is given up."""
LOOKS, MISSES = 4, 2
"""How many right pages are looked at before several mistakes are tried together, and how many may contradict."""
MOST_TOGETHER = 12_000
"""How many answers are worked out in the search for several mistakes: about a third of a second."""
RUNS_A_UNIT = 200
"""How many runs are tried by a filter in the time that an answer takes otherwise."""


def find_several(search: Search) -> list[Fit]:
    """Return what foresees every page where no single explanation does: several, or some for each of two queries."""
    return search.together() or _of_two_queries(search)


def _of_two_queries(search: Search) -> list[Fit]:
    """Return the fits of a target whose pages follow one mistake and whose totals another, or none at all.

    The list and the count are often two queries: a `before` that is cut to the day in one need not be in the other.
    """
    if not search.wrong:
        return []
    by_part = [
        Search.of(search.history, without=search.without, judge=judge, pool=search.pool)
        for judge in (page_agrees, total_agrees)
    ]
    listed, counted = (part.run() if part.wrong else [Fit(explanations=())] for part in by_part)
    # A total without filters may come of filters that are ignored, but pages that follow them say otherwise.
    counted.sort(key=lambda fit: (sum(each.piece != "total" for each in fit.explanations), fit.cost))
    both = [_listed_and_counted(listing, counting, search) for listing in listed for counting in counted[:1]]
    return [fit for fit in both if search.keeps_what_was_right(fit)]


def _listed_and_counted(listed: Fit, counted: Fit, search: Search) -> Fit:
    listing, counting = listed.explanations, counted.explanations
    known = {each.sentence for each in listing}
    return Fit(
        explanations=(*listing, *(each for each in counting if each.sentence not in known)),
        listing=listing,
        counting=counting,
        explained=search.everything,
        pipeline=counted_by(listed.pipeline, counted.pipeline),
    )


@dataclass(slots=True, kw_only=True)
class Search:
    """A search for the fewest explanations that foresee every page."""

    history: History
    wrong: Sequence[Observation]
    """The pages that the contract does not foresee, each kind of request in turn, those with few parameters first."""
    right: Sequence[Observation]
    """The pages that it does."""
    pool: Sequence[Explanation]
    without: Collection[Ask] = ()
    """The requests whose pages are left out of account."""
    judge: Judge = agrees
    names: Sequence[frozenset[str]] = ()
    """The parameters that each wrong page was asked with."""
    singles: Sequence[Fit] = ()
    """What foresees some of the wrong pages by itself."""
    grown: list[Fit] = field(default_factory=list)
    """What was tried together with others."""
    likely: Sequence[Explanation] | None = None
    """What does not contradict the first right pages; None before that is known."""
    left: int = MOST_TOGETHER
    """How many answers may still be worked out."""
    beyond: Mapping[Part | None, Places] = field(default_factory=dict)
    """The wrong pages of which another part is wrong than this one."""
    concerned: dict[frozenset[str], Places] = field(default_factory=dict)
    """The wrong pages that were asked with one of some parameters."""

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
        wrong = _in_turn(seen for seen, verdict in verdicts if verdict is False)
        pool = pool or (tuple(explanations(history)) if wrong else ())
        return cls(
            history=history,
            wrong=wrong,
            beyond=_beyond(history, wrong) if judge is agrees else {},
            names=[frozenset(seen.ask.query.meaning) for seen in wrong],
            right=_in_turn(seen for seen, verdict in verdicts if verdict),
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
        self.singles = _each_once(self._grow(Fit(explanations=()), self.pool))
        # The singles have had a budget of their own. The search for each of two queries comes on top of this one, with
        # half of the first and a quarter of the second.
        self.left = MOST_TOGETHER if self.judge is agrees else MOST_TOGETHER // 4
        first = [fit.explanations[0] for fit in self.singles]
        beam = self._best(self.singles)
        self.grown += beam
        for _ in range(1, MOST_AT_ONCE):
            further: list[Fit] = []
            for pool in (lambda: first, self._likely):
                grown = _each_once(fit for base in beam for fit in self._grow(base, pool()))
                if whole := self._whole(grown):
                    return whole
                further += self._best(grown)
            beam = further
            self.grown += beam
        return []

    def _likely(self) -> Sequence[Explanation]:
        """Return what may show only beside another mistake; of a part of the answers that is not looked for."""
        if self.likely is None:
            self.likely = [each for each in self.pool if self._is_likely(each)] if self.judge is agrees else []
        return self.likely

    def _is_likely(self, explanation: Explanation) -> bool:
        """Return whether an explanation does not contradict what came right from the first."""
        pipeline, misses = explanation.alone, 0
        if self.left <= 0:
            return False
        for looked, seen in enumerate(seen for seen in self.right if _concerns(explanation, seen)):
            if looked == LOOKS or misses == MISSES:
                break
            misses += self._foresees(pipeline, seen) is False
        return misses < MISSES

    def _whole(self, grown: Iterable[Fit]) -> list[Fit]:
        """Return the fits that foresee every page and contradict none, with their rivals, the plainest first."""
        found = [fit for fit in grown if fit.explained == self.everything]
        found = sorted(found, key=lambda fit: fit.cost)[:MOST_WHOLE]
        whole = sorted(_each_once((*found, *chain(*map(self._rivals, found)))), key=lambda fit: fit.cost)
        return [fit for fit in whole[:MOST_WHOLE] if self.keeps_what_was_right(fit)]

    def _rivals(self, fit: Fit) -> Iterator[Fit]:
        """Yield the fits in which one explanation gives way to another that by itself foresees the same pages."""
        alone = {id(single.explanations[0]): single.explained for single in self.singles}
        for place, explanation in enumerate(fit.explanations):
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

        Of those that foresee the same pages only the plainest is kept. An exclusive `before` beside an ignored `phone`:
        ten ways to read `before` foresee the same pages, and would leave no place for `phone`, beside which each of
        the ten is tried.
        """
        best: dict[Places, Fit] = {}
        for fit in sorted(grown, key=lambda fit: (fit.cost - 2 * fit.size, fit.ids)):
            # An eighth beyond the budget: what was found with the last of it is held against what came right still.
            if self.left <= -MOST_TOGETHER // 8:
                break
            if fit.explained in best:
                continue
            counted = self._with_contradictions(fit)
            if counted.contradicted <= counted.size * QUIRKS:
                best[fit.explained] = counted
            if len(best) == BEAM:
                break
        return list(best.values())

    def mostly(self) -> list[Fit]:
        """Return the fits that foresee nearly all wrong pages, and of the right ones nearly all as well: the best ones.

        Code has quirks: a `before` that is exclusive, but for a lower-case t, which takes another path.
        """
        near = [fit for fit in self.grown if fit.size >= max(3, NEARLY * len(self.wrong))]

        def rank(fit: Fit) -> int:
            return 3 * fit.contradicted + 2 * len(fit.explanations) - 2 * fit.size

        best = min(map(rank, near), default=0)
        return _each_once(fit for fit in near if rank(fit) == best)

    def partly(self) -> list[Fit]:
        """Return the fewest fits that foresee some of the wrong pages, and say nothing else of the others."""
        near = sorted(self.singles, key=lambda fit: (-fit.size, fit.cost))[:MOST_PARTLY]
        found = [fit for fit in near if self.keeps_what_was_right(fit) and self._leaves_alone(fit)]
        chosen, covered = [], 0
        for fit in found:
            if fit.explained & ~covered:
                chosen.append(fit)
                covered |= fit.explained
        return chosen

    def alone(self) -> list[Fit]:
        """Return the single explanations that foresee every page."""
        if not self.wrong:
            return []
        found = []
        for explanation in self.pool:
            if self._concerned(explanation) & ~self._out_of_reach(explanation) != self.everything:
                continue
            fit = Fit(explanations=(explanation,), pipeline=explanation.alone, explained=self.everything)
            if self._foresees_all(explanation.alone) and self.keeps_what_was_right(fit):
                found.append(fit)
        return sorted(_each_once(found), key=lambda fit: fit.cost)

    def _foresees_all(self, pipeline: Pipeline) -> bool:
        """Return whether a pipeline says nothing else of any wrong page, and foresees most of them.

        Of a list that is known in part one is enough: of many pages nothing can be said there.
        """
        verdicts = list(
            takewhile(lambda verdict: verdict is not False, map(partial(self._foresees, pipeline), self.wrong))
        )
        least = LEAST_SAID if self.history.world.whole else 0
        return len(verdicts) == len(self.wrong) and sum(map(bool, verdicts)) > least * len(verdicts)

    def _leaves_alone(self, fit: Fit) -> bool:
        """Return whether it says of nearly all other wrong pages what the contract says; one may show another quirk."""
        others = [seen for place, seen in enumerate(self.wrong) if not fit.explained >> place & 1]
        meddled = sum(not _same(fit.pipeline, HONEST, self.history.world, seen) for seen in others)
        return meddled * 4 <= fit.size

    def _grow(self, base: Fit, pool: Iterable[Explanation]) -> Iterator[Fit]:
        """Yield what foresees more wrong pages with one more explanation, and loses none."""
        taken = {each.id for each in base.explanations}
        for explanation in pool:
            if explanation.id in taken or self.left <= 0:
                continue
            concerned = self._concerned(explanation)
            if not base.explanations:
                concerned &= ~self._out_of_reach(explanation)
            pipeline = explanation.change(base.pipeline) if base.explanations else explanation.alone
            gained = self._gained(pipeline, concerned & ~base.explained)
            if gained and self._all_foreseen(pipeline, concerned & base.explained):
                yield Fit(
                    explanations=(*base.explanations, explanation),
                    pipeline=pipeline,
                    explained=base.explained | gained,
                )

    def _concerned(self, explanation: Explanation) -> Places:
        """Return the wrong pages that were asked with a parameter that it needs."""
        needs = explanation.needs
        if not needs:
            return self.everything
        if needs not in self.concerned:
            self.concerned[needs] = sum(1 << place for place, names in enumerate(self.names) if needs & names)
        return self.concerned[needs]

    def _out_of_reach(self, explanation: Explanation) -> Places:
        """Return the wrong pages that it cannot explain alone: a total that is wrong comes of no other order."""
        return 0 if explanation.part is None else self.beyond.get(explanation.part, 0)

    def _gained(self, pipeline: Pipeline, places: Places) -> Places:
        """Return which of some wrong pages a pipeline foresees; none where it foresees none of the first ones."""
        gained = 0
        for tried, place in enumerate(_each(places)):
            if tried == TRIES and not gained:
                break
            if self._foresees(pipeline, self.wrong[place]):
                gained |= 1 << place
        return gained

    def _all_foreseen(self, pipeline: Pipeline, places: Places) -> bool:
        return all(self._foresees(pipeline, self.wrong[place]) for place in _each(places))

    def _foresees(self, pipeline: Pipeline, seen: Observation) -> bool | None:
        world = self.history.world
        work = world.work
        verdict = foresees(pipeline, world, seen, self.judge)
        self.left -= 1 + (world.work - work) * len(world.runs) // RUNS_A_UNIT
        return verdict

    def _with_contradictions(self, fit: Fit) -> Fit:
        most, count = fit.size * QUIRKS, 0
        for seen in self.right:
            if any(_concerns(each, seen) for each in fit.explanations):
                count += self._foresees(fit.pipeline, seen) is False
                if count > most:
                    break
        return replace(fit, contradicted=count)

    def keeps_what_was_right(self, fit: Fit) -> bool:
        """Return whether a fit contradicts no page that came right."""
        concerned = (seen for seen in self.right if any(_concerns(each, seen) for each in fit.explanations))
        return all(self._foresees(fit.pipeline, seen) is not False for seen in concerned)


def _beyond(history: History, wrong: Sequence[Observation]) -> dict[Part | None, Places]:
    """Return by a part of an answer the wrong pages of which the other part is wrong."""
    return {
        part: sum(
            1 << place for place, seen in enumerate(wrong) if foresees(HONEST, history.world, seen, by_other) is False
        )
        for part, by_other in OTHER.items()
    }


def _each(places: Places) -> Iterator[int]:
    while places:
        lowest = places & -places
        yield lowest.bit_length() - 1
        places ^= lowest


def _in_turn(pages: Iterable[Observation]) -> list[Observation]:
    """Return pages so that the first few are as different as can be: one for each set of parameters, then a second.

    Those with the fewest parameters come first: they show one mistake each.
    """
    groups: dict[frozenset[str], list[Observation]] = {}
    for seen in pages:
        groups.setdefault(frozenset(seen.ask.query.meaning), []).append(seen)
    ranked = [
        (turn, len(names), n, seen)
        for n, (names, group) in enumerate(groups.items())
        for turn, seen in enumerate(group)
    ]
    return [seen for *_, seen in sorted(ranked, key=lambda entry: entry[:3])]


def _concerns(explanation: Explanation, seen: Observation) -> bool:
    return not explanation.needs or any(
        name in explanation.needs and text.strip() for name, text in seen.ask.query.parameters
    )


def _same(pipeline: Pipeline, other: Pipeline, world: World, seen: Observation) -> bool:
    try:
        one, two = pipeline.run(world, seen.ask.query), other.run(world, seen.ask.query)
    except UNREADABLE:
        return True
    return list(one.page) == list(two.page) and one.total == two.total


def _each_once(fits: Iterable[Fit]) -> list[Fit]:
    """Return the fits, of those that say the same the first."""
    found: dict[frozenset[str], Fit] = {}
    for fit in fits:
        said = frozenset(each.sentence for each in fit.explanations)
        held = found.get(said)
        if held is None or (held.size, -held.cost) < (fit.size, -fit.cost):
            found[said] = fit
    return list(found.values())
