"""The mock with very many runs: how long until it is ready, how much memory, how long a filtered page takes.

Run it as `python benchmarks/mock/million.py [--runs 1000000] [--requests 500] [--profile edge]`.
"""

from __future__ import annotations

import argparse
import random
import statistics
import time
from urllib.parse import urlencode

import orjson
from throughput import PATH, fetch, memory, processor, started_mock


def queries(runs: list[dict[str, object]], total: int) -> list[str]:
    """Return query strings of every filter and of conjunctions, with their pages at the start and far in."""
    drawn = random.Random(0)  # noqa: S311 - nothing secret
    strings = []
    for run in runs:
        steps: list[dict[str, object]] = run["step_contacts"]  # type: ignore[assignment]
        filters = {
            "status": run["status"],
            "phone": run["contact"]["phone"],  # type: ignore[index]
            "channel_id": next((step["channel_id"] for step in steps if step["channel_id"]), ""),
            "before": run["created_at"],
            "after": run["updated_at"] if drawn.random() < 0.2 else "",
        }
        chosen = drawn.sample(sorted(filters), drawn.randint(0, 3))
        page = {"offset": drawn.choice([0, drawn.randrange(total)])}
        strings.append(urlencode({name: filters[name] for name in chosen} | page))
    return strings


def main() -> None:
    """Measure and print the table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--runs", type=int, default=1_000_000)
    parser.add_argument("--requests", type=int, default=500)
    parser.add_argument("--profile", default="edge")
    options = parser.parse_args()
    begun = time.perf_counter()
    with started_mock("--runs", str(options.runs), "--profile", options.profile) as (root, pid):
        fetch(f"{root}{PATH}")
        ready, worked = time.perf_counter() - begun, processor(pid)
        drawn = random.Random(1)  # noqa: S311 - nothing secret
        runs: list[dict[str, object]] = []
        while len(runs) < options.requests:
            page = fetch(f"{root}{PATH}?limit=20&offset={drawn.randrange(options.runs)}")
            runs += orjson.loads(page)["data"]
        taken = []
        for query_string in queries(runs[: options.requests], options.runs):
            asked = time.perf_counter()
            fetch(f"{root}{PATH}?{query_string}")
            taken.append((time.perf_counter() - asked) * 1000)
        percentiles = statistics.quantiles(taken, n=100)
        print("| runs | first 200 after, s | of processor time, s | memory, MiB | page p50, ms | p99, ms |")
        print("|---|---|---|---|---|---|")
        figures = f"{ready:.1f} | {worked:.1f} | {memory(pid):,.0f} | {percentiles[49]:.1f} | {percentiles[98]:.1f}"
        print(f"| {options.runs:,} | {figures} |")


if __name__ == "__main__":
    main()
