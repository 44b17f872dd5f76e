"""The server: Granian inside this process, one thread for all requests, on a port that is ours."""

from __future__ import annotations

import asyncio
import signal
import socket
import sys
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from granian.constants import HTTPModes, Interfaces, SSLProtocols
from granian.net import SocketSpec  # type: ignore[attr-defined] # Granian's
from granian.server.embed import Server

from seqruns_mock.server.rsgi import Adapter
from seqruns_mock.server.sockets import close_connections_to
from seqruns_mock.server.threads import native_threads, wait_for_end_of

if TYPE_CHECKING:
    from collections.abc import Callable, Coroutine, Iterator
    from pathlib import Path
    from typing import Any

    from seqruns_mock.http.answer import Application

    Background = Callable[[], Coroutine[Any, Any, None]]


GRACE: Final = 0.3
"""Seconds that running answers have when the server stops; then as long for their connections to be closed."""


class _Server(Server):
    """Granian's server, without the socket that it makes to see whether it can, and never closes."""

    def _init_shared_socket(self) -> None:
        if sys.platform == "linux":
            self._ssp = SocketSpec(self.bind_addr, self.bind_port, self.backlog)  # type: ignore[assignment] # as above
        else:
            super()._init_shared_socket()  # type: ignore[no-untyped-call] # Granian's


@dataclass(frozen=True, slots=True, kw_only=True)
class Certificate:
    """The files of a TLS certificate, in PEM."""

    certificate: Path
    key: Path
    authority: Path | None = None
    """What signed it, where that is ours."""


@contextmanager
def hold_port(host: str, port: int) -> Iterator[tuple[str, int]]:
    """Give the address and port that `host` and `port` come to, and hold them for Granian meanwhile.

    Granian binds with SO_REUSEPORT, so by itself it would share a port with another Granian and not notice,
    and it does not say which port 0 became. Hence a bind of our own, which notices. Afterwards it shares with
    Granian's, and no more with one like itself: of two mocks that start at once the second is refused.

    Raises OSError when the address cannot be had.
    """
    family, _, _, _, address = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)[0]
    with socket.socket(family, socket.SOCK_STREAM) as held:
        held.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        held.bind(address)
        address = held.getsockname()
        if sys.platform == "linux":
            held.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEPORT, 1)
            held.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 0)
        else:
            # Elsewhere a port that is held could not be shared.
            held.close()
        yield str(address[0]), int(address[1])


def run_server(
    app: Application,
    host: str,
    port: int,
    *,
    ready: Callable[[], None],
    certificate: Certificate | None = None,
    background: tuple[Background, ...] = (),
) -> None:
    """Serve until SIGINT or SIGTERM; call `ready` once connections are accepted."""

    async def main() -> None:
        stop = asyncio.Event()
        for number in (signal.SIGINT, signal.SIGTERM):
            _on_signal(number, stop.set)
        await serve_until(stop, app, host, port, ready=ready, certificate=certificate, background=background)

    asyncio.run(main())


def _on_signal(number: signal.Signals, act: Callable[[], None]) -> None:
    """Call `act` on the running event loop when a signal comes."""
    loop = asyncio.get_running_loop()
    try:
        loop.add_signal_handler(number, act)
    except NotImplementedError:  # Windows
        signal.signal(number, lambda *_: loop.call_soon_threadsafe(act))


async def serve_until(
    stop: asyncio.Event,
    app: Application,
    host: str,
    port: int,
    *,
    ready: Callable[[], None],
    certificate: Certificate | None = None,
    background: tuple[Background, ...] = (),
) -> None:
    """Serve on the running event loop until `stop` is set; `background` runs beside it."""
    adapter = Adapter(app)
    server = _Server(
        adapter,
        address=host,
        port=port,
        interface=Interfaces.RSGI,
        websockets=False,
        # With HTTP/2 requests share a connection, and a drop of one would be a drop of all.
        http=HTTPModes.http1,
        ssl_protocol_min=SSLProtocols.tls12,
        backlog=1024,
        # So many connections may be open at once; those that say nothing must not keep others out.
        backpressure=16_384,
        log_enabled=False,
        ssl_cert=certificate.certificate if certificate else None,
        ssl_key=certificate.key if certificate else None,
    )
    before, started = native_threads(), None
    serving = asyncio.ensure_future(server.serve())
    others = [asyncio.ensure_future(task()) for task in background]
    try:
        await _wait_until_listening(host, port, serving)
        started = None if before is None else (native_threads() or before) - before
        ready()
        await _wait_for_first(stop, serving)
    finally:
        for task in others:
            task.cancel()
        await asyncio.gather(*others, return_exceptions=True)
        adapter.stop()
        server.stop()  # type: ignore[no-untyped-call] # Granian's
        await _wait_until_ended(serving, port)
        await wait_for_end_of(started)


async def _wait_until_ended(serving: asyncio.Future[None], port: int) -> None:
    """Return when the server has ended, for which it has little time: clients may hold it for ever."""
    ended, _ = await asyncio.wait([serving], timeout=GRACE)
    if not ended:
        close_connections_to(port)
        ended, _ = await asyncio.wait([serving], timeout=GRACE)
    if ended:
        serving.result()
    else:
        serving.cancel()


async def _wait_until_listening(host: str, port: int, serving: asyncio.Future[None]) -> None:
    """Return when connections are accepted."""
    while not serving.done():
        with suppress(OSError):
            _, writer = await asyncio.open_connection(host, port)
            writer.close()
            return
        await asyncio.sleep(0.001)


async def _wait_for_first(stop: asyncio.Event, serving: asyncio.Future[None]) -> None:
    """Return when it is time to stop, or when the server ended by itself."""
    stopping = asyncio.ensure_future(stop.wait())
    serving.add_done_callback(lambda _: stop.set())
    await stopping
