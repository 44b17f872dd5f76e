"""The control API: the state of the mock over HTTP, below `/__mock__/`."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Any, Final

from flask import Blueprint, Flask, Response, request
from werkzeug.exceptions import HTTPException

from seqruns.dialect import Dialect
from seqruns_mock.control.bodies import (
    json_reply,
    no_content,
    or_refuse,
    read_body,
    read_field,
    read_object,
    read_objects,
)
from seqruns_mock.control.document import control_document, control_document_yaml
from seqruns_mock.control.requests import add_requests
from seqruns_mock.control.runs import add_runs
from seqruns_mock.core.clock import parse_now
from seqruns_mock.core.refusal import Refusal, quote
from seqruns_mock.http.answer import PROTECTION, refuse
from seqruns_mock.http.app import Reply, http_error
from seqruns_mock.trouble.trouble import trouble_from

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Mapping

    from seqruns_mock.http.state import MockState
    from seqruns_mock.sessions import Sessions

_DOCUMENTS: Final = ("control.openapi_json", "control.openapi_yaml", "control.get_authority")
_OPERATIONS: Final = "the operations of the control API are in %s/__mock__/openapi.yaml"


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
    app.register_error_handler(HTTPException, partial(http_error, state.mock, elsewhere=_OPERATIONS))
    app.register_error_handler(Refusal, partial(_refuse, state))
    open_to_all = {*_DOCUMENTS, *open_endpoints}
    # `check` returns None as well, and anything else would be taken for the answer.
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
    for register in (add_requests, add_runs, _troubles, _settings, _dialect):
        register(api, state)
    if sessions is not None:
        _sessions(api, sessions)
    return api


def _about(api: Blueprint, state: MockState, sessions: Sessions | None) -> None:
    def whole_state() -> Reply:
        own = {} if sessions is None else {"sessions": sessions.as_json()}
        return json_reply({**state.as_json(), **own})

    @api.get("/openapi.json")
    def openapi_json() -> Reply:
        return json_reply(control_document(_server()))

    @api.get("/openapi.yaml")
    def openapi_yaml() -> Reply:
        return Reply(control_document_yaml(_server()), content_type="application/yaml")

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


def _troubles(api: Blueprint, state: MockState) -> None:
    troubles = state.troubles

    @api.get("/troubles")
    def list_troubles() -> Reply:
        return json_reply(state.troubles_as_json())

    @api.put("/troubles")
    def put_troubles() -> Reply:
        wanted = [or_refuse(trouble_from, fields) for fields in read_objects(read_body())]
        troubles.put(wanted)
        return json_reply(state.troubles_as_json())

    @api.post("/troubles")
    def add_trouble() -> Reply:
        return json_reply(troubles.add(or_refuse(trouble_from, read_object(read_body()))).as_json(), 201)

    @api.delete("/troubles")
    def clear_troubles() -> Reply:
        troubles.put(())
        return no_content()

    @api.delete("/troubles/<int:number>")
    def remove_trouble(number: int) -> Reply:
        if not troubles.remove(number):
            raise Refusal(404, f"There is no trouble {number}.")
        return no_content()

    @api.get("/faults")
    def get_faults() -> Reply:
        return json_reply(state.faults_as_json())

    @api.put("/faults")
    def put_faults() -> Reply:
        active = read_field("active", list)
        or_refuse(state.put_faults, [str(name) for name in active])
        return json_reply(state.faults_as_json())


def _settings(api: Blueprint, state: MockState) -> None:
    @api.get("/clock")
    def get_clock() -> Reply:
        return json_reply(state.clock_as_json())

    @api.put("/clock")
    def put_clock() -> Reply:
        state.clock.fixed = or_refuse(_parse_now, read_field("now", str, none=True))
        # Or the events of all the time between the two clocks would be due at once.
        state.simulation.restart()
        return json_reply(state.clock_as_json())

    @api.post("/clock/advance")
    def advance_clock() -> Reply:
        or_refuse(state.advance, read_field("seconds", (int, float)))
        return json_reply(state.clock_as_json())

    @api.get("/live")
    def get_live() -> Reply:
        return json_reply({"rate": state.simulation.rate})

    @api.put("/live")
    def put_live() -> Reply:
        rate = read_field("rate", (int, float))
        if not 0 <= rate <= 1000:
            raise Refusal(422, f"rate: {rate} is out of range; give events a second, from 0 to 1000.")
        state.simulation.put_rate(float(rate))
        return json_reply({"rate": state.simulation.rate})

    @api.get("/rate-limit")
    def get_rate_limit() -> Reply:
        return json_reply({"per_second": state.limiter.per_second})

    @api.put("/rate-limit")
    def put_rate_limit() -> Reply:
        per_second = read_field("per_second", int, none=True)
        if per_second is not None and per_second < 1:
            raise Refusal(422, f"per_second: {per_second} is out of range; give a whole number from 1, or null.")
        state.limiter.per_second = per_second
        return json_reply({"per_second": per_second})


def _dialect(api: Blueprint, state: MockState) -> None:
    @api.get("/dialect")
    def get_dialect() -> Reply:
        return json_reply(state.dialect_as_json())

    @api.put("/dialect")
    def put_dialect() -> Reply:
        or_refuse(lambda values: state.put_dialect(_parse_dialect(values)), read_field("values", dict))
        return json_reply(state.dialect_as_json())


def _sessions(api: Blueprint, sessions: Sessions) -> None:
    @api.get("/sessions")
    def list_sessions() -> Reply:
        return json_reply(sessions.as_json())

    @api.delete("/sessions")
    def end_sessions() -> Reply:
        for session in sessions:
            sessions.end(session.name)
        return no_content()

    @api.delete("/sessions/<name>")
    def end_session(name: str) -> Reply:
        if not sessions.end(name):
            raise Refusal(404, f"There is no session {quote(name)}.")
        return no_content()


def _refuse(state: MockState, refusal: Refusal) -> Reply:
    return Reply.of(refuse(request.environ, state.mock.keys, refusal))


def _server() -> str:
    return request.root_url.rstrip("/")


def _parse_dialect(values: dict[str, Any]) -> Dialect:
    return Dialect.of({name: tuple(value) if isinstance(value, list) else value for name, value in values.items()})


def _parse_now(text: str | None) -> float | None:
    try:
        return parse_now(text)
    except ValueError as problem:
        raise ValueError(f"now: {quote(text or '')} {problem}") from None
