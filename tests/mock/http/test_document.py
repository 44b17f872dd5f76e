"""The document that the mock serves: its examples, all sent at once as tools do, find what is served."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest
import yaml
from openapi_spec_validator import OpenAPIV31SpecValidator
from tests.mock.conformance import assert_conforms
from werkzeug.test import Client

from seqruns.document import load_document
from seqruns_fixtures import generate_runs
from seqruns_mock.embedding import MockServer

if TYPE_CHECKING:
    from pathlib import Path

    from werkzeug.test import TestResponse

AS_PUBLISHED = load_document()["components"]["examples"]["AsPublished"]["value"]


def document_of(mock: MockServer, **headers: str) -> dict[str, Any]:
    """Return the document that a mock serves."""
    document: dict[str, Any] = Client(mock.app).get("/openapi.json", headers=headers).get_json()
    return document


def examples_of(document: dict[str, Any]) -> dict[str, Any]:
    """Return the example of each parameter by its name."""
    return {each["name"]: each["example"] for each in document["components"]["parameters"].values()}


def ask_with(mock: MockServer, examples: dict[str, Any]) -> TestResponse:
    """Return the answer to a request that sends all of them."""
    values = dict(examples)
    path = f"/v1/sequences/{values.pop('sequence_id')}/sequence_runs"
    return Client(mock.app).get(path, query_string=values, headers={"X-WHIPPY-KEY": mock.key})


def file_of(path: Path, runs: list[Any]) -> Path:
    """Return the path of a file of these runs."""
    path.write_text(json.dumps(runs), "utf-8")
    return path


@pytest.mark.parametrize("profile", ["edge", "realistic", "uniform", "minimal"])
@pytest.mark.parametrize("runs", [1, 137, 2_000])
def test_all_examples_at_once_find_something(profile: Any, runs: int) -> None:
    """Postman, newman and Bruno send all seven; the document stays valid."""
    mock = MockServer(runs=runs, profile=profile)
    document = document_of(mock)
    OpenAPIV31SpecValidator(document).validate()
    answer = ask_with(mock, examples_of(document))
    assert_conforms(answer)
    assert answer.get_json()["total"] >= 1
    may_lack_a_channel = runs == 1 or profile == "minimal"
    assert may_lack_a_channel or "" not in examples_of(document).values()
    assert examples_of(document)["phone"].startswith("+")


def test_the_times_select_a_part() -> None:
    """From the run of the example to the newest one; the run is about the middle one."""
    mock = MockServer()
    examples = examples_of(document_of(mock))
    times = {name: examples[name] for name in ("sequence_id", "before", "after")}
    assert 40 < ask_with(mock, times).get_json()["total"] < 100


def test_both_forms_are_one_document() -> None:
    """As JSON and as YAML."""
    mock = MockServer()
    assert yaml.safe_load(Client(mock.app).get("/openapi.yaml").data) == document_of(mock)


def test_a_sequence_without_runs_is_no_example() -> None:
    """The first one that has runs is; where none has any, the first one is, and the rest is as in the checkout."""
    mock = MockServer(sequences={"empty": 0, "some": 3})
    assert examples_of(document_of(mock))["sequence_id"] == "some"
    mock = MockServer(sequences={"empty": 0})
    examples = examples_of(document_of(mock))
    assert examples == {**examples_of(load_document()), "sequence_id": "empty"}
    assert ask_with(mock, examples).get_json()["total"] == 0


def test_the_number_of_a_person_is_for_those_who_have_a_key(tmp_path: Path) -> None:
    """The document is for anybody: runs from a file may be of people, and generated ones are of nobody."""
    runs: list[Any] = list(generate_runs(runs=9, seed=4))
    mock = MockServer(data=file_of(tmp_path / "runs.json", runs))
    for headers, shows in (({}, False), ({"X-WHIPPY-KEY": "wrong"}, False), ({"X-WHIPPY-KEY": mock.key}, True)):
        document = document_of(mock, **headers)
        examples = examples_of(document)
        assert bool(examples["phone"]) == shows
        assert not {run["contact"]["phone"] for run in runs if not shows} & set(json.dumps(document).split('"'))
        assert ask_with(mock, examples).get_json()["total"] >= 1


def test_runs_as_they_are_published_make_examples_too(tmp_path: Path) -> None:
    """No number, no channel at the step contacts, times without an offset: what is not there is empty."""
    mock = MockServer(data=file_of(tmp_path / "runs.json", AS_PUBLISHED["data"]))
    examples = examples_of(document_of(mock))
    assert (examples["phone"], examples["channel_id"]) == ("", "")
    assert examples["after"] == "2024-03-05T16:40:12.000000Z"
    assert ask_with(mock, examples).get_json() == AS_PUBLISHED


@pytest.mark.parametrize(
    "printed", ["0001-01-01T00:00:00+14:00", "9999-12-31T23:59:59.9999999Z", "2024-03-01 10:00:00,5Z"]
)
def test_examples_are_rfc_3339_however_runs_print_their_times(tmp_path: Path, printed: str) -> None:
    """Also at the ends of the calendar, beyond which a run cannot be found."""
    run: Any = {**next(iter(generate_runs(runs=1))), "created_at": printed}
    del run["updated_at"]
    mock = MockServer(data=file_of(tmp_path / "runs.json", [run]))
    OpenAPIV31SpecValidator(document_of(mock)).validate()
    answer = ask_with(mock, examples_of(document_of(mock)))
    assert answer.status_code == 200
    assert answer.get_json()["total"] == int(printed.startswith("2024"))
