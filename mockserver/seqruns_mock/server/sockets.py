"""Closing connections that the server library holds: found among this process' sockets by their ends."""

from __future__ import annotations

import ctypes
import os
import socket
import stat
import sys
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable


def close_connection_from(client: str, *, after: bytes = b"", reset: bool = False) -> bool:
    """Close the connection whose far end is `client`, `ADDRESS:PORT`; return whether it was found.

    Some bytes may be sent before that; with `reset` the far end is told that something is wrong (RST, not FIN).
    """
    host, _, port = client.rpartition(":")
    far_end = (host.strip("[]"), int(port))
    return _close(lambda connection: connection.getpeername()[:2] == far_end, after=after, reset=reset) > 0


def close_connections_to(port: int) -> int:
    """Close the connections that were accepted on a port of ours; return how many those were."""
    return _close(lambda connection: connection.getsockname()[1] == port)


def _close(is_meant: Callable[[socket.socket], bool], *, after: bytes = b"", reset: bool = False) -> int:
    closed = 0
    # Granian gives its connections to nobody, but they are open files of this process, and the system knows both ends
    # of each.
    for descriptor in _descriptors():
        with suppress(OSError):
            if not stat.S_ISSOCK(os.fstat(descriptor).st_mode):
                continue
            # A duplicate, so that closing our object leaves the library's own descriptor alone.
            with socket.socket(fileno=os.dup(descriptor)) as connection:
                if connection.family in {socket.AF_INET, socket.AF_INET6} and is_meant(connection):
                    if after:
                        connection.sendall(after)
                    if not (reset and _reset(connection)):
                        # Not `close`, which would end our duplicate alone.
                        connection.shutdown(socket.SHUT_RDWR)
                    closed += 1
    return closed


def _reset(connection: socket.socket) -> bool:
    """Reset a connection; return whether that can be done here.

    Linux does so when a connected socket is connected to no address. To close it without lingering would not be enough:
    the library has it open as well, and would answer first.
    """
    if sys.platform != "linux":
        return False
    nowhere = bytes(16)  # a sockaddr of the family AF_UNSPEC, which is 0
    return int(ctypes.CDLL(None).connect(connection.fileno(), nowhere, len(nowhere))) == 0


def _descriptors() -> list[int]:
    """Return the numbers of this process' open files."""
    for folder in (Path("/proc/self/fd"), Path("/dev/fd")):
        with suppress(OSError):
            return [int(path.name) for path in folder.iterdir()]
    return []
