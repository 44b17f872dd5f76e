"""Sets of row numbers as bits: bit *n* is set when row *n* is in the set.

A set is a list of integers of 65,536 rows each. To combine and count ten million rows in pieces that fit the
processor's cache takes half the time of one large integer, and nothing is copied to get at a window or a page. The last
integer is not 0, so the empty set is an empty list, and rows beyond the list's end are not in the set.
"""

from __future__ import annotations

from operator import and_
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable

WIDTH: Final = 1 << 16
"""Rows of one integer."""
_ALL: Final = (1 << WIDTH) - 1
_CHUNK: Final = 512
"""Bits that are looked at one by one."""
_FEW: Final = 8
"""Rows that are cheapest put in one by one."""


def bitmap_of(rows: Collection[int], size: int) -> list[int]:
    """Return the set of these rows, each from 0 to below `size`."""
    if len(rows) <= _FEW:
        bits = [0] * -(-size // WIDTH)
        for row in rows:
            bits[row // WIDTH] |= 1 << row % WIDTH
        return _trim(bits)
    if len(rows) * 64 < size:
        octets = bytearray((size + 7) // 8)
        for row in rows:
            octets[row >> 3] |= 1 << (row & 7)
        starts = range(0, len(octets), WIDTH // 8)
        return _trim([int.from_bytes(octets[start : start + WIDTH // 8], "little") for start in starts])
    # For many rows the detour over binary digits is three times as fast.
    digits = bytearray(b"0") * size
    for row in rows:
        digits[-1 - row] = 49
    return bitmap_of_digits(digits)


def bitmap_of_digits(digits: bytes | bytearray) -> list[int]:
    """Return the set whose binary digits these are, that of the last row first: `b"110"` are the rows 1 and 2."""
    return _trim([int(digits[max(0, end - WIDTH) : end], 2) for end in range(len(digits), 0, -WIDTH)])


def _trim(bits: list[int]) -> list[int]:
    """Take the empty integers off the end, and return the set."""
    while bits and not bits[-1]:
        bits.pop()
    return bits


def with_row(bits: list[int], row: int, *, held: bool) -> list[int]:
    """Return `bits` with or without one row."""
    place, bit = row // WIDTH, 1 << row % WIDTH
    changed = [*bits, *[0] * (place + 1 - len(bits))]
    changed[place] = changed[place] | bit if held else changed[place] & ~bit
    return _trim(changed)


def insert_row(bits: list[int], row: int, *, held: bool) -> list[int]:
    """Return the rows of `bits` with one more at `row`; those from there on move up: 0b101 becomes 0b10x1 at 1."""
    place, within = divmod(row, WIDTH)
    moved = [*bits[:place], *[0] * (place - len(bits))]
    carry = int(held)
    for part in [*bits[place:], 0]:
        part = (part >> within << 1 | carry) << within | part & (1 << within) - 1  # noqa: PLW2901 - it grows by a bit
        moved.append(part & _ALL)
        # What no longer fits is the first row of the next part.
        carry, within = part >> WIDTH, 0
    return _trim(moved)


def delete_row(bits: list[int], row: int) -> list[int]:
    """Return the rows of `bits` without `row`; those beyond it move down by one."""
    place, within = divmod(row, WIDTH)
    moved = bits[:place]
    for part, following in zip(bits[place:], [*bits[place + 1 :], 0], strict=False):
        kept = part & (1 << within) - 1
        moved.append((part | (following & 1) << WIDTH) >> within + 1 << within | kept)
        within = 0
    return _trim(moved)


def page_of(sets: Iterable[list[int]], window: range, *, skip: int, count: int) -> tuple[list[int], int]:
    """Return up to `count` rows of all sets within a window, after the first `skip`, and how many there are."""
    first, last = window.start // WIDTH, (window.stop - 1) // WIDTH
    several = iter(sets)
    parts = next(several)[first : last + 1]
    for other in several:
        parts = list(map(and_, parts, other[first : last + 1]))  # what one of them lacks at its end is empty
    if len(parts) > last - first:
        parts[-1] &= (1 << window.stop - last * WIDTH) - 1
    if parts and window.start % WIDTH:
        parts[0] &= -1 << window.start % WIDTH
    rows: list[int] = []
    total = 0
    # Counting takes longest, a millisecond for ten million rows. So it is done once for both.
    for start, part in enumerate(parts, first):
        before, total = total, total + part.bit_count()
        if total > skip and len(rows) < count:
            rows += rows_of(part, skip=max(0, skip - before), count=count - len(rows), first=start * WIDTH)
    return rows, total


def rows_of(part: int, *, skip: int, count: int, first: int = 0) -> list[int]:
    """Return up to `count` rows of a part in ascending order, after the first `skip`; bit 0 is the row `first`."""
    length = part.bit_length()
    if length <= _CHUNK:
        return _rows_of_chunk(part, skip, count, first)
    half = 1 << ((length - 1).bit_length() - 1)
    low = part & (_ALL >> WIDTH - half)
    held = low.bit_count()
    rows = rows_of(low, skip=skip, count=count, first=first) if held > skip else []
    if len(rows) < count:
        rows += rows_of(part >> half, skip=max(0, skip - held), count=count - len(rows), first=first + half)
    return rows


def _rows_of_chunk(bits: int, skip: int, count: int, first: int) -> list[int]:
    for _ in range(min(skip, _CHUNK)):
        bits &= bits - 1
    rows: list[int] = []
    while bits and len(rows) < count:
        rest = bits & (bits - 1)
        rows.append(first + (bits ^ rest).bit_length() - 1)
        bits = rest
    return rows
