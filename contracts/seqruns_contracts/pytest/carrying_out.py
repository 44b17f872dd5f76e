"""One run for all items: carried out when the first one asks for it, and shared by the workers of pytest-xdist."""

from __future__ import annotations

import json
import os
import shutil
import tempfile
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from filelock import FileLock

from seqruns.target import TargetError
from seqruns_contracts.api import RunInterruptedError, check_target
from seqruns_contracts.checks.kinds import Grade
from seqruns_contracts.findings.redaction import redact
from seqruns_contracts.pytest.settings import arguments_of, baseline_of, is_redacted, target_of
from seqruns_contracts.reports.summary import figures
from seqruns_contracts.reports.text import describe_finding

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from seqruns_contracts.checks.kinds import Check
    from seqruns_contracts.findings.report import Report
    from seqruns_contracts.findings.results import Verdict
    from seqruns_contracts.pytest.settings import Setting

RESULTS = pytest.StashKey[dict[str, Any]]()
"""What became of the checks, as it is shared between the workers of pytest-xdist."""
FOLDER = pytest.StashKey[Path]()
SHARED_FOLDER = "seqruns_shared_folder"
"""Under which name the controller of pytest-xdist tells its workers of their folder."""


def folder_in_common(config: pytest.Config) -> Path:
    """Return the folder that the workers of pytest-xdist share; it goes when the controller ends."""
    if FOLDER not in config.stash:
        config.stash[FOLDER] = Path(tempfile.mkdtemp(prefix="seqruns-"))
        config.add_cleanup(lambda: shutil.rmtree(config.stash[FOLDER], ignore_errors=True))
    return config.stash[FOLDER]


def figures_of(config: pytest.Config) -> Iterator[str]:
    """Yield how much was asked, if anything was."""
    shared = config.stash[FOLDER] / "results.json" if FOLDER in config.stash else None
    results = config.stash.get(RESULTS, None)
    if results is None and shared is not None and shared.exists():
        results = json.loads(shared.read_text("utf-8"))
    if results is not None and results["figures"]:
        yield results["figures"]


def results_of(checks: Sequence[Check], setting: Setting, config: pytest.Config) -> dict[str, Any]:
    """Return what became of the checks; under pytest-xdist the first worker to come carries all of them out."""
    if RESULTS not in config.stash:
        folder = getattr(config, "workerinput", {}).get(SHARED_FOLDER)
        config.stash[RESULTS] = (
            _carry_out(checks, setting) if folder is None else _carry_out_once(checks, setting, Path(folder))
        )
    return config.stash[RESULTS]


def _carry_out_once(checks: Sequence[Check], setting: Setting, folder: Path) -> dict[str, Any]:
    shared = folder / "results.json"
    # The other workers wait here for the first one, then find its results.
    with FileLock(folder / "lock"):
        if not shared.exists():
            shared.write_text(json.dumps(_carry_out(checks, setting)), "utf-8")
    results: dict[str, Any] = json.loads(shared.read_text("utf-8"))
    return results


def _carry_out(checks: Sequence[Check], setting: Setting) -> dict[str, Any]:
    interrupted = False
    try:
        report = check_target(
            target_of(setting, key=os.environ.get("SEQRUNS_KEY")),
            setting("sequence_id"),
            checks=checks,
            strict=bool(setting("strict")),
            drift_warns=setting("drift") == "warn",
            other_sequence_id=setting("other_sequence_id"),
            **arguments_of(setting),
        )
    except TargetError as error:
        return {"error": str(error), "first": checks[0].id, "figures": "", "interrupted": False}
    except RunInterruptedError as interruption:
        # What was found out is told by the items that come now, without any request; the last one ends the session.
        report, interrupted = interruption.report, True
    report = replace(report, baseline=baseline_of(setting))
    report = report if not is_redacted(setting) else redact(report)
    return {
        "error": "",
        "figures": figures(report),
        "verdicts": _verdicts(report),
        "stopped": report.stopped,
        "interrupted": interrupted,
    }


def _verdicts(report: Report) -> dict[str, Any]:
    return {
        verdict.check.id: {
            "outcome": verdict.outcome.value,
            "reason": verdict.reason,
            "fails": report.fails(verdict),
            "why_not": _why_it_does_not_fail(report, verdict),
            "described": "\n\n".join(_described(report, verdict)),
        }
        for verdict in report.verdicts
    }


def _why_it_does_not_fail(report: Report, verdict: Verdict) -> str:
    if verdict in report.known_failures:
        return "known"
    return "is not as its dialect says" if verdict.check.grade is Grade.DRIFT else "rests on an assumption"


def _described(report: Report, verdict: Verdict) -> Iterator[str]:
    cause = report.cause_of(verdict)
    if cause is not None:
        yield f"{cause.text}\nlook at   {cause.look}"
    yield from (describe_finding(finding, report) for finding in verdict.findings)
