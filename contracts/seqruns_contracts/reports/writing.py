"""Writing reports to files, and what GitHub Actions shows where the kit runs there."""

from __future__ import annotations

from importlib import import_module
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping

    from seqruns_contracts.findings.results import Report

RENDERERS = {
    "json": ("seqruns_contracts.reports.json", "render_json"),
    "junit": ("seqruns_contracts.reports.junit", "render_junit"),
    "html": ("seqruns_contracts.reports.html", "render_html"),
}
"""Where each kind of report is rendered; imported when it is asked for."""


def write_reports(report: Report, files: Mapping[str, Path | None]) -> None:
    """Write the kinds of report that have a file; raises OSError where one cannot be written."""
    for kind, path in files.items():
        if path is not None:
            module, name = RENDERERS[kind]
            render: Callable[[Report], str] = getattr(import_module(module), name)
            path.write_text(render(report), "utf-8")


def write_for_github(report: Report, environment: Mapping[str, str]) -> Iterator[str]:
    """Append to the summary of a GitHub Actions step, and yield the lines that its log is to hold."""
    from seqruns_contracts.reports.github import render_annotations, render_summary  # noqa: PLC0415 - seldom needed

    if environment.get("GITHUB_STEP_SUMMARY"):
        with Path(environment["GITHUB_STEP_SUMMARY"]).open("a", encoding="utf-8") as summary:
            summary.write(render_summary(report))
    if environment.get("GITHUB_ACTIONS") == "true":
        yield from render_annotations(report)
