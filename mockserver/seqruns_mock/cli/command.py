"""The subcommand `seqruns serve`."""

from __future__ import annotations

import shlex
import signal
import sys
from pathlib import Path
from typing import Any, NoReturn

import click

from seqruns import defaults
from seqruns.configuration import ConfiguredCommand, PortOption, origins
from seqruns_mock.cli.arguments import (
    read_base_path,
    read_dialect,
    read_keys,
    read_now,
    read_one,
    read_sizes,
    read_troubles,
)

_FILE = click.Path(exists=True, dir_okay=False, path_type=Path)


@click.command(cls=ConfiguredCommand, short_help="Run the mock server.")
@click.option(
    "--host", default="127.0.0.1", show_default=True, help="Address to listen on; localhost is 127.0.0.1 and ::1."
)
@click.option(
    "--port",
    cls=PortOption,
    type=click.IntRange(0, 65535),
    default=8080,
    show_default=True,
    envvar=["SEQRUNS_PORT", "PORT"],
    help="Port to listen on; 0 picks a free one.",
)
@click.option(
    "--base-path",
    default="",
    metavar="PATH",
    callback=read_base_path,
    help="Serve everything below this path, as /mocks/seqruns.",
)
@click.option(
    "--key",
    "keys",
    multiple=True,
    callback=read_keys,
    help=f"Key to accept; may be repeated.  [default: {defaults.KEY}; beyond loopback one made for the run]",
)
@click.option("--runs", type=click.IntRange(0), help=f"Runs in the first sequence.  [default: {defaults.RUNS}]")
@click.option("--seed", type=int, default=0, show_default=True, help="Seed of data, live events and chances.")
@click.option(
    "--profile",
    type=click.Choice(defaults.PROFILES),
    default="edge",
    show_default=True,
    help="Kind of the generated data.",
)
@click.option(
    "--sequence",
    "sequences",
    multiple=True,
    metavar="ID=N",
    callback=read_sizes,
    help="A sequence and its number of runs, in place of the default three; may be repeated.",
)
@click.option("--data", type=_FILE, help="File of runs to serve, JSON or NDJSON; watched for changes.")
@click.option(
    "--dialect",
    type=_FILE,
    callback=read_dialect,
    help="Answer in the dialect of this file, as `seqruns check --learn` writes it.",
)
@click.option("--now", metavar="TIME", callback=read_now, help="Fix the clock at this ISO 8601 time.")
@click.option(
    "--live",
    type=click.FloatRange(0, 1000),
    default=0.0,
    metavar="RATE",
    help="Live events a second: runs start, advance and finish.",
)
@click.option(
    "--trouble",
    "troubles",
    multiple=True,
    metavar="KIND[:NAME=VALUE,…]",
    callback=read_troubles,
    help="Misbehave, as error:status=503,skip=2,times=1; may be repeated.",
)
@click.option(
    "--fault",
    "faults",
    multiple=True,
    metavar="ID",
    help="Be wrong in one thing: a fault of the gallery; may be repeated.",
)
@click.option(
    "--variant",
    multiple=True,
    callback=read_one,
    metavar="ID",
    help="Be right in another way: a lawful variant of the gallery.",
)
@click.option("--gallery", is_flag=True, help="Serve the whole gallery, too: /gallery/ID/v1 is each one's base URL.")
@click.option(
    "--list-faults", "listed", flag_value="faults", allow_from_autoenv=False, help="List the faults and leave."
)
@click.option(
    "--list-variants", "listed", flag_value="variants", allow_from_autoenv=False, help="List the variants and leave."
)
@click.option(
    "--format",
    "form",
    type=click.Choice(["text", "json"]),
    default="text",
    allow_from_autoenv=False,
    help="How to list; JSON is for tools.",
)
@click.option(
    "--rate-limit",
    type=click.IntRange(1),
    is_flag=False,
    flag_value=defaults.RATE,
    help=f"Requests a second for each key; {defaults.RATE}, as documented, when no number is given.",
)
@click.option(
    "--cors",
    multiple=True,
    metavar="ORIGIN",
    help="Web origin that may call; * for any, none for none.  [default: any, on loopback]",
)
@click.option(
    "--allow-host",
    "allowed_hosts",
    multiple=True,
    metavar="NAME",
    help="Domain that the mock is reached by, as behind a proxy; may be repeated. Local names need not be given.",
)
@click.option("--control/--no-control", default=True, help="Whether there is a control API; see docs/control-api.md.")
@click.option(
    "--journal",
    type=click.IntRange(0, 1_000_000),
    default=1000,
    show_default=True,
    help="Requests that the journal holds; 0 for none.",
)
@click.option("--cert", type=_FILE, help="TLS certificate, in PEM.")
@click.option("--key-file", type=_FILE, help="Key of the TLS certificate, in PEM.")
@click.option("--tls", is_flag=True, help="Serve https with a certificate made for this run.")
@click.option(
    "--tls-name",
    "tls_names",
    multiple=True,
    metavar="NAME",
    help="Another name or address that this certificate is for, as a service in Docker Compose; may be repeated.",
)
@click.option("--quiet", "-q", is_flag=True, help="Do not log requests.")
@click.option("--log-format", type=click.Choice(["text", "json"]), default="text", show_default=True)
def serve(**options: Any) -> None:
    """Run the mock of List Sequence Runs until Ctrl-C.

    It answers GET /v1/sequences/{sequence_id}/sequence_runs by the contract, over generated runs held in
    memory: three sequences, of which one is large, one small and one empty. It asks for a key, in the header
    X-WHIPPY-KEY or as a bearer token.

    Each option may also be set by a variable, as SEQRUNS_RUNS or SEQRUNS_CONTROL=0, or in pyproject.toml under
    [tool.seqruns.serve].
    """
    for interruption in (signal.SIGINT, signal.SIGTERM):
        signal.signal(interruption, _leave)
    listed, form = options.pop("listed"), options.pop("form")
    if listed:
        from seqruns_mock.runtime import gallery

        gallery().print_list(listed, form)
        return
    options["certificate"] = _certificate(options.pop("cert"), options.pop("key_file"))
    options["cors"] = options["cors"] or None
    from seqruns_mock.cli.start import serve_until_interrupted

    serve_until_interrupted(options, origins(click.get_current_context()))


def _certificate(certificate: Path | None, key: Path | None) -> Any:
    """Return the certificate of two files. Raises UsageError for one alone, and for a key that is locked."""
    if certificate is None or key is None:
        # Only if both are None are they the same.
        if certificate is not key:
            raise click.UsageError("--cert and --key-file belong together: the certificate and its key.")
        return None
    if b"ENCRYPTED" in key.read_bytes():
        raise click.UsageError(
            f"{key} needs a passphrase, for which the mock does not ask. "
            f"Give it a copy without: openssl pkey -in {shlex.quote(str(key))} -out plain.pem"
        )
    from seqruns_mock.server.serve import Certificate

    return Certificate(certificate=certificate, key=key)


def _leave(*_: Any) -> NoReturn:
    """End a start-up that is interrupted; once the server runs it has handlers of its own."""
    sys.exit(0)
