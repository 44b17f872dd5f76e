"""The front: every request passes it; it keeps the journal, makes trouble, and lets browsers in."""

from __future__ import annotations

from http.client import responses
from time import perf_counter, time
from typing import TYPE_CHECKING, Any, Final
from urllib.parse import unquote

from seqruns_mock.core.refusal import Refusal, render_refusal
from seqruns_mock.http.app import ABOUT, JSON, OUTCOME
from seqruns_mock.http.cors import is_preflight
from seqruns_mock.http.journal import Entry, Outcome, kept, sequence_in, shown_headers
from seqruns_mock.http.redaction import headers_of, masker_of
from seqruns_mock.trouble.trouble import parse_troubles_of_one_request
from seqruns_mock.trouble.troubles import TROUBLE_HEADER

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence
    from wsgiref.types import StartResponse, WSGIApplication, WSGIEnvironment

    from seqruns_mock.http.cors import Cors
    from seqruns_mock.http.state import MockState
    from seqruns_mock.trouble.effect import Effect
    from seqruns_mock.trouble.trouble import Trouble

ENDPOINT: Final = ("/v1/", "/gallery/")
"""Where the paths begin that the troubles are about."""
_UNTOLD: Final = frozenset({*ABOUT, "/favicon.ico"})
"""Paths that are in no journal, beside those of the desk: what looks at the mock, and not what a client does."""
WIRE: Final = "seqruns_mock.wire"
"""Where in the WSGI environ the Effect is left for whoever sends the answer."""
_NO_OUTCOME: Final = Outcome()

Headers = list[tuple[str, str]]
WholeAnswer = tuple[str, Headers, list[bytes]]
"""Status line, headers, body."""


class Front:
    """The WSGI application of a whole mock: the endpoint, and the desk that is for people and tests."""

    def __init__(
        self,
        state: MockState,
        desk: WSGIApplication | None,
        *,
        observe: Callable[[Entry], None] | None = None,
        cors: Cors | None = None,
    ) -> None:
        self._state = state
        self._desk = desk
        self._observe = observe
        self._cors = cors

    def __call__(self, environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        """Answer a request."""
        path = environ["PATH_INFO"]
        if self._desk is not None and (path == "/" or path.startswith("/__mock__")):
            return self._desk(environ, start_response)
        begun = perf_counter()
        troubled = self._state.troubles.standing or TROUBLE_HEADER in environ
        if troubled and path.startswith(ENDPOINT) and not is_preflight(environ):
            status, headers, body, trouble = self._troubled(environ)
        else:
            status, headers, body = call(self._state.endpoint, environ)
            trouble = None
        if self._cors is not None and "HTTP_ORIGIN" in environ:
            headers += self._cors.headers_for(environ)
        if path not in _UNTOLD:
            effect = environ.get(WIRE)
            seconds = perf_counter() - begun + (effect.delay if effect else 0)
            code = None if effect and effect.drop else int(status[:3])
            self._record(environ, path, code, headers, seconds, trouble)
        start_response(status, headers)
        return body

    def _record(  # noqa: PLR0917 - called for every request, where names would cost
        self,
        environ: WSGIEnvironment,
        path: str,
        status: int | None,
        headers: Headers,
        seconds: float,
        trouble: str | None,
    ) -> None:
        journal = self._state.journal
        mask = masker_of(environ, self._state.mock.keys)
        outcome = environ.get(OUTCOME, _NO_OUTCOME)
        entry = Entry(
            journal.next_id(),
            time(),
            mask(environ["REQUEST_METHOD"]),
            kept(path, mask),
            kept(environ["QUERY_STRING"], mask),
            shown_headers(tuple(headers_of(environ).items()), mask),
            status,
            () if status is None else headers,
            seconds,
            outcome,
            trouble,
        )
        journal.add(entry)
        if self._observe is not None:
            self._observe(entry)

    def _troubled(self, environ: WSGIEnvironment) -> tuple[str, Headers, list[bytes], str | None]:
        """Return the answer with the troubles that happen to this request."""
        try:
            troubles = self._troubles_of(environ)
        except ValueError as problem:
            mask = masker_of(environ, self._state.mock.keys)
            refusal = Refusal(422, mask(f"X-Mock-Trouble: {problem}."))
            return *refused(environ, refusal), None
        effect = self._state.troubles.effect_of(troubles)
        query_string = environ["QUERY_STRING"]
        if effect.refusal is not None:
            status, headers, body = refused(environ, effect.refusal)
        else:
            environ["QUERY_STRING"] = shifted(query_string, effect.shift)
            status, headers, body = call(self._state.endpoint, environ)
            environ["QUERY_STRING"] = query_string
        if effect.travels_badly:
            environ[WIRE] = effect
        if effect.delay:
            headers.append(("Server-Timing", f"trouble;dur={effect.delay * 1e3:.3f}"))
        return status, *changed(headers, body, effect), "+".join(trouble.kind for trouble in troubles) or None

    def _troubles_of(self, environ: WSGIEnvironment) -> list[Trouble]:
        own = parse_troubles_of_one_request(environ.get(TROUBLE_HEADER, ""))
        return self._state.troubles.strike(sequence_in(environ["PATH_INFO"])) + own


def call(app: WSGIApplication, environ: WSGIEnvironment) -> WholeAnswer:
    """Return the whole answer of an application."""
    started: list[Any] = []

    def start_response(status: str, headers: Headers, _exc_info: Any = None, /) -> Callable[[bytes], object]:
        started[:] = status, headers
        return written.append

    written: list[bytes] = []
    body = app(environ, start_response)
    if not isinstance(body, list):
        chunks = [*written, *body]
        getattr(body, "close", bool)()
        body = chunks
    return started[0], started[1], body


def refused(environ: WSGIEnvironment, refusal: Refusal) -> WholeAnswer:
    """Return the answer that a refusal comes to."""
    body = render_refusal(refusal)
    environ[OUTCOME] = Outcome(None, None, refusal.descriptions)
    headers = [("Content-Type", JSON), ("Content-Length", str(len(body))), *refusal.headers.items()]
    status = f"{refusal.status} {responses.get(refusal.status, 'Trouble')}"
    return status, headers, [] if environ["REQUEST_METHOD"] == "HEAD" else [body]


def changed(headers: Headers, body: Sequence[bytes], effect: Effect) -> tuple[Headers, list[bytes]]:
    """Return headers and body as an effect leaves them; an edited body has its own length."""
    if effect.content_type is not None:
        headers = [*(pair for pair in headers if pair[0] != "Content-Type"), ("Content-Type", effect.content_type)]
    whole = b"".join(body)
    if effect.edit is not None and whole:
        whole = effect.edit(whole)
        headers = [*(pair for pair in headers if pair[0] != "Content-Length"), ("Content-Length", str(len(whole)))]
    return headers, [whole]


def shifted(query_string: str, runs: int) -> str:
    """Return a query string whose offset, where there is one, is so many runs smaller."""
    pairs = query_string.split("&")
    named = [place for place, pair in enumerate(pairs) if unquote(pair.partition("=")[0]) == "offset"]
    offset = unquote(pairs[named[-1]].partition("=")[2]) if named else ""
    if not runs or not offset.isdecimal() or not offset.isascii():
        return query_string
    # No store has 10**18 runs, and Python refuses to read thousands of digits.
    past = int(offset) if len(offset) <= 18 else 10**18
    pairs[named[-1]] = f"offset={max(0, past - runs)}"
    return "&".join(pairs)
