"""The RSGI adapter: from Granian's own interface to an environ, and from an answer to the wire.

Requests are answered one after the other on one thread, which is fastest and needs no locks; only waiting is
concurrent. WSGI could not do that: there a delayed answer holds the thread that the next request needs.
"""

from __future__ import annotations

import asyncio
import sys
from contextlib import suppress
from io import BytesIO
from typing import TYPE_CHECKING, Any, Final

from seqruns_mock.core.refusal import Refusal
from seqruns_mock.http.authentication import KEY_VARIABLE, UNDERSCORED
from seqruns_mock.http.redaction import HEADERS
from seqruns_mock.server.sockets import close_connection_from

if TYPE_CHECKING:
    from collections.abc import Callable

    from seqruns_mock.http.answer import Answer, Application
    from seqruns_mock.trouble.effect import Effect

PATIENCE: Final = 10.0
"""Seconds in which the next part of a body must come."""
_ON_THE_WAY: Final = 0.05
"""Seconds that what was sent has to leave before the connection is closed."""
_LOOK_EVERY: Final = 0.02
"""Seconds between two looks whether it is time to answer."""
_BODILESS: Final = frozenset({"GET", "HEAD", "OPTIONS"})
_NAMES: Final[dict[str, str]] = {}
_ALWAYS: Final[dict[str, Any]] = {
    "SCRIPT_NAME": "",
    "SERVER_SOFTWARE": "Granian",
    "wsgi.version": (1, 0),
    "wsgi.errors": sys.stderr,
    "wsgi.input_terminated": True,
    "wsgi.multithread": False,
    "wsgi.multiprocess": False,
    "wsgi.run_once": False,
}


class Adapter:
    """An RSGI application around an application of ours."""

    def __init__(self, app: Application) -> None:
        self._app = app
        self._stopping = asyncio.Event()

    def stop(self) -> None:
        """End every delay; the connections of those who wait are closed."""
        self._stopping.set()

    async def __rsgi__(self, scope: Any, protocol: Any) -> None:
        """Answer a request."""
        environ, refusal = environ_of(scope), None
        # A GET's body is not read at all, as any server may ignore it; so the usual request awaits nothing.
        if scope.method not in _BODILESS:
            try:
                body = await _read(protocol, environ["CONTENT_LENGTH"], self._app.most_read(environ))
                environ["wsgi.input"] = BytesIO(body)
                environ["CONTENT_LENGTH"] = str(len(body))
            except Refusal as refused:
                refusal = refused
        answer = self._app.answer(environ, refusal)
        effect = answer.effect
        if effect is None:
            protocol.response_bytes(answer.status, answer.headers, answer.body)
            return
        if effect.delay:
            left = not await self._wait(protocol, effect.delay)
            self._app.end_delay(environ, left=left)
            if left:
                return
        # From here on the order matters: `raw` and a lost answer bypass the server library, and a stop ends whatever
        # waits.
        if effect.raw is not None:
            close_connection_from(scope.client, after=effect.raw(answer.status, answer.body))
        elif effect.is_lost or self._stopping.is_set():
            close_connection_from(scope.client, reset=effect.reset)
        elif effect.until is not None:
            await self._answer_when_it_is_time(protocol, answer, effect.until)
        else:
            await self._send_badly(protocol, answer, effect)

    async def _answer_when_it_is_time(self, protocol: Any, answer: Answer, until: Callable[[], bytes | None]) -> None:
        """Look again and again, for as long as the client waits."""
        while (body := until()) is None:
            if self._stopping.is_set() or not await self._wait(protocol, _LOOK_EVERY):
                return
        headers = [pair for pair in answer.headers if pair[0] != "Content-Length"]
        protocol.response_bytes(answer.status, [*headers, ("Content-Length", str(len(body)))], body)

    async def _wait(self, protocol: Any, seconds: float) -> bool:
        """Wait, but not past the end of the server; return whether the client has waited as well."""
        left = asyncio.ensure_future(protocol.client_disconnect())
        stopping = asyncio.ensure_future(self._stopping.wait())
        try:
            await asyncio.wait([left, stopping], timeout=seconds, return_when=asyncio.FIRST_COMPLETED)
            # True also where the server stops: that is for the caller to look at.
            return not left.done()
        finally:
            left.cancel()
            stopping.cancel()

    async def _send_badly(self, protocol: Any, answer: Answer, effect: Effect) -> None:
        status, headers, body = answer.status, answer.headers, answer.body
        if effect.cut is None and effect.pieces == 1:
            protocol.response_bytes(status, headers, body)
            return
        # A body shorter than its Content-Length makes the server close the connection, which is what a cut is.
        end = len(body) if effect.cut is None else int(len(body) * effect.cut)
        pieces = max(1, min(effect.pieces, end))
        stream, clock = protocol.response_stream(status, headers), asyncio.get_running_loop().time
        begun = clock()
        with suppress(Exception):  # the client may be gone, which is no trouble of ours
            for piece in range(pieces):
                if piece:
                    await self._sleep(begun + effect.during * piece / (pieces - 1) - clock())
                await stream.send_bytes(body[end * piece // pieces : end * (piece + 1) // pieces])
            if end < len(body):
                # The server drops what is still on its way, even the headers, when it closes the connection.
                await self._sleep(_ON_THE_WAY)

    async def _sleep(self, seconds: float) -> None:
        """Wait, but not past the end of the server."""
        if seconds > 0:
            with suppress(TimeoutError):
                await asyncio.wait_for(self._stopping.wait(), seconds)


def environ_of(scope: Any) -> dict[str, Any]:
    """Return the WSGI environ of an RSGI scope (PEP 3333: text is bytes read as Latin-1)."""
    server, _, port = scope.server.rpartition(":")
    environ = dict(_ALWAYS)
    environ["REQUEST_METHOD"] = scope.method
    path = scope.path
    environ["PATH_INFO"] = path if path.isascii() else path.encode().decode("latin-1")
    query_string = scope.query_string
    environ["QUERY_STRING"] = query_string if query_string.isascii() else query_string.encode().decode("latin-1")
    environ["SERVER_PROTOCOL"] = "HTTP/" + scope.http_version
    environ["SERVER_NAME"] = server
    environ["SERVER_PORT"] = port
    environ["REMOTE_ADDR"] = scope.client.rpartition(":")[0]
    environ["wsgi.url_scheme"] = scope.scheme
    environ["wsgi.input"] = BytesIO()
    headers: dict[str, str] = {}
    for name, value in scope.headers.items():
        if "_" in name:  # it would pass for the one with a hyphen, which it is not
            if name.upper() == KEY_VARIABLE[5:]:
                environ[UNDERSCORED] = value
            continue
        key = _NAMES.get(name) or _name(name)
        # Of a header that is repeated the values are joined, as PEP 3333 and RFC 9110 have it.
        headers[key] = f"{headers[key]},{value}" if key in headers else value
    environ.update(headers)
    environ["CONTENT_TYPE"] = headers.get("HTTP_CONTENT_TYPE", "")
    environ["CONTENT_LENGTH"] = headers.get("HTTP_CONTENT_LENGTH", "")
    environ[HEADERS] = headers
    return environ


def _name(header: str) -> str:
    """Return the name of a header in an environ, and remember it unless there are very many."""
    name = "HTTP_" + header.upper().replace("-", "_")
    # A client that sends a new name each time must not fill the memory.
    if len(_NAMES) < 1000:
        _NAMES[header] = name
    return name


async def _read(protocol: Any, declared: str, most: int) -> bytes:
    """Return the body of a request. Raises Refusal 413 or 408 for one that is too large, or does not go on."""
    too_large = Refusal(413, f"The body has more than {most:,} bytes, which is the most that is read here.")
    # By what the client says first: a body that is declared too large is refused before any of it is read.
    if len(declared) > 18 or (declared.isdecimal() and int(declared) > most):
        raise too_large
    clock = asyncio.get_running_loop().time
    body = bytearray()
    try:
        async with asyncio.timeout(PATIENCE) as limit:
            async for chunk in protocol:
                limit.reschedule(clock() + PATIENCE)
                body += chunk
                if len(body) > most:
                    raise too_large
    except TimeoutError:
        raise Refusal(408, f"The body did not go on for {PATIENCE:g} seconds.") from None
    return bytes(body)
