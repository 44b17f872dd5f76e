"""The gallery as the mock asks for it: builds of its faults and variants, and lists of them."""

from __future__ import annotations

from difflib import get_close_matches
from typing import TYPE_CHECKING

import click

from seqruns_gallery.catalogue import as_json, as_text, build_all, build_together
from seqruns_gallery.faults import FAULTS
from seqruns_gallery.variants import VARIANTS
from seqruns_mock.core.refusal import quote

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Sequence

    from seqruns_mock.http.answer import Handler
    from seqruns_mock.http.pipeline import Mock


def build(mock: Mock, faults: Sequence[str] = (), *, variant: str | None = None, whole: bool = False) -> Handler:
    """Return the endpoint of a mock with a variant and these faults; `whole`, with the gallery beside it.

    Raises ValueError for an unknown id, and for exhibits that do not go together.
    """
    for fault in faults:
        if fault not in FAULTS:
            raise ValueError(f"{quote(fault)} is no fault of the gallery; GET /__mock__/faults lists them")
    if variant and variant not in VARIANTS:
        raise ValueError(f"{quote(variant)} is no variant of the gallery; `seqruns serve --list-variants` lists them")
    ids = [*([variant] if variant else ()), *faults]
    return (build_all(mock, ids) if whole else build_together(ids, mock)).answer


def runs_for(variant: str) -> int | None:
    """Return how many runs a variant needs in order to show; None for any number, and for an unknown id."""
    return VARIANTS[variant].runs if variant in VARIANTS else None


def list_faults() -> list[dict[str, str]]:
    """Return the name and description of every fault, for the control API."""
    return [{"name": fault.id, "description": fault.summary} for fault in FAULTS.values()]


def print_list(which: str, form: str) -> None:
    """Print the faults or the variants, as text or as JSON."""
    exhibits = FAULTS.values() if which == "faults" else VARIANTS.values()
    click.echo(as_json(exhibits) if form == "json" else as_text(exhibits))


def check_ids(faults: Iterable[str], variant: str | None) -> None:
    """Raise UsageError for an unknown id, with the known ones that look like it."""
    for fault in faults:
        _check(fault, FAULTS, "fault")
    if variant is not None:
        _check(variant, VARIANTS, "variant")


def _check(id_: str, exhibits: Collection[str], kind: str) -> None:
    if id_ not in exhibits:
        near = " or ".join(get_close_matches(id_, exhibits)) or "another one"
        raise click.UsageError(f"There is no {kind} {id_!r}. Did you mean {near}? --list-{kind}s lists them all.")
