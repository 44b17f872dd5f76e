"""Whether the kit ever accuses a right server whose runs are added, finished and deleted while it is checked.

Run it as `python benchmarks/contracts/busy.py [--runs 137 1500 100000] [--seeds 20]`: for each number of runs and each
rate as many whole checks as there are seeds, in this process. It prints a row for each, and fails if any check is
broken. Rates are changes a second at the 20 requests a second that are the kit's default.
"""

from __future__ import annotations

import argparse
import random
import sys
import time
from datetime import UTC, datetime, timedelta
from statistics import median
from typing import TYPE_CHECKING

from seqruns_contracts import Outcome, Report, check_target, wsgi_target
from seqruns_fixtures import generate_runs
from seqruns_mock.core.columns import columns_of
from seqruns_mock.core.store import RunStore
from seqruns_mock.http.app import create_app
from seqruns_mock.http.pipeline import Mock

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from wsgiref.types import StartResponse, WSGIApplication, WSGIEnvironment

SEQUENCE = "5f0c1f0e-52f9-4b9e-9d5c-3f2f0f6a7c11"
KEY = "key"
REQUESTS_A_SECOND = 20
RATES = (1, 10, 100)


def busy(store: RunStore, rate: float, seed: int) -> WSGIApplication:
    """Return a right server of a store in which runs change before each request, by a seed."""
    draw = random.Random(seed)  # noqa: S311 - changes of a mock are no secret
    new = generate_runs(runs=10**6, seed=seed + 100, sequence_id=SEQUENCE)
    now, due = datetime(2031, 1, 1, tzinfo=UTC), 0.0
    app = create_app(Mock(stores={SEQUENCE: store}, keys={KEY}))

    def change() -> None:
        nonlocal now
        now += timedelta(seconds=1)
        text, row = now.strftime("%Y-%m-%dT%H:%M:%S.%fZ"), draw.randrange(len(store))
        match draw.choice(["add", "finish", "delete"]):
            case "add":
                store.insert({**next(new), "created_at": text, "updated_at": text})
            case "finish":
                store.replace(row, {**store.run(row), "status": "finished", "updated_at": text})
            case _:
                store.delete(row)

    def moving(environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        nonlocal due
        # Exponential pauses, as of events that know nothing of each other: sometimes two at once, sometimes none.
        due -= 1 / REQUESTS_A_SECOND
        while due < 0:
            change()
            due += draw.expovariate(rate)
        return app(environ, start_response)

    return moving


def trials(runs: int, rate: float, seeds: int) -> Iterator[Report]:
    """Yield the report on each busy server."""
    columns = columns_of(list(generate_runs(runs=runs, seed=5, sequence_id=SEQUENCE)))
    for seed in range(seeds):
        yield check_target(wsgi_target(busy(RunStore(columns).copy(), rate, seed), key=KEY), SEQUENCE)


def main() -> None:
    """Print the table; exit with 1 where a check was broken."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--runs", type=int, nargs="+", default=[137, 1500, 100_000])
    parser.add_argument("--seeds", type=int, default=20)
    options = parser.parse_args()
    accused = 0
    print("| runs | changes a second | accused | checks that hold, median (fewest) | requests, median | s, mean |")
    print("|---|---|---|---|---|---|")
    for runs in options.runs:
        for rate in RATES:
            begun = time.monotonic()
            reports = list(trials(runs, rate, options.seeds))
            wrong = sum(bool(report.counts[Outcome.BROKEN]) for report in reports)
            held = [report.counts[Outcome.HOLDS] for report in reports]
            seconds = (time.monotonic() - begun) / len(reports)
            accused += wrong
            print(
                f"| {runs:,} | {rate} | {wrong} of {len(reports)} | {median(held):g} ({min(held)}) "
                f"| {median(report.requests for report in reports):g} | {seconds:.0f} |",
                flush=True,
            )
    sys.exit(accused > 0)


if __name__ == "__main__":
    main()
