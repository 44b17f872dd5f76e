"""Connections with a deadline for the whole answer: status line, interim answers, headers and body together.

The time-out of a socket is for one piece, so that a server which sends a byte a second never meets it. Here every
read gets what is left of the time.
"""

from __future__ import annotations

import io
import time
from functools import partial
from http.client import HTTPResponse
from typing import TYPE_CHECKING, Any

from requests.adapters import HTTPAdapter
from urllib3.connection import HTTPConnection, HTTPSConnection

if TYPE_CHECKING:
    import socket


class _TimedReader(io.RawIOBase):
    """The reading side of a socket, until a deadline."""

    def __init__(self, sock: socket.socket, seconds: float) -> None:
        super().__init__()
        self._sock, self._raw = sock, sock.makefile("rb", buffering=0)
        self._deadline = time.monotonic() + seconds

    def readable(self) -> bool:
        """Return True: it is for nothing else."""
        return True

    def readinto(self, buffer: Any) -> int | None:
        """Read what there is; raises TimeoutError after the deadline."""
        left = self._deadline - time.monotonic()
        if left <= 0:
            raise TimeoutError("timed out")
        self._sock.settimeout(left)
        return self._raw.readinto(buffer)

    def close(self) -> None:
        """Close this side."""
        self._raw.close()
        super().close()


class _TimedResponse(HTTPResponse):
    """A response that is read until a deadline, and that takes no interim answer (103, for one) for the final one."""

    def __init__(self, sock: socket.socket, *args: Any, seconds: float, **options: Any) -> None:
        super().__init__(sock, *args, **options)
        # The base class has made a reader without a deadline.
        self.fp.close()
        self.fp = io.BufferedReader(_TimedReader(sock, seconds))

    def _read_status(self) -> tuple[str, int, str]:
        """Return the status line of the final answer; `100` and `101` are left to the base class."""
        while True:
            version, status, reason = super()._read_status()  # type: ignore[misc] # private to http.client
            if not 101 < status < 200:
                return version, status, reason
            # The headers of the interim answer, up to the empty line.
            while self.fp.readline(65537) not in {b"\r\n", b"\n", b""}:
                pass


def _timed_response(connection: HTTPConnection) -> Any:
    """Return what makes a response of a connection, within the time-out that the connection has at that moment."""
    return partial(_TimedResponse, seconds=float(connection.timeout or 0))


class TimedHTTPConnection(HTTPConnection):
    """A plain connection whose answers have a deadline; so has a proxy's answer to CONNECT."""

    response_class = property(_timed_response)


class TimedHTTPSConnection(HTTPSConnection):
    """A TLS connection whose answers have a deadline; so has a proxy's answer to CONNECT."""

    response_class = property(_timed_response)


CONNECTIONS: dict[Any, Any] = {HTTPConnection: TimedHTTPConnection, HTTPSConnection: TimedHTTPSConnection}


class TimedAdapter(HTTPAdapter):
    """A transport of requests whose connections have a deadline, directly or through an HTTP proxy."""

    def get_connection_with_tls_context(self, *args: Any, **options: Any) -> Any:
        """Return the pool for a request."""
        pool: Any = super().get_connection_with_tls_context(*args, **options)
        # On each pool, as those for proxies are made in another way and all of them come by here.
        pool.ConnectionCls = CONNECTIONS.get(pool.ConnectionCls, pool.ConnectionCls)
        return pool
