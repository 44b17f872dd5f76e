"""What the kit finds in the gallery, beside Schemathesis with its defaults on the same servers.

Run it as `python benchmarks/contracts/beside_schemathesis.py [--every 20]`: every so many faults and variants, tried by
both in turn over the same socket. Schemathesis is given the document, the key and a known sequence; an exhibit is
accused where a check of it fails that does not fail on the honest mock.
"""

from __future__ import annotations

import argparse
import time
from dataclasses import dataclass
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
    return Try(accused=frozenset(failed), requests=requests, seconds=time.monotonic() - begun)


def by_the_kit(exhibit: Exhibit, served: Served) -> Try:
    """Return the documented checks of the kit that fail."""
    trial = try_exhibit(exhibit, served)
    return Try(accused=frozenset(trial.failed), requests=trial.requests, seconds=trial.seconds)


def main() -> None:
    """Print the table."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--every", type=int, default=20, help="try every so manieth exhibit")
    every = parser.parse_args().every
    held = [exhibit for exhibit in list_exhibits() if not exhibit.alone and exhibit.grade != "assumed"]
    chosen = [each for kind in (True, False) for each in [e for e in held if e.is_fault is kind][::every]]
    tries: dict[str, list[tuple[bool, Try]]] = {"seqruns": [], "Schemathesis": []}
    with serving("--gallery") as served:
        honest = by_schemathesis(served.root + "/v1", served).accused
        print(f"On the honest mock Schemathesis fails: {', '.join(sorted(honest)) or 'nothing'}")
        for exhibit in chosen:
            other = by_schemathesis(served.base_url(exhibit), served)
            tries["Schemathesis"].append(
                (exhibit.is_fault, Try(accused=other.accused - honest, requests=other.requests, seconds=other.seconds))
            )
            tries["seqruns"].append((exhibit.is_fault, by_the_kit(exhibit, served)))
    print("\n| tool | faults caught | variants accused | requests, median | s, median |\n|---|---|---|---|---|")
    for tool, results in tries.items():
        faults = [result for is_fault, result in results if is_fault]
        variants = [result for is_fault, result in results if not is_fault]
        print(
            f"| {tool} | {sum(bool(r.accused) for r in faults)} of {len(faults)} "
            f"| {sum(bool(r.accused) for r in variants)} of {len(variants)} "
            f"| {median(r.requests for _, r in results):.0f} | {median(r.seconds for _, r in results):.1f} |"
        )


if __name__ == "__main__":
    main()
