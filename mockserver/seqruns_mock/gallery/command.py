"""What `seqruns serve` does with the gallery."""

from __future__ import annotations

from dataclasses import replace
from difflib import get_close_matches
from functools import partial
from typing import TYPE_CHECKING

import click

from seqruns_mock.gallery.catalogue import as_json, as_text, put_up, put_up_all
from seqruns_mock.gallery.faults import FAULTS
from seqruns_mock.gallery.variants import VARIANTS

if TYPE_CHECKING:
    from collections.abc import Mapping

    from seqruns_mock.boot import Settings


def print_list(which: str, form: str) -> None:
    """Print the faults or the variants, as text or as JSON."""
    exhibits = FAULTS.values() if which == "faults" else VARIANTS.values()
    click.echo(as_json(exhibits) if form == "json" else as_text(exhibits))


def hang(settings: Settings, *, fault: str | None, variant: str | None, gallery: bool, runs: int | None) -> Settings:
    """Return the settings of a mock that is one exhibit, or has them all beside it.

    Raises UsageError for an id that there is not, or for more than one of them.
    """
    if (fault is not None) + (variant is not None) + gallery > 1:
        raise click.UsageError("Give one of --fault, --variant and --gallery.")
    if gallery:
        return replace(settings, show=put_up_all)
    if fault is not None:
        return replace(settings, faults=(known(fault, FAULTS, "fault"),))
    held = VARIANTS[known(variant or "", VARIANTS, "variant")]
    size = held.runs if held.runs is not None and runs is None else settings.runs
    return replace(settings, runs=size, show=partial(put_up, held.id))


def known(id_: str, exhibits: Mapping[str, object], kind: str) -> str:
    """Return an id that there is. Raises UsageError, with the ids that look like it."""
    if id_ in exhibits:
        return id_
    near = " or ".join(get_close_matches(id_, exhibits)) or "another one"
    raise click.UsageError(f"There is no {kind} {id_!r}. Did you mean {near}? --list-{kind}s lists them all.")
