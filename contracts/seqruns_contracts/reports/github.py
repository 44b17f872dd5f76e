"""The report as GitHub Actions shows it: an annotation for each failure, and a summary of the step in Markdown."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from seqruns_contracts.findings.results import Cause, Outcome
from seqruns_contracts.reports.summary import as_sentence, figures, summarize
from seqruns_contracts.reports.text import describe_cause, describe_finding, gather_drifts

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from seqruns_contracts.findings.report import Report
    from seqruns_contracts.findings.results import Verdict


def render_annotations(report: Report) -> Iterator[str]:
    """Yield a workflow command for each cause, and for each broken check that has none."""
    for command, causes, verdicts in (
        ("error", report.causes, report.failures),
        ("warning", report.causes_of_warnings, report.warnings),
    ):
        for cause in causes:
            yield render_annotation(command, cause.id, describe_cause(cause, report))
        likewise = gather_drifts(verdicts)
        told = {name for cause in report.new_causes for name in cause.checks}.union(*likewise.values())
        for verdict in (verdict for verdict in verdicts if verdict.check.id not in told):
            described = "\n".join([verdict.check.law, _described(report, verdict, likewise)])
            yield render_annotation(command, verdict.check.id, described)


def render_annotation(command: str, title: str, text: str) -> str:
    """Return a workflow command, `error` or `warning`, in its one line."""
    return f"::{command} title={_property(title)}::{_data(text)}"


def render_summary(report: Report) -> str:
    """Return the report as Markdown for the page of a workflow run."""
    headline, rest = summarize(report)
    parts = [f"## {headline}", f"{as_sentence(rest)} {figures(report)}.", _areas(report)]
    for title, causes in (("Causes", report.causes), ("Causes of warnings", report.causes_of_warnings)):
        parts += [f"### {title}" if causes else "", *(_cause(report, cause) for cause in causes)]
    for title, verdicts in (("Broken", report.failures), ("Warnings", report.warnings)):
        likewise = gather_drifts(verdicts)
        left = [verdict for verdict in verdicts if verdict.check.id not in set().union(*likewise.values())]
        parts += [f"### {title}" if left else "", *(_details(report, verdict, likewise) for verdict in left)]
    parts += [_listed("Known to be broken", report.known_failures), _fixed(report)]
    return "\n\n".join(part for part in parts if part) + "\n"


def _areas(report: Report) -> str:
    shown = [outcome for outcome in Outcome if report.counts[outcome]]
    rows = [["area", *(outcome.value for outcome in shown)], ["---", *["---:"] * len(shown)]]
    # A dict, not a set: areas stand in the order of the checks.
    for area in dict.fromkeys(verdict.check.area for verdict in report.verdicts):
        outcomes = [verdict.outcome for verdict in report.verdicts if verdict.check.area == area]
        rows.append([area, *(str(outcomes.count(outcome) or "") for outcome in shown)])
    return "\n".join(f"| {' | '.join(row)} |" for row in rows)


def _cause(report: Report, cause: Cause) -> str:
    described = describe_cause(cause, report).partition("\n")[2]
    return f"**`{cause.id}`** {_html(cause.text)}\n\n{fenced(described)}"


def _described(report: Report, verdict: Verdict, likewise: Mapping[str, Sequence[str]]) -> str:
    """Return the findings of a check, and the drifts that go with it."""
    others = likewise.get(verdict.check.id)
    found = [describe_finding(finding, report) for finding in verdict.findings]
    return "\n\n".join([*found, *([f"likewise  {', '.join(others)}"] if others else [])])


def _details(report: Report, verdict: Verdict, likewise: Mapping[str, Sequence[str]]) -> str:
    described = _described(report, verdict, likewise)
    return (
        f"<details><summary><code>{verdict.check.id}</code> {_html(verdict.check.law)}</summary>\n\n"
        f"{fenced(described)}\n\n</details>"
    )


def _listed(title: str, verdicts: Sequence[Verdict]) -> str:
    return f"{title}: {', '.join(f'`{verdict.check.id}`' for verdict in verdicts)}" if verdicts else ""


def _fixed(report: Report) -> str:
    """Return what can be taken out of the baseline, which is a file: so in a fence, as foreign text."""
    lines = "\n".join(entry.in_words() for entry in report.fixed)
    return f"Fixed; take out of the baseline:\n\n{fenced(lines)}" if lines else ""


def fenced(text: str) -> str:
    """Return text between fences that are longer than any run of backticks in it."""
    # A run may be called "`````": with three of them its text would be Markdown from there on, links and all.
    fence = "`" * max(3, 1 + max(map(len, re.findall("`+", text)), default=0))
    return f"{fence}text\n{text}\n{fence}"


def _html(text: str) -> str:
    return text.replace("&", "&amp;").replace("<", "&lt;")


def _data(text: str) -> str:
    """Return text as the data of a workflow command."""
    # The percent sign first, or those of `%0D` and `%0A` would be escaped again.
    return text.replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A")


def _property(text: str) -> str:
    return _data(text).replace(":", "%3A").replace(",", "%2C")
