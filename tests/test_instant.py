"""Reading ISO 8601."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta, timezone
from fractions import Fraction
from typing import Final

import pytest
from hypothesis import given
from hypothesis import strategies as st

from seqruns.instant import parse_instant, parse_moment

T: Final = 1_709_287_200_000_000  # 2024-03-01T10:00:00Z
EPOCH: Final = datetime(1970, 1, 1, tzinfo=UTC)


@pytest.mark.parametrize(
    "text",
    [
        "2024-03-01T10:00:00Z",
        "2024-03-01t10:00:00z",
        "2024-03-01T10:00:00",
        "2024-03-01 10:00:00Z",
        "2024-03-01T10:00",
        "2024-03-01T10:00Z",
        "2024-03-01T10:00:00.0Z",
        "2024-03-01T10:00:00,000000Z",
        "2024-03-01T10:00:00.000000000000Z",
        "2024-03-01T12:00:00+02:00",
        "2024-03-01T12:00:00+0200",
        "2024-03-01T12:00:00+02",
        "2024-03-01T05:30:00-04:30",
        "2024-03-01T10:00:00-00:00",
    ],
)
def test_spellings_of_one_instant_are_equal(text: str) -> None:
    """Every accepted form of 10:00 UTC is the same integer."""
    assert parse_instant(text) == T


@pytest.mark.parametrize(
    ("text", "instant"),
    [
        ("1970-01-01", 0),
        ("2024-03-01", T - 36_000_000_000),
        ("2024-03-01T10:00:00.1Z", T + 100_000),
        ("2024-03-01T10:00:00.000001Z", T + 1),
        ("1969-12-31T23:59:59.999999Z", -1),
        ("0001-01-01T00:00:00+14:00", -62_135_596_800_000_000 - 50_400_000_000),
        ("9999-12-31T23:59:59-12:00", 253_402_300_799_000_000 + 43_200_000_000),
    ],
)
def test_an_instant_is_microseconds_since_1970(text: str, instant: int) -> None:
    """A bare date is its midnight in UTC, and no year from 1 to 9999 is out of reach, whatever its offset."""
    assert parse_instant(text) == instant


def test_digits_past_the_sixth_are_kept_in_a_moment_and_cut_in_an_instant() -> None:
    """A moment is exact; an instant is the whole microsecond before it."""
    text = "2024-03-01T10:00:00.0000019Z"
    assert parse_moment(text) == T + Fraction(19, 10)
    assert parse_instant(text) == T + 1


@pytest.mark.parametrize(
    "text",
    [
        "yesterday", "", "2024", "2024-03", "1709251200", "2024-3-1", "2024-03-01T", "2024-03-01T10",
        "T10:00:00Z", "20240301T100000Z", "2024-W09-5", "2024-061", "2024-03-01Z", "2024-03-01x10:00:00Z",
        "2024-03-01T10:00:00.Z", "2024-03-01T10:00:00 02:00", "2024-03-01 10:00", "2024-03-01T10:00:00ZZ",
        "2024-03-01T10:00:00+", "+2024-03-01", "2024-03-01T10:00:00+2:00", "2024-03-01T10:00:00+02:0",
        "2024-03-01T10:00:00Z\n", " 2024-03-01", "\uff12\uff10\uff12\uff14-03-01", "2024-13-01",
        "2024-00-10", "2024-02-30T00:00:00Z", "2023-02-29", "0000-01-01", "2024-03-01T24:00:00Z",
        "2024-03-01T10:60:00Z", "2016-12-31T23:59:60Z", "2024-03-01T10:00:00+24:00",
        "2024-03-01T10:00:00+02:60",
    ],
)  # fmt: skip
def test_what_is_not_a_date_time_is_refused(text: str) -> None:
    """Neither other notations nor days and hours that do not exist are read as something else."""
    with pytest.raises(ValueError, match=r"is not an ISO 8601|names an impossible"):
        parse_instant(text)


@given(
    st.datetimes(min_value=datetime(2, 1, 1), max_value=datetime(9998, 1, 1)),  # noqa: DTZ001 - zoned below
    st.integers(-1439, 1439),
)
def test_every_date_time_python_can_print_is_read_back(moment: datetime, offset: int) -> None:
    """What `isoformat` prints, at any offset, is the instant it came from."""
    zoned = moment.replace(tzinfo=timezone(timedelta(minutes=offset)))
    expected = (zoned - EPOCH) // timedelta(microseconds=1)
    assert parse_instant(zoned.isoformat()) == expected
