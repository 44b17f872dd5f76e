"""The step contacts of a run, and what stands in them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from seqruns_contracts.diagnosis.explanations.kinds import steps_of

if TYPE_CHECKING:
    from seqruns_contracts.model.run import Run


def in_steps(run: Run, field: str) -> list[Any]:
    """Return a field of every step contact."""
    return [step.get(field) for step in steps_of(run)]


def in_step(run: Run, field: str, position: int) -> Any:
    """Return a field of the step contact at a place; None where there is none."""
    steps = in_steps(run, field)
    return steps[position] if steps else None


def latest_channel(run: Run, *, earliest: bool = False) -> Any:
    """Return the channel of the step contact that is due last, or first."""
    steps = [step for step in steps_of(run) if isinstance(step.get("scheduled_at"), str)]
    pick = min if earliest else max
    return (
        pick(steps, key=lambda step: step["scheduled_at"]).get("channel_id")
        if steps
        else in_step(run, "channel_id", -1)
    )


def same(value: Any, text: str) -> bool:
    """Return whether a value is a text, in any letter case."""
    return isinstance(value, str) and value.lower() == text.lower()
