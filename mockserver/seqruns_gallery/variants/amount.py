"""How many runs there are, and that more come."""

from __future__ import annotations

import time
from dataclasses import replace
from typing import TYPE_CHECKING, cast

from seqruns_gallery.building.exhibit import variant
from seqruns_gallery.building.listing import rows_of_store
from seqruns_gallery.building.moving import SECOND
from seqruns_gallery.building.spelling import spell
from seqruns_mock.core.columns import columns_of
from seqruns_mock.core.store import RunStore

if TYPE_CHECKING:
    from collections.abc import Mapping

    from seqruns_fixtures import SequenceRun
    from seqruns_gallery.building.exhibit import Variant
    from seqruns_mock.http.pipeline import Mock

PAUSE = 2.0
"""Seconds from one new run to the next."""
HUGE = 100_000


def newborn(run: SequenceRun, number: int) -> SequenceRun:
    """Return a run that starts now, made after an older one."""
    now = spell(time.time_ns() // 1000 // SECOND * SECOND + number)
    return cast(
        "SequenceRun",
        {**run, "id": f"{number:08x}{run['id'][8:]}", "created_at": now, "updated_at": now},
    )


def growing(mock: Mock) -> Mock:
    """Return a mock in which each sequence that has runs gets another one every few seconds."""
    begin = time.monotonic()
    born: dict[str, list[SequenceRun]] = {}
    grown: dict[str, RunStore] = {}

    def find(stores: Mapping[str, RunStore], sequence_id: str) -> RunStore:
        store = mock.pipeline.find(stores, sequence_id)
        young = born.setdefault(sequence_id, [])
        due = int((time.monotonic() - begin) / PAUSE) if len(store) else 0
        if len(young) < due or sequence_id not in grown:
            young += [newborn(store.run(number % len(store)), number) for number in range(len(young), due)]
            runs = [run for _, run in rows_of_store(store)]
            grown[sequence_id] = RunStore(columns_of(runs + young))
        return grown[sequence_id]

    return replace(mock, pipeline=replace(mock.pipeline, find=find))


VARIANTS: tuple[Variant, ...] = (
    variant("growing", "A run appears every two seconds.", growing, alone=True),
    variant("huge", "The first sequence has 100,000 runs.", runs=HUGE, alone=True),
)
