"""The report: what a run found out of each check, which of it fails, and the exit code that follows."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

from seqruns_contracts.checks.kinds import Grade
from seqruns_contracts.findings.baseline import Baseline
from seqruns_contracts.findings.results import SHOWN_RUNS, Cause, ListedRun, Outcome, Verdict

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from seqruns.dialect import Dialect
    from seqruns_contracts.findings.baseline import Known, KnownCause
    from seqruns_contracts.model.oracle import Difference


@dataclass(frozen=True, slots=True, kw_only=True)
class Report:
    """Everything that a run of the kit found out."""

    base_url: str
    sequence_id: str
    seed: int
    strict: bool
    runs: int
    """How many runs the sequence has, as the target says."""
    known_runs: int
    """How many of them were read."""
    requests: int
    seconds: float
    verdicts: tuple[Verdict, ...]
    listed: Mapping[str, ListedRun] = field(default_factory=dict, repr=False)
    """The runs by their ids, each held once: those that were read in the order of the list, then what else a finding
    names."""
    personal: frozenset[tuple[str, str]] = field(default=frozenset(), repr=False)
    """What contacts would not like to see in a report: `name`, `email`, `phone` or `body`, and the text."""
    explained: tuple[Cause, ...] = ()
    """What explains the broken checks, those of documented ones first; `causes` are those that fail the run."""
    held: bool = False
    """Whether the list never held still, so that what was said in the end rests on one window of it."""
    troubles: Mapping[str, int] = field(default_factory=dict)
    """What the wire or the target made us try again."""
    stopped: str = ""
    """Why the run ended before its last check: the target was lost, or a person interrupted it; else empty."""
    not_carried_out: tuple[str, ...] = ()
    """The ids of the checks that were still to come when it was stopped."""
    baseline: Baseline = field(default_factory=Baseline)
    """What is known to be broken, and does not fail the run."""
    drift_warns: bool = False
    """Whether a drift from the dialect that the target is held to is only a warning."""
    dialect: Dialect | None = None
    """What the target is like; None where that was not to be learned."""

    @property
    def counts(self) -> Counter[Outcome]:
        """How many checks had each outcome."""
        return Counter(verdict.outcome for verdict in self.verdicts)

    @property
    def failures(self) -> tuple[Verdict, ...]:
        """The broken checks that fail the run: documented ones, drifts, under `strict` assumed ones; no known ones."""
        return tuple(verdict for verdict in self.verdicts if self.fails(verdict))

    @property
    def warnings(self) -> tuple[Verdict, ...]:
        """The broken checks that do not fail the run."""
        broken = (verdict for verdict in self.verdicts if verdict.outcome is Outcome.BROKEN)
        return tuple(verdict for verdict in broken if not self._violates(verdict))

    @property
    def causes(self) -> tuple[Cause, ...]:
        """The causes of what fails the run."""
        failing = {verdict.check.id for verdict in self.failures}
        return tuple(cause for cause in self.new_causes if failing & {*cause.checks})

    @property
    def new_causes(self) -> tuple[Cause, ...]:
        """The causes that the baseline does not know."""
        return tuple(cause for cause in self.explained if not self.baseline.knows(cause.id))

    @property
    def causes_of_warnings(self) -> tuple[Cause, ...]:
        """The causes of what does not fail the run."""
        warned = {verdict.check.id for verdict in self.warnings}
        # One that explains failures and warnings is named once, with the failures.
        return tuple(cause for cause in self.new_causes if cause not in self.causes and warned & {*cause.checks})

    def cause_of(self, verdict: Verdict) -> Cause | None:
        """Return the first cause that explains a broken check."""
        return next((cause for cause in self.new_causes if verdict.check.id in cause.checks), None)

    @property
    def unexplained(self) -> tuple[Verdict, ...]:
        """The failures for which no single cause was found."""
        explained = {name for cause in self.causes for name in cause.checks}
        return tuple(verdict for verdict in self.failures if verdict.check.id not in explained)

    @property
    def known_failures(self) -> tuple[Verdict, ...]:
        """The broken checks that would fail the run, were all their findings not known."""
        return tuple(verdict for verdict in self.verdicts if self._violates(verdict) and not self.fails(verdict))

    @property
    def fixed(self) -> tuple[Known | KnownCause, ...]:
        """The entries of the baseline whose findings are there no more, and the causes whose checks all hold."""
        concluded = (verdict for verdict in self.verdicts if verdict.is_concluded)
        # Not merely "not broken": a check that found nothing to test on says nothing about a cause.
        holding = {verdict.check.id for verdict in self.verdicts if verdict.outcome is Outcome.HOLDS}
        return (
            *(entry for verdict in concluded for entry in self.baseline.gone(verdict.check.id, verdict.fingerprints)),
            *(entry for entry in self.baseline.causes if entry.checks and {*entry.checks} <= holding),
        )

    def runs_of(self, ids: Iterable[str]) -> tuple[ListedRun, ...]:
        """Return the runs with these ids."""
        # A run that was in an answer may be gone from the list by the time that its finding is described.
        gone = ListedRun(id="", start=None, start_text=None, place=None)
        return tuple(self.listed.get(name) or replace(gone, id=name) for name in ids)

    def in_words(self, difference: Difference) -> str:
        """Return a difference with at most five of its runs, and how many more there are."""
        shown = ", ".join(run.in_words() for run in self.runs_of(difference.runs[:SHOWN_RUNS]))
        more = len(difference.runs) - SHOWN_RUNS
        return difference.text + (f": {shown}" if shown else "") + (f" and {more} more" if more > 0 else "")

    def fails(self, verdict: Verdict) -> bool:
        """Return whether a verdict fails the run: one new finding is enough."""
        check = verdict.check.id
        return self._violates(verdict) and not all(
            self.baseline.accepts(check, found) or self._is_of_known_causes(check, place)
            for place, found in enumerate(verdict.fingerprints)
        )

    def _is_of_known_causes(self, check: str, place: int) -> bool:
        """Return whether causes explain a finding, all of which the baseline knows."""
        causes = [cause for cause in self.explained if (check, place) in cause.findings]
        # All of them: where a new cause explains it too, the known one does not excuse it.
        return bool(causes) and all(self.baseline.knows(cause.id) for cause in causes)

    def _violates(self, verdict: Verdict) -> bool:
        match verdict.check.grade:
            case Grade.DRIFT:
                counts = not self.drift_warns
            case Grade.ASSUMED:
                counts = self.strict
            case _:
                counts = True
        return verdict.outcome is Outcome.BROKEN and counts

    @property
    def exit_code(self) -> int:
        """0 the contract is kept, 1 it is broken, 2 checks could not be carried out, 3 nothing was exercised or judged.

        A run that stopped says 2 whatever it found: a server that goes away shows faults that are none of its own.
        """
        if self.stopped:
            return 2
        if self.failures:
            return 1
        # An empty sequence keeps every promise, which proves nothing: that must not look like success to a pipeline.
        if self.runs == 0 or not self.counts.keys() - {
            Outcome.NOT_EXERCISED,
            Outcome.NOT_OBSERVABLE,
            Outcome.NOT_JUDGED,
        }:
            return 3
        return 2 if self.counts[Outcome.ERRORED] or self.is_cut_short else 0

    @property
    def is_cut_short(self) -> bool:
        """Whether the budget of requests ended before the checks did."""
        return any(verdict.is_cut_short for verdict in self.verdicts)
