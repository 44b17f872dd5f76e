"""An index: which runs have a value, for one filter."""

from __future__ import annotations

from array import array
from collections import defaultdict
from copy import copy
from functools import partial
from typing import TYPE_CHECKING, Any, Final

from seqruns_mock.core.bitmap import bitmap_of, bitmap_of_digits, delete_row, insert_row, page_of, with_row
from seqruns_mock.core.long_columns import places_by_code, take

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence

    from seqruns_fixtures.drawing.coded_column import CodedColumn

Cell = str | tuple[str | None, ...]
"""The value that a run has, or its values; nulls and empty ones do not count."""
_DENSE: Final = 256
"""A value that more than one run in so many has is stored as a bitmap."""
_FEW: Final = 8
"""Up to so many runs are numbers and no bitmap, even in a small store."""


class Index:
    """From a value to the runs that have it.

    A value that many runs have is stored as the bitmap of their rows, which move when a run comes or goes. One that
    few have is stored as their numbers, which never change: so one more run among very many is cheap. Among a million
    runs a status is a bitmap of 125 kB, and a phone number a tuple of one number.
    """

    def __init__(self, column: CodedColumn[Any], order: Sequence[int], rows: Sequence[int]) -> None:
        """Take the cells of all runs by their numbers, the numbers by the rows, and the rows by the numbers."""
        self._size = len(order)
        self._bitmaps: dict[str, list[int]] = {}
        self._numbers: dict[str, Sequence[int]] = {}
        if column.codes.typecode == "B":
            self._decode(column, order)
        else:
            self._collect(column, rows)

    def copy(self) -> Index:
        """Return an index that can be changed without this one."""
        other = copy(self)
        vars(other).update(_bitmaps=dict(self._bitmaps), _numbers=dict(self._numbers))
        return other

    def numbers_with(self, value: str) -> Sequence[int] | None:
        """Return the numbers of the runs that have a value; None where many have it."""
        return None if value in self._bitmaps else self._numbers.get(value, ())

    def rows_with(self, value: str, row_of: Callable[[int], int]) -> list[int]:
        """Return the set of the rows that have a value; `row_of` gives the row of a run's number."""
        bits = self._bitmaps.get(value)
        if bits is None:
            numbers = self._numbers.get(value, ())
            bits = bitmap_of(list(map(row_of, numbers)), self._size)
            if self._is_dense(len(numbers)):
                # The numbers stay, unused from now on: servers in other threads may be reading them.
                self._bitmaps[value] = bits
        return bits

    def insert(self, row: int, number: int, cell: Cell) -> None:
        """Add a run as a new row; the rows from there on move up by one."""
        self._size += 1
        for value, bits in self._bitmaps.items():
            self._bitmaps[value] = insert_row(bits, row, held=False)
        self.add(row, number, cell)

    def delete(self, row: int, number: int, cell: Cell) -> None:
        """Remove a run and its row; the rows beyond it move down by one."""
        self.remove(row, number, cell)
        self._size -= 1
        for value, bits in self._bitmaps.items():
            self._bitmaps[value] = delete_row(bits, row)

    def add(self, row: int, number: int, cell: Cell) -> None:
        """Add a run to those of each value of its cell."""
        for value in _values_of(cell):
            if value in self._bitmaps:
                self._bitmaps[value] = with_row(self._bitmaps[value], row, held=True)
            else:
                self._numbers[value] = (*self._numbers.get(value, ()), number)

    def remove(self, row: int, number: int, cell: Cell) -> None:
        """Remove a run from those of each value of its cell."""
        for value in _values_of(cell):
            if value in self._bitmaps:
                self._bitmaps[value] = with_row(self._bitmaps[value], row, held=False)
            else:
                self._numbers[value] = [each for each in self._numbers[value] if each != number]

    @property
    def values(self) -> frozenset[str]:
        """All values that some run has."""
        return frozenset(value for value, runs in {**self._numbers, **self._bitmaps}.items() if runs)

    def _is_dense(self, count: int) -> bool:
        return count > _FEW and count * _DENSE > self._size

    def _decode(self, column: CodedColumn[Any], order: Sequence[int]) -> None:
        """Index a column with so few different cells that a byte stands for each.

        Example: the statuses active, finished, active are the bytes 0, 1, 0; translated to `101` for active, last row
        first, they are the digits of its bitmap.
        """
        # Binary digits are written with that of the highest row first.
        last_first = take(column.codes, order)[::-1].tobytes()
        having: defaultdict[str, set[int]] = defaultdict(set)
        for code, cell in enumerate(column.values):
            for value in _values_of(cell):
                having[value].add(code)
        for value, several in having.items():
            digits = last_first.translate(bytes(48 + (code in several) for code in range(256)))
            bits = bitmap_of_digits(digits)
            if self._is_dense(sum(map(int.bit_count, bits))):
                self._bitmaps[value] = bits
            else:
                # Rows move when a run comes or goes; numbers do not, so a rare value costs nothing then.
                rows, _ = page_of([bits], range(self._size), skip=0, count=self._size)
                self._numbers[value] = [order[row] for row in rows]

    def _collect(self, column: CodedColumn[Any], rows: Sequence[int]) -> None:
        """Index a column of many different cells."""
        # Arrays, as ten million numbers that are objects of their own would take 400 MB.
        numbers: defaultdict[str, array[int]] = defaultdict(partial(array, "I"))
        for cell, several in zip(column.values, places_by_code(column.codes, len(column.values)), strict=True):
            for value in _values_of(cell):
                numbers[value] += several
        dense = [value for value, several in numbers.items() if self._is_dense(len(several))]
        for value in dense:
            self._bitmaps[value] = bitmap_of([rows[number] for number in numbers.pop(value)], self._size)
        self._numbers.update(numbers)


def _values_of(cell: Cell) -> Iterable[str]:
    return {value for value in ((cell,) if isinstance(cell, str) else cell) if value}
