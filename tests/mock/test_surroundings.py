"""At home wherever it runs: ports that are taken, programs that end, containers, consoles, certificates."""

from __future__ import annotations

import asyncio
import errno
import re
import shlex
import signal
import socket
import ssl
import subprocess
import sys
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
import requests
import trustme
from click.testing import CliRunner
from tests.mock.conftest import console, serving
from tests.processes import started

from seqruns.defaults import SEQUENCE_ID
from seqruns.document import runs_path
from seqruns_mock.cli import start
from seqruns_mock.cli.command import serve
from seqruns_mock.cli.healthcheck import main as check_health
from seqruns_mock.embedding import MockServer
from seqruns_mock.server import serve as server
from seqruns_mock.server.serve import hold_port
from seqruns_mock.server.threads import native_threads
from seqruns_mock.settings import Settings

if TYPE_CHECKING:
    from collections.abc import Callable

    from seqruns_mock.process import MockProcess

SERVICE_LINK = "tcp://10.96.0.5:8080"
"""What Kubernetes puts into SEQRUNS_PORT beside a Service called `seqruns`."""
PROGRAM = """\
from urllib.request import urlopen
from seqruns_mock.embedding import MockServer
mock = MockServer(runs=1)
mock.start()
urlopen(mock.root_url + "/healthz").read()
{stop}
raise SystemExit(3)
"""


def test_no_thread_outlives_the_server() -> None:
    """Granian's own would abort a program that ends just then."""
    before = native_threads()
    if before is None:
        pytest.skip("this system does not show the threads of a process")
    for _ in range(20):
        mock = MockServer(runs=1)
        mock.start()
        serving = native_threads()
        mock.stop()
        left = native_threads()
        assert serving is not None
        assert left is not None
        assert serving - before
        assert not left & (serving - before)


@pytest.mark.parametrize("stop", ["mock.stop()", ""])
def test_a_program_ends_with_its_own_code(stop: str) -> None:
    """Whether it has stopped the server or not."""
    for _ in range(3):
        done = subprocess.run([sys.executable, "-c", PROGRAM.format(stop=stop)], capture_output=True, check=False)
        assert (done.returncode, done.stderr) == (3, b"")


def test_of_two_that_start_at_once_the_second_is_refused() -> None:
    """Before either of them listens, which is when they would come to share a port."""
    with hold_port("127.0.0.1", 0) as ((host,), port):
        with pytest.raises(OSError, match=r"in use"), hold_port(host, port):
            pass
        with socket.socket() as granian:
            granian.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEPORT, 1)
            granian.bind((host, port))
            granian.listen()
            with pytest.raises(OSError, match=r"in use"), hold_port(host, port):
                pass


@pytest.mark.parametrize("host", ["127.0.0.1", "[::1]", "localhost"])
def test_localhost_is_both_loopbacks(host: str) -> None:
    """Some clients try the one first, some the other; both stop with the mock."""
    with MockServer(runs=1, host="localhost") as mock:
        root_url = mock.root_url.replace("localhost", host)
        answer = requests.get(
            f"{root_url}/v1{runs_path(mock.sequence_id)}", headers={"X-WHIPPY-KEY": mock.key}, timeout=10
        )
        assert (answer.status_code, len(mock.requests)) == (200, 1)
    with pytest.raises(requests.ConnectionError):
        requests.get(f"{root_url}/healthz", timeout=10)


def test_localhost_is_refused_where_one_loopback_is_taken() -> None:
    """A port of which another server has a half would lead clients to either."""
    for taken in ("127.0.0.1", "::1"):
        with hold_port(taken, 0) as (_, port), pytest.raises(OSError, match=r"in use"), hold_port("localhost", port):
            pass


@pytest.mark.parametrize(
    ("problem", "hosts"), [(errno.EADDRNOTAVAIL, 1), (errno.EAFNOSUPPORT, 1), (errno.EADDRINUSE, 2)]
)
def test_localhost_does_with_what_is_there(problem: int, hosts: int, monkeypatch: pytest.MonkeyPatch) -> None:
    """Without IPv6 it is 127.0.0.1; a free port that was free on that alone is given back for another."""
    bind, problems = server._bind, [problem]

    def bind_badly(host: str, port: int) -> socket.socket:
        if host == "::1" and problems:
            raise OSError(problems.pop(), "no such luck")
        return bind(host, port)

    monkeypatch.setattr(server, "_bind", bind_badly)
    with hold_port("localhost", 0) as (held, port):
        assert (held, port > 0) == (("127.0.0.1", "::1")[:hosts], True)


def test_a_mock_has_no_url_before_it_is_started() -> None:
    """Half of one would be asked for somewhere else."""
    mock = MockServer(runs=1)
    for name in ("root_url", "url", "runs_url"):
        with pytest.raises(RuntimeError, match=r"until it is started"):
            getattr(mock, name)
    assert mock.session("a").runs == mock.runs


def settings_of(monkeypatch: pytest.MonkeyPatch, *arguments: str, **variables: str) -> Settings:
    """Return the settings that the command comes to."""
    seen: list[Settings] = []

    def note(settings: Settings, **_: Any) -> None:
        seen.append(settings)
        raise OSError(0, "noted")

    monkeypatch.setattr(start, "run", note)
    result = CliRunner().invoke(serve, arguments, prog_name="serve", env=variables)
    assert seen, result.output
    return seen[0]


def test_a_service_link_of_kubernetes_is_no_port(monkeypatch: pytest.MonkeyPatch) -> None:
    """SEQRUNS_PORT is passed over where it is one, and PORT counts; for the health check, too."""
    assert settings_of(monkeypatch, SEQRUNS_PORT=SERVICE_LINK).port == 8080
    assert settings_of(monkeypatch, SEQRUNS_PORT=SERVICE_LINK, PORT="9000").port == 9000
    assert settings_of(monkeypatch, SEQRUNS_PORT="9001", PORT="9000").port == 9001
    with serving() as mock:
        monkeypatch.setenv("SEQRUNS_PORT", SERVICE_LINK)
        monkeypatch.setenv("PORT", str(mock.port))
        check_health(["seqruns", "serve"])


@pytest.mark.parametrize(
    ("variable", "value"),
    [
        ("SEQRUNS_PORT", "high"),
        ("PORT", "high"),
        ("SEQRUNS_RUNS", "-1"),
        ("SEQRUNS_NOW", "soon"),
        ("SEQRUNS_TROUBLE", "rain"),
        ("SEQRUNS_CONTROL", "perhaps"),
    ],
)
def test_a_bad_variable_is_named(variable: str, value: str) -> None:
    """Its user may not know that it is set."""
    result = CliRunner().invoke(serve, [], prog_name="serve", env={variable: value})
    assert result.exit_code == 2
    assert variable in result.output


def test_the_banner_says_where_settings_are_from(tmp_path: Path) -> None:
    """A variable, or a pyproject.toml in some folder above, which its user may not think of."""
    (tmp_path / "pyproject.toml").write_text("[tool.seqruns.serve]\nruns = 3\nno-control = true\n", "utf-8")
    below = tmp_path / "below"
    below.mkdir()
    with console("--seed", "5", cwd=below, SEQRUNS_PROFILE="minimal") as shown:
        banner = " ".join(shown.banner.split())
    assert f"runs, control from {tmp_path / 'pyproject.toml'}" in banner
    assert "profile from SEQRUNS_PROFILE" in banner
    assert "seed" not in banner


def test_one_variant_is_served_at_a_time() -> None:
    """Two are refused, on the command line and in a variable; the last is not chosen silently."""
    for arguments, variables in ((["--variant", "a", "--variant", "b"], {}), ([], {"SEQRUNS_VARIANT": "a b"})):
        result = CliRunner().invoke(serve, arguments, prog_name="serve", env=variables)
        assert result.exit_code == 2
        assert "a and b cannot be served at once" in result.output


def test_the_health_check_asks_no_proxy(monkeypatch: pytest.MonkeyPatch, server: MockProcess) -> None:
    """Which would look for this machine's address in its own place."""
    for name in ("http_proxy", "HTTP_PROXY", "https_proxy", "all_proxy"):
        monkeypatch.setenv(name, "http://127.0.0.1:9")
    check_health(["seqruns", "serve", "--port", str(server.port)])


def test_signals_are_caught_where_the_loop_catches_none(monkeypatch: pytest.MonkeyPatch) -> None:
    """As on Windows."""
    before = signal.getsignal(signal.SIGTERM)

    async def main() -> None:
        loop, stop = asyncio.get_running_loop(), asyncio.Event()

        def missing(*_: object) -> None:
            raise NotImplementedError

        monkeypatch.setattr(loop, "add_signal_handler", missing)
        server._on_signal(signal.SIGTERM, stop.set)
        signal.raise_signal(signal.SIGTERM)
        await asyncio.wait_for(stop.wait(), 10)

    try:
        asyncio.run(main())
    finally:
        signal.signal(signal.SIGTERM, before)


def test_the_log_is_written_in_any_encoding() -> None:
    """What the encoding lacks is escaped, and what comes afterwards is logged as well; JSON is UTF-8."""
    with (
        console(PYTHONIOENCODING="cp1252") as people,
        serving(quiet=False, PYTHONIOENCODING="cp1252") as tools,
    ):
        logs = []
        for mock in (people, tools):
            for text in ("✓", "\N{GRINNING FACE}", "later"):
                requests.get(mock.runs_url, params={"limit": text}, timeout=10)
            assert mock.process.stdout is not None
            lines = iter(mock.process.stdout.readline, "")
            logs.append([next(line for line in lines if text in line) for text in ("limit", "later")])
    assert ["✓" in first for first, _ in logs] == [False, True]


def test_the_certificate_is_for_the_names_that_are_asked_for() -> None:
    """The mock's own name in Docker Compose, say; and for this machine's name."""
    with MockServer(runs=1, tls=True, host="0.0.0.0", tls_name=["mock.test", "192.0.2.7"]) as mock:  # noqa: S104
        trusting = ssl.create_default_context(cafile=str(mock.authority))
        port = int(mock.root_url.rpartition(":")[2])
        for name in ("mock.test", "192.0.2.7", "localhost", socket.gethostname()):
            with socket.create_connection(("127.0.0.1", port), timeout=10) as plain:
                trusting.wrap_socket(plain, server_hostname=name).close()


def test_what_to_trust_can_be_fetched() -> None:
    """For clients on other machines and in other containers, without a key; it is no secret."""
    with MockServer(runs=1, tls=True, host="0.0.0.0") as mock:  # noqa: S104 - others could reach it
        answer = requests.get(f"{mock.root_url}/__mock__/ca.pem", verify=str(mock.authority), timeout=10)
        assert mock.authority is not None
        assert answer.content == mock.authority.read_bytes()
    with MockServer(runs=1) as mock:
        assert requests.get(f"{mock.root_url}/__mock__/ca.pem", timeout=10).status_code == 404


@pytest.mark.parametrize("version", [ssl.TLSVersion.TLSv1_2, ssl.TLSVersion.TLSv1_3])
def test_https_is_http_1_1_over_tls_of_either_version(version: ssl.TLSVersion) -> None:
    """A client that knows TLS 1.2 only is served; one that offers HTTP/2 gets a connection a request can drop."""
    with MockServer(runs=1, tls=True) as mock:
        trusting = ssl.create_default_context(cafile=str(mock.authority))
        trusting.minimum_version = trusting.maximum_version = version
        trusting.set_alpn_protocols(["h2", "http/1.1"])
        with socket.create_connection(("127.0.0.1", int(mock.root_url.rpartition(":")[2])), timeout=10) as plain:
            connection = trusting.wrap_socket(plain, server_hostname="localhost")
            assert connection.selected_alpn_protocol() == "http/1.1"
            connection.close()


def test_a_key_with_a_passphrase_is_refused_in_words(tmp_path: Path) -> None:
    """It says what to do, and not «Invalid argument»."""
    from cryptography.hazmat.primitives import serialization  # noqa: PLC0415 - slow, and only here

    authority = trustme.CA()
    issued = authority.issue_cert("localhost")
    private = serialization.load_pem_private_key(issued.private_key_pem.bytes(), None)
    locked = private.private_bytes(
        serialization.Encoding.PEM,
        serialization.PrivateFormat.PKCS8,
        serialization.BestAvailableEncryption(b"secret"),
    )
    (tmp_path / "key.pem").write_bytes(locked)
    issued.cert_chain_pems[0].write_to_path(tmp_path / "cert.pem")
    arguments = ["--cert", str(tmp_path / "cert.pem"), "--key-file", str(tmp_path / "key.pem")]
    result = CliRunner().invoke(serve, arguments, prog_name="serve")
    assert result.exit_code == 2
    assert "passphrase" in result.output


def test_a_star_is_every_address() -> None:
    """As in other servers; the key is made, since others reach the mock, and loopback does as well."""
    settings = Settings(host="*")
    assert settings.host == "0.0.0.0"  # noqa: S104 - it is what is meant
    assert settings.key_is_made
    with MockServer(runs=1, host="*") as mock:
        assert mock.root_url.startswith("http://127.0.0.1:")
        assert requests.get(f"{mock.root_url}/healthz", timeout=10).ok


@pytest.mark.parametrize("host", ["[::1]", "::1"])
def test_an_ipv6_address_may_have_its_brackets(host: str) -> None:
    """As it is copied from a URL."""
    assert Settings(host=host).host == "::1"


@pytest.mark.parametrize("closed", [">&-", ">&- 2>&-", "<&- >&- 2>&-", ">/dev/full", ">/dev/full 2>/dev/full"])
def test_it_serves_where_nobody_can_read_what_it_says(closed: str) -> None:
    """Its output closed, as a service manager may have it, or on a disk that is full; it ends with its own code."""
    with hold_port("127.0.0.1", 0) as ((host,), port):
        pass
    command = shlex.join([sys.executable, "-m", "seqruns", "serve", "--host", host, "--port", str(port)])
    with started(["sh", "-c", f"exec {command} {closed}"]) as process:
        url = f"http://{host}:{port}/v1{runs_path(SEQUENCE_ID)}"
        answer = eventually(lambda: requests.get(url, timeout=5))
        assert answer.status_code == 401  # it is logged
        process.terminate()
        assert process.wait(timeout=20) == 0


def eventually(act: Callable[[], requests.Response]) -> requests.Response:
    """Return what `act` returns once it can; the test's own limit ends it."""
    while True:
        with suppress(requests.ConnectionError):
            return act()


def test_a_folder_that_is_gone_is_said_to_be(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Instead of a traceback."""
    (tmp_path / "gone").mkdir()
    monkeypatch.chdir(tmp_path / "gone")
    (tmp_path / "gone").rmdir()
    result = CliRunner().invoke(serve, ["--port", "0"])
    assert result.exit_code == 2
    assert "The folder that this is started in is gone" in result.output


def test_a_closed_terminal_ends_it_and_leaves_no_key_behind(tmp_path: Path) -> None:
    """SIGHUP is an end like any other, so the files of `--tls` go."""
    with serving("--tls", stop=signal.SIGHUP, TMPDIR=str(tmp_path)):
        assert len(list(tmp_path.glob("seqruns-*/key.pem"))) == 1
    assert not list(tmp_path.iterdir())


@pytest.mark.skipif(sys.platform != "linux", reason="it looks into /proc")
def test_nohup_keeps_it_running() -> None:
    """A hangup that its user has ignored does not end it."""
    before = signal.signal(signal.SIGHUP, signal.SIG_IGN)  # which a process inherits
    try:
        with serving() as mock:
            status = Path(f"/proc/{mock.process.pid}/status").read_text("utf-8")
            (ignored,) = re.findall(r"^SigIgn:\s(\w+)", status, re.MULTILINE)
            assert int(ignored, 16) & 1 << signal.SIGHUP - 1
            mock.process.send_signal(signal.SIGHUP)
            assert requests.get(f"{mock.root_url}/healthz", timeout=5).status_code == 200
    finally:
        signal.signal(signal.SIGHUP, before)
