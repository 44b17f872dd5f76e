"""An index: which rows have a value, for one filter."""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING

from seqruns_mock.bitmap import bitmap_of

if TYPE_CHECKING:
    from collections.abc import Iterable

_DENSE = 64
"""A value that more than one row in so many has is kept as a bitmap, which is then the smaller form."""


class Index:
    """From a value to the set of the rows that have it; what few rows have is kept as a list."""

    def __init__(self, values: Iterable[Iterable[str | None]], size: int) -> None:
        """Take the values of each row, in the order of the rows; nulls and empty ones are passed over."""
        self._size = size
        lists: defaultdict[str | None, list[int]] = defaultdict(list)
        for row, several in enumerate(values):
            for value in several:
                lists[value].append(row)
        self._bitmaps = {
            value: bitmap_of(rows, size) for value, rows in lists.items() if value and len(rows) * _DENSE > size
        }
        self._lists = {value: rows for value, rows in lists.items() if value and value not in self._bitmaps}

    def rows_with(self, value: str) -> int:
        """Return the rows that have the value: an empty set for one that no row has."""
        dense = self._bitmaps.get(value)
        return bitmap_of(self._lists.get(value, ()), self._size) if dense is None else dense

    @property
    def values(self) -> frozenset[str]:
        """All values that some row has."""
        return frozenset(self._bitmaps) | frozenset(self._lists)
