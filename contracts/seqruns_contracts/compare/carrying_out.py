"""Carrying out `seqruns compare`: from options to a report that is printed and written, and to an exit code."""

from __future__ import annotations

import os
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any, Final

from rich.console import Console

from seqruns_contracts.cli.carrying_out import commands_stopped_on_github, make_console, make_target, say
from seqruns_contracts.cli.ending import INTERRUPTED, CannotCheckError
from seqruns_contracts.compare.comparing import compare_targets
from seqruns_contracts.compare.files import render_annotations
from seqruns_contracts.compare.report import print_comparison
from seqruns_contracts.compare.results import ComparisonInterruptedError, redact
from seqruns_contracts.reports.progress import live_bar
from seqruns_contracts.reports.writing import Renderers, is_on_github, write_reports

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping

    from seqruns.target import Target

FILES: Final = "seqruns_contracts.compare.files"
RENDERERS: Final[Renderers] = {
    "json": ("report_json", FILES, "render_json"),
    "junit": ("junit_xml", FILES, "render_junit"),
    "html": ("report_html", FILES, "render_html"),
    "summary": ("", FILES, "render_summary"),
}


def carry_out(url_a: str, url_b: str, options: Mapping[str, Any]) -> int:
    """Compare the two targets, write and print what was found out, and return the exit code."""
    variables = options["key_a"], options["key_b"]
    first, second = _target(url_a, "a", options), _target(url_b, "b", options)
    code = None
    with commands_stopped_on_github():
        with _progress(Console(stderr=True, quiet=options["quiet"]), first, second) as progress:
            try:
                comparison = compare_targets(
                    first,
                    second,
                    options["sequence_id"],
                    sequence_id_b=options["sequence_id_b"],
                    roles=options["roles"],
                    seed=options["seed"],
                    variables=variables,
                    progress=progress,
                )
            except ComparisonInterruptedError as interruption:
                comparison, code = interruption.comparison, INTERRUPTED
        redacted = comparison if options["redact"] == "none" else redact(comparison)
        unwritten = write_reports(redacted, options, RENDERERS)
        # A terminal is read by the person who has access anyhow; a file is sent around.
        shown = redacted if options["redact"] == "all" else comparison
        print_comparison(shown, make_console(), quiet=options["quiet"])
    if is_on_github():
        say(*render_annotations(redacted))
    if unwritten:
        raise CannotCheckError("; ".join(unwritten))
    return comparison.exit_code if code is None else code


def _target(url: str, name: str, options: Mapping[str, Any]) -> Target:
    variable = options[f"key_{name}"]
    key = os.environ[variable] if variable else None
    return make_target(url, options, key=key, key_command=options[f"key_command_{name}"])


@contextmanager
def _progress(console: Console, first: Target, second: Target) -> Iterator[Callable[[int, int], None]]:
    """Yield what to call with how much was asked, of how much; first come the dimensions, then the queries."""
    with live_bar(console) as bar:
        task = bar.add_task("the lists of runs", total=None)

        def show(done: int, total: int) -> None:
            bar.update(task, completed=done, total=total, description=f"{first.sent} and {second.sent} requests")

        yield show
