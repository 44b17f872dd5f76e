"""The control API: the state of the mock over HTTP, below `/__mock__/`."""

from __future__ import annotations

from functools import partial
from time import monotonic
from typing import TYPE_CHECKING, Any, Final, TypeVar

import orjson
import yaml
from flask import Blueprint, Flask, Response, request
from werkzeug.exceptions import HTTPException

from seqruns.dialect import Dialect
from seqruns_mock.control.document import control_document, problems_of_partial
from seqruns_mock.control.matching import filter_entries, read_number
from seqruns_mock.core.clock import parse_now
from seqruns_mock.core.refusal import Refusal, quote
from seqruns_mock.core.sequences import where_of
from seqruns_mock.http.answer import PROTECTION, refuse
from seqruns_mock.http.app import Reply, http_error
from seqruns_mock.trouble.effect import Effect
from seqruns_mock.trouble.trouble import trouble_from

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Mapping

    from werkzeug.datastructures import MultiDict

    from seqruns_mock.http.journal import Journal
    from seqruns_mock.http.state import MockState
    from seqruns_mock.sessions import Sessions

_LONGEST_WAIT: Final = 60
"""Seconds that a count waits."""
_DOCUMENTS: Final = ("control.openapi_json", "control.openapi_yaml", "control.get_authority")
Raw = TypeVar("Raw")
Parsed = TypeVar("Parsed")


def create_control_app(
    state: MockState,
    sessions: Sessions | None = None,
    *,
    check: Callable[[Mapping[str, Any]], None] = lambda _: None,
    pages: Blueprint | None = None,
    open_endpoints: Collection[str] = (),
) -> Flask:
    """Return the application that shows and changes `state`, and lists and ends `sessions`.

    `check` raises Refusal for the environ of a request that must not. `pages` are served beside the API;
    `open_endpoints` of them are for all, and so is the API's own document.
    """
    app = Flask("seqruns_mock.control", static_folder=None)
    app.register_blueprint(create_api(state, sessions))
    if pages is not None:
        app.register_blueprint(pages)
    app.register_error_handler(HTTPException, partial(http_error, state.mock))
    app.register_error_handler(Refusal, partial(_refuse, state))
    open_to_all = {*_DOCUMENTS, *open_endpoints}
    app.before_request(lambda: None if request.endpoint in open_to_all else check(request.environ))
    app.after_request(_protect)
    return app


def _protect(response: Response) -> Response:
    for name, value in PROTECTION:
        response.headers.setdefault(name, value)
    return response


def create_api(state: MockState, sessions: Sessions | None = None) -> Blueprint:
    """Return the routes of the control API; a session has no sessions of its own."""
    api = Blueprint("control", __name__, url_prefix="/__mock__")
    _about(api, state, sessions)
    for register in (_requests, _runs, _troubles, _settings, _dialect):
        register(api, state)
    if sessions is not None:
        _sessions(api, sessions)
    return api


def _about(api: Blueprint, state: MockState, sessions: Sessions | None) -> None:
    def whole_state() -> Reply:
        own = {} if sessions is None else {"sessions": sessions.as_json()}
        return _json({**state.as_json(), **own})

    @api.get("/openapi.json")
    def openapi_json() -> Reply:
        return _json(_document())

    @api.get("/openapi.yaml")
    def openapi_yaml() -> Reply:
        return Reply(
            yaml.safe_dump(_document(), sort_keys=False, allow_unicode=True).encode(),
            content_type="application/yaml",
        )

    @api.get("/ca.pem")
    def get_authority() -> Reply:
        if not state.authority:
            raise Refusal(404, "This mock has no authority of its own; --tls makes one.")
        return Reply(state.authority, content_type="application/x-pem-file")

    @api.get("/state")
    def get_state() -> Reply:
        return whole_state()

    @api.post("/reset")
    def reset() -> Reply:
        state.reset()
        return whole_state()


def _requests(api: Blueprint, state: MockState) -> None:
    journal = state.journal

    @api.get("/requests")
    def list_requests() -> Reply:
        entries = filter_entries(journal, request.args)
        return _json(
            {
                "requests": [entry.as_json() for entry in entries],
                "first": journal.first,
                "last": journal.last,
                "dropped": journal.dropped,
            }
        )

    @api.get("/requests/count")
    def count_requests() -> Reply:
        filters = request.args.copy()
        at_least, within = read_number(filters, "at_least", 0), read_number(filters, "within", 0)
        for name in ("at_least", "within"):
            filters.poplist(name)
        return _count_when_it_is_time(journal, filters, at_least or 0, within or 0)

    @api.get("/requests/<int:number>")
    def get_request(number: int) -> Reply:
        for entry in journal:
            if entry.id == number:
                return _json(entry.as_json())
        raise Refusal(404, f"There is no request {number} in the journal.")

    @api.delete("/requests")
    def clear_requests() -> Reply:
        journal.clear()
        return _no_content()


def _count_when_it_is_time(journal: Journal, filters: MultiDict[str, str], at_least: int, within: int) -> Reply:
    """Return how many requests match, once there are so many or so many seconds have passed."""
    deadline = monotonic() + min(within, _LONGEST_WAIT)

    def count() -> int:
        return len(filter_entries(journal, filters, paged=False))

    def render(found: int) -> bytes:
        return orjson.dumps({"count": found, "dropped": journal.dropped})

    def until() -> bytes | None:
        found = count()
        return render(found) if found >= at_least or monotonic() >= deadline else None

    found = count()
    return Reply(render(found), effect=Effect(until=until) if found < at_least and within else None)


def _runs(api: Blueprint, state: MockState) -> None:
    sequences = state.sequences

    @api.get("/sequences")
    def list_sequences() -> Reply:
        return _json(state.sequences_as_json())

    @api.delete("/sequences/<sequence_id>")
    def delete_sequence(sequence_id: str) -> Reply:
        sequences.delete(sequence_id)
        return _no_content()

    @api.get("/sequences/<sequence_id>/runs")
    def list_runs(sequence_id: str) -> Reply:
        return _json(sequences.runs(sequence_id))

    @api.put("/sequences/<sequence_id>/runs")
    def replace_runs(sequence_id: str) -> Reply:
        return _json(sequences.replace(sequence_id, _validate_runs(_body())))

    @api.post("/sequences/<sequence_id>/runs")
    def add_runs(sequence_id: str) -> Reply:
        body = _body()
        runs = body if isinstance(body, list) else [body]
        return _json(sequences.add(sequence_id, _validate_runs(runs)), 201)

    @api.put("/sequences/<sequence_id>/runs/<run_id>")
    def change_run(sequence_id: str, run_id: str) -> Reply:
        return _json(sequences.change(sequence_id, run_id, _object(_body())))

    @api.delete("/sequences/<sequence_id>/runs/<run_id>")
    def delete_run(sequence_id: str, run_id: str) -> Reply:
        sequences.delete_run(sequence_id, run_id)
        return _no_content()


def _troubles(api: Blueprint, state: MockState) -> None:
    troubles = state.troubles

    @api.get("/troubles")
    def list_troubles() -> Reply:
        return _json(state.troubles_as_json())

    @api.put("/troubles")
    def put_troubles() -> Reply:
        wanted = [_or_refuse(trouble_from, fields) for fields in _list_of_objects(_body())]
        troubles.put(wanted)
        return _json(state.troubles_as_json())

    @api.post("/troubles")
    def add_trouble() -> Reply:
        return _json(troubles.add(_or_refuse(trouble_from, _object(_body()))).as_json(), 201)

    @api.delete("/troubles")
    def clear_troubles() -> Reply:
        troubles.put(())
        return _no_content()

    @api.delete("/troubles/<int:number>")
    def remove_trouble(number: int) -> Reply:
        if not troubles.remove(number):
            raise Refusal(404, f"There is no trouble {number}.")
        return _no_content()

    @api.get("/faults")
    def get_faults() -> Reply:
        return _json(state.faults_as_json())

    @api.put("/faults")
    def put_faults() -> Reply:
        active = _field("active", list)
        _or_refuse(state.put_faults, [str(name) for name in active])
        return _json(state.faults_as_json())


def _settings(api: Blueprint, state: MockState) -> None:
    @api.get("/clock")
    def get_clock() -> Reply:
        return _json(state.clock_as_json())

    @api.put("/clock")
    def put_clock() -> Reply:
        state.clock.fixed = _or_refuse(_parse_now, _field("now", str, none=True))
        state.simulation.restart()
        return _json(state.clock_as_json())

    @api.post("/clock/advance")
    def advance_clock() -> Reply:
        _or_refuse(state.advance, _field("seconds", (int, float)))
        return _json(state.clock_as_json())

    @api.get("/live")
    def get_live() -> Reply:
        return _json({"rate": state.simulation.rate})

    @api.put("/live")
    def put_live() -> Reply:
        rate = _field("rate", (int, float))
        if not 0 <= rate <= 1000:
            raise Refusal(422, f"rate: {rate} is out of range; give events a second, from 0 to 1000.")
        state.simulation.put_rate(float(rate))
        return _json({"rate": state.simulation.rate})

    @api.get("/rate-limit")
    def get_rate_limit() -> Reply:
        return _json({"per_second": state.limiter.per_second})

    @api.put("/rate-limit")
    def put_rate_limit() -> Reply:
        per_second = _field("per_second", int, none=True)
        if per_second is not None and per_second < 1:
            raise Refusal(422, f"per_second: {per_second} is out of range; give a whole number from 1, or null.")
        state.limiter.per_second = per_second
        return _json({"per_second": per_second})


def _dialect(api: Blueprint, state: MockState) -> None:
    @api.get("/dialect")
    def get_dialect() -> Reply:
        return _json(state.dialect_as_json())

    @api.put("/dialect")
    def put_dialect() -> Reply:
        _or_refuse(lambda values: state.put_dialect(_parse_dialect(values)), _field("values", dict))
        return _json(state.dialect_as_json())


def _sessions(api: Blueprint, sessions: Sessions) -> None:
    @api.get("/sessions")
    def list_sessions() -> Reply:
        return _json(sessions.as_json())

    @api.delete("/sessions")
    def end_sessions() -> Reply:
        for session in sessions:
            sessions.end(session.name)
        return _no_content()

    @api.delete("/sessions/<name>")
    def end_session(name: str) -> Reply:
        if not sessions.end(name):
            raise Refusal(404, f"There is no session {quote(name)}.")
        return _no_content()


def _json(value: Any, status: int = 200) -> Reply:
    return Reply(orjson.dumps(value), status)


def _no_content() -> Reply:
    return Reply(b"", 204)


def _refuse(state: MockState, refusal: Refusal) -> Reply:
    return Reply.of(refuse(request.environ, state.mock.keys, refusal))


def _document() -> dict[str, Any]:
    return control_document(request.root_url.rstrip("/"))


def _validate_runs(value: Any) -> list[dict[str, Any]]:
    """Return runs after a look at those that are not whole; the others are validated with the sequence."""
    runs = _list_of_objects(value)
    problems = [
        f"{where_of(place, runs)}{problem}."
        for place, run in enumerate(runs)
        if "contact" not in run
        for problem in problems_of_partial(run)
    ]
    if problems:
        raise Refusal(422, *problems)
    return runs


def _body() -> Any:
    try:
        return orjson.loads(request.get_data())
    except orjson.JSONDecodeError as problem:
        raise Refusal(422, f"The body is not JSON: {problem}.") from None


def _object(value: Any) -> dict[str, Any]:
    if not isinstance(value, dict):
        raise Refusal(422, "The body is not a JSON object.")
    return value


def _list_of_objects(value: Any) -> list[dict[str, Any]]:
    if not isinstance(value, list) or not all(isinstance(item, dict) for item in value):
        raise Refusal(422, "The body is not a JSON array of objects.")
    return value


def _field(name: str, kind: type | tuple[type, ...], *, none: bool = False) -> Any:
    body = _object(_body())
    value = body.get(name)
    if name not in body or isinstance(value, bool) or not (isinstance(value, kind) or (none and value is None)):
        raise Refusal(422, f"{name}: {repr(value)[:80]} does not belong there; /__mock__/openapi.json says what does.")
    return value


def _parse_dialect(values: dict[str, Any]) -> Dialect:
    return Dialect.of({name: tuple(value) if isinstance(value, list) else value for name, value in values.items()})


def _parse_now(text: str | None) -> float | None:
    try:
        return parse_now(text)
    except ValueError as problem:
        raise ValueError(f"now: {quote(text or '')} {problem}") from None


def _or_refuse(parse: Callable[[Raw], Parsed], raw: Raw) -> Parsed:
    """Return what `parse` returns. Raises Refusal 422 for its ValueError."""
    try:
        return parse(raw)
    except ValueError as problem:
        raise Refusal(422, f"{problem}.") from None
