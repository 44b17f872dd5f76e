"""Whatever a target sends ends within the deadline and the bound on its size, as an answer or in words."""

from __future__ import annotations

import gzip
import json
import socket
import time
from email.utils import formatdate
from itertools import cycle, repeat
from typing import TYPE_CHECKING

import pytest
from tests.raw import http, raw_served

from seqruns.target import NotJSONError, Target, TargetError, TargetLostError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

HEAD = b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\n"


def slowly(text: bytes, *, first: bytes = b"") -> Iterator[bytes]:
    """Yield a text a byte at a time, for ever."""
    yield first
    for byte in cycle(text):
        yield bytes([byte])
        time.sleep(0.02)


def silence(_: bytes) -> Iterator[bytes]:
    """Yield nothing, after longer than anybody waits."""
    time.sleep(2)
    yield from ()


ENDLESS: dict[str, Callable[[bytes], Iterable[bytes]]] = {
    "a status line, a byte at a time": lambda _: slowly(b"HTTP/1.1 200 " + b"O" * 60000),
    "a header, a byte at a time": lambda _: slowly(b"a", first=HEAD + b"X-Slow: "),
    "a body, a byte at a time": lambda _: slowly(b" ", first=HEAD + b"Content-Length: 1000000\r\n\r\n"),
    "chunks, a byte at a time": lambda _: slowly(b"1\r\n \r\n", first=HEAD + b"Transfer-Encoding: chunked\r\n\r\n"),
    "trailers": lambda _: slowly(b"X: y\r\n", first=HEAD + b"Transfer-Encoding: chunked\r\n\r\n0\r\n"),
    "100 Continue": lambda _: repeat(b"HTTP/1.1 100 Continue\r\n\r\n"),
    "103 Early Hints": lambda _: repeat(b"HTTP/1.1 103 Early Hints\r\nLink: </x>\r\n\r\n"),
    "nothing": silence,
}


@pytest.mark.parametrize("answer", ENDLESS.values(), ids=list(ENDLESS))
def test_an_answer_that_does_not_end_meets_the_deadline(answer: Callable[[bytes], Iterable[bytes]]) -> None:
    """Half a second is half a second, however the time is spent; the words say that it was the time."""
    with raw_served(answer) as base_url:
        target = Target(base_url=base_url, rate=0, timeout=0.5, retries=0)
        started = time.monotonic()
        try:
            words = target.get("x").flaw
        except TargetError as error:
            words = str(error)
        assert time.monotonic() - started < 1.5
    assert "had not ended after 0.5 seconds" in words
    assert target.troubles == {"timeout": 1}


BOMB = gzip.compress(bytes(30_000_000))
LONG: dict[str, Callable[[bytes], Iterable[bytes]]] = {
    "a gzip bomb": lambda _: [http(BOMB, "Content-Encoding: gzip")],
    "a bomb in a bomb": lambda _: [http(gzip.compress(BOMB), "Content-Encoding: gzip, gzip")],
    "ten gigabytes announced": lambda _: (HEAD + b"Content-Length: 10000000000\r\n\r\n", *repeat(b" " * 65536, 400)),
    "a body without an end": lambda _: (HEAD + b"\r\n", *repeat(b" " * 65536, 400)),
    "chunks without an end": lambda _: (
        HEAD + b"Transfer-Encoding: chunked\r\n\r\n", *repeat(b"10000\r\n" + b" " * 65536 + b"\r\n", 400),
    ),
}  # fmt: skip


@pytest.mark.parametrize("answer", LONG.values(), ids=list(LONG))
def test_a_body_that_is_too_long_is_not_read_to_its_end(answer: Callable[[bytes], Iterable[bytes]]) -> None:
    """Its decoded size counts; it is not asked for again, and of encodings within encodings nothing is decoded."""
    with raw_served(answer) as base_url:
        target = Target(base_url=base_url, rate=0, max_body=1_000_000)
        came = target.get("x")
    if came.headers.get("Content-Encoding") == "gzip, gzip":
        with pytest.raises(NotJSONError, match="is encoded as 'gzip, gzip', which was not asked for"):
            came.json()
    else:
        assert came.flaw == "it is longer than 1 MB"
        assert came.body == b""
    assert target.sent == 1
    assert not target.troubles


@pytest.mark.parametrize(
    ("body", "headers", "words"),
    [
        (b"[" * 1020 + b"]" * 1020, (), "is nested more than 60 deep"),
        (b"[" * 100_000, (), "is nested more than 60 deep|is not JSON"),
        (b'{"a":' * 200 + b"1" + b"}" * 200, (), "is nested more than 60 deep"),
        (b"\xef\xbb\xbf{}", (), "begins with a byte order mark"),
        (b"\x28\xb5\x2f\xfd\x04", ("Content-Encoding: zstd",), "is encoded as 'zstd', which was not asked for"),
        (b"\xff\xfe{}", (), "is not UTF-8: byte 0xff at position 0"),
        (b"", (), "is empty"),
        (b"{}\x1b[2J", (), "is not JSON: Extra data"),
        (b"9" * 5000, (), "is not JSON"),
        (b'{"total": 1e999}', (), "is not JSON"),
    ],
)
def test_a_body_that_is_no_json_says_why(body: bytes, headers: tuple[str, ...], words: str) -> None:
    """Depth, byte order marks, encodings and bytes each have their words; nothing else is ever raised."""
    with raw_served(lambda _: [http(body, *headers)]) as base_url:
        came = Target(base_url=base_url, rate=0).get("x")
    with pytest.raises(NotJSONError, match=words):
        came.json()


def test_sixty_levels_are_not_too_deep() -> None:
    """The bound itself is within."""
    with raw_served(lambda _: [http(b"[" * 60 + b"]" * 60)]) as base_url:
        assert json.dumps(Target(base_url=base_url, rate=0).get("x").json()) == "[" * 60 + "]" * 60


@pytest.mark.parametrize(
    "header",
    [
        "Retry-After: " + "9" * 5000,
        "Retry-After: Mon, 01 Jan 99999 00:00:00 GMT",
        "X-RateLimit-Remaining-Interval-Milliseconds: " + "9" * 5000,
        "Retry-After: 3600",
        f"Retry-After: {formatdate(time.time() + 7200, usegmt=True)}",
    ],
    ids=["5,000 digits", "the year 99999", "5,000 digits of milliseconds", "an hour", "a date in two hours"],
)
def test_a_wait_that_nobody_waits_ends_the_run(header: str) -> None:
    """An hour, or a number of 5,000 digits: one request, and no other after it."""
    with raw_served(lambda _: [http(b"", header, status="429 Too Many Requests")]) as base_url:
        target = Target(base_url=base_url, rate=0, retries=0)
        if "Jan 99999" in header:
            assert target.get("x").status == 429
        else:
            with pytest.raises(TargetLostError, match="asks us to wait"):
                target.get("x")
    assert target.sent == 1


@pytest.mark.parametrize("location", ["http://[::1/x", "http://\xff/", "//", "", "/" * 9000, "http://a:b:c/"])
def test_a_redirect_is_an_answer_wherever_it_points(location: str) -> None:
    """It is neither followed nor taken apart here."""
    with raw_served(lambda _: [http(b"", f"Location: {location}", status="302 Found")]) as base_url:
        came = Target(base_url=base_url, rate=0).get("x")
    assert (came.status, came.headers["Location"]) == (302, location)


def test_an_interim_answer_is_not_taken_for_the_answer() -> None:
    """A server may send hints before it answers; what comes next on the connection is no other request's answer."""
    hints = b"HTTP/1.1 102 Processing\r\n\r\nHTTP/1.1 103 Early Hints\r\nLink: </style.css>\r\n\r\n"
    with raw_served(lambda _: [hints + http()]) as base_url:
        target = Target(base_url=base_url, rate=0)
        assert [target.get("x").status, target.get("x").json()["total"]] == [200, 0]


@pytest.mark.parametrize(
    ("pieces", "words"),
    [
        ([b"\x00\x00\x12\x04\x00\x00\x00\x00\x00"], "speaks only HTTP/2"),
        ([], "speaks only HTTP/2"),
        ([b"SSH-2.0-OpenSSH_9.6\r\n"], r"SSH-2\.0-OpenSSH"),
        ([b"HTTP/1.1 9999 \x1b[2J\r\n\r\n"], r"\\x1b\[2J"),
        ([b"HTTP/1.1 abc X\r\n\r\n"], r"not HTTP/1\.1, but begins with HTTP/1\.1 abc"),
        ([b"HTTP/3.0 200 OK\r\n\r\n"], r"not HTTP/1\.1, but begins with HTTP/3\.0"),
    ],
)
def test_a_server_of_another_protocol_is_told_in_words(pieces: list[bytes], words: str) -> None:
    """Its bytes are made visible, and what it may speak instead is named."""
    with (
        raw_served(lambda _: pieces) as base_url,
        pytest.raises(TargetError, match=words) as caught,
    ):
        Target(base_url=base_url, rate=0, retries=0).get("x")
    assert str(caught.value).isprintable()


def test_a_dead_proxy_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    """It is not the target that is silent; the proxy's password is not told."""
    for name in ("no_proxy", "NO_PROXY"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("http_proxy", "http://user:s3cret@127.0.0.1:9")
    target = Target(base_url="http://api.invalid/v1", rate=0, retries=0)
    with pytest.raises(TargetError, match=r"the proxy http://127\.0\.0\.1:9 does not let us through") as caught:
        target.get("x")
    assert "s3cret" not in str(caught.value)


def test_a_proxy_is_used(monkeypatch: pytest.MonkeyPatch) -> None:
    """By the usual variables."""
    heads: list[bytes] = []

    def proxy(head: bytes) -> Iterable[bytes]:
        heads.append(head)
        return [http()]

    with raw_served(proxy) as base_url:
        for name in ("no_proxy", "NO_PROXY"):
            monkeypatch.delenv(name, raising=False)
        monkeypatch.setenv("http_proxy", base_url.removesuffix("/v1"))
        assert Target(base_url="http://api.invalid/v1", rate=0).get("x").status == 200
    assert heads[0].startswith(b"GET http://api.invalid/v1/sequences/x/sequence_runs HTTP/1.1")


def refusing_from(turn: int, status: str) -> Callable[[bytes], Iterable[bytes]]:
    """Return a server that answers so many requests, and refuses all that come after them."""
    seen: list[bytes] = []

    def answer(head: bytes) -> Iterable[bytes]:
        seen.append(head)
        return [http() if len(seen) <= turn else http(b"{}", status=status)]

    return answer


@pytest.mark.parametrize(
    ("status", "words"),
    [
        ("401 Unauthorized", "accepted the key until request 2 and refuses it since \\(401\\)"),
        ("403 Forbidden", "accepted the key until request 2 and refuses it since \\(403\\)"),
        ("503 Service Unavailable", "answered until request 2 and does not any more: status 503"),
    ],
)
def test_what_was_accepted_and_is_refused_later_ends_the_run(status: str, words: str) -> None:
    """A key that expires, or a server that goes away, is no fault of the answers that come then."""
    with raw_served(refusing_from(2, status)) as base_url:
        target = Target(base_url=base_url, key="k", rate=0, retries=1)
        assert [target.get("x").status, target.get("x", "phone=1").status] == [200, 200]
        with pytest.raises(TargetLostError, match=words):
            target.get("x", "limit=1")


def test_a_refusal_of_one_query_is_an_answer() -> None:
    """The plain list is still given, so the key is good: that is a fault to be told."""
    with raw_served(lambda head: [http(b"{}", status="401 No") if b"?" in head.split()[1] else http()]) as base_url:
        target = Target(base_url=base_url, key="k", rate=0)
        assert [target.get("x").status, target.get("x", "limit=1").status] == [200, 401]


def test_a_key_that_expires_is_renewed() -> None:
    """The command that makes keys is asked again, once; every key is remembered, so that none is printed."""
    keys = iter(["old", "new", "newer"])

    def answer(head: bytes) -> Iterable[bytes]:
        count.append(b"")
        good = b": new" in head or (b": old" in head and len(count) < 3)
        return [http() if good else http(b"{}", status="401 Unauthorized")]

    count: list[bytes] = []
    with raw_served(answer) as base_url:
        target = Target(base_url=base_url, renew_key=lambda: next(keys), rate=0)
        assert [target.get("x").status for _ in range(4)] == [200, 200, 200, 200]
    assert target.secrets == ["old", "new"]


def test_a_target_that_is_starting_is_waited_for() -> None:
    """Nobody there, then a gateway without its server, then the server; none of that counts."""
    with socket.create_server(("127.0.0.1", 0)) as listener:
        port = listener.getsockname()[1]
    target = Target(base_url=f"http://127.0.0.1:{port}/v1", rate=0, wait=0.2, retries=0)
    started = time.monotonic()
    with pytest.raises(TargetError, match="refused"):
        target.get("x")
    assert 0.2 < time.monotonic() - started < 3
    turns = iter([http(status="503 Service Unavailable"), http()])
    with raw_served(lambda _: [next(turns)]) as base_url:
        target = Target(base_url=base_url, rate=0, wait=5, retries=0)
        assert (target.get("x").status, target.sent) == (200, 1)


@pytest.mark.parametrize("address", ["HTTP://127.0.0.1/v1", "https://127.0.0.1/v1/"])
def test_the_scheme_may_be_spelled_in_any_case(address: str) -> None:
    """As RFC 3986 has it."""
    assert Target(base_url=address).base_url in {"http://127.0.0.1/v1", "https://127.0.0.1/v1"}


@pytest.mark.parametrize(
    "address", ["ftp://x/v1", "http:///v1", "http://a b/", "http://[::1/v1", "http://x/\u202e", "x"]
)
def test_what_is_no_address_is_refused_before_anything_is_asked(address: str) -> None:
    """In words, with what an address looks like."""
    with pytest.raises(TargetError, match=r"is no address of an API, such as https://staging\.example\.com/v1"):
        Target(base_url=address)
