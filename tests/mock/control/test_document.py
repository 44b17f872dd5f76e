"""The control API against its own document, whatever it is told."""

from __future__ import annotations

import json
import re
from functools import cache
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st
from jsonschema_rs import Draft202012Validator
from tests.mock.conformance import assert_conforms
from werkzeug.test import Client

from seqruns_fixtures import sequence_run
from seqruns_mock.control.document import control_document
from seqruns_mock.embedding import MockServer

if TYPE_CHECKING:
    from werkzeug.test import TestResponse

C = "/__mock__"
MOCK = MockServer(runs=3)
S = MOCK.sequence_id
RUN: dict[str, Any] = dict(sequence_run(5, sequence_id=S))
RUNS = f"/sequences/{S}/runs"
DOCUMENT = control_document("http://localhost")


@cache
def described(method: str, template: str, status: int) -> Draft202012Validator | None:
    """Return what validates an answer of an operation; None for one that has no body. Fails for an unknown status."""
    responses = DOCUMENT["paths"][C + template][method.lower()]["responses"]
    assert str(status) in responses, f"{method} {template} is not said to answer {status}"
    response = responses[str(status)]
    if "$ref" in response:
        response = DOCUMENT["components"]["responses"][response["$ref"].rpartition("/")[2]]
    content = response.get("content", {}).get("application/json")
    if content is None:
        return None
    return Draft202012Validator({**content["schema"], "components": DOCUMENT["components"]}, validate_formats=True)


def template_of(path: str) -> str:
    """Return the path of the document that a path is of."""
    path = path.partition("?")[0]
    for template in DOCUMENT["paths"]:
        if re.fullmatch(re.sub(r"{\w+}", "[^/]+", template), C + path):
            return str(template).removeprefix(C)
    raise AssertionError(path)


def tell(method: str, path: str, body: bytes | str | None = None, **headers: str) -> TestResponse:
    """Return the answer to a request, having held it against the document."""
    answer = Client(MOCK.app).open(C + path, method=method, data=body, headers=headers)
    validator = described(method, template_of(path), answer.status_code)
    if validator is not None:
        validator.validate(json.loads(answer.data))
    return answer


def assert_well() -> None:
    """Fail unless the endpoint answers its list, in the shape of the contract."""
    path = f"/v1/sequences/{S}/sequence_runs?limit=500"
    answer = Client(MOCK.app).get(path, headers={"X-WHIPPY-KEY": MOCK.key})
    assert answer.status_code == 200
    assert_conforms(answer)


def state() -> Any:
    """Return the whole state, runs too, without the time of day."""
    shown = MOCK.state.as_json()
    del shown["clock"]["now"], shown["journal"]
    return shown, {name: MOCK.state.sequences.runs(name) for name in MOCK.state.sequences.stores}


def test_every_operation_answers_as_it_says() -> None:
    """Each one once, well used, with bodies that the document's own schemas allow."""
    MOCK.reset()
    Client(MOCK.app).get(f"/v1/sequences/{S}/sequence_runs?limit=1", headers={"X-WHIPPY-KEY": MOCK.key})
    MOCK.session("one")
    MOCK.session("two")
    told: list[tuple[str, str, Any, int]] = [
        ("GET", "/state", None, 200),
        ("GET", "/openapi.json", None, 200),
        ("GET", "/openapi.yaml", None, 200),
        ("GET", "/ca.pem", None, 404),
        ("GET", "/requests", None, 200),
        ("GET", "/requests/count", None, 200),
        ("GET", "/requests/1", None, 200),
        ("GET", "/sequences", None, 200),
        ("GET", RUNS, None, 200),
        ("PUT", RUNS, [RUN, {"phone": "+1", "step_contacts": [None]}], 200),
        ("POST", RUNS, {"step_contacts": 2}, 201),
        ("POST", RUNS, [{}], 201),
        ("PUT", f"{RUNS}/{RUN['id']}", {"contact": {"name": None}}, 200),
        ("DELETE", f"{RUNS}/{RUN['id']}", None, 204),
        ("PUT", "/troubles", [{"kind": "error", "retry_after": 3}, {"kind": "delay", "distribution": "normal"}], 200),
        ("POST", "/troubles", {"kind": "wrong-content-type", "content_type": "text/plain", "times": 2}, 201),
        ("GET", "/troubles", None, 200),
        ("GET", "/state", None, 200),
        ("DELETE", "/troubles/1", None, 204),
        ("DELETE", "/troubles", None, 204),
        ("PUT", "/faults", {"active": ["before-exclusive"]}, 422),
        ("GET", "/faults", None, 200),
        ("PUT", "/clock", {"now": "2024-01-01"}, 200),
        ("POST", "/clock/advance", {"seconds": 0.5}, 200),
        ("GET", "/clock", None, 200),
        ("PUT", "/live", {"rate": 0}, 200),
        ("GET", "/live", None, 200),
        ("PUT", "/dialect", {"values": {"order.first": "oldest", "answer.left_out": ["/channel_id"]}}, 200),
        ("PUT", "/dialect", {"values": {"order.first": "sideways"}}, 422),
        ("GET", "/dialect", None, 200),
        ("PUT", "/rate-limit", {"per_second": 25}, 200),
        ("GET", "/rate-limit", None, 200),
        ("GET", "/sessions", None, 200),
        ("DELETE", "/sessions/one", None, 204),
        ("DELETE", "/sessions", None, 204),
        ("DELETE", "/requests", None, 204),
        ("DELETE", f"/sequences/{S}", None, 204),
        ("POST", "/reset", None, 200),
    ]
    for method, path, body, status in told:
        numbered = path.replace(
            "/troubles/1", f"/troubles/{max((t.id for t in MOCK.state.troubles.standing), default=0)}"
        )
        answer = tell(method, numbered, None if body is None else json.dumps(body))
        assert answer.status_code == status, (method, path, answer.text)
        if body is not None and status < 300:
            request = DOCUMENT["paths"][C + template_of(path)][method.lower()]["requestBody"]
            schema = request["content"]["application/json"]["schema"]
            Draft202012Validator({**schema, "components": DOCUMENT["components"]}).validate(body)


def test_those_who_may_not_are_told_as_it_says() -> None:
    """401 and 403 are described, too."""
    assert tell("GET", "/state", Origin="https://elsewhere.example").status_code == 403
    guarded = MockServer(host="0.0.0.0", runs=1)  # noqa: S104 - it is not started
    answer = Client(guarded.app).get(f"{C}/state")
    validator = described("GET", "/state", answer.status_code)
    assert answer.status_code == 401
    assert validator is not None
    validator.validate(answer.get_json())


@pytest.mark.parametrize(
    ("method", "path", "body", "said"),
    [
        ("POST", RUNS, "null", "array of objects"),
        ("POST", RUNS, '{"contact": 5}', "contact: 5"),
        ("POST", RUNS, '{"step_contacts": [{}]}', "step_contacts: "),
        ("POST", RUNS, '{"step_contacts": 100000000}', "step_contacts: "),
        ("POST", RUNS, '{"channel_id": 5}', "channel_id: 5"),
        ("POST", RUNS, '{"id": "x"}', 'id: "x"'),
        ("POST", RUNS, '{"phone": 5}', "phone: 5"),
        ("POST", RUNS, '{"created_at": 5}', "created_at: 5"),
        ("POST", RUNS, '{"created_at": "0001-01-01T00:00:00+14:00"}', "of the years 1 to 9999 in UTC"),
        ("POST", RUNS, '{"created_at": "9999-12-31T23:59:59-12:00"}', "of the years 1 to 9999 in UTC"),
        ("POST", RUNS, '{"created_at": "9999-12-31", "step_contacts": 2}', "too near the end of the calendar"),
        ("POST", RUNS, '{"sequence_id": "other"}', "sequence_id: 'other' is another sequence"),
        ("PUT", RUNS, json.dumps([{**RUN, "sequence_id": "other"}]), "sequence_id: 'other' is another"),
        ("PUT", RUNS, json.dumps([RUN, {**RUN, "status": "done"}]), "run 1: status: "),
        ("PUT", RUNS, json.dumps([{**RUN, "channel_id": "default"}]), "channel_id: "),
        ("PUT", RUNS, json.dumps([RUN, RUN]), "appears twice"),
        ("PUT", RUNS, json.dumps([{**RUN, "more": []}]).replace("[]", "[" * 300 + "]" * 300), "cannot be sent as JSON"),
        ("PUT", RUNS, "[" * 5000 + "]" * 5000, "not JSON"),
        ("PUT", f"{RUNS}/%s", "null", "not a JSON object"),
        ("PUT", f"{RUNS}/%s", '{"contact": 5}', "contact: 5"),
        ("PUT", f"{RUNS}/%s", '{"contact": null}', "contact: null"),
        ("PUT", f"{RUNS}/%s", '{"step_contacts": null}', "step_contacts: null"),
        ("PUT", f"{RUNS}/%s", '{"id": "x"}', "the id of a run cannot be changed"),
        ("PUT", f"{RUNS}/%s", '{"created_at": "soon"}', "created_at: "),
        ("PUT", "/clock", '{"now": "0001-01-01T00:00:00+14:00"}', "may stand from 0002-01-01"),
        ("PUT", "/clock", '{"now": "9999-12-31T23:59:59Z"}', "to 9998-12-31"),
        ("POST", "/clock/advance", '{"seconds": 1e308}', "too far"),
        ("POST", "/clock/advance", '{"seconds": -1e12}', "too far"),
        ("POST", "/clock/advance", '{"seconds": 1e400}', "not JSON"),
        ("PUT", "/troubles", '[{"kind": "delay", "seconds": 1e400}]', "not JSON"),
        ("PUT", "/troubles", f'[{{"kind": "drop", "times": 1{"0" * 300}}}]', "times: "),
        ("PUT", "/troubles", '[{"kind": "drop", "times": 1.5}]', "times: '1.5' is not a whole number"),
        ("PUT", "/troubles", '[{"kind": "stale-page", "runs": 2000000000}]', "from 1 to 1000000000"),
        ("PUT", "/troubles", '[{"kind": "drop", "sequence_id": 5}]', "sequence_id: '5' is not text"),
        ("PUT", "/troubles", '[{"kind": "wrong-content-type", "content_type": "a\\nb"}]', "printable ASCII"),
        ("PUT", "/live", '{"rate": 1e308}', "out of range"),
    ],
)
def test_what_is_odd_is_refused_in_words(method: str, path: str, body: str, said: str) -> None:
    """By name and value, and nothing is changed."""
    MOCK.reset()
    tell("PUT", "/clock", '{"now": "2024-06-15"}')
    before = state()
    answer = tell(method, path.replace("%s", MOCK.runs[0]["id"]), body)
    assert answer.status_code == 422
    assert said in " ".join(error["description"] for error in answer.get_json()["errors"])
    assert state() == before
    assert_well()


@pytest.mark.parametrize("origin", ["http://[::1", "http://[", "//", "", "null", "http://\u00e9"])
def test_an_origin_that_is_no_url_is_another_site(origin: str) -> None:
    """It is refused like one."""
    assert tell("POST", "/reset", Origin=origin).status_code == 403


def test_a_number_that_nobody_reads_names_nothing() -> None:
    """Thousands of digits are too many for Python, and no request has such an id."""
    for path in (f"/requests/{'9' * 5000}", f"/requests?after={'9' * 5000}"):
        assert tell("GET", path).status_code in {404, 422}
    assert tell("DELETE", f"/troubles/{'9' * 5000}").status_code == 404


def test_more_events_than_can_happen_are_refused_before_the_clock_moves() -> None:
    """None is dropped in silence."""
    MOCK.reset()
    tell("PUT", "/clock", '{"now": "2025-01-01"}')
    tell("PUT", "/live", '{"rate": 1000}')
    before = state(), MOCK.state.clock.now()
    answer = tell("POST", "/clock/advance", '{"seconds": 3600}')
    assert answer.status_code == 422
    assert "3600000 live events" in answer.text
    assert (state(), MOCK.state.clock.now()) == before
    assert tell("POST", "/clock/advance", '{"seconds": 0.2}').status_code == 200
    assert_well()
    MOCK.reset()


VALUES = st.recursive(
    st.none()
    | st.booleans()
    | st.integers(-(10**6), 10**6)
    | st.sampled_from([10**18, 10**19, -(2**63), 1e308, -0.5, 0, 1])
    | st.sampled_from(["", "x", "active", "finished", "+1", "2024-01-01", "0001-01-01T00:00:00+14:00", S, RUN["id"]])
    | st.sampled_from(["9999-12-31T23:59:59.9999999-12:00", "error", "delay", "stale-page", "exponential"])
    | st.text(max_size=5),
    lambda inner: (
        st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from([*RUN, "phone", "kind"]), inner, max_size=3)
    ),
    max_leaves=6,
)
NAMES = [*RUN, "phone", "name", "email", "kind", "seconds", "times", "skip", "after", "status", "runs", "jitter",
         "now", "rate", "values", "per_second", "active", "milliseconds", "pieces", "distribution",
         "content_type"]  # fmt: skip
OBJECTS = st.dictionaries(st.sampled_from(NAMES), VALUES, max_size=4)
WHOLE = OBJECTS.map(lambda changes: {**RUN, **changes})
BODIES = VALUES | OBJECTS | WHOLE | st.lists(OBJECTS | WHOLE, max_size=3)
OPERATIONS = [
    (method, path)
    for path in (RUNS, "/sequences/new/runs", f"{RUNS}/%s", "/troubles", "/faults", "/clock", "/clock/advance", "/live",
                 "/dialect", "/rate-limit")
    for method in ("PUT", "POST")
    if method.lower() in DOCUMENT["paths"][C + template_of(path)]
]  # fmt: skip


@given(st.lists(st.tuples(st.sampled_from(OPERATIONS), BODIES), min_size=1, max_size=3))
@settings(max_examples=60)
@example([(("PUT", f"{RUNS}/%s"), {"created_at": "0001-01-01T00:00:00+14:00"})])
def test_nothing_that_it_is_told_breaks_it(told: list[tuple[tuple[str, str], Any]]) -> None:
    """No answer is a 5xx, each is as described, and the endpoint's own answers stay those of the contract."""
    MOCK.reset()
    for (method, path), body in told:
        runs = MOCK.runs if S in MOCK.state.sequences.stores else []
        path = path.replace("%s", runs[0]["id"] if runs else RUN["id"])  # noqa: PLW2901 - the one that there is
        tell(method, path, json.dumps(body))
        tell("GET", "/state")
    MOCK.state.troubles.put(())
    MOCK.state.put_faults(())
    MOCK.state.limiter.per_second = None
    assert_well()
