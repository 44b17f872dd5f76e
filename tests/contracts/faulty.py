"""The mock in process, with faults that its reader would recognise: what the outside of the kit is shown with."""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any
from urllib.parse import parse_qsl, urlencode

from werkzeug.test import run_wsgi_app

from seqruns_mock.core.sequences import default_sizes, generate_stores
from seqruns_mock.http.app import create_app
from seqruns_mock.http.pipeline import Mock

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping
    from wsgiref.types import StartResponse, WSGIApplication, WSGIEnvironment

KEY = "a-key-of-the-tests-7f3c"
SEQUENCE, SMALL_SEQUENCE, EMPTY_SEQUENCE = default_sizes()


def honest_app() -> WSGIApplication:
    """Return the mock as it is, with the key of the tests."""
    return create_app(Mock(stores=generate_stores(default_sizes()), keys={KEY}))


def keep(value: Any) -> Any:
    """Return the value."""
    return value


@dataclass(frozen=True, slots=True, kw_only=True)
class Fault:
    """How an application differs from the honest one: in what it understands, and in what it answers."""

    reads: Callable[[dict[str, str]], Mapping[str, str]] = keep
    answers: Callable[[dict[str, Any]], dict[str, Any]] = keep


def exclusive_before(parameters: dict[str, str]) -> Mapping[str, str]:
    """Read `before` as one microsecond earlier than it says."""
    try:
        bound = datetime.fromisoformat(parameters["before"].upper()) - timedelta(microseconds=1)
    except (KeyError, ValueError, OverflowError):
        return parameters
    return {**parameters, "before": bound.isoformat()}


def without(name: str) -> Callable[[dict[str, str]], Mapping[str, str]]:
    """Return a reader that overlooks one parameter."""
    return lambda parameters: {key: value for key, value in parameters.items() if key != name}


def off_by_one(parameters: dict[str, str]) -> Mapping[str, str]:
    """Read an offset as one more than it is."""
    offset = parameters.get("offset", "")
    return {**parameters, "offset": str(int(offset) + 1)} if offset.isdecimal() and int(offset) else parameters


def every_change(page: dict[str, Any]) -> dict[str, Any]:
    """Answer with a contact's name where a number is due, and with the email in the place of the status."""
    for run in page.get("data", ()):
        run["added_by_id"] = run["contact"]["name"]
    return page


def reversed_page(page: dict[str, Any]) -> dict[str, Any]:
    """Answer with each page turned round."""
    return {**page, "data": page["data"][::-1]} if "data" in page else page


def zero_is_absent(parameters: dict[str, str]) -> Mapping[str, str]:
    """Read a limit of zero as none."""
    return {name: value for name, value in parameters.items() if (name, value) != ("limit", "0")}


FAULTS = {
    "zero-is-absent": Fault(reads=zero_is_absent),
    "exclusive-before": Fault(reads=exclusive_before),
    "phone-ignored": Fault(reads=without("phone")),
    "offset-off-by-one": Fault(reads=off_by_one),
    "wrong-type": Fault(answers=every_change),
    "pages-reversed": Fault(answers=reversed_page),
}


def faulty_app(*names: str) -> WSGIApplication:
    """Return the mock with some of the faults."""
    honest, faults = honest_app(), [FAULTS[name] for name in names]

    def app(environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        parameters: Mapping[str, str] = dict(
            parse_qsl(environ["QUERY_STRING"], keep_blank_values=True, encoding="latin-1")
        )
        for fault in faults:
            parameters = fault.reads(dict(parameters))
        environ["QUERY_STRING"] = urlencode(parameters, encoding="latin-1")
        chunks, status, headers = run_wsgi_app(honest, environ, buffered=True)
        body = json.loads(b"".join(chunks))
        for fault in faults:
            body = fault.answers(body)
        text = json.dumps(body).encode()
        headers["Content-Length"] = str(len(text))
        start_response(status, headers.to_wsgi_list())
        return [text]

    return app
