"""Sessions: mocks of their own below one server, for tests that run at the same time."""

from __future__ import annotations

import json
import re
from concurrent.futures import ThreadPoolExecutor
from time import monotonic, sleep
from typing import TYPE_CHECKING, Any
from urllib.error import HTTPError
from urllib.request import Request, urlopen

import pytest
from tests.mock.conftest import serving
from werkzeug.test import Client

from seqruns_mock import sessions as sessions_module
from seqruns_mock.embedding import MockServer
from seqruns_mock.sessions import IDLE, MOST

if TYPE_CHECKING:
    from collections.abc import Iterator

    from seqruns_mock.handle import MockHandle, MockSession


@pytest.fixture(scope="module")
def server() -> Iterator[MockServer]:
    """Return a mock with a few runs."""
    with MockServer(runs=5) as server:
        yield server


def ask(mock: MockHandle, query: str = "", **headers: str) -> tuple[int, Any]:
    """Return status and body of a request for the runs, as a client of a mock or of a session."""
    return fetch(mock.runs_url + query, **{"X-WHIPPY-KEY": mock.key, **headers})


def fetch(url: str, method: str = "GET", **headers: str) -> tuple[int, Any]:
    """Return status and JSON of an answer, whatever the status is."""
    try:
        with urlopen(Request(url, method=method, headers=headers), timeout=20) as response:  # noqa: S310 - loopback
            body = response.read()
            return response.status, json.loads(body) if body else None
    except HTTPError as error:
        with error:
            return error.code, json.loads(error.read())


def test_a_session_has_runs_troubles_clock_and_journal_of_its_own(server: MockServer) -> None:
    """What is done in one is seen by no other, nor by the mock itself."""
    server.reset()
    with server.session() as mine, server.session() as other:
        mine.add(status="finished")
        mine.trouble("error", status=503, times=1)
        mine.state.clock.fixed = 0.0
        assert [ask(each)[0] for each in (mine, mine, other, server)] == [503, 200, 200, 200]
        assert [ask(each)[1]["total"] for each in (mine, other, server)] == [6, 5, 5]
        assert [entry.status for entry in mine.requests] == [503, 200, 200]
        assert [len(other.requests), len(server.requests)] == [2, 2]
        assert other.state.clock.fixed is None


def test_a_session_begins_as_the_mock_is_then_and_returns_to_that(server: MockServer) -> None:
    """The state is copied at the first use; a reset of the session restores the copy."""
    server.reset()
    server.add(status="active")
    server.trouble("error", status=418)
    with server.session() as session:
        server.reset()
        assert (ask(session)[0], ask(server)[0]) == (418, 200)
        session.state.troubles.put(())
        session.runs = []
        assert ask(session)[1]["total"] == 0
        session.reset()
        assert len(session.runs) == 6
        assert ask(session)[0] == 418


def test_the_header_names_a_session_as_the_path_does(server: MockServer) -> None:
    """A client with a fixed base URL says X-Mock-Session."""
    server.reset()
    with server.session("by-header") as session:
        session.runs = session.runs[:2]
        assert ask(server, **{"X-Mock-Session": "by-header"})[1]["total"] == 2
        assert len(session.requests) == 1
        assert server.requests == []


def test_each_session_has_a_control_api_below_its_path(server: MockServer) -> None:
    """Any language reaches it; the mock itself lists the sessions and ends them."""
    server.reset()
    for session in server.app:
        server.app.end(session.name)
    root = f"{server.root_url}/sessions/ci-7"
    assert fetch(f"{root}/__mock__/requests/count") == (200, {"count": 0, "dropped": 0})
    ask(server.session("ci-7"), "?limit=1")
    assert fetch(f"{root}/__mock__/requests/count?parameter=limit:1") == (200, {"count": 1, "dropped": 0})
    assert fetch(f"{root}/openapi.json")[1]["servers"][0]["url"] == f"{root}/v1"
    assert fetch(f"{root}/__mock__/openapi.json")[1]["servers"][0]["url"] == root
    ((_, (listed,)),) = [fetch(f"{server.root_url}/__mock__/sessions")]
    assert (listed["name"], listed["path"], listed["requests"]) == ("ci-7", "/sessions/ci-7", 1)
    assert fetch(f"{root}/__mock__/sessions")[0] == 404
    assert fetch(f"{server.root_url}/__mock__/sessions/ci-7", "DELETE") == (204, None)
    assert fetch(f"{server.root_url}/__mock__/sessions/ci-7", "DELETE")[0] == 404
    assert fetch(f"{server.root_url}/__mock__/sessions") == (200, [])


def test_what_cannot_be_a_session_is_refused_in_words(server: MockServer) -> None:
    """The mock itself answers, so its journal has it."""
    server.reset()
    status, body = fetch(f"{server.root_url}/sessions/a%20b/v1/")
    assert status == 404
    assert "'a b' cannot be a session" in body["errors"][0]["description"]
    assert ask(server, **{"X-Mock-Session": "a/b"})[0] == 404
    assert [entry.status for entry in server.requests] == [404, 404]


def test_parallel_tests_do_not_disturb_each_other(server: MockServer) -> None:
    """Eight at a time, each with its own number of failures and of runs."""
    server.reset()

    def case(number: int) -> list[int]:
        with server.session() as session:
            session.runs = session.runs[: number % 5]
            session.trouble("error", status=503, times=number)
            answers = [ask(session) for _ in range(number + 1)]
            assert [entry.status for entry in session.requests] == [503] * number + [200]
            assert answers[-1][1]["total"] == number % 5
            return [status for status, _ in answers]

    with ThreadPoolExecutor(8) as pool:
        seen = list(pool.map(case, range(1, 9)))
    assert seen == [[503] * number + [200] for number in range(1, 9)]
    assert ask(server)[1]["total"] == 5


def test_a_session_ends_when_nobody_has_used_it_for_long(monkeypatch: pytest.MonkeyPatch) -> None:
    """After an hour; and one too many ends the one that has been idle for longest."""
    mock, now = MockServer(runs=1), 1000.0
    monkeypatch.setattr(sessions_module, "monotonic", lambda: now)
    mock.session("old")
    now += IDLE / 2
    mock.session("young")
    now += IDLE / 2 + 1
    assert [each["name"] for each in mock.app.as_json()] == ["young"]
    for number in range(MOST):
        now += 1
        mock.session(f"s{number}")
    names = [each.name for each in mock.app]
    assert (len(names), names[0]) == (MOST, "s0")


def test_runs_of_a_session_are_live_by_its_own_rate(server: MockServer) -> None:
    """With a fixed clock the events of a session are due by the clock of the session."""
    server.reset()
    with server.session() as session:
        session.state.clock.fixed = 1.7e9
        session.state.simulation.put_rate(10)
        session.state.advance(2)
        assert len(session.runs) > 5
        assert len(server.runs) == 5


def test_beyond_loopback_a_session_is_begun_with_a_key() -> None:
    """Who has none gets a 401 and begins nothing."""
    mock = MockServer(host="0.0.0.0", key="k", runs=1)  # noqa: S104 - it is not started
    client = Client(mock.app)
    assert client.get("/sessions/mine/v1/x").status_code == 401
    assert list(mock.app) == []
    assert client.get("/sessions/mine/__mock__/state", headers={"X-WHIPPY-KEY": "k"}).status_code == 200
    assert client.get("/sessions/mine/__mock__/state").status_code == 401


def test_the_log_has_the_path_of_a_session_as_its_client_sees_it() -> None:
    """So a shared container says which test asked."""
    with serving("--runs", "2", quiet=False) as mock:
        fetch(f"{mock.root_url}/sessions/ci-7/v1/other")
        assert mock.process.stdout is not None
        assert json.loads(mock.process.stdout.readline())["path"] == "/sessions/ci-7/v1/other"


def test_a_base_path_is_before_everything() -> None:
    """Endpoint, control API, health check and sessions; a path beside it is a 404 that says where the mock is."""
    with serving("--runs", "2", "--base-path", "/mocks/seqruns") as mock:
        assert re.fullmatch(r"http://127\.0\.0\.1:\d+/mocks/seqruns/v1", mock.base_url)
        assert fetch(mock.runs_url, **{"X-WHIPPY-KEY": mock.key})[1]["total"] == 2
        assert fetch(f"{mock.root_url}/__mock__/requests/count") == (200, {"count": 1, "dropped": 0})
        assert fetch(f"{mock.root_url}/healthz")[0] == 200
        assert fetch(f"{mock.root_url}/openapi.json")[1]["servers"][0]["url"] == mock.base_url
        session = f"{mock.root_url}/sessions/a"
        assert fetch(f"{session}/openapi.json")[1]["servers"][0]["url"] == f"{session}/v1"
        status, body = fetch(mock.runs_url.replace("/mocks/seqruns", "/mocks"))
        assert status == 404
        assert "this mock is below /mocks/seqruns/" in body["errors"][0]["description"]


@pytest.mark.parametrize("path", ["/mocks/seqruns", "/mocks/seqruns/sessions/a"])
def test_the_page_has_a_slash_at_its_end(path: str) -> None:
    """Its links are relative, so without the slash they would be those of the folder above."""
    app = MockServer(runs=1, base_path="/mocks/seqruns").app
    answer = Client(app).get(path)
    assert answer.status_code == 308
    assert answer.headers["Location"] == f"http://localhost{path}/"
    assert b"<title>" in Client(app).get(f"{path}/").data


def test_a_proxy_that_takes_a_prefix_away_may_name_it() -> None:
    """X-Forwarded-Prefix is in every address that the mock gives; one that is no path is ignored."""
    client = Client(MockServer(runs=1).app)

    def server_of(prefix: str) -> Any:
        return json.loads(client.get("/openapi.json", headers={"X-Forwarded-Prefix": prefix}).data)["servers"][0]["url"]

    assert server_of("/team/mocks") == "http://localhost/team/mocks/v1"
    assert server_of("//elsewhere.example") == "http://localhost/v1"
    # The page's own links are relative, so they need no prefix.
    assert b'href="__mock__/page/static/page.css"' in client.get("/", headers={"X-Forwarded-Prefix": "/team"}).data


def test_the_fixture_gives_each_test_a_session(seqruns_session: MockSession) -> None:
    """`seqruns_session` is a session of the shared server, by its own URL."""
    assert "/sessions/" in seqruns_session.url
    assert ask(seqruns_session)[0] == 200
    assert [entry.status for entry in seqruns_session.requests] == [200]


def test_a_client_that_leaves_is_noted_in_the_journal_of_its_session(server: MockServer) -> None:
    """A delayed answer that nobody waits for has no status there, and nothing is noted elsewhere."""
    server.reset()
    with server.session() as session:
        session.trouble("delay", seconds=20)
        request = Request(session.runs_url, headers={"X-WHIPPY-KEY": session.key})  # noqa: S310 - loopback
        with pytest.raises(TimeoutError):
            urlopen(request, timeout=0.2)  # noqa: S310 - loopback
        deadline = monotonic() + 20
        while not session.requests or session.requests[0].status is not None:
            assert monotonic() < deadline
            sleep(0.01)
        assert server.requests == []
