"""The oracle: what the census says of a query, and how an answer differs from it."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from seqruns.document import facts
from seqruns_contracts.model.census import Census
from seqruns_contracts.model.matching import matcher
from seqruns_contracts.model.oracle import Page, compare, duplicates, expect
from seqruns_contracts.model.query import Query
from seqruns_contracts.model.run import Run, read_run


def run(number: int, **changes: Any) -> Run:
    """Return a run that started `number` seconds into 2024."""
    body = {
        "id": f"run-{number}",
        "status": "active" if number % 2 else "finished",
        "contact": {"phone": f"+1{number % 3}"},
        "created_at": f"2024-01-01T00:00:{number:02d}Z",
        "step_contacts": [{"channel_id": f"Channel-{number % 4}"}, {"channel_id": None}],
    }
    return read_run({**body, **changes}, facts().roles)


RUNS = tuple(run(number) for number in range(30))
WHOLE = Census(total=30, head=RUNS, universe=RUNS)


@pytest.mark.parametrize(
    ("filters", "verdict"),
    [
        ({}, True),
        ({"status": "active"}, True),
        ({"status": "finished"}, False),
        ({"phone": "+1 2"}, True),
        ({"phone": "12"}, False),
        ({"channel_id": "CHANNEL-1"}, True),
        ({"channel_id": "channel-2"}, False),
        ({"before": "2024-01-01T00:00:05Z"}, True),
        ({"after": "2024-01-01T01:00:05+01:00"}, True),
        ({"before": "2024-01-01T00:00:04.999999Z"}, False),
        ({"status": "active", "phone": "12"}, False),
        ({"before": "no date"}, None),
        ({"before": "no date", "status": "finished"}, False),
    ],
)
def test_a_run_matches(filters: dict[str, str], verdict: bool | None) -> None:  # noqa: FBT001 - a table's column
    """Run 5 is active, has phone +12 and channel 1, and started five seconds into 2024."""
    assert matcher(filters)(RUNS[5]) is verdict


def test_a_role_that_is_not_shown_leaves_the_verdict_open() -> None:
    """Nobody knows whether a run matches that shows no step contacts, start time or phone."""
    hidden = read_run({"id": "x", "status": "active"}, facts().roles)
    assert matcher({"channel_id": "c"})(hidden) is None
    assert matcher({"before": "2024-01-01T00:00:00Z"})(hidden) is None
    assert matcher({"phone": "+1"})(hidden) is None
    assert matcher({"status": "active"})(read_run({"id": "x"}, facts().roles)) is None


QUERIES = st.fixed_dictionaries(
    {},
    optional={
        "status": st.sampled_from(["active", "finished"]),
        "phone": st.sampled_from(["+10", "+11", "10"]),
        "before": st.sampled_from(["2024-01-01T00:00:10Z", "2024-01-01T02:00:20+02:00"]),
        "limit": st.integers(1, 40).map(str),
        "offset": st.integers(0, 40).map(str),
    },
).map(Query.of)


@given(QUERIES)
def test_the_right_page_has_no_difference(query: Query) -> None:
    """What the census says, said back, is right."""
    expectation = expect(WHOLE, query)
    page = Page(runs=expectation.page(query), total=len(expectation.must))
    assert compare(page, query, WHOLE) == []
    assert compare(page, query, WHOLE, ordered=False) == []


@given(QUERIES, st.data())
def test_a_page_with_any_run_changed_differs(query: Query, data: st.DataObject) -> None:
    """A run lost, doubled, swapped, or a total that is off by one is seen."""
    expectation = expect(WHOLE, query)
    runs = list(expectation.page(query))
    total = len(expectation.must)
    damage = data.draw(st.sampled_from(["total", "lost", "stranger"] if runs else ["total", "stranger"]))
    if damage == "total":
        total += data.draw(st.sampled_from([-1, 1]))
    elif damage == "lost":
        runs.pop(data.draw(st.integers(0, len(runs) - 1)))
    else:
        runs.append(run(31))
    assert compare(Page(runs=tuple(runs), total=total), query, WHOLE)


@pytest.mark.parametrize(
    ("runs", "total", "kinds"),
    [
        (RUNS[:4], 30, ["missing", "size"]),
        ((*RUNS[:4], run(40)), 30, ["unexpected", "missing"]),
        ((*RUNS[:3], RUNS[4], RUNS[3]), 30, ["order"]),
        (RUNS[1:6], 30, ["order"]),
        (RUNS[:5], 5, ["total"]),
        ((*RUNS[:4], run(4, updated_at="2024-01-01T00:00:00Z")), 30, ["contents"]),
    ],
)
def test_a_difference_has_a_kind(runs: tuple[Run, ...], total: int, kinds: list[str]) -> None:
    """The kinds of difference say what went wrong with the first five runs."""
    found = compare(Page(runs=runs, total=total), Query.of(limit=5), WHOLE)
    assert [difference.kind for difference in found] == kinds


def test_unknown_members_may_be_there_or_not() -> None:
    """With a role hidden in two runs, an answer with either, both or none of them is right; a third is not."""
    hidden = [read_run({"id": f"hidden-{n}", "status": "active"}, facts().roles) for n in range(2)]
    runs = (RUNS[1], *hidden, RUNS[2])
    census = Census(total=4, head=runs, universe=runs)
    query = Query.of(channel_id="channel-1")
    for chosen in ([], hidden[:1], hidden):
        assert compare(Page(runs=(RUNS[1], *chosen), total=1 + len(chosen)), query, census) == []
    kinds = {d.kind for d in compare(Page(runs=(RUNS[1], RUNS[2]), total=2), query, census)}
    assert kinds == {"unexpected"}
    assert {d.kind for d in compare(Page(runs=(), total=0), query, census)} == {"missing", "total"}
    assert {d.kind for d in compare(Page(runs=(RUNS[1],), total=3), query, census)} == {"size"}


def test_a_large_sequence_is_judged_by_the_part_that_is_known() -> None:
    """The head answers for pages, the window for filters inside of it, and everything else is compared loosely."""
    base = Query.of(after="2024-01-01T00:00:10Z", before="2024-01-01T00:00:19Z")
    census = Census(total=1000, head=RUNS, base=base, universe=RUNS[10:20])
    assert not census.whole
    assert census.covers(base.with_(status="active"))
    assert not census.covers(Query.of(status="active"))
    assert compare(Page(runs=RUNS[5:9], total=1000), Query.of(offset=5, limit=4), census) == []
    assert compare(Page(runs=RUNS[5:9], total=999), Query.of(offset=5, limit=4), census)[0].kind == "total"
    assert compare(Page(runs=RUNS[5:8], total=1000), Query.of(offset=5, limit=4), census)[0].kind == "size"
    strangers = tuple(run(number % 60, id=f"far-{number}") for number in range(4))
    assert compare(Page(runs=strangers, total=1000), Query.of(offset=500, limit=4), census) == []
    active = tuple(known for known in RUNS if known.status == "active")
    assert compare(Page(runs=active, total=15), Query.of(status="active"), census) == []
    assert compare(Page(runs=active[1:], total=14), Query.of(status="active"), census)[0].kind == "missing"


def test_duplicates_are_named() -> None:
    """A run that stands twice is named once."""
    assert duplicates((RUNS[0], RUNS[1], RUNS[0])) == ("run-0",)


@pytest.mark.parametrize(
    ("pointer", "start"),
    [("/started_at", "2024-05-05T00:00:00Z"), ("/times/0", "2024-05-05T00:00:00Z"), ("/a~1b", None)],
)
def test_a_role_may_live_elsewhere(pointer: str, start: str | None) -> None:
    """A role is read from wherever the user says it is."""
    body = {"id": "x", "started_at": "2024-05-05T00:00:00Z", "times": ["2024-05-05T00:00:00Z"]}
    assert read_run(body, {**facts().roles, "start_time": pointer}).start_text == start


def test_only_documented_fields_are_compared() -> None:
    """Fields of a target's own may change, and the order of step contacts is left open."""
    steps = [{"id": "a"}, {"id": "b"}]
    left = run(1, trace="1", step_contacts=steps)
    right = run(1, trace="2", step_contacts=steps[::-1])
    assert left.content == right.content
    assert left.content != run(1, step_contacts=steps, updated_at="2024-02-02T00:00:00Z").content
