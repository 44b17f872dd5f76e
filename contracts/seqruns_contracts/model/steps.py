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
    steps = steps_of(run)
    dated = ((read_instant(str(step.get("scheduled_at"))), position) for position, step in enumerate(steps))
    # Of two that are scheduled at one instant the one listed last: the position decides, in the pair.
    scheduled = [(time, position) for time, position in dated if time is not None]
    last = max(scheduled)[1] if scheduled else -1
    return steps[last] if steps else None
