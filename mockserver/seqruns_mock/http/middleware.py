"""The middleware around the endpoint: the journal, troubles and CORS."""

from __future__ import annotations

import re
from dataclasses import replace
from functools import partial
from time import perf_counter, time
from typing import TYPE_CHECKING, Final
from urllib.parse import unquote

from seqruns_mock.core.refusal import Refusal
from seqruns_mock.http.answer import PROTECTION, Answer, call, refuse
from seqruns_mock.http.app import ABOUT
from seqruns_mock.http.cors import is_preflight
from seqruns_mock.http.journal import Entry, parse_sequence_id, render_headers, render_text
from seqruns_mock.http.redaction import headers_of, redactor_of
from seqruns_mock.trouble.trouble import parse_troubles_of_one_request
from seqruns_mock.trouble.troubles import TROUBLE_HEADER

if TYPE_CHECKING:
    from collections.abc import Callable
    from wsgiref.types import StartResponse, WSGIApplication, WSGIEnvironment

    from seqruns_mock.http.cors import Cors
    from seqruns_mock.http.journal import Journal
    from seqruns_mock.http.state import MockState
    from seqruns_mock.trouble.effect import Effect
    from seqruns_mock.trouble.trouble import Trouble

ENDPOINT: Final = ("/v1/", "/gallery/")
"""The paths that troubles happen to."""
_PAGE: Final = frozenset({"/", ""})
"""The paths of the page; below a base path or in a session its slash may be missing, and Flask sends there."""
_UNRECORDED: Final = frozenset({*ABOUT, "/favicon.ico"})
"""Paths that the journal leaves out, beside those of the control app: people and tools that look at the mock itself."""
SMALL_BODY: Final = 64 * 1024
"""Bytes of a body where none is needed, or one of a few settings."""
LARGE_BODY: Final = 256 * 1024 * 1024
"""Bytes of a body of runs; a million runs are larger, and are better given as a file."""
_GIVEN_RUNS: Final = re.compile(r"/__mock__/sequences/[^/]+/runs")


_DELAYED: Final = "seqruns_mock.delayed"
"""Where in the environ of a delayed request is what notes the end of the delay."""


class Middleware:
    """The application of a whole mock: the endpoint, and the control app for people and tests."""

    def __init__(
        self,
        state: MockState,
        control: WSGIApplication | None,
        *,
        observe: Callable[[Entry], None] | None = None,
        cors: Cors | None = None,
        check_host: Callable[[WSGIEnvironment], None] | None = None,
        check_control: Callable[[WSGIEnvironment], None] | None = None,
    ) -> None:
        self._state = state
        self._control = control
        self._observe = observe
        self._cors = cors
        self._check_host = check_host
        """Raises Refusal for a request of the endpoint to a host that is none of this mock's."""
        self._check_control = check_control
        """Raises Refusal for a request that must not reach the control API."""

    def __call__(self, environ: WSGIEnvironment, start_response: StartResponse) -> list[bytes]:
        """Answer a WSGI server, or a client in this process."""
        return self.answer(environ).send(start_response)

    def most_read(self, environ: WSGIEnvironment, /) -> int:
        """Return how many bytes of a body the server reads: many only of runs, from one who may give them."""
        # Asked before the body is read: a stranger must not make the mock hold 256 MB.
        if self._check_control is None or not _GIVEN_RUNS.fullmatch(environ["PATH_INFO"]):
            return SMALL_BODY
        try:
            self._check_control(environ)
        except Refusal:
            return SMALL_BODY
        return LARGE_BODY

    def end_delay(self, environ: WSGIEnvironment, /, *, left: bool) -> None:
        """Show a delayed request to the observer, now that it is known whether its client has left."""
        environ[_DELAYED](left=left)

    def answer(self, environ: WSGIEnvironment, refusal: Refusal | None = None, /) -> Answer:
        """Return the answer to a request; `refusal` stands for one that the adapter could not read."""
        path = environ["PATH_INFO"]
        refusal = refusal or self._refusal_of_host(environ, path)
        # The control API and the page have their own headers and stay out of the journal, which is about the client
        # under test.
        if self._control is not None and refusal is None and (path in _PAGE or path.startswith("/__mock__")):
            return call(self._control, environ)
        begun = perf_counter()
        trouble = None
        if refusal is not None:
            answer = refuse(environ, self._state.mock.keys, refusal)
        elif self._is_troubled(environ, path):
            answer, trouble = self._answer_with_troubles(environ)
        else:
            answer = self._state.endpoint(environ)
        cors = self._cors.headers_for(environ) if self._cors is not None and "HTTP_ORIGIN" in environ else ()
        # Last, so that refusals and troubles have them as well: without CORS a page sees "network error" instead of the
        # 429.
        headers = [*answer.headers, *PROTECTION, *cors]
        answer = Answer(answer.status, headers, answer.body, answer.effect, answer.outcome)
        if path not in _UNRECORDED:
            self._record(environ, path, answer, perf_counter() - begun, trouble)
        return answer

    def _refusal_of_host(self, environ: WSGIEnvironment, path: str) -> Refusal | None:
        host = environ.get("HTTP_HOST")
        if host is None:
            if environ["SERVER_PROTOCOL"] == "HTTP/1.1":
                return Refusal(400, "A request of HTTP/1.1 names its host: the header Host is missing.")
        elif "," in host:  # headers of one name are joined by commas, which no host has
            return Refusal(400, "A request names one host: the header Host is there more than once.")
        if self._check_host is not None and path.startswith(ENDPOINT):
            try:
                self._check_host(environ)
            except Refusal as refusal:
                return refusal
        return None

    def _record(self, environ: WSGIEnvironment, path: str, answer: Answer, seconds: float, trouble: str | None) -> None:
        journal, effect = self._state.journal, answer.effect
        redact = redactor_of(environ, self._state.mock.keys)
        dropped = effect is not None and effect.is_lost
        entry = Entry(
            journal.next_id(),
            time(),
            redact(environ["REQUEST_METHOD"]),
            render_text(path, redact),
            render_text(environ["QUERY_STRING"], redact),
            render_headers(tuple(headers_of(environ).items()), redact),
            None if dropped else answer.status,
            () if dropped else answer.headers,
            seconds + (effect.delay if effect else 0),
            answer.outcome,
            trouble,
        )
        journal.add(entry)
        # Observed once the delay is over: only then is it known whether the client has waited.
        if effect is not None and effect.delay:
            environ[_DELAYED] = partial(self._end_delay, journal, entry)
        elif self._observe is not None:
            self._observe(entry)

    def _end_delay(self, journal: Journal, entry: Entry, *, left: bool) -> None:
        if left:
            entry = journal.mark_left(entry)
        if self._observe is not None:
            self._observe(entry)

    def _is_troubled(self, environ: WSGIEnvironment, path: str) -> bool:
        # A preflight is the browser's own question; a page whose preflight failed would never send its request.
        troubled = self._state.troubles.standing or TROUBLE_HEADER in environ
        return bool(troubled) and path.startswith(ENDPOINT) and not is_preflight(environ)

    def _answer_with_troubles(self, environ: WSGIEnvironment) -> tuple[Answer, str | None]:
        """Return the answer with the troubles that happen to this request, and their kinds."""
        keys = self._state.mock.keys
        try:
            troubles = self._troubles_of(environ)
        except ValueError as problem:
            return refuse(environ, keys, Refusal(422, f"X-Mock-Trouble: {problem}.")), None
        effect = self._state.troubles.effect_of(troubles)
        query_string = environ["QUERY_STRING"]
        if effect.refusal is not None:
            answer = refuse(environ, keys, effect.refusal)
        else:
            # For the endpoint only: the journal shows what the client sent.
            environ["QUERY_STRING"] = shift_offset(query_string, effect.shift)
            answer = self._state.endpoint(environ)
            environ["QUERY_STRING"] = query_string
        return apply_effect(answer, effect), "+".join(trouble.kind for trouble in troubles) or None

    def _troubles_of(self, environ: WSGIEnvironment) -> list[Trouble]:
        own = parse_troubles_of_one_request(environ.get(TROUBLE_HEADER, ""))
        has_body = environ["REQUEST_METHOD"] != "HEAD"
        # The header's troubles come last, as the later one of two wins (`Effect.and_then`).
        return self._state.troubles.strike(parse_sequence_id(environ["PATH_INFO"]), has_body=has_body) + own


def apply_effect(answer: Answer, effect: Effect) -> Answer:
    """Return an answer with an effect applied; an edited body gets its own Content-Length."""
    pairs, body = [*answer.headers], answer.body
    if effect.delay:
        pairs.append(("Server-Timing", f"trouble;dur={effect.delay * 1e3:.3f}"))
    if effect.content_type is not None:
        pairs = [*(pair for pair in pairs if pair[0] != "Content-Type"), ("Content-Type", effect.content_type)]
    if effect.headers:
        own = {name.lower() for name, _ in effect.headers}
        pairs = [*(pair for pair in pairs if pair[0].lower() not in own), *effect.headers]
    if effect.edit is not None and body:
        body = effect.edit(body)
        pairs = [*(pair for pair in pairs if pair[0] != "Content-Length"), ("Content-Length", str(len(body)))]
    # What is a matter of headers and body is done by now; the adapter need not know of it.
    on_the_wire = effect if effect.travels_badly else answer.effect
    return replace(answer, headers=pairs, body=body, effect=on_the_wire)


def shift_offset(query_string: str, runs: int) -> str:
    """Return a query string whose offset, if it has one, is so many runs smaller: `offset=50` becomes `offset=49`."""
    pairs = query_string.split("&")
    named = [place for place, pair in enumerate(pairs) if unquote(pair.partition("=")[0]) == "offset"]
    offset = unquote(pairs[named[-1]].partition("=")[2]) if named else ""
    if not runs or not offset.isdecimal() or not offset.isascii():
        return query_string
    # No store has 10**18 runs, and Python refuses to read thousands of digits.
    past = int(offset) if len(offset) <= 18 else 10**18
    pairs[named[-1]] = f"offset={max(0, past - runs)}"
    return "&".join(pairs)
