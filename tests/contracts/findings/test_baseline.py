"""A baseline hides nothing: it knows findings, not checks, for a while."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import date
from typing import TYPE_CHECKING

import pytest

from seqruns_contracts.checks.kinds import Grade
from seqruns_contracts.findings.baseline import Baseline, Known
from seqruns_contracts.findings.baseline_file import UnreadableBaselineError, read_baseline, render_baseline
from seqruns_contracts.findings.fingerprint import steady
from seqruns_contracts.findings.results import Finding
from seqruns_contracts.model.oracle import Difference
from seqruns_contracts.model.query import Query

if TYPE_CHECKING:
    from pathlib import Path

    from seqruns_contracts import Report

SCHEMA = "answer.fits-the-schema"


def finding(*reasons: str) -> Finding:
    """Return a finding of what was seen in passing."""
    return Finding(
        asked="", query=Query(), curl="", status=200, received="", expected="", grade=Grade.DOCUMENTED,
        differences=tuple(Difference(kind="seen", text=reason) for reason in reasons),
    )  # fmt: skip


def known(reason: str, *, until: date | None = None) -> Known:
    """Return the entry of such a finding."""
    where, what = finding(reason).fingerprint
    return Known(check=SCHEMA, where=where, what=what, until=until)


def test_another_fault_of_a_known_check_is_new() -> None:
    """A total that is text is known; a status that is null is not."""
    baseline = Baseline(entries=(known('/total: "137" is not of type "integer"'),))
    assert baseline.accepts(SCHEMA, finding('/total: "138" is not of type "integer"').fingerprint)
    assert not baseline.accepts(SCHEMA, finding('/data/0/status: null is not of type "string"').fingerprint)
    assert not baseline.accepts("answer.is-json", finding('/total: "138" is not of type "integer"').fingerprint)


def test_the_same_fault_of_another_run_is_known() -> None:
    """Places in a list, ids and values change from day to day."""
    seen = "run 5f0c1f0e-52f9-4b9e-9d5c-3f2f0f6a7c11 has created_at '2024-01-01', which is no date-time"
    assert steady(seen) == steady(seen.replace("5f0c", "ffff").replace("2024", "2031"))
    assert steady("/data/0/contact/phone: a number") == steady("/data/13/contact/phone: a number")
    assert steady("the body of a 400 has no list") != steady("the body of a 422 has no list")


def test_after_its_last_day_an_entry_accepts_nothing() -> None:
    """On that day it still does."""
    entry = known("x is wrong", until=date(2026, 5, 31))
    assert Baseline(entries=(entry,), today=date(2026, 5, 31)).accepts(SCHEMA, finding("x is wrong").fingerprint)
    late = Baseline(entries=(entry,), today=date(2026, 6, 1))
    assert not late.accepts(SCHEMA, finding("x is wrong").fingerprint)
    assert late.expired == (entry,)


def test_what_was_not_carried_out_is_not_said_to_be_fixed(honest_report: Report) -> None:
    """Only a check that came to a conclusion says so."""
    entries = (
        Known(check="before.is-inclusive", where="before", what="missing"),
        Known(check="sequence.shares-nothing", where="", what="unexpected"),
        Known(check="no.such-check", where="", what="x"),
    )
    report = replace(honest_report, baseline=Baseline(entries=entries))
    assert report.fixed == entries[:1]
    assert [entry.check for entry in report.baseline.unknown][-1] == "no.such-check"
    written = {entry["check"] for entry in json.loads(render_baseline(report))["known"]}
    assert "before.is-inclusive" not in written
    assert {"sequence.shares-nothing", "no.such-check"} <= written


@pytest.mark.parametrize(
    "content",
    ["", "null", "[" * 100_000, '{"accepted": {}}', '{"format": 2, "known": [1]}', '{"format": 2, "known": [{}]}'],
)
def test_what_is_no_baseline_is_refused_in_words(content: str, tmp_path: Path) -> None:
    """With the way to make one."""
    (tmp_path / "x.json").write_text(content, "utf-8")
    with pytest.raises(UnreadableBaselineError, match="is no baseline of this version; --write-baseline makes one"):
        read_baseline(tmp_path / "x.json")


def test_a_last_day_that_is_none_is_refused(tmp_path: Path) -> None:
    """It would never end, or at once."""
    (tmp_path / "x.json").write_text('{"format": 2, "known": [{"check": "a.b", "until": "soon"}]}', "utf-8")
    with pytest.raises(UnreadableBaselineError, match="a last day is like 2027-01-31"):
        read_baseline(tmp_path / "x.json")
