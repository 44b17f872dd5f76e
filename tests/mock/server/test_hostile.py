"""What a client can do to the server's socket, none of which stops it."""

from __future__ import annotations

import socket
from contextlib import ExitStack
from typing import TYPE_CHECKING

import pytest
import requests
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

if TYPE_CHECKING:
    from seqruns_mock.process import MockProcess

HUGE = b"x" * 100_000


def exchange(server: MockProcess, request: bytes, *, half_close: bool = True) -> bytes:
    """Send raw bytes, perhaps say that no more will come, and return all that comes back."""
    with socket.create_connection(("127.0.0.1", server.port), timeout=10) as connection:
        try:
            connection.sendall(request)
            if half_close:
                connection.shutdown(socket.SHUT_WR)
            return b"".join(iter(lambda: connection.recv(65536), b""))
        except TimeoutError:
            raise
        except OSError:
            return b""


def get(server: MockProcess, query_string: bytes) -> bytes:
    """Return the raw answer to a query string, sent as it is."""
    path = f"/v1/sequences/{server.sequence_id}/sequence_runs?".encode()
    headers = f"Host: 127.0.0.1\r\nX-WHIPPY-KEY: {server.key}\r\nConnection: close\r\n\r\n".encode()
    return exchange(server, b"GET " + path + query_string + b" HTTP/1.1\r\n" + headers, half_close=False)


def assert_well(server: MockProcess) -> None:
    """Fail unless the server still answers its runs."""
    response = requests.get(server.runs_url, headers={"X-WHIPPY-KEY": server.key}, timeout=10)
    assert response.json()["total"] == 137


@pytest.mark.parametrize(
    ("query_string", "status"),
    [
        (b"limit=%00", 422),
        (b"phone=%00", 200),
        (b"phone=%FF%FE", 422),
        (b"phone=%", 200),
        (b"phone=%zz&limit=%", 422),
        (b"status=" + b"x" * 30_000, 422),
        (b"&" * 30_000, 200),
        (b"limit=1&" * 4000, 200),
        (b"limit=1180591620717411303424", 422),
        (b"limit=" + b"9" * 20_000, 422),
        (b"offset=" + b"9" * 20_000, 200),
        (b"before=0001-01-01T00:00:00%2B14:00", 200),
        (b"after=0001-01-01T00:00:00%2B14:00", 200),
        (b"before=9999-12-31T23:59:59.9999999-12:00", 200),
        (b"after=9999-12-31T23:59:59.9999999-12:00", 200),
        (b"before=2024-03-01T00:00:00." + b"1" * 20_000 + b"Z", 200),
        (b"before=2024-03-01T00:00:00%EF%BC%8B02:00", 422),
        (b"%F0%9F%92%A5=1&x%0D%0AY:z=1", 200),
    ],
)
def test_a_malformed_query_gets_its_status(server: MockProcess, query_string: bytes, status: int) -> None:
    """A query that nobody can read is never a 500."""
    assert get(server, query_string).split()[1] == str(status).encode()


@pytest.mark.parametrize(
    "query_string",
    [
        b"x=" + HUGE,
        b"phone=" + HUGE,
        b"before=" + b"%" * 100_000,
        b"phone=\xff\xfe",
        b"phone=\x00",
        b"\r\n",
        b"a b",
    ],
)
def test_what_is_hardly_http_is_refused_and_survived(server: MockProcess, query_string: bytes) -> None:
    """100 KB of query or raw bytes in a URL get less than a 500, or are hung up on; then all is well."""
    answer = get(server, query_string)
    assert not answer.split()[1:2] or int(answer.split()[1]) < 500
    assert_well(server)


@pytest.mark.parametrize(
    "request_",
    [
        b"",
        b"\x00" * 1000,
        b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03" + bytes(200),
        b"GET\r\n\r\n",
        b"GET / HTTP/9.9\r\n\r\n",
        b"GET / HTTP/1.1\r\n" + b"A: " + HUGE + HUGE,
        b"GET / HTTP/1.1\r\nHost: a\r\nContent-Length: -1\r\n\r\n",
        b"GET / HTTP/1.1\r\nHost: \xff\r\n\r\n",
        b"POST /healthz HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n",
        b"GET /openapi.json HTTP/1.1\r\nHost: a b<c>\"'\r\nConnection: close\r\n\r\n",
        b"GET /v1/sequences/%ff%00/sequence_runs HTTP/1.1\r\nHost: a\r\nX-WHIPPY-KEY: \xff\r\n\r\n",
    ],
)
def test_nonsense_is_survived(server: MockProcess, request_: bytes) -> None:
    """Bytes that are no request get less than a 500, or nothing; then all is well."""
    answer = exchange(server, request_)
    assert not answer.split()[1:2] or int(answer.split()[1]) < 500
    assert_well(server)


def request_bytes(server: MockProcess, *, connection: str = "keep-alive") -> bytes:
    """Return a right request for one run."""
    return (
        f"GET /v1/sequences/{server.sequence_id}/sequence_runs?limit=1 HTTP/1.1\r\nHost: 127.0.0.1\r\n"
        f"X-WHIPPY-KEY: {server.key}\r\nConnection: {connection}\r\n\r\n"
    ).encode()


def test_pipelined_requests_are_answered_in_order(server: MockProcess) -> None:
    """Ten at once, the last of which ends the connection."""
    requests_ = request_bytes(server) * 9 + request_bytes(server, connection="close")
    assert exchange(server, requests_, half_close=False).count(b"HTTP/1.1 200 OK") == 10


def test_connections_that_say_nothing_or_little_hold_nobody_up(server: MockProcess) -> None:
    """Hundreds of half-open ones, some in the middle of a header or a body; others are answered all the same."""
    beginnings = [b"", b"GET", request_bytes(server)[:-2], b"POST /v1/ HTTP/1.1\r\nContent-Length: 9\r\n\r\n{"]
    with ExitStack() as stack:
        for number in range(200):
            connection = socket.create_connection(("127.0.0.1", server.port), timeout=10)
            stack.enter_context(connection).sendall(beginnings[number % len(beginnings)])
        assert_well(server)
    assert_well(server)


def test_a_slow_client_is_answered_in_the_end(server: MockProcess) -> None:
    """A header that comes byte by byte is a header."""
    with socket.create_connection(("127.0.0.1", server.port), timeout=10) as connection:
        connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        for octet in request_bytes(server, connection="close"):
            connection.sendall(bytes([octet]))
        assert connection.recv(65536).startswith(b"HTTP/1.1 200 OK")


@given(data=st.data())
@settings(max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_a_damaged_request_is_survived(server: MockProcess, data: st.DataObject) -> None:
    """Bytes deleted, doubled, or put in the place of others: less than a 500, or nothing; then all is well."""
    request = bytearray(request_bytes(server, connection="close"))
    for _ in range(data.draw(st.integers(1, 5))):
        start = data.draw(st.integers(0, len(request)))
        stop = data.draw(st.integers(start, min(len(request), start + 20)))
        request[start:stop] = data.draw(st.binary(max_size=20) | st.just(bytes(request[start:stop]) * 2))
    answer = exchange(server, bytes(request))
    assert not answer.split()[1:2] or int(answer.split()[1]) < 500
    assert_well(server)
