"""`before` and `after`: bounds, columns, and what is made of a window."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from seqruns_gallery.building.exhibit import Fault, fault
from seqruns_gallery.building.listing import asking, filtering, instant, start, without
from seqruns_gallery.building.moving import DAY, HOUR, floor_to, moving
from seqruns_gallery.building.reading import crash
from seqruns_mock.core.refusal import Refusal

if TYPE_CHECKING:
    from seqruns_fixtures import SequenceRun
    from seqruns_mock.core.query import RunQuery


def updated(run: SequenceRun) -> int:
    """Return when a run was last changed."""
    return instant(run["updated_at"])


def is_reversed(query: RunQuery) -> bool:
    """Return whether a window ends before it begins."""
    return query.before is not None and query.after is not None and query.before < query.after


def put_in_order(query: RunQuery) -> RunQuery:
    """Return the query with the earlier bound as `after`."""
    return replace(query, before=query.after, after=query.before) if is_reversed(query) else query


def crash_when_reversed(query: RunQuery) -> RunQuery:
    """Stand for a range type that raises on a negative length."""
    if is_reversed(query):
        crash()
    return query


def refuse_when_reversed(query: RunQuery) -> RunQuery:
    """Refuse a window that the contract calls empty."""
    if is_reversed(query):
        raise Refusal(422, "after must not be later than before.")
    return query


def half_open(query: RunQuery) -> RunQuery:
    """Return the query with the end of a full window left out."""
    both = query.before is not None and query.after is not None
    return replace(query, before=query.before - 1) if both and query.before is not None else query


def a_quarter_at_most(query: RunQuery) -> RunQuery:
    """Return the query with a lower bound of 90 days where only the upper one is given."""
    if query.before is None or query.after is not None:
        return query
    return replace(query, after=query.before - 90 * DAY)


def a_month_at_most(query: RunQuery) -> RunQuery:
    """Return the query with an upper bound of 30 days where only the lower one is given."""
    if query.after is None or query.before is not None:
        return query
    return replace(query, before=query.after + 30 * DAY)


def recent_by_default(query: RunQuery) -> RunQuery:
    """Return the query with a lower bound where there is no bound at all."""
    return replace(query, after=RECENT) if query.before is None is query.after else query


def before_1970_crashes(microseconds: int) -> int:
    """Stand for an unsigned timestamp."""
    if microseconds < 0:
        crash()
    return microseconds


RECENT = instant("2024-01-01T00:00:00Z")


FAULTS: tuple[Fault, ...] = (
    fault(
        "exclusive-before",
        "`before` is compared with <, so a run that starts at the bound is lost.",
        filtering(before=lambda run, query: start(run) < (query.before or 0)),
    ),
    fault(
        "exclusive-after",
        "`after` is compared with >, so a run that starts at the bound is lost.",
        filtering(after=lambda run, query: start(run) > (query.after or 0)),
    ),
    fault(
        "before-and-after-swapped",
        "The two bounds are bound to each other's placeholder.",
        asking(lambda query: replace(query, before=query.after, after=query.before)),
    ),
    fault(
        "before-inverted",
        "`before` keeps the runs that start later.",
        filtering(before=lambda run, query: start(run) >= (query.before or 0)),
    ),
    fault("before-ignored", "`before` is read and never used.", asking(lambda query: without(query, "before"))),
    fault("after-ignored", "`after` is read and never used.", asking(lambda query: without(query, "after"))),
    fault(
        "window-looks-at-the-last-update",
        "The window compares `updated_at`.",
        filtering(
            before=lambda run, query: updated(run) <= (query.before or 0),
            after=lambda run, query: updated(run) >= (query.after or 0),
        ),
    ),
    fault(
        "before-looks-at-the-last-update",
        "Only `before` compares `updated_at`; `after` is right.",
        filtering(before=lambda run, query: updated(run) <= (query.before or 0)),
    ),
    fault(
        "window-put-in-order",
        "A window that ends before it begins is turned round instead of being empty.",
        asking(put_in_order),
    ),
    fault(
        "reversed-window-crashes",
        "A window that ends before it begins is a 500: the range type raises.",
        asking(crash_when_reversed),
    ),
    fault(
        "reversed-window-refused",
        "A window that ends before it begins is a 422 instead of empty.",
        asking(refuse_when_reversed),
    ),
    fault(
        "window-is-half-open",
        "`before` alone is inclusive, but together with `after` its bound is left out.",
        asking(half_open),
    ),
    fault(
        "before-reaches-back-90-days",
        "Without `after`, a lower bound of 90 days is put in to spare the database.",
        asking(a_quarter_at_most),
    ),
    fault(
        "after-reaches-30-days",
        "Without `before`, an upper bound of 30 days is put in.",
        asking(a_month_at_most),
    ),
    fault(
        "only-this-year-by-default",
        "Without a window, only runs since New Year's Day 2024 are listed.",
        asking(recent_by_default),
    ),
    fault(
        "epoch-counts-as-absent",
        "`if before:` is false for 1970-01-01T00:00:00Z, which is 0.",
        asking(lambda query: replace(query, before=query.before or None, after=query.after or None)),
    ),
    fault(
        "before-1970-crashes",
        "A bound before 1970 is a 500: the timestamp is unsigned.",
        moving(before_1970_crashes),
    ),
    fault(
        "window-in-local-time",
        "The bounds are turned into the server's local time, the column is in UTC.",
        moving(lambda bound: bound - 5 * HOUR),
    ),
    fault(
        "window-loses-runs-without-steps",
        "With a window the query joins the step contacts, and a run without any falls out.",
        filtering(
            before=lambda run, query: bool(run["step_contacts"]) and start(run) <= (query.before or 0),
            after=lambda run, query: bool(run["step_contacts"]) and start(run) >= (query.after or 0),
        ),
    ),
    fault(
        "before-is-the-end-of-its-day",
        "`before` is a date column: any time of day means all of that day.",
        filtering(before=lambda run, query: start(run) // DAY <= (query.before or 0) // DAY),
    ),
    fault(
        "before-is-the-start-of-its-day",
        "`before` is cut to its midnight, so the runs of that day are lost.",
        moving(lambda bound: floor_to(DAY, bound), "before"),
    ),
    fault(
        "after-is-the-start-of-its-day",
        "`after` is cut to its midnight, so earlier runs of that day come too.",
        moving(lambda bound: floor_to(DAY, bound), "after"),
    ),
    fault(
        "after-is-a-later-day",
        "`after` compares dates with >: only runs of a later day come.",
        filtering(after=lambda run, query: start(run) // DAY > (query.after or 0) // DAY),
    ),
)
