"""The report as JSON."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from seqruns import __version__
from seqruns_contracts.findings.results import SHOWN_RUNS, Cause

if TYPE_CHECKING:
    from collections.abc import Sequence

    from seqruns.dialect import Dialect
    from seqruns_contracts.findings.report import Report
    from seqruns_contracts.findings.results import Finding, ListedRun, Verdict


def render_json(report: Report) -> str:
    """Return the report as indented JSON; its shape is stable within a minor version, and it is ASCII."""
    # Not orjson, which cannot write ASCII: a target's text may hold what a log or a terminal stumbles over.
    return json.dumps(_report(report), indent=2) + "\n"


def _report(report: Report) -> dict[str, Any]:
    return {
        "seqruns": __version__,
        "base_url": report.base_url,
        "sequence_id": report.sequence_id,
        "seed": report.seed,
        "strict": report.strict,
        "exit_code": report.exit_code,
        "runs": report.runs,
        "known_runs": report.known_runs,
        "held": report.held,
        "requests": report.requests,
        "seconds": round(report.seconds, 3),
        "troubles": dict(report.troubles),
        "summary": {outcome.value: count for outcome, count in sorted(report.counts.items())},
        "causes": [_cause(report, cause) for cause in report.causes],
        "causes_of_warnings": [_cause(report, cause) for cause in report.causes_of_warnings],
        "unexplained": [verdict.check.id for verdict in report.unexplained],
        "failures": [verdict.check.id for verdict in report.failures],
        "warnings": [verdict.check.id for verdict in report.warnings],
        "known_failures": [verdict.check.id for verdict in report.known_failures],
        "fixed": [entry.in_words() for entry in report.fixed],
        "stopped": report.stopped,
        "not_carried_out": list(report.not_carried_out),
        "dialect": None if report.dialect is None else _dialect(report.dialect),
        "checks": [_verdict(report, verdict) for verdict in report.verdicts],
    }


def _dialect(dialect: Dialect) -> dict[str, Any]:
    """Return what was learned, by dimension: the value, how sure it is, and the request that shows it."""
    return {
        name: {"value": trait.value, "certainty": trait.certainty.value, "request": trait.request}
        for name, trait in dialect.traits.items()
    }


def _cause(report: Report, cause: Cause) -> dict[str, Any]:
    return {
        "id": cause.id,
        "piece": cause.piece,
        "grade": cause.grade.value,
        "sentence": cause.text,
        "look": cause.look,
        "checks": list(cause.checks),
        "answers": cause.answers,
        "of": cause.of,
        "shown": None if cause.shown is None else _finding(report, cause.shown),
        "foreseen": None if cause.foreseen is None else list(cause.foreseen[:SHOWN_RUNS]),
    }


def _verdict(report: Report, verdict: Verdict) -> dict[str, Any]:
    check = verdict.check
    return {
        "id": check.id,
        "area": check.area,
        "grade": check.grade.value,
        "law": check.law,
        "clauses": list(check.clauses),
        "outcome": verdict.outcome.value,
        "fails": report.fails(verdict),
        "reason": verdict.reason,
        "probes": verdict.probes,
        "findings": [_finding(report, finding) for finding in verdict.findings],
    }


def _finding(report: Report, finding: Finding) -> dict[str, Any]:
    return {
        "asked": finding.asked,
        "query": [list(pair) for pair in finding.query.parameters],
        "status": finding.status,
        "received": finding.received,
        "expected": finding.expected,
        "differences": [
            {
                "kind": each.kind,
                "text": each.text,
                "count": len(each.runs),
                "runs": _some(report.runs_of(each.runs[:SHOWN_RUNS])),
            }
            for each in finding.differences
        ],
        "curl": finding.curl,
        "times": finding.times,
        "also": [other.asked for other in finding.also],
    }


def _some(runs: Sequence[ListedRun]) -> list[dict[str, str | None]]:
    return [{"id": run.id, "start_time": run.start_text} for run in runs]
