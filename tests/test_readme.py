"""The README is true: what it shows is what a user gets."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest
from tests.mock.conftest import console, serving

ROOT = Path(__file__).parents[1]
README = (ROOT / "README.md").read_text("utf-8")
BLOCKS = re.findall(r"```console\n(.*?)```", README, re.DOTALL)
"""The commands with what they print."""
LINKS = re.findall(r"\]\((?!http)([^)#]+)\)", README)


def shown(start: str) -> tuple[str, str]:
    """Return the command of the README that begins so, and the output that it shows."""
    for block in BLOCKS:
        _, found, rest = block.partition(f"$ {start}")
        if found:
            command, _, output = rest.partition("\n")
            return start + command, output.partition("\n$ ")[0].rstrip("\n")
    raise LookupError(start)


def without_chance(text: str) -> str:
    """Return output without what differs from run to run: the port and the seconds."""
    return re.sub(r"in [\d.]+ s", "in … s", re.sub(r"127\.0\.0\.1:\d+", "127.0.0.1:…", text)).strip()


@pytest.mark.parametrize("link", LINKS)
def test_a_link_leads_somewhere(link: str) -> None:
    """Every file that the README names is there."""
    assert (ROOT / link).exists()


def test_the_mock_says_what_is_shown() -> None:
    """The banner is the one in the README."""
    with console() as server:
        assert without_chance(server.banner) == without_chance(shown("seqruns serve")[1])


@pytest.mark.parametrize(
    "start",
    ["curl -s", "seqruns check http://127.0.0.1:8080", "seqruns fixtures --runs 3"],
)
def test_a_command_prints_what_is_shown(start: str) -> None:
    """The mock runs as a process, and the commands are pasted into a shell."""
    command, output = shown(start)
    with serving() as server:
        pasted = command.replace("127.0.0.1:8080", f"127.0.0.1:{server.port}")
        path = f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}"
        done = subprocess.run(
            ["bash", "-c", pasted],
            env={**os.environ, "PATH": path, "SEQRUNS_KEY": "mock-key"},
            capture_output=True,
            text=True,
            check=False,
        )
    assert without_chance(done.stdout) == without_chance(output)
    assert done.returncode == 0
