"""The counts of the time line."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from werkzeug.test import Client

from seqruns.document import facts
from seqruns.instant import parse_instant
from seqruns_fixtures import generate_runs
from seqruns_mock.core.query import RunQuery
from seqruns_mock.core.sequences import store_of
from seqruns_mock.web.timeline import BINS, timeline_of

if TYPE_CHECKING:
    from seqruns_mock.embedding import MockServer

RUNS = list(generate_runs(runs=80, seed=3))
STORE = store_of(RUNS)
STARTS = [parse_instant(run["created_at"]) for run in RUNS]
INSTANTS = st.none() | st.sampled_from(STARTS).flatmap(lambda start: st.sampled_from([start - 1, start, start + 1]))


@given(after=INSTANTS, before=INSTANTS, status=st.none() | st.sampled_from(facts().statuses), limit=st.integers(1, 9))
def test_the_spans_add_up_to_what_the_query_selects(
    after: int | None, before: int | None, status: str | None, limit: int
) -> None:
    """Every run is counted once, in the span where it starts, whatever the page is."""
    query = RunQuery(after=after, before=before, status=status, limit=limit, offset=2)
    timeline = timeline_of(STORE, query)
    assert (timeline["first"], timeline["last"]) == (min(STARTS), max(STARTS))
    assert sum(timeline["runs"]) == len(RUNS)
    assert sum(timeline["matching"]) == STORE.select(query).total
    assert all(some <= every for some, every in zip(timeline["matching"], timeline["runs"], strict=True))


def test_the_ends_hold_the_first_and_the_last_run() -> None:
    """No span is wasted."""
    runs = timeline_of(STORE, RunQuery())["runs"]
    assert len(runs) == BINS
    assert runs[0] > 0
    assert runs[-1] > 0


@pytest.mark.parametrize(("count", "expected"), [(0, []), (1, [1])])
def test_a_sequence_without_a_span_of_time(count: int, expected: list[int]) -> None:
    """No run gives no span, and one run gives one."""
    assert timeline_of(store_of(RUNS[:count]), RunQuery())["runs"] == expected


@pytest.mark.parametrize(("path", "status"), [("{id}?limit=0", 422), ("nothing", 404), ("{id}?status=active", 200)])
def test_what_cannot_be_drawn_is_refused_in_words(server: MockServer, path: str, status: int) -> None:
    """As the endpoint itself refuses it."""
    response: Any = Client(server.app).get("/__mock__/page/timeline/" + path.format(id=server.sequence_id))
    assert response.status_code == status
    assert ("errors" in response.json) == (status != 200)
