"""The runs of one sequence, in the order of the contract, with an index for each filter."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from copy import copy
from dataclasses import dataclass
from fractions import Fraction
from functools import partial
from typing import TYPE_CHECKING, Final

import orjson

from seqruns_mock.core.bitmap import page_of
from seqruns_mock.core.columns import NumberedRuns, channels_of, phone_of, sort_runs, start_of
from seqruns_mock.core.index import Index
from seqruns_mock.core.long_columns import invert

if TYPE_CHECKING:
    from array import array
    from collections.abc import Callable, Iterable, Iterator, Sequence

    from seqruns.instant import Moment
    from seqruns_fixtures.model import SequenceRun
    from seqruns_mock.core.columns import RunColumns
    from seqruns_mock.core.index import Cell
    from seqruns_mock.core.query import RunQuery


MOST_HELD: Final = 256 * 1024 * 1024
"""Bytes of rendered runs that a store caches."""
_MOST_SEARCHED: Final = 20_000
"""Runs."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Selection:
    """One page of row numbers, and how many rows match over all pages."""

    rows: Sequence[int]
    total: int


class RunStore:
    """The runs of one sequence: newest start first, then by id [decision].

    A run has a number, which never changes, and a row, which moves: a run that is added to 137 gets the number 137, and
    the row 0 if it started last. A store that is served never changes; a change is made to a copy, which then takes
    its place.
    """

    def __init__(self, columns: RunColumns) -> None:
        self._runs = NumberedRuns(columns)
        self._order, self._ages = sort_runs(columns.starts, columns.id_key)
        """The numbers of the runs by their rows, and their start times by their rows, negated so that they ascend."""
        self._rows: array[int] | None = invert(self._order)
        """The rows of the runs by their numbers, until a change moves them."""
        self._statuses = Index(columns.statuses, self._order, self._rows)
        self._phones = Index(columns.phones, self._order, self._rows)
        self._channels = Index(columns.channels, self._order, self._rows)
        self._json: dict[int, bytes] = {}
        """Rendered runs by their numbers."""
        self._held = 0

    def copy(self) -> RunStore:
        """Return a store that can be changed without this one. It takes milliseconds for 100,000 runs."""
        other = copy(self)
        vars(other).update(
            _runs=self._runs.copy(),
            _order=self._order[:],
            _ages=self._ages[:],
            _json=dict(self._json),
            _statuses=self._statuses.copy(),
            _phones=self._phones.copy(),
            _channels=self._channels.copy(),
        )
        return other

    def __len__(self) -> int:
        return len(self._order)

    @property
    def channels(self) -> Iterable[str]:
        """The channels of all step contacts, in lower case."""
        return self._channels.values

    @property
    def phones(self) -> Iterable[str]:
        """The numbers of all contacts; none in a store so large that a search through them takes long."""
        return self._phones.values if len(self) <= _MOST_SEARCHED else ()

    def run(self, row: int) -> SequenceRun:
        """Return the run in a row, whole; rows count from 0 in the store's order."""
        return self._runs.run(self._order[row])

    def number_of(self, row: int) -> int:
        """Return the number of the run in a row: its place in the data, before runs that were added."""
        return self._order[row]

    def is_generated(self, row: int) -> bool:
        """Return whether the run in a row is generated, and so about no real person."""
        return self._runs.is_generated(self._order[row])

    def row_of(self, run_id: str, *, made: bool = False) -> int | None:
        """Return the row of the run with an id; None where there is none.

        A `made` id cannot be that of a generated run, so those are not searched, which takes long.
        """
        number = self._runs.number_of(run_id, made=made)
        if number is None:
            return None
        row = self._row(number)
        return row if row < len(self) and self._order[row] == number else None

    def insert(self, run: SequenceRun) -> int:
        """Insert a run with a new id and return its row."""
        age = -start_of(run)
        row = self._place(age, run["id"])
        self._rows = None
        number = self._runs.add(run)
        self._order.insert(row, number)
        if isinstance(age, Fraction):
            self._ages = list(self._ages)
        self._ages.insert(row, age)
        for cell, index in self._indexes(run):
            index.insert(row, number, cell)
        return row

    def delete(self, row: int) -> None:
        """Delete the run in a row."""
        number, run = self._order[row], self.run(row)
        self._rows = None
        for cell, index in self._indexes(run):
            index.delete(row, number, cell)
        del self._order[row], self._ages[row]
        self._runs.forget(run["id"])

    def replace(self, row: int, run: SequenceRun) -> int:
        """Replace the run in a row by one with the same id and return its row, which differs if its start does."""
        before = self.run(row)
        # With another start it has another row, and all between the two move by one.
        if start_of(before) != start_of(run):
            self.delete(row)
            return self.insert(run)
        old, new = self._order[row], self._runs.add(run)
        self._order[row] = new
        self._rows = None
        for (cell, index), (changed, _) in zip(self._indexes(before), self._indexes(run), strict=True):
            index.remove(row, old, cell)
            index.add(row, new, changed)
        return row

    def _indexes(self, run: SequenceRun) -> Iterator[tuple[Cell, Index]]:
        """Yield the cell of a run for each filter, and its index."""
        yield run["status"], self._statuses
        yield phone_of(run), self._phones
        yield channels_of(run), self._channels

    def _row(self, number: int) -> int:
        """Return the row of a run, or where it would be."""
        if self._rows is not None:
            return self._rows[number]
        # Few runs share a microsecond: the first that started then mostly is the one, and no id need be looked at.
        age = -self._runs.start(number)
        row = bisect_left(self._ages, age)
        return row if row < len(self) and self._order[row] == number else self._place(age, self._runs.id(number))

    def _place(self, age: Moment, run_id: str) -> int:
        """Return the row of the run that has an age and an id, or where it would be."""
        first, last = bisect_left(self._ages, age), bisect_right(self._ages, age)
        return bisect_left(self._order, run_id, first, last, key=self._runs.id)

    def run_json(self, row: int) -> bytes:
        """Return the run in a row as JSON. It is rendered once, and cached while there is room."""
        number = self._order[row]
        rendered = self._json.get(number)
        if rendered is None:
            if self._held > MOST_HELD:
                self._json, self._held = {}, 0
            # orjson returns a slice of a larger block: a copy frees the block.
            rendered = self._json[number] = bytes(bytearray(orjson.dumps(self._runs.run(number))))
            self._held += len(rendered)
        return rendered

    def select(self, query: RunQuery) -> Selection:
        """Return the rows that match every filter of the query, in order, cut to its page."""
        # Ages ascend: of the starts 9, 7, 7, 4, which are -9, -7, -7, -4, `before=7` leaves the rows from 1 on, and
        # `after=7` those before 3. Both bounds are inclusive [doc].
        first = 0 if query.before is None else bisect_left(self._ages, -query.before)
        last = len(self._ages) if query.after is None else bisect_right(self._ages, -query.after)
        if first >= last:
            return Selection(rows=(), total=0)
        if query.phone is None and query.status is None and query.channel_id is None:
            matching = range(first, last)
            return Selection(rows=matching[query.offset : query.offset + query.limit], total=len(matching))
        few = None if query.phone is None else self._phones.numbers_with(query.phone)
        if few is not None:
            rows = sorted(map(self._row_of, self._filter(query, few)))
            rows = rows[bisect_left(rows, first) : bisect_left(rows, last)]
            return Selection(rows=rows[query.offset : query.offset + query.limit], total=len(rows))
        rows, total = page_of(self._sets(query), range(first, last), skip=query.offset, count=query.limit)
        return Selection(rows=rows, total=total)

    def _filter(self, query: RunQuery, numbers: Sequence[int]) -> Iterable[int]:
        """Return those of a few runs that pass the filters for status and channel: quicker than sets of all rows."""
        if query.status is None and query.channel_id is None:
            return numbers
        return filter(partial(self._passes, query), numbers)

    def _passes(self, query: RunQuery, number: int) -> bool:
        status, channels = self._runs.cells(number)
        return query.status in (None, status) and (query.channel_id is None or query.channel_id in channels)

    @property
    def _row_of(self) -> Callable[[int], int]:
        """What gives the rows of very many runs: `_row`, or quicker."""
        return self._row if self._rows is None else self._rows.__getitem__

    def _sets(self, query: RunQuery) -> Iterator[list[int]]:
        """Yield the rows that pass each filter other than the bounds."""
        if query.status is not None:
            yield self._statuses.rows_with(query.status, self._row_of)
        if query.channel_id is not None:
            yield self._channels.rows_with(query.channel_id, self._row_of)
        if query.phone is not None:
            yield self._phones.rows_with(query.phone, self._row_of)
