"""What people expect of a mock: counts that are exact, troubles that show, requests that are read as HTTP says."""

from __future__ import annotations

import gc
import http.client
import json
import socket
import threading
import time
from typing import TYPE_CHECKING, Any

import pytest
import requests
from tests.mock.conftest import serving
from werkzeug.test import Client

from seqruns_mock.embedding import MockServer

if TYPE_CHECKING:
    from collections.abc import Callable


def client_of(mock: MockServer) -> Client:
    """Return a client in process."""
    return Client(mock.app)


def ask(mock: MockServer, path: str = "", *, method: str = "GET", **headers: str) -> Any:
    """Return the answer to a request with a key."""
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    path = path or f"/v1/sequences/{mock.sequence_id}/sequence_runs"
    return client_of(mock).open(path, method=method, headers={"X-WHIPPY-KEY": mock.key, **named})


def told(mock: MockServer, path: str) -> Any:
    """Return what the control API says."""
    return client_of(mock).get(f"/__mock__{path}").get_json()


def until(holds: Callable[[], bool]) -> None:
    """Return once something holds; fail when it does not in a while."""
    deadline = time.monotonic() + 20
    while not holds():
        assert time.monotonic() < deadline
        time.sleep(0.005)


def test_a_count_says_what_it_does_not_count() -> None:
    """Requests that gave way to later ones are counted apart; deleted ones are not."""
    mock = MockServer(runs=1, journal=5)
    for _ in range(8):
        ask(mock)
    assert told(mock, "/requests/count") == {"count": 5, "dropped": 3}
    listed = told(mock, "/requests?limit=2")
    assert (len(listed["requests"]), listed["first"], listed["last"], listed["dropped"]) == (2, 4, 8, 3)
    client_of(mock).delete("/__mock__/requests")
    assert told(mock, "/requests/count") == {"count": 0, "dropped": 0}
    ask(mock)
    listed = told(mock, "/requests")
    assert (listed["first"], listed["last"], listed["dropped"]) == (9, 9, 0)


def test_a_journal_may_hold_nothing() -> None:
    """Requests are answered all the same."""
    mock = MockServer(runs=1, journal=0)
    assert ask(mock).status_code == 200
    assert (mock.requests, told(mock, "/requests/count")) == ([], {"count": 0, "dropped": 1})
    with pytest.raises(ValueError, match=r"journal: -1"):
        MockServer(journal=-1)


def test_a_count_is_of_all_that_match() -> None:
    """`limit` is for the list; of a filter that is given twice either value passes."""
    mock = MockServer(runs=1)
    for query in ("", "", "?limit=0", "?limit=0&x=1"):
        ask(mock, f"/v1/sequences/{mock.sequence_id}/sequence_runs{query}")
    ask(mock, "/v1/nothing")
    assert told(mock, "/requests/count?limit=1")["count"] == 5
    assert told(mock, "/requests/count?status=200&status=422")["count"] == 4
    assert told(mock, "/requests/count?status=422&parameter=limit&parameter=x")["count"] == 1
    assert told(mock, "/requests/count?method=get&method=POST")["count"] == 5
    assert client_of(mock).get("/__mock__/requests?status=200&status=x").status_code == 422


def test_a_method_is_written_in_capitals() -> None:
    """`get` is another method, which there is not; it is in the journal as it came."""
    with MockServer(runs=1) as mock:
        answer = requests.Request("GET", mock.runs_url, headers={"X-WHIPPY-KEY": mock.key}).prepare()
        answer.method = "get"
        assert requests.Session().send(answer, timeout=10).status_code == 405
        assert [entry.method for entry in mock.requests] == ["get"]


@pytest.mark.parametrize("path", ["//v1/sequences/{}/sequence_runs", "/v1//sequences/{}/sequence_runs"])
def test_a_path_with_two_slashes_is_another_one(path: str) -> None:
    """A base URL with a slash at its end, to which a path was added, is a mistake to be seen."""
    with MockServer(runs=1) as mock:
        connection = http.client.HTTPConnection(mock.root_url.removeprefix("http://"))
        connection.request("GET", path.format(mock.sequence_id), headers={"X-WHIPPY-KEY": mock.key})
        assert connection.getresponse().status == 404
        connection.close()


def test_a_client_that_leaves_during_a_delay_is_seen_to() -> None:
    """Its answer is let go at once, and the journal says that it has none."""
    with MockServer(runs=50, trouble="delay:seconds=3000") as mock:
        before = threading.active_count()
        connections = [
            socket.create_connection(("127.0.0.1", int(mock.root_url.rpartition(":")[2]))) for _ in range(20)
        ]
        path = mock.runs_url.removeprefix(mock.root_url)
        for connection in connections:
            connection.sendall(f"GET {path} HTTP/1.1\r\nHost: localhost\r\nX-WHIPPY-KEY: {mock.key}\r\n\r\n".encode())
        until(lambda: len(mock.requests) == 20)
        assert {entry.status for entry in mock.requests} == {200}
        assert waiting() >= 20
        for connection in connections:
            connection.close()
        until(lambda: {entry.status for entry in mock.requests} == {None})
        assert mock.requests[0].errors == ("The client left before the answer.",)
        until(lambda: waiting() == 0)
        assert threading.active_count() == before


def test_the_console_says_what_came_of_a_delayed_request() -> None:
    """When that is known: the client has left, or has its answer."""
    with serving("--runs", "1", "--trouble", "delay:seconds=30,times=1", quiet=False) as mock:
        assert mock.process.stdout is not None
        request = f"GET {mock.runs_url.removeprefix(mock.root_url)} HTTP/1.1\r\nHost: localhost\r\n\r\n"
        with socket.create_connection(("127.0.0.1", mock.port)) as connection:
            connection.sendall(request.encode())
            count = f"{mock.root_url}/__mock__/requests/count"
            until(lambda: requests.get(count, timeout=10).json()["count"] == 1)
        line = json.loads(mock.process.stdout.readline())
        assert (line["status"], line["errors"]) == (None, ["The client left before the answer."])
        assert line["duration_ms"] < 20_000
        delay = {"kind": "delay", "seconds": 0.1}
        requests.post(f"{mock.root_url}/__mock__/troubles", json=delay, timeout=10)
        requests.get(mock.runs_url, headers={"X-WHIPPY-KEY": mock.key}, timeout=10)
        line = json.loads(mock.process.stdout.readline())
        assert (line["status"], line["duration_ms"] >= 100) == (200, True)


def waiting() -> int:
    """Return how many answers are being delayed in this process."""
    return sum(
        getattr(thing, "__qualname__", "") == "Adapter._wait"
        for thing in gc.get_objects()
        if type(thing).__name__ == "coroutine"
    )


def test_a_delay_that_the_client_waits_for_ends_in_its_answer() -> None:
    """On a connection that goes on."""
    with MockServer(runs=1, trouble="delay:seconds=0.05") as mock, requests.Session() as session:
        for _ in range(3):
            assert session.get(mock.runs_url, headers={"X-WHIPPY-KEY": mock.key}, timeout=10).status_code == 200
        assert {entry.status for entry in mock.requests} == {200}


@pytest.mark.parametrize("kind", ["cut", "slow-body", "truncated-json", "invalid-json", "stale-page"])
def test_a_head_uses_up_no_trouble_that_it_cannot_show(kind: str) -> None:
    """The next GET has it."""
    mock = MockServer(runs=1)
    mock.trouble(kind, times=1)
    ask(mock, method="HEAD")
    ask(mock)
    assert [entry.trouble for entry in mock.requests] == [None, kind]


def test_a_head_shows_what_is_in_the_status() -> None:
    """An error is one for a HEAD, too."""
    mock = MockServer(runs=1)
    mock.trouble("error", times=1)
    assert [ask(mock, method=method).status_code for method in ("HEAD", "GET")] == [503, 200]


@pytest.mark.parametrize(
    ("value", "hinted"), [("2024-03-01T00:00:00+02:00", True), ("2024-03-01T00:00:00%2002:00", False), ("x%2By", False)]
)
def test_percent_2b_is_named_where_a_plus_was_lost(value: str, hinted: bool) -> None:  # noqa: FBT001 - a table
    """And not to somebody who has encoded it."""
    mock = MockServer(runs=1)
    answer = ask(mock, f"/v1/sequences/{mock.sequence_id}/sequence_runs?before={value}")
    assert answer.status_code == 422
    assert ("%2B" in answer.text) is hinted


@pytest.mark.parametrize("value", ["undefined", "null", "None", "[object Object]"])
def test_a_variable_that_leaked_is_hinted_at(value: str) -> None:
    """No run has such a number, and its sender did not mean one."""
    mock = MockServer(runs=1)
    answer = ask(mock, f"/v1/sequences/{mock.sequence_id}/sequence_runs?phone={value}")
    assert answer.get_json()["total"] == 0
    assert "a variable of the client has no value" in answer.headers["X-Mock-Hint"]


@pytest.mark.parametrize("origin", ["https://app.example", "null"])
def test_a_browser_may_send_any_header_and_its_credentials(origin: str) -> None:
    """What it asks for is what it may: tracing headers and the like are no matter of the API's."""
    wanted = "x-whippy-key,traceparent,x-requested-with,cache-control"
    mock = MockServer(runs=1)
    preflight = {"Access-Control-Request-Method": "GET", "Access-Control-Request-Headers": wanted}
    answer = client_of(mock).options(
        f"/v1/sequences/{mock.sequence_id}/sequence_runs", headers={"Origin": origin, **preflight}
    )
    assert answer.headers["Access-Control-Allow-Headers"] == wanted
    for headers in (answer.headers, ask(mock, Origin=origin).headers):
        assert headers["Access-Control-Allow-Origin"] == origin
        assert headers["Access-Control-Allow-Credentials"] == "true"
