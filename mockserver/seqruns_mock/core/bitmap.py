"""Sets of row numbers as big integers: bit *n* is set when row *n* is in the set."""

from __future__ import annotations

from functools import cache, reduce
from operator import or_
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Collection

_CHUNK = 512
"""Bits that are looked at one by one."""
_NEAR = 1 << 15
"""Bits in which a first page mostly is."""
_FEW = 8
"""Rows that are cheapest put in one by one."""


def bitmap_of(rows: Collection[int], size: int) -> int:
    """Return the set of these rows, each from 0 to below `size`."""
    if len(rows) <= _FEW:
        return reduce(or_, (1 << row for row in rows), 0)
    if len(rows) * 64 < size:
        octets = bytearray((size + 7) // 8)
        for row in rows:
            octets[row >> 3] |= 1 << (row & 7)
        return int.from_bytes(octets, "little")
    # For many rows the detour over binary digits is three times as fast.
    digits = bytearray(b"0") * (size + 1)
    for row in rows:
        digits[size - row] = 49
    return int(digits, 2)


def insert_row(bits: int, row: int, *, held: bool) -> int:
    """Return the rows of `bits` with one more at `row`; those from there on move up: 0b101 becomes 0b10x1 at 1."""
    return ((((bits >> row) << 1) | held) << row) | (bits & ((1 << row) - 1))


def delete_row(bits: int, row: int) -> int:
    """Return the rows of `bits` without `row`; those beyond it move down by one."""
    return ((bits >> (row + 1)) << row) | (bits & ((1 << row) - 1))


def window(bits: int, start: int, stop: int) -> int:
    """Return the rows of `bits` from `start` up to but not including `stop`, renumbered from 0."""
    if start:  # else it would be a copy, which of ten million rows takes half a millisecond
        bits >>= start
    return bits & _ones(stop - start) if bits.bit_length() > stop - start else bits


def page_of(bits: int, *, skip: int, count: int) -> tuple[list[int], int]:
    """Return up to `count` rows in ascending order, after the first `skip`, and how many rows there are."""
    length = bits.bit_length()
    if length <= _NEAR or (bits & _ones(_NEAR)).bit_count() >= skip + count:
        return rows_of(bits, skip=skip, count=count), bits.bit_count()
    return _page_of(bits, skip, count, first=0, cuts=3)


def _page_of(bits: int, skip: int, count: int, *, first: int, cuts: int) -> tuple[list[int], int]:
    """Return the same for rows that begin with `first`.

    Counting takes longest, a millisecond for ten million rows. So it is done once for both, the total and where the
    page is, in up to eight parts, and again only in the part that has the page. Halves of halves are copied three
    times, where parts cut one by one off the whole would be copied five times.
    """
    length = bits.bit_length()
    if not cuts or length <= _NEAR:
        total = bits.bit_count()
        return rows_of(bits, skip=skip, count=count, first=first) if count and total > skip else [], total
    half = 1 << ((length - 1).bit_length() - 1)
    rows, low = _page_of(bits & _ones(half), skip, count, first=first, cuts=cuts - 1)
    skip, count = max(0, skip - low), count - len(rows)
    more, high = _page_of(bits >> half, skip, count, first=first + half, cuts=cuts - 1)
    return rows + more, low + high


def rows_of(bits: int, *, skip: int, count: int, first: int = 0) -> list[int]:
    """Return up to `count` rows in ascending order, after the first `skip`; bit 0 is the row `first`."""
    length = bits.bit_length()
    if length > _NEAR and (near := bits & _ones(_NEAR)).bit_count() >= skip + count:
        bits, length = near, _NEAR
    if length <= _CHUNK:
        return _rows_of_chunk(bits, skip, count, first)
    half = 1 << ((length - 1).bit_length() - 1)
    low = bits & _ones(half)
    held = low.bit_count()
    rows = rows_of(low, skip=skip, count=count, first=first) if held > skip else []
    if len(rows) < count:
        rows += rows_of(bits >> half, skip=max(0, skip - held), count=count - len(rows), first=first + half)
    return rows


def _ones(count: int) -> int:
    """Return so many bits, all set: by a shift, a tenth of the time of the subtraction in `(1 << count) - 1`."""
    power = 1 << (count - 1).bit_length()
    # A shift by nothing would be a copy, too.
    return _power_of_ones(power) if count == power else _power_of_ones(power) >> (power - count)


@cache
def _power_of_ones(count: int) -> int:
    return (1 << count) - 1


def _rows_of_chunk(bits: int, skip: int, count: int, first: int) -> list[int]:
    for _ in range(min(skip, _CHUNK)):
        bits &= bits - 1
    rows: list[int] = []
    while bits and len(rows) < count:
        rest = bits & (bits - 1)
        rows.append(first + (bits ^ rest).bit_length() - 1)
        bits = rest
    return rows
