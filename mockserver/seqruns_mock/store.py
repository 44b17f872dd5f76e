"""The runs of one sequence, in their final order, with an index for each filter."""

from __future__ import annotations

from array import array
from bisect import bisect_left, bisect_right
from dataclasses import dataclass
from operator import neg
from typing import TYPE_CHECKING, Final, Protocol

import orjson

from seqruns_mock.bitmap import rows_of, window
from seqruns_mock.index import Index
from seqruns_mock.instant import parse_instant

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence

    from seqruns_fixtures.generator import Generator
    from seqruns_fixtures.model import SequenceRun
    from seqruns_mock.query import RunQuery


MOST_HELD: Final = 256 * 1024 * 1024
"""Bytes of rendered runs that a store keeps."""


class Columns(Protocol):
    """What the store must know of every run to find it, one entry a run; and how to make the run itself."""

    @property
    def starts(self) -> Sequence[int]:
        """Start times, in microseconds since 1970 UTC."""

    @property
    def statuses(self) -> Sequence[str]:
        """The runs' statuses."""

    @property
    def phones(self) -> Sequence[str]:
        """The numbers of the runs' contacts."""

    @property
    def channels(self) -> Sequence[Iterable[str | None]]:
        """The channels of the runs' step contacts, in lower case; repetitions and nulls do no harm."""

    def run_id(self, index: int) -> str:
        """Return the id of one run."""

    def run(self, index: int) -> SequenceRun:
        """Return one run, whole."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Selection:
    """What a query selects: one page of row numbers, and how many rows match over all pages."""

    rows: Sequence[int]
    total: int


class RunStore:
    """The runs of one sequence: newest start first, then by id [decision]. It never changes."""

    def __init__(self, columns: Columns) -> None:
        self._columns = columns
        order = self._order = array("L", _in_order(columns))
        starts, statuses, phones, channels = columns.starts, columns.statuses, columns.phones, columns.channels
        self._ages = array("q", map(neg, map(starts.__getitem__, order)))
        self._statuses = Index(zip(map(statuses.__getitem__, order)), len(order))
        self._phones = Index(zip(map(phones.__getitem__, order)), len(order))
        self._channels = Index(map(channels.__getitem__, order), len(order))
        self._json: list[bytes | None] = [None] * len(order)
        self._held = 0

    def __len__(self) -> int:
        return len(self._order)

    @property
    def channels(self) -> Iterable[str]:
        """The channels of all step contacts, in lower case."""
        return self._channels.values

    def run(self, row: int) -> SequenceRun:
        """Return the run in a row, whole; rows count from 0 in the store's order."""
        return self._columns.run(self._order[row])

    def run_json(self, row: int) -> bytes:
        """Return the run in a row as JSON. It is rendered when first asked for, and kept while there is room."""
        rendered = self._json[row]
        if rendered is None:
            if self._held > MOST_HELD:
                self._json, self._held = [None] * len(self), 0
            # orjson returns a slice of a larger block: the copy lets the block go.
            rendered = self._json[row] = bytes(bytearray(orjson.dumps(self.run(row))))
            self._held += len(rendered)
        return rendered

    def select(self, query: RunQuery) -> Selection:
        """Return the rows that match every filter of the query, in order, cut to its page."""
        first = 0 if query.before is None else bisect_left(self._ages, -query.before)
        last = len(self._ages) if query.after is None else bisect_right(self._ages, -query.after)
        if first >= last:
            return Selection(rows=(), total=0)
        if query.phone is None and query.status is None and query.channel_id is None:
            matching = range(first, last)
            return Selection(rows=matching[query.offset : query.offset + query.limit], total=len(matching))
        bits = self._matching(query, first, last)
        rows = rows_of(bits, skip=query.offset, count=query.limit)
        return Selection(rows=[first + row for row in rows], total=bits.bit_count())

    def _matching(self, query: RunQuery, first: int, last: int) -> int:
        """Return the rows of a time window that pass the other filters, numbered from its start."""
        bits = -1
        if query.status is not None:
            bits &= self._statuses.rows_with(query.status)
        if query.channel_id is not None:
            bits &= self._channels.rows_with(query.channel_id)
        if query.phone is not None:
            bits &= self._phones.rows_with(query.phone)
        return window(bits, first, last)


def _in_order(columns: Columns) -> list[int]:
    """Return the indexes of all runs, newest start first, then by id."""
    starts = columns.starts
    order = sorted(range(len(starts)), key=starts.__getitem__, reverse=True)
    # Ids are only made where they decide, which is hardly ever.
    first = 0
    for place in range(1, len(order) + 1):
        if place == len(order) or starts[order[place]] != starts[order[first]]:
            if place - first > 1:
                order[first:place] = sorted(order[first:place], key=columns.run_id)
            first = place
    return order


@dataclass(frozen=True, slots=True, kw_only=True)
class RunColumns:
    """The columns of some runs."""

    starts: Sequence[int]
    statuses: Sequence[str]
    phones: Sequence[str]
    channels: Sequence[Iterable[str | None]]
    run_id: Callable[[int], str]
    run: Callable[[int], SequenceRun]


def columns_of(runs: Sequence[SequenceRun]) -> RunColumns:
    """Return the columns of runs that are all there; a start time is held to the microsecond."""
    return RunColumns(
        starts=[parse_instant(run["created_at"]).floor for run in runs],
        statuses=[run["status"] for run in runs],
        phones=[run["contact"]["phone"] for run in runs],
        channels=[[(step["channel_id"] or "").lower() for step in run["step_contacts"]] for run in runs],
        run_id=lambda index: runs[index]["id"],
        run=runs.__getitem__,
    )


def generated_columns(generator: Generator, count: int) -> RunColumns:
    """Return the columns of generated runs, which are made when they are asked for."""
    starts = array("q")
    statuses: list[str] = []
    phones: list[str] = []
    channels: list[tuple[str | None, ...]] = []
    for piece in generator.columns(count):
        starts.extend(piece.starts)
        statuses += piece.statuses
        phones += piece.phones
        channels += piece.channels
    return RunColumns(
        starts=starts,
        statuses=statuses,
        phones=phones,
        channels=channels,
        run_id=generator.run_id,
        run=generator.run,
    )
