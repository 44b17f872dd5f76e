"""The subcommand `seqruns check`."""

from __future__ import annotations

import os
import sys
from contextlib import contextmanager
from io import TextIOWrapper
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from seqruns.options import BadOptionError, parse_header, parse_role

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from seqruns.target import Target
    from seqruns_contracts.checks.kinds import Check
    from seqruns_contracts.findings.results import Report

ROLE_HELP = "Where a role lives in a run, such as start_time=/started_at."
MISSING_KIT = "`seqruns check` needs the contract kit; install it with: pip install 'seqruns[check]'"
INTERRUPTED = 130


class CannotCheckError(click.ClickException):
    """The check could not be carried out; nothing is said about the contract."""

    exit_code = 2


def _base_url(_: click.Context, __: click.Parameter, value: str) -> str:
    if not value.startswith(("http://", "https://")):
        raise click.BadParameter(f"{value!r} does not begin with http:// or https://")
    if "@" in value.partition("//")[2].partition("/")[0]:
        raise click.BadParameter("credentials do not belong into the address; send them with --header or --key")
    return value


def _headers(_: click.Context, __: click.Parameter, values: Sequence[str]) -> dict[str, str]:
    return dict(_parsed(parse_header, value) for value in values)


def _roles(_: click.Context, __: click.Parameter, values: Sequence[str]) -> dict[str, str]:
    return dict(_parsed(parse_role, value) for value in values)


def _parsed(parse: Callable[[str], tuple[str, str]], value: str) -> tuple[str, str]:
    try:
        return parse(value)
    except BadOptionError as error:
        raise click.BadParameter(str(error)) from None


def _writable(_: click.Context, __: click.Parameter, path: Path | None) -> Path | None:
    """Refuse a file that could not be written in the end before anything is asked."""
    if path is not None and not path.parent.is_dir():
        raise click.BadParameter(f"there is no folder {path.parent} to write {path.name} into")
    return path


def _list(context: click.Context, _: click.Parameter, value: bool) -> None:  # noqa: FBT001 - click's signature
    if value:
        with _needing_the_kit():
            from seqruns_contracts.cli.listing import render_listing
        click.echo("\n".join(render_listing()))
        context.exit()


@contextmanager
def _needing_the_kit() -> Iterator[None]:
    """Say what to install where an import fails."""
    try:
        yield
    except ModuleNotFoundError as error:
        raise CannotCheckError(f"{MISSING_KIT} ({error.name} is not there)") from None


POSITIVE = click.FloatRange(min=0, min_open=True)
FILE = click.Path(dir_okay=False, path_type=Path)


def _report_option(name: str, help_: str) -> Callable[[Any], Any]:
    return click.option(name, type=FILE, metavar="FILE", callback=_writable, help=help_)


@click.command(short_help="Check an implementation against the contract.")
@click.argument("base_url", callback=_base_url)
@click.option("--sequence-id", required=True, metavar="ID", help="The sequence to look at; one with many runs is best.")
@click.option("--other-sequence-id", metavar="ID", help="A second sequence, to check that they share nothing.")
@click.option("--key", envvar="SEQRUNS_KEY", metavar="KEY", help="The key; better in the environment, as SEQRUNS_KEY.")
@click.option("--header", "headers", multiple=True, callback=_headers, metavar="NAME:VALUE", help="Send this too.")
@click.option("--role", "roles", multiple=True, callback=_roles, metavar="NAME=POINTER", help=ROLE_HELP)
@click.option("--only", multiple=True, metavar="NAME", help="Only this check, or this area; again for more.")
@click.option("--skip", multiple=True, metavar="NAME", help="Not this check, or this area; again for more.")
@click.option("--strict", is_flag=True, help="Fail on checks that rest on an assumption, too.")
@click.option("--baseline", type=FILE, metavar="FILE", help="Accept the failures in FILE; only new ones fail.")
@click.option("--write-baseline", is_flag=True, help="Write what is broken now into the baseline.")
@click.option("--allow-unsafe-methods", is_flag=True, help="Send POST, PUT, PATCH and DELETE, too.")
@click.option(
    "--rate", default=20.0, show_default=True, type=click.FloatRange(min=0), help="Most requests in a second."
)
@click.option(
    "--max-requests", default=400, show_default=True, type=click.IntRange(min=1), help="Most requests in all."
)
@click.option("--timeout", default=10.0, show_default=True, type=POSITIVE, help="Seconds to wait for an answer.")
@click.option("--seed", default=0, show_default=True, help="Chooses among the queries; the same seed asks the same.")
@click.option("--explore", is_flag=True, help="Choose another seed each time; the report names it.")
@_report_option("--report-json", "Write the report as JSON.")
@_report_option("--junit-xml", "Write the report as JUnit XML, a test case for each check.")
@_report_option("--report-html", "Write the report as one HTML page, with pictures.")
@click.option(
    "--redact",
    type=click.Choice(["all", "files", "none"]),
    default="files",
    show_default=True,
    help="Where names, emails, phones and messages of contacts are redacted: also on the terminal, or nowhere.",
)
@click.option("-q", "--quiet", is_flag=True, help="Print only what fails, and the last lines.")
@click.option("--plan", is_flag=True, help="Print what would be asked, from the list of runs alone, and ask nothing.")
@click.option("--list", is_flag=True, is_eager=True, expose_value=False, callback=_list, help="Print all checks.")
def check(
    base_url: str,
    *,
    key: str | None,
    headers: dict[str, str],
    rate: float,
    max_requests: int,
    timeout: float,
    allow_unsafe_methods: bool,
    only: tuple[str, ...],
    skip: tuple[str, ...],
    seed: int,
    explore: bool,
    plan: bool,
    **options: Any,
) -> None:
    """Check the implementation at BASE_URL, such as https://staging.example.com/v1, against the contract.

    Only GET requests are sent unless you allow others. Exit code 0: the contract is kept; 1: it is broken; 2: it could
    not be checked; 3: the sequence has no runs, so nothing was exercised.
    """
    if options["write_baseline"] and options["baseline"] is None:
        raise click.UsageError("--write-baseline needs --baseline FILE, which it writes")
    with _needing_the_kit():
        import seqruns_contracts.api  # noqa: F401 - what is missing shows here, not in the middle of a run
        from seqruns.target import Target, TargetError
        from seqruns_contracts.checks.selection import UnknownCheckError, select_checks
    try:
        target = Target(
            base_url=base_url,
            key=key,
            headers=headers,
            rate=rate,
            max_requests=max_requests,
            timeout=timeout,
            allow_unsafe_methods=allow_unsafe_methods,
        )
    except TargetError as error:
        raise click.UsageError(str(error)) from None
    asked = {name: options[name] for name in ("other_sequence_id", "roles")} | {"seed": _seed(seed, explore=explore)}
    if isinstance(sys.stdout, TextIOWrapper):
        sys.stdout.reconfigure(errors="replace")
    try:
        checks = select_checks(only=only, skip=skip)
        if plan:
            _print_plan(target, options["sequence_id"], checks, asked)
        else:
            sys.exit(_check(target, checks, asked, **options))
    except UnknownCheckError as error:
        raise click.UsageError(str(error)) from None
    except TargetError as error:
        raise CannotCheckError(str(error)) from None
    except KeyboardInterrupt:
        click.echo(f"Interrupted after {target.sent} requests; nothing is said about the contract.", err=True)
        sys.exit(INTERRUPTED)


def _seed(seed: int, *, explore: bool) -> int:
    from secrets import randbelow

    if explore and click.get_current_context().get_parameter_source("seed") is not click.core.ParameterSource.DEFAULT:
        raise click.UsageError("--explore chooses a seed; leave out --seed")
    return randbelow(2**31) if explore else seed


def _print_plan(target: Target, sequence_id: str, checks: Sequence[Check], asked: dict[str, Any]) -> None:
    from seqruns_contracts.api import open_session
    from seqruns_contracts.engine.plan import make_plan, render_plan

    plan = make_plan(open_session(target, sequence_id, **asked), checks)
    click.echo("\n".join(render_plan(plan)))


def _check(target: Target, checks: Sequence[Check], asked: dict[str, Any], **options: Any) -> int:
    """Check the target, print and write what was found out, and return the exit code."""
    from dataclasses import replace

    from rich.console import Console

    from seqruns_contracts.api import check_target
    from seqruns_contracts.findings.redaction import redact
    from seqruns_contracts.reports.progress import live_progress
    from seqruns_contracts.reports.terminal import print_report

    accepted = None if options["write_baseline"] else _accepted(options["baseline"])
    with live_progress(Console(stderr=True, quiet=options["quiet"]), target, len(checks)) as progress:
        report = check_target(
            target, options["sequence_id"], checks=checks, strict=options["strict"], progress=progress, **asked
        )
    accepted = frozenset(verdict.check.id for verdict in report.failures) if accepted is None else accepted
    report = replace(report, accepted=accepted)
    redacted = report if options["redact"] == "none" else redact(report)
    print_report(redacted if options["redact"] == "all" else report, Console(highlight=False), quiet=options["quiet"])
    for line in _written(redacted, **options):
        click.echo(line)
    return report.exit_code


def _accepted(path: Path | None) -> frozenset[str]:
    from seqruns_contracts.findings.baseline import UnreadableBaselineError, read_baseline

    try:
        return frozenset() if path is None else read_baseline(path)
    except UnreadableBaselineError as error:
        raise click.BadParameter(str(error), param_hint="--baseline") from None


def _written(report: Report, **options: Any) -> Iterator[str]:
    """Write the reports that were asked for; yield what is to be printed of it."""
    from seqruns_contracts.findings.baseline import render_baseline
    from seqruns_contracts.reports.summary import count
    from seqruns_contracts.reports.writing import write_for_github, write_reports

    files = {"json": options["report_json"], "junit": options["junit_xml"], "html": options["report_html"]}
    try:
        write_reports(report, files)
        if options["write_baseline"]:
            options["baseline"].write_text(render_baseline(report), "utf-8")
            yield f"{count(len(report.known_failures), 'broken check')} written into {options['baseline']}."
        yield from write_for_github(report, os.environ)
    except OSError as error:
        raise CannotCheckError(f"{error.filename}: {error.strerror}") from None
