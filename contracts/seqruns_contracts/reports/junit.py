"""The report as JUnit XML: a test case for each check, for the pages that CI systems make of such files."""

from __future__ import annotations

from typing import TYPE_CHECKING

from junitparser import Error, Failure, JUnitXml, Skipped, TestCase, TestSuite

from seqruns_contracts.findings.results import Outcome
from seqruns_contracts.reports.text import describe_finding

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from seqruns_contracts.findings.report import Report
    from seqruns_contracts.findings.results import Verdict


def render_junit(report: Report) -> str:
    """Return the report as JUnit XML.

    Warnings, and what was not exercised or observable, count as skipped. A stopped run has an error of its own.
    """
    suites: dict[str, list[TestCase]] = {}
    for verdict in report.verdicts:
        suites.setdefault(verdict.check.area, []).append(_case(report, verdict))
    if report.stopped:
        suites["run"] = [_stopped_case(report)]
    properties = {
        "base_url": report.base_url,
        "sequence_id": report.sequence_id,
        "seed": str(report.seed),
        "partial": str(bool(report.stopped)).lower(),
    }
    return render_suites(f"seqruns {report.base_url}", suites, properties)


def render_suites(title: str, suites: Mapping[str, Sequence[TestCase]], properties: Mapping[str, str]) -> str:
    """Return cases by suite as JUnit XML, as far as the readers of GitLab, GitHub and both plugins of Jenkins go."""
    xml = JUnitXml(title)
    for name, cases in suites.items():
        suite = TestSuite(f"seqruns.{name}")
        for result in (result for case in cases for result in case.result):
            # GitLab shows the text of an element, and of one that has only attributes a heap of them; most of the
            # actions that GitHub offers show no attribute of an error at all.
            result.text = result.text or result.message
        suite.add_testcases([*cases])
        for each, value in properties.items():
            suite.add_property(each, value)
        xml.add_testsuite(suite)
    xml.update_statistics()  # type: ignore[no-untyped-call] # junitparser's
    # The schema of Jenkins' xUnit plugin knows `skipped` of a suite, and refuses it of all suites together.
    xml._elem.attrib.pop("skipped", None)  # noqa: SLF001 - its own setter takes numbers only
    text: bytes = xml.tostring()  # type: ignore[no-untyped-call] # as above
    return text.decode()


def _case(report: Report, verdict: Verdict) -> TestCase:
    case = TestCase(verdict.check.id, f"seqruns.{verdict.check.area}", round(verdict.seconds, 3))
    described = "\n\n".join(describe_finding(finding, report) for finding in verdict.findings)
    cause = report.cause_of(verdict)
    if cause is not None:
        described = f"{cause.text}\nlook at   {cause.look}\n\n{described}"
    if report.fails(verdict):
        failure = Failure(verdict.check.law if cause is None else cause.text, verdict.check.grade.value)
        failure.text = described
        case.result = [failure]
    elif verdict.outcome is Outcome.BROKEN:
        kind = "known" if verdict in report.known_failures else "warning"
        skipped = Skipped(f"{kind}: {verdict.check.law}", kind)
        # Jenkins shows the message of what was skipped, and what it printed; GitLab only its text.
        skipped.text = case.system_out = described
        case.result = [skipped]
    elif verdict.outcome is Outcome.ERRORED:
        case.result = [Error(verdict.reason, verdict.outcome.value)]
    elif verdict.outcome is not Outcome.HOLDS:
        case.result = [Skipped(verdict.reason, verdict.outcome.value)]
    return case


def _stopped_case(report: Report) -> TestCase:
    case = TestCase("run.is-carried-out-to-its-end", "seqruns.run", 0.0)
    case.result = [Error(report.stopped, "stopped")]
    case.system_out = f"not carried out: {', '.join(report.not_carried_out)}"
    return case
