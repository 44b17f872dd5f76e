"""Sets of row numbers as big integers: bit *n* is set when row *n* is in the set."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Collection

_COARSE, _FINE = 4096, 64
"""Bytes in one look: many, so that counting skips fast; then few, so that single bits are cheap."""


def bitmap_of(rows: Collection[int], size: int) -> int:
    """Return the set of these rows, each from 0 to below `size`."""
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
    return (bits >> start) & ((1 << (stop - start)) - 1)


def rows_of(bits: int, *, skip: int, count: int, first: int = 0) -> list[int]:
    """Return up to `count` rows in ascending order, after the first `skip`; bit 0 is the row `first`."""
    length = bits.bit_length()
    if length <= _FINE * 8:
        return _rows_of_chunk(bits, skip, count, first)
    if skip >= bits.bit_count():
        return []
    size = _COARSE if length > _COARSE * 8 else _FINE
    rows: list[int] = []
    octets = bits.to_bytes((length + 7) // 8, "little")
    for start in range(0, len(octets), size):
        chunk = int.from_bytes(octets[start : start + size], "little")
        held = chunk.bit_count()
        if held > skip:
            rows += rows_of(chunk, skip=skip, count=count - len(rows), first=first + start * 8)
            if len(rows) == count:
                break
        skip = max(0, skip - held)
    return rows


def _rows_of_chunk(bits: int, skip: int, count: int, first: int) -> list[int]:
    for _ in range(min(skip, _FINE * 8)):
        bits &= bits - 1
    rows: list[int] = []
    while bits and len(rows) < count:
        rest = bits & (bits - 1)
        rows.append(first + (bits ^ rest).bit_length() - 1)
        bits = rest
    return rows
