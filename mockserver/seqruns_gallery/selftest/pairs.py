"""Pairs of faults: one that shows for odd values only, and one that shows for ordinary ones beside it.

A checker that stops at the first thing it finds wrong with a filter would never see the second, and a baseline that
knows the first would then say that the contract is kept.
"""

from __future__ import annotations

import time
from dataclasses import dataclass, replace
from functools import lru_cache
from itertools import product
from typing import TYPE_CHECKING

from seqruns_contracts.api import check_target
from seqruns_contracts.findings.baseline import Baseline, Known
from seqruns_contracts.wsgi import wsgi_target
from seqruns_gallery.catalogue import build_together
from seqruns_gallery.selftest.gallery import KEY, mock_in_process

if TYPE_CHECKING:
    from collections.abc import Collection

    from seqruns_contracts.findings.report import Report

ODD = (
    "phone-nul-crashes",
    "phone-quote-crashes",
    "phone-invalid-utf-8-crashes",
    "before-1970-crashes",
    "leap-day-of-2000-refused",
    "offset-beyond-18-hours-refused",
)
"""Faults of `phone`, and of `before` and `after`, for values that few clients send."""
ORDINARY = (
    "filters-are-alternatives",
    "window-is-an-alternative",
    "status-dropped-beside-phone",
    "phone-dropped-beside-status",
    "channel-dropped-beside-before",
    "after-dropped-beside-channel",
)
"""Faults of filters together, for values that every client sends."""
PAIRS = tuple(product(ODD, ORDINARY))


@dataclass(frozen=True, slots=True, kw_only=True)
class PairTrial:
    """What the kit said of a server with two faults."""

    odd: str
    ordinary: str
    reported: tuple[str, ...]
    """The documented checks that fail because of the second fault: broken with both, and not with the odd one alone."""
    is_covered: bool
    """Whether a baseline that was written for the odd one alone lets both pass."""
    requests: int
    seconds: float

    @property
    def is_right(self) -> bool:
        """Whether the ordinary fault is reported, and no baseline of the other one hides it."""
        return bool(self.reported) and not self.is_covered


def chosen_pairs(ids: Collection[str]) -> tuple[tuple[str, str], ...]:
    """Return the pairs of which both faults are among the ids; all of them without any ids."""
    return tuple(pair for pair in PAIRS if not ids or {*pair} <= {*ids})


def try_pair(odd: str, ordinary: str) -> PairTrial:
    """Return the trial of a pair, in this process."""
    started = time.monotonic()
    alone, both = _report(odd), _report(ordinary, odd)
    known = Baseline(
        entries=tuple(
            Known(check=verdict.check.id, where=finding.fingerprint[0], what=finding.fingerprint[1])
            for verdict in alone.failures
            for finding in verdict.findings
        )
    )
    before = {verdict.check.id for verdict in alone.failures}
    return PairTrial(
        odd=odd,
        ordinary=ordinary,
        reported=tuple(verdict.check.id for verdict in both.failures if verdict.check.id not in before),
        is_covered=not replace(both, baseline=known).failures,
        requests=both.requests,
        seconds=time.monotonic() - started,
    )


@lru_cache(maxsize=len(ODD))
def _report(*faults: str) -> Report:
    mock = mock_in_process()
    first, second, *_ = mock.stores
    target = wsgi_target(build_together(faults, mock), key=KEY, allow_unsafe_methods=True)
    return check_target(target, first, other_sequence_id=second)
