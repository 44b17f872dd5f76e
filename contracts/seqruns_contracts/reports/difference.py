"""What came against what should have come, as the lines of a diff."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from seqruns_contracts.findings.results import SHOWN_RUNS

if TYPE_CHECKING:
    from collections.abc import Sequence

    from seqruns_contracts.findings.report import Report
    from seqruns_contracts.findings.results import Finding, ListedRun

SIGNS = {"missing": "-", "unexpected": "+", "out of order": "~", "changed": "*"}
"""How each kind of run is marked; anything else is a remark, marked `!`."""


def first_described(report: Report) -> dict[str, str]:
    """Return, for each broken check, the first one in the order of a report that the same answer broke."""
    first: dict[tuple[str, str], str] = {}
    described = {}
    for verdict in (*report.failures, *report.warnings, *report.known_failures):
        for finding in verdict.findings[:1]:
            # `setdefault` returns what the first check with that answer put there.
            described[verdict.check.id] = first.setdefault((finding.curl, finding.expected), verdict.check.id)
    return described


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """One line of a diff."""

    sign: str
    label: str
    text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class PageDifference:
    """The runs, by their ids, in which a page is not the right one."""

    missing: tuple[str, ...] = ()
    unexpected: tuple[str, ...] = ()
    moved: tuple[str, ...] = ()
    changed: tuple[str, ...] = ()
    """Shown with other contents than elsewhere."""


def page_difference(finding: Finding) -> PageDifference:
    """Return how the page that came differs from the one due; from what was noted where that one is not known."""
    noted = {each.kind: each.runs for each in finding.differences}
    if finding.came is None or finding.due is None:
        return PageDifference(
            missing=noted.get("missing", ()),
            unexpected=noted.get("unexpected", ()),
            moved=noted.get("order", ()),
            changed=noted.get("contents", ()),
        )
    came, due = set(finding.came), set(finding.due)
    return PageDifference(
        missing=tuple(name for name in finding.due if name not in came),
        unexpected=tuple(name for name in finding.came if name not in due),
        moved=_moved(finding.came, finding.due, came & due),
        changed=noted.get("contents", ()),
    )


def _moved(came: Sequence[str], due: Sequence[str], common: set[str]) -> tuple[str, ...]:
    """Return the runs on both pages that stand in another place among those on both."""
    # Among the runs on both pages alone: a run too many at the top moves no other one.
    pairs = zip((name for name in came if name in common), (name for name in due if name in common), strict=False)
    return tuple(name for name, wanted in pairs if name != wanted)


def difference_lines(finding: Finding, report: Report) -> list[Line]:
    """Return the diff of a finding, each kind with at most five runs and how many more there are."""
    difference = page_difference(finding)
    lines = [
        *_lines("missing", report.runs_of(difference.missing)),
        *_lines("unexpected", report.runs_of(difference.unexpected)),
        *_lines("out of order", report.runs_of(difference.moved)),
        *_lines("changed", report.runs_of(difference.changed)),
    ]
    # Where the runs are listed, a sentence that only counts them says nothing more; a wrong total does.
    remarks = [each for each in finding.differences if not lines or each.kind in {"total", "seen"}]
    return lines + [Line(sign="!", label="", text=report.in_words(each)) for each in remarks]


def _lines(label: str, runs: Sequence[ListedRun]) -> list[Line]:
    shown = [Line(sign=SIGNS[label], label=label, text=_run(run)) for run in runs[:SHOWN_RUNS]]
    more = len(runs) - len(shown)
    return shown + ([Line(sign=SIGNS[label], label=label, text=f"and {more} more")] if more else [])


def _run(run: ListedRun) -> str:
    return f"{run.id}  {run.start_text}" if run.start_text else run.id
