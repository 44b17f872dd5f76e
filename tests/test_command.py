"""The one command: help that a stranger understands, quick, and exit codes as the ecosystem has them."""

from __future__ import annotations

import subprocess
import sys

import pytest
from click.testing import CliRunner

from seqruns import __version__
from seqruns.command import main


def test_help_names_the_subcommands() -> None:
    """Each subcommand has its line."""
    result = CliRunner().invoke(main, ["--help"])
    assert result.exit_code == 0
    for name in ("serve", "check", "fixtures"):
        assert f"\n  {name} " in result.output


def test_no_line_of_the_help_is_cut() -> None:
    """What each subcommand does fits on its line."""
    assert "..." not in CliRunner().invoke(main, ["--help"]).output.partition("Commands:")[2]


def test_the_version_is_that_of_the_package() -> None:
    """`seqruns --version` prints what the package says."""
    assert CliRunner().invoke(main, ["--version"]).output == f"seqruns, version {__version__}\n"


def test_an_unknown_subcommand_is_a_usage_error() -> None:
    """Exit code 2, and the name that was not found."""
    result = CliRunner().invoke(main, ["serv"])
    assert result.exit_code == 2
    assert "serv" in result.output


def test_the_module_is_the_command() -> None:
    """`python -m seqruns` does the same."""
    done = subprocess.run([sys.executable, "-m", "seqruns", "--version"], capture_output=True, text=True, check=True)
    assert done.stdout == f"seqruns, version {__version__}\n"


@pytest.mark.parametrize(
    "heavy", ["flask", "granian", "hypothesis", "schemathesis", "faker", "requests", "yaml", "rich"]
)
def test_help_imports_nothing_heavy(heavy: str) -> None:
    """Showing the help loads none of the libraries that the subcommands need."""
    code = (
        "import sys; from seqruns.command import main\n"
        "try: main(['--help'])\nexcept SystemExit: pass\n"
        f"sys.exit({heavy!r} in sys.modules)"
    )
    subprocess.run([sys.executable, "-c", code], capture_output=True, check=True)
