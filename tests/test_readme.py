"""The README is true: what it shows is what a user gets. What it and the other guides name is there."""

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
GUIDES = [*ROOT.glob("*.md"), *ROOT.glob("docs/*.md"), *ROOT.glob("benchmarks/**/*.md")]
FOLDERS = "tests|mockserver|contracts|fixtures|src|docs|benchmarks"
YOURS = "tests/test_mine.py"
"""What a guide calls a file of its reader."""


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


@pytest.mark.parametrize("guide", GUIDES, ids=lambda guide: str(guide.relative_to(ROOT)))
def test_every_file_that_a_guide_names_is_there(guide: Path) -> None:
    """Links lead somewhere, and so do the paths in the text and in commands."""
    text = guide.read_text("utf-8").replace(YOURS, "")
    links = [guide.parent / link for link in re.findall(r"\]\((?!http|#)([^)#]+)", text)]
    paths = [ROOT / path for path in re.findall(rf"(?<![\w/.-])((?:{FOLDERS})/[\w/.-]*\w)", text)]
    assert [path for path in links + paths if not path.exists()] == []


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
