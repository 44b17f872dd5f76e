"""Errors where a page was due: the conditions that foresee which requests get one."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from seqruns_contracts.diagnosis.conditions import Condition, conditions
from seqruns_contracts.diagnosis.pipeline import HONEST
from seqruns_contracts.model.reply import REFUSALS

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator, Sequence

    from seqruns_contracts.diagnosis.history import History
    from seqruns_contracts.model.exchange import Ask, Observation
    from seqruns_contracts.model.query import Query

MOST = 4
"""How many conditions for one status are looked for."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Refusal:
    """A condition, and what is answered where it holds."""

    condition: Condition
    status: int
    explained: tuple[Observation, ...]

    @property
    def id(self) -> str:
        """`piece.what-crashes`, or with another end for another error."""
        refused = "is-refused" if self.status in REFUSALS else f"is-{self.status}"
        return f"{self.condition.id}-{'crashes' if self.status >= 500 else refused}"

    @property
    def sentence(self) -> str:
        """What the target does."""
        what = {400: "refuses", 422: "refuses"}.get(self.status, f"answers {self.status} to")
        return f"{what} {self.condition.words}" + ("" if what.startswith("answers") else f" ({self.status})")


def refusals(history: History, broken: Collection[Ask]) -> list[list[Refusal]]:
    """Return the refusals of each status, those that fit equally well together; empty where nothing fits.

    `broken` are the requests that a check found wrongly answered.
    """
    found = []
    for status in sorted({seen.status for seen in history.plain if _is_wrong(history, seen, broken)}):
        found += list(_of_status(history, status, broken))
    return found


def _is_wrong(history: History, seen: Observation, broken: Collection[Ask]) -> bool:
    if seen.status >= 500:
        return True
    # Whoever was sent away for the key or the rate was not refused for what was asked.
    if seen.status in {200, 401, 403, 429}:
        return False
    if seen.ask in broken:
        return page_is_due(history, seen.ask.query) or seen.status not in REFUSALS
    return False


def page_is_due(history: History, query: Query) -> bool:
    """Return whether the contract has a page for a query: it neither refuses it nor leaves that open."""
    return HONEST.foresee(history.world, query) is not None


def _of_status(history: History, status: int, broken: Collection[Ask]) -> Iterator[list[Refusal]]:
    world = history.world
    same = [seen for seen in history.plain if seen.status == status]
    failing = [seen for seen in same if _is_wrong(history, seen, broken)]
    fine = [seen for seen in history.plain if seen.status == 200]
    # An error of another kind speaks against a condition, unless it may come of another parameter: `before=` crashes,
    # and `before=&after=nonsense` is refused.
    others = [
        seen
        for seen in history.plain
        if seen.status not in {200, status}
        and (len(seen.ask.query.parameters) == 1 or page_is_due(history, seen.ask.query))
    ]
    candidates = _candidates(history, failing, fine)

    def rank(entry: tuple[Condition, frozenset[int]]) -> tuple[int, int, int]:
        condition, hits = entry
        refused = sum(bool(condition.holds(world, seen.ask.query)) for seen in others)
        return (-len(hits), condition.cost, refused)

    left = frozenset(range(len(failing)))
    if not candidates and (now_and_then := _now_and_then(fine, failing)) is not None:
        yield [_refusal(history, now_and_then, status, same)]
    # The condition of most of them first, then that of most of the rest: two crashes are two causes.
    for _ in range(MOST):
        ranked = sorted(((condition, hits & left) for condition, hits in candidates if hits & left), key=rank)
        if not left or not ranked:
            return
        best = rank(ranked[0])
        group = [condition for condition, hits in ranked if hits == ranked[0][1] and rank((condition, hits)) == best]
        yield [_refusal(history, condition, status, same) for condition in group]
        left -= ranked[0][1]


def _candidates(
    history: History, failing: Sequence[Observation], fine: Sequence[Observation]
) -> list[tuple[Condition, frozenset[int]]]:
    """Return the conditions that no page refutes, each with the places of the failing requests that it holds of."""
    found = []
    for condition in conditions(history, failing):
        # One page is enough to refute a condition: what it says would have failed as well.
        if not any(condition.holds(history.world, seen.ask.query) for seen in fine):
            hits = frozenset(n for n, seen in enumerate(failing) if condition.holds(history.world, seen.ask.query))
            found.append((condition, hits))
    return found


def _now_and_then(fine: list[Observation], failing: list[Observation]) -> Condition | None:
    """Return the condition that requests fail now and then; None where none of those that fail ever came right."""
    queries = {seen.ask.query for seen in failing}
    if queries.isdisjoint(seen.ask.query for seen in fine):
        return None
    return Condition(
        id="request.now-and-then",
        words="some requests now and then, and not when they are sent again",
        look="what differs between requests: one of several processes, a connection that was closed, a limit of time",
        holds=lambda _, query: query in queries,
    )


def _refusal(history: History, condition: Condition, status: int, same: list[Observation]) -> Refusal:
    explained = tuple(seen for seen in same if condition.holds(history.world, seen.ask.query))
    return Refusal(condition=condition, status=status, explained=explained)
