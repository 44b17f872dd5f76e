"""Measure how a Dask cluster of one, two and four workers on this machine shares the work.

Run it as `python benchmarks/data/cluster.py [--runs 400000] [--write]`. Each case writes the same Parquet files of
`uniform`.
"""

from __future__ import annotations

import argparse
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from distributed import LocalCluster
from tables import show

FILES = 8
BILLION = 1_000_000_000


def measure(scheduler: str, runs: int) -> tuple[float, int]:
    """Return the seconds by the clock of one command, with its start, and the bytes that it wrote."""
    with tempfile.TemporaryDirectory() as folder:
        options = f"--runs {runs} --profile uniform --page-size {runs // FILES} --format parquet -q --engine dask"
        command = [sys.executable, "-m", "seqruns", "fixtures", *options.split(), "--scheduler", scheduler]
        start = time.perf_counter()
        subprocess.run([*command, "-o", f"{folder}/out"], check=True)
        seconds = time.perf_counter() - start
        return seconds, sum(path.stat().st_size for path in Path(folder, "out").iterdir())


def main() -> None:
    """Print a table, with what a billion runs would take at each rate."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--runs", type=int, default=400_000)
    parser.add_argument("--write", action="store_true", help="put the table into the README")
    arguments = parser.parse_args()
    runs, rows = arguments.runs, []
    for workers in (1, 2, 4):
        with LocalCluster(  # type: ignore[no-untyped-call]  # it has no types
            n_workers=workers, threads_per_worker=1, dashboard_address=":0", host="127.0.0.1"
        ) as cluster:
            measure(cluster.scheduler_address, runs // 100)
            seconds, size = measure(cluster.scheduler_address, runs)
        hours, gigabytes = BILLION / runs * seconds / 3600, BILLION / runs * size / 1e9
        rows.append(f"| {workers} | {seconds:.1f} | {runs / seconds:,.0f} | {hours:.1f} | {gigabytes:,.0f} |")
    show("cluster", "| workers | s | runs/s | a billion: hours | a billion: GB |", rows, write=arguments.write)


if __name__ == "__main__":
    main()
