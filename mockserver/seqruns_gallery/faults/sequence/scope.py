"""The sequence in the path: whose runs are listed."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from seqruns_gallery.building.exhibit import fault
from seqruns_gallery.building.finding import finding
from seqruns_gallery.building.listing import PREDICATES, page_of, passes_every_filter, rows_of_store
from seqruns_mock.core.columns import columns_of
from seqruns_mock.core.store import RunStore, Selection

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from seqruns_gallery.building.exhibit import Change, Fault
    from seqruns_mock.core.query import RunQuery
    from seqruns_mock.http.pipeline import Mock


class Table(RunStore):
    """The runs of all sequences, asked for those of one."""

    def __init__(self, stores: Mapping[str, RunStore], sequence_id: str) -> None:
        runs = [run for store in stores.values() for _, run in rows_of_store(store)]
        super().__init__(columns_of(runs))
        self.sequence_id = sequence_id


def leaking(leaks: Callable[[RunQuery], object], *, only_total: bool = False) -> Change:
    """Return the change that forgets the sequence in the queries for which `leaks` is true."""

    def select(store: RunStore, query: RunQuery) -> Selection:
        assert isinstance(store, Table)  # noqa: S101 - `find` below made it
        rows = [row for row in rows_of_store(store) if passes_every_filter(row[1], query, PREDICATES)]
        own = [row for row in rows if row[1]["sequence_id"] == store.sequence_id]
        counted, listed = (rows if leaks(query) else own), (rows if leaks(query) and not only_total else own)
        return Selection(rows=[number for number, _ in page_of(listed, query)], total=len(counted))

    def change(mock: Mock) -> Mock:
        tables: dict[str, Table] = {}

        def find(stores: Mapping[str, RunStore], sequence_id: str) -> RunStore:
            mock.pipeline.find(stores, sequence_id)
            if sequence_id not in tables:
                tables[sequence_id] = Table(stores, sequence_id)
            return tables[sequence_id]

        return replace(mock, pipeline=replace(mock.pipeline, find=find, select=select))

    return change


def counts_as_all(name: str) -> Change:
    """Return the change that lists the runs of all sequences for one id."""
    return finding(
        lambda find, stores, sequence_id: Table(stores, "") if sequence_id == name else find(stores, sequence_id)
    )


FAULTS: tuple[Fault, ...] = (
    fault("sequence-ignored", "The runs of all sequences are listed.", leaking(lambda _query: True)),
    fault(
        "sequence-forgotten-with-channel",
        "sequence AND … OR channel: runs of other sequences come with `channel_id`.",
        leaking(lambda query: query.channel_id),
    ),
    fault(
        "sequence-forgotten-with-phone",
        "With `phone` all runs of the contact are listed, whichever sequence they are of.",
        leaking(lambda query: query.phone),
    ),
    fault(
        "sequence-forgotten-with-status",
        "With `status` the runs of all sequences are listed.",
        leaking(lambda query: query.status),
    ),
    fault(
        "sequence-forgotten-with-window",
        "sequence AND after OR before: runs of other sequences come with a full window.",
        leaking(lambda query: query.before is not None is not query.after),
    ),
    fault(
        "sequence-forgotten-in-the-total",
        "The count has no sequence in its condition.",
        leaking(lambda _query: True, only_total=True),
    ),
    fault(
        "sequence-of-zero-means-all",
        "The sequence 0 gives the runs of all: `if ($sequence_id)` is false for it.",
        counts_as_all("0"),
    ),
    fault(
        "sequence-null-means-all",
        "The sequence null, which a script sends for none, gives the runs of all.",
        counts_as_all("null"),
    ),
    fault(
        "sequence-of-the-zero-uuid-means-all",
        "The UUID of zeros gives the runs of all: it is the zero value, and a condition on that is left out.",
        counts_as_all("00000000-0000-0000-0000-000000000000"),
    ),
)
