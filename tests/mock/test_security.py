"""What others can do to a mock, or through it: from a web page, from the network, with a request that costs much."""

from __future__ import annotations

import json
import socket
import time
from typing import TYPE_CHECKING, Any

import pytest
import requests
from click import unstyle
from tests.mock.conftest import serving
from werkzeug.test import Client

from seqruns_fixtures import generate_runs
from seqruns_mock.cli.banner import render_banner
from seqruns_mock.embedding import MockServer
from seqruns_mock.http.middleware import SMALL_BODY
from seqruns_mock.runtime import Listening
from seqruns_mock.server import rsgi
from seqruns_mock.settings import Settings

if TYPE_CHECKING:
    from pathlib import Path

    from seqruns_mock.process import MockProcess

EVERYWHERE = "0.0.0.0"  # noqa: S104 - a mock that others could reach
SLOW = 2.0
"""Seconds of computing: far more than a request of 64 KB may take, and far less than when time grew with its square."""


@pytest.fixture(scope="module")
def people(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a file of runs that may be of people."""
    path = tmp_path_factory.mktemp("data") / "runs.json"
    path.write_text(json.dumps(list(generate_runs(runs=3))), "utf-8")
    return path


def ask(mock: MockServer, path: str = "", **headers: str) -> Any:
    """Return the answer to a request with a key, for the runs or another path."""
    path = path or f"/v1/sequences/{mock.sequence_id}/sequence_runs"
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    return Client(mock.app).get(path, headers={"X-WHIPPY-KEY": mock.key, **named})


@pytest.mark.parametrize("path", ["", "/v1/<img src=x onerror=alert(1)>", "/openapi.json", "/healthz", "/nothing"])
@pytest.mark.parametrize("trouble", [None, "wrong-content-type"])
def test_no_answer_of_the_endpoint_is_a_page(path: str, trouble: str | None) -> None:
    """A browser that is led to one runs nothing in it, whatever its type, and does not guess another."""
    mock = MockServer(runs=1)
    if trouble:
        mock.trouble(trouble)
    headers = ask(mock, path).headers
    assert headers["Content-Security-Policy"].startswith("sandbox; default-src 'none'")
    assert headers["X-Content-Type-Options"] == "nosniff"


@pytest.mark.parametrize(
    "path", ["/__mock__/state", "/__mock__/requests", "/__mock__/openapi.json", "/__mock__/nothing"]
)
def test_no_answer_of_the_control_api_is_a_page(path: str) -> None:
    """Only the page is one, under a policy of its own."""
    mock = MockServer(runs=1)
    assert ask(mock, path, Host="localhost").headers["Content-Security-Policy"].startswith("sandbox")
    assert "script-src 'self'" in ask(mock, "/", Host="localhost").headers["Content-Security-Policy"]


@pytest.mark.parametrize(
    "query",
    [
        "key=" + "x" * 60_000,
        "&".join(f"key={number}" for number in range(5_500)),
        "&".join(f"key={number:x}" for number in range(18)) + "&x=" + "%41\\" * 12_000,
        "&".join(f"{number:x}" for number in range(12_000)),
        "limit=1&" * 7_000,
        "before=2024-03-01T00:00:00." + "9" * 60_000 + "Z",
        "limit=" + "9" * 60_000,
        "phone=" + "%20" * 20_000,
        "phone=" + "%2B1" * 12_000,
        "%" * 60_000,
    ],
    ids=lambda query: str(query)[:12],
)
def test_a_request_takes_time_by_its_length_only(query: str) -> None:
    """Not by its square, which stopped the mock for seconds."""
    mock = MockServer(runs=50)
    begun = time.process_time()
    answer = ask(mock, f"/v1/sequences/{mock.sequence_id}/sequence_runs?{query}")
    assert answer.status_code in {200, 422}
    assert time.process_time() - begun < SLOW


def test_a_request_that_brings_very_many_keys_shows_none_of_its_text() -> None:
    """Looking for each of them would take long."""
    mock = MockServer(runs=1)
    query = "&".join(f"key=secret{number}" for number in range(200))
    answer = ask(mock, f"/v1/sequences/{mock.sequence_id}/sequence_runs?limit=secret7&{query}")
    assert answer.status_code == 422
    assert "secret" not in answer.text + repr(mock.requests)


def send_head(mock: MockServer, head: str, body: bytes = b"") -> str:
    """Return the status line of the answer to a request that is sent as it is."""
    with socket.create_connection(("127.0.0.1", int(mock.root_url.rpartition(":")[2])), timeout=30) as connection:
        connection.sendall(head.replace("\n", "\r\n").encode() + b"\r\n\r\n" + body)
        return connection.recv(1000).decode().partition("\r\n")[0]


@pytest.mark.parametrize(
    ("request_line", "most"),
    [
        ("POST /v1/x", SMALL_BODY),
        ("PUT /__mock__/clock", SMALL_BODY),
        ("PUT /__mock__/sequences/a/runs", None),
        ("POST /__mock__/sequences/a/runs", None),
    ],
)
def test_a_body_is_read_as_far_as_it_can_be_needed(request_line: str, most: int | None) -> None:
    """Much only where runs are given; a body that says it is larger is refused before it is sent."""
    with MockServer(runs=1) as mock:
        body = b'[{"name": "%s"}]' % (b"x" * 70_000)
        said = send_head(mock, f"{request_line} HTTP/1.1\nHost: localhost\nContent-Length: {len(body)}", body)
        assert ("413" in said) is (most is not None), said
        said = send_head(mock, f"{request_line} HTTP/1.1\nHost: localhost\nContent-Length: {2**40}")
        assert "413" in said
        unending = b"%x\r\n%s\r\n" % (SMALL_BODY + 1, b"x" * (SMALL_BODY + 1))
        if most:
            said = send_head(mock, f"{request_line} HTTP/1.1\nHost: localhost\nTransfer-Encoding: chunked", unending)
            assert "413" in said


@pytest.mark.parametrize("path", [None, "/", "/__mock__/state"])
def test_a_request_of_two_hosts_is_refused(path: str | None) -> None:
    """A proxy may have judged by one of them, and the mock by the other."""
    with MockServer(runs=1) as mock:
        path = path or mock.runs_url.removeprefix(mock.root_url)
        assert "400" in send_head(
            mock, f"GET {path} HTTP/1.1\nHost: localhost\nHost: evil.example\nX-WHIPPY-KEY: {mock.key}"
        )
        assert "200" in send_head(mock, f"GET {path} HTTP/1.1\nHost: localhost\nX-WHIPPY-KEY: {mock.key}")


@pytest.mark.parametrize("header", ["Origin: https://evil.example", "Sec-Fetch-Site: cross-site", "Host: evil.example"])
def test_a_web_site_cannot_make_the_mock_hold_much(header: str) -> None:
    """Of a request that will be refused no large body is read."""
    host = "" if header.startswith("Host") else "\nHost: localhost"
    with MockServer(runs=1) as mock:
        head = f"PUT /__mock__/sequences/a/runs HTTP/1.1{host}\n{header}\nContent-Length: {10**7}"
        assert "413" in send_head(mock, head)


def test_beyond_loopback_a_large_body_needs_the_key() -> None:
    """Whoever may not give runs is not listened to for long."""
    with MockServer(runs=1, host=EVERYWHERE) as mock:
        for key, status in (("wrong", "413"), (mock.key, "422")):
            body = b'{"name": "%s"}' % (b"x" * 70_000)
            head = f"PUT /__mock__/sequences/a/runs HTTP/1.1\nHost: localhost\nX-WHIPPY-KEY: {key}"
            assert status in send_head(mock, f"{head}\nContent-Length: {len(body)}", body)


def test_a_body_that_does_not_go_on_is_given_up(monkeypatch: pytest.MonkeyPatch) -> None:
    """After a while the answer is a 408."""
    monkeypatch.setattr(rsgi, "PATIENCE", 0.2)
    with MockServer(runs=1) as mock:
        assert "408" in send_head(mock, "POST /v1/x HTTP/1.1\nHost: localhost\nContent-Length: 9", b"half")
        assert requests.get(f"{mock.root_url}/healthz", timeout=10).ok


@pytest.mark.parametrize(
    ("host", "status"),
    [
        ("evil.example", 403),
        ("127.0.0.1.evil.example", 403),
        ("[::1", 403),
        ("localhost:8080", 200),
        ("192.168.0.7:8080", 200),
        ("[fe80::1]:8080", 200),
        ("mock", 200),
        ("mock.default.svc.cluster.local", 200),
        ("host.docker.internal", 200),
        ("Mock.Example", 200),
        ("certified.example", 200),
    ],
)
def test_beyond_loopback_a_domain_must_be_allowed(host: str, status: int) -> None:
    """A web site may point its own to the mock; what cannot be bought is a name of the mock's, and what is allowed."""
    mock = MockServer(runs=1, host=EVERYWHERE, allow_host="mock.example", tls_name="certified.example")
    assert ask(mock, Host=host).status_code == status
    assert ask(mock, "/__mock__/state", Host=host).status_code == status
    assert ask(mock, "/healthz", Host=host).status_code == 200
    if status == 403:
        assert "--allow-host" in ask(mock, Host=host).text


def test_on_loopback_runs_from_a_file_are_kept_from_web_sites(people: Path) -> None:
    """Generated ones any page may have; those may be of people: pages of this machine, and those that are named."""
    for mock, other_site in (
        (MockServer(runs=1), True),
        (MockServer(data=people), False),
        (MockServer(data=people, cors="https://app.example"), True),
    ):
        assert ask(mock, Host="evil.example").status_code == (403 if mock._settings.data else 200)
        for origin, allowed in (
            ("https://app.example", other_site),
            ("http://localhost:3000", not mock._settings.cors),
        ):
            headers = ask(mock, Origin=origin).headers
            assert (headers.get("Access-Control-Allow-Origin") == origin) is allowed, origin
    listening = Listening(root_url="http://127.0.0.1:1", key="k", sequences={})
    assert "pages of this machine" in render_banner(Settings(data=people), listening)
    assert "pages of this machine" not in render_banner(Settings(), listening)


@pytest.mark.parametrize("depth", [200, 300, 900, 1000, 5000])
@pytest.mark.parametrize("body", ['{"x":?}', '{"status":?}', '{"step_contacts":?}', '{"contact":?}', "?"])
@pytest.mark.parametrize("where", ["POST /sequences/a/runs", "PUT /clock", "PUT /troubles", "PUT /faults"])
def test_json_that_is_nested_deeply_is_refused_in_words(where: str, body: str, depth: int) -> None:
    """However deeply, and wherever."""
    method, path = where.split()
    mock = MockServer(runs=1)
    nested = body.replace("?", "[" * depth + "]" * depth)
    answer = Client(mock.app).open(f"/__mock__{path}", method=method, data=nested)
    assert answer.status_code == 422
    assert answer.get_json()["errors"][0]["description"]


def test_the_banner_shows_foreign_text_harmlessly() -> None:
    """The id of a sequence may come from a file, and a file may be anybody's."""
    listening = Listening(root_url="http://127.0.0.1:1", key="k", sequences={"a\x1b[2J\n##[error]": 1})
    text = unstyle(render_banner(Settings(), listening))
    assert "\x1b" not in text
    assert r"a\x1b[2J\n" in text


def test_a_request_of_http_1_1_names_its_host(server: MockProcess) -> None:
    """Else it is a 400, as HTTP says."""
    with socket.create_connection(("127.0.0.1", server.port), timeout=10) as connection:
        connection.sendall(b"GET /v1/x HTTP/1.1\r\n\r\n")
        assert b"400" in connection.recv(1000)


def test_the_page_is_served_beyond_loopback_under_local_names() -> None:
    """Over the wire, as a colleague opens it."""
    with serving("--host", EVERYWHERE) as mock:
        root = mock.base_url.removesuffix("/v1")
        for host, status in (("192.168.0.7", 401), ("evil.example", 401)):
            assert requests.get(f"{root}/__mock__/state", headers={"Host": host}, timeout=10).status_code == status
        own = {"X-WHIPPY-KEY": mock.key}
        statuses = [
            requests.get(f"{root}/__mock__/state", headers={**own, "Host": host}, timeout=10).status_code
            for host in ("192.168.0.7", "evil.example")
        ]
    assert statuses == [200, 403]
