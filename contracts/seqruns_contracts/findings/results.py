"""Results: what became of each check, the findings that show it, and the causes that explain it."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING

from seqruns_contracts.findings.fingerprint import fingerprint

if TYPE_CHECKING:
    from seqruns_contracts.checks.kinds import Check, Grade
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
