"""docs/faults.md and the lists on the console are what the catalogue says."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from click.testing import CliRunner

from seqruns.command import main
from seqruns_gallery.document import render_page
from seqruns_gallery.faults import FAULTS
from seqruns_gallery.variants import VARIANTS

if TYPE_CHECKING:
    from collections.abc import Mapping

    from seqruns_gallery.building.exhibit import Exhibit

PAGE = Path(__file__).parents[2] / "docs/faults.md"


def test_the_page_is_up_to_date() -> None:
    """docs/faults.md is what `python -m seqruns_gallery.document` prints."""
    command = [sys.executable, "-m", "seqruns_gallery.document"]
    assert subprocess.run(command, check=True, capture_output=True).stdout.decode() == render_page()
    assert PAGE.read_text("utf-8") == render_page()


@pytest.mark.parametrize(("option", "exhibits"), [("--list-faults", FAULTS), ("--list-variants", VARIANTS)])
def test_a_list_names_every_exhibit_once(option: str, exhibits: Mapping[str, Exhibit]) -> None:
    """Each line has the id, the grade and what it is; as JSON the same for tools."""
    lines = CliRunner().invoke(main, ["serve", option]).output.splitlines()
    assert [line.split()[0] for line in lines] == list(exhibits)
    assert all(line.split()[1] in {"documented", "assumed", "lawful"} for line in lines)
    entries = json.loads(CliRunner().invoke(main, ["serve", option, "--format", "json"]).output)
    assert {entry["id"]: entry["summary"] for entry in entries} == {
        name: exhibit.summary for name, exhibit in exhibits.items()
    }


@pytest.mark.parametrize(
    ("options", "words"),
    [
        (["--fault", "exclusive-befor"], "Did you mean exclusive-before"),
        (["--variant", "oldest"], "There is no variant 'oldest'"),
        (["--fault", "limit-is-the-end", "--fault", "limit-before-filters"], "would undo limit-is-the-end"),
    ],
)
def test_what_is_not_in_the_gallery_is_explained(options: list[str], words: str) -> None:
    """A wrong id, or two that cannot be at once, are usage errors, with words that help."""
    result = CliRunner().invoke(main, ["serve", "--port", "0", *options])
    assert result.exit_code == 2
    assert words in " ".join(result.output.split())


def test_the_mock_starts_without_the_gallery() -> None:
    """The modules of the gallery are not imported unless it is asked for."""
    code = "import sys, seqruns_mock.runtime; sys.exit(any('gallery' in name for name in sys.modules))"
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0
