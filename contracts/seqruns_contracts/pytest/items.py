"""The checks as pytest items, each of which tells what became of its check."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING, Any

import click
import pytest

from seqruns.options import BadOptionError
from seqruns.target import TargetError
from seqruns_contracts.checks.selection import UnknownCheckError, select_checks
from seqruns_contracts.dialect.drift import drift_checks
from seqruns_contracts.findings.baseline_file import UnreadableBaselineError
from seqruns_contracts.findings.results import Outcome
from seqruns_contracts.pytest.carrying_out import results_of
from seqruns_contracts.pytest.settings import arguments_of, baseline_of, dialect_of, is_redacted, target_of

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from seqruns_contracts.checks.kinds import Check
    from seqruns_contracts.pytest.settings import Setting


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
        items = [item for item in self.session.items if isinstance(item, ContractItem)]
        results = results_of([item.check for item in items], self.setting, self.session.config)
        if results["interrupted"] and self is items[-1]:
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
            more=drift_checks(dialect_of(setting)),
        )
        arguments_of(setting)
        is_redacted(setting)
        # Made and thrown away, for its errors: a wrong setting should stop the session, not fail each item. The key may
        # be set later, by a fixture.
        target_of(setting, key=os.environ.get("SEQRUNS_KEY") or "none yet")
        baseline_of(setting)
    except (UnknownCheckError, UnreadableBaselineError, BadOptionError, TargetError, ValueError, OSError) as error:
        raise pytest.UsageError(f"seqruns: {error}") from None
    except click.ClickException as error:
        raise pytest.UsageError(f"seqruns: {error.message}") from None
    collector = ContractCollector.from_parent(session, name="seqruns", nodeid="seqruns")
    for check in checks:
        yield ContractItem.from_parent(collector, check=check, setting=setting)
