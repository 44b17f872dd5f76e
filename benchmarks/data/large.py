"""Measure ten million runs of `uniform` to NDJSON and to Parquet by two processes: rate, memory and bytes.

Run it as `python benchmarks/data/large.py [--runs 10000000] [--jobs 2] [--write]`. It needs 8 GB of disk for a while,
and a quiet machine: the rate is by the clock. What a billion would take is arithmetic, since a part depends on its
rows alone.
"""

from __future__ import annotations

import argparse
import tempfile
from pathlib import Path

from scale import measure
from tables import show

BILLION = 1_000_000_000
HEAD = "| format | runs | jobs | s by the clock | runs/s | s of processors | peak MiB | MB | a billion: hours | GB |"


def main() -> None:
    """Print a table, each format measured once."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--runs", type=int, default=10_000_000)
    parser.add_argument("--jobs", type=int, default=2)
    parser.add_argument("--folder", help="where to write for a while")
    parser.add_argument("--write", action="store_true", help="put the table into the README")
    arguments = parser.parse_args()
    runs, rows = arguments.runs, []
    for name in ("ndjson", "parquet"):
        with tempfile.TemporaryDirectory(dir=arguments.folder) as folder:
            path = Path(folder, f"runs.{name}")
            options = f"--profile uniform --runs {runs} --jobs {arguments.jobs}"
            clock, peak, processors = measure(*options.split(), output=str(path))
            size = path.stat().st_size
        hours, gigabytes = BILLION / runs * clock / 3600, BILLION / runs * size / 1e9
        rows.append(
            f"| {name} | {runs:,} | {arguments.jobs} | {clock:.1f} | {runs / clock:,.0f} | {processors:.1f} | {peak} "
            f"| {size / 1e6:,.0f} | {hours:.1f} | {gigabytes:,.0f} |"
        )
    show("large", HEAD, rows, write=arguments.write)


if __name__ == "__main__":
    main()
