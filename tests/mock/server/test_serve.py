"""`seqruns serve` as its user runs it: a process, a socket, a signal."""

from __future__ import annotations

import signal
import socket
import subprocess
import sys
import time
from typing import TYPE_CHECKING

import pytest
import requests
from tests.mock.conftest import console, serving
from tests.processes import started

if TYPE_CHECKING:
    from seqruns_mock.process import MockProcess


def test_the_banner_s_curl_line_answers_runs() -> None:
    """The line can be pasted as it is, and the answer has runs in it."""
    with console() as shown:
        program, _, header, url = shown.curl
        name, _, key = header.partition(": ")
        response = requests.get(url, headers={name: key}, timeout=10)
    assert program == "curl"
    assert response.status_code == 200
    assert response.json()["data"]


def test_tools_learn_the_sequences_and_their_sizes(server: MockProcess) -> None:
    """The line of JSON has three sequences, large, small and empty, and their totals are true."""
    assert list(server.sequences.values()) == [137, 12, 0]
    for sequence_id, runs in server.sequences.items():
        url = f"{server.base_url}/sequences/{sequence_id}/sequence_runs"
        response = requests.get(url, headers={"X-WHIPPY-KEY": server.key}, timeout=10)
        assert response.json()["total"] == runs


def test_a_header_with_underscores_is_another_header(server: MockProcess) -> None:
    """It does not pass for the key, and the answer says why."""
    answer = requests.get(server.runs_url, headers={"X_WHIPPY_KEY": server.key}, timeout=10)
    assert answer.status_code == 401
    assert "underscores" in answer.headers["X-Mock-Hint"]


def test_the_key_is_asked_for(server: MockProcess) -> None:
    """Without it the answer is a 401, with it as a bearer token a 200."""
    assert requests.get(server.runs_url, timeout=10).status_code == 401
    headers = {"Authorization": f"Bearer {server.key}"}
    assert requests.get(server.runs_url, headers=headers, timeout=10).status_code == 200


def test_head_and_post_over_the_wire(server: MockProcess) -> None:
    """HEAD has the length of the page and no body; POST is refused with Allow."""
    headers = {"X-WHIPPY-KEY": server.key}
    head = requests.head(server.runs_url, headers=headers, timeout=10)
    assert head.content == b""
    assert int(head.headers["Content-Length"]) == len(
        requests.get(server.runs_url, headers=headers, timeout=10).content
    )
    assert requests.post(server.runs_url, timeout=10).headers["Allow"] == "GET, HEAD, OPTIONS"


def test_the_document_names_the_running_server(server: MockProcess) -> None:
    """The base URL of the document is the base URL of the banner."""
    document = requests.get(server.base_url.removesuffix("/v1") + "/openapi.json", timeout=10).json()
    assert document["servers"] == [{"url": server.base_url}]


@pytest.mark.parametrize("stop", [signal.SIGINT, signal.SIGTERM])
def test_a_signal_stops_it_with_exit_code_0(stop: signal.Signals) -> None:
    """Also while a client keeps its connection open; `serving` checks the exit code and that it was quiet."""
    with serving(stop=stop) as served, requests.Session() as session:
        assert session.get(served.runs_url, timeout=10).status_code == 401
        port = served.port
    with pytest.raises(OSError, match=r"refused"):
        socket.create_connection(("127.0.0.1", port), timeout=5)


@pytest.mark.parametrize("stop", [signal.SIGINT, signal.SIGTERM])
@pytest.mark.parametrize(
    "sent", ["", "GET / HTTP/1.1\r\nHos", "POST /__mock__/reset HTTP/1.1\r\nContent-Length: 9\r\n\r\n{"]
)
def test_a_signal_stops_it_whatever_a_client_has_not_sent_yet(stop: signal.Signals, sent: str) -> None:
    """A connection with half a request, or none, is closed; `serving` sees that it ends, well and quietly."""
    with serving("--runs", "1", stop=stop) as served:
        connection = socket.create_connection(("127.0.0.1", served.port), timeout=10)
        connection.sendall(sent.encode())
        assert requests.get(served.runs_url, timeout=10).status_code == 401
    with connection:
        assert connection.recv(1) == b""


def test_a_signal_stops_it_while_a_client_does_not_read() -> None:
    """What is still to be sent is not waited for."""
    with serving() as served, socket.socket() as connection:
        connection.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 2048)
        connection.connect(("127.0.0.1", served.port))
        path = served.runs_url.partition(str(served.port))[2]
        request = f"GET {path}?limit=500 HTTP/1.1\r\nHost: 127.0.0.1\r\nX-WHIPPY-KEY: {served.key}\r\n\r\n"
        connection.sendall(100 * request.encode())
        assert connection.recv(9) == b"HTTP/1.1 "


@pytest.mark.parametrize("stop", [signal.SIGINT, signal.SIGTERM])
def test_a_signal_during_start_up_stops_it_quietly(stop: signal.Signals) -> None:
    """Interrupted while it still generates a million runs, it ends with exit code 0 and no traceback."""
    command = [sys.executable, "-m", "seqruns", "serve", "--port", "0", "--runs", "1000000"]
    with started(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE) as process:
        _await_handlers(process.pid)
        process.send_signal(stop)
        assert process.communicate(timeout=20) == ("", "")
    assert process.returncode == 0


def _await_handlers(pid: int) -> None:
    """Wait until the process catches SIGTERM, as the kernel tells."""
    deadline = time.monotonic() + 20
    while time.monotonic() < deadline:
        with open(f"/proc/{pid}/status", encoding="utf-8") as status:  # noqa: PTH123 - not a file on disk
            caught = next(int(line.split()[1], 16) for line in status if line.startswith("SigCgt"))
        if caught >> (signal.SIGTERM - 1) & 1:
            return
    pytest.fail("it never caught SIGTERM")


def test_a_taken_port_is_a_usage_error(server: MockProcess) -> None:
    """The message names the port and the way out; nothing is shared behind the user's back."""
    command = [sys.executable, "-m", "seqruns", "serve", "--port", str(server.port)]
    process = subprocess.run(command, capture_output=True, text=True, timeout=20, check=False)
    assert process.returncode == 2
    assert f"127.0.0.1:{server.port}" in process.stderr
    assert "--port 0" in process.stderr
    assert "Traceback" not in process.stderr


@pytest.mark.parametrize("key", ["", " key", "k\u00e9y", "a\nb"])
def test_a_key_that_no_header_can_carry_is_a_usage_error(key: str) -> None:
    """Refused at once instead of never matching."""
    command = [sys.executable, "-m", "seqruns", "serve", "--port", "0", "--key", key]
    process = subprocess.run(command, capture_output=True, text=True, timeout=20, check=False)
    assert process.returncode == 2
    assert "printable ASCII" in process.stderr


def test_its_options_shape_the_data() -> None:
    """`--runs`, `--seed` and `--key` do what they say; the same seed gives the same answer."""
    with (
        serving("--runs", "3", "--seed", "5", "--key", "one", "--key", "two") as first,
        serving("--runs", "3", "--seed", "5") as second,
    ):
        one = requests.get(first.runs_url, headers={"X-WHIPPY-KEY": "two"}, timeout=10)
        other = requests.get(second.runs_url, headers={"X-WHIPPY-KEY": second.key}, timeout=10)
    assert one.json()["total"] == 3
    assert one.content == other.content
