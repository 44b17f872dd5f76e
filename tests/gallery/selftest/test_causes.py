"""docs/causes.md is what the record says, and the record is of the gallery as it is."""

from __future__ import annotations

from pathlib import Path

from tests.gallery.selftest.causes import read_record, render_page

from seqruns_contracts import CHECKS
from seqruns_gallery.faults import FAULTS

DOCS = Path(__file__).parents[3] / "docs"


def test_the_page_is_up_to_date() -> None:
    """docs/causes.md is what `python -m tests.gallery.selftest.causes` prints."""
    assert (DOCS / "causes.md").read_text("utf-8") == render_page()


def test_the_record_names_faults_and_checks_that_there_are() -> None:
    """What is gone from the gallery is gone from the page."""
    assert {*read_record()} <= FAULTS.keys()
    for fault, causes in read_record().items():
        for cause in causes:
            assert {*cause["checks"]} <= CHECKS.keys(), fault
