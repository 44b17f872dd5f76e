"""The subcommand `seqruns check`."""

from __future__ import annotations

import sys
from contextlib import contextmanager
from functools import reduce
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from seqruns.configuration import ConfiguredCommand
from seqruns.options import BadOptionError, parse_header, parse_role
from seqruns.visible import quoted

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from seqruns.dialect import Dialect

ROLE_HELP = "Where a role lives in a run, such as start_time=/started_at."
MISSING_KIT = "`seqruns check` needs the contract kit; install it with: pip install 'seqruns[check]'"


class MissingKitError(click.ClickException):
    """What `seqruns[check]` installs is not there."""

    exit_code = 2


def parse_base_url(_: click.Context, __: click.Parameter, value: str) -> str:
    """Return the address of a target, for click."""
    if not value.lower().startswith(("http://", "https://")):
        raise click.BadParameter(f"{quoted(value)} does not begin with http:// or https://")
    if "@" in value.partition("//")[2].partition("/")[0]:
        raise click.BadParameter("credentials do not belong into the address; send them with --header or --key")
    return value


def parse_headers(_: click.Context, __: click.Parameter, values: Sequence[str]) -> dict[str, str]:
    """Return headers by name, for click."""
    return dict(_parsed(parse_header, value) for value in values)


def parse_roles(_: click.Context, __: click.Parameter, values: Sequence[str]) -> dict[str, str]:
    """Return pointers by role, for click."""
    return dict(_parsed(parse_role, value) for value in values)


def _parsed(parse: Callable[[str], tuple[str, str]], value: str) -> tuple[str, str]:
    try:
        return parse(value)
    except BadOptionError as error:
        raise click.BadParameter(str(error)) from None


def require_folder(_: click.Context, __: click.Parameter, path: Path | None) -> Path | None:
    """Refuse a file that could not be written in the end before anything is asked."""
    if path is not None and not path.parent.is_dir():
        raise click.BadParameter(f"there is no folder {path.parent} to write {path.name} into")
    return path


def _dialect(_: click.Context, __: click.Parameter, path: str | None) -> Dialect | None:
    from seqruns.dialect import DialectError
    from seqruns.dialect_file import read_dialect

    try:
        return None if path is None else read_dialect(Path(path))
    except DialectError as error:
        raise click.BadParameter(str(error)) from None
    except OSError as error:
        raise click.BadParameter(f"{path}: {error.strerror}") from None


def _list(context: click.Context, _: click.Parameter, value: bool) -> None:  # noqa: FBT001 - click's signature
    if value:
        with needing_the_kit():
            from seqruns_contracts.cli.listing import render_listing
        click.echo("\n".join(render_listing()))
        context.exit()


@contextmanager
def needing_the_kit() -> Iterator[None]:
    """Say what to install where an import fails."""
    try:
        yield
    except ModuleNotFoundError as error:
        raise MissingKitError(f"{MISSING_KIT} ({error.name} is not there)") from None


POSITIVE = click.FloatRange(min=0, min_open=True)
FILE = click.Path(dir_okay=False, path_type=Path)
PEM = click.Path()


def _together(*options: Callable[[Any], Any]) -> Callable[[Any], Any]:
    """Return the decorator that adds these options, in this order."""
    return lambda command: reduce(lambda decorated, option: option(decorated), reversed(options), command)


def _report_option(name: str, help_: str) -> Callable[[Any], Any]:
    return click.option(name, type=FILE, metavar="FILE", callback=require_folder, help=help_)


connection_options = _together(
    click.option("--timeout", default=10.0, show_default=True, type=POSITIVE, help="Seconds for one whole answer."),
    click.option("--max-body", default=10.0, show_default=True, type=POSITIVE, help="Megabytes of one body, decoded."),
    click.option(
        "--wait", default=0.0, type=click.FloatRange(min=0), help="Seconds to wait for a server that is starting."
    ),
    click.option("--cacert", type=PEM, metavar="FILE", help="Trust these authorities, in PEM."),
    click.option("--cert", type=PEM, metavar="FILE", help="Show this certificate to the server, in PEM."),
    click.option("--cert-key", type=PEM, metavar="FILE", help="The key of --cert, where that file does not hold it."),
)
report_options = _together(
    _report_option("--report-json", "Write the report as JSON."),
    _report_option("--junit-xml", "Write the report as JUnit XML, for the pages of CI systems."),
    _report_option("--report-html", "Write the report as one HTML page."),
)
seed_option = click.option(
    "--seed", default=0, show_default=True, help="Chooses among the queries; the same seed asks the same."
)
redact_option = click.option(
    "--redact",
    type=click.Choice(["all", "files", "none"]),
    default="files",
    show_default=True,
    help="Where names, emails, phones and messages of contacts are redacted: also on the terminal, or nowhere.",
)


@click.command(
    cls=ConfiguredCommand, prefix="SEQRUNS_CHECK", short_help="Check an implementation against the contract."
)
@click.argument("base_url", callback=parse_base_url)
@click.option("--sequence-id", required=True, metavar="ID", help="The sequence to look at; one with many runs is best.")
@click.option("--other-sequence-id", metavar="ID", help="A second sequence, to check that they share nothing.")
@click.option("--key", envvar="SEQRUNS_KEY", metavar="KEY", help="The key; better in the environment, as SEQRUNS_KEY.")
@click.option("--key-command", metavar="CMD", help="Run this for the key, and again when the key is refused later.")
@click.option(
    "--header",
    "headers",
    multiple=True,
    callback=parse_headers,
    metavar="NAME:VALUE",
    help="Send this too; ${NAME} is a variable.",
)
@click.option("--role", "roles", multiple=True, callback=parse_roles, metavar="NAME=POINTER", help=ROLE_HELP)
@click.option("--only", multiple=True, metavar="NAME", help="Only this check, or this area; again for more.")
@click.option("--skip", multiple=True, metavar="NAME", help="Not this check, or this area; again for more.")
@click.option("--strict", is_flag=True, help="Fail on checks that rest on an assumption, too.")
@click.option("--baseline", type=FILE, metavar="FILE", help="Accept the findings in FILE; only new ones fail.")
@click.option("--write-baseline", is_flag=True, help="Write what is found now into the baseline.")
@click.option("--dialect", callback=_dialect, metavar="FILE", help="Hold it to what FILE says it is like.")
@click.option(
    "--drift",
    type=click.Choice(["fail", "warn"]),
    default="fail",
    show_default=True,
    help="What a drift from the dialect does.",
)
@click.option("--learn", type=FILE, metavar="FILE", callback=require_folder, help="Write what it is like into FILE.")
@click.option("--allow-unsafe-methods", is_flag=True, help="Send POST, PUT, PATCH and DELETE, too.")
@click.option(
    "--rate", default=20.0, show_default=True, type=click.FloatRange(min=0), help="Most requests in a second."
)
@click.option(
    "--max-requests", default=400, show_default=True, type=click.IntRange(min=1), help="Most requests in all."
)
@connection_options
@seed_option
@click.option("--explore", is_flag=True, help="Choose another seed each time; the report names it.")
@report_options
@redact_option
@click.option("-q", "--quiet", is_flag=True, help="Print only what fails, and the last lines.")
@click.option("-v", "--verbose", is_flag=True, help="Print every finding, those that a cause explains as well.")
@click.option("--plan", is_flag=True, help="Print what would be asked, from the list of runs alone, and ask nothing.")
@click.option("--list", is_flag=True, is_eager=True, expose_value=False, callback=_list, help="Print all checks.")
def check(base_url: str, *, seed: int, explore: bool, plan: bool, **options: Any) -> None:
    """Check the implementation at BASE_URL, such as https://staging.example.com/v1, against the contract.

    Only GET requests are sent, for a dialect a HEAD, unless you allow others. Exit code 0: the contract is kept; 1: it
    is broken; 2: it could not be checked, or not to the end; 3: the sequence has no runs, so nothing was exercised;
    130: interrupted.

    Every option has a variable, such as SEQRUNS_CHECK_RATE, and a place in [tool.seqruns.check] of pyproject.toml.
    """
    if options["write_baseline"] and options["baseline"] is None:
        raise click.UsageError("--write-baseline needs --baseline FILE, which it writes")
    with needing_the_kit():
        from seqruns_contracts.cli.carrying_out import carry_out, print_plan
        from seqruns_contracts.cli.ending import ending_in_words
    options |= {"base_url": base_url, "seed": _seed(seed, explore=explore)}
    with ending_in_words():
        code = print_plan(options) if plan else carry_out(options)
    sys.exit(code)


def _seed(seed: int, *, explore: bool) -> int:
    from secrets import randbelow

    if explore and click.get_current_context().get_parameter_source("seed") is not click.core.ParameterSource.DEFAULT:
        raise click.UsageError("--explore chooses a seed; leave out --seed")
    return randbelow(2**31) if explore else seed
