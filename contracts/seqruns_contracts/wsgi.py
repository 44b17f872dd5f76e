"""WSGI applications as targets: a Flask or Django project's own tests need no server."""

from __future__ import annotations

import sys
from io import BytesIO
from typing import TYPE_CHECKING, Any
from urllib.parse import unquote_to_bytes

from requests.adapters import HTTPAdapter
from urllib3 import HTTPHeaderDict, HTTPResponse
from werkzeug.test import EnvironBuilder, run_wsgi_app

from seqruns.target import Target

if TYPE_CHECKING:
    from wsgiref.types import WSGIApplication

    import requests

IN_PROCESS_URL = "http://wsgi.invalid"
"""The scheme and host under which an application in process is called; `.invalid` never leads anywhere."""


def wsgi_target(app: WSGIApplication, *, base_path: str = "/v1", **options: Any) -> Target:
    """Return a target that calls a WSGI application in this process, without a pause between requests.

    `base_path` is what stands before `/sequences/…`; `options` are those of `Target`, such as `key` and `headers`.
    An exception in the application comes out of the check, as in its own test client.
    """
    return Target(base_url=IN_PROCESS_URL + base_path, adapter=WSGIAdapter(app), **{"rate": 0.0} | options)


class WSGIAdapter(HTTPAdapter):
    """A transport of requests that calls a WSGI application."""

    def __init__(self, app: WSGIApplication) -> None:
        super().__init__()
        self.app = app
        self._environ = EnvironBuilder(base_url=IN_PROCESS_URL).get_environ()

    def send(self, request: requests.PreparedRequest, *_: Any, **__: Any) -> requests.Response:
        """Return the application's response to a request."""
        path, _question_mark, query = (request.url or "").removeprefix(IN_PROCESS_URL).partition("?")
        environ = {
            **self._environ,
            **{_variable(name): value for name, value in request.headers.items()},
            "REQUEST_METHOD": request.method,
            # WSGI holds bytes as Latin-1 text (PEP 3333): `%C3%9C` arrives as `Ã\x9c`.
            "PATH_INFO": unquote_to_bytes(path).decode("latin-1"),
            "QUERY_STRING": query,
            "REQUEST_URI": f"{path}?{query}" if query else path,
            "wsgi.input": BytesIO(),
            "wsgi.errors": sys.stderr,
        }
        # Buffered, so that an application that fails halfway raises here and not while its body is read.
        chunks, status, headers = run_wsgi_app(self.app, environ, buffered=True)
        # As WSGI servers do: an application may make a body for a HEAD, which none of them sends.
        body = b"" if request.method == "HEAD" else b"".join(chunks)
        raw = HTTPResponse(
            body=BytesIO(body),
            headers=HTTPHeaderDict(headers.to_wsgi_list()),
            status=int(status.split()[0]),
            reason=status.partition(" ")[2],
            version=11,
            preload_content=False,
            # An answer to HEAD names the length of a body that does not come: `Content-Length: 75884` and no bytes.
            request_method=request.method,
        )
        return self.build_response(request, raw)


def _variable(name: str) -> str:
    """Return what WSGI calls a header: `X-Token` is `HTTP_X_TOKEN` (PEP 3333)."""
    variable = name.upper().replace("-", "_")
    return variable if variable in {"CONTENT_TYPE", "CONTENT_LENGTH"} else f"HTTP_{variable}"
