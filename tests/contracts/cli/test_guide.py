"""The guide docs/check.md: its commands and its code run as they stand there, but for the address and the key."""

from __future__ import annotations

import re
import shlex
import subprocess
import sys
from pathlib import Path

import pytest
from click.testing import CliRunner
from tests.contracts.faulty import KEY, SEQUENCE, honest_app

from seqruns.command import main
from seqruns_contracts import TargetError

GUIDE = (Path(__file__).parents[3] / "docs" / "check.md").read_text("utf-8")
COMMANDS = [line for block in re.findall(r"```console\n(.*?)```", GUIDE, re.DOTALL) for line in block.splitlines()]
CODE = re.findall(r"```python\n(.*?)```", GUIDE, re.DOTALL)
ADDRESS = "http://127.0.0.1:8080/v1"
BIN = Path(sys.executable).parent


@pytest.mark.parametrize("command", [line for line in COMMANDS if "export" not in line], ids=range(len(COMMANDS) - 1))
def test_each_command_of_the_guide_runs(
    command: str, honest_url: str, pytester: pytest.Pytester, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The commands end with exit code 0 against a target that keeps the contract."""
    monkeypatch.setenv("SEQRUNS_KEY", KEY)
    monkeypatch.delenv("PYTEST_XDIST_WORKER", raising=False)
    (pytester.path / "known.json").write_text('{"format": 2, "known": []}', "utf-8")
    program, *arguments = shlex.split(command.removeprefix("$ ").replace(ADDRESS, honest_url))
    if program == "seqruns":
        result = CliRunner().invoke(main, [*arguments, "--rate", "0"])
        assert result.exit_code == 0, result.output
    else:
        assert program == "pytest"
        assert pytester.runpytest_inprocess(*arguments, "--seqruns-rate", "0", "-p", "no:cacheprovider").ret == 0


def test_the_code_of_the_guide_runs(honest_url: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """The library's example against a server, the test's example against an application."""
    monkeypatch.setenv("SEQRUNS_KEY", KEY)
    names: dict[str, object] = {}
    exec(CODE[0].replace(ADDRESS, honest_url).replace('_KEY"])', '_KEY"], rate=0)'), names)  # noqa: S102 - our guide
    exec(CODE[1].replace("test-key", KEY), names)  # noqa: S102 - our guide
    names["test_contract"](honest_app())  # type: ignore[operator]


def test_the_code_of_the_guide_notices_a_wrong_key() -> None:
    """The code of the guide fails with a wrong key, so the test before can fail."""
    names: dict[str, object] = {}
    exec(CODE[1], names)  # noqa: S102 - our guide
    with pytest.raises(TargetError, match="does not accept the key"):
        names["test_contract"](honest_app())  # type: ignore[operator]


def test_the_guide_names_every_option() -> None:
    """An option that nobody can find is not there."""
    command = [str(BIN / "seqruns"), "check", "--help"]
    help_ = subprocess.run(command, capture_output=True, text=True, check=True).stdout
    known = {"--key", "--timeout", "--quiet", "--help"}
    assert {option for option in re.findall(r"--[a-z-]+", help_) if option not in GUIDE} <= known


def test_the_guide_speaks_of_the_default_sequence() -> None:
    """So that its commands can be pasted against `seqruns serve`."""
    assert SEQUENCE in GUIDE


def test_the_fault_that_the_guide_serves_is_there() -> None:
    """The gallery may rename its faults; the guide must follow."""
    (fault,) = re.findall(r"--fault ([a-z-]+)", GUIDE)
    command = [str(BIN / "seqruns"), "serve", "--list-faults"]
    assert f"{fault} " in subprocess.run(command, capture_output=True, text=True, check=True).stdout
