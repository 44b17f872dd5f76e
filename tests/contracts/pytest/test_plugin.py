"""The pytest plugin: inert until asked, then one item for each check, in one worker or in many."""

from __future__ import annotations

import os
import re
import signal
import subprocess
import sys
from typing import TYPE_CHECKING
from xml.etree import ElementTree as ET

import pytest
from tests.contracts.faulty import KEY, SEQUENCE, faulty_app, honest_app
from tests.serving import served

from seqruns_contracts.checks.selection import select_checks

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from wsgiref.types import StartResponse, WSGIEnvironment

OWN_TEST = "def test_of_the_project(): pass\n"


@pytest.fixture
def project(pytester: pytest.Pytester, monkeypatch: pytest.MonkeyPatch) -> pytest.Pytester:
    """Return a project with a test of its own; the key is in the environment."""
    pytester.makepyfile(test_own=OWN_TEST)
    (pytester.path / "pytest.ini").write_text("[pytest]\nfilterwarnings = error\naddopts = --strict-markers\n", "utf-8")
    for name, value in {"SEQRUNS_KEY": KEY, "NO_COLOR": "1", "COLUMNS": "120"}.items():
        monkeypatch.setenv(name, value)
    monkeypatch.delenv("PYTEST_XDIST_WORKER", raising=False)
    return pytester


def run(project: pytest.Pytester, *arguments: str, code: int = 0, alone: bool = False) -> str:
    """Return what pytest prints in a project; `alone` gives it a process of its own."""
    method = project.runpytest_subprocess if alone else project.runpytest_inprocess
    result = method("-p", "no:cacheprovider", *arguments)
    output = f"{result.stdout}\n{result.stderr}"
    assert result.ret == code, output
    assert KEY[:-1] not in output
    return output


def at(base_url: str, *only: str) -> list[str]:
    """Return the options that point the plugin at a target."""
    chosen = [option for name in only for option in ("--seqruns-only", name)]
    return ["--seqruns-url", base_url, "--seqruns-sequence-id", SEQUENCE, "--seqruns-rate", "0", *chosen]


def test_it_is_inert_until_asked_for(project: pytest.Pytester) -> None:
    """No item, no line, and no module of the kit."""
    (project.path / "test_own.py").write_text(
        "import sys\n\n\ndef test_of_the_project():\n"
        "    assert 'seqruns_contracts.pytest.plugin' in sys.modules\n"
        "    assert 'seqruns_contracts.api' not in sys.modules\n",
        "utf-8",
    )
    output = run(project, alone=True)
    assert "1 passed" in output
    assert "seqruns:" not in output


def test_each_check_is_an_item_beside_the_projects_own(project: pytest.Pytester, honest_url: str) -> None:
    """Each item has the id of its check for a name, and the figures come at the end."""
    output = run(project, "-v", "-rs", *at(honest_url, "before", "sequence"))
    assert "seqruns::before.is-inclusive PASSED" in output
    assert "test_own.py::test_of_the_project PASSED" in output
    assert "not exercised: needs a second sequence" in output
    assert "requests in" in output


@pytest.fixture(scope="module")
def warned_url() -> Iterator[str]:
    """Return the base URL of a mock with an exclusive `before`, and a `limit` that may be a word."""
    with served(faulty_app("exclusive-before", "limit-words-ignored")) as base_url:
        yield base_url


ASSUMED = "page.limit-out-of-range-is-refused"


def test_broken_checks_fail_or_are_expected_to(project: pytest.Pytester, warned_url: str, broken_url: str) -> None:
    """Documented ones fail with the finding as their text; assumed ones are xfailed, and fail under strict."""
    output = run(project, *at(warned_url, "before.is-inclusive", ASSUMED), "-rx", code=1)
    assert "1 failed, 1 passed, 1 xfailed" in output
    assert "asked     started at or before" in output
    assert "- missing" in output
    assert "Traceback" not in output
    assert "1 failed, 1 passed" in run(project, *at(warned_url, ASSUMED), "--seqruns-strict", code=1)
    assert "PHONE-1" in run(project, *at(broken_url, "phone.is-exact"), code=1)
    assert "PHONE-1" not in run(project, *at(broken_url, "phone.is-exact"), "--seqruns-redact", "none", code=1)


def test_settings_may_stand_in_the_configuration(
    project: pytest.Pytester, warned_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """An entry in a project's own suite, with a variable in a header; marks choose by grade."""
    monkeypatch.setenv("TENANT", "acme")
    with (project.path / "pytest.ini").open("a", encoding="utf-8") as file:
        file.write(
            f"seqruns_url = {warned_url}\nseqruns_sequence_id = {SEQUENCE}\nseqruns_rate = 0\nseqruns_strict = true\n"
            f"seqruns_only = {ASSUMED} before.is-inclusive\nseqruns_header =\n  X-Tenant: ${{TENANT}}\n"
        )
    assert "2 failed, 1 passed" in run(project, code=1)
    assert "1 failed, 2 deselected" in run(project, "-m", "seqruns_assumed", code=1)


@pytest.fixture
def configured(project: pytest.Pytester, honest_url: str) -> pytest.Pytester:
    """Return a project whose configuration names a target."""
    with (project.path / "pytest.ini").open("a", encoding="utf-8") as file:
        file.write(f"seqruns_url = {honest_url}\nseqruns_sequence_id = {SEQUENCE}\nseqruns_rate = 0\n")
        file.write("seqruns_only = auth\n")
    return project


def test_a_test_that_is_named_does_not_bring_the_checks_along(configured: pytest.Pytester) -> None:
    """The configuration is for the whole suite; whoever names one test means that one."""
    output = run(configured, "test_own.py::test_of_the_project", "-v")
    assert "1 passed" in output
    assert "seqruns" not in output.partition("collected")[2]
    assert "seqruns::auth.key-is-required PASSED" in run(configured, "-v")


def test_a_printed_node_id_can_be_given_back(configured: pytest.Pytester) -> None:
    """Alone, beside a file, or all of them."""
    one = run(configured, "seqruns::auth.key-is-required", "-v")
    assert "seqruns::auth.key-is-required PASSED" in one
    assert "1 passed" in one
    assert "2 passed" in run(configured, "seqruns::auth.key-is-required", "test_own.py")
    assert "test_own.py" not in run(configured, "seqruns", "-v").partition("collected")[2]
    assert "did you mean auth.key-is-required" in run(configured, "seqruns::auth.key-is-requred", code=4)


def test_variables_and_pyproject_fill_in_what_is_asked_for(
    project: pytest.Pytester, honest_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """By the names of `seqruns check`; by themselves they ask for nothing."""
    (project.path / "pyproject.toml").write_text(
        f'[tool.seqruns.check]\nbase-url = "{honest_url}"\nrate = 0\n', "utf-8"
    )
    monkeypatch.setenv("SEQRUNS_CHECK_SEQUENCE_ID", SEQUENCE)
    assert "seqruns" not in run(project).partition("collected")[2]
    assert "1 passed" in run(project, "seqruns::auth.key-is-required")


def test_hypothesis_prints_the_falsifying_examples_of_the_project(project: pytest.Pytester) -> None:
    """Although Schemathesis, which the kit needs, replaces its printer for every test of the process."""
    (project.path / "test_own.py").write_text(
        "from hypothesis import given, settings, strategies as st\n\n"
        "@settings(database=None)\n@given(r=st.integers())\ndef test_of_the_project(r):\n    assert r < 100\n",
        "utf-8",
    )
    output = run(project, code=1, alone=True)
    assert "r=100" in output
    assert "r=," not in output


def test_junit_has_each_check_by_its_id(project: pytest.Pytester, broken_url: str) -> None:
    """The JUnit file has a test case for each check, as for any test."""
    run(project, *at(broken_url, "before"), "--junit-xml", "junit.xml", code=1)
    cases = {case.get("name"): case for case in ET.parse(project.path / "junit.xml").iter("testcase")}  # noqa: S314 - ours
    assert cases["before.is-inclusive"].find("failure") is not None
    assert cases["before.is-inclusive"].get("classname") == "seqruns"


def test_workers_share_one_run(project: pytest.Pytester, broken_url: str) -> None:
    """Under xdist node ids can be given as well; the verdicts and the number of requests are those of one process."""
    options = ["seqruns::before.is-inclusive", "seqruns::auth.key-is-required", "test_own.py", *at(broken_url)]
    alone = run(project, *options, code=1)
    together = run(project, *options, "-n", "2", code=1, alone=True)

    def requests_in(output: str) -> str:
        return next(line for line in output.splitlines() if "requests in" in line).split(" in ")[0].strip("- ")

    assert requests_in(alone) == requests_in(together)
    assert alone.splitlines()[-1].split(" in ")[0].strip("= ") == together.splitlines()[-1].split(" in ")[0].strip("= ")


def test_an_interrupted_run_tells_what_it_found(project: pytest.Pytester) -> None:
    """Ctrl-C in the middle: the checks that were carried out have their verdicts, the others say why they have none."""
    app, asked = honest_app(), 0

    def interrupting(environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        nonlocal asked
        asked += 1
        if asked == 30:
            os.kill(started.pid, signal.SIGINT)
        return app(environ, start_response)

    with served(interrupting) as base_url:
        command = [sys.executable, "-m", "pytest", "-p", "no:cacheprovider", *at(base_url, "page", "before", "phone")]
        started = subprocess.Popen(command, cwd=project.path, stdout=subprocess.PIPE, text=True)
        printed, _ = started.communicate(timeout=100)
    assert started.returncode == 2, printed
    assert "not carried out: interrupted" in printed
    assert re.search(r"\d+ failed, ([2-9]|\d\d+) passed", printed), printed
    assert "requests in" in printed
    assert "Interrupted: interrupted" in printed


def test_a_target_that_is_not_there_is_reported_once(project: pytest.Pytester) -> None:
    """One failure says why, the others are skipped."""
    checks = select_checks(only=["auth", "status"])
    output = run(project, *at("http://127.0.0.1:9/v1", "auth", "status"), code=1)
    assert f"1 failed, 1 passed, {len(checks) - 1} skipped" in output
    assert "gives no answer" in output


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["--seqruns-url", "http://127.0.0.1:9/v1"], "--seqruns-url needs --seqruns-sequence-id"),
        ([*at("http://127.0.0.1:9/v1", "befor")], "did you mean before"),
        ([*at("http://127.0.0.1:9/v1"), "--seqruns-role", "x=/y"], "'x' is no role"),
        ([*at("http://127.0.0.1:9/v1"), "--seqruns-seed", "one"], "invalid literal"),
        ([*at("http://127.0.0.1:9/v1"), "--seqruns-redact", "no"], "give all, files or none"),
    ],
)
def test_wrong_settings_are_usage_errors(project: pytest.Pytester, arguments: list[str], words: str) -> None:
    """A wrong setting ends with exit code 4, as any usage error of pytest."""
    assert words in run(project, *arguments, code=4)


def test_a_dialect_brings_its_own_items(project: pytest.Pytester, honest_url: str) -> None:
    """A drift fails, or is an expected failure under `warn`; a dialect that cannot be read is an error of usage."""
    (project.path / "staging.toml").write_text('[order]\nfirst = "oldest"\n[page]\nlimit_zero = 422\n', "utf-8")
    arguments = [*at(honest_url, "dialect"), "--seqruns-dialect", "staging.toml"]
    output = run(project, *arguments, "-v", code=1)
    assert "seqruns::dialect.order.first FAILED" in output
    assert "before: the earliest start; now: the latest start" in output
    assert "seqruns::dialect.page.limit_zero PASSED" in output
    assert "1 xfailed" in run(project, *arguments, "--seqruns-drift", "warn")
    (project.path / "staging.toml").write_text("[page]\nlimit_zro = 422\n", "utf-8")
    assert "did you mean page.limit_zero?" in run(project, *arguments, code=4)
