"""Schemathesis behind one door: it compares answers with the document, and invents queries that mean nothing.

Requests are never sent by Schemathesis, so all of them are paced and counted in one place.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import cache, lru_cache
from itertools import takewhile
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
    from collections.abc import Iterable, Iterator, Mapping

    from schemathesis import Case
    from schemathesis.schemas import APIOperation

    from seqruns_contracts.model.reply import Reply

LONGEST = 300
"""Characters of a message of Schemathesis: it quotes values, however long."""
MOST_JUDGED = 10_000
"""How many answers are remembered with what was said of them."""
SCHEMA = "response_schema_conformance"
PIECE = 100
"""Runs that are judged at once: each wrong value takes 0.1 ms, and of those that are alike only the first is told."""
MOST_VALUES = 30_000
"""How many values of a piece are judged; a hundred runs hold 6,000."""


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
        # each time. The other checks look at no body.
        body = reply.digest if name == SCHEMA else b""
        key = (name, *_kind_of(reply), body)
        if key not in self._judged:
            # Emptied rather than trimmed: a right target never gets here, and for a wrong one it costs only time.
            if len(self._judged) >= MOST_JUDGED:
                self._judged.clear()
            self._judged[key] = (
                self._judge_body(reply) if name == SCHEMA else self._judge(name, [(0, reply.answer.raw)])
            )
        return self._judged[key]

    def _judge_body(self, reply: Reply) -> list[str]:
        """Return what the schema holds against a body; a run that fitted in another such body is not judged again."""
        mark = (self, *_kind_of(reply))
        runs = reply.page.runs if reply.page else ()
        new = [run for run in runs if run.seen.get(SCHEMA) != mark]
        is_shorter = len(new) < len(runs) == len(reply.body["data"])
        content = reply.answer.body
        if is_shorter:
            content = orjson.dumps({**reply.body, "data": [run.body for run in new]})
        # Of more values only the first are judged.
        is_whole = content.count(b",") <= MOST_VALUES
        found: list[str] = []
        if not (is_shorter and is_whole) or self._judge(SCHEMA, [(0, _with_content(reply, content))]):
            # All of it, as what is found says where on the page it stands.
            found = self._judge(SCHEMA, _pieces(reply))
        if is_whole and not found:
            for run in new:
                run.seen[SCHEMA] = mark
        return found

    def _judge(self, name: str, pieces: Iterable[tuple[int, requests.Response]]) -> list[str]:
        # Which sequence was asked for changes nothing in what an answer must look like.
        case = self.operation.Case(path_parameters={"sequence_id": "any"})
        for first, response in pieces:
            try:
                case.validate_response(response, checks=[getattr(checks, name)])
            except FailureGroup as group:
                return list(dict.fromkeys(_reason(failure, first) for failure in group.exceptions))
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
    config = SchemathesisConfig.from_dict({})
    # With a codec Hypothesis tries each character of Unicode in it first, for a second; without one it leaves out what
    # UTF-8 does, lone surrogates.
    config.projects.default.generation.codec = None
    schema = schemathesis.openapi.from_dict(document, config=config)
    return Conformance(schema[OPERATION_PATH]["GET"])


def _make_optional(pointer: str, schemas: Mapping[str, Any]) -> None:
    """Take what a pointer relative to a run leads through off the lists of required fields."""
    schema = schemas["SequenceRun"]
    for name in pointer.removeprefix("/").split("/"):
        if name in schema.get("required", ()):
            schema["required"].remove(name)
        schema = schema["items"] if name == "*" else schema["properties"][name]
        schema = schemas[schema["$ref"].rpartition("/")[2]] if "$ref" in schema else schema


def _kind_of(reply: Reply) -> tuple[int, str]:
    """Return what decides about the schema of a body: status and content type."""
    return reply.status, reply.answer.headers.get("Content-Type", "")


def _pieces(reply: Reply) -> Iterator[tuple[int, requests.Response]]:
    """Yield the answer as the HTTP client holds it, a long page in pieces, each with the place of its first run."""
    runs = reply.body["data"] if reply.page else []
    # A comma stands between any two values, so counting them bounds how many there are without walking the body.
    if not reply.is_json or (len(runs) <= PIECE and reply.answer.body.count(b",") <= MOST_VALUES):
        yield 0, reply.answer.raw
        return
    for first in range(0, len(runs) or 1, PIECE):
        body = {**reply.body, "data": runs[first : first + PIECE]} if runs else reply.body
        content = orjson.dumps(body)
        # Counted first: to look at every value costs more than to judge them, and a piece of usual runs holds few.
        if content.count(b",") > MOST_VALUES:
            content = orjson.dumps(shorten(body, MOST_VALUES))
        yield first, _with_content(reply, content)


def _with_content(reply: Reply, content: bytes) -> requests.Response:
    """Return the answer as the HTTP client holds it, with another body."""
    # A copy by `copy` would lack what the headers are read from.
    piece = requests.Response()
    piece.__dict__ |= reply.answer.raw.__dict__ | {"_content": content}
    return piece


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


def _reason(failure: BaseException, first: int = 0) -> str:
    """Return a failure in a sentence; of a value that tells of a contact only the type is said, whatever it is.

    `first` is the place, on its page, of the first run that was judged.
    """
    if isinstance(failure, JsonSchemaError):
        path = [str(step) for step in failure.instance_path]
        if path[:1] == ["data"] and path[1:]:
            path[1] = str(int(path[1]) + first)
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
