"""What `seqruns serve` does with the gallery."""

from __future__ import annotations

from difflib import get_close_matches
from typing import TYPE_CHECKING

import click

from seqruns_gallery.catalogue import as_json, as_text
from seqruns_gallery.faults import FAULTS
from seqruns_gallery.variants import VARIANTS

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable


def print_list(which: str, form: str) -> None:
    """Print the faults or the variants, as text or as JSON."""
    exhibits = FAULTS.values() if which == "faults" else VARIANTS.values()
    click.echo(as_json(exhibits) if form == "json" else as_text(exhibits))


def check_ids(faults: Iterable[str], variant: str | None) -> None:
    """Raise UsageError for an id that there is not, with those that look like it."""
    for fault in faults:
        _check(fault, FAULTS, "fault")
    if variant is not None:
        _check(variant, VARIANTS, "variant")


def _check(id_: str, exhibits: Collection[str], kind: str) -> None:
    if id_ not in exhibits:
        near = " or ".join(get_close_matches(id_, exhibits)) or "another one"
        raise click.UsageError(f"There is no {kind} {id_!r}. Did you mean {near}? --list-{kind}s lists them all.")
