"""`seqruns check` as its user meets it: what it prints, writes, refuses, and how it exits."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
from typing import TYPE_CHECKING

import pytest
from click.testing import CliRunner, Result
from tests.contracts.faulty import EMPTY_SEQUENCE, KEY, SEQUENCE

from seqruns.command import main

if TYPE_CHECKING:
    from pathlib import Path

SOME = ("--only", "before.is-inclusive", "--only", "phone.is-exact", "--only", "auth", "--rate", "0")
ENVIRONMENT = {"SEQRUNS_KEY": KEY, "GITHUB_ACTIONS": "", "GITHUB_STEP_SUMMARY": ""}


def check(
    base_url: str, *arguments: str, sequence: str = SEQUENCE, environment: dict[str, str] | None = None
) -> Result:
    """Run the command in process, with the key in the environment."""
    command = ["check", base_url, "--sequence-id", sequence, *arguments]
    return CliRunner().invoke(main, command, env=ENVIRONMENT | (environment or {}))


def test_a_kept_contract_exits_with_0(honest_url: str) -> None:
    """The last line says that it is kept, as far as it was tried."""
    result = check(honest_url, *SOME)
    assert result.exit_code == 0
    assert result.output.splitlines()[-1].startswith("The contract is kept in what was chosen: ")


def test_a_broken_contract_exits_with_1(broken_url: str) -> None:
    """With the failures before the last line."""
    result = check(broken_url, *SOME)
    assert result.exit_code == 1
    assert "BROKEN before.exclusive  (documented)" in result.output
    assert result.output.splitlines()[-1].startswith("The contract is broken: ")


def test_what_was_chosen_and_finds_nothing_exits_with_3(honest_url: str) -> None:
    """It is not a contract that is kept."""
    result = check(honest_url, "--only", "rate", "--rate", "0")
    assert result.exit_code == 3
    assert "Nothing was exercised: the checks that were chosen found nothing to look at" in result.output


def test_a_budget_that_ends_early_is_named_in_the_end(honest_url: str) -> None:
    """The last line says that only a part was checked."""
    result = check(honest_url, "--max-requests", "20", "--rate", "0")
    assert result.exit_code == 2
    assert "The budget of requests was spent too early: " in result.output


def test_an_empty_sequence_exits_with_3(honest_url: str) -> None:
    """And says what to point it at."""
    result = check(honest_url, *SOME, sequence=EMPTY_SEQUENCE)
    assert result.exit_code == 3
    assert "Point --sequence-id at one that has" in result.output


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["--only", "befor"], "did you mean before"),
        (["--seed", "1", "--explore"], "leave out --seed"),
        (["--role", "start=/x"], "'start' is no role; the roles are id, start_time"),
        (["--role", "start_time=x"], "has no JSON Pointer"),
        (["--header", "no-colon"], "a header is NAME:VALUE"),
        (["--write-baseline"], "--write-baseline needs --baseline FILE"),
        (["--baseline", "/nowhere/at/all.json"], "No such file or directory"),
        (["--report-html", "/nowhere/at/all.html"], "there is no folder /nowhere/at"),
        (["--key", "wrong-key-9999"], "does not accept the key"),
        (["--key", "wrong-key\n9999"], "the key holds characters that cannot be sent in a header"),
        (["--header", "X-A:wrong-key\n9"], "X-A holds characters that cannot be sent in a header"),
    ],
)
def test_what_cannot_be_done_exits_with_2_and_says_why(honest_url: str, arguments: list[str], words: str) -> None:
    """Wrong options get one message, without a traceback and without the key."""
    result = check(honest_url, *arguments)
    assert result.exit_code == 2
    assert words in result.output
    assert "Traceback" not in result.output
    assert "wrong-key" not in result.output


UNUSABLE = (
    "http://",
    "http:///v1",
    "http://h:99999/v1",
    "http://h:abc/v1",
    "http://[::1/v1",
    "http://h h/v1",
    "http://h/v1?x=1",
    "http://h/v1#x",
)


@pytest.mark.parametrize(
    ("base_url", "words"),
    [
        ("staging.example.com/v1", "does not begin with http:// or https://"),
        ("http://me:s3cret@127.0.0.1/v1", "credentials do not belong into the address"),
        ("http://127.0.0.1:9/v1", "gives no answer"),
        (f"http://{'a' * 70}.example/v1", "gives no answer"),
        *((address, "is no address of an API") for address in UNUSABLE),
    ],
)
def test_a_wrong_address_is_explained(base_url: str, words: str) -> None:
    """The exit code is 2, and a password in the address is not repeated."""
    result = check(base_url)
    assert result.exit_code == 2
    assert words in result.output
    assert "s3cret" not in result.output


def test_the_baseline_accepts_what_is_known(broken_url: str, honest_url: str, tmp_path: Path) -> None:
    """Written once, it lets known failures pass, new ones fail, and names those that are gone."""
    baseline = tmp_path / "baseline.json"
    written = check(
        broken_url, "--only", "before.is-inclusive", "--rate", "0", "--baseline", str(baseline), "--write-baseline"
    )
    assert written.exit_code == 0
    assert "before.is-inclusive" in {entry["check"] for entry in json.loads(baseline.read_text("utf-8"))["known"]}
    known = check(broken_url, "--only", "before.is-inclusive", "--rate", "0", "--baseline", str(baseline))
    assert known.exit_code == 0
    assert "known and accepted: before.is-inclusive" in known.output
    new = check(broken_url, *SOME, "--baseline", str(baseline))
    assert new.exit_code == 1
    assert "BROKEN phone.ignored" in new.output
    gone = check(honest_url, "--only", "before.is-inclusive", "--rate", "0", "--baseline", str(baseline))
    assert gone.exit_code == 0
    assert "fixed; take it out of the baseline: before.is-inclusive: missing" in gone.output


def test_a_partial_run_keeps_the_entries_of_the_others(broken_url: str, tmp_path: Path) -> None:
    """What was not looked at is neither wiped nor said to be fixed; reasons and last days stay where they are."""
    baseline = tmp_path / "baseline.json"
    write = ("--rate", "0", "--baseline", str(baseline), "--write-baseline")
    check(broken_url, "--only", "before.is-inclusive", *write)
    content = json.loads(baseline.read_text("utf-8"))
    content["known"][0] |= {"reason": "the next release mends it", "until": "2999-12-31"}
    baseline.write_text(json.dumps(content), "utf-8")
    result = check(broken_url, "--only", "phone.is-exact", *write)
    assert "fixed" not in result.output
    entries = {entry["check"]: entry for entry in json.loads(baseline.read_text("utf-8"))["known"]}
    assert set(entries) == {"before.is-inclusive", "phone.is-exact"}
    assert entries["before.is-inclusive"] == content["known"][0]


def test_a_file_that_is_no_baseline_is_refused(honest_url: str, tmp_path: Path) -> None:
    """The message says how to make a baseline."""
    for text in ("[]", "[" * 100_000, '{"accepted": {}}', "\x00"):
        (tmp_path / "x.json").write_text(text, "utf-8")
        result = check(honest_url, "--baseline", str(tmp_path / "x.json"))
        assert result.exit_code == 2
        assert "is no baseline of this version; --write-baseline makes one" in result.output


def test_explore_chooses_another_seed_and_prints_it(honest_url: str) -> None:
    """So that what it finds can be found again."""
    seeds = {
        re.search(r"seed (\d+)", check(honest_url, "--only", "auth", "--rate", "0", "--explore").output).group(1)  # type: ignore[union-attr]
        for _ in range(2)
    }
    assert len(seeds) == 2


def test_the_plan_asks_no_query(honest_url: str) -> None:
    """Only what reads the list is sent; the plan says how many requests that was, and how many there would be."""
    result = check(honest_url, "--plan", "--rate", "0")
    assert result.exit_code == 0
    assert "before.is-inclusive: `before` selects" in result.output
    last = result.output.splitlines()[-1]
    found = re.fullmatch(
        r"At most (\d+) requests as long as nothing is broken; each failure is asked again\. "
        r"Only the (\d+) that read the list of runs were sent now\.",
        last,
    )
    assert found is not None
    assert int(found[2]) < 5 < int(found[1]) <= 260


def test_the_list_needs_no_target() -> None:
    """`seqruns check --list` alone."""
    result = CliRunner().invoke(main, ["check", "--list"])
    assert result.exit_code == 0
    assert "before.is-inclusive  (documented)" in result.output


def test_all_outputs_keep_the_key_and_the_headers_to_themselves(broken_url: str, tmp_path: Path) -> None:
    """Terminal, reports, annotations, summary: neither the key, nor its near variants, nor a header's value."""
    files = {name: tmp_path / name for name in ("report.json", "report.xml", "report.html", "summary.md", "known.json")}
    arguments = [
        *SOME, "--header", "X-Tenant: tenant-4711", "--redact", "none", "--baseline", str(files["known.json"]),
        "--report-json", str(files["report.json"]), "--junit-xml", str(files["report.xml"]),
        "--report-html", str(files["report.html"]),
    ]  # fmt: skip
    environment = {"GITHUB_ACTIONS": "true", "GITHUB_STEP_SUMMARY": str(files["summary.md"])}
    check(broken_url, *arguments, "--write-baseline", environment=environment)
    files["known.json"].write_text('{"format": 2, "known": []}', "utf-8")
    result = check(broken_url, *arguments, environment=environment)
    assert result.exit_code == 1
    assert "::error title=before.exclusive::" in result.output
    for name, text in {
        "output": result.output,
        **{name: file.read_text("utf-8") for name, file in files.items()},
    }.items():
        assert text, name
        assert KEY[:-1] not in text, name
        assert "tenant-4711" not in text, name
    assert "$X_TENANT" in result.output


def test_written_reports_are_redacted_and_the_terminal_is_not(broken_url: str, tmp_path: Path) -> None:
    """Unless asked otherwise: the curl lines on the terminal are to be pasted, a report is to be attached."""
    file = tmp_path / "report.json"
    shown = check(broken_url, "--only", "phone.is-exact", "--rate", "0", "--report-json", str(file))
    assert "phone=%2B" in shown.output
    assert "phone=PHONE-1" in file.read_text("utf-8")
    assert "phone=%2B" not in file.read_text("utf-8")
    hidden = check(broken_url, "--only", "phone.is-exact", "--rate", "0", "--redact", "all")
    assert "phone=PHONE-1" in hidden.output
    assert "phone=%2B" not in hidden.output


def test_the_curl_lines_run(broken_url: str) -> None:
    """Each one, pasted into a shell with SEQRUNS_KEY set, gets the answer that the report describes."""
    output = check(broken_url, "--only", "before.is-inclusive", "--only", "phone.is-exact", "--rate", "0").output
    found = re.findall(r"received\s+status (\d+).*?again\s+(curl .*?)$", output, re.DOTALL | re.MULTILINE)
    assert len(found) > 1
    for status, line in found:
        environment = {"SEQRUNS_KEY": KEY, "PATH": os.environ["PATH"]}
        answer = subprocess.run(["sh", "-c", line], env=environment, capture_output=True, text=True, check=True)
        assert answer.stdout.startswith(f"HTTP/1.1 {status}")


def test_the_command_as_a_process_prints_plain_text_into_a_pipe(broken_url: str) -> None:
    """No control characters and no wrapped lines, even where the locale knows only ASCII."""
    command = [sys.executable, "-m", "seqruns", "check", broken_url, "--sequence-id", SEQUENCE, "--only", "before"]
    environment = os.environ | {"SEQRUNS_KEY": KEY, "PYTHONIOENCODING": "ascii", "COLUMNS": "40", "GITHUB_ACTIONS": ""}
    result = subprocess.run(command, env=environment, capture_output=True, check=False)
    assert result.returncode == 1
    assert result.stderr == b""
    assert b"\x1b" not in result.stdout
    assert b"`<` instead of `<=`: a run that starts exactly at the bound is lost.\n" in result.stdout


def test_a_report_that_cannot_be_written_exits_with_2(honest_url: str, tmp_path: Path) -> None:
    """The message names the path and the reason."""
    result = check(honest_url, "--only", "auth", "--rate", "0", "--report-json", str(tmp_path / ("x" * 300)))
    assert result.exit_code == 2
    assert "File name too long" in result.output


def test_without_the_kit_the_command_says_what_to_install() -> None:
    """The mock alone installs without Schemathesis."""
    code = "import sys; sys.modules['schemathesis'] = None; from seqruns.command import main; main()"
    command = [sys.executable, "-c", code, "check", "http://127.0.0.1:9/v1", "--sequence-id", SEQUENCE]
    result = subprocess.run(command, capture_output=True, text=True, check=False)
    assert result.returncode == 2
    assert "pip install 'seqruns[check]'" in result.stderr
