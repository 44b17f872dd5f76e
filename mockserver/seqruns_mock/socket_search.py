"""Closing a connection that the server library holds: found among this process' sockets by its far end."""

from __future__ import annotations

import os
import socket
import stat
from contextlib import suppress
from pathlib import Path


def close_connection_from(client: str) -> bool:
    """Close the connection whose far end is `client`, `ADDRESS:PORT`; return whether it was found."""
    host, _, port = client.rpartition(":")
    far_end = (host.strip("[]"), int(port))
    for descriptor in _descriptors():
        with suppress(OSError):
            if not stat.S_ISSOCK(os.fstat(descriptor).st_mode):
                continue
            # A duplicate, so that closing our object leaves the library's own descriptor alone.
            with socket.socket(fileno=os.dup(descriptor)) as connection:
                if connection.getpeername()[:2] == far_end:
                    connection.shutdown(socket.SHUT_RDWR)
                    return True
    return False


def _descriptors() -> list[int]:
    """Return the numbers of this process' open files."""
    for folder in (Path("/proc/self/fd"), Path("/dev/fd")):
        with suppress(OSError):
            return [int(path.name) for path in folder.iterdir()]
    return []
