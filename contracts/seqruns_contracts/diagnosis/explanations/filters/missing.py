"""Runs that fall out because something about them is missing: an inner join, or the count of a column that may be NULL."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Any

from seqruns_contracts.diagnosis.explanations.kinds import BOUNDS, PIECE, Explanation, Part, then
from seqruns_contracts.model.query import FILTERS
from seqruns_contracts.model.steps import steps_of

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from seqruns_contracts.diagnosis.explanations.kinds import Change
    from seqruns_contracts.diagnosis.history import History
    from seqruns_contracts.diagnosis.pipeline import Turn
    from seqruns_contracts.diagnosis.world import Mask, World
    from seqruns_contracts.model.run import Run

FEW = 40
"""How many runs are looked at to learn which fields there are."""
OCCASIONS: tuple[tuple[str, str, frozenset[str]], ...] = (
    *((PIECE.get(name, name), f"where `{name}` is given", frozenset({name})) for name in FILTERS),
    ("window", "where `before` or `after` is given", frozenset(BOUNDS)),
    ("filters", "where a filter is given", frozenset(FILTERS)),
)
"""The piece, in words, and the filters of which one must be given."""


def lost(history: History) -> Iterator[Explanation]:
    """Yield what loses, or does not count, the runs without step contacts, without messages, or with a field null.

    Example: a search by phone joins the step contacts, and a run that has none yet is never found.
    """
    for name, words, those in _what_some_lack(history.world):
        for piece, when, names in OCCASIONS:
            yield Explanation(
                id=f"{piece}.loses-runs-without-{name}",
                sentence=f"loses the runs without {words} {when}",
                look=f"an inner join, or a condition on {words}: a run without any falls out",
                change=_losing(names, those),
                needs=names,
            )
        yield Explanation(
            id=f"total.with-{name}-only",
            sentence=f"counts only runs that have {words}",
            look=f"the query that counts: an inner join, or `COUNT(…)` of {words}, which leaves out NULL",
            change=_counting(those),
            part=Part.TOTAL,
        )


def _losing(names: frozenset[str], those: Mask) -> Change:
    def lose(turn: Turn) -> None:
        turn.mask &= those

    return then("select", lose, given=names)


def _counting(those: Mask) -> Change:
    def count(turn: Turn) -> None:
        turn.total = turn.world.count(turn.mask & those)

    return then("count", count)


def _what_some_lack(world: World) -> Iterator[tuple[str, str, Mask]]:
    """Yield what some of the runs have and some have not: its name, in words, and those that have it."""
    every = (1 << len(world.runs)) - 1
    for name, words, has in _fields(world):
        those = world.those(has)
        # What every run has, or none, keeps no run out.
        if 0 < those < every:
            yield name, words, those


def _fields(world: World) -> Iterator[tuple[str, str, Callable[[Run], bool]]]:
    yield "steps", "step contacts", lambda run: bool(steps_of(run))
    yield "messages", "messages", lambda run: any(step.get("contact_messages") for step in steps_of(run))
    yield "contact", "a contact", lambda run: bool(run.body.get("contact"))
    bodies = [run.body for run in world.runs[:FEW]]
    for name in sorted({name for body in bodies for name in body} - {"step_contacts", "contact"}):
        yield name, f"`{name}`", partial(_shows, (name,))
    contacts = [body["contact"] for body in bodies if isinstance(body.get("contact"), dict)]
    for name in sorted({name for contact in contacts for name in contact}):
        yield f"contact-{name}", f"the contact's `{name}`", partial(_shows, ("contact", name))


def _shows(path: tuple[str, ...], run: Run) -> bool:
    value: Any = run.body
    for name in path:
        value = value.get(name) if isinstance(value, dict) else None
    return value is not None
