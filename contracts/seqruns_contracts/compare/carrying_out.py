"""Carrying out `seqruns compare`: from options to a report that is printed and written, and to an exit code."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING, Any

import click
from rich.console import Console

from seqruns.target import Target, TargetError
from seqruns_contracts.cli.carrying_out import CannotCheckError, commands_stopped_on_github
from seqruns_contracts.compare.comparing import compare_targets
from seqruns_contracts.compare.report import print_comparison, render_json
from seqruns_contracts.compare.results import redact

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from seqruns_contracts.compare.results import Comparison


def carry_out(url_a: str, url_b: str, options: Mapping[str, Any]) -> int:
    """Compare the two targets, write and print what was found out, and return the exit code."""
    variables = options["key_a"], options["key_b"]
    first, second = (_target(url, name, options) for url, name in zip((url_a, url_b), variables, strict=True))
    with commands_stopped_on_github():
        comparison = compare_targets(
            first, second, options["sequence_id"], roles=options["roles"], seed=options["seed"], variables=variables
        )
        redacted = comparison if options["redact"] == "none" else redact(comparison)
        unwritten = _write(redacted, options["report_json"])
        shown = redacted if options["redact"] == "all" else comparison
        print_comparison(shown, Console(highlight=False), quiet=options["quiet"])
    if unwritten:
        raise CannotCheckError(unwritten)
    return comparison.exit_code


def _target(url: str, variable: str | None, options: Mapping[str, Any]) -> Target:
    shared = {name: options[name] for name in ("headers", "rate", "max_requests", "timeout")}
    try:
        return Target(base_url=url, key=os.environ[variable] if variable else None, **shared)
    except TargetError as error:
        raise click.UsageError(str(error)) from None


def _write(comparison: Comparison, path: Path | None) -> str:
    """Write the report, and return why it could not be written."""
    try:
        if path is not None:
            path.write_text(render_json(comparison), "utf-8")
    except OSError as error:
        return f"{path}: {error.strerror}"
    return ""
