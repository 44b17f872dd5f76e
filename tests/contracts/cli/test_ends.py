"""However `seqruns check` ends, it ends in words and with a code of its own, and nothing speaks through it."""

from __future__ import annotations

import json
import os
import re
import signal
import subprocess
import sys
from typing import TYPE_CHECKING
from xml.etree import ElementTree as ET

import pytest
from click.testing import CliRunner
from tests.contracts.faulty import KEY, SEQUENCE
from tests.raw import http, raw_served

from seqruns.command import main
from seqruns_contracts.cli import carrying_out

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from pathlib import Path

ID = "\x1b[2J\x1b]0;title\x07\n::error title=x::gone\n##[add-mask]a `````` \u202e\ufeff\ud83d"
ENVIRONMENT = {"SEQRUNS_KEY": KEY, "GITHUB_ACTIONS": "", "GITHUB_STEP_SUMMARY": ""}


def page(name: str) -> bytes:
    """Return a page with a run of a hostile id and a contact of odd types."""
    contact = {"id": name, "phone": 13605550143, "name": {"first": "Adalbert"}, "email": ["a@example.com"]}
    run = {"id": name, "sequence_id": SEQUENCE, "status": "active", "created_at": name, "contact": contact}
    return json.dumps({"data": [run, run, {"id": name + KEY, "contact": "Berthold Example"}], "total": "3"}).encode()


@pytest.fixture(scope="module")
def hostile_url() -> Iterator[str]:
    """Return the address of a target that tries to speak through the kit."""

    def answer(_: bytes) -> Iterable[bytes]:
        return [http(page(ID), "Content-Type: \x1b[31m")]

    with raw_served(answer) as base_url:
        yield base_url


def test_nothing_of_a_target_acts_on_a_terminal_or_a_runner(hostile_url: str, tmp_path: Path) -> None:
    """Printed, written, summarized: no control character, no command, no key, and no contact in what is redacted."""
    files = {name: tmp_path / name for name in ("report.json", "report.xml", "report.html", "summary.md")}
    command = [
        "check", hostile_url, "--sequence-id", SEQUENCE, "--rate", "0", "--only", "answer", "--only", "run", "--only",
        "page", "--redact", "all", "--report-json", str(files["report.json"]), "--junit-xml", str(files["report.xml"]),
        "--report-html", str(files["report.html"]),
    ]  # fmt: skip
    environment = ENVIRONMENT | {"GITHUB_ACTIONS": "true", "GITHUB_STEP_SUMMARY": str(files["summary.md"])}
    result = CliRunner().invoke(main, command, env=environment)
    assert result.exit_code == 1
    texts = {"output": result.output, **{name: file.read_text("utf-8") for name, file in files.items()}}
    for name, text in texts.items():
        assert [line for line in text.split("\n") if not line.isprintable()] == [], name
        for secret in (KEY, "Adalbert", "Berthold", "13605550143", "a@example.com"):
            assert secret not in text, (name, secret)
        assert "##[" not in text, name
    lines = result.output.splitlines()
    mark = re.fullmatch("::stop-commands::([0-9a-f]{32})", lines[0])
    assert mark is not None
    end = lines.index(f"::{mark[1]}::")
    assert not any(line.lstrip().startswith("::") for line in lines[1:end])
    assert all(line.startswith(("::error ", "::warning ")) for line in lines[end + 1 :])
    ET.fromstring(texts["report.xml"])  # noqa: S314 - ours
    assert "``````" in texts["summary.md"]
    assert "```````text" in texts["summary.md"]


def process(base_url: str, *arguments: str, **options: object) -> subprocess.Popen[str]:
    """Start the command as a process of its own."""
    command = [sys.executable, "-m", "seqruns", "check", base_url, "--sequence-id", SEQUENCE, "--rate", "0", *arguments]
    environment = os.environ | ENVIRONMENT
    return subprocess.Popen(command, env=environment, stderr=subprocess.PIPE, text=True, **options)  # type: ignore[call-overload,no-any-return]


@pytest.mark.skipif(not os.path.exists("/dev/full"), reason="has no /dev/full")  # noqa: PTH110 - a device
def test_a_full_standard_output_ends_with_2(honest_url: str) -> None:
    """In words, without a traceback, and not as a broken contract."""
    with open("/dev/full", "w") as full, process(honest_url, "--only", "auth", stdout=full) as started:  # noqa: PTH123
        _, words = started.communicate(timeout=100)
    assert started.returncode == 2
    assert "cannot be printed: No space left on device" in words
    assert "Traceback" not in words


def test_a_closed_standard_output_ends_with_2(honest_url: str) -> None:
    """As `| head -1` closes it."""
    reading, writing = os.pipe()
    os.close(reading)
    with process(honest_url, "--only", "auth", stdout=writing) as started:
        os.close(writing)
        _, words = started.communicate(timeout=100)
    assert started.returncode == 2
    assert "cannot be printed: Broken pipe" in words
    assert "Traceback" not in words


def test_an_interrupted_run_still_reports(tmp_path: Path) -> None:
    """What was found before Ctrl-C is printed and written, marked as a part; the baseline is left alone."""
    seen: list[bytes] = []

    def answer(head: bytes) -> Iterable[bytes]:
        seen.append(head)
        if len(seen) == 12:
            os.kill(started.pid, signal.SIGINT)
        return [http(b'{"data": [], "total": "x"}')]

    report = tmp_path / "report.json"
    with raw_served(answer) as base_url:
        baseline = ("--baseline", str(tmp_path / "known.json"), "--write-baseline")
        started = process(base_url, "--report-json", str(report), *baseline, stdout=subprocess.PIPE)
        printed, words = started.communicate(timeout=100)
    assert started.returncode == 130, words
    assert "The check was stopped: interrupted" in printed
    assert "left as it was" in printed
    written = json.loads(report.read_text("utf-8"))
    assert written["stopped"] == "interrupted"
    assert written["not_carried_out"]
    assert not (tmp_path / "known.json").exists()


def test_a_fault_of_ours_is_no_broken_contract(monkeypatch: pytest.MonkeyPatch) -> None:
    """It ends with 2, and says what to report: the kind and the places, no traceback."""

    def fail(*_: object, **__: object) -> None:
        raise RecursionError("too deep")

    monkeypatch.setattr(carrying_out, "check_target", fail)
    result = CliRunner().invoke(main, ["check", "http://127.0.0.1:9/v1", "--sequence-id", "x"], env=ENVIRONMENT)
    assert result.exit_code == 2
    assert "seqruns itself fails here (RecursionError: too deep)" in result.output
    assert "test_ends.py" in result.output


def test_variables_and_pyproject_take_the_place_of_options(
    honest_url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Also of the address; a header takes its value from a variable, and says so where that is not set."""
    table = f'[tool.seqruns.check]\nbase-url = "{honest_url}"\nonly = ["auth"]\nheader = ["X-Tenant: ${{TENANT}}"]\n'
    (tmp_path / "pyproject.toml").write_text(table, "utf-8")
    monkeypatch.chdir(tmp_path)
    variables = ENVIRONMENT | {"SEQRUNS_CHECK_SEQUENCE_ID": SEQUENCE, "SEQRUNS_CHECK_RATE": "0", "COLUMNS": "0"}
    unset = CliRunner().invoke(main, ["check"], env=variables)
    assert (unset.exit_code, "the variable TENANT, which is not set" in unset.output) == (2, True)
    result = CliRunner().invoke(main, ["check"], env=variables | {"TENANT": "acme"})
    assert result.exit_code == 0
    assert "auth" in result.output


def test_a_command_makes_the_key(honest_url: str) -> None:
    """And is named where it fails."""
    command = ["check", honest_url, "--sequence-id", SEQUENCE, "--rate", "0", "--only", "auth", "--key-command"]
    without = ENVIRONMENT | {"SEQRUNS_KEY": ""}
    assert CliRunner().invoke(main, [*command, f"printf %s {KEY}"], env=without).exit_code == 0
    failed = CliRunner().invoke(main, [*command, "exit 3"], env=without)
    assert failed.exit_code == 2
    assert "the command for the key ended with code 3" in failed.output
