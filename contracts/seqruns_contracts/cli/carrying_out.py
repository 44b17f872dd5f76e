"""Carrying out `seqruns check`: from options to a report that is printed and written, and to an exit code."""

from __future__ import annotations

import secrets
from contextlib import contextmanager
from dataclasses import replace
from functools import partial
from typing import TYPE_CHECKING, Any

import click
from rich.console import Console

from seqruns.dialect import Dialect, dimensions
from seqruns.dialect_file import render_dialect
from seqruns.target import Certificates, Target, TargetError, make_key
from seqruns.visible import visible
from seqruns_contracts.api import check_target, open_session
from seqruns_contracts.checks.selection import select_checks
from seqruns_contracts.cli.ending import INTERRUPTED, CannotCheckError
from seqruns_contracts.dialect.drift import drift_checks, roles_of
from seqruns_contracts.engine.plan import make_plan, render_plan
from seqruns_contracts.engine.runner import RunInterruptedError
from seqruns_contracts.findings.baseline import Baseline
from seqruns_contracts.findings.baseline_file import UnreadableBaselineError, read_baseline, render_baseline
from seqruns_contracts.findings.redaction import redact
from seqruns_contracts.reports.progress import live_progress
from seqruns_contracts.reports.summary import count
from seqruns_contracts.reports.terminal import print_report
from seqruns_contracts.reports.writing import annotate_for_github, is_on_github, write_reports

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from pathlib import Path

    from seqruns_contracts.checks.kinds import Check
    from seqruns_contracts.findings.report import Report

NARROWEST = 20
"""Columns: a terminal that says it has fewer does not know."""
HOW_TO_READ = """
`asked` is what a request of its own shows, `seen` what others show in passing; `the contract` stands where that chooses
otherwise. What is commented out was not seen: there stands what a mock does. A status may be any from 400 to 499.
Change what should be otherwise, and take out what nobody should rely on."""


def carry_out(options: Mapping[str, Any]) -> int:
    """Check the target, write and print what was found out, and return the exit code."""
    # Before anything is asked: a file that cannot be read must not cost a run first.
    baseline = _baseline(options["baseline"], may_be_new=options["write_baseline"])
    with commands_stopped_on_github():
        report, code = _ask_target(options)
        report = replace(report, baseline=baseline)
        lines = [] if not options["write_baseline"] else [_write_baseline(report, options["baseline"])]
        lines += [] if options["learn"] is None else [_write_dialect(report, options["learn"])]
        # What was accepted a moment ago fails no more: the report is shown as the next run would show it.
        if options["write_baseline"]:
            report = replace(report, baseline=_baseline(options["baseline"], may_be_new=True))
        redacted = report if options["redact"] == "none" else redact(report)
        # Files first: where standard output is closed, printing ends the process, and the files are there still.
        unwritten = write_reports(redacted, options)
        shown = redacted if options["redact"] == "all" else report
        print_report(shown, make_console(), quiet=options["quiet"], verbose=options["verbose"])
        say(*lines)
    # After the mark that ends `::stop-commands::`, as annotations are commands themselves.
    say(*annotate_for_github(redacted))
    if unwritten:
        raise CannotCheckError("; ".join(unwritten))
    return report.exit_code if code is None else code


def _ask_target(options: Mapping[str, Any]) -> tuple[Report, int | None]:
    """Return the report, and the exit code where it does not follow from the report: that of an interruption."""
    target, checks = _target(options), _checks(options)
    with live_progress(Console(stderr=True, quiet=options["quiet"]), target, len(checks)) as progress:
        try:
            report = check_target(
                target,
                options["sequence_id"],
                other_sequence_id=options["other_sequence_id"],
                roles=_roles(options),
                checks=checks,
                seed=options["seed"],
                strict=options["strict"],
                drift_warns=options["drift"] == "warn",
                learn=options["learn"] is not None,
                progress=progress,
            )
        except RunInterruptedError as interruption:
            # What was found out is worth its reports, which say that they are partial.
            return interruption.report, INTERRUPTED
    return report, None


def print_plan(options: Mapping[str, Any]) -> int:
    """Print what would be asked, and return the exit code."""
    checks = _checks(options)
    asked = {"other_sequence_id": options["other_sequence_id"], "roles": _roles(options), "seed": options["seed"]}
    with commands_stopped_on_github():
        session = open_session(_target(options), options["sequence_id"], **asked)
        say(*map(visible, render_plan(make_plan(session, checks, learns=options["learn"] is not None))))
    return 0


def _checks(options: Mapping[str, Any]) -> list[Check]:
    more = drift_checks(options["dialect"] or Dialect())
    return select_checks(only=options["only"], skip=options["skip"], more=more)


def _roles(options: Mapping[str, Any]) -> dict[str, str]:
    """Return where the roles live: as the command line says, else as the dialect does."""
    return {**roles_of(options["dialect"] or Dialect()), **options["roles"]}


@contextmanager
def commands_stopped_on_github() -> Iterator[None]:
    """Let the runner of GitHub take no line in between for a command: a run's id may look like one."""
    mark = secrets.token_hex(16) if is_on_github() else ""
    say(*([f"::stop-commands::{mark}"] if mark else []))
    try:
        yield
    finally:
        say(*([f"::{mark}::"] if mark else []))


def say(*lines: str) -> None:
    """Print lines as they are."""
    for line in lines:
        click.echo(line)


class _Console(Console):
    """A console that leaves a closed standard output to us; Rich would end the process with 1, as a broken contract."""

    def on_broken_pipe(self) -> None:
        """Raise the BrokenPipeError that is being handled."""
        raise  # noqa: PLE0704 - Rich calls this where it is handled


def make_console() -> Console:
    """Return a console for standard output."""
    console = _Console(highlight=False)
    return console if console.width >= NARROWEST else _Console(highlight=False, width=80)


def make_target(base_url: str, options: Mapping[str, Any], *, key: str | None, key_command: str | None) -> Target:
    """Return the target that options describe. Raises UsageError, for click."""
    try:
        return Target(
            base_url=base_url,
            key=key,
            renew_key=partial(make_key, key_command) if key_command else None,
            **{name: options[name] for name in ("headers", "rate", "max_requests", "timeout", "wait")},
            max_body=int(options["max_body"] * 1_000_000),
            allow_unsafe_methods=options.get("allow_unsafe_methods", False),
            certificates=Certificates(ca=options["cacert"], own=options["cert"], key=options["cert_key"]),
        )
    except TargetError as error:
        raise click.UsageError(str(error)) from None


def _target(options: Mapping[str, Any]) -> Target:
    return make_target(options["base_url"], options, key=options["key"], key_command=options["key_command"])


def _baseline(path: Path | None, *, may_be_new: bool) -> Baseline:
    try:
        return Baseline() if path is None or (may_be_new and not path.exists()) else read_baseline(path)
    except UnreadableBaselineError as error:
        raise click.BadParameter(str(error), param_hint="--baseline") from None


def _write_baseline(report: Report, path: Path) -> str:
    """Write the baseline, and return what is to be said of it."""
    if report.stopped:
        return f"{path} is left as it was: the run did not come to its end."
    try:
        path.write_text(render_baseline(report), "utf-8")
    except OSError as error:
        raise CannotCheckError(f"{path}: {error.strerror}") from None
    found = sum(len(verdict.findings) for verdict in (*report.failures, *report.known_failures))
    return f"{count(found, 'finding')} written into {path}."


def _write_dialect(report: Report, path: Path) -> str:
    """Write what the target is like, and return what is to be said of it."""
    if report.dialect is None:
        return f"{path} is left as it was: the run did not come to its end."
    title = f"What {report.base_url} is like, by its sequence {report.sequence_id}.\n{HOW_TO_READ}"
    try:
        path.write_text(render_dialect(report.dialect, title=title), "utf-8")
    except OSError as error:
        raise CannotCheckError(f"{path}: {error.strerror}") from None
    traits = report.dialect.traits
    otherwise = sum(trait.value != dimensions()[name].contract for name, trait in traits.items())
    written = f"{len(traits)} of {len(dimensions())} dimensions written into {path}"
    return f"{written}, {otherwise} not as the contract has them."
