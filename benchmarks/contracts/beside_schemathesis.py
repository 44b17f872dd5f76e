"""What the kit finds in the gallery, beside Schemathesis with its defaults on the same servers.

`python benchmarks/contracts/beside_schemathesis.py` tries all documented faults and all variants, `--every 10` a tenth
of each, by both in turn over a socket; `--jobs 2` halves the time on two cores. Schemathesis is given the
document, the key and a known sequence; an exhibit is accused where a check of it fails, or an error comes, that does
not on the honest mock. The table goes to standard output, what each of both said to standard error.
"""

from __future__ import annotations

import argparse
import sys
import time
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass, replace
from statistics import median

import schemathesis
from schemathesis.config import SchemathesisConfig
from schemathesis.engine import events, from_schema

from seqruns.document import facts, load_document
from seqruns_gallery.selftest.gallery import Exhibit, Served, list_exhibits, serving
from seqruns_gallery.selftest.trial import try_exhibit


@dataclass(frozen=True, slots=True, kw_only=True)
class Try:
    """What one tool said of one exhibit."""

    accused: frozenset[str]
    requests: int
    seconds: float


def by_schemathesis(base_url: str, served: Served) -> Try:
    """Return the checks of Schemathesis that fail, with its defaults."""
    config = {
        "base-url": base_url,
        "headers": {facts().key_header: served.key},
        "parameters": {"path.sequence_id": served.sequence_id},
    }
    begun, failed, requests = time.monotonic(), set(), 0
    document = load_document(server=base_url)
    schema = schemathesis.openapi.from_dict(document, config=SchemathesisConfig.from_dict(config))
    for event in from_schema(schema).execute():
        if isinstance(event, events.ScenarioFinished):
            requests += len(event.recorder.cases)
            nodes = [node for nodes in event.recorder.checks.values() for node in nodes]
            failed |= {node.name for node in nodes if node.failure_info is not None}
        elif isinstance(event, events.NonFatalError):
            failed.add(f"error: {type(event.value).__name__}")
    return Try(accused=frozenset(failed), requests=requests, seconds=time.monotonic() - begun)


def by_the_kit(exhibit: Exhibit, served: Served) -> Try:
    """Return the documented checks of the kit that fail."""
    trial = try_exhibit(exhibit, served)
    return Try(accused=frozenset(trial.failed), requests=trial.requests, seconds=trial.seconds)


def try_both(exhibits: list[Exhibit], number: int) -> tuple[frozenset[str], list[tuple[Exhibit, Try, Try]]]:
    """Return what fails on the honest mock, and what each tool said of each exhibit, each on a mock of its own.

    Some faults remember what they were asked: filters that stay from Schemathesis's last request hide every run.
    """
    with serving("--gallery") as ours, serving("--gallery") as others:
        honest, tried = by_schemathesis(others.root + "/v1", others).accused, []
        for place, exhibit in enumerate(exhibits, start=1):
            kit = by_the_kit(exhibit, ours)
            other = by_schemathesis(others.base_url(exhibit), others)
            other = replace(other, accused=other.accused - honest)
            tried.append((exhibit, kit, other))
            said = " | ".join(f"{sorted(each.accused)} {each.requests} {each.seconds:.1f} s" for each in (kit, other))
            print(f"{number}: {place} of {len(exhibits)}: {exhibit.id}: {said}", file=sys.stderr, flush=True)
    return honest, tried


def main() -> None:
    """Print the table."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--every", type=int, default=1, metavar="N", help="try every Nth exhibit only")
    parser.add_argument("--jobs", type=int, default=1, metavar="N", help="in so many processes, each with a mock")
    given = parser.parse_args()
    held = [exhibit for exhibit in list_exhibits() if not exhibit.alone and exhibit.grade != "assumed"]
    chosen = [each for kind in (True, False) for each in [e for e in held if e.is_fault is kind][:: given.every]]
    with ProcessPoolExecutor(given.jobs) as pool:
        shares = list(pool.map(try_both, [chosen[job :: given.jobs] for job in range(given.jobs)], range(given.jobs)))
    honest = frozenset().union(*(failed for failed, _ in shares))
    print(f"On the honest mock Schemathesis fails: {', '.join(sorted(honest)) or 'nothing'}")
    print("\n| tool | faults caught | variants accused | requests, median | s, median |\n|---|---|---|---|---|")
    caught: dict[str, set[str]] = {}
    for column, tool in enumerate(("seqruns", "Schemathesis")):
        results = [(exhibit, (kit, other)[column]) for _, rows in shares for exhibit, kit, other in rows]
        faults = [result for exhibit, result in results if exhibit.is_fault]
        variants = [result for exhibit, result in results if not exhibit.is_fault]
        caught[tool] = {exhibit.id for exhibit, result in results if result.accused}
        print(
            f"| {tool} | {sum(bool(r.accused) for r in faults)} of {len(faults)} "
            f"| {sum(bool(r.accused) for r in variants)} of {len(variants)} "
            f"| {median(r.requests for _, r in results):.0f} | {median(r.seconds for _, r in results):.1f} |"
        )
    more = sorted(caught["Schemathesis"] - caught["seqruns"])
    print(f"\nAccused by Schemathesis alone: {', '.join(more) or 'none'}.")


if __name__ == "__main__":
    main()
