"""The guide docs/dialect.md: its commands run as they stand there, and what it shows is what they print and write."""

from __future__ import annotations

import re
import shlex
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from click.testing import CliRunner
from tests.contracts.faulty import KEY, honest_app
from tests.serving import served

from seqruns.command import main
from seqruns.dialect import dimensions
from seqruns.dialect_file import parse_dialect, read_dialect
from seqruns_gallery.catalogue import build
from seqruns_mock.core.sequences import default_sizes, generate_stores
from seqruns_mock.http.pipeline import Mock

if TYPE_CHECKING:
    from collections.abc import Iterator

GUIDE = (Path(__file__).parents[3] / "docs" / "dialect.md").read_text("utf-8")
CHECKS = [line.removeprefix("$ ") for line in GUIDE.splitlines() if line.startswith("$ seqruns check")]
SERVES = [line.removeprefix("$ ") for line in GUIDE.splitlines() if line.startswith("$ seqruns serve")]
SHOWN = re.findall(r"```text\n(.*?)```", GUIDE, re.DOTALL)
EXCERPTS = re.findall(r"```toml\n(.*?)```", GUIDE, re.DOTALL)
(CODE,) = re.findall(r"```python\n(.*?)```", GUIDE, re.DOTALL)
ADDRESS = "http://127.0.0.1:8080/v1"


@pytest.fixture(scope="module")
def staging() -> Iterator[str]:
    """Return the base URL of a server that lists the oldest run first."""
    with served(build("oldest-first", Mock(stores=generate_stores(default_sizes()), keys={KEY}))) as url:
        yield url


def run(command: str, url: str) -> tuple[int, str]:
    """Return the exit code and the output of a command of the guide, with the guide's address for the real one."""
    arguments = shlex.split(command.replace(ADDRESS, url))[1:]
    result = CliRunner().invoke(main, [*arguments, "--rate", "0"], env={"SEQRUNS_KEY": KEY})
    return result.exit_code, result.output.replace(url, ADDRESS)


@pytest.fixture(scope="module")
def learned(staging: str, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return the file that the guide's first command writes."""
    folder = tmp_path_factory.mktemp("guide")
    with pytest.MonkeyPatch.context() as patch:
        patch.chdir(folder)
        code, output = run(CHECKS[0], staging)
    assert code == 0
    assert re.search(
        rf"\d+ of {len(dimensions())} dimensions written into staging.toml, 2 not as the contract has them\.\n$", output
    )
    return folder / "staging.toml"


def test_what_the_guide_shows_of_the_file_stands_there(learned: Path) -> None:
    """Word for word."""
    text = learned.read_text("utf-8")
    assert len(EXCERPTS) == 2
    for excerpt in EXCERPTS:
        assert excerpt in text


def test_the_server_keeps_to_its_file_and_another_day_it_does_not(
    learned: Path, staging: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The drift is printed as the guide shows it."""
    monkeypatch.chdir(learned.parent)
    code, _ = run(f"{CHECKS[1]} --only dialect", staging)
    assert code == 0
    with served(honest_app()) as url:
        code, output = run(CHECKS[2], url)
        assert code == 1
        assert SHOWN[0] in output
        assert "The target has drifted from its dialect: 1 dimension changed" in output
        assert run(f"{CHECKS[2]} --drift warn", url)[0] == 0


def test_the_mock_answers_as_the_file_says(learned: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The guide's code runs, and its commands name a dialect that can be read."""
    monkeypatch.chdir(learned.parent)
    exec(CODE, {})  # noqa: S102 - our guide
    assert all("--dialect staging.toml" in command for command in SERVES)
    assert read_dialect(learned)["order.first"] == "oldest"


def test_the_excerpts_of_the_guide_are_dialects() -> None:
    """So that they can be pasted below the name of their table."""
    assert parse_dialect(f"[order]\n{EXCERPTS[0]}\n[page]\n{EXCERPTS[1]}").values == {"order.first": "oldest"}
