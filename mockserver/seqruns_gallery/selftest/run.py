"""All trials, in parallel."""

from __future__ import annotations

import gc
import os
from concurrent.futures import ProcessPoolExecutor, as_completed
from contextlib import ExitStack
from itertools import groupby
from typing import TYPE_CHECKING

from seqruns_gallery.selftest.gallery import mock_in_process, serving
from seqruns_gallery.selftest.pairs import try_pair
from seqruns_gallery.selftest.trial import try_exhibit

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from seqruns_gallery.selftest.gallery import Exhibit, Served
    from seqruns_gallery.selftest.pairs import PairTrial
    from seqruns_gallery.selftest.trial import Trial


def default_jobs() -> int:
    """Return how many trials run at once: one more than there are processors, as some mostly wait."""
    return (os.cpu_count() or 1) + 1


def run_all(exhibits: Sequence[Exhibit], pairs: Sequence[tuple[str, str]], *, jobs: int) -> Iterator[Trial | PairTrial]:
    """Yield the trial of each exhibit, and of each pair of faults, as it ends.

    Those over a socket mostly wait and take longest, so they begin.
    """
    mock_in_process()  # the processes are forks of this one, so its data is made once
    gc.freeze()  # and the garbage collector of each skips it
    with ExitStack() as stack:
        on_the_wire = any(exhibit.wire for exhibit in exhibits)
        gallery = stack.enter_context(serving("--gallery")) if on_the_wire else None
        pool = stack.enter_context(ProcessPoolExecutor(jobs, initializer=gc.disable))
        # False sorts first: those with a server of their own, then the others over a socket.
        order = sorted(exhibits, key=lambda exhibit: (not exhibit.alone, not exhibit.wire))
        on_sockets = [exhibit for exhibit in order if exhibit.alone or exhibit.wire]
        # All pairs of one odd fault in one process, which tries that fault alone but once.
        groups = [list(group) for _, group in groupby(pairs, key=lambda pair: pair[0])]
        futures = [
            *(pool.submit(_try, exhibit, gallery if exhibit.wire else None) for exhibit in on_sockets),
            *(pool.submit(_try_pairs, group) for group in groups),
            *(pool.submit(_try, exhibit, None) for exhibit in order[len(on_sockets) :]),
        ]
        for future in as_completed(futures):
            yield from future.result()


def _try(exhibit: Exhibit, served: Served | None) -> Sequence[Trial | PairTrial]:
    tried = try_exhibit(exhibit, served)
    _tidy()
    return [tried]


def _try_pairs(pairs: Sequence[tuple[str, str]]) -> Sequence[Trial | PairTrial]:
    tried = []
    for pair in pairs:
        tried.append(try_pair(*pair))
        _tidy()
    return tried


def _tidy() -> None:
    """Collect garbage after a trial, in a tenth of the time that it takes during one."""
    gc.collect()
    gc.freeze()  # what is left, such as modules, stays, and need not be looked at after the next one
