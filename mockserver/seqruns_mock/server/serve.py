"""The server: Granian inside this process, one thread for all requests, on a port that is ours."""

from __future__ import annotations

import asyncio
import errno
import signal
import socket
import sys
from contextlib import ExitStack, contextmanager, suppress
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
    from typing import Any, TypeAlias

    from seqruns_mock.http.answer import Application

    Background: TypeAlias = Callable[[], Coroutine[Any, Any, None]]
    Addresses: TypeAlias = tuple[str, ...]


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
def hold_port(host: str, port: int) -> Iterator[tuple[Addresses, int]]:
    """Give the addresses and the port that `host` and `port` come to, and hold them for Granian meanwhile.

    `localhost` is 127.0.0.1 and, where there is IPv6, ::1: clients differ in which of the two they try.

    Granian binds with SO_REUSEPORT, so by itself it would share a port with another Granian and not notice,
    and it does not say which port 0 became. Hence a bind of our own, which notices. Afterwards it shares with
    Granian's, and no more with one like itself: of two mocks that start at once the second is refused.

    Raises OSError when the address cannot be had.
    """
    with ExitStack() as stack:
        held = _bind_loopback(port) if host == "localhost" else [_bind(host, port)]
        names = [stack.enter_context(each).getsockname() for each in held]
        if sys.platform != "linux":
            # Elsewhere a port that is held could not be shared.
            stack.close()
        yield tuple(str(name[0]) for name in names), int(names[0][1])


def _bind(host: str, port: int) -> socket.socket:
    """Return a socket that is bound, and that lets Granian bind the same. Raises OSError."""
    family, _, _, _, address = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)[0]
    bound = socket.socket(family, socket.SOCK_STREAM)
    try:
        bound.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        # SO_REUSEPORT comes after the bind: a bind with it would succeed beside another mock's.
        bound.bind(address)
        if sys.platform == "linux":
            bound.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEPORT, 1)
            bound.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 0)
    except OSError:
        bound.close()
        raise
    return bound


def _bind_loopback(port: int) -> list[socket.socket]:
    """Return sockets on both loopbacks with one port; on the first alone where there is no IPv6. Raises OSError."""
    first = _bind("127.0.0.1", port)
    try:
        return [first, _bind("::1", first.getsockname()[1])]
    except OSError as problem:
        # No IPv6 on this machine: one address will do.
        if problem.errno != errno.EADDRINUSE:
            return [first]
        first.close()
        if port:
            raise
        return _bind_loopback(port)  # the port was free on one of them only


def run_server(
    app: Application,
    hosts: Addresses,
    port: int,
    *,
    ready: Callable[[], None],
    certificate: Certificate | None = None,
    background: tuple[Background, ...] = (),
) -> None:
    """Serve until SIGINT, SIGTERM or SIGHUP; call `ready` once connections are accepted."""

    async def main() -> None:
        stop = asyncio.Event()
        for number in _endings():
            _on_signal(number, stop.set)
        await serve_until(stop, app, hosts, port, ready=ready, certificate=certificate, background=background)

    asyncio.run(main())


def _endings() -> list[signal.Signals]:
    """Return the signals that end the server; that of a closed terminal among them, unless `nohup` has it ignored."""
    endings = [signal.SIGINT, signal.SIGTERM]
    hangup: signal.Signals | None = getattr(signal, "SIGHUP", None)  # not there on Windows
    if hangup is not None and signal.getsignal(hangup) is not signal.SIG_IGN:
        endings.append(hangup)
    return endings


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
    hosts: Addresses,
    port: int,
    *,
    ready: Callable[[], None],
    certificate: Certificate | None = None,
    background: tuple[Background, ...] = (),
) -> None:
    """Serve on the running event loop until `stop` is set; `background` runs beside it."""
    adapter = Adapter(app)
    servers = [_create_server(adapter, host, port, certificate) for host in hosts]
    before = native_threads()
    serving = asyncio.gather(*(server.serve() for server in servers))
    others = [asyncio.ensure_future(task()) for task in background]
    try:
        for host in hosts:
            await _wait_until_listening(host, port, serving)
        ready()
        await _wait_for_first(stop, serving)
    finally:
        for task in others:
            task.cancel()
        await asyncio.gather(*others, return_exceptions=True)
        # Delays end before the server is told to: it waits for running answers.
        adapter.stop()
        # Not when it listens: Granian may start another one with the first connection.
        started = None if before is None else (native_threads() or before) - before
        for server in servers:
            server.stop()  # type: ignore[no-untyped-call] # Granian's
        await _wait_until_ended(serving, port)
        await wait_for_end_of(started)


def _create_server(adapter: Adapter, host: str, port: int, certificate: Certificate | None) -> _Server:
    return _Server(
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


async def _wait_until_ended(serving: asyncio.Future[Any], port: int) -> None:
    """Return when the server has ended, for which it has little time: clients may hold it for ever."""
    ended, _ = await asyncio.wait([serving], timeout=GRACE)
    if not ended:
        close_connections_to(port)
        ended, _ = await asyncio.wait([serving], timeout=GRACE)
    if ended:
        serving.result()
    else:
        serving.cancel()


async def _wait_until_listening(host: str, port: int, serving: asyncio.Future[Any]) -> None:
    """Return when connections are accepted."""
    while not serving.done():
        with suppress(OSError):
            # By a connection of our own, since Granian does not say when it listens.
            _, writer = await asyncio.open_connection(host, port)
            writer.close()
            return
        await asyncio.sleep(0.001)


async def _wait_for_first(stop: asyncio.Event, serving: asyncio.Future[Any]) -> None:
    """Return when it is time to stop, or when the server ended by itself."""
    stopping = asyncio.ensure_future(stop.wait())
    serving.add_done_callback(lambda _: stop.set())
    await stopping
