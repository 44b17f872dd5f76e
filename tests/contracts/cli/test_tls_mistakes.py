"""A server whose TLS is wrong ends the command with 2, in words that say what to do, within the time for one answer."""

from __future__ import annotations

import contextlib
import socket
import ssl
import struct
import threading
import time
import warnings
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, TypeAlias

import pytest
import trustme
from click.testing import CliRunner
from tests.contracts.faulty import KEY, SEQUENCE

from seqruns.command import main

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

Mistake: TypeAlias = "Callable[[socket.socket], object]"
"""What a server does with a connection that was just made."""
AUTHORITY, STRANGER = trustme.CA(), trustme.CA()
HERE = "127.0.0.1"
TIMEOUT = 0.5
DAY = timedelta(days=1)


def under(certificate: trustme.LeafCert, *, wants_ours: bool = False, version: ssl.TLSVersion | None = None) -> Mistake:
    """Return a server with this certificate, which speaks TLS and then says nothing."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    certificate.configure_cert(context)
    if wants_ours:
        AUTHORITY.configure_trust(context)
        context.verify_mode = ssl.CERT_REQUIRED
    if version is not None:
        # OpenSSL refuses old versions at its usual level of security, and Python warns of them.
        context.set_ciphers("ALL:@SECLEVEL=0")
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", DeprecationWarning)
            context.minimum_version = context.maximum_version = version

    def serve(connection: socket.socket) -> None:
        with context.wrap_socket(connection, server_side=True) as secure:
            while secure.recv(65536):
                pass

    return serve


def issue(host: str = HERE, *, begins: int = -9, ends: int = 9) -> trustme.LeafCert:
    """Return a certificate of the authority that is trusted; its days are counted from now."""
    now = datetime.now(UTC)
    return AUTHORITY.issue_cert(host, not_before=now + begins * DAY, not_after=now + ends * DAY)


def saying(reply: bytes) -> Mistake:
    """Return a server that answers the first words of a client, whatever they are, with bytes, and hangs up."""

    def serve(connection: socket.socket) -> None:
        connection.recv(65536)
        connection.sendall(reply)
        connection.recv(65536)

    return serve


def dripping(connection: socket.socket) -> None:
    """Begin a handshake message of 16 KB, and send the rest of it a byte at a time."""
    connection.sendall(b"\x16\x03\x03\x40\x00\x02\x00\x3f\xf0")
    while True:
        connection.sendall(b"\0")
        time.sleep(0.02)


def resetting(connection: socket.socket) -> None:
    """Reset the connection."""
    connection.recv(5)
    connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))


MISTAKES: dict[str, tuple[Mistake, str]] = {
    "expired": (under(issue(ends=-1)), "has expired, or the clock here is wrong"),
    "not valid yet": (under(issue(begins=2)), "not valid yet, or the clock here is wrong"),
    "of another host": (under(issue("staging.example.com")), "that of another host"),
    "of a stranger": (under(STRANGER.issue_cert(HERE)), "name its authority with --cacert"),
    "wants ours, 1.2": (under(issue(), wants_ours=True, version=ssl.TLSVersion.TLSv1_2), "--cert"),
    "wants ours, 1.3": (under(issue(), wants_ours=True), "--cert"),
    "only TLS 1.0": (under(issue(), version=ssl.TLSVersion.TLSv1), "in no version that is used still"),
    "plain HTTP": (saying(b"HTTP/1.1 400 Bad Request\r\nContent-Length: 0\r\n\r\n"), "is it http:// instead?"),
    "another protocol": (saying(b"SSH-2.0-OpenSSH_9.6\r\n"), "does not speak TLS"),
    "no such name": (saying(b"\x15\x03\x03\x00\x02\x02\x70"), "serves no host of that name over TLS"),
    "closed at once": (lambda _: None, "does this to a TLS connection"),
    "closed in the handshake": (lambda connection: connection.recv(65536), "does this to a TLS connection"),
    "reset": (resetting, "does this to a TLS connection"),
    "a silent handshake": (lambda connection: connection.recv(65536) and connection.recv(1), "none in time"),
    "a handshake without an end": (dripping, "none in time"),
    "silent after it": (under(issue()), "none in time"),
}


@contextlib.contextmanager
def served(mistake: Mistake) -> Iterator[str]:
    """Serve a mistake on a free port of loopback; yield its base URL."""
    listener = socket.create_server((HERE, 0), backlog=16)

    def serve(connection: socket.socket) -> None:
        # What a client that hangs up does to a server is none of our business.
        with connection, contextlib.suppress(OSError):
            connection.settimeout(5)
            mistake(connection)

    def accept() -> None:
        with contextlib.suppress(OSError):
            while True:
                threading.Thread(target=serve, args=(listener.accept()[0],), daemon=True).start()

    thread = threading.Thread(target=accept, daemon=True)
    thread.start()
    try:
        yield f"https://{HERE}:{listener.getsockname()[1]}/v1"
    finally:
        listener.shutdown(socket.SHUT_RDWR)
        listener.close()
        thread.join()


@pytest.mark.parametrize(("mistake", "words"), MISTAKES.values(), ids=list(MISTAKES))
def test_wrong_tls_ends_in_words(mistake: Mistake, words: str, tmp_path: Path) -> None:
    """Nothing is checked, so the code is 2; the time is that of two tries, as one that is late is asked once more."""
    authority = tmp_path / "authority.pem"
    AUTHORITY.cert_pem.write_to_path(str(authority))
    with served(mistake) as base_url:
        line = ["check", base_url, "--sequence-id", SEQUENCE, "--timeout", str(TIMEOUT), "--cacert", str(authority)]
        started = time.monotonic()
        result = CliRunner().invoke(main, line, env={"SEQRUNS_KEY": KEY})
        took = time.monotonic() - started
    assert (result.exit_code, words in result.output) == (2, True), result.output
    assert "Traceback" not in result.output
    assert took < 2 * TIMEOUT + 4
