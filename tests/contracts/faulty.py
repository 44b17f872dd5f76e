"""The mock in process, as it is and with faults of the gallery: what the outside of the kit is shown with."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from werkzeug.test import run_wsgi_app

from seqruns_gallery.catalogue import build_together
from seqruns_mock.core.sequences import default_sizes, generate_stores
from seqruns_mock.http.pipeline import Mock

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable
    from wsgiref.types import StartResponse, WSGIApplication, WSGIEnvironment

KEY = "a-key-of-the-tests-7f3c"
SEQUENCE, SMALL_SEQUENCE, EMPTY_SEQUENCE = default_sizes()


def honest_app() -> WSGIApplication:
    """Return the mock as it is, with the key of the tests."""
    return faulty_app()


def faulty_app(*faults: str) -> WSGIApplication:
    """Return the mock with some of the faults of the gallery."""
    return build_together(faults, Mock(stores=generate_stores(default_sizes()), keys={KEY}))


def with_runs_changed(app: WSGIApplication, change: Callable[[dict[str, Any]], None]) -> WSGIApplication:
    """Return an application whose every run is shown as `change` leaves it."""

    def changing(environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        chunks, status, headers = run_wsgi_app(app, environ)
        body = json.loads(b"".join(chunks))
        for run in body.get("data", ()):
            change(run)
        text = json.dumps(body).encode()
        headers["Content-Length"] = str(len(text))
        start_response(status, headers.to_wsgi_list())
        return [text]

    return changing
