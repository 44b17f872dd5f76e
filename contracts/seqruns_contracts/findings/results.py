"""Results: what became of each check, the findings that show it, and the report of them all."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field, replace
from enum import StrEnum
from typing import TYPE_CHECKING

from seqruns_contracts.checks.kinds import Grade
from seqruns_contracts.findings.baseline import Baseline
from seqruns_contracts.findings.fingerprint import fingerprint

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from seqruns.dialect import Dialect
    from seqruns_contracts.checks.kinds import Check
    from seqruns_contracts.findings.baseline import Known, KnownCause
    from seqruns_contracts.model.oracle import Difference
    from seqruns_contracts.model.query import Query

SHOWN_RUNS = 5
"""How many run ids a finding names at most."""


class Outcome(StrEnum):
    """What became of a check."""

    HOLDS = "holds"
    BROKEN = "broken"
    NOT_JUDGED = "not judged"
    """Because of what is broken already, not all that would prove it wrong was tried."""
    NOT_EXERCISED = "not exercised"
    NOT_OBSERVABLE = "not observable"
    ERRORED = "errored"


@dataclass(frozen=True, slots=True, kw_only=True)
class ListedRun:
    """A run as a finding names it: when it started, and nothing of its contact."""

    id: str
    start: int | None
    """Nanoseconds since 1970 in UTC; None where the target does not show it."""
    start_text: str | None
    """The start time exactly as it was printed."""
    place: int | None
    """Its place, from 0, in the part of the list that was read as a whole; None where that does not have it."""

    def in_words(self) -> str:
        """Return the id, with the start time where it is known."""
        return f"{self.id} ({self.start_text})" if self.start_text else self.id


@dataclass(frozen=True, slots=True, kw_only=True)
class Request:
    """A request as a finding names it: in words, and the parameters that were sent."""

    asked: str
    query: Query


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """A check with its shortest evidence: in words, so that it can be repeated by copying, and in ids, to be drawn.

    The ids are those of `Report.listed`. No key and no other header value stands in any of its texts. The names,
    numbers and messages of contacts may: `redaction.redact` takes them out.
    """

    asked: str
    """The request in words."""
    query: Query
    """The parameters that were sent."""
    curl: str
    """The request as a command, with the key as an environment variable."""
    status: int
    received: str
    expected: str
    differences: tuple[Difference, ...] = ()
    came: tuple[str, ...] | None = None
    """The ids of the runs on the page that came; None where none came."""
    due: tuple[str, ...] | None = None
    """The ids of the right page; None where that is not known, or the answer should not have been a page."""
    grade: Grade
    times: int = 1
    """How many answers showed it."""
    also: tuple[Request, ...] = ()
    """Other requests that showed it: the first few."""

    @property
    def fingerprint(self) -> tuple[str, str]:
        """Where and what, the same tomorrow."""
        return fingerprint(self.query, self.status, self.differences)


@dataclass(frozen=True, slots=True, kw_only=True)
class Cause:
    """What the target does wrong, and what that explains."""

    id: str
    """`piece.mistake`, never changed once released: a baseline names it."""
    sentence: str
    """What the target does, after "The target …"."""
    look: str
    """Where its team should look: the code that usually makes this mistake."""
    grade: Grade
    """Documented where it explains a documented finding."""
    checks: tuple[str, ...]
    """The ids of the broken checks that it explains."""
    answers: int = 0
    """How many answers came as it foresees and the contract does not."""
    of: int = 0
    """How many answers the contract did not foresee, in the part of the answer that it is about."""
    shown: Finding | None = None
    """The shortest request that shows it."""
    foreseen: tuple[str, ...] | None = None
    """The ids of the runs that it foresees for that request; None where it is not about runs."""
    alternatives: tuple[str, ...] = ()
    """Other sentences that fit everything that came just as well."""
    findings: frozenset[tuple[str, int]] = frozenset()
    """The findings that it explains, alone or with other causes: the id of the check and the place among its findings.
    A check that it explains may have others, of a mistake for which no cause was found."""

    @property
    def piece(self) -> str:
        """The parameter, or the part of the answer, that is wrong."""
        return self.id.partition(".")[0]

    @property
    def text(self) -> str:
        """The sentence, with those that fit as well."""
        return " — or it ".join([f"The target {self.sentence}", *self.alternatives]) + "."


@dataclass(frozen=True, slots=True, kw_only=True)
class Verdict:
    """What became of one check, and why."""

    check: Check
    outcome: Outcome
    reason: str = ""
    """Why it was not judged, not exercised, not observable or errored; of one that holds, what of its claim the data
    could not show; empty otherwise."""
    findings: tuple[Finding, ...] = ()
    probes: int = 0
    """How many probes of its own were asked."""
    seconds: float = 0.0
    """How long it took; what it shares with checks before it cost them their time."""
    is_cut_short: bool = False
    """Whether the budget of requests was spent before it was carried out."""

    @property
    def fingerprints(self) -> tuple[tuple[str, str], ...]:
        """The fingerprints of its findings."""
        return tuple(finding.fingerprint for finding in self.findings)

    @property
    def is_concluded(self) -> bool:
        """Whether it says that the check holds, or that it does not."""
        return self.outcome in {Outcome.HOLDS, Outcome.BROKEN}


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
