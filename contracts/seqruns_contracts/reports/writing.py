"""Writing reports to files, and what GitHub Actions shows where the kit runs there."""

from __future__ import annotations

import os
from importlib import import_module
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeAlias

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping

    from seqruns_contracts.findings.report import Report

Renderers: TypeAlias = "Mapping[str, tuple[str, str, str]]"
"""By kind of report: the option that names its file, and the module and the name of what renders it."""
RENDERERS: Renderers = {
    "json": ("report_json", "seqruns_contracts.reports.json", "render_json"),
    "junit": ("junit_xml", "seqruns_contracts.reports.junit", "render_junit"),
    "html": ("report_html", "seqruns_contracts.reports.html", "render_html"),
    "summary": ("", "seqruns_contracts.reports.github", "render_summary"),
}
"""Those of a check; each is imported when it is asked for."""


def write_reports(report: object, options: Mapping[str, Any], renderers: Renderers = RENDERERS) -> list[str]:
    """Write the reports that have a file, and the summary of a step on GitHub; return what could not be written."""
    files: dict[str, Path | None] = {kind: options.get(option) for kind, (option, _, _) in renderers.items()}
    if os.environ.get("GITHUB_STEP_SUMMARY"):
        files["summary"] = Path(os.environ["GITHUB_STEP_SUMMARY"])
    written = ((kind, path) for kind, path in files.items() if path is not None)
    return [trouble for kind, path in written if (trouble := _write(report, kind, path, renderers))]


def _write(report: object, kind: str, path: Path, renderers: Renderers) -> str:
    _, module, name = renderers[kind]
    render: Callable[[Any], str] = getattr(import_module(module), name)
    text = render(report)
    try:
        # Other steps of a job write into the same summary. A lone surrogate, as of a broken byte, has no UTF-8.
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
