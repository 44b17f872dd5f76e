"""The exhibition: a mock as it is, or as exhibits of the gallery have it, which is only imported when asked for."""

from __future__ import annotations

from typing import TYPE_CHECKING

from seqruns_mock.core.refusal import shown
from seqruns_mock.http.app import create_app

if TYPE_CHECKING:
    from collections.abc import Sequence
    from wsgiref.types import WSGIApplication

    from seqruns_mock.http.app import Mock


def show(
    mock: Mock, faults: Sequence[str] = (), *, variant: str | None = None, gallery: bool = False
) -> WSGIApplication:
    """Return what serves a mock: as it is, or as a variant and these faults have it; the gallery beside it if wished.

    Raises ValueError for an id that there is not, and for exhibits that do not go together.
    """
    if not (faults or variant or gallery):
        return create_app(mock)
    from seqruns_gallery.catalogue import put_up_all, put_up_together  # noqa: PLC0415 - only when asked for
    from seqruns_gallery.faults import FAULTS  # noqa: PLC0415 - as above
    from seqruns_gallery.variants import VARIANTS  # noqa: PLC0415 - as above

    for fault in faults:
        if fault not in FAULTS:
            raise ValueError(f"{shown(fault)} is no fault of the gallery; GET /__mock__/faults lists them")
    if variant and variant not in VARIANTS:
        raise ValueError(f"{shown(variant)} is no variant of the gallery; `seqruns serve --list-variants` lists them")
    ids = [*([variant] if variant else ()), *faults]
    return put_up_all(mock, ids) if gallery else put_up_together(ids, mock)


def runs_for(variant: str | None) -> int | None:
    """Return how many runs a variant needs in order to show, if it minds."""
    if variant is None:
        return None
    from seqruns_gallery.variants import VARIANTS  # noqa: PLC0415 - only when asked for

    return VARIANTS[variant].runs if variant in VARIANTS else None
