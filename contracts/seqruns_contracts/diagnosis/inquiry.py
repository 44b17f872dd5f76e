"""The inquiry: what came so far, and the few requests more that tell explanations apart."""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING

from seqruns_contracts.diagnosis.apart import MOST_REQUESTS, best_question, foreseen, odd_questions, page_questions
from seqruns_contracts.diagnosis.fitting.fit import foresees
from seqruns_contracts.diagnosis.refusals import page_is_due
from seqruns_contracts.model.exchange import Ask
from seqruns_contracts.model.reply import REFUSALS

if TYPE_CHECKING:
    from collections.abc import Callable, Hashable, Sequence

    from seqruns_contracts.diagnosis.conditions import Condition
    from seqruns_contracts.diagnosis.fitting.fit import Fit
    from seqruns_contracts.diagnosis.history import History
    from seqruns_contracts.diagnosis.refusals import Refusal
    from seqruns_contracts.diagnosis.world import World
    from seqruns_contracts.model.exchange import Observation
    from seqruns_contracts.model.query import Query

MOST_RIVALS = 8
"""How many explanations are told apart at once."""


@dataclass(slots=True, kw_only=True)
class Inquiry:
    """Everything that came, and what may still be asked."""

    history: History
    ask: Callable[[Ask], Observation | None]
    """Sends a request; None where the target allows no more."""
    asked: int = 0

    def tell_fits_apart(self, fits: list[Fit], again: Callable[[], list[Fit]]) -> list[Fit]:
        """Return the fits that are left once the requests are asked on which they differ.

        Where an answer refutes all of them, those that `again` finds are told apart.
        """
        world = self.history.world
        said: dict[tuple[Query, tuple[str, ...]], Hashable] = {}

        def foreseen_by(rivals: Sequence[Fit], query: Query) -> list[Hashable]:
            keys = [(query, fit.sentences) for fit in rivals]
            for key, fit in zip(keys, rivals, strict=True):
                if key not in said:
                    said[key] = foreseen(fit.pipeline, world, query)
            return [said[key] for key in keys]

        refused: set[tuple[str, str]] = set()
        while len(fits) > 1:
            rivals = [fit for fit in fits if fit.cost <= fits[0].cost + 1][:MOST_RIVALS]
            questions = [query for query in page_questions(self.history) if refused.isdisjoint(query.parameters)]
            query = best_question(questions, partial(foreseen_by, rivals))
            seen = self.send(query) if query is not None else None
            if query is None or seen is None:
                break
            # An error says nothing of pages, so the next round asks something else: the value that was refused will be
            # refused beside others as well.
            if seen.ids is None:
                refused |= {*query.filters.items()} if len(query.filters) == 1 else set()
            else:
                left = [fit for fit in fits if foresees(fit.pipeline, world, seen) is not False]
                # The search kept only the first few of many, so where the plainest are refuted others may be as plain
                # as these: an exclusive `before` in the place of exclusive bounds, not a start that is rounded.
                fits = left if left and left[0].cost <= fits[0].cost else again()
        return fits

    def tell_conditions_apart(self, group: list[Refusal]) -> list[Refusal]:
        """Return the refusals that are left once the requests are asked on which their conditions differ."""
        while len(group) > 1:
            world = self.history.world
            names = [name for each in group for seen in each.explained for name, _ in seen.ask.query.parameters]
            rivals = [each.condition for each in group[:MOST_RIVALS]]
            # A refusal of what may be refused says nothing: that of `limit=501` is right. A crash is always wrong.
            questions = [
                query
                for query in odd_questions(self.history, names)
                if group[0].status not in REFUSALS or page_is_due(self.history, query)
            ]
            query = best_question(questions, partial(_all_hold, rivals, world))
            seen = self.send(query) if query is not None else None
            if seen is None:
                break
            if seen.status == group[0].status:
                group = [each for each in group if each.condition.holds(world, seen.ask.query)] or group[:1]
            elif seen.status == 200:
                group = [each for each in group if not each.condition.holds(world, seen.ask.query)] or group[:1]
        return group

    def send(self, query: Query, credentials: tuple[tuple[str, str], ...] | None = None) -> Observation | None:
        """Send a request, and return its answer, which is history from then on; None where no more may be sent."""
        if self.asked == MOST_REQUESTS:
            return None
        seen = self.ask(Ask(query=query, credentials=credentials))
        if seen is not None:
            self.asked += 1
            self.history = self.history.with_(seen)
        return seen


def _all_hold(rivals: Sequence[Condition], world: World, query: Query) -> list[Hashable]:
    return [bool(condition.holds(world, query)) for condition in rivals]
