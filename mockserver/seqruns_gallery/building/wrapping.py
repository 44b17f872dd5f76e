"""Middlewares, for what happens around an answer: its headers, its bytes, a cache."""

from __future__ import annotations

from itertools import count
from typing import TYPE_CHECKING

from werkzeug.datastructures import Headers
from werkzeug.wrappers import Request, Response

from seqruns.document import OPERATION_PATH
from seqruns_mock.http.answer import NO_OUTCOME, Answer, Outcome

if TYPE_CHECKING:
    from collections.abc import Callable, Hashable
    from wsgiref.types import WSGIEnvironment

    from seqruns_gallery.building.exhibit import Wrap
    from seqruns_mock.http.answer import Handler
    from seqruns_mock.trouble.effect import Effect

_OPERATION = OPERATION_PATH.rpartition("/")[2]


class Amended(Response):
    """An answer that may be changed, with what happens to it on the wire."""

    effect: Effect | None = None
    outcome: Outcome = NO_OUTCOME


def around(handle: Callable[[Request, Callable[[], Amended]], Response]) -> Wrap:
    """Return a middleware out of a function that is given a request for runs and what answers it."""

    def wrap(answer: Handler) -> Handler:
        def wrapped(environ: WSGIEnvironment) -> Answer:
            # The document and the health check stay right, whatever is wrong with the runs.
            if not environ.get("PATH_INFO", "").endswith(_OPERATION):
                return answer(environ)
            return _answer_of(handle(Request(environ), lambda: _response_of(answer(environ))), environ)

        return wrapped

    return wrap


def _response_of(answer: Answer) -> Amended:
    response = Amended(answer.body, answer.status, Headers(answer.headers))
    response.effect, response.outcome = answer.effect, answer.outcome
    return response


def _answer_of(response: Response, environ: WSGIEnvironment) -> Answer:
    chunks, status, headers = response.get_wsgi_response(environ)
    effect, outcome = getattr(response, "effect", None), getattr(response, "outcome", NO_OUTCOME)
    return Answer(int(status[:3]), headers, b"".join(chunks), effect, outcome)


def amending(amend: Callable[[Response], Response | None], *, only: Callable[[int], bool] = bool) -> Wrap:
    """Return a middleware that changes each answer whose status is one of `only`."""

    def handle(_request: Request, answer: Callable[[], Response]) -> Response:
        response = answer()
        # `amend` changes the response in place, or returns another one.
        return (amend(response) or response) if only(response.status_code) else response

    return around(handle)


def every(nth: int, amend: Callable[[Response], Response | None]) -> Wrap:
    """Return a middleware that changes every so manieth answer."""

    def wrap(inner: Handler) -> Handler:
        # Each server has turns of its own, so the ninth answer is the ninth of one trial.
        turns = count(1)

        def handle(_request: Request, answer: Callable[[], Response]) -> Response:
            response = answer()
            return (amend(response) or response) if next(turns) % nth == 0 else response

        return around(handle)(inner)

    return wrap


def caching(key: Callable[[Request], Hashable], *, status: int = 200) -> Wrap:
    """Return a middleware that gives the first answer of one status to all requests with the same key, for ever."""

    def wrap(inner: Handler) -> Handler:
        held: dict[Hashable, tuple[bytes, str | None]] = {}

        def handle(request: Request, answer: Callable[[], Response]) -> Response:
            name = key(request)
            if name in held:
                body, content_type = held[name]
                return Response(body, status=status, content_type=content_type)
            response = answer()
            # A HEAD has no body to keep.
            if response.status_code == status and request.method == "GET":
                held[name] = response.get_data(), response.content_type
            return response

        return around(handle)(inner)

    return wrap


def is_error(status: int) -> bool:
    """Return whether an HTTP status is one of an error."""
    return status >= 400
