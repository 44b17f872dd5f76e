"""The result of all trials."""

from __future__ import annotations

from dataclasses import dataclass
from statistics import median
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Collection

    from seqruns_gallery.selftest.pairs import PairTrial
    from seqruns_gallery.selftest.trial import Trial


@dataclass(frozen=True, slots=True, kw_only=True)
class Result:
    """What the kit is worth, as far as the gallery can tell."""

    trials: tuple[Trial, ...]
    """In the order of the gallery."""
    checks: Collection[str]
    """The ids of the checks that must each catch something; empty where only a part of the gallery was tried."""
    seconds: float
    pairs: tuple[PairTrial, ...] = ()

    @property
    def escapes(self) -> list[Trial]:
        """The faults that were not caught."""
        return [trial for trial in self.trials if trial.exhibit.is_fault and not trial.is_right]

    @property
    def false_alarms(self) -> list[Trial]:
        """The variants that were accused, or could not be checked."""
        return [trial for trial in self.trials if not trial.exhibit.is_fault and not trial.is_right]

    @property
    def idle_checks(self) -> list[str]:
        """The checks that caught no fault."""
        caught = {check for trial in self.trials if trial.exhibit.is_fault for check in (*trial.failed, *trial.warned)}
        return [check for check in self.checks if check not in caught]

    @property
    def is_good(self) -> bool:
        """Return whether every fault is caught, also beside another one, every variant spared, every check of use."""
        return not (self.escapes or self.false_alarms or self.idle_checks or self.hidden)

    @property
    def hidden(self) -> list[PairTrial]:
        """The pairs of which the ordinary fault is not seen for the odd one."""
        return [pair for pair in self.pairs if not pair.is_right]

    def caught(self, grade: str | None) -> tuple[int, int]:
        """Return how many faults of a grade were caught, or variants (None) spared, and how many there are."""
        held = [trial for trial in self.trials if trial.exhibit.grade == grade]
        return sum(trial.is_right for trial in held), len(held)

    @property
    def median_requests(self) -> int:
        """How many requests a run needed, in the middle."""
        return round(median(trial.requests for trial in self.trials)) if self.trials else 0

    @property
    def most_requests(self) -> Trial:
        """The trial that needed most requests."""
        return max(self.trials, key=lambda trial: trial.requests)
