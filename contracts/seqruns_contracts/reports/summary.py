"""The summary of every report: the figures of the run, and the verdict in one sentence."""

from __future__ import annotations

from typing import TYPE_CHECKING

from seqruns_contracts.checks import CHECKS
from seqruns_contracts.checks.kinds import Grade
from seqruns_contracts.findings.results import Cause, Outcome

if TYPE_CHECKING:
    from seqruns_contracts.findings.report import Report


KEPT = "The contract is kept"


def count(number: int, noun: str) -> str:
    """Return the number with its noun, in the plural where it is due."""
    return f"{number} {noun}" if number == 1 else f"{number} {noun}s"


def as_sentence(rest: str) -> str:
    """Return what follows a headline as a sentence of its own."""
    rest = rest.lstrip(":; ")
    return rest[:1].upper() + rest[1:]


def explains(cause: Cause) -> str:
    """Return what a cause explains: how many answers, and which checks."""
    answers = f"{cause.answers} of {count(cause.of, 'wrong answer')}; " if cause.of else ""
    return f"{answers}{', '.join(cause.checks)}"


def figures(report: Report) -> str:
    """Return how much was asked, of how many runs, and what the wire made us try again."""
    known = "" if report.known_runs >= report.runs else f", {report.known_runs} of them known"
    known += ", the only ones that held still" if report.held else ""
    troubles = ", ".join(f"{times} x {name}" for name, times in report.troubles.items())
    return (
        f"{count(report.requests, 'request')} in {report.seconds:.1f} s; {count(report.runs, 'run')}{known}; "
        f"seed {report.seed}" + (f"; tried again after {troubles}" if troubles else "")
    )


def _kept(report: Report) -> str:
    """Return the headline of a run in which nothing failed; it says no more than was tried."""
    tried = {verdict.check.id for verdict in report.verdicts if verdict.check.grade is not Grade.DRIFT}
    if not tried:
        # With `--drift warn`, or accepted by a baseline.
        changed = len(report.warnings) + len(report.known_failures)
        return "The target is as its dialect says" + (f" but in {count(changed, 'dimension')}" if changed else "")
    if report.counts[Outcome.NOT_JUDGED]:
        return f"{KEPT} as far as it could be judged"
    # A superset: a drift has ids of its own beside those of the contract.
    return KEPT if tried >= CHECKS.keys() else f"{KEPT} in what was chosen"


def summarize(report: Report) -> tuple[str, str]:
    """Return the verdict: the headline, and what follows it in the same sentence."""
    failures, warnings = count(len(report.failures), "check"), count(len(report.warnings), "warning")
    accepted = f", {len(report.known_failures)} known to be broken" if report.known_failures else ""
    left = report.counts[Outcome.NOT_JUDGED]
    accepted += f", {left} not judged because of what is broken" if left else ""
    held = report.counts[Outcome.HOLDS]
    # By the exit code, so that the last line and the code can never say two things; of one code the reason that a
    # person can do something about comes first.
    match report.exit_code:
        case 2 if report.stopped:
            missing = f"{count(len(report.not_carried_out), 'check')} not carried out"
            return "The check was stopped", f": {report.stopped}; {missing}, {failures} of the others broken."
        case 2 if report.is_cut_short and not report.counts[Outcome.ERRORED]:
            cut = count(sum(verdict.is_cut_short for verdict in report.verdicts), "check")
            return (
                "The budget of requests was spent too early",
                f": {cut} not carried out; raise it with --max-requests.",
            )
        case 0:
            return (
                _kept(report),
                f": {count(held, 'check')} {'holds' if held == 1 else 'hold'}, {warnings}{accepted}.",
            )
        case 1:
            verb = "fails" if len(report.failures) == 1 else "fail"
            if all(verdict.check.grade is Grade.DRIFT for verdict in report.failures):
                changed = count(len(report.failures), "dimension")
                advice = "Where that is meant, write it into the dialect, or learn that again."
                return "The target has drifted from its dialect", f": {changed} changed, {warnings}{accepted}. {advice}"
            causes = f"{count(len(report.causes), 'cause')}, " if report.causes else ""
            return "The contract is broken", f": {causes}{failures} {verb}, {warnings}{accepted}."
        case 2:
            errored = count(report.counts[Outcome.ERRORED], "check")
            return "The check could not be carried out", f": {errored} errored."
        case _ if left:
            return "Nothing could be judged", f": {count(left, 'check')} left out because of what is broken."
        case _ if report.runs:
            return "Nothing was exercised", ": the checks that were chosen found nothing to look at here."
        case _:
            advice = "Point --sequence-id at one that has; a hundred runs in both statuses exercise every check."
            return "Nothing was exercised", f": sequence {report.sequence_id} has no runs. {advice}"
