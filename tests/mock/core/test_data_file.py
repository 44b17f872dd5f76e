"""Runs from a file: read, refused in words, and looked at again when it changes."""

from __future__ import annotations

import asyncio
import json
import re
import time
from itertools import count
from typing import TYPE_CHECKING, Any

import pytest
import requests
from tests.mock.conformance import assert_conforms
from tests.mock.conftest import serving
from werkzeug.test import Client

from seqruns.document import load_document
from seqruns_fixtures import generate_runs
from seqruns_fixtures.files.validation import validate_file
from seqruns_mock.core import data_file
from seqruns_mock.core.data_file import BadFileError, load_stores, load_stores_beside
from seqruns_mock.core.query import RunQuery
from seqruns_mock.embedding import MockServer

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

RUNS: list[Any] = list(generate_runs(runs=9, seed=2))


def written(path: Path, runs: Sequence[Any], *, form: str = "envelope") -> Path:
    """Write runs in one of the forms that are read."""
    text = {
        "envelope": lambda: json.dumps({"data": runs, "total": len(runs)}, indent=1),
        "list": lambda: json.dumps(runs),
        "lines": lambda: "".join(f"{json.dumps(run)}\n" for run in runs),
    }[form]()
    path.write_text(text, "utf-8")
    return path


@pytest.mark.parametrize(("name", "said"), [("a/b", "'a/b' has a slash in it"), ("", "'' is empty")])
def test_a_sequence_that_no_path_leads_to_is_refused(tmp_path: Path, name: str, said: str) -> None:
    """It would be listed, and every question for it a 404."""
    with pytest.raises(BadFileError, match=re.escape(f"sequence_id: {said}, so no path leads to it")):
        load_stores(written(tmp_path / "runs.json", [{**RUNS[0], "sequence_id": name}]))


@pytest.mark.parametrize("form", ["envelope", "list", "lines"])
def test_every_form_is_read(tmp_path: Path, form: str) -> None:
    """The API's answer, an array, and a run per line give the same store."""
    stores = load_stores(written(tmp_path / "runs.json", RUNS, form=form))
    (store,) = stores.values()
    assert {run["id"] for run in map(store.run, range(len(store)))} == {run["id"] for run in RUNS}


def test_runs_belong_to_the_sequence_they_name(tmp_path: Path) -> None:
    """One that names none belongs to the default one, and needs no step contacts."""
    other = {**RUNS[0], "sequence_id": "11111111-1111-4111-8111-111111111111"}
    bare = {name: RUNS[1][name] for name in ("id", "status", "contact", "created_at")}
    stores = load_stores(written(tmp_path / "runs.json", [other, bare]))
    assert {sequence_id: len(store) for sequence_id, store in stores.items()} == {
        other["sequence_id"]: 1,
        "5f0c1f0e-52f9-4b9e-9d5c-3f2f0f6a7c11": 1,
    }


def test_a_sequence_may_have_any_name(tmp_path: Path) -> None:
    """Generated, checked, served and asked for; the answer is in the shape of the document."""
    path = tmp_path / "runs.json"
    written(path, list(generate_runs(runs=3, sequence_id="Spring Sale, Zürich")))
    assert not list(validate_file(path))
    mock = MockServer(data=path)
    answer = Client(mock.app).get(
        "/v1/sequences/Spring%20Sale,%20Z%C3%BCrich/sequence_runs", headers={"X-WHIPPY-KEY": mock.key}
    )
    assert_conforms(answer)
    assert answer.get_json()["total"] == 3


@pytest.mark.parametrize(
    ("change", "line", "field", "said"),
    [
        ({"status": "done"}, 2, "status", "done"),
        ({"contact": {"phone": 5}}, 2, "contact.phone", "5 is not"),
        ({"created_at": "yesterday"}, 2, "created_at", "yesterday"),
        ({"created_at": None}, 2, "created_at", "null"),
        ({"id": RUNS[0]["id"]}, 2, "id", "already on line 1"),
    ],
)
def test_what_cannot_be_served_is_named_by_file_line_and_field(
    tmp_path: Path, change: dict[str, Any], line: int, field: str, said: str
) -> None:
    """As compilers do, so that an editor can jump there."""
    path = written(tmp_path / "runs.ndjson", [RUNS[0], {**RUNS[1], **change}], form="lines")
    with pytest.raises(BadFileError, match=said) as caught:
        load_stores(path)
    assert f"{path}:{line}: {field}" in str(caught.value)


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("[" * 100_000, "nested too deeply"),
        ('{"data": [' + "[" * 100_000, "nested too deeply"),
        ('{"x": ' * 100_000, "nested too deeply"),
        (json.dumps([{**RUNS[0], "more": "?"}]).replace('"?"', "[" * 300 + "]" * 300), "cannot be sent as JSON"),
        (json.dumps([{**RUNS[0], "added_by_id": 10**30}]), "cannot be sent as JSON"),
        (json.dumps([{**RUNS[0], "more": "\ud800"}]), "cannot be sent as JSON"),
    ],
)
def test_what_json_can_say_but_no_answer_can_is_refused(tmp_path: Path, text: str, said: str) -> None:
    """By the mock, and by the command that validates files."""
    path = tmp_path / "runs.json"
    path.write_text(text, "utf-8")
    with pytest.raises(BadFileError, match=said):
        load_stores(path)
    assert [said for problem in validate_file(path) if said in problem.message] == [said]


def test_runs_as_they_are_published_are_served(tmp_path: Path) -> None:
    """A contact may have no number, and where step contacts show no channel the run's own decides."""
    published: dict[str, Any] = load_document()["components"]["examples"]["AsPublished"]["value"]["data"][0]
    contact = {name: value for name, value in published["contact"].items() if name != "phone"}
    reached = {**published, "id": RUNS[0]["id"], "contact": {**contact, "phone": "+1360"}}
    nameless = {**published, "id": RUNS[1]["id"], "contact": contact, "created_at": "2024-03-01T00:00:00"}
    elsewhere = {**RUNS[2], "sequence_id": published["sequence_id"], "channel_id": None}
    elsewhere["step_contacts"] = [{"channel_id": None}]
    runs = [published, reached, nameless, elsewhere]
    mock = MockServer(data=written(tmp_path / "runs.json", runs))
    for query, expected in {
        "": runs,
        "phone=%2B1360": [reached],
        "phone=None": [],
        "phone=null": [],
        f"channel_id={published['channel_id'].upper()}": [published, reached, nameless],
        "before=2024-03-01&after=2024-03-01T00:00:00Z": [nameless],
    }.items():
        root = f"/v1/sequences/{mock.sequence_id}/sequence_runs"
        answer = Client(mock.app).get(f"{root}?{query}", headers={"X-WHIPPY-KEY": mock.key})
        assert_conforms(answer)
        assert {run["id"]: run for run in answer.get_json()["data"]} == {run["id"]: run for run in expected}, query


def test_a_run_needs_no_more_than_the_document_asks_for(tmp_path: Path) -> None:
    """With a start time: it is listed, filtered, lived on and changed, and its time stays as it was written."""
    contact = {"phone": "+1"}
    bare: dict[str, Any] = {"id": RUNS[0]["id"], "status": "active", "contact": contact}
    bare["created_at"] = "2024-03-01T10:00:00.123456789+02:00"
    step = {**bare, "id": RUNS[1]["id"], "step_contacts": [{}], "created_at": "2024-03-01T08:00:00.1234567Z"}
    mock = MockServer(data=written(tmp_path / "runs.json", [bare, step]), now=1_750_000_000.0, live=1.0)
    client = Client(mock.app)
    root = f"/v1/sequences/{mock.sequence_id}/sequence_runs"
    exactly = bare["created_at"].replace("+", "%2B")
    for query, ids in {
        "": [bare["id"], step["id"]],
        f"before={exactly}&after={exactly}": [bare["id"]],
        "before=2024-03-01T08:00:00.123456Z": [],
        "after=2024-03-01T08:00:00.12345671Z": [bare["id"]],
        f"channel_id={RUNS[0]['id']}": [],
    }.items():
        answer = client.get(f"{root}?{query}", headers={"X-WHIPPY-KEY": mock.key})
        assert_conforms(answer)
        assert [run["id"] for run in answer.get_json()["data"]] == ids, query
    assert mock.runs[0]["created_at"] == bare["created_at"]
    mock.state.advance(300)
    changed = client.put(f"/__mock__/sequences/{mock.sequence_id}/runs/{step['id']}", json={"status": "finished"})
    assert changed.status_code == 200
    assert_conforms(client.get(f"{root}?limit=500", headers={"X-WHIPPY-KEY": mock.key}))


@pytest.mark.parametrize("text", ['{"data": [], "total": 0}', "[]"])
def test_a_file_of_no_runs_is_a_sequence_without_runs(tmp_path: Path, text: str) -> None:
    """The default one, unless another is asked for."""
    path = tmp_path / "runs.json"
    path.write_text(text, "utf-8")
    assert {name: len(store) for name, store in MockServer(data=path).state.sequences.stores.items()} == {
        "5f0c1f0e-52f9-4b9e-9d5c-3f2f0f6a7c11": 0
    }
    assert list(MockServer(data=path, sequences={"mine": 2}).state.sequences.stores) == ["mine"]


def test_a_missing_start_time_is_named(tmp_path: Path) -> None:
    """The document does not ask for it, the mock does."""
    run = {name: value for name, value in RUNS[0].items() if name not in {"created_at", "updated_at"}}
    with pytest.raises(BadFileError, match="created_at: is missing"):
        load_stores(written(tmp_path / "runs.json", [run]))


@pytest.mark.parametrize(("form", "place"), [('{"data": %s, "total": 20}', "data[7]"), ("%s", "[7]")])
def test_in_a_file_of_one_line_the_place_is_named(tmp_path: Path, form: str, place: str) -> None:
    """As a real answer comes."""
    runs: list[Any] = list(generate_runs(runs=20))
    runs[7]["contact"]["phone"] = 5
    path = tmp_path / "answer.json"
    path.write_text(form % json.dumps(runs), "utf-8")
    with pytest.raises(BadFileError, match=re.escape(f"answer.json:1: {place}.contact.phone: 5 is not")):
        load_stores(path)


def test_no_more_than_twenty_problems_are_named(tmp_path: Path) -> None:
    """A wrong file does not fill the screen."""
    with pytest.raises(BadFileError) as caught:
        load_stores(written(tmp_path / "runs.json", [{}] * 100))
    assert len(str(caught.value).splitlines()) == 20


def test_runs_that_are_read_beside_are_the_same(tmp_path: Path) -> None:
    """Whole, in the same order, and found by the same filters."""
    path = written(tmp_path / "runs.json", RUNS)
    ((sequence_id, here),), ((other_id, beside),) = load_stores(path).items(), load_stores_beside(path).items()
    assert sequence_id == other_id
    assert [beside.run(row) for row in range(len(RUNS))] == [here.run(row) for row in range(len(RUNS))]
    for query in (RunQuery(status="finished"), RunQuery(phone=RUNS[0]["contact"]["phone"]), RunQuery(before=0)):
        assert beside.select(query) == here.select(query)


def test_what_reads_beside_and_dies_is_said(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """As for want of memory."""
    monkeypatch.setattr("sys.executable", "false")
    with pytest.raises(BadFileError, match=r"ended with exit code 1"):
        load_stores_beside(written(tmp_path / "runs.json", RUNS))


def test_a_file_that_is_still_being_written_is_waited_for(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Half of it would be served otherwise: of a file of lines each half is a good file."""
    path = written(tmp_path / "runs.ndjson", RUNS[:1], form="lines")
    put: list[int] = []
    looks = count(1)

    def look(path: Path) -> tuple[int, int, int] | None:
        # Each look finds one more line, until all are there.
        lines = min(next(looks), len(RUNS))
        written(path, RUNS[:lines], form="lines")
        return lines, 0, 0

    async def main() -> None:
        done = asyncio.Event()
        watching = asyncio.ensure_future(
            data_file.watch(path, lambda stores: put.append(sum(map(len, stores.values()))), lambda _: done.set())
        )
        await asyncio.wait_for(done.wait(), 30)
        watching.cancel()

    monkeypatch.setattr(data_file, "LOOK_EVERY", 0.001)
    monkeypatch.setattr(data_file, "_fingerprint", look)
    asyncio.run(main())
    assert put == [len(RUNS)]


def test_a_file_is_served_watched_and_kept_while_it_is_bad(tmp_path: Path) -> None:
    """The new runs are there shortly after they are written; bad ones are said and the old ones stay."""
    path = written(tmp_path / "runs.json", RUNS)
    with serving("--data", str(path), quiet=False) as served:
        headers = {"X-WHIPPY-KEY": served.key}

        def total() -> int:
            answer: int = requests.get(served.runs_url, headers=headers, timeout=10).json()["total"]
            return answer

        def comes_to(wanted: int) -> bool:
            deadline = time.monotonic() + 15
            while total() != wanted and time.monotonic() < deadline:
                time.sleep(0.02)
            return total() == wanted

        assert total() == 9
        written(path, RUNS[:4])
        assert comes_to(4)
        path.write_text("{", "utf-8")
        assert served.process.stderr is not None
        said = [served.process.stderr.readline() for _ in range(3)]
        assert "4 runs" in said[0]
        assert "the old runs stay" in said[1]
        assert f"{path}:1" in said[2]
        assert total() == 4
        path.write_text("[" * 100_000, "utf-8")
        said = [served.process.stderr.readline() for _ in range(2)]
        assert "the old runs stay" in said[0]
        assert "nested too deeply" in said[1]
        written(path, [])
        assert "0 runs" in served.process.stderr.readline()
        assert total() == 0
        written(path, RUNS)
        assert comes_to(9)
        assert "9 runs" in served.process.stderr.readline()
