"""Servers that answer with bytes, right or wrong: what no framework would send."""

from __future__ import annotations

import contextlib
import socket
import threading
from contextlib import contextmanager
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator


def http(body: bytes = b'{"data": [], "total": 0}', *headers: str, status: str = "200 OK") -> bytes:
    """Return a whole answer with its length and `Connection: close`; more headers may be given, raw."""
    usual = ["Content-Type: application/json", f"Content-Length: {len(body)}", "Connection: close"]
    lines = [f"HTTP/1.1 {status}", *usual, *headers]
    return "\r\n".join([*lines, "", ""]).encode("latin-1") + body


@contextmanager
def raw_served(answer: Callable[[bytes], Iterable[bytes]]) -> Iterator[str]:
    """Serve, on a free port of loopback, the pieces that `answer` yields for the head of each request; yield `…/v1`.

    After the last piece the connection is closed. A server that never ends one ends with the block.
    """
    over = threading.Event()
    listener = socket.create_server(("127.0.0.1", 0), backlog=64)

    def serve(connection: socket.socket) -> None:
        with connection, contextlib.suppress(OSError):
            head = b""
            while b"\r\n\r\n" not in head:
                piece = connection.recv(65536)
                if not piece:
                    return
                head += piece
            for piece in answer(head):
                connection.sendall(piece)
                if over.is_set():
                    return
            connection.shutdown(socket.SHUT_WR)
            connection.settimeout(1)
            while connection.recv(65536):
                pass

    def accept() -> None:
        with contextlib.suppress(OSError):
            while True:
                connection, _ = listener.accept()
                threading.Thread(target=serve, args=(connection,), daemon=True).start()

    thread = threading.Thread(target=accept, daemon=True)
    thread.start()
    try:
        yield f"http://127.0.0.1:{listener.getsockname()[1]}/v1"
    finally:
        over.set()
        listener.shutdown(socket.SHUT_RDWR)
        listener.close()
        thread.join()
