"""A query: what a client asks of one sequence, as it is sent, and what it means."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING
from urllib.parse import quote

from seqruns.document import facts
from seqruns_contracts.model.instants import read_instant

if TYPE_CHECKING:
    from collections.abc import Mapping

ROLES = {
    "phone": "phone",
    "status": "status",
    "channel_id": "channel_id",
    "before": "start_time",
    "after": "start_time",
}
"""Each filter, with the role of a run that it looks at."""
FILTERS = tuple(ROLES)
# Lone surrogates stand for bytes that are no UTF-8; quotes and backslashes look like an injection to a firewall.
HOSTILE = re.compile("[\0-\x1f\x7f\ud800-\udfff'\\\\]")
PAGING = ("limit", "offset")
OTHER_BOUND = {"before": "after", "after": "before"}
"""Each bound, with the other one."""


def looks_hostile(text: str) -> bool:
    """Return whether a gateway may refuse text wherever it stands: control characters, quotes, broken bytes."""
    return bool(HOSTILE.search(text))


@dataclass(frozen=True, slots=True)
class Query:
    """Parameters in the order they are sent; an empty value counts as absent (contract.md, "Errors")."""

    parameters: tuple[tuple[str, str], ...] = ()
    bare: bool = False
    """Whether the empty ones are sent as names alone: `limit&status=active`, which many frameworks read as null."""

    @classmethod
    def of(cls, parameters: Mapping[str, object] | None = None, /, **more: object) -> Query:
        """Return a query of these parameters; those that are None are left out."""
        given = {**(parameters or {}), **more}
        return cls(tuple((name, str(value)) for name, value in given.items() if value is not None))

    @property
    def encoded(self) -> str:
        """The query string, every reserved character and so each `+` percent-encoded; lone surrogates are raw bytes."""
        return "&".join(
            _quote(name) + (f"={_quote(value)}" if value or not self.bare else "") for name, value in self.parameters
        )

    @property
    def is_hostile(self) -> bool:
        """Whether a gateway may refuse it before the endpoint sees it: control characters, quotes, too much text."""
        # Servers differ in the longest address they take; some stop not far above 2,000 characters.
        return len(self.encoded) > 2000 or any(looks_hostile(name + value) for name, value in self.parameters)

    @property
    def meaning(self) -> dict[str, str]:
        """The parameters that count, by name: not the empty ones, and of a repeated one the last."""
        # Empty ones go before the last one wins: `status=active&status=` asks for `active`.
        return {name: value for name, value in self.parameters if value.strip()}

    @property
    def filters(self) -> dict[str, str]:
        """The filters that count."""
        return {name: value for name, value in self.meaning.items() if name in FILTERS}

    @property
    def limit(self) -> int:
        """The page size it asks for."""
        # Raises ValueError for `limit=abc`: that must be refused, so nobody may ask which page it means.
        return int(self.meaning.get("limit", facts().limit_default))

    @property
    def offset(self) -> int:
        """How many matching runs it skips."""
        return int(self.meaning.get("offset", facts().offset_default))

    def instant(self, name: str) -> int | None:
        """Return the bound `before` or `after` in nanoseconds, None where it is absent."""
        text = self.meaning.get(name)
        return None if text is None else read_instant(text)

    def with_(self, **changes: object) -> Query:
        """Return this query with some parameters changed in place, added at the end, or (None) taken out."""
        # A dict, so of a parameter that is given twice only the last is left; `without` keeps the others as they are.
        return Query.of({**dict(self.parameters), **changes})

    def without(self, name: str) -> Query:
        """Return this query without one parameter, however often it stands there."""
        return Query(tuple(pair for pair in self.parameters if pair[0] != name), bare=self.bare)

    def in_words(self) -> str:
        """Return the query as a person would say it."""
        if not self.parameters:
            return "all runs, with the default page"
        return ", ".join(_words(name, value) for name, value in self.parameters)


def _quote(text: str) -> str:
    return quote(text, safe="", errors="surrogateescape")


def _words(name: str, value: str) -> str:
    if not value:
        return f"an empty {name}"
    shown = value if len(value) <= 60 else f"{value[:40]}… ({len(value)} characters)"
    shown = shown.encode("utf-8", "backslashreplace").decode()
    phrases = {
        "limit": f"at most {shown}",
        "offset": f"skipping {shown}",
        "phone": f"phone {shown!r}",
        "status": f"status {shown!r}",
        "channel_id": f"channel {shown}",
        "before": f"started at or before {shown}",
        "after": f"started at or after {shown}",
    }
    return phrases.get(name, f"{name.encode('utf-8', 'backslashreplace').decode()} {shown!r}")
