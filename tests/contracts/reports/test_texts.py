"""The reports in text: what a person or a CI system reads in each."""

from __future__ import annotations

import io
import json
import re
from dataclasses import replace
from typing import TYPE_CHECKING
from xml.etree import ElementTree as ET

from rich.console import Console

from seqruns_contracts.findings.baseline import Baseline, Known
from seqruns_contracts.findings.results import Outcome
from seqruns_contracts.reports.difference import difference_lines, page_difference
from seqruns_contracts.reports.github import render_annotations, render_summary
from seqruns_contracts.reports.json import render_json
from seqruns_contracts.reports.junit import render_junit
from seqruns_contracts.reports.summary import figures, summarize
from seqruns_contracts.reports.terminal import print_report

if TYPE_CHECKING:
    import pytest

    from seqruns_contracts import Finding, Report


def printed(report: Report, *, width: int = 100, terminal: bool = False, **shown: bool) -> str:
    """Return what the terminal report prints."""
    file = io.StringIO()
    console = Console(file=file, width=width, force_terminal=terminal, highlight=False)
    print_report(report, console, **shown)
    return file.getvalue()


def finding_of(report: Report, name: str) -> Finding:
    """Return the first finding of a check."""
    return next(verdict.findings[0] for verdict in report.verdicts if verdict.check.id == name)


def test_a_failure_is_described_so_that_it_can_be_repeated(broken_report: Report) -> None:
    """The law, the query in words, what came and what was due, the run that is missing, the curl line."""
    text = printed(broken_report, verbose=True)
    finding = finding_of(broken_report, "before.is-inclusive")
    (missing,) = broken_report.runs_of(page_difference(finding).missing)
    for part in (
        "BROKEN before.is-inclusive  (documented)",
        "`before` selects the runs that start before the instant, or exactly at it.",
        f"asked     started at or before {missing.start_text}",
        f"    - missing  {missing.id}  {missing.start_text}",
        f"again     {finding.curl}",
    ):
        assert part in text


def test_causes_come_first_and_the_findings_fold_beneath(broken_report: Report) -> None:
    """Three mistakes are three headings, each with what it explains and where to look."""
    text = printed(broken_report)
    assert text.count("BROKEN ") == len(broken_report.causes) == 3
    assert "The target compares `before` with `<` instead of `<=`" in text
    assert "look at   the comparison `<` instead of `<=`" in text
    assert "BROKEN before.is-inclusive" not in text


def test_an_answer_that_breaks_several_checks_is_described_once(broken_report: Report) -> None:
    """The checks after the first one point to it."""
    assert "broken by the same answer as phone.is-exact" in printed(broken_report, verbose=True)


def test_without_a_terminal_there_are_no_control_characters(broken_report: Report) -> None:
    """CI logs and pipes get plain lines; a terminal gets colours."""
    assert "\x1b" not in printed(broken_report)
    assert "\x1b[" in printed(broken_report, terminal=True)


def test_no_color_is_respected(broken_report: Report, monkeypatch: pytest.MonkeyPatch) -> None:
    """https://no-color.org: no colour codes, also on a terminal."""
    monkeypatch.setenv("NO_COLOR", "1")
    assert "\x1b[31m" not in printed(broken_report, terminal=True)
    assert "\x1b[1;31m" not in printed(broken_report, terminal=True)


def test_prose_is_wrapped_on_a_narrow_terminal_only(broken_report: Report) -> None:
    """A pipe gets each sentence in one line, so that it can be searched."""
    law = "`before` selects the runs that start before the instant, or exactly at it."
    assert law in printed(broken_report, width=40, verbose=True)
    assert law not in printed(broken_report, width=40, verbose=True, terminal=True)


def test_quiet_prints_what_fails_and_the_summarize(broken_report: Report, honest_report: Report) -> None:
    """No table, no warnings; of a kept contract two lines."""
    assert "WARNING" in printed(broken_report, verbose=True)
    assert "WARNING" not in printed(broken_report, quiet=True)
    assert "BROKEN before.exclusive" in printed(broken_report, quiet=True)
    assert len(printed(honest_report, quiet=True).strip().splitlines()) == 2


def test_what_was_not_exercised_is_said_with_the_reason(honest_report: Report) -> None:
    """Never passed over, never passed."""
    text = printed(honest_report)
    assert "not exercised: needs a second sequence, named with --other-sequence-id\n  sequence.keeps-to-itself" in text


def test_at_most_five_runs_and_a_count_are_shown(broken_report: Report) -> None:
    """An ignored phone brings 137 runs, of which nobody wants to read all."""
    lines = difference_lines(finding_of(broken_report, "phone.is-exact"), broken_report)
    unexpected = [line.text for line in lines if line.label == "unexpected"]
    assert len(unexpected) == 6
    assert unexpected[-1].startswith("and ")


def test_the_ending_counts_and_names_the_seed(broken_report: Report, honest_report: Report) -> None:
    """One sentence for the verdict; the figures that a repetition needs."""
    assert summarize(honest_report)[0] == "The contract is kept in what was chosen"
    headline, rest = summarize(broken_report)
    assert headline == "The contract is broken"
    assert rest.startswith(f": 3 causes, {len(broken_report.failures)} checks fail, 2 warnings, ")
    assert rest.endswith(f"{broken_report.counts[Outcome.NOT_JUDGED]} not judged because of what is broken.")
    assert "137 runs; seed 0" in figures(broken_report)
    assert "1 x 503" in figures(replace(broken_report, troubles={"503": 1}))
    assert summarize(replace(honest_report, runs=0))[0] == "Nothing was exercised"
    not_judged = [replace(verdict, outcome=Outcome.NOT_JUDGED) for verdict in honest_report.verdicts]
    report = replace(honest_report, verdicts=tuple(not_judged))
    assert (report.exit_code, summarize(report)[0]) == (3, "Nothing could be judged")


def test_the_ending_of_a_check_that_errored(honest_report: Report) -> None:
    """Exit code 2 has its own words."""
    first, *others = honest_report.verdicts
    report = replace(honest_report, verdicts=(replace(first, outcome=Outcome.ERRORED, reason="gone"), *others))
    assert report.exit_code == 2
    assert summarize(report) == ("The check could not be carried out", ": 1 check errored.")
    assert "errored: gone" in printed(report)
    assert 'errors="1"' in render_junit(report)


def test_junit_has_a_case_for_each_check(broken_report: Report) -> None:
    """Failures fail; warnings and what was not exercised are skipped, each with its reason."""
    root = ET.fromstring(render_junit(broken_report))  # noqa: S314 - written a moment ago
    cases = {case.get("name"): case for case in root.iter("testcase")}
    assert len(cases) == len(broken_report.verdicts)
    for verdict in broken_report.verdicts:
        case = cases[verdict.check.id]
        assert case.get("classname") == f"seqruns.{verdict.check.area}"
        assert (case.find("failure") is not None) == broken_report.fails(verdict)
        if not broken_report.fails(verdict):
            assert (case.find("skipped") is None) == (verdict.outcome is Outcome.HOLDS)
    failure = cases["before.is-inclusive"].find("failure")
    assert failure is not None
    assert "- missing" in (failure.text or "")
    assert root.get("failures") == str(len(broken_report.failures))


def test_json_tells_what_machines_need(broken_report: Report) -> None:
    """The JSON holds outcomes, queries as data, and differences with counts."""
    report = json.loads(render_json(broken_report))
    assert report["exit_code"] == 1
    assert report["failures"] == [verdict.check.id for verdict in broken_report.failures]
    (inclusive,) = (check for check in report["checks"] if check["id"] == "before.is-inclusive")
    (finding,) = inclusive["findings"]
    assert finding["query"][0][0] == "before"
    assert finding["differences"][0]["kind"] == "missing"
    assert finding["differences"][0]["runs"][0]["start_time"] == finding["query"][0][1]


def test_annotations_are_workflow_commands_of_one_line(broken_report: Report) -> None:
    """A cause is one error, and so is a failure without one; a warning is a warning; line ends are escaped."""
    lines = list(render_annotations(broken_report))
    causes = {*broken_report.causes, *broken_report.causes_of_warnings}
    alone = [v for v in (*broken_report.failures, *broken_report.warnings) if broken_report.cause_of(v) is None]
    assert len(lines) == len(causes) + len(alone)
    assert any(line.startswith("::error title=before.exclusive::The target compares") for line in lines)
    assert all("\n" not in line and "%0A" in line for line in lines)


def test_the_step_summary_is_markdown(broken_report: Report, honest_report: Report) -> None:
    """A headline, a table by area, and each failure folded."""
    text = render_summary(broken_report)
    assert text.startswith("## The contract is broken\n")
    assert "| before |" in text
    assert "<details><summary><code>before.is-inclusive</code>" in text
    assert "### Broken" not in render_summary(honest_report)


def test_an_accepted_failure_is_described_as_known_and_a_mended_one_as_gone(broken_report: Report) -> None:
    """Neither fails; both are named, everywhere."""
    finding = next(v for v in broken_report.verdicts if v.check.id == "before.is-inclusive").findings[0]
    where, what = finding.fingerprint
    known = Known(check="before.is-inclusive", where=where, what=what)
    gone = Known(check="page.limit-defaults-to-50", where="", what="size", reason="nobody pages")
    report = replace(broken_report, baseline=Baseline(entries=(known, gone)))
    assert "before.is-inclusive" not in {verdict.check.id for verdict in report.failures}
    assert "known and accepted: before.is-inclusive" in printed(report)
    told = "page.limit-defaults-to-50: size (nobody pages)"
    assert f"fixed; take it out of the baseline: {told}" in printed(report)
    assert told in render_summary(report)
    assert "Known to be broken: `before.is-inclusive`" in render_summary(report)
    assert "known: `before`" in render_junit(report)
    assert json.loads(render_json(report))["fixed"] == [told]


JUNIT = {
    "testsuites": ({"testsuite"}, {"name", "time", "tests", "failures", "errors"}),
    "testsuite": (
        {"testsuite", "properties", "testcase", "system-out", "system-err"},
        {"name", "tests", "failures", "errors", "group", "time", "skipped", "timestamp", "hostname", "id", "package"},
    ),
    "testcase": ({"skipped", "error", "failure", "system-out", "system-err"}, {"name", "time", "classname", "group"}),
    "properties": ({"property"}, set()),
    "property": (set(), {"name", "value"}),
    **dict.fromkeys(("skipped", "error", "failure"), (set(), {"type", "message"})),
    **dict.fromkeys(("system-out", "system-err"), (set(), set())),
}
"""By element: the elements in it and the attributes that Jenkins' xUnit plugin allows (its schema junit-10.xsd)."""
NEEDED = {"testsuite": {"name", "tests", "failures", "errors"}, "testcase": {"name"}, "property": {"name", "value"}}


# What GitLab's reader (Rails' `Hash.from_xml`) takes for an order to convert the text of an element, or refuses.
RAILS_TYPES = {
    "array", "base64Binary", "boolean", "date", "datetime", "decimal", "duration", "file", "float", "hexBinary",
    "integer", "string", "symbol", "yaml",
}  # fmt: skip


def test_junit_tells_its_details_to_each_reader(broken_report: Report) -> None:
    """GitLab shows the text of a result, Jenkins its message: each result has both, and no type that Rails converts."""
    first, second, *rest = broken_report.verdicts
    verdicts = (
        replace(first, outcome=Outcome.ERRORED, reason="no answer", findings=()),
        replace(second, outcome=Outcome.NOT_JUDGED, reason="of a known mistake", findings=()),
        *rest,
    )
    root = ET.fromstring(render_junit(replace(broken_report, verdicts=verdicts, stopped="lost")))  # noqa: S314 - ours
    results = [result for case in root.iter("testcase") for result in case if result.tag != "system-out"]
    assert {result.tag for result in results} == {"failure", "error", "skipped"}
    for result in results:
        assert (result.text or "").strip()
        assert result.attrib["message"].strip()
        assert result.attrib["type"] not in RAILS_TYPES


def test_junit_is_what_the_readers_of_ci_systems_take(broken_report: Report) -> None:
    """Nothing that the strictest of them, Jenkins' xUnit plugin, refuses; a time for each case; a stop is told."""
    stopped = replace(broken_report, stopped="lost", not_carried_out=("a.b",))
    for report in (broken_report, stopped):
        root = ET.fromstring(render_junit(report))  # noqa: S314 - ours
        for element in root.iter():
            children, attributes = JUNIT[element.tag]
            assert {child.tag for child in element} <= children, element.tag
            assert NEEDED.get(element.tag, set()) <= element.attrib.keys() <= attributes, element.tag
            # Its SUREFIRE_TIME: milliseconds at the finest, and no exponent.
            assert re.fullmatch(r"\d*(\.\d{0,3})?", element.get("time", "0"))
        assert all(float(case.attrib["time"]) >= 0 for case in root.iter("testcase"))
    assert root.attrib["errors"] == "1"
    assert root.findtext(".//testcase[@name='run.is-carried-out-to-its-end']/system-out") == "not carried out: a.b"
