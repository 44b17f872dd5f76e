"""Shapes: where a body is not what the schema of the document says, in words that name the field."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING, Any

from seqruns.document import load_document
from seqruns_contracts.model.instants import read_instant

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

MISSING, NULL = "is missing", "is null"
TYPES: Mapping[str, tuple[type, ...]] = {
    "object": (dict,),
    "array": (list,),
    "string": (str,),
    "integer": (int,),
    "number": (int, float),
    "boolean": (bool,),
    "null": (type(None),),
}
WORDS = {dict: "an object", list: "a list", str: "a text", int: "a number", float: "a number", bool: "a boolean"}
DUE = {
    "object": "an object",
    "array": "a list",
    "string": "a text",
    "integer": "a whole number",
    "boolean": "a boolean",
    "null": "null",
}


def flaws(body: Any, status: int) -> Counter[tuple[str, str]]:
    """Return how often each field of a body is wrong, by its place (with `*` for each element) and what it is."""
    schemas = load_document()["components"]["schemas"]
    return Counter(_walk(body, schemas["SequenceRunPage" if status == 200 else "ErrorBody"], "", schemas))


def _walk(value: Any, schema: Any, place: str, schemas: Any) -> Iterator[tuple[str, str]]:
    schema = schemas[schema["$ref"].rpartition("/")[2]] if "$ref" in schema else schema
    types = schema.get("type", ())
    types = (types,) if isinstance(types, str) else tuple(types)
    if "anyOf" in schema or "oneOf" in schema:
        yield from _any_of(value, schema.get("anyOf") or schema["oneOf"], place, schemas)
    elif types and not any(_is(value, each) for each in types):
        due = DUE.get(types[0], types[0])
        yield place, NULL if value is None else f"is {WORDS.get(type(value), 'something else')} where {due} is due"
    elif "enum" in schema and value not in schema["enum"]:
        yield place, f"is {value!r:.40}, which is none of {', '.join(map(str, schema['enum']))}"
    else:
        yield from _inside(value, schema, place, schemas)


def _any_of(value: Any, options: Any, place: str, schemas: Any) -> Iterator[tuple[str, str]]:
    found = [list(_walk(value, option, place, schemas)) for option in options]
    # `anyOf` an object and null: of an object without its `phone` is said what it lacks, and not that it is not null.
    if all(found):
        yield from min(found, key=lambda each: (any(where == place for where, _ in each), len(each)))


def _inside(value: Any, schema: Any, place: str, schemas: Any) -> Iterator[tuple[str, str]]:
    if isinstance(value, dict):
        for name, part in schema.get("properties", {}).items():
            if name in value:
                yield from _walk(value[name], part, f"{place}/{name}", schemas)
            elif name in schema.get("required", ()):
                yield f"{place}/{name}", MISSING
    elif isinstance(value, list) and "items" in schema:
        for element in value:
            yield from _walk(element, schema["items"], f"{place}/*", schemas)
    elif isinstance(value, str):
        yield from _text(value, schema, place)


def _is(value: Any, type_: str) -> bool:
    # To Python a boolean is an integer, to JSON it is not.
    if type_ in {"integer", "number"} and isinstance(value, bool):
        return False
    return isinstance(value, TYPES[type_])


def _text(value: str, schema: Any, place: str) -> Iterator[tuple[str, str]]:
    if schema.get("format") == "date-time" or ("pattern" in schema and "\\d{4}-" in schema["pattern"]):
        if read_instant(value) is None:
            yield place, "is no date-time" if value else "is empty"
    elif schema.get("format") == "uuid" and len(value) != len("00000000-0000-0000-0000-000000000000"):
        yield place, "is no UUID"
