"""Looking at a target: what a request shows of one dimension, and every value that would have shown the same."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, TypeAlias

from seqruns.dialect import STATUSES
from seqruns.document import facts
from seqruns_contracts.checks import CHECKS
from seqruns_contracts.checks.areas.parameters import WRONG
from seqruns_contracts.checks.kinds import AskingCheck
from seqruns_contracts.model.exchange import Ask, Exchange
from seqruns_contracts.model.oracle import compare
from seqruns_contracts.model.query import Query

if TYPE_CHECKING:
    from collections.abc import Callable, Container, Mapping

    from seqruns.dialect import Value
    from seqruns_contracts.checks.kinds import View
    from seqruns_contracts.model.census import Census
    from seqruns_contracts.model.reply import Reply

ALL = Query.of(limit=facts().limit_maximum)
"""What the census asks first."""
DEFAULT = Query()
NO_TIME = Query.of(before="yesterday")
NO_VALUE: Mapping[str, Query] = {
    "limit": Query.of(limit="null"),
    "offset": Query.of(offset="0x10"),
    "status": Query.of(status="null"),
    "channel_id": Query.of(channel_id="undefined"),
    "after": NO_TIME,
    "before": NO_TIME,
}
"""What is no value of a parameter, so that it has the status of any other; checks ask for it anyway."""
ANY_CHANNEL = "0b8f7f4e-3d63-4c44-8a68-6d0c1d5b2a10"
"""A channel to ask for where no run shows one."""
NOTHING = None
"""In the place of a query: a page without runs, and a total of 0."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Sight:
    """What an exchange shows of one dimension."""

    values: Container[Value]
    """Every value that would have shown the same, the likeliest first; none where the target does something else.

    A sequence of 137 runs cannot tell a limit of 1,000 that is lowered from one that is obeyed.
    """
    exchange: Exchange
    learned: Value | None = None
    """The value to learn where the others cannot be listed."""

    @property
    def value(self) -> Value | None:
        """The value to learn; None where there is none, or too many to choose from."""
        return self.values[0] if isinstance(self.values, tuple) and self.values else self.learned

    def in_words(self, describe: Callable[[Value], str]) -> str:
        """Return what the target does; `describe` says what a value means."""
        seen = self.values if isinstance(self.values, tuple) else () if self.value is None else (self.value,)
        return " or ".join(map(describe, seen)) or f"something else, with status {self.exchange.reply.status}"


def names(reply: Reply, *parameters: str) -> bool:
    """Return whether a refusal names each of these parameters, other than by repeating the query."""
    # `"status": 422` beside the errors is the status of the answer, not the parameter of that name.
    text = re.sub(r'"status"\s*:\s*\d', "", reply.answer.body.decode("utf-8", "replace"))
    return all(re.search(rf"\b{name}\b(?!=)", text) for name in parameters)


def names_all(look: Look) -> bool:
    """Return whether a refusal of several wrong parameters names more than one."""
    return names(look.query(WRONG).reply, "channel_id", "before")


Reader: TypeAlias = "Callable[[Look], Sight | None]"
"""Returns what a target shows of one dimension; None where it shows nothing."""


# No slots: `cap` is kept in the instance's dict.
@dataclass(kw_only=True)
class Look:
    """A target as the readers see it: what it shows, and what answers a request, sent unless it was sent before."""

    view: View
    roles: Mapping[str, str]
    send: Callable[[Ask], Reply]
    limited: Reply | None = None
    """A 429, if one came."""
    alone: bool = False
    """Whether to ask for each form alone: a finding is to show one thing."""

    @property
    def census(self) -> Census:
        """The runs that the target shows."""
        return self.view.census

    def exchange(self, ask: Ask) -> Exchange:
        """Return a request with its reply."""
        return Exchange(ask=ask, reply=self.send(ask))

    def query(self, query: Query | None = None, /, **parameters: object) -> Exchange:
        """Return a query of the sequence under test with its reply."""
        return self.exchange(Ask(query=query or Query.of(parameters)))

    def of_check(self, name: str, number: int = 0) -> Ask | None:
        """Return the request of a probe of a check, which is not sent twice; None where the data has none such."""
        check = CHECKS[name]
        assert isinstance(check, AskingCheck)  # noqa: S101 - the readers name no others
        probes = list(check.probes(self.view))
        return probes[number].asks[0] if number < len(probes) else None

    @cached_property
    def cap(self) -> int | None:
        """How many runs a page has at most, where that is fewer than the largest limit asks for."""
        page = self.query(ALL).reply.page
        size = len(page.runs) if page else 0
        return size if 0 < size < min(facts().limit_maximum, self.census.total) else None

    def fits(self, exchange: Exchange, query: Query | None) -> bool:
        """Return whether a reply is the page that a query asks for, in any order; None asks for nothing."""
        page = exchange.reply.page
        if page is None or query is None:
            return page is not None and not page.runs and not page.total
        if self.cap is not None:
            query = query.with_(limit=min(query.limit, self.cap))
        # In any order, as that is a dimension of its own.
        return not compare(page, query, self.census, ordered=False, contents=False)

    def read(self, exchange: Exchange, meanings: Mapping[str, Query | bool | None]) -> Sight:
        """Return which of these words a reply shows, each with the query that it makes of the one sent, or the status.

        In the place of a query may be whether the reply is what the word means.
        """
        status = exchange.reply.status
        if status in STATUSES:
            return Sight(values=(status,), exchange=exchange)
        fits = (
            (word, meaning if isinstance(meaning, bool) else self.fits(exchange, meaning))
            for word, meaning in meanings.items()
        )
        return Sight(values=tuple(word for word, does in fits if does), exchange=exchange)

    def skips(self, exchange: Exchange, offset: int) -> bool:
        """Return whether a reply to a query without a limit is the page behind so many runs."""
        page, limit = exchange.reply.page, min(facts().limit_default, self.cap or facts().limit_default)
        if not self.view.ordered or not self.census.whole:
            return self.fits(exchange, Query.of(offset=offset))
        # By ids, in order: in any order the pages from 3 and from 5 on could not be told apart.
        due = [run.id for run in self.census.head[offset : offset + limit]]
        return page is not None and [run.id for run in page.runs] == due

    def is_empty_page(self, exchange: Exchange) -> bool:
        """Return whether a reply is a page without runs, whatever its total."""
        return exchange.reply.page is not None and not exchange.reply.page.runs
