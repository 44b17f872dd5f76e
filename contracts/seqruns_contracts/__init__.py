"""Contract checks for implementations of List Sequence Runs.

    from seqruns_contracts import Target, check_target

    report = check_target(Target(base_url="https://staging.example.com/v1", key=key), sequence_id)
    assert not report.failures

Nothing is imported before it is used, so that this package's pytest plugin costs nothing where it is not asked for.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from seqruns.target import Target, TargetError
    from seqruns_contracts.api import check_target
    from seqruns_contracts.checks import CHECKS
    from seqruns_contracts.checks.clauses import CLAUSES, Clause
    from seqruns_contracts.checks.kinds import Check, Grade
    from seqruns_contracts.findings.redaction import redact
    from seqruns_contracts.findings.report import Report
    from seqruns_contracts.findings.results import Finding, Outcome, Verdict
    from seqruns_contracts.wsgi import wsgi_target

__all__ = [
    "CHECKS",
    "CLAUSES",
    "Check",
    "Clause",
    "Finding",
    "Grade",
    "Outcome",
    "Report",
    "Target",
    "TargetError",
    "Verdict",
    "check_target",
    "redact",
    "wsgi_target",
]

_HOMES = {
    "seqruns.target": ("Target", "TargetError"),
    "seqruns_contracts.checks": ("CHECKS",),
    "seqruns_contracts.checks.kinds": ("Check", "Grade"),
    "seqruns_contracts.checks.clauses": ("CLAUSES", "Clause"),
    "seqruns_contracts.api": ("check_target",),
    "seqruns_contracts.findings.redaction": ("redact",),
    "seqruns_contracts.findings.report": ("Report",),
    "seqruns_contracts.findings.results": ("Finding", "Outcome", "Verdict"),
    "seqruns_contracts.wsgi": ("wsgi_target",),
}


def __getattr__(name: str) -> Any:
    """Return a public name from the module it lives in."""
    for module, names in _HOMES.items():
        if name in names:
            return getattr(import_module(module), name)
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
