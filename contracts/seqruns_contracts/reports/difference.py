"""What came against what should have come, as the lines of a diff."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from seqruns_contracts.engine.verdict import SHOWN_RUNS, ListedRun

if TYPE_CHECKING:
    from collections.abc import Sequence

    from seqruns_contracts.engine.verdict import Finding, Report

SIGNS = {"missing": "-", "unexpected": "+", "out of order": "~", "changed": "*"}
"""How each kind of run is marked; anything else is a remark, marked `!`."""


def first_told(report: Report) -> dict[str, str]:
    """Return, for each broken check, the first one in the order of a report that the same answer broke."""
    first: dict[tuple[str, str], str] = {}
    told = {}
    for verdict in (*report.failures, *report.warnings, *report.known_failures):
        for finding in verdict.findings[:1]:
            told[verdict.check.id] = first.setdefault((finding.curl, finding.expected), verdict.check.id)
    return told


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """One line of a diff."""

    sign: str
    label: str
    text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class PageDifference:
    """The runs in which a page is not the right one."""

    missing: tuple[ListedRun, ...] = ()
    unexpected: tuple[ListedRun, ...] = ()
    moved: tuple[ListedRun, ...] = ()
    changed: tuple[ListedRun, ...] = ()
    """Shown with other contents than elsewhere."""


def page_difference(finding: Finding) -> PageDifference:
    """Return how the page that came differs from the one due; from what was noted where that one is not known."""
    noted = {each.kind: each.runs for each in finding.deviations}
    if finding.came is None or finding.due is None:
        return PageDifference(
            missing=noted.get("missing", ()),
            unexpected=noted.get("unexpected", ()),
            moved=noted.get("order", ()),
            changed=noted.get("contents", ()),
        )
    came, due = {run.id for run in finding.came}, {run.id for run in finding.due}
    missing = tuple(run for run in finding.due if run.id not in came)
    unexpected = tuple(run for run in finding.came if run.id not in due)
    return PageDifference(
        missing=missing,
        unexpected=unexpected,
        moved=_moved(finding.came, finding.due, came & due),
        changed=noted.get("contents", ()),
    )


def _moved(came: Sequence[ListedRun], due: Sequence[ListedRun], common: set[str]) -> tuple[ListedRun, ...]:
    """Return the runs on both pages that stand in another place among those on both."""
    pairs = zip((r for r in came if r.id in common), (r for r in due if r.id in common), strict=False)
    return tuple(run for run, wanted in pairs if run.id != wanted.id)


def difference_lines(finding: Finding) -> list[Line]:
    """Return the diff of a finding, each kind with at most five runs and how many more there are."""
    difference = page_difference(finding)
    lines = [
        *_lines("missing", difference.missing),
        *_lines("unexpected", difference.unexpected),
        *_lines("out of order", difference.moved),
        *_lines("changed", difference.changed),
    ]
    if not lines:
        return [Line(sign="!", label="", text=each.in_words()) for each in finding.deviations]
    remarks = [each for each in finding.deviations if each.kind in {"total", "seen"}]
    return lines + [Line(sign="!", label="", text=each.in_words()) for each in remarks]


def _lines(label: str, runs: Sequence[ListedRun]) -> list[Line]:
    shown = [Line(sign=SIGNS[label], label=label, text=_run(run)) for run in runs[:SHOWN_RUNS]]
    more = len(runs) - len(shown)
    return shown + ([Line(sign=SIGNS[label], label=label, text=f"and {more} more")] if more else [])


def _run(run: ListedRun) -> str:
    return f"{run.id}  {run.start_text}" if run.start_text else run.id
