"""The runs of one sequence, in their final order, with an index for each filter."""

from __future__ import annotations

from array import array
from bisect import bisect_left, bisect_right
from copy import copy
from dataclasses import dataclass
from fractions import Fraction
from functools import cache
from typing import TYPE_CHECKING, Final, Protocol

import orjson

from seqruns_mock.bitmap import rows_of, window
from seqruns_mock.index import Index
from seqruns_mock.instant import parse_moment

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Sequence

    from seqruns_fixtures.generator import Generator
    from seqruns_fixtures.model import SequenceRun
    from seqruns_mock.instant import Moment
    from seqruns_mock.query import RunQuery


MOST_HELD: Final = 256 * 1024 * 1024
"""Bytes of rendered runs that a store keeps."""


class Columns(Protocol):
    """What the store must know of every run to find it, one entry a run; and how to make the run itself."""

    @property
    def starts(self) -> Sequence[Moment]:
        """Start times, in microseconds since 1970 UTC, exactly."""

    @property
    def statuses(self) -> Sequence[str]:
        """The runs' statuses."""

    @property
    def phones(self) -> Sequence[str]:
        """The numbers of the runs' contacts."""

    @property
    def channels(self) -> Sequence[Iterable[str | None]]:
        """The channels of the runs' step contacts, in lower case; repetitions and nulls do no harm."""

    @property
    def generated(self) -> bool:
        """Whether the runs are generated, so that no run made otherwise has an id of theirs."""

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
    """The runs of one sequence: newest start first, then by id [decision].

    A store that is served never changes; a copy is changed, and then put in its place.
    """

    def __init__(self, columns: Columns) -> None:
        self._columns = columns
        order = self._order = array("L", _in_order(columns))
        starts, statuses, phones, channels = columns.starts, columns.statuses, columns.phones, columns.channels
        self._ages = _numbers(-starts[index] for index in order)
        self._statuses = Index(zip(map(statuses.__getitem__, order)), len(order))
        self._phones = Index(zip(map(phones.__getitem__, order)), len(order))
        self._channels = Index(map(channels.__getitem__, order), len(order))
        self._json: list[bytes | None] = [None] * len(order)
        self._held = 0
        self._added: list[SequenceRun] = []
        """Runs that are in no column; their indexes come after those of the columns."""
        self._places: dict[str, int] = {}
        """Their indexes by their ids."""
        self._known = cache(lambda: {columns.run_id(index): index for index in range(len(columns.statuses))})
        """The same for the columns, made when it is needed."""

    def copy(self) -> RunStore:
        """Return a store that can be changed without this one. It takes milliseconds for 100,000 runs."""
        other = copy(self)
        vars(other).update(
            _order=self._order[:],
            _ages=self._ages[:],
            _json=self._json[:],
            _statuses=self._statuses.copy(),
            _phones=self._phones.copy(),
            _channels=self._channels.copy(),
            _added=self._added[:],
            _places=dict(self._places),
        )
        return other

    def __len__(self) -> int:
        return len(self._order)

    @property
    def channels(self) -> Iterable[str]:
        """The channels of all step contacts, in lower case."""
        return self._channels.values

    def run(self, row: int) -> SequenceRun:
        """Return the run in a row, whole; rows count from 0 in the store's order."""
        return self._run_at(self._order[row])

    def row_of(self, run_id: str, *, made: bool = False) -> int | None:
        """Return the row of the run with an id; None where there is none.

        An id that was `made` cannot be that of a generated run, so it is not looked for among those, which takes long.
        """
        index = self._places.get(run_id)
        if index is None and not (made and self._columns.generated):
            index = self._known().get(run_id)
        if index is None:
            return None
        age = -_start_of(self._run_at(index))
        place, end = bisect_left(self._ages, age), bisect_right(self._ages, age)
        return next((row for row in range(place, end) if self._order[row] == index), None)

    def insert(self, run: SequenceRun) -> int:
        """Put in a run, whose id is new, and return its row."""
        age, run_id = -_start_of(run), run["id"]
        first, last = bisect_left(self._ages, age), bisect_right(self._ages, age)
        row = bisect_left(range(last), run_id, first, key=lambda row: self._id_at(self._order[row]))
        index = len(self._columns.statuses) + len(self._added)
        self._added.append(run)
        self._order.insert(row, index)
        if isinstance(age, Fraction):
            self._ages = list(self._ages)
        self._ages.insert(row, age)  # type: ignore[arg-type]  # an array holds whole numbers, and this is one
        self._json.insert(row, None)
        self._places[run_id] = index
        for values, filtered in self._indexes(run):
            filtered.insert(row, values)
        return row

    def delete(self, row: int) -> None:
        """Take out the run in a row."""
        run = self.run(row)
        for values, filtered in self._indexes(run):
            filtered.delete(row, values)
        for column in (self._order, self._ages, self._json):
            del column[row]
        self._places.pop(run["id"], None)

    def replace(self, row: int, run: SequenceRun) -> int:
        """Put a run with the same id in the place of the one in a row, and return its row, which may be another."""
        before = self.run(row)
        if _start_of(before) != _start_of(run):
            self.delete(row)
            return self.insert(run)
        for (old, filtered), (new, _) in zip(self._indexes(before), self._indexes(run), strict=True):
            filtered.remove(row, old)
            filtered.add(row, new)
        index = self._order[row] = len(self._columns.statuses) + len(self._added)
        self._added.append(run)
        self._json[row] = None
        self._places[run["id"]] = index
        return row

    def _indexes(self, run: SequenceRun) -> Iterator[tuple[Sequence[str], Index]]:
        """Yield what each filter looks at in a run, and its index."""
        yield (run["status"],), self._statuses
        yield (run["contact"]["phone"],), self._phones
        yield _channels_of(run), self._channels

    def _run_at(self, index: int) -> SequenceRun:
        known = len(self._columns.statuses)
        return self._columns.run(index) if index < known else self._added[index - known]

    def _id_at(self, index: int) -> str:
        known = len(self._columns.statuses)
        return self._columns.run_id(index) if index < known else self._added[index - known]["id"]

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


def _numbers(ages: Iterable[Moment]) -> array[int] | list[Moment]:
    """Return numbers as an array, which is smallest and quickest, if they are whole."""
    listed = list(ages)
    return listed if any(isinstance(age, Fraction) for age in listed) else array("q", listed)  # type: ignore[arg-type]


def _start_of(run: SequenceRun) -> Moment:
    return parse_moment(run["created_at"])


def _channels_of(run: SequenceRun) -> list[str]:
    """Return the channels of a run's step contacts in lower case; empty for none."""
    return [(step.get("channel_id") or "").lower() for step in run.get("step_contacts", ())]


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

    starts: Sequence[Moment]
    statuses: Sequence[str]
    phones: Sequence[str]
    channels: Sequence[Iterable[str | None]]
    run_id: Callable[[int], str]
    run: Callable[[int], SequenceRun]
    generated: bool = False


def columns_of(runs: Sequence[SequenceRun]) -> RunColumns:
    """Return the columns of runs that are all there."""
    return RunColumns(
        starts=[_start_of(run) for run in runs],
        statuses=[run["status"] for run in runs],
        phones=[run["contact"]["phone"] for run in runs],
        channels=[_channels_of(run) for run in runs],
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
        generated=True,
    )
