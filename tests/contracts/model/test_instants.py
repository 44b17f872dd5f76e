"""The kit's own reading and writing of instants."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from seqruns_contracts.model.instants import SECOND, read_instant, write_instant

FIRST, LAST = -62135596800 * SECOND, 253402300799 * SECOND


@pytest.mark.parametrize(
    ("text", "nanoseconds"),
    [
        ("1970-01-01T00:00:00Z", 0),
        ("1970-01-01", 0),
        ("1970-01-01T00:00:00", 0),
        ("1970-01-01t00:00:00z", 0),
        ("1970-01-01 00:00:01Z", SECOND),
        ("1970-01-01T02:00:00+02:00", 0),
        ("1969-12-31T20:30:00-0330", 0),
        ("1970-01-01T05:00:00+05", 0),
        ("1970-01-01T00:00:00.5Z", SECOND // 2),
        ("1970-01-01T00:00:00,000000001Z", 1),
        ("1970-01-01T00:00:00.0000000019Z", 1),
        ("0001-01-01T00:00:00+14:00", FIRST - 14 * 3600 * SECOND),
        ("9999-12-31T23:59:59-12:00", LAST + 12 * 3600 * SECOND),
    ],
)
def test_an_instant_is_read(text: str, nanoseconds: int) -> None:
    """Every form of the contract means its instant, beyond the calendar's ends too."""
    assert read_instant(text) == nanoseconds


@pytest.mark.parametrize("text", ["", "yesterday", "2024-13-01", "2024-02-30T00:00:00Z", "2024-03-01T00:00:00 02:00"])
def test_what_is_no_instant_is_none(text: str) -> None:
    """Text that means no instant is not read as one."""
    assert read_instant(text) is None


@given(
    instant=st.integers(FIRST + 86400 * SECOND, LAST - 86400 * SECOND),
    offset=st.integers(-14 * 60, 14 * 60),
)
def test_a_spelling_means_its_instant(instant: int, offset: int) -> None:
    """Whatever the zone, an instant written and read again is the same."""
    assert read_instant(write_instant(instant, offset=offset)) == instant


@pytest.mark.parametrize(("instant", "offset"), [(FIRST, -60), (LAST, 60), (LAST + SECOND, 0), (FIRST - 1, 0)])
def test_a_spelling_stays_in_the_calendar(instant: int, offset: int) -> None:
    """At its ends it means another instant, but it means one."""
    assert read_instant(write_instant(instant, offset=offset)) is not None


def test_a_spelling_has_the_digits_asked_for() -> None:
    """The fraction is cut, padded or left out as asked, and UTC is spelled as asked."""
    assert write_instant(SECOND // 2, digits=6) == "1970-01-01T00:00:00.500000Z"
    assert write_instant(SECOND // 2, digits=0, utc="") == "1970-01-01T00:00:00"
    assert write_instant(0, utc="+00:00") == "1970-01-01T00:00:00+00:00"
