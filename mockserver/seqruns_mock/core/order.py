"""The order of runs: newest start first, then by id [decision]."""

from __future__ import annotations

import re
from array import array
from itertools import count, islice
from operator import eq, neg
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, MutableSequence, Sequence

    from seqruns.instant import Moment

_EXACT: Final = 1 << 53
"""Up to here every integer is a float: microseconds until the year 2255."""


def sort_runs(
    starts: Sequence[Moment], id_key: Callable[[int], str | bytes]
) -> tuple[array[int], MutableSequence[Moment]]:
    """Return the numbers of all runs in their order, and their start times in that order, negated so that they ascend.

    It takes the start times by number, and what sorts numbers as the ids of their runs.
    """
    order = array("I", sorted(range(len(starts)), key=_sort_keys(starts).__getitem__, reverse=True))
    ages = _negate(map(starts.__getitem__, order))
    # Ids cost most, so only runs that started in one microsecond are ordered by them: of the ages -9, -7, -7, -7, -4
    # the comparison of each with the next gives 0, 1, 1, 0, and the ones are a tie of three.
    for tied in re.finditer(rb"\x01+", bytes(map(eq, ages, islice(ages, 1, None)))):
        tie = slice(tied.start(), tied.end() + 1)
        order[tie] = array("I", sorted(order[tie], key=id_key))
    return order, ages


def _sort_keys(starts: Sequence[Moment]) -> Sequence[Moment | float]:
    """Return what sorts as start times do: as floats where those are exact, which takes two thirds of the time."""
    if isinstance(starts, array) and starts and -_EXACT < min(starts) <= max(starts) < _EXACT:
        return list(map(float, starts))
    return starts


def _negate(starts: Iterable[Moment]) -> MutableSequence[Moment]:
    """Return negated start times: in an array, which is smallest and fastest, if all are whole microseconds."""
    ages: list[Moment] = list(map(neg, starts))  # type: ignore[arg-type] # a moment's negation is one
    try:
        return array("q", ages)  # type: ignore[type-var] # it says so itself
    except TypeError:
        return ages


def invert(order: array[int]) -> array[int]:
    """Return at each number its place in the order: `2, 0, 1` becomes `1, 2, 0`."""
    rows = array("I", bytes(order.itemsize * len(order)))
    for _ in map(rows.__setitem__, order, count()):  # half the time of an assignment in Python
        pass
    return rows
