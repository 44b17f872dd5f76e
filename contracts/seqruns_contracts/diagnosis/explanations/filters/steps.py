"""The step contacts of a run, and what stands in them."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import product
from typing import TYPE_CHECKING, Any

from seqruns_contracts.diagnosis.explanations.kinds import FAR
from seqruns_contracts.model.instants import read_instant
from seqruns_contracts.model.steps import steps_of

if TYPE_CHECKING:
    from seqruns_contracts.model.run import Run


def in_steps(run: Run, field: str) -> list[Any]:
    """Return a field of every step contact."""
    return [step.get(field) for step in steps_of(run)]


def in_step(run: Run, field: str, position: int) -> Any:
    """Return a field of the step contact at a place; None where there is none."""
    steps = in_steps(run, field)
    return steps[position] if steps else None


@dataclass(frozen=True, slots=True, kw_only=True)
class Pick:
    """Which step contact of a run is the latest, or the earliest, as queries and sorts have it."""

    is_latest: bool
    null_is_late: bool
    """`ORDER BY scheduled_at DESC` begins with NULL in PostgreSQL, and ends with it in MySQL."""
    takes_last: bool
    """Of those that are scheduled at the same time."""

    def __call__(self, run: Run) -> dict[str, Any]:
        """Return that step contact of a run; an empty one where there is none."""
        steps = steps_of(run)
        times = [read_instant(str(step.get("scheduled_at"))) for step in steps]
        keys = [(FAR if self.null_is_late else -FAR) if time is None else time for time in times]
        best = (max if self.is_latest else min)(keys, default=0)
        chosen = [step for step, key in zip(steps, keys, strict=True) if key == best]
        return chosen[-1 if self.takes_last else 0] if chosen else {}


PICKS = [
    Pick(is_latest=is_latest, null_is_late=null_is_late, takes_last=takes_last)
    for is_latest, null_is_late, takes_last in product((True, False), repeat=3)
]


def in_picked(pick: Pick, field: str, run: Run) -> str | None:
    """Return a field of one step contact; None where it is no text."""
    value = pick(run).get(field)
    return value if isinstance(value, str) else None


def same(value: Any, text: str) -> bool:
    """Return whether a value is a text, in any letter case."""
    return isinstance(value, str) and value.lower() == text.lower()
