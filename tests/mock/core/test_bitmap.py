"""Sets of rows as integers."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from seqruns_fixtures.drawing.coded_column import CodedColumn
from seqruns_mock.core.bitmap import bitmap_of, page_of, rows_of, window
from seqruns_mock.core.index import Index

MOST = 200_000
"""Rows: more than are looked at as one."""
PLACES = st.integers(0, MOST)
SETS = st.sets(PLACES, max_size=60) | st.builds(
    lambda start, stop, step: {*range(start, stop, step)}, PLACES, PLACES, st.integers(1, 5_000)
)
"""Sparse and dense ones."""


@given(SETS, st.integers(0, 70) | PLACES | st.just(10**18), st.integers(0, 70))
def test_rows_come_back_in_order_and_cut(rows: set[int], skip: int, count: int) -> None:
    """`rows_of` is a slice of the sorted set; `page_of` says as well how many there are."""
    bits, page = bitmap_of(rows, MOST + 1), sorted(rows)[skip : skip + count]
    assert rows_of(bits, skip=skip, count=count) == page
    assert page_of(bits, skip=skip, count=count) == (page, len(rows))


@given(SETS, PLACES, PLACES)
def test_a_window_renumbers(rows: set[int], start: int, length: int) -> None:
    """`window` keeps the rows inside and counts them from its start."""
    stop = start + length
    expected = bitmap_of({row - start for row in rows if start <= row < stop}, MOST + 1)
    assert window(bitmap_of(rows, MOST + 1), start, stop) == expected


@given(st.lists(st.lists(st.sampled_from("abc") | st.text(max_size=2) | st.none(), max_size=3), max_size=200))
def test_an_index_finds_rare_and_common_values(values: list[list[str | None]]) -> None:
    """Kept as a list or as a bitmap, the rows of a value are the same set; nulls and empty ones are not values."""
    backwards = range(len(values))[::-1]  # the last number is in the first row, and the other way round
    index = Index(CodedColumn(map(tuple, values)), backwards, backwards)
    held = {value for several in values for value in several if value}
    assert index.values == held
    for value in held | {"absent", ""}:
        rows = {backwards[number] for number, several in enumerate(values) if value in several}
        assert index.rows_with(value, backwards.__getitem__) == (bitmap_of(rows, len(values)) if value else 0)
