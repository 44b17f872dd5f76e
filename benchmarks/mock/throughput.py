"""Pages per second of the mock beside ready-made bytes, Flask's development server, json-server and Prism, in one run.

Run it as `python benchmarks/mock/throughput.py [--rounds 5] [--seconds 3] [--peers FOLDER] [--plot FILE]`. The folder
has been filled by `npm install --prefix FOLDER json-server@0.17.4 @stoplight/prism-cli`.

Needs `wrk` (Debian has it), and for the plot matplotlib. All servers run all the time and take turns, so noise hits all
of them.
"""

from __future__ import annotations

import argparse
import os
import re
import shutil
import socket
import statistics
import subprocess
import sys
import tempfile
import time
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import dataclass
from functools import partial
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import urlencode
from urllib.request import Request, urlopen

import orjson

from seqruns_mock.process import start_mock

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from contextlib import AbstractContextManager

KEY = "mock-key"
SEQUENCE = "5f0c1f0e-52f9-4b9e-9d5c-3f2f0f6a7c11"
PATH = f"/v1/sequences/{SEQUENCE}/sequence_runs"


@dataclass(frozen=True, slots=True, kw_only=True)
class Round:
    """What wrk saw: requests per second and latencies in milliseconds; and what it cost the server."""

    rate: float
    cost: float
    """Processor time for a request, in microseconds: it varies less than rates where others use the machine, too."""
    p50: float
    p99: float


@contextmanager
def started(*command: str) -> Iterator[tuple[str, int]]:
    """Run a server on a free port, which takes the place of `PORT` in its command, until the block ends.

    Give its root URL and its process id once it accepts connections.
    """
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    words = [word.replace("PORT", str(port)) for word in command]
    with subprocess.Popen(words, stdout=subprocess.DEVNULL, stderr=subprocess.STDOUT) as process:
        try:
            while process.poll() is None:
                with suppress(OSError), socket.create_connection(("127.0.0.1", port)):
                    break
                time.sleep(0.01)
            yield f"http://127.0.0.1:{port}", process.pid
        finally:
            process.terminate()


@contextmanager
def started_mock(*options: str) -> Iterator[tuple[str, int]]:
    """Run the mock until the block ends; give its root URL and its process id."""
    with start_mock("--quiet", *options) as mock:
        yield mock.root_url, mock.process.pid


def fetch(url: str) -> bytes:
    """Return the body of an answer."""
    with urlopen(Request(url, headers={"X-WHIPPY-KEY": KEY}), timeout=60) as response:  # noqa: S310 - loopback
        return response.read()  # type: ignore[no-any-return]


def measure(url: str, pid: int, seconds: int) -> Round:
    """Return one round of load at 8 connections on the server that is a process."""
    before = processor(pid)
    command = ["wrk", "-t1", "-c8", f"-d{seconds}", "--latency", "-H", f"X-WHIPPY-KEY: {KEY}", url]
    output = subprocess.run(command, capture_output=True, text=True, check=True).stdout
    if "Non-2xx" in output or "Socket errors" in output:
        sys.exit(f"{url} did not answer well:\n{output}")
    return Round(
        rate=float(found(r"Requests/sec: +([\d.]+)", output)),
        cost=(processor(pid) - before) * 1e6 / int(found(r"(\d+) requests in", output)),
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


def all_filters(root: str) -> dict[str, str]:
    """Return all five filters, with values that match some runs."""
    run = orjson.loads(fetch(f"{root}{PATH}?status=finished&limit=500"))["data"]
    run = next(run for run in run if any(step["channel_id"] for step in run["step_contacts"]))
    return {
        "phone": run["contact"]["phone"],
        "status": run["status"],
        "channel_id": next(step["channel_id"] for step in run["step_contacts"] if step["channel_id"]),
        "before": run["created_at"],
        "after": run["created_at"],
    }


@dataclass(frozen=True, slots=True, kw_only=True)
class Contender:
    """A server that is measured."""

    name: str
    start: Callable[[], AbstractContextManager[tuple[str, int]]]
    path: Callable[[dict[str, str]], str] = lambda filters: with_query(PATH, filters)
    """Returns the path, with its query, that asks for a page by some filters."""


def with_query(path: str, filters: dict[str, str]) -> str:
    """Return a path with filters as its query string."""
    return path + (f"?{urlencode(filters)}" if filters else "")


def path_of_json_server(filters: dict[str, str]) -> str:
    """Return what asks json-server for nearly the same: it finds a channel only where the run itself has it."""
    names = {"phone": "contact.phone", "before": "created_at_lte", "after": "created_at_gte"}
    page = {"_sort": "created_at", "_order": "desc", "_limit": "50"}
    return with_query("/runs", {names.get(name, name): value for name, value in filters.items()} | page)


def contenders(body: str, database: str, peers: Path | None) -> list[Contender]:
    """Return the servers to compare; the first is what the others are held against."""
    ready = (sys.executable, str(Path(__file__).with_name("ready_bytes.py")), body, "PORT")
    servers = [
        Contender(name="ready bytes, the mock's server", start=partial(started, *ready)),
        Contender(name="**the mock**", start=started_mock),
        Contender(name="the mock with a trouble", start=partial(started_mock, "--trouble", "error:probability=0")),
        Contender(name="ready bytes, Flask's development server", start=partial(started, *ready, "--development")),
    ]
    if peers is not None:
        programs = peers / "node_modules" / ".bin"
        document = str(Path(__file__).parents[2] / "openapi.yaml")
        json_server = (str(programs / "json-server"), "--quiet", "--host", "127.0.0.1", "--port", "PORT", database)
        prism = (str(programs / "prism"), "mock", "--port", "PORT", document)
        servers += [
            Contender(name="json-server, filters", start=partial(started, *json_server), path=path_of_json_server),
            Contender(
                name="Prism, always one example",
                start=partial(started, *prism),
                path=lambda filters: with_query(PATH.removeprefix("/v1"), filters),
            ),
        ]
    return servers


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """What came out for a server and a page: medians over the rounds."""

    page: str
    server: str
    rate: float
    share: float
    """Of the rate of the first server, in the same round."""
    cost: float
    p50: float
    p99: float
    memory: float
    """The largest resident memory, in MiB."""
    start: float
    """Seconds from the start of the process to its first answer."""

    def __str__(self) -> str:
        rates = f"{self.rate:,.0f} | {self.share:.0%} | {self.cost:.0f} | {self.p50:.2f} | {self.p99:.2f}"
        return f"| {self.page} | {self.server} | {rates} | {self.memory:,.0f} | {self.start:.2f} |"


def compare(page: str, servers: list[Contender], filters: dict[str, str], rounds: int, seconds: int) -> Iterator[Row]:
    """Yield the rows of the table for some filters; the servers take turns."""
    with ExitStack() as stack:
        running, starts = [], []
        for server in servers:
            begun = time.perf_counter()
            root, pid = stack.enter_context(server.start())
            url = root + server.path(filters)
            fetch(url)
            starts.append(time.perf_counter() - begun)
            running.append((url, pid))
        seen = [[measure(target, pid, seconds) for target, pid in running] for _ in range(rounds)]
        for place, server in enumerate(servers):
            mine = [turn[place] for turn in seen]
            yield Row(
                page=page,
                server=server.name,
                share=statistics.median(turn[place].rate / turn[0].rate for turn in seen),
                memory=memory(running[place][1]),
                start=starts[place],
                **{name: statistics.median(getattr(each, name) for each in mine) for name in Round.__slots__},
            )


def plot(rows: list[Row], path: Path) -> None:
    """Draw the rates, and the latencies from the median to the 99th percentile."""
    from matplotlib import pyplot as plt  # noqa: PLC0415 - only for the plot

    plt.rcParams["svg.fonttype"] = "none"
    pages = list(dict.fromkeys(row.page for row in rows))
    figure, axes = plt.subplots(len(pages), 2, figsize=(10, 2.6 * len(pages)), sharex="col", layout="constrained")
    for page, (rates, latencies) in zip(pages, axes, strict=True):
        shown = [row for row in rows if row.page == page][::-1]
        names = [row.server.strip("*") for row in shown]
        colours = ["tab:blue" if row.server.startswith("*") else "silver" for row in shown]
        bars = rates.barh(names, [row.rate for row in shown], color=colours)
        rates.bar_label(bars, [f"{row.rate:,.0f}  ({row.share:.0%})" for row in shown], padding=3)
        rates.set_title(page, loc="left")
        latencies.hlines(names, [row.p50 for row in shown], [row.p99 for row in shown], color=colours, linewidth=6)
        latencies.plot([row.p50 for row in shown], names, "k|", markersize=10)
        latencies.set(xscale="log", yticks=[], ylim=rates.get_ylim())
        latencies.set_xticks([1, 2, 5, 10, 20, 50, 100], [1, 2, 5, 10, 20, 50, 100])
        latencies.grid(axis="x", alpha=0.3)
        latencies.minorticks_off()
        rates.spines[["top", "right"]].set_visible(False)
        latencies.spines[["top", "right"]].set_visible(False)
    rates.set_xlabel("requests a second (of ready bytes)")
    rates.set_xlim(right=1.4 * max(row.rate for row in rows))
    latencies.set_xlabel("milliseconds, median to 99th percentile")
    figure.savefig(path, metadata={"Date": None} if path.suffix == ".svg" else None)


def processor(pid: int) -> float:
    """Return the processor time that a process and its ended children have had, in seconds."""
    fields = Path(f"/proc/{pid}/stat").read_text("utf-8").rpartition(")")[2].split()
    return sum(map(int, fields[11:15])) / os.sysconf("SC_CLK_TCK")


def memory(pid: int) -> float:
    """Return the largest resident memory that a process has had, in MiB."""
    status = Path(f"/proc/{pid}/status").read_text("utf-8")
    return next(int(line.split()[1]) / 1024 for line in status.splitlines() if line.startswith("VmHWM"))


def main() -> None:
    """Measure and print the table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--seconds", type=int, default=3)
    parser.add_argument("--peers", type=Path, metavar="FOLDER", help="where npm has installed json-server and Prism")
    parser.add_argument("--plot", type=Path, metavar="FILE", help="draw the table into an SVG or PNG file")
    options = parser.parse_args()
    if shutil.which("wrk") is None:
        sys.exit("This benchmark needs wrk; on Debian: apt-get install wrk")
    if options.plot and find_spec("matplotlib") is None:
        sys.exit("--plot needs matplotlib: pip install matplotlib")
    print("| page | server | requests/s | of ready bytes | processor, µs | p50, ms | p99, ms | MiB | first 200, s |")
    print("|---|---|---|---|---|---|---|---|---|")
    rows = []
    with ExitStack() as stack:
        mock, _ = stack.enter_context(started_mock())
        pages = {"no filter": {}, "five filters": all_filters(mock)}
        runs = orjson.loads(fetch(f"{mock}{PATH}?limit=500"))["data"]
        database = stack.enter_context(file_of(orjson.dumps({"runs": runs}), ".json"))
        for page, filters in pages.items():
            body = stack.enter_context(file_of(fetch(mock + with_query(PATH, filters))))
            servers = contenders(body, database, options.peers)
            for row in compare(page, servers, filters, options.rounds, options.seconds):
                rows.append(row)
                print(row, flush=True)
    if options.plot:
        plot(rows, options.plot)


@contextmanager
def file_of(content: bytes, suffix: str = "") -> Iterator[str]:
    """Give the path of a file with these bytes."""
    with tempfile.NamedTemporaryFile(suffix=suffix) as file:
        file.write(content)
        file.flush()
        yield file.name


if __name__ == "__main__":
    main()
