"""Why a target cannot be asked."""

from __future__ import annotations

from seqruns.visible import visible


class TargetError(Exception):
    """The target cannot be asked: unreachable, no answer in time, or the budget of requests is spent."""

    def __init__(self, message: str) -> None:
        super().__init__(visible(message, longest=2000))


class TargetLostError(TargetError):
    """The target answered before and does not any more, so that there is no use in going on."""


class BudgetSpentError(TargetError):
    """The budget of requests is spent."""
