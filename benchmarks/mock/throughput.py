"""Pages per second of the mock beside ready-made bytes, Flask's development server and Prism, in one run.

Run it as `python benchmarks/mock/throughput.py [--rounds 5] [--seconds 3] [--prism COMMAND]`.

Needs `wrk` (Debian has it). All servers run all the time and take turns, so noise hits all of them.
"""

from __future__ import annotations

import argparse
import re
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import urlencode
from urllib.request import Request, urlopen

import orjson

if TYPE_CHECKING:
    from collections.abc import Iterator

KEY = "mock-key"
SEQUENCE = "5f0c1f0e-52f9-4b9e-9d5c-3f2f0f6a7c11"
PATH = f"/v1/sequences/{SEQUENCE}/sequence_runs"


@dataclass(frozen=True, slots=True, kw_only=True)
class Round:
    """What wrk saw: requests per second and latencies in milliseconds."""

    rate: float
    p50: float
    p99: float


@contextmanager
def started(*command: str) -> Iterator[tuple[str, int]]:
    """Run a server until the block ends; give the root URL that its output names, and its process id."""
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True) as process:
        try:
            lines = process.stdout or ()
            root = next(match[0] for line in lines if (match := re.search(r"http://[\d.:]+", line)))
            yield root, process.pid
        finally:
            process.terminate()


def fetch(url: str) -> bytes:
    """Return the body of an answer."""
    with urlopen(Request(url, headers={"X-WHIPPY-KEY": KEY}), timeout=60) as response:  # noqa: S310 - loopback
        return response.read()  # type: ignore[no-any-return]


def measure(url: str, seconds: int) -> Round:
    """Return one round of load at 8 connections."""
    command = ["wrk", "-t1", "-c8", f"-d{seconds}", "--latency", "-H", f"X-WHIPPY-KEY: {KEY}", url]
    output = subprocess.run(command, capture_output=True, text=True, check=True).stdout
    if "Non-2xx" in output or "Socket errors" in output:
        sys.exit(f"{url} did not answer well:\n{output}")
    return Round(
        rate=float(found(r"Requests/sec: +([\d.]+)", output)),
        p50=milliseconds(found(r"50% +(\S+)", output)),
        p99=milliseconds(found(r"99% +(\S+)", output)),
    )


def found(pattern: str, text: str) -> str:
    """Return the group of a pattern that must be there."""
    match = re.search(pattern, text)
    if match is None:
        sys.exit(f"no {pattern} in {text}")
    return match[1]


def milliseconds(text: str) -> float:
    """Return a latency as wrk prints it."""
    number, unit = re.fullmatch(r"([\d.]+)(us|ms|s)", text).groups()  # type: ignore[union-attr]
    return float(number) * {"us": 0.001, "ms": 1.0, "s": 1000.0}[unit]


def all_filters(root: str) -> str:
    """Return a query string with all five filters that matches some runs."""
    run = orjson.loads(fetch(f"{root}{PATH}?status=finished&limit=500"))["data"]
    run = next(run for run in run if any(step["channel_id"] for step in run["step_contacts"]))
    return urlencode(
        {
            "phone": run["contact"]["phone"],
            "status": run["status"],
            "channel_id": next(step["channel_id"] for step in run["step_contacts"] if step["channel_id"]),
            "before": run["created_at"],
            "after": run["created_at"],
        }
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class Contender:
    """A server that is measured."""

    name: str
    command: tuple[str, ...]
    prefix: str = "/v1"
    """What its paths begin with."""


def contenders(body: str, prism: str | None) -> list[Contender]:
    """Return the servers to compare; the first is what the others are held against."""
    ready = (sys.executable, str(Path(__file__).with_name("ready_bytes.py")), body)
    mock = (sys.executable, "-m", "seqruns", "serve", "--port", "0", "--quiet")
    servers = [
        Contender(name="ready bytes, the mock's server", command=ready),
        Contender(name="**the mock**", command=mock),
        Contender(name="the mock with a trouble", command=(*mock, "--trouble", "error:probability=0")),
        Contender(name="ready bytes, Flask's development server", command=(*ready, "--development")),
    ]
    if prism:
        document = str(Path(__file__).parents[2] / "openapi.yaml")
        command = (prism, "mock", "--port", "4019", document)
        servers.append(Contender(name="Prism, always one example", command=command, prefix=""))
    return servers


def compare(servers: list[Contender], url: str, rounds: int, seconds: int) -> Iterator[str]:
    """Yield the rows of the table for one URL, below a base URL; the servers take turns."""
    with ExitStack() as stack:
        begun = time.perf_counter()
        running, starts = [], []
        for server in servers:
            begun = time.perf_counter()
            root, pid = stack.enter_context(started(*server.command))
            fetch(root + server.prefix + url)
            starts.append(time.perf_counter() - begun)
            running.append((root + server.prefix + url, pid))
        seen = [[measure(target, seconds) for target, _ in running] for _ in range(rounds)]
        for place, server in enumerate(servers):
            mine = [turn[place] for turn in seen]
            share = statistics.median(turn[place].rate / turn[0].rate for turn in seen)
            rate, p50, p99 = (statistics.median(getattr(each, name) for each in mine) for name in Round.__slots__)
            yield (
                f"{server.name} | {rate:,.0f} | {share:.0%} | {p50:.2f} | {p99:.2f} | "
                f"{memory(running[place][1]):,.0f} | {starts[place]:.2f}"
            )


def memory(pid: int) -> float:
    """Return the largest resident memory that a process has had, in MiB."""
    status = Path(f"/proc/{pid}/status").read_text("utf-8")
    return next(int(line.split()[1]) / 1024 for line in status.splitlines() if line.startswith("VmHWM"))


def main() -> None:
    """Measure and print the table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--seconds", type=int, default=3)
    parser.add_argument("--prism", default=shutil.which("prism"), help="the command of Prism, where it is installed")
    options = parser.parse_args()
    if shutil.which("wrk") is None:
        sys.exit("This benchmark needs wrk; on Debian: apt-get install wrk")
    print("| page | server | requests/s | of ready bytes | p50, ms | p99, ms | MiB | first 200 after, s |")
    print("|---|---|---|---|---|---|---|---|")
    with ExitStack() as stack:
        mock, _ = stack.enter_context(started(sys.executable, "-m", "seqruns", "serve", "--port", "0", "--quiet"))
        queries = {"no filter": "", "five filters": "?" + all_filters(mock)}
        bodies = {name: stack.enter_context(body_file(fetch(mock + PATH + query))) for name, query in queries.items()}
        for name, query in queries.items():
            servers = contenders(bodies[name], options.prism if not query else None)
            for row in compare(servers, PATH.removeprefix("/v1") + query, options.rounds, options.seconds):
                print(f"| {name} | {row} |", flush=True)


@contextmanager
def body_file(body: bytes) -> Iterator[str]:
    """Give the path of a file with these bytes."""
    with tempfile.NamedTemporaryFile() as file:
        file.write(body)
        file.flush()
        yield file.name


if __name__ == "__main__":
    main()
