"""WSGI applications on real sockets, for tests that need a server of their own."""

from __future__ import annotations

import threading
from contextlib import contextmanager
from typing import TYPE_CHECKING

from werkzeug.serving import WSGIRequestHandler, make_server

if TYPE_CHECKING:
    from collections.abc import Iterator
    from wsgiref.types import WSGIApplication


class _Quiet(WSGIRequestHandler):
    """Logs nothing, and keeps connections open as servers do."""

    protocol_version = "HTTP/1.1"

    def log(self, type: str, message: str, *args: object) -> None:  # noqa: A002 - werkzeug's name
        """Say nothing."""


class _Old(_Quiet):
    """Speaks HTTP/1.0, so each answer ends with its connection."""

    protocol_version = "HTTP/1.0"


@contextmanager
def served(app: WSGIApplication, *, host: str = "127.0.0.1", is_old: bool = False) -> Iterator[str]:
    """Serve an application on a free port of loopback, in HTTP/1.0 if it `is_old`; yield its base URL, up to `/v1`."""
    server = make_server(host, 0, app, threaded=True, request_handler=_Old if is_old else _Quiet)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True)
    thread.start()
    try:
        yield f"http://{f'[{host}]' if ':' in host else host}:{server.server_port}/v1"
    finally:
        server.shutdown()
        thread.join()
        server.server_close()
