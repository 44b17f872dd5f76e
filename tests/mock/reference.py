"""The slow, obvious reference: which runs a query selects, one sentence of the contract a line."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable

    from seqruns_fixtures import SequenceRun
    from seqruns_mock.core.query import RunQuery

EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


def microseconds(text: str) -> int:
    """Return the instant that a run's timestamp names."""
    return (datetime.fromisoformat(text) - EPOCH) // timedelta(microseconds=1)


def matches(run: SequenceRun, query: RunQuery) -> bool:
    """Return whether a run passes every filter."""
    start = microseconds(run["created_at"])
    return (
        (query.phone is None or run["contact"]["phone"] == query.phone)
        and (query.status is None or run["status"] == query.status)
        and (query.channel_id is None or any(step["channel_id"] == query.channel_id for step in run["step_contacts"]))
        and (query.before is None or start <= query.before)
        and (query.after is None or start >= query.after)
    )


def selected(runs: Iterable[SequenceRun], query: RunQuery) -> list[SequenceRun]:
    """Return every run that matches, newest start first, then by id."""
    by_id = sorted((run for run in runs if matches(run, query)), key=lambda run: run["id"])
    return sorted(by_id, key=lambda run: microseconds(run["created_at"]), reverse=True)


def page(runs: Iterable[SequenceRun], query: RunQuery) -> list[SequenceRun]:
    """Return the page that the query asks for."""
    return selected(runs, query)[query.offset : query.offset + query.limit]
