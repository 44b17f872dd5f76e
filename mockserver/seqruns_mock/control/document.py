"""The control API's own document: its file, the runs of the contract, and the kinds of trouble."""

from __future__ import annotations

from functools import cache, lru_cache
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import jsonschema_rs

from seqruns.dialect import STATUSES, dimensions
from seqruns.document import load_document, read_yaml, render_yaml
from seqruns_fixtures.files.reading import field_name
from seqruns_mock.trouble.kinds import COMMON, KINDS, Kind, Option

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from seqruns.dialect import Dimension

_FILE: Final = Path(__file__).with_name("openapi.yaml")
_TYPES: Final = {float: "number", int: "integer", str: "string"}


def control_document(server: str) -> dict[str, Any]:
    """Return the document with `server` as its only server; it is not to be changed."""
    return {**_document(), "servers": [{"url": server}]}


@lru_cache(maxsize=8)
def control_document_yaml(server: str) -> bytes:
    """Return the same as YAML, which takes long to write."""
    return render_yaml(control_document(server))


def problems_of_partial(run: Mapping[str, Any]) -> Iterator[str]:
    """Yield each problem of the fields of a partial run; unknown fields are found later."""
    try:
        errors = list(_partial_run().iter_errors(run))
    except ValueError as problem:  # it is nested too deeply
        yield f"cannot be sent as JSON: {str(problem).lower()}"
        return
    for error in errors:
        if not type(error.kind).__name__.endswith("AdditionalProperties"):
            where = field_name(error.instance_path)
            yield f"{where}: {error.message}"


@cache
def _document() -> dict[str, Any]:
    document: dict[str, Any] = read_yaml(_FILE)
    schemas = document["components"]["schemas"]
    contract = load_document()["components"]["schemas"]
    # All but the page of runs, which only the endpoint answers with.
    schemas.update({name: schema for name, schema in contract.items() if name != "SequenceRunPage"})
    standing = {
        "id": {"type": "integer", "minimum": 1},
        "happened": {"type": "integer", "minimum": 0, "description": "How many requests it happened to."},
    }
    schemas["Trouble"]["oneOf"] = [_trouble(name, kind) for name, kind in KINDS.items()]
    schemas["StandingTrouble"]["oneOf"] = [_trouble(name, kind, **standing) for name, kind in KINDS.items()]
    schemas["DialectValues"]["properties"] = {name: _dimension(dimension) for name, dimension in dimensions().items()}
    return document


def _dimension(dimension: Dimension) -> dict[str, Any]:
    """Return the schema of the values of a dimension."""
    text = {"type": "string"} | ({"pattern": f"^({dimension.text.pattern})$"} if dimension.text else {})
    choices: list[dict[str, Any]] = [{"enum": list(dimension.words)}] if dimension.words else []
    if dimension.text:
        choices.append({"type": "array", "items": text} if dimension.is_list else text)
    ranges = filter(None, (STATUSES if dimension.takes_status else None, dimension.number))
    choices += [{"type": "integer", "minimum": numbers[0], "maximum": numbers[-1]} for numbers in ranges]
    return {"description": f"{dimension.says}.", "anyOf": choices}


@cache
def _partial_run() -> Any:
    schema = {"$ref": "#/components/schemas/PartialRun", "components": _document()["components"]}
    return jsonschema_rs.Draft202012Validator(schema, validate_formats=True)


def _trouble(name: str, kind: Kind, **more: Any) -> dict[str, Any]:
    options = {**kind.options, **COMMON}
    return {
        "type": "object",
        "title": name,
        "description": kind.summary,
        "required": ["kind", *more],
        "properties": {
            "kind": {"const": name},
            **{option: _option(described) for option, described in options.items()},
            **more,
        },
        "additionalProperties": False,
    }


def _option(option: Option) -> dict[str, Any]:
    schema: dict[str, Any] = {"type": _TYPES[option.type]}
    facts = {
        "default": option.default,
        "minimum": option.minimum,
        "maximum": option.maximum,
        "enum": list(option.choices) or None,
        "pattern": option.pattern,
    }
    return schema | {name: fact for name, fact in facts.items() if fact is not None}
