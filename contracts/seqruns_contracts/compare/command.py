"""The subcommand `seqruns compare`."""

from __future__ import annotations

import os
import sys
from typing import Any

import click

from seqruns.configuration import ConfiguredCommand
from seqruns_contracts.cli.command import (
    ROLE_HELP,
    connection_options,
    needing_the_kit,
    parse_base_url,
    parse_headers,
    parse_roles,
    redact_option,
    report_options,
    seed_option,
)


def _variable(_: click.Context, __: click.Parameter, name: str | None) -> str | None:
    """Return the name of a variable that is set; a key itself does not belong on a command line."""
    if name is not None and name not in os.environ:
        raise click.BadParameter("names a variable that is not set; give the name, such as STAGING_KEY, not the key")
    return name


@click.command(
    cls=ConfiguredCommand, prefix="SEQRUNS_COMPARE", short_help="Ask two servers the same, and say where they differ."
)
@click.argument("url_a", callback=parse_base_url)
@click.argument("url_b", callback=parse_base_url)
@click.option("--sequence-id", required=True, metavar="ID", help="The sequence to look at, at both.")
@click.option("--sequence-id-b", metavar="ID", help="The sequence at B, where it has another name, as in a twin.")
@click.option("--key-a", callback=_variable, metavar="NAME", help="The variable that holds the key of A.")
@click.option("--key-b", callback=_variable, metavar="NAME", help="The variable that holds the key of B.")
@click.option("--key-command-a", metavar="CMD", help="Run this for the key of A, and again when that is refused later.")
@click.option("--key-command-b", metavar="CMD", help="Run this for the key of B, and again when that is refused later.")
@click.option(
    "--header", "headers", multiple=True, callback=parse_headers, metavar="NAME:VALUE", help="Send this too, to both."
)
@click.option("--role", "roles", multiple=True, callback=parse_roles, metavar="NAME=POINTER", help=ROLE_HELP)
@click.option(
    "--rate", default=20.0, show_default=True, type=click.FloatRange(min=0), help="Most requests in a second, to each."
)
@click.option(
    "--max-requests", default=600, show_default=True, type=click.IntRange(min=1), help="Most requests in all, to each."
)
@connection_options
@seed_option
@report_options
@redact_option
@click.option("-q", "--quiet", is_flag=True, help="Print only the last lines.")
def compare(url_a: str, url_b: str, **options: Any) -> None:
    """Ask the implementations at URL_A and URL_B the same, and say in what they differ.

    By dimension of a dialect where one explains it, else by the shortest query. Only GET requests and a HEAD are sent.
    Exit code 0: they answer the same; 1: they differ; 2: they could not be compared, or not to the end; 3: neither has
    runs to compare on; 130: interrupted.
    """
    with needing_the_kit():
        from seqruns_contracts.cli.ending import ending_in_words
        from seqruns_contracts.compare.carrying_out import carry_out
    with ending_in_words():
        code = carry_out(url_a, url_b, options)
    sys.exit(code)
