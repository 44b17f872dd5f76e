"""Schemathesis behind one door: it compares answers with the document, and invents queries that mean nothing.

Requests are never sent by Schemathesis, so all of them are paced and counted in one place.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import cache, lru_cache
from itertools import islice, takewhile
from typing import TYPE_CHECKING, Any

import orjson
import requests
from hypothesis import HealthCheck, Phase, given, seed, settings

from seqruns.document import OPERATION_PATH, facts, load_document
from seqruns.visible import visible
from seqruns_contracts.checks.isolation import hypothesis_kept, no_folder_left
from seqruns_contracts.model.personal import is_personal
from seqruns_contracts.model.query import Query

with hypothesis_kept():
    import schemathesis
    from schemathesis.config import SchemathesisConfig
    from schemathesis.core.failures import Failure, FailureGroup
    from schemathesis.generation import GenerationMode
    from schemathesis.openapi.checks import JsonSchemaError
    from schemathesis.specs.openapi import checks

if TYPE_CHECKING:
    from collections.abc import Mapping

    from schemathesis import Case
    from schemathesis.schemas import APIOperation

    from seqruns_contracts.model.reply import Reply

LONGEST = 300
"""Characters of a message of Schemathesis: it quotes values, however long."""
MOST_JUDGED = 10_000
"""How many answers are remembered with what was said of them."""
MOST_VALUES = 60_000
"""How many values of a body are judged, twice those of a page of 500 runs: one that is wrong takes 3 KB of memory."""
MOST_REASONS = 1_000
"""How many failures of one body are put into words."""


@dataclass(frozen=True, slots=True, eq=False)
class Conformance:
    """The operation as Schemathesis holds it."""

    operation: APIOperation[Any, Any, Any, Any]
    _judged: dict[tuple[str, int, str, bytes], list[str]] = field(default_factory=dict)
    """What was said before, by check, status, content type and body: all that its checks look at."""

    @staticmethod
    def to_the_document(*, roles: Mapping[str, str] | None = None) -> Conformance:
        """Return what compares answers with `openapi.yaml`; no configuration file of the working directory is read.

        A role that lives elsewhere by `roles` is not required where the document has it.
        """
        documented = facts().roles
        return _without(
            frozenset(documented[role] for role, pointer in (roles or {}).items() if documented[role] != pointer)
        )

    def reasons(self, name: str, reply: Reply) -> list[str]:
        """Return what one check of Schemathesis, such as `status_code_conformance`, holds against an answer."""
        # By digest, so that no body is held here: one page comes in many answers, and judging it takes milliseconds
        # each time.
        key = (name, reply.status, reply.answer.headers.get("Content-Type", ""), reply.digest)
        if key not in self._judged:
            # Emptied rather than trimmed: a right target never gets here, and for a wrong one it costs only time.
            if len(self._judged) >= MOST_JUDGED:
                self._judged.clear()
            self._judged[key] = self._judge(name, reply)
        return self._judged[key]

    def _judge(self, name: str, reply: Reply) -> list[str]:
        # Which sequence was asked for changes nothing in what an answer must look like.
        case = self.operation.Case(path_parameters={"sequence_id": "any"})
        try:
            case.validate_response(_within_bounds(reply), checks=[getattr(checks, name)])
        except FailureGroup as group:
            return list(dict.fromkeys(map(_reason, islice(group.exceptions, MOST_REASONS))))
        return []

    @lru_cache(maxsize=4)  # noqa: B019 - `_without` keeps the few instances anyway
    def invented_queries(self, count: int, *, seed_: int) -> tuple[Query, ...]:
        """Return queries that Schemathesis draws from the document, most of them wrong on purpose."""
        drawn: dict[Query, None] = {}

        def collect(case: Case[Any]) -> None:
            # A dict, as two drawn queries may be equal: `limit=1` comes often.
            pairs = (case.query or {}).items()
            drawn[Query(tuple((name, _text(value)) for name, value in pairs))] = None

        # A third is valid at most: the other checks ask plenty of those.
        for mode, share in ((GenerationMode.POSITIVE, count // 3), (GenerationMode.NEGATIVE, count)):
            strategy = self.operation.as_strategy(mode, path_parameters={"sequence_id": "any"})
            quiet = settings(
                max_examples=share, database=None, deadline=None, phases=[Phase.generate],
                suppress_health_check=list(HealthCheck), derandomize=False,
            )  # fmt: skip
            with no_folder_left():
                # `given` makes a test of `collect`, `seed` fixes what it draws, and the call runs it.
                seed(seed_)(quiet(given(strategy)(collect)))()
        return tuple(drawn)[:count]


@cache
def _without(pointers: frozenset[str]) -> Conformance:
    """Return what compares answers with the document in which the fields at these pointers need not be shown."""
    # Loaded anew for each set of roles, so that what is made optional here stays required elsewhere.
    document = load_document()
    for pointer in pointers:
        _make_optional(pointer, document["components"]["schemas"])
    schema = schemathesis.openapi.from_dict(document, config=SchemathesisConfig.from_dict({}))
    return Conformance(schema[OPERATION_PATH]["GET"])


def _make_optional(pointer: str, schemas: Mapping[str, Any]) -> None:
    """Take what a pointer relative to a run leads through off the lists of required fields."""
    schema = schemas["SequenceRun"]
    for name in pointer.removeprefix("/").split("/"):
        if name in schema.get("required", ()):
            schema["required"].remove(name)
        schema = schema["items"] if name == "*" else schema["properties"][name]
        schema = schemas[schema["$ref"].rpartition("/")[2]] if "$ref" in schema else schema


def _within_bounds(reply: Reply) -> requests.Response:
    """Return the answer as the HTTP client holds it, its lists cut where they hold more values than are judged."""
    response = reply.answer.raw
    # A comma stands between any two values, so counting them bounds how many there are without walking the body.
    if not reply.is_json or reply.answer.body.count(b",") <= MOST_VALUES:
        return response
    # A copy by `copy` would lack what the headers are read from.
    shortened = requests.Response()
    shortened.__dict__ |= response.__dict__ | {"_content": orjson.dumps(shorten(reply.body, MOST_VALUES))}
    return shortened


def shorten(value: Any, most: int) -> Any:
    """Return a JSON value whose lists end once so many values have come; objects keep all their fields."""
    left = most

    def take(node: Any) -> Any:
        nonlocal left
        # Fields count but are never left out: an object without them would break `required`, and be a finding of ours.
        left -= 1
        if isinstance(node, dict):
            return {name: take(child) for name, child in node.items()}
        if isinstance(node, list):
            return [take(child) for child in takewhile(lambda _: left > 0, node)]
        return node

    return take(value)


def _text(value: object) -> str:
    # `True` is sent as `true`, as JavaScript and the document write it.
    return value if isinstance(value, str) else str(value).lower() if isinstance(value, bool) else str(value)


def _reason(failure: BaseException) -> str:
    """Return a failure in a sentence; of a value that tells of a contact only the type is said, whatever it is."""
    if isinstance(failure, JsonSchemaError):
        path = [str(step) for step in failure.instance_path]
        message = " ".join(failure.validation_message.split())
        # `'Ada' is not of type 'null'` becomes `a text is not of type 'null'`. That a field is missing says nothing of
        # a person.
        if is_personal(path) and not message.endswith("is a required property"):
            message = f"{_type_of(failure.instance)} {message[message.rfind(' is not ') + 1 :]}"
        return f"/{'/'.join(path)}: {visible(message, longest=LONGEST)}"
    if not isinstance(failure, Failure):
        return str(failure)
    # After the first paragraph Schemathesis prints the body.
    message, _, _ = failure.message.partition("\n\n")
    return f"{failure.title}: {visible(' '.join(message.split()), longest=LONGEST)}"


def _type_of(value: Any) -> str:
    names = {bool: "a boolean", int: "a number", float: "a number", str: "a text", list: "a list", dict: "an object"}
    return names.get(type(value), "null")
