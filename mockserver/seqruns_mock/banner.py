"""What the console says once the mock is up."""

from __future__ import annotations

import shlex
from typing import TYPE_CHECKING

import click

from seqruns.document import OPERATION_PATH
from seqruns_mock.app import BASE_PATH
from seqruns_mock.authentication import KEY_HEADER

if TYPE_CHECKING:
    from collections.abc import Mapping, Sized

    from seqruns_mock.boot import Settings
    from seqruns_mock.server import Certificate


def print_banner(
    stores: Mapping[str, Sized], host: str, port: int, settings: Settings, certificate: Certificate | None
) -> None:
    """Print where the mock is, its key, its sequences, and a curl line that answers 200 with runs in it."""
    root, key = root_url_of(host, port, tls=certificate is not None), settings.keys[0]
    width = max((len(f"{len(store):,}") for store in stores.values()), default=0)
    click.echo(f"{click.style('seqruns mock', bold=True)} is listening. Ctrl-C stops it.\n")
    click.echo(f"  Base URL   {click.style(root + BASE_PATH, fg='cyan')}")
    click.echo(f"  Key        {key}")
    for number, (sequence_id, store) in enumerate(stores.items()):
        click.echo(f"  {'' if number else 'Sequences':9}  {sequence_id}  {len(store):>{width},} runs")
    if settings.control:
        click.echo(f"  Web page   {root}/")
        click.echo(f"  Control    {root}/__mock__/openapi.yaml")
    if settings.troubles:
        click.echo(f"  Troubles   {', '.join(trouble.kind for trouble in settings.troubles)}")
    if certificate is not None and certificate.authority is not None:
        click.echo(f"  Trust      {certificate.authority}")
    if stores:
        largest = max(stores, key=lambda sequence_id: len(stores[sequence_id]))
        click.echo(f"\n  {curl_line(root + BASE_PATH, largest, key, certificate)}\n")


def root_url_of(host: str, port: int, *, tls: bool = False) -> str:
    """Return the URL of a server on an address; one on all addresses is reached on loopback."""
    host = {"0.0.0.0": "127.0.0.1", "::": "::1"}.get(host, host)  # noqa: S104 - it is replaced, not bound
    return f"{'https' if tls else 'http'}://{f'[{host}]' if ':' in host else host}:{port}"


def curl_line(base_url: str, sequence_id: str, key: str, certificate: Certificate | None = None) -> str:
    """Return a shell command that asks for the first runs of a sequence."""
    url = base_url + OPERATION_PATH.replace("{sequence_id}", sequence_id) + "?limit=2"
    trust = ["--cacert", str(certificate.authority)] if certificate and certificate.authority else []
    return shlex.join(["curl", *trust, "-H", f"{KEY_HEADER}: {key}", url])
