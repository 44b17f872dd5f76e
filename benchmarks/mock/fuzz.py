"""Hostile requests over a socket: no answer of 5xx, none that takes the mock 100 ms, and memory that stays flat.

`python benchmarks/mock/fuzz.py [REQUESTS] [SECONDS] [SEED]`; it ends after so many of either. The mock's own time
is the processor time of its process, so that a busy machine does not count. It is for Linux.
"""

from __future__ import annotations

import collections
import json
import random
import socket
import sys
import time
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.request import urlopen

from seqruns_mock.process import start_mock

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from seqruns_mock.process import MockProcess

BATCH = 10
"""Requests that are sent at once; their time is measured together, so that of each is less."""
NAMES = ("limit", "offset", "phone", "status", "channel_id", "before", "after", "key", "token", "page", "", "a" * 40)
HEADERS = (
    "Origin",
    "Cookie",
    "Authorization",
    "X-Api-Key",
    "X-Mock-Trouble",
    "Access-Control-Request-Headers",
    "Range",
)
BODIES = ("/v1/x", "/__mock__/clock", "/__mock__/live", "/__mock__/faults", "/__mock__/sequences/a/runs", "/__mock__/x")
SIGNS = "0123456789abcxyzTZ:+-.,%&=;/\\'\" <>{}[]\t~"


class Fuzz:
    """A stream of requests, the same for the same seed."""

    def __init__(self, mock: MockProcess, seed: int) -> None:
        self._random = random.Random(seed)  # noqa: S311 - nothing secret
        self._mock = mock
        self._path = mock.runs_url.partition(str(mock.port))[2]

    def text(self, most: int) -> str:
        """Return a text of signs, of repeated signs, or of escapes."""
        chance, length = self._random, self._random.randint(0, most)
        kind = chance.randrange(4)
        if kind == 0:
            return "".join(chance.choices(SIGNS, k=min(length, 40)))
        if kind == 1:
            return chance.choice(SIGNS) * length
        if kind == 2:
            return "".join(f"%{chance.randrange(256):02x}" for _ in range(length // 3))
        return chance.choice(("2024-03-01T00:00:00Z", "+13603094336", "%2B1360", "finished", "9" * length, "undefined"))

    def size(self) -> int:
        """Return a length: mostly small, now and then as much as the server lets through."""
        return 50_000 if self._random.random() < 0.005 else 300 if self._random.random() < 0.1 else 30

    def value(self, most: int) -> str:
        """Return a text that may stand in a request line."""
        return "".join(sign for sign in self.text(most) if sign not in " \t\\\"<>{}[]'")

    def query(self) -> str:
        """Return a query string: a few pairs, or very many."""
        chance, most = self._random, self.size()
        if most == 50_000 and chance.random() < 0.5:
            name = chance.choice(NAMES)
            return "&".join(f"{name}{chance.randrange(9)}={number:x}" for number in range(5_000))
        pairs = range(chance.randrange(8))
        return "&".join(f"{chance.choice(NAMES)}={self.value(most // (1 + len(pairs)))}" for _ in pairs)

    def request(self) -> bytes:
        """Return a request."""
        chance = self._random
        method, path, body = chance.choice(("GET", "GET", "GET", "GET", "HEAD", "OPTIONS")), self._path, b""
        if chance.random() < 0.1:
            path = f"/{self.value(60)}" if chance.random() < 0.5 else f"/v1/sequences/{self.value(60)}/sequence_runs"
        if chance.random() < 0.15:
            method, path = chance.choice(("POST", "PUT", "DELETE", "get", "TRACE")), chance.choice(BODIES)
            depth = chance.choice((1, 10, 300, 2_000))
            body = chance.choice((b"[" * depth, b'{"a":' * depth, b"[" * depth + b"]" * depth, self.text(200).encode()))
        headers = [f"{chance.choice(HEADERS)}: {self.text(200).strip()}" for _ in range(chance.randrange(3))]
        key = [f"X-WHIPPY-KEY: {self._mock.key}"] if chance.random() < 0.9 else []
        length = [f"Content-Length: {len(body)}"] if body or method in {"POST", "PUT"} else []
        target = f"{path.split('?')[0]}?{self.query()}"
        lines = [f"{method} {target} HTTP/1.1", "Host: localhost", *key, *headers, *length]
        return "\r\n".join(lines).encode("latin-1", "replace") + b"\r\n\r\n" + body


class Connection:
    """A connection that is opened anew where the server has closed it."""

    def __init__(self, port: int) -> None:
        self._port = port
        self._open()

    def exchange(self, requests: list[bytes]) -> Iterator[int]:
        """Send requests together, and yield the status of each answer; 0 where the server has closed instead."""
        try:
            self._socket.sendall(b"".join(requests))
            for request in requests:
                yield self._answer(head=request.startswith(b"HEAD "))
        except (OSError, ValueError, IndexError):
            self._open()
            yield 0

    def _open(self) -> None:
        self._socket = socket.create_connection(("127.0.0.1", self._port), timeout=30)
        self._file = self._socket.makefile("rb")

    def _answer(self, *, head: bool) -> int:
        status = int(self._file.readline().split()[1])
        length = 0
        while (line := self._file.readline().strip()) != b"":
            name, _, value = line.partition(b":")
            if name.lower() == b"content-length":
                length = int(value)
        if not head:
            self._file.read(length)
        return status


def processor_seconds(pid: int) -> float:
    """Return how long the threads of a process have run."""
    tasks = Path(f"/proc/{pid}/task").glob("*/schedstat")
    return sum(int(task.read_text().split()[0]) for task in tasks) / 1e9


def resident_mb(pid: int) -> float:
    """Return the memory of a process."""
    lines = Path(f"/proc/{pid}/status").read_text("utf-8").splitlines()
    return next(int(line.split()[1]) for line in lines if line.startswith("VmRSS")) / 1024


def main(most: int = 1_000_000, seconds: float = 600.0, seed: int = 0) -> int:
    """Print what was found as JSON; return 1 for an answer of 5xx or one that took long."""
    statuses: collections.Counter[int] = collections.Counter()
    memory: list[float] = []
    slowest, begun, sent = 0.0, time.monotonic(), 0
    slow: list[list[str]] = []
    with start_mock("--quiet") as mock:
        fuzz, connection, pid = Fuzz(mock, seed), Connection(mock.port), mock.process.pid
        # Answered once the mock has warmed its control API up, which is no answer's time.
        for path in ("/", "/__mock__/openapi.yaml"):
            urlopen(mock.root_url + path).close()  # noqa: S310 - loopback
        clock: Callable[[], float] = lambda: processor_seconds(pid)  # noqa: E731 - a name for it
        before = clock()
        while sent < most and time.monotonic() - begun < seconds:
            batch = [fuzz.request() for _ in range(BATCH)]
            statuses.update(connection.exchange(batch))
            sent += len(batch)
            after = clock()
            slowest = max(slowest, after - before)
            if after - before > 0.1:
                slow.append([str(sent), *(f"{len(request)} {request[:120]!s}" for request in batch)])
            before = after
            if sent % (most // 20) < BATCH:
                memory.append(round(resident_mb(pid)))
    failed = {status: times for status, times in statuses.items() if status >= 500}
    found = {"requests": sent, "seconds": round(time.monotonic() - begun), "seed": seed}
    found |= {"statuses": dict(sorted(statuses.items())), "5xx": failed}
    found |= {
        f"slowest {BATCH} together, ms of the mock's own": round(slowest * 1e3, 1),
        "memory in MB": memory,
        "slow": slow,
    }
    print(json.dumps(found, indent=1))
    return int(bool(failed or slow))


if __name__ == "__main__":
    sys.exit(main(*(kind(text) for kind, text in zip((int, float, int), sys.argv[1:], strict=False))))
