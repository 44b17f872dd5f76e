"""`total`: how many runs match, over all pages."""

from __future__ import annotations

from typing import TYPE_CHECKING

from seqruns_gallery.exhibit import fault
from seqruns_gallery.listing import (
    FILTERS,
    PREDICATES,
    counting,
    passes_every_filter,
    rows_of_store,
    without,
)
from seqruns_gallery.showing import enveloping

if TYPE_CHECKING:
    from collections.abc import Callable

    from seqruns_fixtures import SequenceRun
    from seqruns_gallery.exhibit import Change, Fault
    from seqruns_mock.core.query import RunQuery
    from seqruns_mock.core.store import RunStore, Selection


def counting_without(*names: str) -> Change:
    """Return the change that leaves some filters out of the count."""
    return counting(lambda store, query, _selection: store.select(without(query, *names)).total)


def counting_distinct(value: Callable[[SequenceRun], object]) -> Change:
    """Return the change that counts values, not runs."""

    def count(store: RunStore, query: RunQuery, _selection: Selection) -> int:
        runs = (run for _, run in rows_of_store(store))
        return len({value(run) for run in runs if passes_every_filter(run, query, PREDICATES)})

    return counting(count)


def steps_of(store: RunStore, query: RunQuery, _selection: Selection) -> int:
    """Return how many rows a left join with the step contacts has."""
    runs = (run for _, run in rows_of_store(store))
    return sum(max(1, len(run["step_contacts"])) for run in runs if passes_every_filter(run, query, PREDICATES))


FAULTS: tuple[Fault, ...] = (
    fault(
        "total-is-the-page",
        "The total is the length of the page.",
        counting(lambda _store, _query, selection: len(selection.rows)),
    ),
    fault("total-ignores-the-filters", "The total is that of the sequence.", counting_without(*FILTERS)),
    fault("total-ignores-the-channel", "The count leaves out `channel_id`.", counting_without("channel_id")),
    fault("total-counts-step-contacts", "The count counts the rows of a join.", counting(steps_of)),
    fault(
        "total-counts-contacts",
        "The count is distinct by contact.",
        counting_distinct(lambda run: run["contact"]["id"]),
    ),
    fault(
        "total-plus-one",
        "The total is one too many.",
        counting(lambda _store, _query, selection: selection.total + 1),
    ),
    fault(
        "total-capped-at-100",
        "The count stops at 100.",
        counting(lambda _store, _query, selection: min(selection.total, 100)),
    ),
    fault(
        "total-rounded",
        "The total is an estimate, rounded to tens.",
        counting(lambda _store, _query, selection: round(selection.total, -1)),
    ),
    fault(
        "total-is-text",
        "The total is a string, as some database drivers give counts.",
        enveloping(lambda runs, total: {"data": runs, "total": str(total)}),
    ),
)
