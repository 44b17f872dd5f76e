"""docs/causes.md is what the record says, and the record is of the gallery as it is."""

from __future__ import annotations

from pathlib import Path

import pytest
from tests.gallery.selftest.causes import read_record, render_page

from seqruns_contracts import CHECKS
from seqruns_gallery.faults import FAULTS
from seqruns_gallery.selftest.gallery import list_exhibits
from seqruns_gallery.selftest.trial import try_exhibit

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


@pytest.mark.parametrize(
    ("fault", "cause"),
    [("replica-is-behind", "answer.of-two-states"), ("now-and-then-a-run-is-lost", "answer.loses-runs")],
)
def test_a_page_that_came_once_is_explained_by_those_that_came_again(fault: str, cause: str) -> None:
    """What some answers lack is known from requests that were repeated, and is one cause with all other wrong pages."""
    exhibit = next(each for each in list_exhibits() if each.id == fault)
    assert try_exhibit(exhibit, None).causes == (cause,)
