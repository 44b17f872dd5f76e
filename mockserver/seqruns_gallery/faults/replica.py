"""Several servers behind one address that do not know the same."""

from __future__ import annotations

from itertools import count
from typing import TYPE_CHECKING

from seqruns_gallery.exhibit import fault, stepping
from seqruns_gallery.listing import rows_of_store
from seqruns_mock.core.columns import columns_of
from seqruns_mock.core.store import RunStore

if TYPE_CHECKING:
    from collections.abc import Mapping

    from seqruns_gallery.exhibit import Fault
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


FAULTS: tuple[Fault, ...] = (
    fault("replica-is-behind", "Every second request is answered by a replica that lacks the newest runs.", lagging),
)
