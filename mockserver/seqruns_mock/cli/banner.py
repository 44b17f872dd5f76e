"""The banner: where the mock is, once it listens."""

from __future__ import annotations

import shlex
import sys
from contextlib import suppress
from typing import TYPE_CHECKING

import click
import orjson

from seqruns.document import runs_path
from seqruns.instant import render_time
from seqruns.visible import visible
from seqruns_mock.addresses import is_loopback
from seqruns_mock.cli.console import is_coloured
from seqruns_mock.http.authentication import KEY_HEADER

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from seqruns_mock.runtime import Listening
    from seqruns_mock.server.serve import Certificate
    from seqruns_mock.settings import Settings


def print_banner(settings: Settings, origin: Mapping[str, Sequence[str]], listening: Listening) -> None:
    """Print where the mock is, its key, its sequences, and a curl line that answers 200 with runs in it.

    `origin` names the options that a variable or a file has set, by the variable or the file.

    With a log of JSON it is one line of JSON: `{"listening": {"base_url", "root_url", "key", "sequences"}}`.
    """
    try:
        if settings.log_format == "json":
            click.echo(render_json(listening))
        else:
            click.echo(render_banner(settings, listening, origin), color=is_coloured(sys.stdout))
        sys.stdout.flush()
    except OSError as problem:  # a full disk, or a reader that has gone: clients do not need the banner
        with suppress(OSError):
            click.echo(
                f"{listening.base_url} is listening; standard output takes no text: {problem.strerror}.", err=True
            )


def render_json(listening: Listening) -> bytes:
    """Return the line of JSON, for tools."""
    sequences = [{"id": sequence_id, "runs": runs} for sequence_id, runs in listening.sequences.items()]
    facts = {"base_url": listening.base_url, "root_url": listening.root_url, "key": listening.key}
    return orjson.dumps({"listening": {**facts, "sequences": sequences}})


def render_banner(settings: Settings, listening: Listening, origin: Mapping[str, Sequence[str]] | None = None) -> str:
    """Return the banner for people, with colours."""
    root, sizes, certificate = listening.root_url, listening.sequences, listening.certificate
    width = max((len(f"{runs:,}") for runs in sizes.values()), default=0)
    lines = [
        f"{click.style('seqruns mock', bold=True)} is listening. Ctrl-C stops it.\n",
        f"  Base URL   {click.style(listening.base_url, fg='cyan')}",
        f"  Key        {listening.key}",
    ]
    if settings.key_is_made:
        lines.append("             made for this run, as others can reach the mock; --key sets one of yours")
    for number, (sequence_id, runs) in enumerate(sizes.items()):
        lines.append(f"  {'' if number else 'Sequences':9}  {visible(sequence_id)}  {runs:>{width},} runs")
    if settings.control:
        lines += [f"  Web page   {root}/", f"  Control    {root}/__mock__/openapi.yaml"]
    lines += [f"  {name:9}  {value}" for name, value in _in_force(settings)]
    for number, (place, options) in enumerate((origin or {}).items()):
        lines.append(f"  {'' if number else 'Settings':9}  {', '.join(options)} from {visible(place)}")
    if certificate is not None and certificate.authority is not None:
        lines.append(f"  Trust      {certificate.authority}")
    if sizes:
        largest = max(sizes, key=lambda sequence_id: sizes[sequence_id])
        lines.append(f"\n  {curl_line(listening.base_url, largest, listening.key, certificate)}\n")
    return "\n".join(lines)


def _in_force(settings: Settings) -> Iterator[tuple[str, str]]:
    """Yield what was asked for that makes this mock another one than the usual: a name and a few words."""
    if settings.data is not None:
        yield "Data", visible(str(settings.data))
        if settings.cors is None and is_loopback(settings.host):
            yield (
                "Browsers",
                "let pages of this machine call it, as the file may be of people; --cors ORIGIN for others",
            )
    yield from _answered(settings)
    if settings.now is not None:
        yield "Clock", f"stands at {render_time(settings.now)}"
    if settings.live:
        yield "Live", f"{settings.live:g} events a second"
    if settings.rate_limit is not None:
        yield "Limit", f"{settings.rate_limit} requests a second for each key"
    if settings.troubles:
        yield "Troubles", ", ".join(trouble.kind for trouble in settings.troubles)


def _answered(settings: Settings) -> Iterator[tuple[str, str]]:
    """Yield what makes its answers others than those of the contract's own choice."""
    if settings.dialect is not None:
        yield "Dialect", f"{len(settings.dialect.traits)} values of a file; the web page lists them under Controls"
    if settings.faults:
        yield "Faults", ", ".join(settings.faults)
    if settings.variant is not None:
        yield "Variant", settings.variant
    if settings.gallery:
        yield "Gallery", "/gallery/ID/v1 is each exhibit's base URL"


def curl_line(base_url: str, sequence_id: str, key: str, certificate: Certificate | None = None) -> str:
    """Return a shell command that asks for the first runs of a sequence."""
    url = base_url + runs_path(sequence_id) + "?limit=2"
    trust = ["--cacert", str(certificate.authority)] if certificate and certificate.authority else []
    return shlex.join(["curl", *trust, "-H", f"{KEY_HEADER}: {key}", url])
