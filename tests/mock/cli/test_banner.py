"""What the console says once the mock is up."""

from __future__ import annotations

import io
import json
import re
import shlex
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
import requests
from tests.mock.conftest import console, serving

from seqruns import defaults
from seqruns.dialect import Dialect
from seqruns_mock.cli.banner import curl_line, render_banner
from seqruns_mock.cli.console import is_coloured
from seqruns_mock.embedding import MockServer
from seqruns_mock.runtime import Listening
from seqruns_mock.settings import Settings
from seqruns_mock.trouble.trouble import parse_troubles


class Terminal(io.StringIO):
    """A stream that is a terminal."""

    def isatty(self) -> bool:
        """Return that it is."""
        return True


def banner(**options: Any) -> str:
    """Return the banner of a mock with these settings."""
    settings = Settings(**options)
    listening = Listening(root_url="http://127.0.0.1:8080", key=settings.keys[0], sequences={"one": 3})
    return render_banner(settings, listening)


def test_colours_are_for_terminals_whose_user_wants_them(monkeypatch: pytest.MonkeyPatch) -> None:
    """NO_COLOR counts when it is not empty."""
    monkeypatch.delenv("NO_COLOR", raising=False)
    assert is_coloured(Terminal())
    assert not is_coloured(io.StringIO())
    monkeypatch.setenv("NO_COLOR", "1")
    assert not is_coloured(Terminal())
    monkeypatch.setenv("NO_COLOR", "")
    assert is_coloured(Terminal())


@pytest.mark.parametrize(("no_color", "coloured"), [("1", False), ("", True)])
def test_the_banner_on_a_terminal_minds_no_color(no_color: str, coloured: bool) -> None:  # noqa: FBT001 - a table
    """Seen by a program that gives it a terminal."""
    code = (
        "import os, pty, sys, signal\n"
        "def read(fd):\n"
        "    data = os.read(fd, 4096)\n"
        "    if b'curl' in data: os.write(1, data); os._exit(0)\n"
        "    return data\n"
        "pty.spawn([sys.executable, '-m', 'seqruns', 'serve', '--port', '0'], read)"
    )
    command = ["env", f"NO_COLOR={no_color}", sys.executable, "-c", code]
    output = subprocess.run(command, capture_output=True, text=True, timeout=30, check=True).stdout
    assert ("\x1b[" in output) is coloured


def test_what_was_asked_for_is_said() -> None:
    """One line each, and none where nothing was asked for."""
    usual = banner()
    unusual = banner(
        data=Path("runs.json"),
        dialect=Dialect.of({"order.first": "oldest", "page.cap": 100}),
        faults=("exclusive-before", "gzip"),
        variant="oldest-first",
        gallery=True,
        now=0.0,
        live=2.5,
        rate_limit=25,
        troubles=tuple(parse_troubles("delay; error")),
    )
    added = set(unusual.splitlines()) - set(usual.splitlines())
    assert {re.sub(r"\s+", " ", line.strip()) for line in added} == {
        "Data runs.json",
        "Browsers let pages of this machine call it, as the file may be of people; --cors ORIGIN for others",
        "Dialect 2 values of a file; the web page lists them under Controls",
        "Faults exclusive-before, gzip",
        "Variant oldest-first",
        "Gallery /gallery/ID/v1 is each exhibit's base URL",
        "Clock stands at 1970-01-01T00:00:00.000000Z",
        "Live 2.5 events a second",
        "Limit 25 requests a second for each key",
        "Troubles delay, error",
    }


def test_the_curl_line_can_be_pasted_whatever_is_in_it() -> None:
    """Keys and sequences are quoted for the shell and for the URL."""
    line = curl_line("http://127.0.0.1:1/v1", "a b/[c]'", "it's $HOME")
    assert shlex.split(line) == [
        "curl",
        "-H",
        "X-WHIPPY-KEY: it's $HOME",
        "http://127.0.0.1:1/v1/sequences/a%20b%2F%5Bc%5D%27/sequence_runs?limit=2",
    ]


def test_the_curl_line_of_https_names_what_to_trust() -> None:
    """So that it works as it is."""
    with console("--tls") as shown:
        _, _, authority, _, header, url = shown.curl
        name, _, key = header.partition(": ")
        answer = requests.get(url, headers={name: key}, verify=authority, timeout=10)
        assert answer.json()["data"]


def test_json_lines_begin_with_where_the_mock_is() -> None:
    """The first line is the one that a tool waits for, the next ones are the requests."""
    with serving(quiet=False) as served:
        requests.get(served.runs_url, timeout=10)
        assert served.process.stdout is not None
        assert json.loads(served.process.stdout.readline())["status"] == 401


def test_beyond_loopback_the_default_key_is_not_the_one_everybody_knows() -> None:
    """One is made for the run, and the banner says so; a key of the user's stays, and the control API has no say."""
    made, other = Settings(host="0.0.0.0"), Settings(host="0.0.0.0")  # noqa: S104 - not bound
    assert len({made.keys, other.keys, (defaults.KEY,)}) == 3
    assert "made for this run" in banner(host="0.0.0.0")  # noqa: S104 - not bound
    assert Settings(host="0.0.0.0", keys=("mine",)).keys == ("mine",)  # noqa: S104 - not bound
    assert Settings(host="0.0.0.0", control=False).key_is_made  # noqa: S104 - not bound
    assert Settings().keys == (defaults.KEY,)


def test_its_control_api_does_not_open_to_the_default_key() -> None:
    """Over the wire, from an address that others could have."""
    with serving("--host", "0.0.0.0") as served:  # noqa: S104 - on purpose
        url = served.base_url.removesuffix("/v1") + "/__mock__/state"
        statuses = [
            requests.get(url, headers={"X-WHIPPY-KEY": key}, timeout=10).status_code
            for key in (defaults.KEY, served.key)
        ]
    assert statuses == [401, 200]


def test_a_mock_in_this_process_shows_its_key() -> None:
    """Beyond loopback it makes a key of its own, and shows it."""
    assert MockServer(runs=1, host="0.0.0.0").key not in {"", defaults.KEY}  # noqa: S104 - not started
