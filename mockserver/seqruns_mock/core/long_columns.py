"""Long columns of numbers, worked on whole: by Arrow where it is installed and they are very long, else in Python.

Either way gives the same. Of ten million start times Arrow (`seqruns[data]`) makes an order in 2 s, Python in 15.
"""

from __future__ import annotations

from array import array
from functools import cache
from importlib import import_module
from itertools import count, islice
from operator import eq, neg
from typing import TYPE_CHECKING, Any, Final

if TYPE_CHECKING:
    from collections.abc import Sequence

VERY_LONG: Final = 1 << 18
"""Rows from which on Arrow saves more time than it takes to load."""
_EXACT: Final = 1 << 53
"""Up to here every integer is a float: microseconds until the year 2255."""
_TYPES: Final = {"B": "uint8", "I": "uint32", "q": "int64"}
"""What Arrow calls the numbers of an array."""


def negate(column: array[int]) -> Any:
    """Return each number's negative."""
    arrow = _arrow_for(column)
    if arrow is not None:
        return _from_arrow(arrow.compute.negate(_to_arrow(arrow, column)), column.typecode)
    return array(column.typecode, list(map(neg, column)))  # a list is read faster than what `map` gives


def sorted_places(column: Sequence[Any]) -> array[int]:
    """Return the places of a column, that of its least number first; among equal ones the first is first."""
    arrow = _arrow_for(column)
    if arrow is not None:
        return _from_arrow(arrow.compute.array_sort_indices(_to_arrow(arrow, column)).cast("uint32"), "I")
    return array("I", sorted(range(len(column)), key=_sort_keys(column).__getitem__))


def _sort_keys(column: Sequence[Any]) -> Sequence[Any]:
    """Return what sorts as the numbers do: as floats where those are exact, which takes two thirds of the time."""
    if isinstance(column, array) and column and -_EXACT < min(column) <= max(column) < _EXACT:
        return list(map(float, column))
    return column


def take(column: Any, places: Sequence[int]) -> Any:
    """Return what a column has at some places: as an array if it is one, else as a list."""
    arrow = _arrow_for(column)
    if arrow is not None:
        return _from_arrow(_to_arrow(arrow, column).take(_to_arrow(arrow, places)), column.typecode)
    taken = list(map(column.__getitem__, places))
    return array(column.typecode, taken) if isinstance(column, array) else taken


def repeats(column: Sequence[Any]) -> bytes:
    """Return for each number but the last whether the next one is equal: of -9, -7, -7, -4 the bytes 0, 1, 0."""
    arrow = _arrow_for(column)
    if arrow is not None:
        numbers = _to_arrow(arrow, column)
        return _from_arrow(arrow.compute.equal(numbers[:-1], numbers[1:]).cast("uint8"), "B").tobytes()
    return bytes(map(eq, column, islice(column, 1, None)))


def invert(order: array[int]) -> array[int]:
    """Return at each number its place in the order: `2, 0, 1` becomes `1, 2, 0`."""
    arrow = _arrow_for(order)
    if arrow is not None:
        places = _to_arrow(arrow, order).view("int32")  # Arrow inverts signed numbers only
        return _from_arrow(arrow.compute.inverse_permutation(places), "I")
    rows = array("I", bytes(order.itemsize * len(order)))
    for _ in map(rows.__setitem__, order, count()):  # half the time of an assignment in Python
        pass
    return rows


def places_by_code(codes: array[int], size: int) -> list[array[int]]:
    """Return for each code below `size` the places that have it, ascending: of 1, 0, 1 these are `1` and `0, 2`."""
    having = [array("I") for _ in range(size)]
    arrow = _arrow_for(codes)
    if arrow is None:
        # Each place goes to the array of its code, in half the time that an append in Python takes.
        for _ in map(array.append, map(having.__getitem__, codes), count()):
            pass
        return having
    table = arrow.table({"code": _to_arrow(arrow, codes), "place": _to_arrow(arrow, array("I", range(len(codes))))})
    # In one thread, so that the places of a code stay in their order.
    groups = table.group_by("code", use_threads=False).aggregate([("place", "list")]).combine_chunks()
    places = groups["place_list"].chunk(0)
    everything, ends = _from_arrow(places.values, "I"), places.offsets.to_pylist()
    for code, start, end in zip(groups["code"].to_pylist(), ends, ends[1:], strict=False):
        having[code] = everything[start:end]
    return having


def _arrow_for(column: Sequence[Any]) -> Any:
    """Return the library where it is worth its while and installed: for an array that is very long."""
    return _arrow() if isinstance(column, array) and len(column) >= VERY_LONG else None


@cache
def _arrow() -> Any:
    try:
        import_module("pyarrow.compute")
    except ImportError:
        return None
    return import_module("pyarrow")


def _to_arrow(arrow: Any, column: Any) -> Any:
    """Return an array as one of Arrow, in the same memory."""
    buffers = [None, arrow.py_buffer(column)]
    return arrow.Array.from_buffers(arrow.type_for_alias(_TYPES[column.typecode]), len(column), buffers)


def _from_arrow(numbers: Any, typecode: str) -> array[int]:
    """Return an array of Arrow's that was just computed, and so begins where its memory does, as one of Python."""
    column = array(typecode)
    column.frombytes(memoryview(numbers.buffers()[1])[: len(numbers) * column.itemsize])
    return column
