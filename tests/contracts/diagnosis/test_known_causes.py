"""A baseline knows causes by their ids: what they explain passes on any data, and nothing else does."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import date
from functools import cache
from typing import TYPE_CHECKING, Any

import pytest
from tests.contracts.diagnosis.lab import KEY, OTHER, SEQUENCE, Server

from seqruns_contracts import check_target, wsgi_target
from seqruns_contracts.checks.selection import select_checks
from seqruns_contracts.findings.baseline import Baseline, KnownCause
from seqruns_contracts.findings.baseline_file import UnreadableBaselineError, read_baseline, render_baseline

if TYPE_CHECKING:
    from pathlib import Path

    from seqruns_contracts import Report

EXCLUSIVE = {"before": "r.start < :before"}
PART = {"phone": "instr(r.phone, :phone)"}


@cache
def report_on(*mistakes: str) -> Report:
    """Return the report on a server whose `before` is exclusive, or whose `phone` finds parts, or both."""
    lines: dict[str, Any] = {}
    for mistake in mistakes:
        lines |= {"before": EXCLUSIVE, "phone": PART}[mistake]
    target = wsgi_target(Server().wrong(**lines), key=KEY, max_requests=400)
    checks = select_checks(only=("before.is-inclusive", "before.is-exact", "phone.is-exact", "phone.is-never-partial"))
    return check_target(target, SEQUENCE, other_sequence_id=OTHER, checks=checks)


def knowing(report: Report, *causes: KnownCause, **more: Any) -> Report:
    """Return the report with a baseline of these causes."""
    return replace(report, baseline=Baseline(causes=causes, **more))


def test_what_a_known_cause_explains_passes() -> None:
    """Every finding of it, without an entry for any."""
    report = report_on("before")
    assert report.exit_code == 1
    known = knowing(report, KnownCause(id="before.exclusive"))
    assert known.exit_code == 0
    assert not known.causes
    assert not known.unexplained
    assert "before.is-inclusive" in {verdict.check.id for verdict in known.known_failures}


def test_a_second_mistake_is_new() -> None:
    """It fails, and alone is named as a cause."""
    known = knowing(report_on("before", "phone"), KnownCause(id="before.exclusive"))
    assert known.exit_code == 1
    assert [cause.piece for cause in known.causes] == ["phone"]
    assert {verdict.check.area for verdict in known.failures} == {"phone"}


def test_a_finding_that_the_cause_does_not_explain_is_new() -> None:
    """Also where it is of a check that the cause explains otherwise."""
    report = report_on("before")
    cause = next(cause for cause in report.explained if cause.id == "before.exclusive")
    narrow = replace(cause, findings=cause.findings - {("before.is-inclusive", 0)})
    known = knowing(replace(report, explained=(narrow,)), KnownCause(id="before.exclusive"))
    assert [verdict.check.id for verdict in known.failures] == ["before.is-inclusive"]
    assert known.unexplained == known.failures


def test_another_cause_of_the_same_checks_is_new() -> None:
    """A cause is known by its id, not by the checks that show it."""
    assert knowing(report_on("before"), KnownCause(id="before.cut-to-the-day")).exit_code == 1


def test_after_its_last_day_a_cause_is_new_again() -> None:
    """On that day it still is known."""
    entry = KnownCause(id="before.exclusive", until=date(2026, 5, 31))
    assert knowing(report_on("before"), entry, today=date(2026, 5, 31)).exit_code == 0
    late = knowing(report_on("before"), entry, today=date(2026, 6, 1))
    assert late.exit_code == 1
    assert late.baseline.expired == (entry,)


def test_a_cause_is_fixed_when_its_checks_hold() -> None:
    """One that a person wrote without any checks is never said to be."""
    entries = (KnownCause(id="before.exclusive", checks=("before.is-inclusive",)), KnownCause(id="phone.substring"))
    assert knowing(report_on(), *entries).fixed == entries[:1]
    assert knowing(report_on("before"), *entries).fixed == ()


def test_what_is_written_is_read_again(tmp_path: Path) -> None:
    """The file keeps reason and last day, and accepts the report that it was written from."""
    path = tmp_path / "known.json"
    path.write_text(render_baseline(report_on("before", "phone")), "utf-8")
    content = json.loads(path.read_text("utf-8"))
    assert "before.exclusive" in [entry["cause"] for entry in content["causes"]]
    content["causes"][0] |= {"reason": "no time before May", "until": "2099-05-31"}
    path.write_text(json.dumps({**content, "known": []}), "utf-8")
    read = replace(report_on("before", "phone"), baseline=read_baseline(path))
    assert read.exit_code == 0
    again = json.loads(render_baseline(read))["causes"][0]
    assert (again["reason"], again["until"]) == ("no time before May", "2099-05-31")


@pytest.mark.parametrize("causes", [[{"id": "x"}], ["x"], 3, [{"cause": "x", "until": "soon"}]])
def test_causes_that_cannot_be_read_are_refused(causes: object, tmp_path: Path) -> None:
    """No entry is left out in silence."""
    path = tmp_path / "known.json"
    path.write_text(json.dumps({"format": 2, "known": [], "causes": causes}), "utf-8")
    with pytest.raises(UnreadableBaselineError):
        read_baseline(path)
