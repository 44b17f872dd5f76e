"""The list as a whole: its order, on which paging rests, and `total`, which counts it over all pages."""

from __future__ import annotations

from random import Random
from typing import TYPE_CHECKING

from seqruns_gallery.building.exhibit import assumed, fault
from seqruns_gallery.building.listing import (
    FILTERS,
    PREDICATES,
    counting,
    given,
    listing,
    passes_every_filter,
    rows_of_store,
    start,
    without,
)
from seqruns_gallery.building.showing import enveloping

if TYPE_CHECKING:
    from collections.abc import Callable

    from seqruns_fixtures import SequenceRun
    from seqruns_gallery.building.exhibit import Change, Fault
    from seqruns_gallery.building.listing import Row
    from seqruns_mock.core.query import RunQuery
    from seqruns_mock.core.store import RunStore, Selection
    from seqruns_mock.http.pipeline import Mock


def shuffling(*, when: Callable[[RunQuery], object] = bool, key: Callable[[Row], int] = lambda _row: 0) -> Change:
    """Return the change that shuffles rows with an equal key, anew for every request that it concerns."""

    def change(mock: Mock) -> Mock:
        dice = Random(0)  # noqa: S311 - a shuffle, and always the same one

        def order(rows: list[Row], query: RunQuery) -> list[Row]:
            return sorted(dice.sample(rows, len(rows)), key=key) if when(query) else rows

        return listing(order=order)(mock)

    return change


def newest_first(row: Row) -> int:
    """Return the key of an order by start time alone."""
    return -start(row[1])


def by_id(row: Row) -> str:
    """Return the key of an order by id."""
    return row[1]["id"]


def oldest_first_on_small_pages(rows: list[Row], query: RunQuery) -> list[Row]:
    """Return the rows as the index gives them that the planner takes for a small limit."""
    return rows[::-1] if query.limit < 20 else rows


def oldest_first_with_filters(rows: list[Row], query: RunQuery) -> list[Row]:
    """Return the rows as the index gives them that the planner takes where there is a condition."""
    return rows[::-1] if given(query) else rows


def unsorted_later(rows: list[Row], query: RunQuery) -> list[Row]:
    """Return the rows in order on the first page, by id on the others."""
    return sorted(rows, key=by_id) if query.offset else rows


def ties_by_page_size(rows: list[Row], query: RunQuery) -> list[Row]:
    """Return the rows, with ties in one order for small pages (heap sort) and in the other for large ones."""
    return sorted(sorted(rows, key=by_id, reverse=query.limit < 50), key=newest_first)


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
        "ties-in-random-order",
        "ORDER BY created_at alone: runs that start together change places between requests.",
        shuffling(key=newest_first),
    ),
    fault("no-order-with-filters", "A filtered list has no ORDER BY.", shuffling(when=given)),
    assumed(
        "order-depends-on-filters",
        "A filtered list comes oldest first, the whole list newest first.",
        listing(order=oldest_first_with_filters),
    ),
    fault(
        "order-depends-on-limit",
        "Pages below 20 runs come oldest first, larger ones newest first.",
        listing(order=oldest_first_on_small_pages),
    ),
    fault(
        "ties-depend-on-limit",
        "Runs that start together come in another order on small pages than on large ones.",
        listing(order=ties_by_page_size),
    ),
    fault(
        "order-depends-on-offset",
        "The first page is sorted by start time, the others by id.",
        listing(order=unsorted_later),
    ),
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
