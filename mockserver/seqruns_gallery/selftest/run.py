"""All trials, in parallel."""

from __future__ import annotations

import gc
import os
from concurrent.futures import ProcessPoolExecutor, as_completed
from contextlib import ExitStack
from functools import partial
from typing import TYPE_CHECKING, TypeVar

from seqruns_gallery.selftest.gallery import mock_in_process, serving
from seqruns_gallery.selftest.pairs import try_pair
from seqruns_gallery.selftest.trial import try_exhibit

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from seqruns_gallery.selftest.gallery import Exhibit
    from seqruns_gallery.selftest.pairs import PairTrial
    from seqruns_gallery.selftest.trial import Trial

Tried = TypeVar("Tried")


def default_jobs() -> int:
    """Return how many trials run at once: one more than there are processors, as some mostly wait."""
    return (os.cpu_count() or 1) + 1


def run_trials(exhibits: Sequence[Exhibit], *, jobs: int) -> Iterator[Trial]:
    """Yield the trial of each exhibit as it ends. Those over a socket mostly wait and take longest, so they begin."""
    with ExitStack() as stack:
        on_the_wire = any(exhibit.wire for exhibit in exhibits)
        gallery = stack.enter_context(serving("--gallery")) if on_the_wire else None
        pool = stack.enter_context(_pool(jobs))
        futures = [
            pool.submit(_try, try_exhibit, exhibit, gallery if exhibit.wire else None)
            # False sorts first: those with a server of their own, then the others over a socket.
            for exhibit in sorted(exhibits, key=lambda exhibit: (not exhibit.alone, not exhibit.wire))
        ]
        for future in as_completed(futures):
            yield future.result()


def run_pairs(pairs: Sequence[tuple[str, str]], *, jobs: int) -> Iterator[PairTrial]:
    """Yield the trial of each pair of faults, in their order."""
    with _pool(jobs) as pool:
        yield from pool.map(partial(_try, try_pair), *zip(*pairs, strict=True)) if pairs else ()


def _pool(jobs: int) -> ProcessPoolExecutor:
    """Return processes that are forks of this one, so that the data of the mock is made once."""
    mock_in_process()
    gc.freeze()
    return ProcessPoolExecutor(jobs, initializer=gc.disable)


def _try(trial: Callable[..., Tried], *given: object) -> Tried:
    """Return what a trial says. Garbage is collected after it, in a tenth of the time that it takes during one."""
    tried = trial(*given)
    gc.collect()
    gc.freeze()  # what is left, such as modules, stays, and need not be looked at after the next one
    return tried
