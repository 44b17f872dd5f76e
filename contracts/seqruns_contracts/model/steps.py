"""The step contacts of a run, and which of them is the latest."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from seqruns_contracts.model.instants import read_instant

if TYPE_CHECKING:
    from seqruns_contracts.model.run import Run


def steps_of(run: Run) -> list[dict[str, Any]]:
    """Return the step contacts of a run; what is none is left out."""
    steps = run.body.get("step_contacts")
    return [step for step in steps if isinstance(step, dict)] if isinstance(steps, list) else []


def latest_step(run: Run) -> dict[str, Any] | None:
    """Return the step contact scheduled last, else the one listed last (contract.md, "Settled"); None without any."""
    scheduled = _scheduled(run)
    # Of two that are scheduled at one instant the one listed last: the position decides, in the pair.
    return steps_of(run)[max(scheduled)[1]] if scheduled else _listed(run, -1)


def earliest_step(run: Run) -> dict[str, Any] | None:
    """Return the step contact scheduled first, else the one listed first; None where there is none."""
    scheduled = _scheduled(run)
    return steps_of(run)[min(scheduled)[1]] if scheduled else _listed(run, 0)


def _scheduled(run: Run) -> list[tuple[int, int]]:
    """Return when each step contact is scheduled and where it stands, without those that say no time."""
    times = ((read_instant(str(step.get("scheduled_at"))), position) for position, step in enumerate(steps_of(run)))
    return [(time, position) for time, position in times if time is not None]


def _listed(run: Run, position: int) -> dict[str, Any] | None:
    steps = steps_of(run)
    return steps[position] if steps else None
