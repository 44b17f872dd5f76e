"""Options from the command line, from variables and from pyproject.toml; rate limit, CORS, TLS, log."""

from __future__ import annotations

import json
import os
import ssl
import subprocess
import sys
import time
import urllib.request
from typing import TYPE_CHECKING, Any

import pytest
import requests
from click import style, unstyle
from click.testing import CliRunner
from tests.mock.conftest import console, serving
from werkzeug.test import Client, create_environ

from seqruns.document import runs_path
from seqruns_mock.cli.command import serve
from seqruns_mock.cli.console import json_line, text_line
from seqruns_mock.core.clock import parse_now
from seqruns_mock.core.refusal import Refusal
from seqruns_mock.embedding import MockServer
from seqruns_mock.http.answer import Outcome
from seqruns_mock.http.cors import parse_origin
from seqruns_mock.http.journal import Entry
from seqruns_mock.http.rate_limit import RateLimiter

if TYPE_CHECKING:
    from pathlib import Path

ENTRY = Entry(
    1, 0.0, "GET", "/v1/x", "a=\x1b[31m&b=" + "c" * 900, {}, 200, (), 0.0012, Outcome(9, 2, (), ("hm",)), "delay"
)


def usage_error(*arguments: str, cwd: Path | None = None, **variables: str) -> str:
    """Return what `seqruns serve` says to arguments that are wrong, having checked its exit code."""
    result = subprocess.run(
        [sys.executable, "-m", "seqruns", "serve", "--port", "0", *arguments],
        capture_output=True, text=True, timeout=30, check=False, cwd=cwd, env={**os.environ, **variables},
    )  # fmt: skip
    assert result.returncode == 2
    assert "Traceback" not in result.stderr
    return result.stderr


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["--sequence", "x"], "'x' is not ID=N"),
        (["--now", "soon"], "'soon' is not an ISO 8601"),
        (["--trouble", "rain"], "'rain' is no kind of trouble"),
        (["--data", "/nowhere.json"], "/nowhere.json"),
        (["--cert", __file__], "belong together"),
        (["--rate-limit", "0"], "0"),
        (["--host", "nowhere.invalid"], "Nothing has this name"),
        (["--host", "192.0.2.1"], "Give an address of this machine"),
        (["--fault", "exclusive-befor"], "Did you mean exclusive-before"),
        (["--fault", "before-is-exclusive-of-nothing"], "There is no fault"),
        (["--cert", __file__, "--key-file", __file__], "not a certificate and its key"),
    ],
)
def test_a_wrong_option_is_a_usage_error(arguments: list[str], said: str) -> None:
    """It names the value; nothing starts."""
    assert said in usage_error(*arguments)


def test_options_come_from_variables_and_from_the_project_s_file(tmp_path: Path) -> None:
    """The command line counts before variables, and those before [tool.seqruns.serve]."""
    (tmp_path / "pyproject.toml").write_text(
        '[tool.seqruns.serve]\nruns = 3\nseed = 4\nkey = ["from-file"]\nsequence = ["a=1", "b=2"]\n', "utf-8"
    )
    below = tmp_path / "below"
    below.mkdir()
    with serving("--seed", "5", cwd=below, SEQRUNS_RUNS="8", SEQRUNS_KEY="from-variable") as served:
        assert served.key == "from-variable"
        assert served.sequences == {"a": 1, "b": 2}


def test_an_unknown_entry_of_the_project_s_file_is_named(tmp_path: Path) -> None:
    """A slip of the pen is not passed over."""
    path = tmp_path / "pyproject.toml"
    path.write_text("[tool.seqruns.serve]\nrun = 3\n", "utf-8")
    assert "'run', which is no option" in usage_error(cwd=tmp_path)
    path.write_text("[tool", "utf-8")
    assert "pyproject.toml cannot be read" in usage_error(cwd=tmp_path)


def test_the_help_is_for_a_stranger() -> None:
    """It names every option and what it is for."""
    text = CliRunner().invoke(serve, ["--help"]).output
    for option in ("--data", "--trouble", "--live", "--rate-limit", "--tls", "SEQRUNS_"):
        assert option in text


def test_a_key_may_make_so_many_requests_a_second() -> None:
    """The window slides; each key has its own; a refusal says how long to wait."""
    now = 100.0
    limiter = RateLimiter(2, clock=lambda: now)
    limiter.admit("a")
    now += 0.6
    limiter.admit("a")
    limiter.admit("b")
    with pytest.raises(Refusal) as caught:
        limiter.admit("a")
    assert caught.value.headers == {"X-RateLimit-Remaining-Interval-Milliseconds": "400", "Retry-After": "1"}
    now += 0.4
    limiter.admit("a")
    with pytest.raises(Refusal):
        limiter.admit("a")


def test_the_rate_limit_comes_between_401_and_404() -> None:
    """A 401 does not count; an unknown sequence does."""
    mock = MockServer(runs=1, rate_limit=2)
    client = Client(mock.app)
    url = "/v1/sequences/unknown/sequence_runs"
    headers = {"X-WHIPPY-KEY": mock.key}
    statuses = [client.get(url).status_code for _ in range(3)]
    statuses += [client.get(url, headers=headers).status_code for _ in range(3)]
    assert statuses == [401, 401, 401, 404, 404, 429]


def preflight(mock: MockServer, origin: str) -> Any:
    """Return the headers of the answer to a browser's preflight."""
    headers = {
        "Origin": origin,
        "Access-Control-Request-Method": "GET",
        "Access-Control-Request-Headers": "x-whippy-key",
        "Access-Control-Request-Private-Network": "true",
    }
    return Client(mock.app).options(f"/v1/sequences/{mock.sequence_id}/sequence_runs", headers=headers).headers


def test_browsers_may_call_it_on_loopback() -> None:
    """From any page, with a key, and they may read the headers that matter."""
    headers = preflight(MockServer(runs=1), "https://app.example")
    assert headers["Access-Control-Allow-Origin"] == "https://app.example"
    assert headers["Access-Control-Allow-Headers"] == "x-whippy-key"
    assert headers["Access-Control-Allow-Private-Network"] == "true"
    mock = MockServer(runs=1)
    answer = Client(mock.app).get(f"/v1{runs_path(mock.sequence_id)}", headers={"Origin": "https://app.example"})
    assert "X-Mock-Hint" in answer.headers["Access-Control-Expose-Headers"]


@pytest.mark.parametrize(
    ("given", "origin"), [("https://A.example/", "https://a.example"), ("http://localhost:3000", None), ("*", None)]
)
def test_an_origin_is_as_browsers_write_it(given: str, origin: str | None) -> None:
    """A slash at the end or a capital does not keep it from matching."""
    assert parse_origin(given) == (origin or given)


@pytest.mark.parametrize("given", ["a.example", "https://a.example/app", "https://me@a.example", ""])
def test_what_is_no_origin_is_refused(given: str) -> None:
    """A value that no browser sends as its origin is refused, as it would never match."""
    assert "is no web origin" in usage_error("--cors", given)


@pytest.mark.parametrize(("origin", "allowed"), [("https://a.example", True), ("https://b.example", False)])
def test_origins_can_be_named(origin: str, allowed: bool) -> None:  # noqa: FBT001 - a table
    """Then others are not let in."""
    headers = preflight(MockServer(runs=1, cors=("https://a.example",)), origin)
    assert (headers.get("Access-Control-Allow-Origin") == origin) is allowed
    assert headers["Vary"] == "Origin"


def test_beyond_loopback_browsers_are_not_let_in_by_themselves() -> None:
    """Nor when CORS is turned off."""
    for mock in (MockServer(runs=1, host="0.0.0.0"), MockServer(runs=1, cors=())):  # noqa: S104 - not started
        assert "Access-Control-Allow-Origin" not in preflight(mock, "https://a.example")


def test_https_with_a_certificate_made_for_the_run() -> None:
    """The client trusts it when it is given the file that the banner names."""
    with console("--tls") as shown:
        assert shown.runs_url.startswith("https://127.0.0.1:")
        authority = next(line.split()[1] for line in shown.banner.splitlines() if "Trust" in line)
        context = ssl.create_default_context(cafile=authority)
        url = shown.runs_url.partition("/v1/")[0] + "/healthz"
        with urllib.request.urlopen(url, context=context, timeout=10) as answer:  # noqa: S310 - https
            assert answer.status == 200


def test_one_line_is_logged_for_each_request() -> None:
    """As JSON when that is asked for, with nothing else on that stream, and without the key."""
    with serving(quiet=False) as served:
        requests.get(f"{served.runs_url}?limit=3", headers={"X-WHIPPY-KEY": served.key}, timeout=10)
        assert served.process.stdout is not None
        logged = served.process.stdout.readline()
    assert (json.loads(logged)["returned"], json.loads(logged)["parameters"]) == (3, {"limit": "3"})
    assert served.key not in logged


def test_a_log_that_nobody_reads_stops_nothing() -> None:
    """Answers go on when the pipe is full, and the server still stops."""
    with console() as served, requests.Session() as session:
        for _ in range(600):
            assert session.get(f"{served.runs_url}?x={'y' * 400}", timeout=10).status_code == 401


def test_a_trouble_shows_in_the_log() -> None:
    """A connection that was closed has no status, a delay counts as time, and neither is a green 200."""
    mock = MockServer(runs=1)
    for kind in ("drop", "delay:seconds=2"):
        Client(mock.app).get(
            f"/v1{runs_path(mock.sequence_id)}", headers={"X-WHIPPY-KEY": mock.key, "X-Mock-Trouble": kind}
        )
    dropped, delayed = map(text_line, mock.requests)
    assert " ---" in unstyle(dropped)
    assert " 200" not in unstyle(dropped)
    assert float(unstyle(delayed).split()[-2]) >= 2000
    assert style("200", fg="green", bold=True) not in delayed


@pytest.mark.parametrize("where", ["path", "method", "error", "agent"])
def test_no_request_can_write_to_the_terminal(where: str) -> None:
    """Line ends and escapes are shown, not sent on."""
    evil = "a\r\nb\x1b[2J"
    mock = MockServer(runs=1)
    environ = create_environ(f"/v1/{evil if where in {'path', 'error'} else 'x'}", headers={"User-Agent": "x"})
    if where == "method":
        environ["REQUEST_METHOD"] = evil
    if where == "agent":
        environ["HTTP_USER_AGENT"] = evil
    list(mock.app(environ, lambda *_: bytes))
    (entry,) = mock.requests
    for line in (unstyle(text_line(entry)), json_line(entry)):
        assert line.isprintable()


def test_a_line_of_the_log_is_printable_and_short() -> None:
    """Whatever was sent, the terminal is safe."""
    line = text_line(ENTRY)
    assert "\\x1b[31m" in line
    assert "2 of 9" in line
    assert len(line) < 450
    assert json.loads(json_line(ENTRY))["trouble"] == "delay"


def test_the_clock_can_be_made_to_stand() -> None:
    """`--now` dates what is added, and `--sequence` and `--trouble` do what they say."""
    with serving("--now", "2031-05-01", "--sequence", "mine=4", "--trouble", "error:skip=1") as served:
        root = served.base_url.removesuffix("/v1")
        added = requests.post(f"{root}/__mock__/sequences/mine/runs", json={}, timeout=10).json()[0]
        headers = {"X-WHIPPY-KEY": served.key}
        answers = [requests.get(served.runs_url, headers=headers, timeout=10) for _ in range(2)]
    assert added["created_at"].startswith("2031-05-01T00:00:00")
    assert answers[0].json()["total"] == 5
    assert answers[1].status_code == 503


def test_a_live_mock_moves_while_the_clock_stands_still_only_when_told() -> None:
    """The same seed, clock and rate give the same events, whenever they are asked for."""

    def story(steps: list[float]) -> list[Any]:
        mock = MockServer(runs=10, now=1_750_000_000.0, live=2.0, seed=3)
        for seconds in steps:
            mock.state.advance(seconds)
        return mock.runs

    assert story([]) == MockServer(runs=10, seed=3).runs
    assert story([60]) == story([1] * 60) != story([])
    assert {run["status"] for run in story([60])} == {"active", "finished"}
    assert all(run["updated_at"] >= run["created_at"] for run in story([200]))


@pytest.mark.parametrize("now", ["0002-01-01", "0999-12-31T23:59:59.5Z", "1970-01-01", "9998-12-31"])
def test_a_clock_may_stand_anywhere_in_the_calendar(now: str) -> None:
    """What is dated by it then is right."""
    mock = MockServer(runs=3, now=parse_now(now), live=1.0)
    assert mock.add()["created_at"][:10] == now[:10]
    assert mock.state.as_json()["clock"]["now"][:10] == now[:10]
    if not now.startswith("9998"):
        mock.state.advance(20)
        assert len(mock.runs) > 4
    for outside in ("0001-12-31", "9999-01-01"):
        with pytest.raises(ValueError, match="from 0002-01-01 to 9998-12-31"):
            parse_now(outside)
    with pytest.raises(ValueError, match="from 0002-01-01 to 9998-12-31"):
        MockServer(now=float("nan"))


def test_a_live_mock_moves_by_itself_when_the_clock_runs() -> None:
    """A polling client has something to see."""
    with MockServer(runs=5, live=200) as server:
        before, deadline = server.runs, time.monotonic() + 10
        while server.runs == before and time.monotonic() < deadline:
            time.sleep(0.01)
        assert server.runs != before
        server.state.simulation.put_rate(0)
        server.reset()
        assert server.runs == before or server.state.simulation.rate == 200
