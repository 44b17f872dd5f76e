"""From a dialect to the pipeline that answers in it."""

from __future__ import annotations

import re
import time
from dataclasses import replace
from typing import TYPE_CHECKING, Any, Final
from urllib.parse import unquote

import orjson
from werkzeug.http import http_date

from seqruns.dialect import dimensions
from seqruns_mock.core.refusal import Refusal, quote
from seqruns_mock.core.sequences import store_of
from seqruns_mock.http.authentication import KEY_VARIABLE, authenticate
from seqruns_mock.http.dialect.ordering import create_select
from seqruns_mock.http.dialect.parameters import NUL, QUOTES, OutOfRange, create_parser
from seqruns_mock.http.dialect.showing import create_render
from seqruns_mock.http.dialect.values import is_uuid, parse_sequence_id
from seqruns_mock.http.pipeline import DEFAULT

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Mapping

    from seqruns.dialect import Dialect
    from seqruns_mock.core.query import RunQuery
    from seqruns_mock.core.store import RunStore
    from seqruns_mock.http.pipeline import Mock, Pipeline

_EMPTY: Final = store_of([])
_OF_THE_ENDPOINT: Final = frozenset({400, 404, 422})
"""What an endpoint refuses a value with; with another status a firewall refuses, and that looks at the path as well."""


PRINTED: Final = ("answer.zone", "answer.separator", "answer.digits", "answer.uuids")
"""The dimensions of how a value is printed."""


def create_pipeline(dialect: Dialect) -> Pipeline:
    """Return the pipeline of a mock that answers in a dialect: the contract's, but for what that does otherwise."""
    values = dialect.values
    # What a dialect says of printing counts even where the contract chooses the same: a file of runs may have another.
    others = [name for name in values if name.startswith(PRINTED) or values[name] != dimensions()[name].contract]
    functions: dict[str, Any] = {
        name: create(dialect)
        for name, (create, about) in _FUNCTIONS.items()
        if any(map(re.compile(about).match, others))
    }
    return replace(DEFAULT, **functions)


def rate_of(dialect: Dialect) -> int | None:
    """Return the requests a second that a dialect allows; None where it allows any, or does not say."""
    rate = dialect.values.get("rate.per_second")
    return rate if isinstance(rate, int) else None


def _receiver(dialect: Dialect) -> Callable[[Mock, Mapping[str, Any], str], tuple[RunStore, RunQuery]]:
    """Return what looks at key, sequence and parameters in the order of the dialect."""
    precedence = str(dialect["errors.precedence"]).split("-")
    is_first = dialect["errors.malformed_sequence"] == "first"
    is_range_last = dialect["errors.status"] == "range-last"

    def receive(mock: Mock, environ: Mapping[str, Any], sequence_id: str) -> tuple[RunStore, RunQuery]:
        pipeline, query_string = mock.pipeline, environ["QUERY_STRING"]
        _check_before_all(dialect, environ)
        # For its refusal alone; one that is no UUID has a store only where a user named it so.
        if is_first and not is_uuid(sequence_id):
            pipeline.find(mock.stores, sequence_id)
        looks: dict[str, Callable[[], Any]] = {
            "key": lambda: mock.limiter.admit(pipeline.authenticate(environ, mock.keys)),
            "sequence": lambda: pipeline.find(mock.stores, sequence_id),
            "parameters": lambda: pipeline.parse(query_string),
        }
        seen: dict[str, Any] = {}
        late: Refusal | None = None
        # The first look that refuses ends it, but for a range that is looked at when all else is right.
        for name in precedence:
            try:
                seen[name] = looks[name]()
            except OutOfRange as refusal:
                if not is_range_last:
                    raise
                late = refusal
        if late is not None:
            raise late
        return seen["sequence"], seen["parameters"]

    return _dressed(dialect, receive)


def _check_before_all(dialect: Dialect, environ: Mapping[str, Any]) -> None:
    """Refuse what is refused before anybody looks at the key: a HEAD, and what a firewall takes for an attack."""
    head = dialect["answer.head"]
    if environ["REQUEST_METHOD"] == "HEAD" and isinstance(head, int):
        raise Refusal(head, "HEAD is not allowed here.", headers={"Allow": "GET, OPTIONS"} if head == 405 else {})
    for name, attack in (("parameters.quotes", QUOTES), ("parameters.nul", NUL)):
        status = dialect[name]
        if isinstance(status, int) and status not in _OF_THE_ENDPOINT:
            text = environ["PATH_INFO"] + unquote(environ["QUERY_STRING"])
            if attack.search(text):
                raise Refusal(status, "The request looks like an attack.")


def _dressed(dialect: Dialect, call: Callable[..., Any]) -> Callable[..., Any]:
    """Return a function whose refusals have the headers that the dialect gives them."""
    content_type, retry_after = str(dialect["errors.content_type"]), dialect["rate.retry_after"]

    def dressed(*arguments: Any) -> Any:
        try:
            return call(*arguments)
        except Refusal as refusal:
            headers = {**refusal.headers, "Content-Type": content_type}
            if refusal.status == 429 and retry_after != "seconds":
                seconds = int(headers.pop("Retry-After", "1"))
                # One second more, as a date has whole ones only: who comes back a moment too early is refused again.
                headers |= {"Retry-After": http_date(time.time() + seconds + 1)} if retry_after == "date" else {}
            raise Refusal(refusal.status, *refusal.descriptions, headers=headers) from None

    return dressed


def _authenticator(dialect: Dialect) -> Callable[[Mapping[str, Any], Collection[str]], str]:
    missing, wrong = dialect["access.missing_key"], dialect["access.wrong_key"]
    bearer = dialect["access.bearer"] == "accepted"

    def check(environ: Mapping[str, Any], keys: Collection[str]) -> str:
        if not bearer:
            # A copy: the journal still shows the header.
            environ = {name: value for name, value in environ.items() if name != "HTTP_AUTHORIZATION"}
        try:
            return authenticate(environ, keys)
        except Refusal as refusal:
            token = environ.get("HTTP_AUTHORIZATION", "").partition(" ")[2]
            status = wrong if environ.get(KEY_VARIABLE) or token.strip() else missing
            assert isinstance(status, int)  # noqa: S101 - the dimension takes nothing else
            raise Refusal(status, *refusal.descriptions, headers=refusal.headers if status == 401 else {}) from None

    return check


def _finder(dialect: Dialect) -> Callable[[Mapping[str, RunStore], str], RunStore]:
    unknown, malformed = dialect["sequence.unknown"], dialect["sequence.malformed"]
    is_folded = dialect["sequence.other_case"] == "same"

    def find(stores: Mapping[str, RunStore], sequence_id: str) -> RunStore:
        sequence_id = parse_sequence_id(dialect, sequence_id)
        store = stores.get(sequence_id)
        if store is None and is_folded:
            folded = (known for name, known in stores.items() if name.lower() == sequence_id.lower())
            store = next(folded, None)
        if store is not None:
            return store
        status = unknown if is_uuid(sequence_id) else malformed
        if not isinstance(status, int):
            return _EMPTY
        raise Refusal(status, f"There is no sequence {quote(sequence_id)}.")

    return find


def _refuser(dialect: Dialect) -> Callable[[Refusal], bytes]:
    """Return what renders a refusal, with the further fields that the dialect names."""
    more = dialect["errors.more_fields"]
    paths = [re.split("/", pointer)[1:] for pointer in more] if isinstance(more, tuple) else []

    def refuse(refusal: Refusal) -> bytes:
        errors = [{"description": description} for description in refusal.descriptions]
        body: dict[str, Any] = {"errors": errors, "status": refusal.status}
        for path in paths:
            _add_field(body, path)
        return orjson.dumps(body)

    return refuse


def _add_field(value: Any, path: list[str]) -> None:
    head, *rest = path
    if head == "*":
        for part in value if isinstance(value, list) else ():
            _add_field(part, rest)
    elif isinstance(value, dict):
        if rest:
            _add_field(value.setdefault(head, {}), rest)
        else:
            value.setdefault(head, "mock")


_DRESS: Final = r"errors\.content_type|rate\.retry_after"
_FUNCTIONS: Final[Mapping[str, tuple[Callable[[Dialect], Any], str]]] = {
    "receive": (
        _receiver,
        rf"errors\.(?:precedence|malformed_sequence|status)|answer\.head|parameters\.(?:quotes|nul)|{_DRESS}",
    ),
    "authenticate": (_authenticator, r"access\."),
    "find": (_finder, r"sequence\."),
    "parse": (
        create_parser,
        r"page\.|numbers\.|parameters\.|phone\.|status\.|channel\.|time\.|answer\.uuids|errors\.(?:named|status)",
    ),
    "select": (
        lambda dialect: _dressed(dialect, create_select(dialect)),
        rf"order\.|page\.(?:past|at)_the_end|answer\.digits|{_DRESS}",
    ),
    "render": (create_render, r"answer\.(?!head)|roles\."),
    "refuse": (_refuser, r"errors\.more_fields"),
}
"""What makes each function of the pipeline, and the dimensions that it is about, as a pattern."""
