"""The store against the slow reference."""

from __future__ import annotations

from dataclasses import replace
from random import Random
from typing import TYPE_CHECKING, Any
from uuid import UUID

import orjson
import pytest
from hypothesis import given, note
from hypothesis import strategies as st
from tests.mock.reference import microseconds, page, selected

from seqruns_fixtures import generate_runs, sequence_run
from seqruns_fixtures.generator import Generator
from seqruns_fixtures.recipe import Recipe
from seqruns_mock.core.columns import columns_of, generated_columns
from seqruns_mock.core.query import RunQuery, parse_query
from seqruns_mock.core.store import RunStore

if TYPE_CHECKING:
    from seqruns_fixtures import SequenceRun

RUNS = list(generate_runs(runs=700, seed=3))
STORE = RunStore(columns_of(RUNS))
CHANNELS = sorted({step["channel_id"] for run in RUNS for step in run["step_contacts"] if step["channel_id"]})


def instants() -> st.SearchStrategy[int]:
    """Draw instants at, next to, and between the starts of runs."""
    starts = [microseconds(run["created_at"]) for run in RUNS]
    near = st.builds(int.__add__, st.sampled_from(starts), st.integers(-1, 1))
    return near | st.integers(min(starts) - 10, max(starts) + 10)


def queries() -> st.SearchStrategy[RunQuery]:
    """Draw conjunctions of filters whose values mostly occur in the runs, with a page."""
    phones = st.sampled_from(sorted({run["contact"]["phone"] or "" for run in RUNS}))
    return st.builds(
        RunQuery,
        limit=st.integers(1, 500),
        offset=st.integers(0, 20) | st.integers(0, 800) | st.just(10**18),
        phone=st.none() | st.none() | phones | phones.map(lambda phone: phone[:-1]),
        status=st.none() | st.sampled_from(["active", "finished"]),
        channel_id=st.none() | st.sampled_from(CHANNELS) | st.uuids().map(str),
        before=st.none() | instants(),
        after=st.none() | instants(),
    )


@given(queries())
def test_a_page_is_what_the_reference_selects(query: RunQuery) -> None:
    """For every query the same runs, in the same order, with the same total."""
    selection = STORE.select(query)
    note(f"{selection=}")
    assert [STORE.run(row)["id"] for row in selection.rows] == [run["id"] for run in page(RUNS, query)]
    assert selection.total == len(selected(RUNS, query))


@given(queries(), st.integers(1, 60))
def test_pages_laid_end_to_end_are_the_whole_list(query: RunQuery, size: int) -> None:
    """Nothing is lost and nothing comes twice, whatever the size of a page."""
    whole = STORE.select(replace(query, limit=len(RUNS), offset=0))
    pages = (STORE.select(replace(query, limit=size, offset=offset)) for offset in range(0, whole.total + size, size))
    assert [row for selection in pages for row in selection.rows] == list(whole.rows)


@given(instants())
def test_before_and_after_overlap_exactly_at_their_instant(instant: int) -> None:
    """|before=t| + |after=t| - |before=t&after=t| = |all|."""
    before, after = STORE.select(RunQuery(before=instant)), STORE.select(RunQuery(after=instant))
    both = STORE.select(RunQuery(before=instant, after=instant))
    assert before.total + after.total - both.total == len(RUNS)


@pytest.mark.parametrize("size", [0, 1, 70, 500])
@pytest.mark.parametrize("seed", range(3))
def test_a_changed_copy_is_what_a_new_store_would_be(size: int, seed: int) -> None:
    """Runs put in, replaced and taken out one by one, in copies of copies; the first store stays as it was."""
    drawn = Random(seed)
    runs: dict[str, Any] = {run["id"]: run for run in RUNS[:size]}
    begun = RunStore(columns_of(list(runs.values())))
    unchanged, store = list(runs), begun.copy()
    for number in range(600):
        if number % 20 == 0:
            store = store.copy()
        known = drawn.choice(list(runs)) if runs and drawn.random() < 0.4 else str(UUID(int=drawn.getrandbits(128)))
        run: Any = {**drawn.choice(RUNS), "id": known}
        row = store.row_of(known)
        assert (row is None) == (known not in runs)
        if row is not None and drawn.random() < 0.4:
            store.delete(row)
            del runs[known]
            continue
        row = store.insert(run) if row is None else store.replace(row, run)
        assert store.run(row) == run
        runs[known] = run
    wanted = selected(runs.values(), RunQuery())
    assert [store.run(row) for row in range(len(store))] == wanted
    filters: list[dict[str, Any]] = [{"status": "active"}, {"channel_id": CHANNELS[0]}, {"channel_id": CHANNELS[-1]}]
    filters += [{"phone": run["contact"]["phone"]} for run in RUNS[:99]]
    for given_ in filters:
        query = RunQuery(limit=500, **given_)
        assert [store.run(row) for row in store.select(query).rows] == page(wanted, query)
    assert store.channels == RunStore(columns_of(wanted)).channels
    assert sorted(begun.run(row)["id"] for row in range(len(begun))) == sorted(unchanged)


@pytest.mark.parametrize("change", ["insert", "delete", "move", "edit"])
def test_after_one_change_every_number_is_found_where_it_is(change: str) -> None:
    """Each phone number of the runs and each channel, asked for alone: the rows of all runs may have moved."""
    store, runs = STORE.copy(), {run["id"]: run for run in RUNS}
    row = 300
    run = store.run(row)
    if change == "insert":
        new = sequence_run(10**6, created_at=run["created_at"], phone="+13605550143")
        store.insert(new)
        runs[new["id"]] = new
    elif change == "delete":
        store.delete(row)
        del runs[run["id"]]
    else:
        moved = {"created_at": RUNS[0]["created_at"]} if change == "move" else {}
        runs[run["id"]] = {**run, **moved, "contact": {**run["contact"], "phone": "+13605550143"}}  # type: ignore[typeddict-item]
        store.replace(row, runs[run["id"]])
    ordered = selected(runs.values(), RunQuery())  # once, as the reference is slow
    for phone in {run["contact"]["phone"] for run in ordered}:
        found = [store.run(row)["id"] for row in store.select(RunQuery(phone=phone)).rows]
        assert found == [run["id"] for run in ordered if run["contact"]["phone"] == phone][:50]
    for query in (RunQuery(channel_id=channel) for channel in CHANNELS):
        assert [store.run(row)["id"] for row in store.select(query).rows] == [run["id"] for run in page(ordered, query)]


def test_one_more_run_needs_no_other_run() -> None:
    """Among however many: none is made, and no id of a generated one looked up."""

    def refuse(index: int) -> Any:
        raise AssertionError(index)

    generated = generated_columns(Generator(Recipe()), 100)
    store = RunStore(replace(generated, run=refuse)).copy()
    run = sequence_run(10**9, created_at="2024-06-16")
    assert store.row_of(run["id"], made=True) is None
    assert store.insert(run) == 0
    assert store.row_of(run["id"], made=True) == 0
    assert store.select(RunQuery(after=microseconds(run["created_at"]))).rows == range(1)
    assert len(store) == 101


def test_starts_are_held_exactly() -> None:
    """Digits past the microsecond count in the order, in `before` and in `after`, and stay as they were written."""
    digits = ["", ".000000001", ".0000005", ".000000999999", ".000001", "." + "9" * 5000]
    runs: list[Any] = [
        {**RUNS[place], "created_at": f"2024-03-01T10:00:00{fraction}Z"} for place, fraction in enumerate(digits)
    ]
    store = RunStore(columns_of(runs[1:3])).copy()
    for run in [runs[0], *runs[3:]]:
        store.insert(run)
    for held in (store, RunStore(columns_of(runs))):
        assert [held.run(row) for row in range(len(held))] == runs[::-1]
        for place, run in enumerate(runs):
            at = parse_query(f"before={run['created_at']}&after={run['created_at']}")
            assert [held.run(row) for row in held.select(at).rows] == [run]
            assert held.select(replace(at, after=None)).total == place + 1
            assert orjson.loads(held.run_json(len(runs) - 1 - place)) == run


def test_a_run_s_json_is_the_run() -> None:
    """What is cached as bytes is the run, unchanged, the first time and the second."""
    for _ in range(2):
        assert [orjson.loads(STORE.run_json(row)) for row in range(len(STORE))] == selected(RUNS, RunQuery())


def test_channels_compare_without_case() -> None:
    """A channel held in capitals is found by its lower-case form."""
    run: SequenceRun = next(run for run in RUNS if any(step["channel_id"] for step in run["step_contacts"]))
    steps = [{**step, "channel_id": (step["channel_id"] or "").upper() or None} for step in run["step_contacts"]]
    shouting = RunStore(columns_of([{**run, "step_contacts": steps}]))  # type: ignore[typeddict-item]
    for step in run["step_contacts"]:
        if step["channel_id"]:
            assert shouting.select(RunQuery(channel_id=step["channel_id"])).total == 1


@pytest.mark.parametrize("query", [RunQuery(), RunQuery(status="active", phone="1", channel_id="x", before=0, after=0)])
def test_an_empty_store_answers(query: RunQuery) -> None:
    """No runs means an empty page and no error."""
    assert RunStore(columns_of([])).select(query).total == 0
