"""A finding in plain lines, for where there is no terminal and no page."""

from __future__ import annotations

from typing import TYPE_CHECKING

from seqruns.dialect import gather
from seqruns_contracts.checks.kinds import Grade
from seqruns_contracts.reports.difference import difference_lines
from seqruns_contracts.reports.summary import explains

if TYPE_CHECKING:
    from collections.abc import Sequence

    from seqruns_contracts.findings.report import Report
    from seqruns_contracts.findings.results import Cause, Finding, Verdict

DRIFT = "dialect."
"""What the id of a drift begins with; the id of its dimension follows."""


def describe_cause(cause: Cause, report: Report) -> str:
    """Return a cause as plain lines, with the shortest request that shows it."""
    lines = [cause.text, f"look at   {cause.look}", f"explains  {explains(cause)}"]
    return "\n".join([*lines, *([describe_finding(cause.shown, report)] if cause.shown else [])])


def gather_drifts(verdicts: Sequence[Verdict]) -> dict[str, tuple[str, ...]]:
    """Return, by the id of each drift that stands for itself, those that go with it, to be named only."""
    changes = {
        verdict.check.id.removeprefix(DRIFT): verdict.findings[0].differences
        for verdict in verdicts
        if verdict.check.grade is Grade.DRIFT and verdict.findings
    }
    return {f"{DRIFT}{name}": tuple(f"{DRIFT}{each}" for each in others) for name, others in gather(changes).items()}


def seen_in_words(finding: Finding) -> str:
    """Return in how many answers it was seen, and what else was asked when it was."""
    others = "; ".join(other.asked for other in finding.also)
    return f"in {finding.times} answers" + (f", also when asked: {others}" if others else "; this was the first")


def describe_finding(finding: Finding, report: Report) -> str:
    """Return a finding as plain lines of text."""
    lines = [f"asked     {finding.asked}", f"received  {finding.received}", f"expected  {finding.expected}"]
    lines += [
        " ".join(filter(None, ("  " + line.sign, line.label, line.text))) for line in difference_lines(finding, report)
    ]
    if finding.times > 1:
        lines.append(f"seen      {seen_in_words(finding)}")
    return "\n".join([*lines, f"again     {finding.curl}"])
