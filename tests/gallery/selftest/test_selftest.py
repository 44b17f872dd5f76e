"""The command `seqruns selftest`, over real servers."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest
from click.testing import CliRunner

from seqruns.command import main
from seqruns_gallery.selftest import gallery, trial
from seqruns_gallery.selftest.gallery import Exhibit, GalleryError, list_exhibits, serving

if TYPE_CHECKING:
    from pathlib import Path

FAULTS = ("exclusive-before", "limit-words-ignored")
VARIANTS = ("start-has-another-name", "chunked", "growing")


def test_faults_are_caught_and_variants_spared(tmp_path: Path) -> None:
    """Some of each kind: in process, at the gallery on a socket, and at a server of its own."""
    report = tmp_path / "selftest.json"
    options = [*FAULTS, *VARIANTS, "--jobs", "2", "--report-json", str(report)]
    done = CliRunner().invoke(main, ["selftest", *options])
    assert done.exit_code == 0, done.output
    assert "Faults caught: 1 of 1 documented, 1 of 1 assumed." in done.output
    assert "False alarms: 0 of 3 lawful variants." in done.output
    assert "5/5" in done.output
    trials = {entry["id"]: entry for entry in json.loads(report.read_text("utf-8"))["trials"]}
    assert set(trials) == {*FAULTS, *VARIANTS}
    assert "before.is-inclusive" in trials["exclusive-before"]["failed"]
    assert trials["limit-words-ignored"]["failed"] == []


@pytest.mark.parametrize(
    ("options", "words"),
    [
        (["no-such-fault"], "The gallery has no no-such-fault"),
        (["--shard", "5/4"], "'5/4' is not I/N"),
        (["--shard", "half"], "'half' is not I/N"),
    ],
)
def test_a_usage_error_is_explained(options: list[str], words: str) -> None:
    """Exit code 2 and words."""
    done = CliRunner().invoke(main, ["selftest", *options])
    assert done.exit_code == 2
    assert words in done.output


def test_the_lists_are_those_of_the_mock() -> None:
    """Faults have a grade, variants have none; what a checker must be told comes along."""
    exhibits = {exhibit.id: exhibit for exhibit in list_exhibits()}
    assert exhibits["exclusive-before"].is_fault
    assert not exhibits["gzip"].is_fault
    assert exhibits["start-has-another-name"].roles == {"start_time": "/started_at"}
    assert exhibits["huge"].runs == 100_000
    assert exhibits["huge"].alone


def test_a_mock_that_does_not_start_is_explained() -> None:
    """What it printed is in the message."""
    with pytest.raises(GalleryError, match="did not start"), serving("--fault", "no-such-fault"):
        pass


def test_a_target_that_cannot_be_checked_is_a_trouble() -> None:
    """The trial is wrong, and says why."""
    served = gallery.Served(root="http://127.0.0.1:1", key="key", sequence_id="a", other_sequence_id="b")
    tried = trial.try_exhibit(Exhibit(id="gone", summary="It is not there.", grade="documented"), served)
    assert not tried.is_right
    assert "127.0.0.1:1" in tried.trouble
