"""What the console says once the mock is up."""

from __future__ import annotations

import shlex
import sys
from typing import TYPE_CHECKING

import click

from seqruns.document import runs_path
from seqruns.instant import render_time
from seqruns_mock.cli.console import is_coloured
from seqruns_mock.http.app import BASE_PATH
from seqruns_mock.http.authentication import KEY_HEADER

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sized

    from seqruns_mock.runtime import Settings
    from seqruns_mock.server.serve import Certificate


def print_banner(
    stores: Mapping[str, Sized], host: str, port: int, settings: Settings, certificate: Certificate | None
) -> None:
    """Print where the mock is, its key, its sequences, and a curl line that answers 200 with runs in it.

    It goes to standard output, or where that is for lines of JSON to standard error.
    """
    stream = sys.stderr if settings.log_format == "json" else sys.stdout
    click.echo(render_banner(stores, host, port, settings, certificate), stream, color=is_coloured(stream))


def render_banner(
    stores: Mapping[str, Sized], host: str, port: int, settings: Settings, certificate: Certificate | None
) -> str:
    """Return the banner, with colours."""
    root, key = root_url_of(host, port, tls=certificate is not None), settings.keys[0]
    width = max((len(f"{len(store):,}") for store in stores.values()), default=0)
    lines = [
        f"{click.style('seqruns mock', bold=True)} is listening. Ctrl-C stops it.\n",
        f"  Base URL   {click.style(root + BASE_PATH, fg='cyan')}",
        f"  Key        {key}",
    ]
    if settings.key_is_made:
        lines.append("             made for this run, as others can reach the mock; --key sets one of yours")
    for number, (sequence_id, store) in enumerate(stores.items()):
        lines.append(f"  {'' if number else 'Sequences':9}  {sequence_id}  {len(store):>{width},} runs")
    if settings.control:
        lines += [f"  Web page   {root}/", f"  Control    {root}/__mock__/openapi.yaml"]
    lines += [f"  {name:9}  {value}" for name, value in _in_force(settings)]
    if certificate is not None and certificate.authority is not None:
        lines.append(f"  Trust      {certificate.authority}")
    if stores:
        largest = max(stores, key=lambda sequence_id: len(stores[sequence_id]))
        lines.append(f"\n  {curl_line(root + BASE_PATH, largest, key, certificate)}\n")
    return "\n".join(lines)


def _in_force(settings: Settings) -> Iterator[tuple[str, str]]:
    """Yield what was asked for that makes this mock another one than the usual: a name and a few words."""
    if settings.data is not None:
        yield "Data", str(settings.data)
    if settings.faults:
        yield "Faults", ", ".join(settings.faults)
    if settings.variant is not None:
        yield "Variant", settings.variant
    if settings.gallery:
        yield "Gallery", "/gallery/ID/v1 is each exhibit's base URL"
    if settings.now is not None:
        yield "Clock", f"stands at {render_time(settings.now)}"
    if settings.live:
        yield "Live", f"{settings.live:g} events a second"
    if settings.rate_limit is not None:
        yield "Limit", f"{settings.rate_limit} requests a second for each key"
    if settings.troubles:
        yield "Troubles", ", ".join(trouble.kind for trouble in settings.troubles)


def root_url_of(host: str, port: int, *, tls: bool = False) -> str:
    """Return the URL of a server on an address; one on all addresses is reached on loopback."""
    host = {"0.0.0.0": "127.0.0.1", "::": "::1"}.get(host, host)  # noqa: S104 - it is replaced, not bound
    return f"{'https' if tls else 'http'}://{f'[{host}]' if ':' in host else host}:{port}"


def curl_line(base_url: str, sequence_id: str, key: str, certificate: Certificate | None = None) -> str:
    """Return a shell command that asks for the first runs of a sequence."""
    url = base_url + runs_path(sequence_id) + "?limit=2"
    trust = ["--cacert", str(certificate.authority)] if certificate and certificate.authority else []
    return shlex.join(["curl", *trust, "-H", f"{KEY_HEADER}: {key}", url])
