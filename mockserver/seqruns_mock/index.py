"""An index: which rows have a value, for one filter."""

from __future__ import annotations

from bisect import bisect_left, bisect_right, insort
from collections import defaultdict
from copy import copy
from typing import TYPE_CHECKING, Final

from seqruns_mock.bitmap import bitmap_of, with_row, without_row

if TYPE_CHECKING:
    from collections.abc import Iterable

_DENSE: Final = 64
"""A value that more than one row in so many has is kept as a bitmap, which is then the smaller form."""
_MOST_CHANGES: Final = 256
"""Changes that are carried along before all lists are brought up to date; more among many rows."""


class Index:
    """From a value to the set of the rows that have it; what few rows have is kept as a list.

    The lists stay as they were made. Rows that are put in later are noted in `_inserted`, and a list is brought up
    to date when it is asked for, so that one more row among many is cheap.
    """

    def __init__(self, values: Iterable[Iterable[str | None]], size: int) -> None:
        """Take the values of each row, in the order of the rows; nulls and empty ones are passed over."""
        lists: defaultdict[str | None, list[int]] = defaultdict(list)
        for row, several in enumerate(values):
            for value in several:
                lists[value].append(row)
        self._put({value: rows for value, rows in lists.items() if value}, {}, size)

    def _put(self, lists: dict[str, list[int]], bitmaps: dict[str, int], size: int) -> None:
        self._size = size
        dense = {value: bitmap_of(rows, size) for value, rows in lists.items() if len(rows) * _DENSE > size}
        self._bitmaps = {**bitmaps, **dense}
        self._lists = {value: rows for value, rows in lists.items() if value not in dense}
        self._current: dict[str, list[int]] = {}
        """The lists that are up to date; they count in place of those in `_lists`."""
        self._inserted: list[int] = []
        """For each row put in since, ascending: which row of `_lists` it went before."""

    def copy(self) -> Index:
        """Return an index that can be changed without this one."""
        other = copy(self)
        vars(other).update(
            _bitmaps=dict(self._bitmaps),
            _current={value: rows[:] for value, rows in self._current.items()},
            _inserted=self._inserted[:],
        )
        return other

    def rows_with(self, value: str) -> int:
        """Return the rows that have the value: an empty set for one that no row has."""
        dense = self._bitmaps.get(value)
        if dense is not None:
            return dense
        changed = self._inserted or self._current
        return bitmap_of(self._list(value) if changed else self._lists.get(value, ()), self._size)

    def insert(self, row: int, values: Iterable[str | None]) -> None:
        """Put in a row that has these values; those from there on move up by one."""
        before = bisect_left(range(len(self._inserted)), row, key=lambda place: self._inserted[place] + place)
        self._inserted.insert(before, row - before)
        self._size += 1
        for value, bits in self._bitmaps.items():
            self._bitmaps[value] = with_row(bits, row, held=False)
        for rows in self._current.values():
            for place in range(bisect_left(rows, row), len(rows)):
                rows[place] += 1
        self.add(row, values)
        if len(self._inserted) + len(self._current) > _MOST_CHANGES + self._size // _DENSE:
            self._put({value: self._list(value) for value in self._sparse()}, self._bitmaps, self._size)

    def delete(self, row: int, values: Iterable[str | None]) -> None:
        """Take out a row that has these values; those beyond it move down by one."""
        self.remove(row, values)
        lists = {value: [each - (each > row) for each in self._list(value)] for value in self._sparse()}
        bitmaps = {value: without_row(bits, row) for value, bits in self._bitmaps.items()}
        self._put(lists, bitmaps, self._size - 1)

    def add(self, row: int, values: Iterable[str | None]) -> None:
        """Let a row have these values, too."""
        for value in {value for value in values if value}:
            if value in self._bitmaps:
                self._bitmaps[value] |= 1 << row
            else:
                self._current[value] = rows = self._list(value)
                insort(rows, row)

    def remove(self, row: int, values: Iterable[str | None]) -> None:
        """Let a row no longer have these values, all of which it has."""
        for value in {value for value in values if value}:
            if value in self._bitmaps:
                self._bitmaps[value] &= ~(1 << row)
            else:
                self._current[value] = [each for each in self._list(value) if each != row]

    @property
    def values(self) -> frozenset[str]:
        """All values that some row has."""
        return frozenset(value for value, bits in self._bitmaps.items() if bits) | frozenset(
            value for value in self._sparse() if self._list(value)
        )

    def _list(self, value: str) -> list[int]:
        """Return the rows of a value that is no bitmap, in a list that the caller may keep."""
        rows = self._current.get(value)
        if rows is None:
            moved = self._inserted
            rows = list(dict.fromkeys(self._lists.get(value, ())))
            if moved:
                rows = [row + bisect_right(moved, row) for row in rows]
        return rows

    def _sparse(self) -> set[str]:
        return {*self._lists, *self._current}
