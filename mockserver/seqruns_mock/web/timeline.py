"""The time line: how many runs of a sequence start when, and how many of them a query selects."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any, Final

from seqruns.instant import parse_instant
from seqruns_mock.core.query import RunQuery

if TYPE_CHECKING:
    from seqruns_mock.core.store import RunStore

BINS: Final = 120
_COUNT: Final = RunQuery(limit=1)


def timeline_of(store: RunStore, query: RunQuery) -> dict[str, Any]:
    """Return the first and last start, in microseconds since 1970, and the counts of equal spans between them.

    `runs` counts all that start in a span, `matching` those of the query, whatever its page. Without runs the ends
    are None and there are no spans.
    """
    if not len(store):
        return {"first": None, "last": None, "runs": [], "matching": []}
    first, last = (parse_instant(store.run(row)["created_at"]) for row in (len(store) - 1, 0))
    edges = _edges(first, last)
    # Both ends inclusive, so each span ends a microsecond before the next begins.
    spans = list(zip(edges, (edge - 1 for edge in edges[1:]), strict=False))
    filtered = replace(query, limit=1, offset=0)
    return {
        "first": first,
        "last": last,
        "runs": [_count(store, _COUNT, *span) for span in spans],
        "matching": [_count(store, filtered, *span) for span in spans],
    }


def _edges(first: int, last: int) -> list[int]:
    """Return where the spans begin and, as the last one, where the latest ends: one past the last start."""
    width = last + 1 - first
    # No span is empty: ten microseconds make ten spans, not 120.
    bins = min(BINS, width)
    return [first + width * number // bins for number in range(bins + 1)]


def _count(store: RunStore, query: RunQuery, begin: int, end: int) -> int:
    """Return how many runs of a span, both ends inclusive, match a query."""
    after = begin if query.after is None else max(begin, query.after)
    before = end if query.before is None else min(end, query.before)
    return store.select(replace(query, after=after, before=before)).total
