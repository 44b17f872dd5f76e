"""The trial: the pages that explanations are held against, and how much of that may still be done."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from seqruns_contracts.diagnosis.fitting.agreement import agrees
from seqruns_contracts.diagnosis.fitting.fit import foresees, is_right
from seqruns_contracts.diagnosis.fitting.reach import concerns, each_place, in_turn

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator, Sequence

    from seqruns_contracts.diagnosis.fitting.fit import Fit, Judge, Places
    from seqruns_contracts.diagnosis.history import History
    from seqruns_contracts.diagnosis.pipeline import Pipeline
    from seqruns_contracts.model.exchange import Ask, Observation

MOST_WRONG = 24
"""How many wrong pages are looked at in the search: as they come in turn, they show every kind of mistake there is."""
QUIRKS = 0.2
"""How many right pages a fit may contradict, for each wrong one that it foresees, and still be tried with more."""
RUNS_A_UNIT = 200
"""How many runs are tried by a filter in the time that an answer takes otherwise."""


@dataclass(slots=True, kw_only=True)
class Trial:
    """The wrong pages and the right ones that came, and the budget for holding fits against them."""

    history: History
    wrong: Sequence[Observation]
    """The pages that the contract does not foresee, each kind of request in turn, those with few parameters first."""
    rest: Sequence[Observation]
    """Further ones, which only a fit of all those is held against."""
    right: Sequence[Observation]
    """The pages that it does."""
    judge: Judge = agrees
    left: int = 0
    """How many answers may still be worked out."""

    @classmethod
    def of(cls, history: History, without: Collection[Ask], judge: Judge) -> Trial:
        """Return the trial by the pages of a history, but for those of some requests."""
        pages = [seen for seen in history.pages if seen.ask not in without]
        verdicts = [(seen, is_right(history.world, seen, judge)) for seen in pages]
        # A page of which the contract says nothing (None) is neither wrong nor right.
        wrong = in_turn(seen for seen, verdict in verdicts if verdict is False)
        return cls(
            history=history,
            wrong=wrong[:MOST_WRONG],
            rest=wrong[MOST_WRONG:],
            right=in_turn(seen for seen, verdict in verdicts if verdict),
            judge=judge,
        )

    @property
    def everything(self) -> Places:
        """All wrong pages."""
        return (1 << len(self.wrong)) - 1

    def foresees(self, pipeline: Pipeline, seen: Observation) -> bool | None:
        """Return whether a page came as a pipeline says, and take the work off what is left."""
        world = self.history.world
        work = world.work
        verdict = foresees(pipeline, world, seen, self.judge)
        # A filter that was tried with a text before is looked up, and costs no more than the answer.
        self.left -= 1 + (world.work - work) * len(world.runs) // RUNS_A_UNIT
        return verdict

    def foresees_all(self, pipeline: Pipeline, places: Places) -> bool:
        """Return whether each of some wrong pages came as a pipeline says."""
        return all(self.foresees(pipeline, self.wrong[place]) for place in each_place(places))

    def foresees_the_rest(self, fit: Fit) -> bool:
        """Return whether the further wrong pages came as a fit says."""
        return all(self.foresees(fit.pipeline, seen) for seen in self.rest)

    def keeps_what_was_right(self, fit: Fit) -> bool:
        """Return whether a fit contradicts no page that came right."""
        return all(self.foresees(fit.pipeline, seen) is not False for seen in self._concerned(fit))

    def with_contradictions(self, fit: Fit) -> Fit:
        """Return a fit with the number of right pages that it contradicts, counted until they are too many."""
        most, count = fit.size * QUIRKS, 0
        for seen in self._concerned(fit):
            count += self.foresees(fit.pipeline, seen) is False
            if count > most:
                break
        return replace(fit, contradicted=count)

    def _concerned(self, fit: Fit) -> Iterator[Observation]:
        """Yield the right pages of which a fit may say something else than the contract."""
        return (seen for seen in self.right if any(concerns(each, seen) for each in fit.explanations))
