"""The mock in process, as it is and with faults of the gallery: what the outside of the kit is shown with."""

from __future__ import annotations

from typing import TYPE_CHECKING

from seqruns_gallery.catalogue import build_together
from seqruns_mock.core.sequences import default_sizes, generate_stores
from seqruns_mock.http.pipeline import Mock

if TYPE_CHECKING:
    from wsgiref.types import WSGIApplication

KEY = "a-key-of-the-tests-7f3c"
SEQUENCE, SMALL_SEQUENCE, EMPTY_SEQUENCE = default_sizes()


def honest_app() -> WSGIApplication:
    """Return the mock as it is, with the key of the tests."""
    return faulty_app()


def faulty_app(*faults: str) -> WSGIApplication:
    """Return the mock with some of the faults of the gallery."""
    return build_together(faults, Mock(stores=generate_stores(default_sizes()), keys={KEY}))
