"""`channel_id`: any step contact's channel, and what joining them does to a list of runs."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final
from uuid import UUID

from seqruns_gallery.building.exhibit import assumed, fault, stepping
from seqruns_gallery.building.listing import (
    PREDICATES,
    asking,
    channels,
    counting,
    filtering,
    listing,
    page_of,
    passes_every_filter,
    rows_of_store,
    without,
)
from seqruns_gallery.building.reading import crash, reading, rewriting
from seqruns_gallery.building.showing import showing_by_query
from seqruns_mock.core.query import PARSERS
from seqruns_mock.core.refusal import Refusal

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from typing import NoReturn

    from seqruns_gallery.building.exhibit import Fault
    from seqruns_gallery.building.listing import Row
    from seqruns_gallery.building.showing import Run
    from seqruns_mock.core.query import RunQuery
    from seqruns_mock.core.store import RunStore, Selection
    from seqruns_mock.http.pipeline import Mock


DIGITS: Final = 32
"""Of a UUID."""


def joined(rows: Sequence[Row], query: RunQuery) -> list[Row]:
    """Return a row for each step contact that has the channel, which is what a plain join gives."""
    if query.channel_id is None:
        return list(rows)
    return [row for row in rows for channel in channels(row[1]) if channel == query.channel_id]


def distinct(rows: Sequence[Row]) -> list[Row]:
    """Return each row once, in order."""
    return list(dict(rows).items())


def matching(store: RunStore, query: RunQuery) -> list[Row]:
    """Return every run of the store that matches, on whatever page."""
    return [row for row in rows_of_store(store) if passes_every_filter(row[1], query, PREDICATES)]


def unknown_channel(act: Callable[[], NoReturn]) -> Callable[[Mock], Mock]:
    """Return the change that does something else than list nothing where no run has the channel."""

    def change(mock: Mock) -> Mock:
        known = {
            channel for store in mock.stores.values() for _, run in rows_of_store(store) for channel in channels(run)
        }

        def select(store: RunStore, query: RunQuery) -> Selection:
            if query.channel_id is not None and query.channel_id not in known:
                act()
            return store.select(query)

        return stepping(select=select)(mock)

    return change


def not_found() -> NoReturn:
    """Refuse a channel as if it were part of the path."""
    raise Refusal(404, "There is no such channel.")


def trimmed(run: Run, query: RunQuery) -> Run:
    """Return a run with only the step contacts that made it match."""
    if query.channel_id is None:
        return run
    steps = [step for step in run["step_contacts"] if step["channel_id"] == query.channel_id]
    return {**run, "step_contacts": steps}


def as_written(text: str) -> str:
    """Return a channel id in the case it came in, if it is one."""
    PARSERS["channel_id"](text)
    return text


def valid_or_none(text: str) -> object:
    """Return a channel id, or None where it is none."""
    try:
        return PARSERS["channel_id"](text)
    except ValueError:
        return None


def valid_or_crash(text: str) -> object:
    """Return a channel id; nobody catches the error where it is none."""
    try:
        return PARSERS["channel_id"](text)
    except ValueError:
        return crash()


FAULTS: tuple[Fault, ...] = (
    fault(
        "channel-ignored",
        "`channel_id` is read and never used.",
        asking(lambda query: without(query, "channel_id")),
    ),
    fault(
        "channel-of-the-run",
        "Only the run's own channel counts, not those of its step contacts.",
        filtering(channel_id=lambda run, query: run["channel_id"] == query.channel_id),
    ),
    fault(
        "channel-of-the-first-step",
        "Only the first step contact counts.",
        filtering(channel_id=lambda run, query: channels(run)[:1] == [query.channel_id]),
    ),
    fault(
        "channel-of-every-step",
        "All step contacts must have the channel, not any.",
        filtering(channel_id=lambda run, query: set(channels(run)) == {query.channel_id}),
    ),
    fault(
        "channel-or-none",
        "LEFT JOIN … OR channel_id IS NULL: runs without a channel come too.",
        filtering(channel_id=lambda run, query: query.channel_id in channels(run) or not any(channels(run))),
    ),
    fault(
        "channel-join-repeats-runs",
        "The join gives a run once for each step contact on the channel, and counts it so.",
        listing(page=lambda rows, query: page_of(joined(rows, query), query)),
    ),
    fault(
        "channel-join-inflates-the-total",
        "The runs are made distinct, the count counts the rows of the join.",
        counting(lambda store, query, _selection: len(joined(matching(store, query), query))),
    ),
    fault(
        "channel-join-shortens-pages",
        "LIMIT cuts the rows of the join and then they are made distinct, so pages are short.",
        listing(page=lambda rows, query: distinct(page_of(joined(rows, query), query))),
    ),
    fault("channel-unknown-is-404", "A channel that no run has is a 404.", unknown_channel(not_found)),
    fault("channel-unknown-crashes", "A channel that no run has is a 500.", unknown_channel(crash)),
    fault("channel-invalid-crashes", "A channel that is no UUID is a 500.", reading(channel_id=valid_or_crash)),
    assumed(
        "channel-invalid-ignored",
        "A channel that is no UUID counts as absent, so all runs come.",
        reading(channel_id=valid_or_none),
    ),
    assumed("channel-case-matters", "A channel in upper case finds nothing.", reading(channel_id=as_written)),
    assumed(
        "channel-trims-the-steps",
        "With `channel_id` a run shows only the step contacts on that channel.",
        showing_by_query(trimmed),
    ),
    fault(
        "channel-of-zeros-means-all",
        "The UUID of zeros counts as absent, as it is the zero value.",
        asking(lambda query: without(query, "channel_id") if query.channel_id == str(UUID(int=0)) else query),
    ),
    assumed(
        "channel-cut-to-36",
        "The value is cut to the 36 characters of a UUID, so what follows does not matter.",
        rewriting(lambda text: text[:36], "channel_id"),
    ),
    assumed(
        "channel-without-dashes-understood",
        "The reader of UUIDs takes them without their dashes.",
        rewriting(lambda text: str(UUID(text)) if len(text) == DIGITS and text.isalnum() else text, "channel_id"),
    ),
)
