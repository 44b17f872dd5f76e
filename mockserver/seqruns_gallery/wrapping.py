"""WSGI middlewares, for what happens around an answer: its headers, its bytes, a cache."""

from __future__ import annotations

from itertools import count
from typing import TYPE_CHECKING

from werkzeug.datastructures import Headers
from werkzeug.wrappers import Request, Response

from seqruns.document import OPERATION_PATH
from seqruns_mock.http.middleware import call

if TYPE_CHECKING:
    from collections.abc import Callable, Hashable, Iterable
    from wsgiref.types import StartResponse, WSGIApplication, WSGIEnvironment

    from seqruns_gallery.exhibit import Wrap

_OPERATION = OPERATION_PATH.rpartition("/")[2]


def around(handle: Callable[[Request, Callable[[], Response]], Response]) -> Wrap:
    """Return a middleware out of a function that is given a request for runs and what answers it."""

    def wrap(app: WSGIApplication) -> WSGIApplication:
        def wrapped(environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
            if not environ.get("PATH_INFO", "").endswith(_OPERATION):
                return app(environ, start_response)
            response = handle(Request(environ), lambda: answer_of(app, environ))
            return response(environ, start_response)

        return wrapped

    return wrap


def answer_of(app: WSGIApplication, environ: WSGIEnvironment) -> Response:
    """Return the answer of an application, which may leave word in the environ itself."""
    status, headers, body = call(app, environ)
    return Response(body, status, Headers(headers))


def amending(amend: Callable[[Response], Response | None], *, only: Callable[[int], bool] = bool) -> Wrap:
    """Return a middleware that changes each answer whose status is one of `only`."""

    def handle(_request: Request, answer: Callable[[], Response]) -> Response:
        response = answer()
        return (amend(response) or response) if only(response.status_code) else response

    return around(handle)


def every(nth: int, amend: Callable[[Response], Response | None]) -> Wrap:
    """Return a middleware that changes every so manieth answer."""

    def wrap(app: WSGIApplication) -> WSGIApplication:
        turns = count(1)

        def handle(_request: Request, answer: Callable[[], Response]) -> Response:
            response = answer()
            return (amend(response) or response) if next(turns) % nth == 0 else response

        return around(handle)(app)

    return wrap


def caching(key: Callable[[Request], Hashable]) -> Wrap:
    """Return a middleware that gives the first 200 to all requests with the same key, for ever."""

    def wrap(app: WSGIApplication) -> WSGIApplication:
        held: dict[Hashable, tuple[bytes, str | None]] = {}

        def handle(request: Request, answer: Callable[[], Response]) -> Response:
            name = key(request)
            if name in held:
                body, content_type = held[name]
                return Response(body, content_type=content_type)
            response = answer()
            if response.status_code == 200 and request.method == "GET":
                held[name] = response.get_data(), response.content_type
            return response

        return around(handle)(app)

    return wrap


def is_error(status: int) -> bool:
    """Return whether an HTTP status is one of an error."""
    return status >= 400
