"""Showing the runs in other ways: each run, one run of fifty, the envelope, or the body of an error."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import orjson

from seqruns_gallery.building.exhibit import stepping
from seqruns_mock.core.store import RunStore, Selection

if TYPE_CHECKING:
    from collections.abc import Callable

    from seqruns_gallery.building.exhibit import Change
    from seqruns_mock.core.query import RunQuery
    from seqruns_mock.core.refusal import Refusal

Run = dict[str, Any]
ODD_ROW = 7
"""Which row of each fifty is the odd one."""


def shown_runs(store: RunStore, selection: Selection) -> list[Run]:
    """Return fresh copies of the runs on a page."""
    # From their JSON, as the store's own runs are shared and a fault would spoil them for all.
    return [orjson.loads(store.run_json(row)) for row in selection.rows]


def body_of(data: object, total: object) -> bytes:
    """Return the body of a 200."""
    return orjson.dumps({"data": data, "total": total})


def enveloping(envelope: Callable[[list[Run], int], Any]) -> Change:
    """Return the change that puts other JSON around the runs of a page and the total."""
    return stepping(
        render=lambda store, selection: orjson.dumps(envelope(shown_runs(store, selection), selection.total))
    )


def showing(change: Callable[[Run], Any]) -> Change:
    """Return the change that shows each run otherwise."""
    return enveloping(lambda runs, total: {"data": [change(run) for run in runs], "total": total})


def spoiling(change: Callable[[Run], Any]) -> Change:
    """Return the change that shows one run of fifty otherwise."""

    def render(store: RunStore, selection: Selection) -> bytes:
        runs = zip(selection.rows, shown_runs(store, selection), strict=True)
        return body_of([change(run) if row % 50 == ODD_ROW else run for row, run in runs], selection.total)

    return stepping(render=render)


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer(Selection):
    """A selection that remembers its question."""

    query: RunQuery


def showing_by_query(change: Callable[[Run, RunQuery], Any]) -> Change:
    """Return the change that shows each run otherwise, as the query has it."""

    def select(store: RunStore, query: RunQuery) -> Selection:
        # The query is needed in the next step, which is given only the selection.
        selection = store.select(query)
        return Answer(rows=selection.rows, total=selection.total, query=query)

    def render(store: RunStore, selection: Selection) -> bytes:
        assert isinstance(selection, Answer)  # noqa: S101 - it comes from the step above
        runs = [change(run, selection.query) for run in shown_runs(store, selection)]
        return body_of(runs, selection.total)

    return stepping(select=select, render=render)


def refusing_with(body: Callable[[list[str], int], Any]) -> Change:
    """Return the change to other JSON in errors, made of the descriptions and the HTTP status."""

    def refuse(refusal: Refusal) -> bytes:
        return orjson.dumps(body(list(refusal.descriptions), refusal.status))

    return stepping(refuse=refuse)
