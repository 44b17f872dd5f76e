"""A run as the kit sees it: its body, and the roles read from wherever the target keeps them."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from functools import cache, cached_property
from types import MappingProxyType
from typing import TYPE_CHECKING, Any

from seqruns.document import load_document
from seqruns_contracts.model.instants import read_instant
from seqruns_contracts.model.personal import personal_values

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

MISSING = object()
"""What a pointer leads to where the run does not show it."""


# No slots: `content` is worked out once and kept in the instance's dict.
@dataclass(frozen=True, kw_only=True)
class Run:
    """One run of an answer. A role that the run does not show is None: whether it matches is not known."""

    id: str
    start: int | None
    """Nanoseconds since 1970 in UTC."""
    start_text: str | None
    """The start time exactly as it was printed."""
    status: str | None
    phone: str | None
    channels: frozenset[str] | None
    """The channels of the step contacts, as they were printed; empty where there are none, None where they are not
    shown."""
    own_channel: str | None = None
    """The channel that the run shows as its own, which is that of one of its step contacts."""
    body: Mapping[str, Any] = field(repr=False, compare=False)

    @cached_property
    def content(self) -> str:
        """The documented fields as text."""
        return json.dumps(_documented(self.body, _run_shape()), sort_keys=True)

    @cached_property
    def seen(self) -> dict[object, tuple[Any, ...]]:
        """What those who look at a run by itself saw in it, each by itself, so that each looks once."""
        return {}

    @cached_property
    def personal(self) -> frozenset[tuple[str, str]]:
        """What it tells of its contact, as `personal_values` yields it, and the number wherever its role has it."""
        # By its role as well: a target may keep the number in a field of another name than those that are looked for.
        return frozenset({*personal_values(self.body), *([("phone", self.phone)] if self.phone else [])})

    def looks_like(self, other: Run) -> bool:
        """Return whether two showings of a run have the same documented contents; what a target adds may differ."""
        # The cheap comparison first; `content` is worked out only where bodies differ.
        return self.body == other.body or self.content == other.content


def read_run(body: Mapping[str, Any], roles: Mapping[str, str], known: Mapping[str, Run] = MappingProxyType({})) -> Run:
    """Return a run from its JSON object; `roles` are pointers relative to it (contract.md, "The resource").

    Where one of the `known` runs, by their ids, was read from an equal object, that one is returned.
    """
    name = _text(body, roles["id"]) or ""
    if (same := known.get(name)) is not None and same.body == body:
        return same
    start = _text(body, roles["start_time"])
    return Run(
        id=name,
        start=read_instant(start) if start else None,
        start_text=start,
        status=_text(body, roles["status"]),
        phone=_phone(body, roles["phone"]),
        channels=_channels(body, roles["channel_id"]),
        # Not by the role, which says where the channels of step contacts are: this one only ever proves that a run
        # belongs.
        own_channel=_text(body, "/channel_id"),
        body=body,
    )


def follow(value: Any, pointer: str) -> Iterator[Any]:
    """Yield what a JSON Pointer leads to, one value for each element under a `*`; MISSING for a dead end."""
    return _follow(value, _steps(pointer))


def _follow(value: Any, steps: tuple[str, ...]) -> Iterator[Any]:
    for number, step in enumerate(steps):
        if isinstance(value, dict) and step in value:
            value = value[step]
        elif isinstance(value, list) and step == "*":
            for element in value:
                yield from _follow(element, steps[number + 1 :])
            return
        elif isinstance(value, list) and step.isdecimal() and int(step) < len(value):
            value = value[int(step)]
        else:
            yield MISSING
            return
    yield value


@cache
def _steps(pointer: str) -> tuple[str, ...]:
    """Return the names on the way of a pointer, as they stand in the JSON: `/a~1b/*` is `a/b`, then every element."""
    return tuple(step.replace("~1", "/").replace("~0", "~") for step in pointer.split("/")[1:])


def _text(body: Mapping[str, Any], pointer: str) -> str | None:
    found = next(follow(body, pointer), MISSING)
    return found if isinstance(found, str) else None


def _phone(body: Mapping[str, Any], pointer: str) -> str | None:
    """Return the number; empty where the contact has none, None where it is not shown."""
    return "" if next(follow(body, pointer), MISSING) is None else _text(body, pointer)


def _channels(body: Mapping[str, Any], pointer: str) -> frozenset[str] | None:
    found = list(follow(body, pointer))
    # One step contact that hides its channel is enough: it may be the one that matches. A null is shown, and is none.
    if MISSING in found:
        return None
    return frozenset(value for value in found if isinstance(value, str))


def _documented(value: Any, shape: Any) -> Any:
    """Return only what the document names, lists in an order of their own: extra fields may change at will."""
    if isinstance(value, dict) and isinstance(shape, dict):
        return {name: _documented(value[name], part) for name, part in shape.items() if name in value}
    if isinstance(value, list) and isinstance(shape, list):
        # Built in the order of the document's fields, so equal elements give equal text to sort by.
        return sorted((_documented(element, shape[0]) for element in value), key=json.dumps)
    return value


@cache
def _run_shape() -> Any:
    """Return the documented fields of a run: a dict of fields, a list of one shape, or None for plain values."""
    schemas = load_document()["components"]["schemas"]

    def shape(schema: Mapping[str, Any]) -> Any:
        schema = schemas[schema["$ref"].rpartition("/")[2]] if "$ref" in schema else schema
        if "properties" in schema:
            return {name: shape(part) for name, part in schema["properties"].items()}
        return [shape(schema["items"])] if "items" in schema else None

    return shape(schemas["SequenceRun"])
