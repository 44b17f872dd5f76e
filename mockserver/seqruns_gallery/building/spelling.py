"""Writing instants out."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


def moment(instant: int) -> datetime:
    """Return an instant (microseconds since 1970 UTC) as a date-time in UTC."""
    return _EPOCH + timedelta(microseconds=instant)


def spell(instant: int) -> str:
    """Return an instant as the mock writes it: in UTC, with six digits and a Z."""
    return f"{moment(instant):%Y-%m-%dT%H:%M:%S.%f}Z"
