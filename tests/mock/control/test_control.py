"""The control API: what came in, the data, troubles and settings, over HTTP."""

from __future__ import annotations

import json
import re
from threading import Timer
from time import monotonic
from typing import TYPE_CHECKING, Any
from urllib.request import Request, urlopen

import pytest
from jsonschema_rs import Draft202012Validator
from openapi_spec_validator import OpenAPIV31SpecValidator
from werkzeug.test import Client

from seqruns_mock.control.api import create_control_app
from seqruns_mock.embedding import MockServer
from seqruns_mock.trouble.kinds import COMMON, KINDS

if TYPE_CHECKING:
    from werkzeug.test import TestResponse

C = "/__mock__"
NO_SUCH = "00000000-0000-4000-8000-000000000000"


@pytest.fixture
def mock() -> MockServer:
    """Return a mock that is not started; its WSGI application is enough here."""
    return MockServer(runs=20)


@pytest.fixture
def client(mock: MockServer) -> Client:
    """Return a client of the whole mock."""
    return Client(mock.app)


def ask(client: Client, mock: MockServer, query_string: str = "", **headers: str) -> TestResponse:
    """Ask the endpoint for the first sequence."""
    headers = {"X-WHIPPY-KEY": mock.key, **{name.replace("_", "-"): value for name, value in headers.items()}}
    return client.get(f"/v1/sequences/{mock.sequence_id}/sequence_runs?{query_string}", headers=headers)


def words(response: TestResponse, status: int) -> str:
    """Return the descriptions of a refusal, having checked its shape."""
    assert response.status_code == status
    body = response.get_json()
    assert body["status"] == status
    return " ".join(error["description"] for error in body["errors"])


def document(client: Client) -> dict[str, Any]:
    """Return the control API's own document."""
    answer: dict[str, Any] = client.get(f"{C}/openapi.json").get_json()
    return answer


def test_its_document_is_valid_openapi(client: Client) -> None:
    """And both forms are the same."""
    OpenAPIV31SpecValidator(document(client)).validate()
    assert b"/__mock__/requests/count" in client.get(f"{C}/openapi.yaml").data


def test_its_document_has_every_route_and_no_other(client: Client, mock: MockServer) -> None:
    """What is served is what is described, method by method."""
    rules = create_control_app(mock.state, mock.app).url_map.iter_rules()
    served = {
        (re.sub(r"<(?:\w+:)?(\w+)>", r"{\1}", rule.rule), method)
        for rule in rules
        for method in rule.methods or ()
        if method not in {"HEAD", "OPTIONS"} and rule.rule.startswith(C) and not rule.endpoint.startswith("web.")
    }
    described = {
        (path, method.upper())
        for path, item in document(client)["paths"].items()
        for method in item
        if method != "parameters"
    }
    assert served == described


def test_its_document_names_every_kind_of_trouble(client: Client) -> None:
    """With its own options and those that all have."""
    kinds = document(client)["components"]["schemas"]["Trouble"]["oneOf"]
    assert {kind["properties"]["kind"]["const"]: set(kind["properties"]) - {"kind"} for kind in kinds} == {
        name: {*kind.options, *COMMON} for name, kind in KINDS.items()
    }


@pytest.mark.parametrize(
    ("path", "schema"),
    [
        ("/state", "State"),
        ("/requests/1", "JournalEntry"),
        ("/clock", "Clock"),
        ("/live", "Live"),
        ("/dialect", "Dialect"),
        ("/rate-limit", "RateLimit"),
        ("/faults", "Faults"),
    ],
)
def test_its_answers_conform(client: Client, mock: MockServer, path: str, schema: str) -> None:
    """Each is what the document says."""
    ask(client, mock, "status=finished&x=1")
    client.post(f"{C}/troubles", json={"kind": "delay"})
    components = document(client)["components"]
    validator = Draft202012Validator(
        {"$ref": f"#/components/schemas/{schema}", "components": components}, validate_formats=True
    )
    validator.validate(client.get(C + path).get_json())


def test_the_journal_shows_what_came_and_what_became_of_it(client: Client, mock: MockServer) -> None:
    """Parameters decoded, keys redacted, matches counted; refusals and hints in words."""
    ask(client, mock, "status=finished&phone=%2B1&phone=", Authorization="Bearer secret")
    ask(client, mock, "limit=0")
    client.get("/healthz")
    first, second = client.get(f"{C}/requests").get_json()["requests"]
    assert first["parameters"] == {"status": "finished", "phone": ""}
    assert first["headers"]["X-Whippy-Key"] == first["headers"]["Authorization"] == "…"
    assert first["total"] == first["returned"] == sum(run["status"] == "finished" for run in mock.runs)
    assert "more than once" in first["hints"][0]
    assert (second["status"], second["total"]) == (422, None)
    assert "limit: '0'" in second["errors"][0]
    assert second["sequence_id"] == mock.sequence_id


def test_a_request_that_missed_the_endpoint_is_in_the_journal(client: Client) -> None:
    """A wrong base URL is the likeliest of all mistakes; what looks at the mock itself is not a client's."""
    for path in ("/sequences/x/sequence_runs", "/healthz", "/openapi.json", f"{C}/state"):
        client.get(path)
    (entry,) = client.get(f"{C}/requests").get_json()["requests"]
    assert (entry["path"], entry["status"]) == ("/sequences/x/sequence_runs", 404)
    assert "/v1/sequences/{sequence_id}" in entry["errors"][0]


def test_the_journal_shows_the_headers_of_the_answer(client: Client, mock: MockServer) -> None:
    """As they were sent, in their order."""
    answer = ask(client, mock, "page=2")
    (entry,) = client.get(f"{C}/requests").get_json()["requests"]
    assert [list(pair) for pair in answer.headers] == entry["answer_headers"]


def test_no_key_is_ever_in_the_journal(client: Client, mock: MockServer) -> None:
    """Not from a header, nor from a query string into which it was put by mistake."""
    ask(client, mock, f"api_key={mock.key}", Cookie=mock.key)
    assert mock.key not in client.get(f"{C}/requests").text


def test_requests_are_counted_by_what_they_asked(client: Client, mock: MockServer) -> None:
    """A test can say that its client asked with status=finished exactly once."""
    ask(client, mock, "status=finished&limit=5")
    ask(client, mock, "status=active")
    ask(client, mock, "status=")
    client.get("/v1/sequences/other/sequence_runs")
    for query, count in {
        "parameter=status:finished": 1,
        "parameter=status": 3,
        "parameter=status:": 1,
        "parameter=status:finished&parameter=limit:5": 1,
        "parameter=status:finished&parameter=limit:6": 0,
        "status=401": 1,
        "method=get": 4,
        f"sequence_id={mock.sequence_id}": 3,
        "path=/v1/sequences/other/sequence_runs": 1,
        "after=3": 1,
        "": 4,
    }.items():
        assert client.get(f"{C}/requests/count?{query}").get_json()["count"] == count, query
    assert [entry["id"] for entry in client.get(f"{C}/requests?limit=2").get_json()["requests"]] == [3, 4]


def test_the_journal_is_bounded_and_can_be_emptied(client: Client, mock: MockServer) -> None:
    """The oldest go first; ids go on."""
    for _ in range(1003):
        client.get("/v1/")
    journal = client.get(f"{C}/requests").get_json()
    assert (len(journal["requests"]), journal["last"], journal["dropped"]) == (1000, 1003, 3)
    assert words(client.get(f"{C}/requests/3"), 404)
    assert client.delete(f"{C}/requests").status_code == 204
    assert client.get(f"{C}/requests").get_json() == {"requests": [], "first": 1004, "last": 1003, "dropped": 0}
    assert mock.requests == []


def test_runs_are_read_added_changed_and_deleted(client: Client, mock: MockServer) -> None:
    """Each change shows in the endpoint's next answer."""
    runs = f"{C}/sequences/{mock.sequence_id}/runs"
    assert client.get(runs).get_json() == mock.runs
    (added,) = client.post(runs, json={"status": "finished", "phone": "+4930123456"}).get_json()
    assert ask(client, mock, "phone=%2B4930123456").get_json() == {"data": [added], "total": 1}
    url = f"{runs}/{added['id']}"
    changed = client.put(url, json={"status": "active", "contact": {"name": "Ada"}}).get_json()
    assert (changed["status"], changed["contact"]["name"]) == ("active", "Ada")
    assert ask(client, mock, "phone=%2B4930123456&status=active").get_json()["data"] == [changed]
    assert client.delete(url).status_code == 204
    assert words(client.delete(url), 404)
    assert client.put(runs, json=[added]).get_json() == [added]
    assert ask(client, mock).get_json()["total"] == 1
    assert client.delete(f"{C}/sequences/{mock.sequence_id}").status_code == 204
    assert ask(client, mock).status_code == 404


def test_runs_make_a_new_sequence(client: Client, mock: MockServer) -> None:
    """Several are added at once."""
    client.post(f"{C}/sequences/new/runs", json=[{}, {"status": "active"}])
    response = client.get("/v1/sequences/new/sequence_runs", headers={"X-WHIPPY-KEY": mock.key})
    assert response.get_json()["total"] == 2
    assert [sequence["id"] for sequence in client.get(f"{C}/sequences").get_json()][-1] == "new"


@pytest.mark.parametrize(
    ("method", "path", "body", "status", "said"),
    [
        ("POST", "/sequences/a/runs", "{", 422, "not JSON"),
        ("POST", "/sequences/a/runs", "[1]", 422, "array of objects"),
        ("POST", "/sequences/a/runs", '{"status": "done"}', 422, 'status: "done"'),
        ("POST", "/sequences/a/runs", '{"colour": "red"}', 422, "colour"),
        ("POST", "/sequences/a/runs", '{"created_at": "soon"}', 422, "created_at: 'soon' is not an ISO 8601"),
        ("POST", "/sequences/a/runs", '[{}, {"updated_at": "soon"}]', 422, "run 1: updated_at: 'soon' is not"),
        ("GET", "/requests/count?status=x", "", 422, "status: 'x'"),
        ("PUT", "/clock", '{"now": "x"}', 422, "now: 'x' is not an ISO 8601"),
        ("POST", "/sequences/a/runs", '{"contact": {"phone": "1"}}', 422, "status"),
        ("POST", "/sequences/a/runs", '{"contact": 5, "created_at": "2024-01-01"}', 422, "contact"),
        ("PUT", "/sequences/a/runs", "{}", 422, "array"),
        ("PUT", f"/sequences/a/runs/{NO_SUCH}", "{}", 404, "no sequence"),
        ("PUT", "/troubles", '[{"kind": "rain"}]', 422, "'rain'"),
        ("POST", "/troubles", '{"kind": "error", "status": 200}', 422, "from 400 to 599"),
        ("POST", "/troubles", "[]", 422, "object"),
        ("DELETE", "/troubles/7", "", 404, "no trouble 7"),
        ("PUT", "/faults", '{"active": ["x"]}', 422, "'x'"),
        ("PUT", "/clock", '{"now": "soon"}', 422, "ISO 8601"),
        ("PUT", "/clock", "{}", 422, "now"),
        ("POST", "/clock/advance", '{"seconds": 1}', 422, "fix it first"),
        ("PUT", "/live", '{"rate": -1}', 422, "rate"),
        ("PUT", "/live", '{"rate": true}', 422, "rate"),
        ("PUT", "/rate-limit", '{"per_second": 0}', 422, "per_second"),
        ("GET", "/requests?colour=red", "", 422, "colour"),
        ("GET", "/requests?after=-1", "", 422, "after"),
        ("GET", "/nothing", "", 404, "/nothing; the operations of the control API are in /__mock__/openapi.yaml."),
        ("PATCH", "/state", "", 405, "GET"),
    ],
)
def test_what_cannot_be_done_is_refused_in_words(  # noqa: PLR0917 - a table
    client: Client, mock: MockServer, method: str, path: str, body: str, status: int, said: str
) -> None:
    """In the contract's error shape, and nothing is changed."""
    before = client.get(f"{C}/sequences").get_json()
    assert said in words(client.open(C + path, method=method, data=body), status)
    assert client.get(f"{C}/sequences").get_json() == before
    assert not mock.state.troubles.standing


def test_a_reset_puts_everything_back(client: Client, mock: MockServer) -> None:
    """Data, troubles, clock, live mode, rate limit and journal are as they were."""

    def state() -> dict[str, Any]:
        answer: dict[str, Any] = client.get(f"{C}/state").get_json()
        del answer["clock"]["now"]
        return answer

    before, runs = state(), mock.runs
    client.post(f"{C}/sequences/{mock.sequence_id}/runs", json={})
    client.put(f"{C}/sequences/more/runs", json=[])
    client.delete(f"{C}/sequences/{list(mock.state.sequences.stores)[1]}")
    client.post(f"{C}/troubles", json={"kind": "error"})
    client.put(f"{C}/clock", json={"now": "2024-01-01"})
    client.put(f"{C}/live", json={"rate": 3})
    client.put(f"{C}/rate-limit", json={"per_second": 5})
    assert state() != before
    client.post(f"{C}/reset")
    assert state() == before
    assert mock.runs == runs


def test_the_clock_stands_where_it_is_put(client: Client, mock: MockServer) -> None:
    """Runs that are added start then; it moves when it is told to."""
    client.put(f"{C}/clock", json={"now": "2030-01-01T00:00:00Z"})
    assert mock.add()["created_at"] == "2030-01-01T00:00:00.000000Z"
    moved = client.post(f"{C}/clock/advance", json={"seconds": 60}).get_json()
    assert moved == {"now": "2030-01-01T00:01:00.000000Z", "fixed": True}
    assert client.put(f"{C}/clock", json={"now": None}).get_json()["fixed"] is False


def test_the_rate_limit_can_be_switched(client: Client, mock: MockServer) -> None:
    """On, it counts per key; off, it does not."""
    client.put(f"{C}/rate-limit", json={"per_second": 2})
    answers = [ask(client, mock).status_code for _ in range(3)]
    assert answers == [200, 200, 429]
    client.put(f"{C}/rate-limit", json={"per_second": None})
    assert ask(client, mock).status_code == 200


@pytest.mark.parametrize(
    "headers",
    [
        {"Origin": "https://evil.example"},
        {"Origin": "null"},
        {"Sec-Fetch-Site": "cross-site"},
        {"Host": "evil.example"},
    ],
)
def test_other_web_sites_are_kept_out(client: Client, headers: dict[str, str]) -> None:
    """A page from elsewhere can neither post nor read, nor come under a name of its own."""
    assert words(client.post(f"{C}/reset", headers=headers), 403)
    assert "Access-Control-Allow-Origin" not in client.get(f"{C}/state", headers=headers).headers


def test_its_own_page_is_let_in(client: Client) -> None:
    """A browser that shows this server's page sends its origin too."""
    assert client.post(f"{C}/reset", headers={"Origin": "http://localhost"}).status_code == 200


def test_beyond_loopback_it_asks_for_the_key() -> None:
    """Bound to an address that others reach, it is for those who have a key."""
    mock = MockServer(host="0.0.0.0", runs=1)  # noqa: S104 - it is not started
    client = Client(mock.app)
    assert words(client.get(f"{C}/state"), 401)
    assert client.get(f"{C}/state", headers={"X-WHIPPY-KEY": mock.key, "Host": "box.lan"}).status_code == 200


def test_it_can_be_left_out() -> None:
    """Without it its paths are like any other that is not there."""
    assert Client(MockServer(control=False, runs=1).app).get(f"{C}/state").status_code == 404


@pytest.mark.parametrize("steps", [[60], [0.5] * 120, [0.1] * 600, [0.7] * 10 + [53]])
def test_many_small_steps_of_the_clock_are_one_large_one(steps: list[float]) -> None:
    """The same time to the microsecond, and in live mode the same runs."""
    mocks = [MockServer(runs=20, now="2024-06-15T00:00:00Z", live=5, seed=1) for _ in range(2)]
    for mock, way in zip(mocks, [steps, [60.0]], strict=True):
        for step in way:
            mock.state.advance(step)
    assert mocks[0].state.clock_as_json() == mocks[1].state.clock_as_json()
    assert mocks[0].runs == mocks[1].runs


def test_a_lower_case_time_is_taken_for_a_run_that_is_filled_in(client: Client) -> None:
    """`t` and `z` are taken as `T` and `Z` are."""
    made = client.post(f"{C}/sequences/a/runs", json={"created_at": "2024-03-01t10:00:00z"})
    assert made.get_json()[0]["created_at"] == "2024-03-01T10:00:00.000000Z"


def test_a_count_waits_until_so_many_requests_have_come() -> None:
    """It answers as soon as they are there, and at the end of its time with what there is by then."""
    with MockServer(runs=1) as server:
        url = f"{server.root_url}/__mock__/requests/count?status=200"

        def ask() -> None:
            urlopen(Request(server.runs_url, headers={"X-WHIPPY-KEY": server.key})).close()  # noqa: S310 - loopback

        ask()
        later = Timer(0.3, ask)
        later.start()
        with urlopen(f"{url}&at_least=2&within=50", timeout=40) as response:  # noqa: S310 - loopback
            assert json.loads(response.read())["count"] == 2
        later.join()
        begun = monotonic()
        with urlopen(f"{url}&at_least=3&within=1", timeout=40) as response:  # noqa: S310 - loopback
            assert json.loads(response.read())["count"] == 2
        assert monotonic() - begun > 0.9
