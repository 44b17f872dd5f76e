"""Writing reports to files, and what GitHub Actions shows where the kit runs there."""

from __future__ import annotations

import os
from importlib import import_module
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping

    from seqruns_contracts.findings.results import Report

RENDERERS = {
    "json": ("report_json", "seqruns_contracts.reports.json", "render_json"),
    "junit": ("junit_xml", "seqruns_contracts.reports.junit", "render_junit"),
    "html": ("report_html", "seqruns_contracts.reports.html", "render_html"),
    "summary": ("", "seqruns_contracts.reports.github", "render_summary"),
}
"""The option that names the file of each kind of report, and where it is rendered; imported when it is asked for."""


def write_reports(report: Report, options: Mapping[str, Any]) -> list[str]:
    """Write the reports that have a file, and the summary of a step on GitHub; return what could not be written."""
    files: dict[str, Path | None] = {kind: options.get(option) for kind, (option, _, _) in RENDERERS.items()}
    if os.environ.get("GITHUB_STEP_SUMMARY"):
        files["summary"] = Path(os.environ["GITHUB_STEP_SUMMARY"])
    return [trouble for kind, path in files.items() if path is not None and (trouble := _write(report, kind, path))]


def _write(report: Report, kind: str, path: Path) -> str:
    _, module, name = RENDERERS[kind]
    render: Callable[[Report], str] = getattr(import_module(module), name)
    text = render(report)
    try:
        with path.open("a" if kind == "summary" else "w", encoding="utf-8", errors="backslashreplace") as file:
            file.write(text)
    except OSError as error:
        return f"{path}: {error.strerror}"
    return ""


def is_on_github() -> bool:
    """Return whether the runner of GitHub Actions reads what is printed."""
    return os.environ.get("GITHUB_ACTIONS") == "true"


def annotate_for_github(report: Report) -> Iterator[str]:
    """Yield the commands that the log of GitHub Actions is to hold; none elsewhere."""
    from seqruns_contracts.reports.github import render_annotations  # noqa: PLC0415 - seldom needed

    if is_on_github():
        yield from render_annotations(report)
