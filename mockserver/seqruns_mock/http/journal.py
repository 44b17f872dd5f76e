"""The journal: the latest requests, without bodies and with every key redacted."""

from __future__ import annotations

from collections import deque
from functools import lru_cache
from time import time
from typing import TYPE_CHECKING, Any, Final, NamedTuple
from urllib.parse import parse_qsl

from seqruns.instant import render_time
from seqruns_mock.http.answer import NO_OUTCOME
from seqruns_mock.http.redaction import REDACTED, header_name, is_secret

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from seqruns_mock.http.answer import Outcome
    from seqruns_mock.http.redaction import Redactor


CAPACITY: Final = 1000
LONGEST: Final = 4000
"""Characters of a path, a query string or a header in the journal."""


class Entry(NamedTuple):
    """One request and what became of it."""

    id: int
    time: float
    """Seconds since 1970."""
    method: str
    path: str
    query_string: str
    headers: Mapping[str, str]
    """By their names in title case, such as `User-Agent`; secrets are redacted."""
    status: int | None
    """None if the connection was dropped, or the client left, before an answer."""
    answer_headers: Sequence[tuple[str, str]]
    """The headers of the answer that the mock sets."""
    seconds: float
    outcome: Outcome
    trouble: str | None

    @property
    def sequence_id(self) -> str | None:
        """Return the sequence that the path names, if it names one."""
        return parse_sequence_id(self.path)

    @property
    def parameters(self) -> dict[str, str]:
        """Return the decoded parameters, with the last value of a repeated one."""
        return dict(parse_qsl(self.query_string, keep_blank_values=True, errors="replace"))

    @property
    def total(self) -> int | None:
        """How many runs matched; None for a refused request."""
        return self.outcome.total

    @property
    def errors(self) -> tuple[str, ...]:
        """What was refused, in words."""
        return self.outcome.errors

    @property
    def hints(self) -> tuple[str, ...]:
        """What the client may not have meant, in words."""
        return self.outcome.hints

    def as_json(self) -> dict[str, Any]:
        """Return the entry as the control API shows it."""
        return {
            "id": self.id,
            "time": render_time(self.time),
            "method": self.method,
            "path": self.path,
            "query_string": self.query_string,
            "parameters": self.parameters,
            "headers": self.headers,
            "sequence_id": self.sequence_id,
            "status": self.status,
            "answer_headers": self.answer_headers,
            "duration_ms": round(self.seconds * 1000, 3),
            **self.outcome._asdict(),
            "trouble": self.trouble,
        }


class Journal:
    """The latest requests, oldest first; ids count from 1 and are never reused."""

    def __init__(self, capacity: int = CAPACITY) -> None:
        self._entries: deque[Entry] = deque(maxlen=capacity)
        self.last = 0
        """The id of the latest request."""
        self.dropped = 0
        """How many requests gave way to later ones since the journal was last empty."""

    def __iter__(self) -> Iterator[Entry]:
        # A copy, as a request may come while somebody reads.
        return iter(tuple(self._entries))

    @property
    def first(self) -> int:
        """Return the id of the oldest request that is held; the next one's if none is."""
        return self._entries[0].id if self._entries else self.last + 1

    def next_id(self) -> int:
        """Return the id of the current request."""
        self.last += 1
        return self.last

    def add(self, entry: Entry) -> None:
        """Add an entry, and drop the oldest if there are too many."""
        # True counts as 1: a full deque drops its oldest entry with the next one.
        self.dropped += len(self._entries) == self._entries.maxlen
        self._entries.append(entry)

    def mark_left(self, entry: Entry) -> Entry:
        """Note that the client of a request left before the answer, which then has no status; return the new entry."""
        outcome = NO_OUTCOME._replace(errors=("The client left before the answer.",))
        left = entry._replace(status=None, answer_headers=(), seconds=time() - entry.time, outcome=outcome)
        # It may have given way to others, or been cleared, during the delay.
        if entry in self._entries:
            self._entries[self._entries.index(entry)] = left
        return left

    def clear(self) -> None:
        """Forget all entries; ids count on."""
        self._entries.clear()
        self.dropped = 0


@lru_cache(maxsize=64)
def render_headers(headers: tuple[tuple[str, str], ...], redact: Redactor) -> Mapping[str, str]:
    """Return headers of a WSGI environ for the journal: secrets redacted, long values truncated."""
    return {header_name(name): REDACTED if is_secret(name) else truncate(redact(value)) for name, value in headers}


def render_text(text: str, redact: Redactor) -> str:
    """Return a text of a WSGI environ (bytes read as Latin-1) for the journal: decoded, redacted, truncated."""
    # Redacted before it is truncated, or half a key could be left at the end.
    text = redact(text if text.isascii() else text.encode("latin-1", "replace").decode("utf-8", "replace"))
    return truncate(text)


def truncate(text: str) -> str:
    """Return at most `LONGEST` characters of a text, and how many more there are."""
    return text if len(text) <= LONGEST else f"{text[:LONGEST]}… ({len(text) - LONGEST} more characters)"


def parse_sequence_id(path: str) -> str | None:
    """Return the sequence id in `/v1/sequences/ID/…` or `/gallery/NAME/v1/sequences/ID/…`; None in any other path."""
    parts = path.split("/")
    if parts[1:2] == ["gallery"]:
        parts = parts[2:]
    # `/v1/sequences/ID/sequence_runs` splits into five parts, the first of them empty.
    return parts[3] if len(parts) == 5 and parts[2] == "sequences" else None
