"""The endpoint as a Flask application: the rim between HTTP and the pipeline."""

from __future__ import annotations

from functools import partial
from time import perf_counter
from typing import TYPE_CHECKING, Any, Final

import orjson
from flask import Flask, Response, request
from werkzeug.datastructures import Headers
from werkzeug.exceptions import HTTPException

from seqruns.document import OPERATION_PATH, render_yaml
from seqruns_mock.core.refusal import Refusal
from seqruns_mock.http.answer import JSON, NO_OUTCOME, Answer, Outcome, Whole, call, refuse
from seqruns_mock.http.authentication import has_key
from seqruns_mock.http.document import served_document
from seqruns_mock.http.hints import find_hint_on_key, find_hints
from seqruns_mock.http.redaction import redactor_of

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping
    from wsgiref.types import StartResponse, WSGIEnvironment

    from seqruns_mock.http.answer import Handler
    from seqruns_mock.http.pipeline import Mock
    from seqruns_mock.trouble.effect import Effect

BASE_PATH: Final = "/v1"
"""What a base URL ends in."""
HINT_HEADER: Final = "X-Mock-Hint"


class Reply(Response):
    """A Flask response that becomes an answer."""

    def __init__(
        self,
        body: bytes,
        status: int = 200,
        headers: Iterable[tuple[str, str]] = (),
        content_type: str = JSON,
        *,
        outcome: Outcome = NO_OUTCOME,
        effect: Effect | None = None,
    ) -> None:
        pairs = [("Content-Type", content_type), ("Content-Length", str(len(body))), *headers]
        super().__init__(None, status, Headers(pairs))
        self._body = body
        self._outcome = outcome
        self._effect = effect

    @classmethod
    def of(cls, answer: Answer) -> Reply:
        """Return the response around an answer."""
        reply = cls(answer.body, answer.status, (), outcome=answer.outcome)
        reply.headers = Headers(answer.headers)
        return reply

    def __call__(self, environ: WSGIEnvironment, start_response: StartResponse) -> Whole:
        """Return the body, which carries the whole answer through WSGI."""
        headers = self.headers.to_wsgi_list()
        body = b"" if environ["REQUEST_METHOD"] == "HEAD" else self._body
        start_response(self.status, headers)
        return Whole(Answer(self.status_code, headers, body, self._effect, self._outcome))


class Endpoint(Flask):
    """The Flask application of the endpoint, with a short way for the answers that count."""

    def __init__(self, mock: Mock) -> None:
        super().__init__("seqruns_mock", static_folder=None)
        # An empty sequence id is an unknown sequence, not a reason to redirect.
        self.url_map.merge_slashes = False
        self.mock = mock
        self.answer: Handler = self.answer_request
        """The handler of a request; a fault wraps it in another."""

    def answer_request(self, environ: WSGIEnvironment) -> Answer:
        """Return the answer to a request.

        A GET of runs does not pass through Flask, whose contexts and routing take longer than the whole answer:
        `/v1/sequences/SALE/sequence_runs` is answered here. Flask has a view for it, too, which answers the same, and
        does the rest: another method, another path, or one that must be decoded first.
        """
        path = environ["PATH_INFO"]
        if environ["REQUEST_METHOD"] == "GET" and path.startswith(_BEFORE_ID) and path.endswith(_AFTER_ID):
            sequence_id = path[len(_BEFORE_ID) : -len(_AFTER_ID)]
            # Only what needs no decoding and no judgement; Flask's own rules are to decide about anything else.
            if sequence_id and "/" not in sequence_id and path.isascii():
                return self._list_runs(environ, sequence_id)
        misspelt = self._refusal_of_spelling(environ)
        return refuse(environ, self.mock.keys, misspelt) if misspelt else call(super().wsgi_app, environ)

    def _refusal_of_spelling(self, environ: WSGIEnvironment) -> Refusal | None:
        """Return the refusal of what only Werkzeug takes for another spelling: `get` of `GET`, `//v1/…` of `/v1/…`."""
        path, method = (redactor_of(environ, self.mock.keys)(environ[name]) for name in ("PATH_INFO", "REQUEST_METHOD"))
        if path.startswith("//"):
            return Refusal(404, _nothing_at(path))
        if not method.isupper():
            return Refusal(
                405, f"{method[:40]!r} is not allowed here; methods have capitals.", headers={"Allow": _ALLOWED}
            )
        return None

    def _list_runs(self, environ: WSGIEnvironment, sequence_id: str) -> Answer:
        try:
            return list_runs(self.mock, environ, sequence_id)
        # The one broad net, where a mistake of the mock becomes a 500 in the contract's shape instead of a closed
        # connection.
        except Exception:
            self.logger.exception("The endpoint failed.")
            return refuse(environ, self.mock.keys, Refusal(500, _FAILED))

    def wsgi_app(self, environ: WSGIEnvironment, start_response: StartResponse) -> list[bytes]:
        """Answer a WSGI server, or a client in this process."""
        return self.answer(environ).send(start_response)


_BEFORE_ID, _AFTER_ID = (BASE_PATH + OPERATION_PATH).split("{sequence_id}")
_ALLOWED: Final = "GET, HEAD, OPTIONS"
_FAILED: Final = "The mock itself failed; its console says where. Please report it."


def create_app(mock: Mock) -> Endpoint:
    """Return the application that serves `mock`: the endpoint, its document and a health check."""
    app = Endpoint(mock)
    path = BASE_PATH + OPERATION_PATH.replace("{sequence_id}", "<sequence_id>")

    @app.get(path, endpoint="getSequenceRuns")
    def list_sequence_runs(sequence_id: str) -> Reply:
        return Reply.of(list_runs(mock, request.environ, sequence_id))

    for rule, view in ABOUT.items():
        app.add_url_rule(rule, view.__name__, partial(view, mock))
    app.register_error_handler(HTTPException, partial(http_error, mock))
    return app


def list_runs(mock: Mock, environ: WSGIEnvironment, sequence_id: str) -> Answer:
    """Return the answer to a request for the runs of a sequence."""
    pipeline = mock.pipeline
    begun = perf_counter()
    try:
        store, query = pipeline.receive(mock, environ, sequence_id)
        parsed = perf_counter()
        selection = pipeline.select(store, query)
        selected = perf_counter()
        body = pipeline.render(store, selection)
    except Refusal as refusal:
        return _refuse(mock, environ, refusal, perf_counter() - begun)
    hints = find_hints(store, query, selection)
    if hints:
        # Few answers have hints, and the others are made in microseconds: a redactor would be a good part of that.
        hints = tuple(map(redactor_of(environ, mock.keys), hints))
    timing = _server_timing(begun, parsed, selected, perf_counter())
    outcome = Outcome(selection.total, len(selection.rows), (), hints)
    headers = [("Content-Type", JSON), ("Content-Length", str(len(body))), timing, *map(_hint_header, hints)]
    return Answer(200, headers, body, None, outcome)


def _server_timing(begun: float, parsed: float, selected: float, rendered: float) -> tuple[str, str]:
    """Return the header with the milliseconds that each step took."""
    parse, select, render = ((parsed - begun) * 1e3, (selected - parsed) * 1e3, (rendered - selected) * 1e3)
    return "Server-Timing", f"parse;dur={parse:.3f}, select;dur={select:.3f}, render;dur={render:.3f}"


def _hint_header(hint: str) -> tuple[str, str]:
    """Return a hint as a header; a full stop ends it for clients that join headers by commas."""
    return HINT_HEADER, hint if hint.endswith("?") else f"{hint}."


def _refuse(mock: Mock, environ: WSGIEnvironment, refusal: Refusal, seconds: float) -> Answer:
    """Return the answer to a refused request that took so many seconds; a 401 gets a hint."""
    hints = (find_hint_on_key(environ),) if refusal.status == 401 else ()
    headers = [("Server-Timing", f"refuse;dur={seconds * 1e3:.3f}"), *map(_hint_header, hints)]
    return refuse(environ, mock.keys, refusal, mock.pipeline.refuse, headers, hints)


def healthz(_: Mock) -> Reply:
    """Return a 200 that says the server is up."""
    return Reply(b'{"status":"ok"}')


def openapi_json(mock: Mock) -> Reply:
    """Return the contract document as JSON, as this mock serves it."""
    return Reply(orjson.dumps(_document(mock)))


def openapi_yaml(mock: Mock) -> Reply:
    """Return the contract document as YAML, as this mock serves it."""
    return Reply(render_yaml(_document(mock)), content_type="application/yaml")


def _document(mock: Mock) -> dict[str, Any]:
    base_url = request.root_url.rstrip("/") + BASE_PATH
    return served_document(base_url, mock.stores, has_key=has_key(request.environ, mock.keys))


ABOUT: Final[Mapping[str, Callable[[Mock], Reply]]] = {
    "/healthz": healthz,
    "/openapi.json": openapi_json,
    "/openapi.yaml": openapi_yaml,
}
"""Paths beside the endpoint, which are about the mock itself."""


_RUNS: Final = f"the runs are at %s{BASE_PATH}{OPERATION_PATH}"


def _nothing_at(path: str, root: str = "", elsewhere: str = _RUNS) -> str:
    return f"There is nothing at {path[:200]}; {elsewhere.replace('%s', root)}."


def http_error(mock: Mock, error: HTTPException, *, elsewhere: str = _RUNS) -> Reply:
    """Return the errors of Flask and Werkzeug (404, 405, 500) in the contract's error shape.

    `elsewhere` says in a 404 where something is, with `%s` for what stands in front of every path.
    """
    status = error.code or 500
    allowed = ", ".join(sorted(getattr(error, "valid_methods", None) or ()))
    redact = redactor_of(request.environ, mock.keys)  # before truncation, which could leave half a key
    path, method = redact(request.root_path + request.path), redact(request.method)
    words = {
        404: _nothing_at(path, request.root_path, elsewhere),
        405: f"{method[:40]} is not allowed here; use one of {allowed}.",
        500: _FAILED,
    }.get(status, error.description or error.name)
    refusal = Refusal(status, words, headers={"Allow": allowed} if allowed else {})
    return Reply.of(refuse(request.environ, mock.keys, refusal))
