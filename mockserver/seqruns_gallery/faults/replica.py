"""Several servers behind one address that do not know the same."""

from __future__ import annotations

from dataclasses import replace
from itertools import count
from random import Random
from typing import TYPE_CHECKING

from seqruns_gallery.exhibit import fault, stepping
from seqruns_gallery.listing import rows_of_store
from seqruns_mock.core.columns import columns_of
from seqruns_mock.core.store import RunStore

if TYPE_CHECKING:
    from collections.abc import Mapping

    from seqruns_gallery.exhibit import Fault
    from seqruns_mock.core.query import RunQuery
    from seqruns_mock.core.store import Selection
    from seqruns_mock.http.app import Mock

BEHIND = 3
"""How many of the newest runs a replica lacks."""


def lagging(mock: Mock) -> Mock:
    """Return a mock of two servers in turn, of which the second has not yet got the newest runs."""
    turns = count()
    replicas: dict[RunStore, RunStore] = {}

    def find(stores: Mapping[str, RunStore], sequence_id: str) -> RunStore:
        store = mock.steps.find(stores, sequence_id)
        if next(turns) % 2 == 0:
            return store
        if store not in replicas:
            replicas[store] = RunStore(columns_of([run for _, run in rows_of_store(store)[BEHIND:]]))
        return replicas[store]

    return stepping(find=find)(mock)


def estimating(mock: Mock) -> Mock:
    """Return a mock whose total is an estimate that is never the same."""
    dice = Random(0)  # noqa: S311 - always the same estimates

    def select(store: RunStore, query: RunQuery) -> Selection:
        selection = store.select(query)
        return replace(selection, total=max(len(selection.rows), selection.total + dice.randint(-2, 2)))

    return stepping(select=select)(mock)


FAULTS: tuple[Fault, ...] = (
    fault("replica-is-behind", "Every second request is answered by a replica that lacks the newest runs.", lagging),
    fault("total-estimated-anew", "The total is an estimate that changes with every request.", estimating),
)
