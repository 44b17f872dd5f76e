"""The bodies of the control API: what is read from a request, and what is answered."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, TypeVar

import orjson
from flask import request

from seqruns_mock.core.refusal import Refusal
from seqruns_mock.http.app import Reply

if TYPE_CHECKING:
    from collections.abc import Callable

Raw = TypeVar("Raw")
Parsed = TypeVar("Parsed")


def json_reply(value: Any, status: int = 200) -> Reply:
    """Return an answer whose body is a value as JSON."""
    return Reply(orjson.dumps(value), status)


def no_content() -> Reply:
    """Return a 204."""
    return Reply(b"", 204)


def read_body() -> Any:
    """Return the body of the current request. Raises Refusal 422 for what is no JSON."""
    try:
        return orjson.loads(request.get_data())
    except orjson.JSONDecodeError as problem:
        raise Refusal(422, f"The body is not JSON: {problem}.") from None


def read_object(value: Any) -> dict[str, Any]:
    """Return a JSON object. Raises Refusal 422 for anything else."""
    if not isinstance(value, dict):
        raise Refusal(422, "The body is not a JSON object.")
    return value


def read_objects(value: Any) -> list[dict[str, Any]]:
    """Return an array of JSON objects. Raises Refusal 422 for anything else."""
    if not isinstance(value, list) or not all(isinstance(item, dict) for item in value):
        raise Refusal(422, "The body is not a JSON array of objects.")
    return value


def read_field(name: str, kind: type | tuple[type, ...], *, none: bool = False) -> Any:
    """Return a field of the body of the current request. Raises Refusal 422 for one of another type."""
    body = read_object(read_body())
    value = body.get(name)
    # `true` would pass for the number 1; no field of the API is a truth value.
    if name not in body or isinstance(value, bool) or not (isinstance(value, kind) or (none and value is None)):
        raise Refusal(422, f"{name}: {repr(value)[:80]} does not belong there; /__mock__/openapi.json says what does.")
    return value


def or_refuse(parse: Callable[[Raw], Parsed], raw: Raw) -> Parsed:
    """Return what `parse` returns. Raises Refusal 422 for its ValueError, with an entry for each line of that."""
    try:
        return parse(raw)
    except ValueError as problem:
        lines = str(problem).splitlines()
        raise Refusal(422, *(line if line.endswith("?") else f"{line}." for line in lines)) from None
