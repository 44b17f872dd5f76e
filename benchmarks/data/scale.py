"""Measure what jobs and numbers of runs do to the time and the memory of `seqruns fixtures`.

Run it as `python benchmarks/data/scale.py [--runs 200000] [--rounds 3] [--write]`. Each case is a process of its own,
timed by the clock; memory is the peak of the largest of its processes.
"""

from __future__ import annotations

import argparse
import os
import statistics
import subprocess
import sys
import time

from tables import show

COMMAND = [sys.executable, "-m", "seqruns", "fixtures", "-q"]
PEAK = """
import resource, subprocess, sys
subprocess.run(sys.argv[1:], check=True)
usage = resource.getrusage(resource.RUSAGE_CHILDREN)
print(usage.ru_maxrss // 1024, usage.ru_utime + usage.ru_stime)
"""


def measure(*options: str, output: str) -> tuple[float, int, float]:
    """Return the seconds by the clock, the peak memory in MiB and the seconds of processors of one command."""
    start = time.perf_counter()
    command = [sys.executable, "-c", PEAK, *COMMAND, *options, "-o", output]
    result = subprocess.run(command, check=True, stdout=subprocess.PIPE, text=True)
    peak, processors = result.stdout.split()
    return time.perf_counter() - start, int(peak), float(processors)


def main() -> None:
    """Print a table of medians."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--runs", type=int, default=200_000)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--write", action="store_true", help="put the table into the README")
    arguments = parser.parse_args()
    cases = [
        (profile, runs, jobs)
        for profile in ("uniform", "realistic")
        for runs, jobs in ((arguments.runs // 10, 1), (arguments.runs, 1), (arguments.runs, os.cpu_count() or 1))
    ]
    found: dict[tuple[str, int, int], list[tuple[float, int, float]]] = {case: [] for case in cases}
    for _ in range(arguments.rounds):
        for profile, runs, jobs in cases:
            measured = measure(
                *f"--format ndjson --profile {profile} --runs {runs} --jobs {jobs}".split(), output="/dev/null"
            )
            found[profile, runs, jobs].append(measured)
    rows = []
    for (profile, runs, jobs), results in found.items():
        clock, _, processors = (statistics.median(column) for column in zip(*results, strict=True))
        peak = max(peak for _, peak, _ in results)
        rows.append(f"| {profile} | {runs:,} | {jobs} | {clock:.2f} | {processors:.2f} | {peak} |")
    head = "| profile | runs | jobs | s by the clock | s of processors | peak MiB |"
    show("scale", head, rows, write=arguments.write)


if __name__ == "__main__":
    main()
