"""The fit: which explanations, one or several at once, foresee every page that came."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from itertools import islice
from typing import TYPE_CHECKING

from seqruns_contracts.diagnosis.explanations import explanations
from seqruns_contracts.diagnosis.pipeline import HONEST, UNREADABLE, Pipeline, agrees

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Iterator, Sequence

    from seqruns_contracts.diagnosis.explanations.kinds import Explanation
    from seqruns_contracts.diagnosis.history import History, World
    from seqruns_contracts.model.exchange import Ask, Observation

MOST_AT_ONCE = 3
"""How many independent mistakes are looked for."""
BEAM = 4
"""How many fits are tried together with one more explanation."""
NEARLY, QUIRKS = 0.75, 0.2
"""Where nothing fits exactly: which share of the wrong pages must be foreseen, and how many right ones may not be."""
MOST_PARTLY = 60
TRIES = 8
"""How many pages are looked at before an explanation that foresees none of them is given up."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Fit:
    """Explanations that together foresee what came."""

    explanations: tuple[Explanation, ...]
    pipeline: Pipeline = field(repr=False)
    explained: frozenset[int] = frozenset()
    """Which of the wrong pages they foresee, by their place among them."""
    contradicted: int = 0
    """How many pages came as the contract says, and not as they do."""

    @property
    def cost(self) -> int:
        """How easily it fits by chance."""
        return sum(each.cost for each in self.explanations)

    @property
    def ids(self) -> tuple[str, ...]:
        """The ids of its explanations."""
        return tuple(sorted(each.id for each in self.explanations))


def foresees(pipeline: Pipeline, world: World, seen: Observation) -> bool | None:
    """Return whether a page came as a pipeline says; None where it says nothing."""
    try:
        return agrees(pipeline.run(world, seen.ask.query), seen)
    except UNREADABLE:
        return None


def wrong_pages(history: History) -> list[Observation]:
    """Return the pages that the contract does not foresee."""
    return [seen for seen in history.pages if foresees(HONEST, history.world, seen) is False]


@dataclass(slots=True, kw_only=True)
class Search:
    """A search for the fewest explanations that foresee every page."""

    history: History
    wrong: Sequence[Observation]
    """The pages that the contract does not foresee, those that were asked with the fewest parameters first."""
    right: Sequence[Observation]
    """The pages that it does."""
    pool: Sequence[Explanation]
    names: Sequence[frozenset[str]] = ()
    """The parameters that each wrong page was asked with."""
    singles: Sequence[Fit] = ()
    """What foresees some of the wrong pages by itself."""
    grown: list[Fit] = field(default_factory=list)
    """What was tried together with others."""

    @classmethod
    def of(cls, history: History, *, without: Collection[Ask] = ()) -> Search:
        """Return the search through all explanations; the pages of some requests are left out of account."""
        pages = [seen for seen in history.pages if seen.ask not in without]
        verdicts = [(seen, foresees(HONEST, history.world, seen)) for seen in pages]
        wrong = [seen for seen, verdict in verdicts if verdict is False]
        wrong.sort(key=lambda seen: len(seen.ask.query.meaning))
        return cls(
            history=history,
            wrong=wrong,
            names=[frozenset(seen.ask.query.meaning) for seen in wrong],
            right=[seen for seen, verdict in verdicts if verdict],
            pool=tuple(explanations(history)) if wrong else (),
        )

    def run(self) -> list[Fit]:
        """Return the fits with the fewest explanations, the plainest first; empty where nothing fits."""
        if not self.wrong:
            return []
        alone = self._alone()
        if alone:
            return alone
        beam = [Fit(explanations=(), pipeline=HONEST)]
        for _ in range(MOST_AT_ONCE):
            grown = _each_once(fit for base in beam for fit in self._grow(base))
            grown.sort(key=lambda fit: (fit.cost - 2 * len(fit.explained), fit.ids))
            counted = (self._with_contradictions(fit) for fit in grown)
            beam = list(islice((fit for fit in counted if fit.contradicted <= len(fit.explained) * QUIRKS), BEAM))
            self.grown += beam
            self.singles = self.singles or grown
            whole = [fit for fit in beam if len(fit.explained) == len(self.wrong) and not fit.contradicted]
            if whole:
                return sorted(whole, key=lambda fit: fit.cost)
        return []

    def mostly(self) -> list[Fit]:
        """Return the fit that foresees nearly all wrong pages, and of the right ones nearly all as well.

        Code has quirks: a `before` that is exclusive, but for a lower-case t, which takes another path.
        """
        near = [fit for fit in self.grown if len(fit.explained) >= max(3, NEARLY * len(self.wrong))]
        return sorted(near, key=lambda fit: 3 * fit.contradicted + 2 * len(fit.explanations) - 2 * len(fit.explained))[
            :1
        ]

    def partly(self) -> list[Fit]:
        """Return the fits that foresee some of the wrong pages, and say nothing else of the others."""
        near = sorted(self.singles, key=lambda fit: (-len(fit.explained), fit.cost))[:MOST_PARTLY]
        found = [fit for fit in near if self._keeps_what_was_right(fit) and self._leaves_alone(fit)]
        return self._cover(sorted(found, key=lambda fit: (-len(fit.explained), fit.cost)))

    def _cover(self, found: Sequence[Fit]) -> list[Fit]:
        """Return the fewest of some fits that foresee together what all of them do, the one that foresees most first."""
        left = set().union(*(fit.explained for fit in found))
        chosen = []
        for fit in found:
            if fit.explained & left:
                chosen.append(fit)
                left -= fit.explained
        return chosen

    def _alone(self) -> list[Fit]:
        """Return the single explanations that foresee every page."""
        everything = frozenset(range(len(self.wrong)))
        found = []
        for explanation in self.pool:
            pipeline = explanation.change(HONEST)
            fit = Fit(explanations=(explanation,), pipeline=pipeline, explained=everything)
            foresee = (
                _concerns(explanation, seen) and foresees(pipeline, self.history.world, seen) for seen in self.wrong
            )
            if all(foresee) and self._keeps_what_was_right(fit):
                found.append(fit)
        return sorted(_each_once(found), key=lambda fit: fit.cost)

    def _leaves_alone(self, fit: Fit) -> bool:
        """Return whether it says of nearly all other wrong pages what the contract says; one may show another quirk."""
        others = [seen for place, seen in enumerate(self.wrong) if place not in fit.explained]
        meddled = sum(not _same(fit.pipeline, HONEST, self.history.world, seen) for seen in others)
        return meddled * 4 <= len(fit.explained)

    def _grow(self, base: Fit) -> Iterator[Fit]:
        """Yield what foresees more wrong pages with one more explanation, and loses none."""
        world = self.history.world
        taken = {each.id for each in base.explanations}
        for explanation in self.pool:
            if explanation.id in taken:
                continue
            concerned = [
                place for place, names in enumerate(self.names) if not explanation.needs or explanation.needs & names
            ]
            pipeline = explanation.change(base.pipeline)
            gained: set[int] = set()
            for tried, place in enumerate(place for place in concerned if place not in base.explained):
                if tried == TRIES and not gained:
                    break
                if foresees(pipeline, world, self.wrong[place]):
                    gained.add(place)
            held = (foresees(pipeline, world, self.wrong[place]) for place in concerned if place in base.explained)
            if gained and all(held):
                yield Fit(
                    explanations=(*base.explanations, explanation),
                    pipeline=pipeline,
                    explained=base.explained | gained,
                )

    def _with_contradictions(self, fit: Fit) -> Fit:
        world, most = self.history.world, len(fit.explained) * QUIRKS
        count = 0
        for seen in self.right:
            if any(_concerns(each, seen) for each in fit.explanations):
                count += foresees(fit.pipeline, world, seen) is False
                if count > most:
                    break
        return replace(fit, contradicted=count)

    def _keeps_what_was_right(self, fit: Fit) -> bool:
        world = self.history.world
        concerned = (seen for seen in self.right if any(_concerns(each, seen) for each in fit.explanations))
        return all(foresees(fit.pipeline, world, seen) is not False for seen in concerned)


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
        if held is None or (len(held.explained), -held.cost) < (len(fit.explained), -fit.cost):
            found[said] = fit
    return list(found.values())
