"""Precision: whether a target prints fewer digits of a start time than it compares.

`before=12:00:00.123`, sent back as it was printed, then misses the run that starts at 12:00:00.123456. That is one
mistake of printing, and none of the bounds: with it known they are judged but for what lies inside of the last digit.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from seqruns_contracts.model.exchange import Ask
from seqruns_contracts.model.instants import MICROSECOND, SECOND, write_instant
from seqruns_contracts.model.oracle import Difference

if TYPE_CHECKING:
    from collections.abc import Collection

    from seqruns_contracts.engine.session import Session
    from seqruns_contracts.model.census import Census
    from seqruns_contracts.model.exchange import Evidence
    from seqruns_contracts.model.query import Query

# `2024-03-01T12:00:00.123Z` gives `123`. The colon before the seconds keeps other numbers with a point out.
_FRACTION = re.compile(r":\d\d[.,](\d+)", re.ASCII)
DIGITS = 6
"""How many digits the contract compares."""
OUTWARD = {"before": 1, "after": -1}
"""The direction in which a bound lets more runs in."""


@dataclass(frozen=True, slots=True, kw_only=True)
class CoarsePrinting:
    """That start times are printed with fewer digits than they are compared with."""

    grain: int
    """Nanoseconds: the last digit that is printed."""
    bound: str
    """The bound that showed it."""
    evidence: Evidence


def find_coarse_printing(evidence: Evidence, session: Session) -> CoarsePrinting | None:
    """Return that a run is missed at the start time printed of it, and found at the next printed digit only.

    A bound that is exclusive misses it, too, and finds it a microsecond farther: so that is asked as well.
    """
    grain = printed_grain(session.census)
    missing = {name for each in evidence.differences if each.kind == "missing" for name in each.runs}
    query = evidence.exchange.ask.query
    if session.grain or grain <= MICROSECOND or not missing:
        return None
    for name, outward in OUTWARD.items():
        bound = query.instant(name)
        if bound is None or not _are_beside(missing, bound, grain, session.census):
            continue
        found = [
            _shown(session, query.with_(**{name: write_instant(bound + outward * step)}))
            for step in (MICROSECOND, grain)
        ]
        # A run at 12:00:00.123456 is printed as .123: `before=….123001` misses it still, and `….124` finds it. One that
        # is exclusive finds a run at .123 a microsecond on.
        if not missing <= found[0] and missing <= found[1]:
            words = _words(grain)
            text = (
                f"{name}=t misses the run that is printed at t, {name}=t{'+' if outward > 0 else '-'}{words} finds it: "
                f"start times are printed to {words} and compared finer"
            )
            differences = (*evidence.differences, Difference(kind="seen", text=text))
            return CoarsePrinting(grain=grain, bound=name, evidence=replace(evidence, differences=differences))
    return None


def printed_grain(census: Census) -> int:
    """Return the last digit that is printed of start times, in nanoseconds; 1000 for six digits or more."""
    fractions = [_FRACTION.search(run.start_text or "") for run in census.universe]
    # The longest of all: where zeros at the end are left out, `.5` and `.123` are both printed to the millisecond.
    digits = max((len(fraction[1]) for fraction in fractions if fraction), default=0)
    return SECOND // int(10 ** min(digits, DIGITS))


def _are_beside(names: Collection[str], bound: int, grain: int, census: Census) -> bool:
    starts = [census.known[name].start if name in census.known else None for name in names]
    return all(start is not None and abs(start - bound) < grain for start in starts)


def _shown(session: Session, query: Query) -> set[str]:
    page = session.client.ask(Ask(query=query)).page
    return {run.id for run in page.runs} if page else set()


def _words(grain: int) -> str:
    # 10**9 is "1s", 10**8 "100ms", 10**4 "10µs".
    return "1s" if grain == SECOND else f"{grain // 10**6}ms" if grain >= 10**6 else f"{grain // MICROSECOND}µs"
