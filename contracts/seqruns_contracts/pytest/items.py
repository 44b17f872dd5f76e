"""The checks as pytest items. All of them are carried out when the first one runs: they share their requests."""

from __future__ import annotations

import json
import os
import shutil
import tempfile
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click
import pytest
from filelock import FileLock

from seqruns.dialect import Dialect
from seqruns.dialect_file import read_dialect
from seqruns.options import BadOptionError, parse_header, parse_role
from seqruns.target import Certificates, Target, TargetError, make_key
from seqruns_contracts.api import RunInterruptedError, check_target
from seqruns_contracts.checks.kinds import Grade
from seqruns_contracts.checks.selection import UnknownCheckError, select_checks
from seqruns_contracts.dialect.drift import drift_checks, roles_of
from seqruns_contracts.findings.baseline import Baseline
from seqruns_contracts.findings.baseline_file import UnreadableBaselineError, read_baseline
from seqruns_contracts.findings.redaction import redact
from seqruns_contracts.findings.results import Outcome
from seqruns_contracts.reports.summary import figures
from seqruns_contracts.reports.text import describe_finding

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence
    from typing import TypeAlias

    from seqruns_contracts.checks.kinds import Check
    from seqruns_contracts.findings.report import Report
    from seqruns_contracts.findings.results import Verdict

    Setting: TypeAlias = Callable[[str], Any]

REDACT = (None, "all", "files", "none")
"""The values of `seqruns check --redact`; pytest writes what it prints into files, so the first three are one here."""
RESULTS = pytest.StashKey[dict[str, Any]]()
"""What became of the checks, as it is shared between the workers of pytest-xdist."""
FOLDER = pytest.StashKey[Path]()
SHARED_FOLDER = "seqruns_shared_folder"
"""Under which name the controller of pytest-xdist tells its workers of their folder."""


class ContractBrokenError(AssertionError):
    """The target breaks what the check claims."""


class CannotCheckError(Exception):
    """The check could not be carried out; nothing is said about the contract."""


class ContractCollector(pytest.Collector):
    """The node above the checks."""

    def collect(self) -> list[pytest.Item]:
        """Return nothing: the items are added to those of the session."""
        return []


class ContractItem(pytest.Item):
    """One check."""

    def __init__(self, *, check: Check, setting: Setting, **options: Any) -> None:
        super().__init__(check.id, **options)
        self.check, self.setting = check, setting
        self.add_marker("seqruns")
        self.add_marker(f"seqruns_{check.grade.value}")

    def runtest(self) -> None:
        """Pass, skip, fail or xfail as the check's verdict says."""
        results = _results(self.session, self.setting)
        if results["interrupted"] and self is _items_of(self.session)[-1]:
            self.session.shouldstop = results["stopped"]
        if results["error"]:
            # One failure with the reason, not a hundred equal ones.
            if self.name != results["first"]:
                pytest.skip(f"the target could not be checked; {results['first']} says why")
            raise CannotCheckError(results["error"])
        if self.name not in results["verdicts"]:
            raise CannotCheckError(f"not carried out: {results['stopped']}")
        verdict = results["verdicts"][self.name]
        match Outcome(verdict["outcome"]):
            case Outcome.BROKEN if verdict["fails"]:
                raise ContractBrokenError(f"{self.check.law}\n\n{verdict['described']}")
            case Outcome.BROKEN:
                self.add_report_section("call", "finding", verdict["described"])
                pytest.xfail(f"{verdict['why_not']}: {self.check.law}")
            case Outcome.ERRORED:
                raise CannotCheckError(verdict["reason"])
            case Outcome.NOT_JUDGED | Outcome.NOT_EXERCISED | Outcome.NOT_OBSERVABLE:
                pytest.skip(f"{verdict['outcome']}: {verdict['reason']}")
            case Outcome.HOLDS:
                return

    def repr_failure(self, excinfo: pytest.ExceptionInfo[BaseException], style: Any = None) -> Any:
        """Return the words alone where the failure is one of the target, not of the kit."""
        if isinstance(excinfo.value, (ContractBrokenError, CannotCheckError)):
            return str(excinfo.value)
        return super().repr_failure(excinfo, style)

    def reportinfo(self) -> tuple[str, None, str]:
        """Return where the item stands: in no file."""
        return "seqruns", None, f"{self.name} ({self.check.grade.value})"


def contract_items(session: pytest.Session, setting: Setting, asked: Sequence[str]) -> Iterator[ContractItem]:
    """Yield an item for each check that is asked for by its id, else for each that the settings choose.

    Raises pytest.UsageError for a wrong id or setting.
    """
    try:
        if not setting("url"):
            raise pytest.UsageError("the checks need --seqruns-url, the base URL of the implementation")
        if not setting("sequence_id"):
            raise pytest.UsageError("--seqruns-url needs --seqruns-sequence-id, the sequence to look at")
        checks = select_checks(
            only=asked or setting("only") or (),
            skip=() if asked else setting("skip") or (),
            more=drift_checks(_dialect(setting)),
        )
        _arguments(setting)
        _is_redacted(setting)
        # Made and thrown away, for its errors: a wrong setting should stop the session, not fail each item. The key may
        # be set later, by a fixture.
        _target(setting, key=os.environ.get("SEQRUNS_KEY") or "none yet")
        _baseline(setting)
    except (UnknownCheckError, UnreadableBaselineError, BadOptionError, TargetError, ValueError, OSError) as error:
        raise pytest.UsageError(f"seqruns: {error}") from None
    except click.ClickException as error:
        raise pytest.UsageError(f"seqruns: {error.message}") from None
    collector = ContractCollector.from_parent(session, name="seqruns", nodeid="seqruns")
    for check in checks:
        yield ContractItem.from_parent(collector, check=check, setting=setting)


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


def _results(session: pytest.Session, setting: Setting) -> dict[str, Any]:
    """Return what became of the checks; under pytest-xdist the first worker to come asks for all of them."""
    stash = session.config.stash
    if RESULTS not in stash:
        folder = getattr(session.config, "workerinput", {}).get(SHARED_FOLDER)
        stash[RESULTS] = _check(session, setting) if folder is None else _check_once(session, setting, Path(folder))
    return stash[RESULTS]


def _check_once(session: pytest.Session, setting: Setting, folder: Path) -> dict[str, Any]:
    shared = folder / "results.json"
    # The other workers wait here for the first one, then find its results.
    with FileLock(folder / "lock"):
        if not shared.exists():
            shared.write_text(json.dumps(_check(session, setting)), "utf-8")
    results: dict[str, Any] = json.loads(shared.read_text("utf-8"))
    return results


def _items_of(session: pytest.Session) -> list[ContractItem]:
    return [item for item in session.items if isinstance(item, ContractItem)]


def _check(session: pytest.Session, setting: Setting) -> dict[str, Any]:
    chosen, interrupted = [item.check for item in _items_of(session)], False
    try:
        report = check_target(
            _target(setting, key=os.environ.get("SEQRUNS_KEY")),
            setting("sequence_id"),
            checks=chosen,
            strict=bool(setting("strict")),
            drift_warns=setting("drift") == "warn",
            other_sequence_id=setting("other_sequence_id"),
            **_arguments(setting),
        )
    except TargetError as error:
        return {"error": str(error), "first": chosen[0].id, "figures": "", "interrupted": False}
    except RunInterruptedError as interruption:
        # What was found out is told by the items that come now, without any request; the last one ends the session.
        report, interrupted = interruption.report, True
    report = replace(report, baseline=_baseline(setting))
    report = report if not _is_redacted(setting) else redact(report)
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


def _arguments(setting: Setting) -> dict[str, Any]:
    roles = {**roles_of(_dialect(setting)), **dict(map(parse_role, setting("role") or ()))}
    return {"roles": roles, "seed": int(setting("seed") or 0)}


def _dialect(setting: Setting) -> Dialect:
    if setting("drift") not in {None, "fail", "warn"}:
        raise ValueError(f"seqruns_drift is {setting('drift')!r}; give fail or warn")
    return read_dialect(Path(setting("dialect"))) if setting("dialect") else Dialect()


def _is_redacted(setting: Setting) -> bool:
    if setting("redact") not in REDACT:
        raise ValueError(f"seqruns_redact is {setting('redact')!r}; give all, files or none")
    return bool(setting("redact") != "none")


def _baseline(setting: Setting) -> Baseline:
    return read_baseline(Path(setting("baseline"))) if setting("baseline") else Baseline()


def _target(setting: Setting, *, key: str | None) -> Target:
    command = setting("key_command")
    return Target(
        base_url=setting("url"),
        key=key,
        renew_key=partial(make_key, command) if command else None,
        headers=dict(parse_header(text) for text in setting("header") or ()),
        rate=float(setting("rate") or 20),
        max_requests=int(setting("max_requests") or 400),
        timeout=float(setting("timeout") or 10),
        max_body=int(float(setting("max_body") or 10) * 1_000_000),
        wait=float(setting("wait") or 0),
        certificates=Certificates(ca=setting("cacert"), own=setting("cert"), key=setting("cert_key")),
    )
