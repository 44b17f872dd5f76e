"""The mock inside a test process: as a context manager and as a pytest fixture."""

from __future__ import annotations

import json
import re
import socket
import threading
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
import requests
from werkzeug.test import Client

from seqruns.document import runs_path
from seqruns_fixtures import sequence_run
from seqruns_mock.embedding import MockServer
from seqruns_mock.http import middleware
from seqruns_mock.server.serve import hold_port

if TYPE_CHECKING:
    from seqruns_mock.http.journal import Entry

pytest_plugins = ["pytester"]

MINE = "0b8f7f4e-3d63-4c44-8a68-6d0c1d5b2a10"


def get(server: MockServer, **parameters: str) -> requests.Response:
    """Ask a server for its runs."""
    return requests.get(server.runs_url, params=parameters, headers={"X-WHIPPY-KEY": server.key}, timeout=10)


def test_it_serves_what_it_says_it_has() -> None:
    """`url`, `key`, `runs` and `requests` agree with what a client sees."""
    with MockServer(runs=7) as server:
        answer = get(server, limit="500")
        assert answer.json() == {"data": server.runs, "total": 7}
        assert server.runs_url.startswith(server.url)
        entry: Entry = server.requests[-1]
        assert (entry.status, entry.parameters) == (200, {"limit": "500"})


def test_a_run_is_added_with_a_time_of_either_kind() -> None:
    """A datetime or a text, as for `sequence_run`; what is neither is refused in words."""
    mock = MockServer(runs=3)
    made = [mock.add(created_at=time) for time in (datetime(2024, 3, 1, tzinfo=UTC), "2024-03-01T00:00:00z")]
    assert {run["created_at"] for run in made} == {"2024-03-01T00:00:00.000000Z"}
    for time in (5, None, "soon"):
        with pytest.raises(ValueError, match=r"\w"):
            mock.add(created_at=time)


def test_runs_can_be_given_added_and_replaced() -> None:
    """By what matters of them, or whole."""
    one = sequence_run(phone="+13605550100")
    with MockServer(sequence_runs=[one]) as server:
        assert get(server).json()["data"] == [one]
        added = server.add(status="finished", created_at="2030-01-01")
        assert get(server, status="finished", after="2030-01-01").json()["data"] == [added]
        server.runs = [one]
        assert server.runs == [one]
        server.add(sequence_id="another")
        assert server.state.sequences.runs("another")


def test_a_reset_makes_it_new() -> None:
    """Runs, troubles and requests are as at the start."""
    with MockServer(runs=3) as server:
        server.add()
        server.trouble("error")
        assert get(server).status_code == 503
        server.reset()
        assert server.requests == []
        assert get(server).json()["total"] == 3


def test_it_starts_and_stops_many_times() -> None:
    """Each time on a free port; afterwards nothing listens and no thread is left."""
    before = threading.active_count()
    for _ in range(10):
        with MockServer() as server:
            assert get(server).status_code == 200
        with pytest.raises(OSError, match=r"refused"):
            socket.create_connection(("127.0.0.1", int(server.root_url.rpartition(":")[2])), timeout=5)
        server.stop()
    assert threading.active_count() == before


def test_it_leaves_no_file_open() -> None:
    """Neither sockets nor pipes, however often it starts."""
    folder = Path("/proc/self/fd")
    if not folder.is_dir():
        pytest.skip("there is no /proc to count open files in")
    counts = []
    for _ in range(20):
        with MockServer(runs=1):
            pass
        counts.append(len(list(folder.iterdir())))
    assert counts[-1] <= counts[0]


def test_it_stops_while_a_client_is_in_the_middle_of_a_request() -> None:
    """Its connection is closed."""
    server = MockServer(runs=1)
    server.start()
    with socket.create_connection(("127.0.0.1", int(server.root_url.rpartition(":")[2])), timeout=10) as client:
        client.sendall(b"GET / HTTP/1.1\r\nHos")
        assert get(server).status_code == 200
        stopping = threading.Thread(target=server.stop, daemon=True)
        stopping.start()
        stopping.join(10)
        assert not stopping.is_alive()
        assert client.recv(1) == b""


def test_a_taken_port_is_an_error_where_it_is_started() -> None:
    """It is raised in the thread that asked, not lost in another."""
    with MockServer() as server:
        port = int(server.root_url.rpartition(":")[2])
        with pytest.raises(OSError, match=r"in use"):
            MockServer(port=port).start()


def test_two_servers_know_nothing_of_one_another() -> None:
    """Not even those made with the same options."""
    with MockServer() as one, MockServer() as other:
        one.add()
        one.trouble("error")
        assert get(other).json()["total"] == 137


def test_its_options_are_written_as_on_the_command_line(tmp_path: Path) -> None:
    """By the same names; what may be repeated is one or several; a time and a path are text, if you like."""
    (tmp_path / "runs.json").write_text(json.dumps([sequence_run(sequence_id=MINE)]), "utf-8")
    server = MockServer(
        key="k1", sequence="a=3", trouble="error:status=500", fault="exclusive-before", now="2030-01-01", seed=2
    )
    assert (server.key, server.sequence_id, len(server.runs)) == ("k1", "a", 3)
    assert Client(server.app).get(f"/v1{runs_path('a')}").status_code == 500
    assert server.add()["created_at"].startswith("2030-01-01")
    assert server.state.faults == ("exclusive-before",)
    assert MockServer(sequence={"b": 2}, key=["k2", "k3"]).sequence_id == "b"
    assert MockServer(data=str(tmp_path / "runs.json")).sequence_id == MINE
    assert [run["created_at"] for run in MockServer(variant="oldest-first", runs=3).runs]


@pytest.mark.parametrize(
    ("options", "error", "said"),
    [
        ({"rnus": 3}, TypeError, "no option 'rnus'; did you mean 'runs'"),
        ({"trouble": "rain"}, ValueError, "'rain' is no kind of trouble"),
        ({"sequence": "x"}, ValueError, "'x' is not ID=N"),
        ({"now": "soon"}, ValueError, "is not an ISO 8601"),
        ({"fault": "x"}, ValueError, "'x' is no fault"),
        ({"variant": "x"}, ValueError, "'x' is no variant"),
        ({"fault": ["limit-is-the-end", "limit-before-filters"]}, ValueError, "would undo"),
    ],
)
def test_an_option_that_cannot_be_is_explained(options: dict[str, Any], error: type[Exception], said: str) -> None:
    """When it is made, not later."""
    with pytest.raises(error, match=re.escape(said)):
        MockServer(**options)


def test_what_it_hands_out_are_copies() -> None:
    """Changing them, or what was handed in, changes nothing that is served."""
    given = sequence_run(phone="+13605550100")
    server = MockServer(sequence_runs=[given])
    added = server.add(phone="+13605550101")
    server.runs = [*server.runs, sequence_run(1, phone="+13605550102")]
    before = server.runs
    for run in [given, added, *server.runs]:
        run["contact"]["phone"] = "changed"
        run["status"] = "active" if run["status"] == "finished" else "finished"
    assert server.runs == before


def test_a_run_that_cannot_be_is_a_value_error() -> None:
    """In words for the one who called."""
    server = MockServer(runs=1)
    with pytest.raises(ValueError, match=r"status"):
        server.add(status="nah")
    with pytest.raises(ValueError, match=r"created_at"):
        server.runs = [{**server.runs[0], "created_at": "yesterday"}]


def test_it_serves_https() -> None:
    """With a certificate made for it, which a client can be told to trust."""
    with MockServer(runs=1, tls=True) as server:
        assert server.url.startswith("https://")
        answer = requests.get(
            server.runs_url, headers={"X-WHIPPY-KEY": server.key}, verify=str(server.authority), timeout=10
        )
        assert answer.json()["total"] == 1


def test_the_fixture_is_new_in_every_test_and_its_options_can_be_set(pytester: pytest.Pytester) -> None:
    """A project's test gets it by its name alone; tests that do not ask for it do not import it."""
    pytester.makeconftest(
        """
        import pytest

        @pytest.fixture(scope="session")
        def seqruns_server_options():
            return {"runs": 5, "key": "theirs"}
        """
    )
    pytester.makepyfile(
        """
        import sys
        import urllib.request

        def test_inert():
            assert "seqruns_mock.embedding" not in sys.modules
            assert "flask" not in sys.modules

        def ask(server):
            request = urllib.request.Request(server.runs_url, headers={"X-WHIPPY-KEY": server.key})
            with urllib.request.urlopen(request) as answer:
                return answer.read()

        def test_one(seqruns_server):
            assert seqruns_server.key == "theirs"
            assert ask(seqruns_server).endswith(b'"total":5}')
            seqruns_server.add()
            assert ask(seqruns_server).endswith(b'"total":6}')

        def test_two(seqruns_server):
            assert seqruns_server.requests == []
            assert ask(seqruns_server).endswith(b'"total":5}')
        """
    )
    result = pytester.runpytest_subprocess("-p", "no:cacheprovider", "-p", "no:schemathesis", "-p", "no:xdist")
    result.assert_outcomes(passed=3)


def test_a_body_that_is_too_large_is_refused_like_anything_else(monkeypatch: pytest.MonkeyPatch) -> None:
    """The 413 has the contract's error shape, a web page may read it, and the journal has it."""
    monkeypatch.setattr(middleware, "SMALL_BODY", 10)
    with MockServer(runs=1) as server:
        answer = requests.post(server.runs_url, data=b"x" * 11, headers={"Origin": "http://a.example"}, timeout=10)
        assert answer.json() == {
            "errors": [{"description": "The body has more than 10 bytes, which is the most that is read here."}],
            "status": 413,
        }
        assert answer.headers["Access-Control-Allow-Origin"] == "http://a.example"
        assert [(entry.status, entry.errors) for entry in server.requests] == [
            (413, ("The body has more than 10 bytes, which is the most that is read here.",))
        ]


def test_a_stopped_server_refuses_connections_until_it_is_started_again() -> None:
    """At the same address, where a port was given: a client's own patience can be tried."""
    with hold_port("127.0.0.1", 0) as (_, port):
        pass
    mock = MockServer(runs=1, port=port)
    for _ in range(2):
        mock.start()
        assert requests.get(f"http://127.0.0.1:{port}/healthz", timeout=5).status_code == 200
        mock.stop()
        with pytest.raises(requests.ConnectionError, match="refused"):
            requests.get(f"http://127.0.0.1:{port}/healthz", timeout=5)
