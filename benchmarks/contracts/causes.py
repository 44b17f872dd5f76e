"""What the kit names as causes on the gallery: of one fault, of two at once, and of variants.

Run it as `python benchmarks/contracts/causes.py [--every 5] [--pairs 20] [--jobs 2]`: every so many faults and
variants, and so many random pairs of documented faults, all in this process. `--record FILE` keeps what was
named, from which docs/causes.md is made; a fault that was not tried stays as it was. `--runs 100000` tries them with
as many runs, of which the kit reads only a part.

A piece counts as wrong where a cause is about another parameter than the area of the gallery in which the fault stands;
each such line is printed, to be judged by a person. Of a pair a fault counts as named where a cause is about the
same piece as one that was named for the fault alone.
"""

from __future__ import annotations

import argparse
import json
import random
import time
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass, field
from functools import cache, partial
from itertools import product
from pathlib import Path
from statistics import mean, median

from seqruns.defaults import RUNS
from seqruns.target import TargetError
from seqruns_contracts import Outcome, check_target, wsgi_target
from seqruns_contracts.diagnosis.diagnose import Diagnosis
from seqruns_gallery.catalogue import EXHIBITS, build_together
from seqruns_gallery.faults import AREAS, FAULTS
from seqruns_gallery.selftest.gallery import KEY, list_exhibits, mock_in_process
from seqruns_mock.core.sequences import default_sizes, generate_stores
from seqruns_mock.http.pipeline import Mock

FILTERS = {"status", "phone", "channel", "before", "after", "window", "filters"}
PIECES: dict[str, set[str]] = {
    "Limit": {"limit", "page", "paging"},
    "Offset": {"offset", "limit", "paging"},
    "Order and total": {"order", "total", "list", "page", "limit", "window", "status", "answer"},
    "Window": {"before", "after", "window", "start"},
    "Spelling of date-times": {"before", "after", "window"},
    "Precision of date-times": {"before", "after", "window", "start"},
    "Calendar": {"before", "after", "window"},
    "Phone": {"phone", "filters"},
    "Channel": {"channel"},
    "Status and combinations": {*FILTERS, "total", "sequence"},
    "Parameter": {*FILTERS, "parameters", "query", "limit", "offset", "paging"},
    "Sequence": {"sequence", "run"},
    "Run": {"run", "start", "phone", "sequence"},
    "Answer": {"answer", "run", "total", "error", "request"},
    "Error": {"error"},
    "Access": {"auth", "method", "rate"},
    "Staleness": {"cache", "answer", "filters", "total", "auth", "method"},
}  # fmt: skip
"""By the area of the gallery: what a cause of its faults may be about."""


@dataclass(frozen=True, kw_only=True)
class Named:
    """What was named of one server."""

    ids: tuple[str, ...]
    causes: list[dict[str, object]] = field(default_factory=list)
    left: tuple[str, ...] = ()
    """The broken checks that no cause explains."""
    failures: int = 0
    """How many documented checks are broken."""
    asked: int = 0
    """How many requests were sent to tell explanations apart."""
    seconds: float = 0.0
    """How long it was computed, in processor time."""
    trouble: str = ""

    @property
    def named(self) -> set[str]:
        """The ids of the causes."""
        return {str(cause["id"]) for cause in self.causes}

    @property
    def headings(self) -> int:
        """How many problems the report heads."""
        return len(self.causes) + len(self.left)


@cache
def mock_of(runs: int) -> Mock:
    """Return an honest mock whose first sequence has so many runs."""
    return Mock(stores=generate_stores(default_sizes(runs=runs)), keys={KEY})


def name_causes(ids: tuple[str, ...], *, runs: int) -> Named:
    """Return what the kit names where these exhibits are true together."""
    spent: dict[str, float] = {}
    find = Diagnosis.causes

    def measured(self: Diagnosis) -> object:
        begun = time.process_time()
        try:
            return find(self)
        finally:
            spent.update(seconds=time.process_time() - begun, asked=self.inquiry.asked)

    mock = mock_of(runs)
    first, second, *_ = mock.stores
    roles = {role: place for each in ids for role, place in getattr(EXHIBITS[each], "roles", {}).items()}
    Diagnosis.causes = measured  # type: ignore[assignment, method-assign] # put back below
    try:
        app = build_together(ids, mock)
        target = wsgi_target(app, key=KEY, max_requests=400, allow_unsafe_methods=True)
        report = check_target(target, first, other_sequence_id=second, roles=roles)
    except (ValueError, TargetError) as error:
        return Named(ids=ids, trouble=str(error))
    finally:
        Diagnosis.causes = find  # type: ignore[method-assign]
    broken = [verdict for verdict in report.verdicts if verdict.outcome is Outcome.BROKEN]
    return Named(
        ids=ids,
        causes=[{"id": c.id, "sentence": c.sentence, "look": c.look, "checks": c.checks} for c in report.explained],
        left=tuple(verdict.check.id for verdict in broken if report.cause_of(verdict) is None),
        failures=len(report.failures),
        asked=int(spent.get("asked", 0)),
        seconds=spent.get("seconds", 0.0),
    )


def has_other_piece(named: Named) -> bool:
    """Return whether a cause is about something else than the fault."""
    (fault,) = named.ids
    area = next(name for name, faults in AREAS.items() if FAULTS[fault] in faults)
    return any(not {*_pieces(each)} & PIECES[area] for each in named.named)


def _pieces(cause: str) -> list[str]:
    return cause.partition(".")[0].split("-and-")


def are_both_named(pair: Named, alone: dict[str, Named]) -> bool:
    """Return whether two different causes are about what was named for each fault alone."""
    first, second = ({cause.partition(".")[0] for cause in alone[fault].named} for fault in pair.ids)
    return any(
        one != other and one.partition(".")[0] in first and other.partition(".")[0] in second
        for one, other in product(pair.named, pair.named)
    )


def choose_pairs(count: int, seed: int) -> list[tuple[str, ...]]:
    """Return random pairs of documented faults that can be true together."""
    dice = random.Random(seed)  # noqa: S311 - no secret
    found: list[tuple[str, ...]] = []
    documented = sorted(fault.id for fault in FAULTS.values() if fault.grade == "documented" and not fault.wire)
    while len(found) < count:
        pair = tuple(dice.sample(documented, 2))
        try:
            build_together(pair, mock_in_process())
        except ValueError:
            continue
        found.append(pair)
    return found


def record(path: Path, tried: list[Named]) -> None:
    """Keep what was named for each fault, a line each."""
    held = json.loads(path.read_text("utf-8")) if path.exists() else {}
    held = {fault: causes for fault, causes in held.items() if fault in FAULTS}
    held |= {named.ids[0]: named.causes for named in tried if named.ids[0] in FAULTS and not named.trouble}
    lines = ",\n".join(f"{json.dumps(fault)}: {json.dumps(causes)}" for fault, causes in sorted(held.items()))
    path.write_text(f"{{\n{lines}\n}}\n", "utf-8")


def show(title: str, tried: list[Named]) -> None:
    """Print what was spent."""
    seconds, asked = [each.seconds for each in tried], [each.asked for each in tried]
    print(
        f"{title}: {median(seconds):.2f} s of processor time at the median, {max(seconds):.2f} at most; "
        f"{max(asked)} requests more at most, {mean(asked):.1f} on average"
    )


def main() -> None:
    """Print the figures, and every fault of which something else was named or more than one thing."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--every", type=int, default=1)
    parser.add_argument("--pairs", type=int, default=100)
    parser.add_argument("--jobs", type=int, default=1)
    parser.add_argument("--seed", type=int, default=11)
    parser.add_argument("--runs", type=int, default=RUNS)
    parser.add_argument("--record", type=Path)
    given = parser.parse_args()
    exhibits = [each for each in list_exhibits() if not (each.wire or each.alone)]
    faults = [(each.id,) for each in exhibits if each.is_fault][:: given.every]
    variants = [(each.id,) for each in exhibits if not each.is_fault][:: given.every]
    pairs = choose_pairs(given.pairs, given.seed)
    more = sorted({(fault,) for pair in pairs for fault in pair} - {*faults})
    mock_of(given.runs)  # the processes are forks of this one
    with ProcessPoolExecutor(given.jobs) as pool:
        tried = list(pool.map(partial(name_causes, runs=given.runs), [*faults, *variants, *more, *pairs]))
    n, m = len(faults), len(faults) + len(variants)
    singles = [each for each in tried[:n] if not each.trouble]
    spared, alone = tried[n:m], {each.ids[0]: each for each in (*tried[:n], *tried[m : m + len(more)])}
    together = [each for each in tried[m + len(more) :] if not each.trouble]
    if given.record:
        record(given.record, list(alone.values()))
    for each in singles:
        left = ", ".join(each.left) or "nothing"
        if each.headings != 1 or has_other_piece(each):
            word = "another piece" if has_other_piece(each) else f"{each.headings} headings"
            print(f"{each.ids[0]}: {word}: {', '.join(sorted(each.named)) or 'nothing'}; left {left}")
    for each in together:
        if not are_both_named(each, alone):
            print(f"{' + '.join(each.ids)}: {', '.join(sorted(each.named)) or 'nothing'}; left {len(each.left)}")
    one = sum(len(each.causes) == 1 for each in singles)
    print(f"\nfaults: one cause {one} of {len(singles)} ({one / len(singles):.0%}), another piece in "
          f"{sum(map(has_other_piece, singles))}, {mean(each.headings for each in singles):.2f} headings")  # fmt: skip
    if together:
        both = sum(are_both_named(each, alone) for each in together)
        print(f"pairs: both named in {both} of {len(together)} ({both / len(together):.0%})")
        show("pairs", together)
    show("faults", singles)
    print(f"variants: a documented check broken in {sum(bool(each.failures) for each in spared)} of {len(spared)}")


if __name__ == "__main__":
    main()
