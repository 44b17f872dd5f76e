"""An exchange: a request that was made and the reply to it, and the evidence that some exchange is of a fault."""

from __future__ import annotations

from dataclasses import dataclass, field
from sys import intern
from typing import TYPE_CHECKING

from seqruns_contracts.model.query import Query, looks_hostile

if TYPE_CHECKING:
    from seqruns_contracts.model.oracle import Difference
    from seqruns_contracts.model.reply import Reply


@dataclass(frozen=True, slots=True, kw_only=True)
class Ask:
    """One request to send. Two equal asks are sent once and share their reply."""

    query: Query = field(default_factory=Query)
    sequence_id: str | None = None
    """None is the sequence under test."""
    # Kept out of the repr, which tests and tracebacks print: a key close to the right one may stand here.
    credentials: tuple[tuple[str, str], ...] | None = field(default=None, repr=False)
    """Headers in the place of the key; None is the key itself."""
    method: str = "GET"
    turn: int = 0
    """Makes a request differ from an equal one that was sent before, to send it again."""

    @property
    def is_hostile(self) -> bool:
        """Whether a gateway may refuse it before the endpoint sees it."""
        return self.query.is_hostile or looks_hostile(self.sequence_id or "")

    def in_words(self) -> str:
        """Return the request as a person would say it."""
        words = self.query.in_words() if self.method == "GET" else f"{self.method} instead of GET"
        if self.sequence_id is not None:
            # A lone surrogate stands for a byte that is no UTF-8, and no terminal prints one: `\udcff` is written out.
            words += f", of sequence {self.sequence_id.encode('utf-8', 'backslashreplace').decode()}"
        if self.credentials is not None:
            words += ", with other credentials" if self.credentials else ", without a key"
        return words


@dataclass(frozen=True, slots=True, kw_only=True)
class Exchange:
    """A request and its reply."""

    ask: Ask
    reply: Reply


@dataclass(frozen=True, slots=True, kw_only=True)
class Observation:
    """What is remembered of every exchange: the request, and which runs came for it."""

    ask: Ask
    status: int
    ids: tuple[str, ...] | None = None
    """The ids of the runs on the page, in its order; None where no page came."""
    total: int | None = None

    @property
    def is_plain(self) -> bool:
        """Whether it was asked of the sequence under test, with the key and with GET."""
        return self.ask.method == "GET" and self.ask.credentials is None and self.ask.sequence_id is None


def observe(exchange: Exchange) -> Observation:
    """Return what is remembered of an exchange."""
    reply = exchange.reply
    page = reply.page
    if page is None:
        return Observation(ask=exchange.ask, status=reply.status)
    return Observation(
        # One id comes in hundreds of answers; interned, it takes its memory once.
        ask=exchange.ask,
        status=reply.status,
        ids=tuple(intern(run.id) for run in page.runs),
        total=page.total,
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class Evidence:
    """What shows a check broken: one exchange, what its reply should have been, and how it differs from that."""

    exchange: Exchange
    expected: str = ""
    """Empty where the law of the check says all there is to say."""
    differences: tuple[Difference, ...] = ()
    """Empty where the expectation was not about runs."""

    @property
    def kinds(self) -> frozenset[str]:
        """The kinds of its differences."""
        return frozenset(difference.kind for difference in self.differences)
