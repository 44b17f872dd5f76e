"""Mutated answers: the honest mock's, wrong in status, headers, framing or body, for the whole kit to digest.

`python -m tests.contracts.fuzzing --answers 10000` tries more of them than the suite does, and prints what came of it.
"""

from __future__ import annotations

import argparse
import io
import json
import random
import time
from collections import Counter
from dataclasses import dataclass, field
from types import SimpleNamespace
from typing import TYPE_CHECKING, Any
from unittest import mock
from xml.etree import ElementTree as ET

from requests.adapters import HTTPAdapter
from rich.console import Console
from werkzeug.test import EnvironBuilder, run_wsgi_app

from seqruns.target import Target, TargetError
from seqruns.target.transport import TimedHTTPConnection
from seqruns_contracts.api import check_target
from seqruns_contracts.findings.baseline_file import render_baseline
from seqruns_contracts.findings.redaction import redact
from seqruns_contracts.reports.github import render_annotations, render_summary
from seqruns_contracts.reports.html import render_html
from seqruns_contracts.reports.json import render_json
from seqruns_contracts.reports.junit import render_junit
from seqruns_contracts.reports.terminal import print_report
from seqruns_mock.core.sequences import generate_stores
from seqruns_mock.http.app import create_app
from seqruns_mock.http.pipeline import Mock

if TYPE_CHECKING:
    from collections.abc import Sequence
    from wsgiref.types import WSGIApplication

    from seqruns_contracts import Report
    from seqruns_contracts.checks.kinds import Check

KEY, SEQUENCE, RUNS = "fuzz-key-1b7e", "5f0c1f0e-52f9-4b9e-9d5c-3f2f0f6a7c11", 40
SCALARS: tuple[Any, ...] = (
    None, True, 0, -1, 5, 2**63, 1.5, 1e308, "", " ", "x" * 100_000, "\x1b[2J\x1b]0;t\x07", "\u202eabc", "\x00",
    "\n::error title=x::y", "##[add-mask]a", "`````", "]]>", "<script>", "\ud83d", "\ufffe", "2024-02-30T00:00:00Z",
    "9" * 5000, "'; --", [], {}, [[[[[[]]]]]], {"a": {"b": [1]}}, [None], [1, "a"], KEY,
)  # fmt: skip
STATUSES = (
    "100 Continue", "101 Switching", "103 Early Hints", "201 Created", "204 No Content", "206 Part", "299 Odd",
    "301 Moved", "304 Same", "401 No", "403 No", "404 No", "405 No", "407 Proxy", "418 Tea", "422 No", "429 Slow",
    "451 Law",
    "500 Oh", "501 No", "503 Away", "599 Far", "600 More", "999 Max", "1000 Over", "-1 Minus", "abc", "", "200",
    "\u0662 OK",
)  # fmt: skip
HEADERS = (
    "Content-Length: 10000000000", "Content-Length: -5", "Content-Length: x", "Content-Length: " + "9" * 5000,
    "Transfer-Encoding: chunked", "Transfer-Encoding: gzip, chunked", "Content-Encoding: gzip", "Content-Encoding: br",
    "Content-Encoding: zstd", "Content-Encoding: deflate, gzip", "Retry-After: 0", "Retry-After: " + "9" * 5000,
    "Retry-After: Mon, 01 Jan 99999 00:00:00 GMT", "Retry-After: -3", "X-RateLimit-Remaining-Interval-Milliseconds: x",
    "X-RateLimit-Remaining-Interval-Milliseconds: " + "9" * 5000, "Location: http://[::1/x", "Location: http://\xff/",
    "Content-Type: text/html", "Content-Type: application/json; charset=utf-16", "Content-Type: \x1b[2J",
    "Content-Type:",
    "Content-Type: application/problem+json", "Content-Type: ;;;=,", "no colon at all", ": nameless", " folded",
    "X-Long: " + "a" * 70_000, "X-Nul: \x00", "Set-Cookie: a=b", "Connection: upgrade", "WWW-Authenticate: \x1b[31m x",
    'ETag: "\x1b"', "Allow: \x1b, GET", *[f"X-{number}: y" for number in range(3)],
    "\r\n".join(f"M{n}: y" for n in range(120)),
)  # fmt: skip


def mutate(chance: random.Random, answer: bytes) -> bytes:
    """Return an answer that is wrong in one to three ways."""
    for _ in range(chance.choice((1, 1, 1, 2, 3))):
        head, blank, body = answer.partition(b"\r\n\r\n")
        line, _, headers = head.partition(b"\r\n")
        match chance.randrange(10):
            case 0:
                line = b"HTTP/1.1 " + chance.choice(STATUSES).encode()
            case 1 | 2:
                headers += b"\r\n" + chance.choice(HEADERS).encode("latin-1")
            case 3:
                kept = [each for each in headers.split(b"\r\n") if chance.random() < 0.7]
                headers = b"\r\n".join(kept)
            case 4:
                answer = _broken(chance, answer)
                continue
            case 5:
                body = chance.choice((
                    b"", b"null", b"[]", b"{}", b"[" * 1020, b"[" * 50 + b"]" * 50, b"\xef\xbb\xbf" + body, b"\xff\xfe",
                    b"<html>Log in", b'{"data": NaN}', b'{"data": [], "total": 1e999}', b'{"data": {}, "total": {}}',
                    b'{"data": [1, null, "x", []], "total": 4}', body + b"x",
                    body.decode("utf-8", "replace").encode("utf-16"),
                    b'{"errors": [{"description": "\\u001b[2J"}], "status": "x"}', b'{"data": [{}], "total": 1}',
                ))  # fmt: skip
            case _:
                body = _other_json(chance, body)
        if chance.random() < 0.8 and b"Content-Length: " in headers:
            lines = [each for each in headers.split(b"\r\n") if not each.startswith(b"Content-Length: ")]
            headers = b"\r\n".join([*lines, b"Content-Length: %d" % len(body)])
        answer = line + b"\r\n" + headers + blank + body
    return answer


def _broken(chance: random.Random, answer: bytes) -> bytes:
    place = chance.randrange(len(answer) + 1)
    garbage = bytes(chance.randrange(256) for _ in range(chance.randrange(1, 9)))
    return chance.choice(
        (answer[:place], answer[:place] + garbage + answer[place:], answer[:place] + garbage + answer[place + 8 :], b"")
    )


def _other_json(chance: random.Random, body: bytes) -> bytes:
    """Return a body in which one value is another, is gone, or stands twice."""
    try:
        value = json.loads(body)
    except (ValueError, RecursionError):
        return body
    places: list[tuple[Any, Any]] = []

    def collect(node: Any) -> None:
        for key in node if isinstance(node, dict) else range(len(node)) if isinstance(node, list) else ():
            places.append((node, key))
            collect(node[key])

    collect(value)
    if places:
        node, key = chance.choice(places)
        action = chance.randrange(5)
        if action == 0:
            del node[key]
        elif action == 1 and isinstance(node, list):
            node.append(node[key])
        elif action == 2 and isinstance(node, dict):
            node[chance.choice(["name", "phone", "\x1b[1m", "id"])] = chance.choice(SCALARS)
        else:
            node[key] = chance.choice(SCALARS)
    return json.dumps(value).encode()


@dataclass(slots=True)
class Fuzz:
    """A server of answers of which a share is mutated, the same for the same seed."""

    seed: int
    share: float
    app: WSGIApplication
    first: int = 3
    """So many answers are right: or hardly a run would come beyond its first contact."""
    chance: random.Random = field(init=False)
    answers: int = 0
    mutated: int = 0

    def __post_init__(self) -> None:
        self.chance = random.Random(self.seed)

    def answer(self, head: bytes) -> bytes:
        """Return the answer to the head of a request."""
        line, *lines = head.decode("latin-1").split("\r\n")
        method, address, _ = line.split(" ", 2)
        path, _, query = address.partition("?")
        headers = [tuple(each.split(": ", 1)) for each in lines if ": " in each]
        environ = EnvironBuilder(path, query_string=query, method=method, headers=headers).get_environ()  # type: ignore[arg-type]
        chunks, status, answered = run_wsgi_app(self.app, environ, buffered=True)
        body = b"".join(chunks)
        told = "".join(f"{name}: {value}\r\n" for name, value in answered.items() if name != "Content-Length")
        honest = f"HTTP/1.1 {status}\r\n{told}Content-Length: {len(body)}\r\n\r\n".encode("latin-1") + body
        self.answers += 1
        if self.answers <= self.first or self.chance.random() >= self.share:
            return honest
        self.mutated += 1
        return mutate(self.chance, honest)


class _Socket:
    """A socket in memory: what is sent is a request, what is read its answer."""

    def __init__(self, fuzz: Fuzz) -> None:
        self.fuzz, self.sent = fuzz, b""

    def sendall(self, data: bytes) -> None:
        self.sent += bytes(data)

    def makefile(self, *_: Any, buffering: int = -1) -> Any:
        return io.BytesIO(b"" if buffering else self.fuzz.answer(self.sent))

    def settimeout(self, _: float | None) -> None:
        """Never block."""

    def shutdown(self, _: int) -> None:
        """Do nothing."""

    def close(self) -> None:
        """Do nothing."""


class FuzzedAdapter(HTTPAdapter):
    """The real client down to the socket, which is one in memory."""

    def __init__(self, fuzz: Fuzz) -> None:
        super().__init__()

        class Connection(TimedHTTPConnection):
            def connect(self) -> None:
                self.sock = _Socket(fuzz)

            @property
            def is_connected(self) -> bool:
                return False

        self.connection = Connection

    def get_connection_with_tls_context(self, *args: Any, **options: Any) -> Any:
        """Return the pool for a request."""
        pool: Any = super().get_connection_with_tls_context(*args, **options)
        pool.ConnectionCls = self.connection
        return pool


def honest_app() -> WSGIApplication:
    """Return the mock with few runs, so that a run of the kit is quick."""
    return create_app(Mock(stores=generate_stores({SEQUENCE: RUNS}), keys={KEY}))


def digest(target: Target, *, checks: Sequence[Check] | None = None, seed: int = 0) -> str:
    """Check a target and render every report; return how it ended. Anything but a TargetError comes out."""
    # Only the client's: a thread of an earlier test that sleeps between looks would look without a rest.
    hasty = SimpleNamespace(**{**vars(time), "sleep": lambda _: None})
    with mock.patch("seqruns.target.client.time", hasty):
        try:
            report = check_target(target, SEQUENCE, checks=checks, seed=seed)
        except TargetError as error:
            report, words = None, f"{type(error).__name__}: {error}"
    if report is None:
        assert words.isprintable(), words
        assert KEY not in words
        return words.partition(":")[0]
    for version in (report, redact(report)):
        examine(version)
    return f"exit code {report.exit_code}{', stopped' if report.stopped else ''}"


def examine(report: Report) -> None:
    """Render a report in every form and hold it to what each form promises."""
    console = Console(file=io.StringIO(), width=200, highlight=False)
    print_report(report, console)
    texts = {
        "terminal": console.file.getvalue(),  # type: ignore[attr-defined]
        "json": render_json(report),
        "junit": render_junit(report),
        "html": render_html(report),
        "summary": render_summary(report),
        "annotations": "\n".join(render_annotations(report)),
        "baseline": render_baseline(report),
    }
    for form, text in texts.items():
        odd = [line for line in text.split("\n") if not line.isprintable()]
        assert not odd, (form, odd[:3])
        assert KEY not in text, form
        assert form == "annotations" or not any(line.lstrip().startswith("::") for line in text.split("\n")), form
        assert "##[" not in text, form
    ET.fromstring(texts["junit"])  # noqa: S314 - ours
    json.loads(texts["json"])


def main() -> None:
    """Fuzz in process until so many mutated answers were digested; print how the runs ended."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--answers", type=int, default=10_000)
    parser.add_argument("--seed", type=int, default=1)
    options = parser.parse_args()
    app, ends, mutated, seed, started = honest_app(), Counter[str](), 0, options.seed, time.monotonic()
    while mutated < options.answers:
        fuzz = Fuzz(seed, (0.05, 0.3, 0.6, 1.0)[seed % 4], app, first=(3, 1, 1, 0)[seed % 4])
        target = Target(
            base_url="http://fuzz.invalid/v1", key=KEY, rate=0, adapter=FuzzedAdapter(fuzz), max_requests=400,
            allow_unsafe_methods=True,
        )  # fmt: skip
        try:
            ends[digest(target, seed=seed)] += 1
        except BaseException:
            print(f"seed {seed} after {fuzz.answers} answers")  # noqa: T201 - what the command is for
            raise
        mutated, seed = mutated + fuzz.mutated, seed + 1
        told = ", ".join(f"{times} x {end}" for end, times in ends.most_common())
        print(f"{mutated} mutated answers, {time.monotonic() - started:.0f} s: {told}", flush=True)  # noqa: T201


if __name__ == "__main__":
    main()
