"""Whether an answer is in the shape of `openapi.yaml`."""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING

from jsonschema_rs import Draft202012Validator

from seqruns.document import load_document

if TYPE_CHECKING:
    from werkzeug.test import TestResponse


@cache
def _validator(status: int) -> Draft202012Validator:
    """Return what validates the body of an answer with that status."""
    document = load_document()
    response = document["paths"]["/sequences/{sequence_id}/sequence_runs"]["get"]["responses"][str(status)]
    if "$ref" in response:
        response = document["components"]["responses"][response["$ref"].rpartition("/")[2]]
    schema = {**response["content"]["application/json"]["schema"], "components": document["components"]}
    return Draft202012Validator(schema, validate_formats=True)


def assert_conforms(response: TestResponse) -> None:
    """Fail where the body of an answer is not what the document says for its status."""
    assert response.content_type == "application/json"
    _validator(response.status_code).validate(response.get_json())
