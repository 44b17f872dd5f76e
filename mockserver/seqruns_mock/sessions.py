"""Sessions: mocks of their own below `/sessions/NAME/`, so that parallel tests do not disturb each other."""

from __future__ import annotations

import asyncio
import re
from dataclasses import dataclass, field
from time import monotonic
from typing import TYPE_CHECKING, Any, Final, Protocol

from seqruns_mock.core.refusal import Refusal, quote
from seqruns_mock.core.simulation import TICK
from seqruns_mock.http.authentication import authenticate
from seqruns_mock.http.state import MockState

if TYPE_CHECKING:
    from collections.abc import Iterator
    from wsgiref.types import StartResponse, WSGIEnvironment

    from seqruns_mock.http.answer import Answer
    from seqruns_mock.http.middleware import Middleware

PREFIX: Final = "/sessions/"
HEADER: Final = "HTTP_X_MOCK_SESSION"
"""The header of a request that belongs to a session whatever its path is."""
MOST: Final = 200
"""Sessions at once; one more ends the one that has been idle for longest."""
FORWARDED: Final = "HTTP_X_FORWARDED_PREFIX"
"""The header of a reverse proxy that has taken a prefix from the path."""
_PREFIX: Final = re.compile(r"(/[\w.~-]+)+", re.ASCII)
IDLE: Final = 3600.0
"""Seconds without a request after which a session ends."""
_NAME: Final = re.compile(r"[\w.~-]{1,100}", re.ASCII)


class CreateMiddleware(Protocol):
    """What makes the application of the mock, or of one session of it."""

    def __call__(self, state: MockState, sessions: Sessions | None = None, *, name: str | None = None) -> Middleware:
        """Return the application of a state: that of the mock with its sessions, or that of the session `name`."""
        ...


@dataclass(slots=True, kw_only=True)
class Session:
    """A mock of its own: the state of the mock as it was when the session was first used, and what came since."""

    name: str
    state: MockState
    app: Middleware
    used: float = field(default_factory=monotonic)
    """When its latest request came, on the monotonic clock."""

    def as_json(self) -> dict[str, Any]:
        """Return the session for the control API."""
        return {
            "name": self.name,
            "path": PREFIX + self.name,
            "requests": self.state.journal.last,
            "troubles": len(self.state.troubles.standing),
            "idle_seconds": round(monotonic() - self.used, 3),
        }


class Sessions:
    """The application of a mock and all its sessions.

    A request for `/sessions/ci-7/v1/…` is one for `/v1/…` of the session `ci-7`; so is one for `/v1/…` with the header
    `X-Mock-Session: ci-7`. All others are for the mock itself. With a base path they all begin with it.
    """

    def __init__(
        self, state: MockState, create: CreateMiddleware, *, guarded: bool = False, base_path: str = ""
    ) -> None:
        """Take the state of the mock itself; `guarded`, a session is begun by those who have a key."""
        self._state = state
        self._create = create
        self._guarded = guarded
        self._base_path = base_path
        self._sessions: dict[str, Session] = {}
        self._main = create(state, self)

    def __call__(self, environ: WSGIEnvironment, start_response: StartResponse) -> list[bytes]:
        """Answer a WSGI server, or a client in this process."""
        return self.answer(environ).send(start_response)

    def __iter__(self) -> Iterator[Session]:
        return iter(list(self._sessions.values()))

    def most_read(self, environ: WSGIEnvironment, /) -> int:
        """Return how many bytes of a body the server reads."""
        # A copy, as entering changes the path, and `answer` will enter again.
        environ = dict(environ)
        try:
            return self._enter(environ).most_read(environ)
        except Refusal:
            return self._main.most_read(environ)

    def end_delay(self, environ: WSGIEnvironment, /, *, left: bool) -> None:
        """Note that the delay of an answer is over, or that the client has left before, where its request is noted."""
        self._main.end_delay(environ, left=left)

    def answer(self, environ: WSGIEnvironment, refusal: Refusal | None = None, /) -> Answer:
        """Return the answer to a request, of the mock itself or of a session."""
        if not (
            self._base_path or HEADER in environ or FORWARDED in environ or environ["PATH_INFO"].startswith(PREFIX)
        ):
            return self._main.answer(environ, refusal)
        try:
            app = self._enter(environ)
        # A refusal, too, is an answer of the mock: with its journal, its CORS headers and its protection.
        except Refusal as elsewhere:
            return self._main.answer(environ, refusal or elsewhere)
        return app.answer(environ, refusal)

    def get(self, name: str) -> Session:
        """Return the session of a name, begun if it is new. Raises Refusal 404 for what cannot be a name."""
        if not _NAME.fullmatch(name):
            raise Refusal(404, f"{quote(name)} cannot be a session; a name is 1 to 100 letters, digits or . _ ~ -")
        session = self._sessions.get(name)
        if session is None:
            self.drop_idle()
            if len(self._sessions) >= MOST:
                self.end(min(self, key=lambda each: each.used).name)
            state = MockState(self._state.copy_as_start())
            session = Session(name=name, state=state, app=self._create(state, name=name))
            # A test that shares this process may have begun it on its own thread meanwhile.
            session = self._sessions.setdefault(name, session)
        session.used = monotonic()
        return session

    def end(self, name: str) -> bool:
        """End a session; return whether there was one. Its name begins another one when it is next used."""
        return self._sessions.pop(name, None) is not None

    def as_json(self) -> list[dict[str, Any]]:
        """Return the sessions for the control API."""
        self.drop_idle()
        return [session.as_json() for session in self]

    def drop_idle(self) -> None:
        """End the sessions that nobody has used for `IDLE` seconds."""
        for session in self:
            if monotonic() - session.used > IDLE:
                self.end(session.name)

    async def simulate(self) -> None:
        """Apply live events in every session as they become due, and end idle ones, until cancelled."""
        while True:
            await asyncio.sleep(TICK)
            self.drop_idle()
            for session in self:
                session.state.simulation.catch_up()

    def _enter(self, environ: WSGIEnvironment) -> Middleware:
        """Return the application for a request, whose path becomes relative to it (PEP 3333). Raises Refusal."""
        path, base_path = environ["PATH_INFO"], self._base_path
        # With the slashes, or `/mocks-2` would pass for something below `/mocks`.
        if not f"{path}/".startswith(f"{base_path}/"):
            raise Refusal(404, f"There is nothing at {quote(path)}; this mock is below {base_path}/.")
        path = path.removeprefix(base_path)
        # A header that anybody may send ends up in links, so it must look like a path.
        if _PREFIX.fullmatch(environ.get(FORWARDED, "")):
            base_path = environ[FORWARDED] + base_path
        app = self._main
        if path.startswith(PREFIX):
            name, slash, rest = path.removeprefix(PREFIX).partition("/")
            app = self._app_of_session(environ, name)
            base_path, path = base_path + PREFIX + name, slash + rest
        elif HEADER in environ:
            app = self._app_of_session(environ, environ[HEADER])
        environ["SCRIPT_NAME"], environ["PATH_INFO"] = base_path, path
        return app

    def _app_of_session(self, environ: WSGIEnvironment, name: str) -> Middleware:
        # A session costs memory, so strangers may not begin one; what is asked of one that is there, its own checks
        # decide.
        if self._guarded and name not in self._sessions:
            authenticate(environ, self._state.mock.keys)
        return self.get(name).app
