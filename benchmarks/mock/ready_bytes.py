"""The comparison: Flask on Granian, set up as the mock is, answering each page request with a file."""

from __future__ import annotations

import logging
import os
import sys
from pathlib import Path
from typing import TYPE_CHECKING

from flask import Flask, Response
from werkzeug.serving import make_server

from seqruns_mock.http.answer import call
from seqruns_mock.server.serve import hold_port, run_server

if TYPE_CHECKING:
    from wsgiref.types import WSGIApplication, WSGIEnvironment

    from seqruns_mock.http.answer import Answer


class Plain:
    """A WSGI application as the server of the mock takes it."""

    def __init__(self, app: WSGIApplication) -> None:
        self._app = app

    def most_read(self, _: WSGIEnvironment, /) -> int:
        """Return how many bytes of a body are read: none."""
        return 0

    def end_delay(self, _: WSGIEnvironment, /, *, left: bool) -> None:
        """Do nothing: no answer is delayed."""

    def answer(self, environ: WSGIEnvironment, _: object = None, /) -> Answer:
        """Return the answer."""
        return call(self._app, environ)


def create_app(body: bytes) -> Flask:
    """Return an application whose only answer is ready."""
    app = Flask("ready_bytes", static_folder=None)

    @app.get("/v1/sequences/<sequence_id>/sequence_runs")
    def list_sequence_runs(sequence_id: str) -> Response:  # noqa: ARG001 - the path has it
        return Response(body, content_type="application/json")

    return app


def main() -> None:
    """Serve a file on a port."""
    body, port = Path(sys.argv[1]).read_bytes(), int(sys.argv[2])
    if "--development" in sys.argv:
        logging.getLogger("werkzeug").setLevel(logging.ERROR)
        make_server("127.0.0.1", port, create_app(body), threaded=True).serve_forever()
    with hold_port("127.0.0.1", port) as (hosts, held):
        run_server(Plain(create_app(body)), hosts, held, ready=lambda: None)
        os._exit(0)  # as the mock does: Granian's threads end a moment later


if __name__ == "__main__":
    main()
