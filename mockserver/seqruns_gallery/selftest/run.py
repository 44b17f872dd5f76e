"""All trials, in parallel."""

from __future__ import annotations

import os
from concurrent.futures import ProcessPoolExecutor, as_completed
from typing import TYPE_CHECKING

from seqruns_gallery.selftest.gallery import serving
from seqruns_gallery.selftest.trial import try_exhibit

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from seqruns_gallery.selftest.gallery import Exhibit
    from seqruns_gallery.selftest.trial import Trial


def default_jobs() -> int:
    """Return how many trials run at once: one more than there are processors, as some mostly wait."""
    return (os.cpu_count() or 1) + 1


def run_trials(exhibits: Sequence[Exhibit], *, jobs: int) -> Iterator[Trial]:
    """Yield the trial of each exhibit as it ends. Those with a server to themselves take longest, so they begin."""
    with serving("--gallery") as gallery, ProcessPoolExecutor(jobs) as pool:
        futures = [
            pool.submit(try_exhibit, exhibit, None if exhibit.alone else gallery)
            for exhibit in sorted(exhibits, key=lambda exhibit: not exhibit.alone)
        ]
        for future in as_completed(futures):
            yield future.result()
