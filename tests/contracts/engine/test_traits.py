"""What only counts, caps, prints or orders is told once, by its own check; all else is judged with it known."""

from __future__ import annotations

from functools import cache

import pytest
from tests.gallery.battery import mock

from seqruns_contracts import CHECKS, Outcome, Report, check_target, wsgi_target
from seqruns_gallery.catalogue import build

KEY = next(iter(mock().keys))
SEQUENCE = next(iter(mock().stores))
AREAS = ("answer", "run", "total", "page", "order", "before", "after", "window", "status", "parameters")
SOME = [check for check in CHECKS.values() if check.area in AREAS]


@cache
def report_on(fault: str) -> Report:
    """Return the kit's report on the mock with a fault."""
    return check_target(wsgi_target(build(fault, mock()), key=KEY), SEQUENCE, checks=SOME)


@pytest.mark.parametrize(
    ("fault", "check", "words"),
    [
        ("total-counts-step-contacts", "total.counts-every-match", "the list ends at 137, the total says 338"),
        ("total-plus-one", "total.counts-every-match", "the list ends at 137, the total says 138"),
        ("limit-capped-at-100", "page.has-the-size-asked-for", "the largest page that comes has 100"),
        ("run-start-shown-in-milliseconds", "before.is-inclusive", "before=t+1ms finds it"),
        ("ties-in-random-order", "order.is-stable", "order by id, too"),
    ],
)
def test_one_mistake_of_every_page_is_one_finding(fault: str, check: str, words: str) -> None:
    """No other documented check is broken, and the finding names the number, or what to do."""
    report = report_on(fault)
    assert [verdict.check.id for verdict in report.failures] == [check]
    texts = [each.text for finding in report.failures[0].findings for each in finding.differences]
    assert any(words in text for text in texts), texts


def test_filters_are_judged_with_a_wrong_total_and_a_cap_known() -> None:
    """What does not hold there is not exercised for want of data, never left out because of the total or the cap."""
    for fault in ("total-plus-one", "limit-capped-at-100"):
        outcomes = {verdict.check.id: verdict.outcome for verdict in report_on(fault).verdicts}
        for name in ("before.is-inclusive", "after.is-exact", "window.holds-both-bounds", "status.is-exact"):
            assert outcomes[name] is Outcome.HOLDS, (fault, name)


def test_what_is_taken_and_should_be_refused_is_listed_whole() -> None:
    """The first request that shows it has the finding; the others of its check stand there, too."""
    report = report_on("bad-date-ignored")
    (verdict,) = [each for each in report.warnings if each.check.id == "before.refuses-what-is-no-date"]
    (finding,) = verdict.findings
    assert finding.asked == "started at or before yesterday"
    assert [other.query.parameters for other in finding.also][:2] == [(("before", "2024-13-01"),), (("before", "0"),)]
    assert finding.times == 1 + len(finding.also) == verdict.probes


def test_a_schema_finding_names_the_run_and_the_field() -> None:
    """Its place on the page is no name: another page has another run there."""
    report = report_on("run-status-is-upper-case")
    (verdict,) = [each for each in report.failures if each.check.id == "answer.fits-the-schema"]
    text, run = verdict.findings[0].differences[0].text, verdict.findings[0].came or ()
    assert text.startswith(f"/data/0/status of run {run[0]}: ")
    assert all(other.asked for other in verdict.findings[0].also)
