"""How every report ends: the figures of the run, and the verdict in one sentence."""

from __future__ import annotations

from typing import TYPE_CHECKING

from seqruns_contracts.verdict import Outcome

if TYPE_CHECKING:
    from seqruns_contracts.verdict import Report


def count(number: int, noun: str) -> str:
    """Return the number with its noun, in the plural where it is due."""
    return f"{number} {noun}" if number == 1 else f"{number} {noun}s"


def figures(report: Report) -> str:
    """Return how much was asked, of how many runs, and what the wire made us try again."""
    known = "" if report.known_runs >= report.runs else f", {report.known_runs} of them known"
    troubles = ", ".join(f"{times} x {name}" for name, times in report.troubles.items())
    return (
        f"{count(report.requests, 'request')} in {report.seconds:.1f} s; {count(report.runs, 'run')}{known}; "
        f"seed {report.seed}" + (f"; tried again after {troubles}" if troubles else "")
    )


def ending(report: Report) -> tuple[str, str]:
    """Return the verdict: the headline, and what follows it in the same sentence."""
    failures, warnings = count(len(report.failures), "check"), count(len(report.warnings), "warning")
    accepted = f", {len(report.known_failures)} known to be broken" if report.known_failures else ""
    match report.exit_code:
        case 0:
            return (
                "The contract is kept",
                f": {count(report.counts[Outcome.HOLDS], 'check')} hold, {warnings}{accepted}.",
            )
        case 1:
            verb = "fails" if len(report.failures) == 1 else "fail"
            return "The contract is broken", f": {failures} {verb}, {warnings}{accepted}."
        case 2:
            errored = count(report.counts[Outcome.ERRORED], "check")
            return "The check could not be carried out", f": {errored} errored."
        case _:
            advice = "Point --sequence-id at one that has; a hundred runs in both statuses exercise every check."
            return "Nothing was exercised", f": sequence {report.sequence_id} has no runs. {advice}"
