"""The baseline: findings and causes that are known, each with a reason and perhaps a last day; what is new fails."""

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
class KnownCause:
    """A cause that is known: whatever it explains is accepted, in other words and for other data as well."""

    id: str
    checks: tuple[str, ...] = ()
    """The checks that it broke when it was written down; empty where a person wrote the entry."""
    reason: str = ""
    until: date | None = None

    def in_words(self) -> str:
        """Return the entry in one line."""
        end = f", until {self.until}" if self.until else ""
        return f"the cause {self.id} ({self.reason or 'no reason given'}{end})"


@dataclass(frozen=True, slots=True, kw_only=True)
class Baseline:
    """The entries of a file, as they count on one day."""

    entries: tuple[Known, ...] = ()
    causes: tuple[KnownCause, ...] = ()
    today: date = field(default_factory=lambda: datetime.now(UTC).date())

    @property
    def expired(self) -> tuple[Known | KnownCause, ...]:
        """The entries whose last day is over: they accept nothing."""
        entries: tuple[Known | KnownCause, ...] = (*self.entries, *self.causes)
        return tuple(entry for entry in entries if self._is_over(entry))

    @property
    def unknown(self) -> tuple[Known, ...]:
        """The entries of checks that do not exist, or no more."""
        # Of a check that was renamed nothing is found any more, so nothing says that its entry can go.
        known = {*CHECKS, *(f"dialect.{name}" for name in dimensions())}
        return tuple(entry for entry in self.entries if entry.check not in known)

    def accepts(self, check: str, fingerprint: tuple[str, str]) -> bool:
        """Return whether a finding of a check is known, and its last day is not over."""
        # The whole place, not only the check: another fault of a check that is known to be broken is new, and fails.
        return any(e.place == (check, *fingerprint) and not self._is_over(e) for e in self.entries)

    def knows(self, cause: str) -> bool:
        """Return whether a cause is known, and its last day is not over."""
        return any(entry.id == cause and not self._is_over(entry) for entry in self.causes)

    def _is_over(self, entry: Known | KnownCause) -> bool:
        return entry.until is not None and entry.until < self.today

    def gone(self, check: str, fingerprints: Collection[tuple[str, str]]) -> tuple[Known, ...]:
        """Return the entries of a check, carried out to its end, that are not among what was found of it."""
        return tuple(e for e in self.entries if e.check == check and (e.where, e.what) not in fingerprints)
