"""All trials, in parallel."""

from __future__ import annotations

import gc
import os
from concurrent.futures import ProcessPoolExecutor, as_completed
from contextlib import ExitStack
from typing import TYPE_CHECKING

from seqruns_gallery.selftest.gallery import mock_in_process, serving
from seqruns_gallery.selftest.pairs import try_pair
from seqruns_gallery.selftest.trial import try_exhibit

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from seqruns_gallery.selftest.gallery import Exhibit
    from seqruns_gallery.selftest.pairs import PairTrial
    from seqruns_gallery.selftest.trial import Trial


def default_jobs() -> int:
    """Return how many trials run at once: one more than there are processors, as some mostly wait."""
    return (os.cpu_count() or 1) + 1


def run_trials(exhibits: Sequence[Exhibit], *, jobs: int) -> Iterator[Trial]:
    """Yield the trial of each exhibit as it ends. Those over a socket mostly wait and take longest, so they begin."""
    mock_in_process()  # the processes are forks of this one, so its data is made once
    gc.freeze()  # and the garbage collector of each skips it
    with ExitStack() as stack:
        on_the_wire = any(exhibit.wire for exhibit in exhibits)
        gallery = stack.enter_context(serving("--gallery")) if on_the_wire else None
        pool = stack.enter_context(ProcessPoolExecutor(jobs))
        futures = [
            pool.submit(try_exhibit, exhibit, gallery if exhibit.wire else None)
            # False sorts first: those with a server of their own, then the others over a socket.
            for exhibit in sorted(exhibits, key=lambda exhibit: (not exhibit.alone, not exhibit.wire))
        ]
        for future in as_completed(futures):
            yield future.result()


def run_pairs(pairs: Sequence[tuple[str, str]], *, jobs: int) -> Iterator[PairTrial]:
    """Yield the trial of each pair of faults, in their order."""
    mock_in_process()
    with ProcessPoolExecutor(jobs) as pool:
        yield from pool.map(try_pair, *zip(*pairs, strict=True)) if pairs else ()
