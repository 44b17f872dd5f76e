"""Closing connections that the server library holds: found among this process' sockets by their ends."""

from __future__ import annotations

import os
import socket
import stat
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable


def close_connection_from(client: str) -> bool:
    """Close the connection whose far end is `client`, `ADDRESS:PORT`; return whether it was found."""
    host, _, port = client.rpartition(":")
    far_end = (host.strip("[]"), int(port))
    return _close(lambda connection: connection.getpeername()[:2] == far_end) > 0


def close_connections_to(port: int) -> int:
    """Close the connections that were accepted on a port of ours; return how many those were."""
    return _close(lambda connection: connection.getsockname()[1] == port)


def _close(is_meant: Callable[[socket.socket], bool]) -> int:
    closed = 0
    for descriptor in _descriptors():
        with suppress(OSError):
            if not stat.S_ISSOCK(os.fstat(descriptor).st_mode):
                continue
            # A duplicate, so that closing our object leaves the library's own descriptor alone.
            with socket.socket(fileno=os.dup(descriptor)) as connection:
                if connection.family in {socket.AF_INET, socket.AF_INET6} and is_meant(connection):
                    connection.shutdown(socket.SHUT_RDWR)
                    closed += 1
    return closed


def _descriptors() -> list[int]:
    """Return the numbers of this process' open files."""
    for folder in (Path("/proc/self/fd"), Path("/dev/fd")):
        with suppress(OSError):
            return [int(path.name) for path in folder.iterdir()]
    return []
