"""The contract document: valid, linted, complete, and the one home of its facts."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

import pytest
from jsonschema import Draft202012Validator
from jsonschema.validators import validator_for
from openapi_spec_validator import OpenAPIV31SpecValidator

from seqruns.document import OPERATION_PATH, document_path, facts, load_document
from seqruns_contracts.model.query import FILTERS, PAGING

if TYPE_CHECKING:
    from collections.abc import Iterator

DOCUMENT = load_document()
OPERATION = DOCUMENT["paths"][OPERATION_PATH]["get"]


def resolved(part: dict[str, Any]) -> dict[str, Any]:
    """Return what a reference points to, or the part itself."""
    while "$ref" in part:
        target: Any = DOCUMENT
        for name in part["$ref"].removeprefix("#/").split("/"):
            target = target[name]
        part = target
    return part


def schema_of(name: str) -> dict[str, Any]:
    """Return a component's schema as a document of its own, with the components it refers to."""
    return {"$ref": f"#/components/schemas/{name}", "components": DOCUMENT["components"]}


def test_the_document_is_valid_openapi() -> None:
    """A validator of OpenAPI 3.1 finds nothing."""
    OpenAPIV31SpecValidator(DOCUMENT).validate()


def test_the_operation_is_that_of_the_contract() -> None:
    """Name, path, parameters and answers are those of contract.md."""
    assert OPERATION["operationId"] == "getSequenceRuns"
    assert OPERATION_PATH == "/sequences/{sequence_id}/sequence_runs"
    names = [resolved(parameter)["name"] for parameter in OPERATION["parameters"]]
    assert names == ["sequence_id", *facts().parameters]
    assert set(OPERATION["responses"]) == {"200", "400", "401", "404", "422", "429"}
    assert [list(way) for way in DOCUMENT["security"]] == [["ApiKey"], ["BearerToken"]]


def test_the_facts_are_those_of_the_contract() -> None:
    """The code reads its numbers from the document, and these are the contract's."""
    assert (facts().limit_default, facts().limit_minimum, facts().limit_maximum) == (50, 1, 500)
    assert (facts().offset_default, facts().offset_minimum) == (0, 0)
    assert facts().parameters == ("limit", "offset", "phone", "status", "channel_id", "before", "after")
    assert facts().statuses == ("active", "finished")
    assert facts().key_header == "X-WHIPPY-KEY"
    assert set(facts().roles) == {"id", "start_time", "status", "phone", "channel_id"}


def test_the_kit_knows_the_document_s_parameters() -> None:
    """What the kit calls filters and paging is together what the document lists."""
    assert {*FILTERS, *PAGING} == set(facts().parameters)


def described(part: Any, path: str = "") -> Iterator[tuple[str, dict[str, Any]]]:
    """Yield the operations, parameters, responses and headers with their places."""
    for name, parameter in DOCUMENT["components"]["parameters"].items():
        yield f"parameter {name}", parameter
    for status, response in part["responses"].items():
        yield f"response {status}", resolved(response)
        for name, header in resolved(response).get("headers", {}).items():
            yield f"header {name}", header
    yield f"operation{path}", part


@pytest.mark.parametrize(("place", "part"), list(described(OPERATION)))
def test_everything_is_described(place: str, part: dict[str, Any]) -> None:
    """Lint: a sentence for each part, ended as a sentence is."""
    assert re.search(r"\w.*\.\s*$", part["description"], re.DOTALL), place


@pytest.mark.parametrize("name", DOCUMENT["components"]["parameters"])
def test_every_parameter_has_an_example_that_fits(name: str) -> None:
    """An example that its own schema refuses would teach mistakes."""
    parameter = DOCUMENT["components"]["parameters"][name]
    schema = {**parameter["schema"], "components": DOCUMENT["components"]}
    Draft202012Validator(schema, format_checker=Draft202012Validator.FORMAT_CHECKER).validate(parameter["example"])


@pytest.mark.parametrize("status", OPERATION["responses"])
def test_every_answer_has_examples_that_fit(status: str) -> None:
    """Each response carries an example, and each example fits its schema and its status."""
    content = resolved(OPERATION["responses"][status])["content"]["application/json"]
    assert content["examples"]
    for example in map(resolved, content["examples"].values()):
        name = content["schema"]["$ref"].rpartition("/")[2]
        Draft202012Validator(schema_of(name)).validate(example["value"])
        assert example["value"].get("status", int(status)) == int(status)


@pytest.mark.parametrize("name", DOCUMENT["components"]["schemas"])
def test_every_schema_is_a_schema(name: str) -> None:
    """Lint: each schema is valid JSON Schema."""
    schema = DOCUMENT["components"]["schemas"][name]
    validator_for({}, default=Draft202012Validator).check_schema(schema)


def test_no_component_is_unused() -> None:
    """Lint: whatever stands in the components is referred to."""
    text = document_path().read_text("utf-8")
    for kind, components in DOCUMENT["components"].items():
        for name in components:
            used = f"#/components/{kind}/{name}" in text or any(name in way for way in DOCUMENT["security"])
            assert used, f"{kind}/{name}"


def test_the_roles_lead_to_documented_fields() -> None:
    """Each role's pointer goes through properties that the schema of a run has."""
    for pointer in facts().roles.values():
        schema = DOCUMENT["components"]["schemas"]["SequenceRun"]
        for name in pointer.removeprefix("/").split("/"):
            schema = resolved(schema["items"] if name == "*" else schema["properties"][name])


def test_the_server_can_be_put_in() -> None:
    """A copy of the document names another server, and the next copy does not."""
    assert load_document(server="http://x/v1")["servers"] == [{"url": "http://x/v1"}]
    assert load_document()["servers"] == DOCUMENT["servers"]
