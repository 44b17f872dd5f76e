"""The report as JUnit XML: a test case for each check, for the pages that CI systems make of such files."""

from __future__ import annotations

from typing import TYPE_CHECKING

from junitparser import Error, Failure, JUnitXml, Skipped, TestCase, TestSuite

from seqruns_contracts.findings.results import Outcome
from seqruns_contracts.reports.text import describe_finding

if TYPE_CHECKING:
    from seqruns_contracts.findings.results import Report, Verdict


def render_junit(report: Report) -> str:
    """Return the report as JUnit XML; warnings, and what was not exercised or observable, count as skipped."""
    suites = {area: TestSuite(f"seqruns.{area}") for area in dict.fromkeys(v.check.area for v in report.verdicts)}
    for verdict in report.verdicts:
        suites[verdict.check.area].add_testcase(_case(report, verdict))
    xml = JUnitXml(f"seqruns {report.base_url}")
    for suite in suites.values():
        suite.add_property("base_url", report.base_url)
        suite.add_property("sequence_id", report.sequence_id)
        suite.add_property("seed", str(report.seed))
        xml.add_testsuite(suite)
    xml.update_statistics()  # type: ignore[no-untyped-call]
    text: bytes = xml.tostring()  # type: ignore[no-untyped-call]
    return text.decode()


def _case(report: Report, verdict: Verdict) -> TestCase:
    case = TestCase(verdict.check.id, f"seqruns.{verdict.check.area}")
    described = "\n\n".join(describe_finding(finding, report) for finding in verdict.findings)
    if report.fails(verdict):
        failure = Failure(verdict.check.law, verdict.check.grade.value)
        failure.text = described
        case.result = [failure]
    elif verdict.outcome is Outcome.BROKEN:
        kind = "known" if verdict.check.id in report.accepted else "warning"
        case.result = [Skipped(f"{kind}: {verdict.check.law}", kind)]
        case.system_out = described
    elif verdict.outcome is Outcome.ERRORED:
        case.result = [Error(verdict.reason, verdict.outcome.value)]
    elif verdict.outcome is not Outcome.HOLDS:
        case.result = [Skipped(verdict.reason, verdict.outcome.value)]
    return case
