"""Sets of rows as lists of integers."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from seqruns_fixtures.drawing.coded_column import CodedColumn
from seqruns_mock.core.bitmap import WIDTH, bitmap_of, bitmap_of_digits, delete_row, insert_row, page_of, with_row
from seqruns_mock.core.index import Index

MOST = 3 * WIDTH
"""Rows: several integers of them, and one beyond."""
SIZE = MOST + 1
EDGES = [place + by for place in (WIDTH, 2 * WIDTH) for by in (-1, 0, 1)]
PLACES = st.integers(0, MOST) | st.sampled_from(EDGES)
SETS = st.sets(PLACES, max_size=60) | st.builds(
    lambda start, stop, step: {*range(start, stop, step)}, PLACES, PLACES, st.integers(1, 5_000)
)
"""Sparse and dense ones."""


@given(SETS, SETS, PLACES, PLACES, st.integers(0, 70) | PLACES | st.just(10**18), st.integers(1, 70))
def test_rows_come_back_in_order_and_cut(  # noqa: PLR0917 - drawn
    rows: set[int], others: set[int], start: int, stop: int, skip: int, count: int
) -> None:
    """A page is a slice of what the sets share within the window, and comes with how many that is."""
    start, stop = sorted((start, stop + 1)) if start != stop + 1 else (start, start + 1)
    inside = sorted(row for row in rows & others if start <= row < stop)
    sets = [bitmap_of(rows, SIZE), bitmap_of(others, SIZE)]
    assert page_of(sets, range(start, stop), skip=skip, count=count) == (inside[skip : skip + count], len(inside))
    assert page_of(sets[:1], range(SIZE), skip=skip, count=count) == (sorted(rows)[skip : skip + count], len(rows))


@given(SETS, PLACES, st.booleans())
def test_a_set_with_or_without_a_row(rows: set[int], row: int, held: bool) -> None:  # noqa: FBT001 - drawn
    """The other rows stay."""
    before = bitmap_of(rows, SIZE)
    same = list(before)
    assert with_row(before, row, held=held) == bitmap_of(rows | {row} if held else rows - {row}, SIZE)
    assert before == same


@given(SETS, PLACES, st.booleans())
def test_rows_move_when_one_comes_or_goes(rows: set[int], row: int, held: bool) -> None:  # noqa: FBT001 - drawn
    """Those from it on by one, also from one integer to the next."""
    moved = {each + (each >= row) for each in rows}
    more = insert_row(bitmap_of(rows, SIZE), row, held=held)
    assert more == bitmap_of(moved | {row} if held else moved, SIZE + 1)
    assert delete_row(more, row) == bitmap_of(rows, SIZE)


def test_digits_are_a_set() -> None:
    """The last row first."""
    assert bitmap_of_digits(b"110") == bitmap_of({1, 2}, 3)
    assert bitmap_of_digits(b"0" * WIDTH + b"1") == bitmap_of({0}, WIDTH + 1) == [1]


@given(st.lists(st.lists(st.sampled_from("abc") | st.text(max_size=2) | st.none(), max_size=3), max_size=200))
def test_an_index_finds_rare_and_common_values(values: list[list[str | None]]) -> None:
    """Kept as a list or as a bitmap, the rows of a value are the same set; nulls and empty ones are not values."""
    backwards = range(len(values))[::-1]  # the last number is in the first row, and the other way round
    index = Index(CodedColumn(map(tuple, values)), backwards, backwards)
    held = {value for several in values for value in several if value}
    assert index.values == held
    for value in held | {"absent", ""}:
        rows = {backwards[number] for number, several in enumerate(values) if value in several}
        assert index.rows_with(value, backwards.__getitem__) == (bitmap_of(rows, len(values)) if value else [])
