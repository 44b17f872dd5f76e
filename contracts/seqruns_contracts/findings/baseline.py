"""The baseline: findings that are known, each with a reason and perhaps a last day, so that only new ones fail."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from typing import TYPE_CHECKING

from seqruns.dialect import dimensions
from seqruns_contracts.checks import CHECKS

if TYPE_CHECKING:
    from collections.abc import Collection


@dataclass(frozen=True, slots=True, kw_only=True)
class Known:
    """A finding that is known: a check, where it is broken, and what is wrong there."""

    check: str
    where: str
    what: str
    reason: str = ""
    """Why it is not mended; for people."""
    until: date | None = None
    """The last day on which it is accepted; None for no end."""

    @property
    def place(self) -> tuple[str, str, str]:
        """What a finding is recognised by."""
        return self.check, self.where, self.what

    def in_words(self) -> str:
        """Return the entry in one line."""
        words = f"{self.check}: {self.what}" + (f", with {self.where}" if self.where else "")
        end = f", until {self.until}" if self.until else ""
        return f"{words} ({self.reason or 'no reason given'}{end})"


@dataclass(frozen=True, slots=True, kw_only=True)
class Baseline:
    """The entries of a file, as they count on one day."""

    entries: tuple[Known, ...] = ()
    today: date = field(default_factory=lambda: datetime.now(UTC).date())

    @property
    def expired(self) -> tuple[Known, ...]:
        """The entries whose last day is over: they accept nothing."""
        return tuple(entry for entry in self.entries if entry.until is not None and entry.until < self.today)

    @property
    def unknown(self) -> tuple[Known, ...]:
        """The entries of checks that do not exist, or no more."""
        known = {*CHECKS, *(f"dialect.{name}" for name in dimensions())}
        return tuple(entry for entry in self.entries if entry.check not in known)

    def accepts(self, check: str, fingerprint: tuple[str, str]) -> bool:
        """Return whether a finding of a check is known, and its last day is not over."""
        expired = set(self.expired)
        return any(e.place == (check, *fingerprint) and e not in expired for e in self.entries)

    def gone(self, check: str, fingerprints: Collection[tuple[str, str]]) -> tuple[Known, ...]:
        """Return the entries of a check, carried out to its end, that are not among what was found of it."""
        return tuple(e for e in self.entries if e.check == check and (e.where, e.what) not in fingerprints)
