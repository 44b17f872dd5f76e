"""The subcommand `seqruns serve`."""

from __future__ import annotations

import os
import signal
import sys
from pathlib import Path
from typing import Any, NoReturn

import click

from seqruns_mock.configuration import ConfiguredCommand

DEFAULT_KEY = "mock-key"
DEFAULT_RUNS = 137
_FILE = click.Path(exists=True, dir_okay=False, path_type=Path)


def _keys(_context: click.Context, _parameter: click.Parameter, keys: tuple[str, ...]) -> tuple[str, ...]:
    for key in keys:
        if not key.isascii() or not key.isprintable() or key != key.strip() or not key:
            raise click.BadParameter("a key is printable ASCII, without a space at either end.")
    return keys or (DEFAULT_KEY,)


def _sizes(_context: click.Context, _parameter: click.Parameter, pairs: tuple[str, ...]) -> dict[str, int]:
    sizes = {}
    for pair in pairs:
        sequence_id, _, runs = pair.rpartition("=")
        if not sequence_id or not runs.isdecimal() or not runs.isascii():
            raise click.BadParameter(f"{pair!r} is not ID=N, such as spring-sale=40.")
        sizes[sequence_id] = int(runs)
    return sizes


def _now(_context: click.Context, _parameter: click.Parameter, text: str | None) -> float | None:
    from seqruns_mock.clock import parse_now

    try:
        return parse_now(text)
    except ValueError as problem:
        raise click.BadParameter(f"{text!r} {problem}.") from None


def _troubles(_context: click.Context, _parameter: click.Parameter, lines: tuple[str, ...]) -> tuple[Any, ...]:
    from seqruns_mock.trouble.trouble import parse_troubles

    try:
        return tuple(trouble for line in lines for trouble in parse_troubles(line))
    except ValueError as problem:
        raise click.BadParameter(f"{problem}.") from None


@click.command(cls=ConfiguredCommand, short_help="Run the mock server.")
@click.option("--host", default="127.0.0.1", show_default=True, help="Address to listen on.")
@click.option(
    "--port",
    type=click.IntRange(0, 65535),
    default=8080,
    show_default=True,
    envvar=["SEQRUNS_PORT", "PORT"],
    help="Port to listen on; 0 picks a free one.",
)
@click.option(
    "--key",
    "keys",
    multiple=True,
    callback=_keys,
    envvar="SEQRUNS_KEY",
    help=f"Key to accept; may be repeated.  [default: {DEFAULT_KEY}]",
)
@click.option("--runs", type=click.IntRange(0), help=f"Runs in the first sequence.  [default: {DEFAULT_RUNS}]")
@click.option("--seed", type=int, default=0, show_default=True, help="Seed of the generated data.")
@click.option(
    "--profile",
    type=click.Choice(["edge", "realistic", "uniform", "minimal"]),
    default="edge",
    show_default=True,
    help="Kind of the generated data.",
)
@click.option(
    "--sequence",
    "sequences",
    multiple=True,
    metavar="ID=N",
    callback=_sizes,
    help="A sequence and its number of runs, in place of the default three; may be repeated.",
)
@click.option("--data", type=_FILE, help="File of runs to serve, JSON or NDJSON; watched for changes.")
@click.option("--now", metavar="TIME", callback=_now, help="Let the clock stand at this ISO 8601 time.")
@click.option(
    "--live",
    type=click.FloatRange(0, 1000),
    default=0.0,
    metavar="RATE",
    help="Let so many things a second happen to the runs.",
)
@click.option(
    "--trouble",
    "troubles",
    multiple=True,
    metavar="KIND[:NAME=VALUE,…]",
    callback=_troubles,
    help="Misbehave, as error:status=503,skip=2,times=1; may be repeated.",
)
@click.option("--trouble-seed", type=int, default=0, show_default=True, help="Seed of what happens by chance.")
@click.option("--fault", metavar="ID", help="Be wrong in one thing: a fault of the gallery.")
@click.option("--variant", metavar="ID", help="Be right in another way: a lawful variant of the gallery.")
@click.option("--gallery", is_flag=True, help="Serve the whole gallery, too: /gallery/ID/v1 is each one's base URL.")
@click.option("--list-faults", "listed", flag_value="faults", help="List the faults and leave.")
@click.option("--list-variants", "listed", flag_value="variants", help="List the lawful variants and leave.")
@click.option(
    "--format", "form", type=click.Choice(["text", "json"]), default="text", help="How to list; JSON is for tools."
)
@click.option(
    "--rate-limit",
    type=click.IntRange(1),
    is_flag=False,
    flag_value=25,
    help="Requests a second for each key; 25, as documented, when no number is given.",
)
@click.option(
    "--cors",
    multiple=True,
    metavar="ORIGIN",
    help="Web origin that may call; * for any, none for none.  [default: any, on loopback]",
)
@click.option("--control/--no-control", default=True, help="Whether there is a control API; see docs/control-api.md.")
@click.option("--cert", type=_FILE, help="TLS certificate, in PEM.")
@click.option("--key-file", type=_FILE, help="Key of the TLS certificate, in PEM.")
@click.option("--tls", is_flag=True, help="Serve https with a certificate made for this run.")
@click.option("--quiet", "-q", is_flag=True, help="Do not log requests.")
@click.option("--log-format", type=click.Choice(["text", "json"]), default="text", show_default=True)
def serve(**options: Any) -> None:
    """Run the mock of List Sequence Runs until Ctrl-C.

    It answers GET /v1/sequences/{sequence_id}/sequence_runs by the contract, over generated runs held in
    memory: three sequences, of which one is large, one small and one empty. It asks for a key, in the header
    X-WHIPPY-KEY or as a bearer token.

    Each option may also be set by a variable, as SEQRUNS_RUNS, or in pyproject.toml under [tool.seqruns.serve].
    """
    for interruption in (signal.SIGINT, signal.SIGTERM):
        signal.signal(interruption, _leave)
    listed, form = options.pop("listed"), options.pop("form")
    if listed:
        from seqruns_mock.gallery.command import print_list

        print_list(listed, form)
        return
    certificate, key_file = options.pop("cert"), options.pop("key_file")
    if (certificate is None) != (key_file is None):
        raise click.UsageError("--cert and --key-file belong together: the certificate and its key.")
    from seqruns_mock.server import Certificate

    if certificate is not None:
        options["certificate"] = Certificate(certificate=certificate, key=key_file)
    if options["cors"]:
        options["cors"] = tuple(origin for origin in options["cors"] if origin != "none")
    else:
        options["cors"] = None
    _boot(options)


def _boot(options: dict[str, Any]) -> None:
    """Serve, and end the process; raise UsageError where that cannot be."""
    from seqruns_mock.boot import Settings, boot
    from seqruns_mock.datafile import BadFileError
    from seqruns_mock.tls import NoTrustmeError

    exhibits = {name: options.pop(name) for name in ("fault", "variant", "gallery")}
    runs = options.pop("runs")
    settings = Settings(runs=DEFAULT_RUNS if runs is None else runs, **options)
    if any(exhibits.values()):
        from seqruns_mock.gallery.command import hang

        settings = hang(settings, **exhibits, runs=runs)
    try:
        boot(settings)
    except BadFileError as error:
        raise click.UsageError(f"The data cannot be served:\n{error}") from error
    except NoTrustmeError as error:
        raise click.UsageError(str(error)) from error
    except OSError as error:
        raise click.UsageError(
            f"Cannot listen on {settings.host}:{settings.port}: {error.strerror}. "
            "Give another --port, or --port 0 for any free one."
        ) from error
    sys.stdout.flush()
    # Granian's threads end a moment later; one that meets a closing interpreter would abort the process.
    os._exit(0)


def _leave(*_: Any) -> NoReturn:
    """End a start-up that is interrupted; once the server runs it has handlers of its own."""
    sys.exit(0)
