"""The guide docs/compare.md: its command prints what stands there."""

from __future__ import annotations

import re
import shlex
from pathlib import Path
from typing import TYPE_CHECKING

from click.testing import CliRunner

from seqruns.command import main
from seqruns_mock.embedding import MockServer

if TYPE_CHECKING:
    import pytest

GUIDE = (Path(__file__).parents[2] / "docs" / "compare.md").read_text("utf-8")
STAGING, PRODUCTION = "https://staging.example.com", "https://api.example.com"


def test_the_command_of_the_guide_prints_what_stands_there(monkeypatch: pytest.MonkeyPatch) -> None:
    """Of two servers that differ in two dimensions; only the figures of the last lines differ from day to day."""
    command, *_ = re.findall(r"```console\n\$ seqruns (.*?)\n```", GUIDE, re.DOTALL)
    printed, *_ = re.findall(r"```text\n(.*?)```", GUIDE, re.DOTALL)
    monkeypatch.setenv("STAGING_KEY", "mock-key")
    monkeypatch.setenv("PRODUCTION_KEY", "mock-key")
    dialect = {"page.limit_above_maximum": "lowered", "answer.zone": "+00:00"}
    with MockServer() as staging, MockServer(dialect=dialect) as production:
        line = command.replace(STAGING, staging.root_url).replace(PRODUCTION, production.root_url)
        result = CliRunner().invoke(main, [*shlex.split(line, comments=False), "--rate", "0"])
        output = result.output.replace(staging.root_url, STAGING).replace(production.root_url, PRODUCTION)
    assert result.exit_code == 1
    assert _without_figures(output) == _without_figures(printed)


def _without_figures(text: str) -> str:
    return re.sub(r"\n\d+ queries.*\n", "\n", text).strip()
