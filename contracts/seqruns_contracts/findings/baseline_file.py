"""The file of a baseline: read whole or refused in words, and written so that a partial run wipes nothing."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import date
from typing import TYPE_CHECKING, Any

from seqruns import __version__
from seqruns.visible import quoted, visible
from seqruns_contracts.findings.baseline import Baseline, Known, KnownCause

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator
    from pathlib import Path

    from seqruns_contracts.findings.report import Report

FORMAT = 2


class UnreadableBaselineError(ValueError):
    """The file is no baseline."""


def read_baseline(path: Path) -> Baseline:
    """Return the baseline of a file, with all its entries; raises UnreadableBaselineError, which says what is wrong."""
    wrong = UnreadableBaselineError(f"{path} is no baseline of this version; --write-baseline makes one")
    try:
        content = json.loads(path.read_text("utf-8"))
        entries = [dict(entry) for entry in content["known"]] if content["format"] == FORMAT else None
        checks = [visible(str(entry["check"]), longest=80) for entry in entries or ()]
        causes = [dict(entry) for entry in content.get("causes") or ()]
        ids = [visible(str(entry["cause"]), longest=80) for entry in causes]
    except OSError as error:
        raise UnreadableBaselineError(f"{path}: {error.strerror}") from None
    # Whatever a person may have made of the file, JSON nested a thousand deep included.
    except (ValueError, KeyError, TypeError, RecursionError):
        raise wrong from None
    if entries is None:
        raise wrong
    return Baseline(
        entries=tuple(_entry_of(*pair, path) for pair in zip(checks, entries, strict=True)),
        causes=tuple(_cause_of(*pair, path) for pair in zip(ids, causes, strict=True)),
    )


def _entry_of(check: str, entry: dict[str, Any], path: Path) -> Known:
    where, what, reason = (visible(str(entry.get(name) or "")) for name in ("where", "what", "reason"))
    return Known(check=check, where=where, what=what, reason=reason, until=_last_day(entry, path))


def _cause_of(cause: str, entry: dict[str, Any], path: Path) -> KnownCause:
    checks = entry.get("checks")
    broke = tuple(visible(str(check), longest=80) for check in checks) if isinstance(checks, list) else ()
    reason = visible(str(entry.get("reason") or ""))
    return KnownCause(id=cause, checks=broke, reason=reason, until=_last_day(entry, path))


def _last_day(entry: dict[str, Any], path: Path) -> date | None:
    until = entry.get("until")
    try:
        return None if until is None else date.fromisoformat(until)
    except (ValueError, TypeError):
        raise UnreadableBaselineError(f"{path}: `until` is {quoted(until)}; a last day is like 2027-01-31") from None


def render_baseline(report: Report) -> str:
    """Return the text of a baseline that accepts what this report found broken.

    Entries keep their reason and last day; those of checks that were not carried out to their end stay as they are.
    A cause stands there as well as the findings that it explains: it knows them again on other data.
    """
    old = {entry.place: entry for entry in report.baseline.entries}
    found = {place: old.get(place) or Known(check=place[0], where=place[1], what=place[2]) for place in _broken(report)}
    concluded = {verdict.check.id for verdict in report.verdicts if verdict.is_concluded}
    # A run of one area says nothing of the others: their entries must not go because this run did not find them again.
    kept = {place: entry for place, entry in old.items() if entry.check not in concluded}
    entries = [_entry(entry) for _, entry in sorted((kept | found).items())]
    causes = [_cause(cause) for _, cause in sorted(_causes(report, concluded).items())]
    content = {"seqruns": __version__, "format": FORMAT, "causes": causes, "known": entries}
    return json.dumps(content, indent=2) + "\n"


def _causes(report: Report, concluded: Collection[str]) -> dict[str, KnownCause]:
    old = {entry.id: entry for entry in report.baseline.causes}
    # A cause goes only where each check that it broke came to an end; what a person wrote names none, and stays.
    kept = {name: entry for name, entry in old.items() if not entry.checks or not {*entry.checks} <= {*concluded}}
    broken = {verdict.check.id for verdict in (*report.failures, *report.known_failures)}
    found = [cause for cause in report.explained if broken & {*cause.checks}]
    return kept | {
        cause.id: replace(old.get(cause.id) or KnownCause(id=cause.id), checks=cause.checks) for cause in found
    }


def _broken(report: Report) -> Iterator[tuple[str, str, str]]:
    for verdict in (*report.failures, *report.known_failures):
        yield from ((verdict.check.id, *finding.fingerprint) for finding in verdict.findings)


def _entry(entry: Known) -> dict[str, object]:
    place = {"check": entry.check, "where": entry.where, "what": entry.what}
    return place | {"reason": entry.reason, "until": _as_text(entry.until)}


def _cause(entry: KnownCause) -> dict[str, object]:
    return {"cause": entry.id, "checks": entry.checks, "reason": entry.reason, "until": _as_text(entry.until)}


def _as_text(until: date | None) -> str | None:
    return None if until is None else until.isoformat()
