"""Work on long columns: Arrow and Python give the same."""

from __future__ import annotations

import random
from array import array

import pytest

from seqruns_fixtures.generator import Generator
from seqruns_fixtures.recipe import Recipe
from seqruns_mock.core import long_columns
from seqruns_mock.core.columns import generated_columns
from seqruns_mock.core.long_columns import invert, negate, places_by_code, repeats, sorted_places, take
from seqruns_mock.core.query import RunQuery
from seqruns_mock.core.store import RunStore

_DRAWN = random.Random(5)
TIMES = array("q", [_DRAWN.randrange(-500, 100) - (1 << 50) for _ in range(1000)])
ORDER = array("I", _DRAWN.sample(range(1000), 1000))
LETTERS = array("B", _DRAWN.choices(range(3), k=1000))
CODES = array("I", _DRAWN.choices([*range(300), 301], k=1000))


ARROW = long_columns._arrow()


@pytest.fixture(params=["Arrow", "Python"], autouse=True)
def way(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> None:
    """Have even short columns worked on by Arrow, and by Python where there is no Arrow."""
    assert ARROW is not None, "the tests need pyarrow"
    monkeypatch.setattr(long_columns, "VERY_LONG", 0)
    monkeypatch.setattr(long_columns, "_arrow", lambda: ARROW if request.param == "Arrow" else None)


def test_each_number_is_negated() -> None:
    """The kind of array stays."""
    assert negate(TIMES) == array("q", [-time for time in TIMES])


def test_places_are_sorted_by_their_numbers_and_then_as_they_come() -> None:
    """Of equal numbers the first is first."""
    assert sorted_places(TIMES) == array("I", sorted(range(1000), key=lambda place: (TIMES[place], place)))


@pytest.mark.parametrize("column", [TIMES, LETTERS, CODES])
def test_numbers_are_taken_from_places(column: array[int]) -> None:
    """What is taken is an array of the same kind."""
    assert take(column, ORDER) == array(column.typecode, [column[place] for place in ORDER])


def test_repeats_are_ones() -> None:
    """Each number is compared with the next."""
    assert repeats(array("q", [-9, -7, -7, -7, -4])) == bytes([0, 1, 1, 0])


def test_an_order_is_inverted() -> None:
    """The place of each number in the order."""
    rows = invert(ORDER)
    assert rows.typecode == "I"
    assert [ORDER[row] for row in rows] == list(range(1000))


def test_places_are_grouped_by_code() -> None:
    """Each code has its places, ascending; a code that nothing has, has none."""
    having = places_by_code(CODES, 302)
    assert having == [array("I", [place for place in range(1000) if CODES[place] == code]) for code in range(302)]
    assert not having[300]


def test_a_store_is_the_same_whoever_arranges_it(monkeypatch: pytest.MonkeyPatch) -> None:
    """Runs that start together, and pages of each status, channel and number."""
    columns = generated_columns(Generator(Recipe(seed=4)), 3000)
    store = RunStore(columns)
    monkeypatch.setattr(long_columns, "_arrow", lambda: None)
    plain = RunStore(columns)
    assert list(map(store.number_of, range(3000))) == list(map(plain.number_of, range(3000)))
    queries = [RunQuery(status=status) for status in ("active", "finished")]
    queries += [RunQuery(channel_id=channel) for channel in plain.channels]
    queries += [RunQuery(phone=phone, offset=1) for phone in plain.phones]
    assert list(map(store.select, queries)) == list(map(plain.select, queries))
