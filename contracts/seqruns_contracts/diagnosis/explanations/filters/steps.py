"""The step contacts of a run, and what stands in them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from seqruns_contracts.model.steps import earliest_step, latest_step, steps_of

if TYPE_CHECKING:
    from seqruns_contracts.model.run import Run


def in_steps(run: Run, field: str) -> list[Any]:
    """Return a field of every step contact."""
    return [step.get(field) for step in steps_of(run)]


def in_step(run: Run, field: str, position: int) -> Any:
    """Return a field of the step contact at a place; None where there is none."""
    steps = in_steps(run, field)
    return steps[position] if steps else None


def in_latest_step(run: Run, field: str) -> Any:
    """Return a field of the latest step contact; None where there is none."""
    return (latest_step(run) or {}).get(field)


def in_earliest_step(run: Run, field: str) -> Any:
    """Return a field of the earliest step contact; None where there is none."""
    return (earliest_step(run) or {}).get(field)


def same(value: Any, text: str) -> bool:
    """Return whether a value is a text, in any letter case."""
    return isinstance(value, str) and value.lower() == text.lower()
