"""The file of a baseline: read whole or refused in words, and written so that a partial run wipes nothing."""

from __future__ import annotations

import json
from datetime import date
from typing import TYPE_CHECKING, Any

from seqruns import __version__
from seqruns.visible import quoted, visible
from seqruns_contracts.findings.baseline import Baseline, Known

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from seqruns_contracts.findings.results import Report

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
    except OSError as error:
        raise UnreadableBaselineError(f"{path}: {error.strerror}") from None
    except (ValueError, KeyError, TypeError, RecursionError):
        raise wrong from None
    if entries is None:
        raise wrong
    return Baseline(entries=tuple(_entry_of(*pair, path) for pair in zip(checks, entries, strict=True)))


def _entry_of(check: str, entry: dict[str, Any], path: Path) -> Known:
    until = entry.get("until")
    try:
        last_day = None if until is None else date.fromisoformat(until)
    except (ValueError, TypeError):
        raise UnreadableBaselineError(f"{path}: `until` is {quoted(until)}; a last day is like 2027-01-31") from None
    where, what, reason = (visible(str(entry.get(name) or "")) for name in ("where", "what", "reason"))
    return Known(check=check, where=where, what=what, reason=reason, until=last_day)


def render_baseline(report: Report) -> str:
    """Return the text of a baseline that accepts what this report found broken.

    Entries keep their reason and last day; those of checks that were not carried out to their end stay as they are.
    """
    old = {entry.place: entry for entry in report.baseline.entries}
    found = {place: old.get(place) or Known(check=place[0], where=place[1], what=place[2]) for place in _broken(report)}
    concluded = {verdict.check.id for verdict in report.verdicts if verdict.is_concluded}
    kept = {place: entry for place, entry in old.items() if entry.check not in concluded}
    entries = [_entry(entry) for _, entry in sorted((kept | found).items())]
    return json.dumps({"seqruns": __version__, "format": FORMAT, "known": entries}, indent=2) + "\n"


def _broken(report: Report) -> Iterator[tuple[str, str, str]]:
    for verdict in (*report.failures, *report.known_failures):
        yield from ((verdict.check.id, *finding.fingerprint) for finding in verdict.findings)


def _entry(entry: Known) -> dict[str, str | None]:
    until = None if entry.until is None else entry.until.isoformat()
    return {"check": entry.check, "where": entry.where, "what": entry.what, "reason": entry.reason, "until": until}
