"""A session: one target asked about one sequence. It sends, remembers, looks on, and settles what is in doubt."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from seqruns.target import PASSING_TROUBLE
from seqruns_contracts.checks import answers, order
from seqruns_contracts.checks import passive as onlooker
from seqruns_contracts.checks.kinds import Ask, Exchange, Mismatch, View
from seqruns_contracts.engine.census_reader import UnreadableError, read_census
from seqruns_contracts.model.census import Census
from seqruns_contracts.model.oracle import Difference
from seqruns_contracts.model.reply import Reply, read_reply

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Mapping, Sequence

    from seqruns.target import Target
    from seqruns_contracts.checks.kinds import Probe
    from seqruns_contracts.engine.conformance import Conformance
    from seqruns_contracts.model.query import Query

READINGS = 4
"""How often a probe and the census are asked again before the data counts as never holding still."""


MANY = 4
"""How many pages may disagree with their own total: while data moves, a count and a list can miss one another."""
PATIENCE = 3
"""How many probes may find no rest before the others are not tried any more."""


class RestlessDataError(Exception):
    """The data changed at every look, so that nothing can be said."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Sighting:
    """A violation seen in passing: the request that showed it, and what was wrong."""

    exchange: Exchange
    mismatch: Mismatch


@dataclass(slots=True, kw_only=True)
class Session:
    """One target, one sequence, one census."""

    target: Target
    sequence_id: str
    roles: Mapping[str, str]
    conformance: Conformance
    other_sequence_id: str | None = None
    seed: int = 0
    sightings: dict[str, list[Sighting]] = field(default_factory=dict)
    """By check id, what the checks that look on have seen."""
    seen_errors: int = 0
    """How many error answers came."""
    _replies: dict[Ask, Reply] = field(default_factory=dict)
    _census: Census | None = None
    _ordered: bool = True
    _contents: bool = True
    _contradictions: int = 0
    _restless: int = 0
    _fingerprints: set[int] = field(default_factory=set)
    """The fingerprints of the censuses so far: data that moves does not come back to where it was."""
    _returns: int = 0
    _disagreements: int = 0

    @property
    def census(self) -> Census:
        """The latest census, read when first needed; without runs where the list cannot be read, which is noted."""
        if self._census is None:
            self._census = self._read(self.ask)
        return self._census

    @property
    def view(self) -> View:
        """What checks may look at."""
        return View(
            census=self.census,
            sequence_id=self.sequence_id,
            other_sequence_id=self.other_sequence_id,
            key=self.target.key,
            allow_unsafe_methods=self.target.allow_unsafe_methods,
            conformance=self.conformance,
            seed=self.seed,
            ordered=self._ordered,
            contents=self._contents,
        )

    @property
    def asked(self) -> Collection[Ask]:
        """The requests whose replies are remembered."""
        return self._replies.keys()

    def ask(self, ask: Ask) -> Reply:
        """Return the reply to a request, sent unless it was sent before."""
        if ask not in self._replies:
            self._replies[ask] = self.ask_again(ask)
        return self._replies[ask]

    def ask_again(self, ask: Ask) -> Reply:
        """Return the reply to a request, sent now, and let the onlookers judge it."""
        waited = len(self.target.refusals)
        answer = self.target.get(
            ask.sequence_id or self.sequence_id,
            ask.query.encoded,
            credentials=None if ask.credentials is None else dict(ask.credentials),
            method=ask.method,
        )
        for came in (*self.target.refusals[waited:], answer):
            exchange = Exchange(ask=ask, reply=read_reply(came, self.roles))
            self._look_on(exchange)
        return exchange.reply

    def _look_on(self, exchange: Exchange) -> None:
        if onlooker.total_disagrees(exchange):
            self._disagreements += 1
            if self._disagreements >= MANY:
                self.note(answers.COUNTS_MATCHES, exchange, _seen("a page that is not full, and another total"))
        for name, reason in onlooker.complaints(exchange, self):
            self.note(name, exchange, _seen(reason))
        self.seen_errors += exchange.reply.status >= 400

    def note(self, name: str, exchange: Exchange, mismatch: Mismatch) -> None:
        """Remember a violation of a check that looks on."""
        self.sightings.setdefault(name, []).append(Sighting(exchange=exchange, mismatch=mismatch))

    def exchanges(self, probe: Probe) -> list[Exchange]:
        """Return the requests of a probe with their replies."""
        return [Exchange(ask=ask, reply=self.ask(ask)) for ask in probe.asks]

    def settle(self, probe: Probe) -> tuple[Mismatch | None, Sequence[Exchange]]:
        """Return what is wrong with a probe that looked wrong, once the data held still around it.

        The census is read on both sides of the replies. Where it moved, the new one counts from then on.
        Raises RestlessDataError where it never holds still.
        """
        if self._restless >= PATIENCE:
            raise RestlessDataError
        flickers = 0
        for reading in range(READINGS):
            before = self.census
            exchanges = [Exchange(ask=ask, reply=self.ask_again(ask)) for ask in probe.asks]
            after = self._read_again(exchanges[-1])
            unchanged = after.same_contents_as(before)
            if not (after.same_as(before) or (unchanged and not self._ordered)):
                continue
            mismatch = probe.judge(exchanges, self.view)
            if mismatch is not None and mismatch.is_of_contents and not unchanged:
                flickers += 1
                continue
            if mismatch is None and unchanged and reading == 0 and not self._was_put_off(probe):
                self._contradicted(exchanges[-1])
            self._replies.update((exchange.ask, exchange.reply) for exchange in exchanges)
            return mismatch, exchanges
        if flickers == READINGS:
            self._contents = False
            self.note(answers.SAME_CONTENTS, exchanges[-1], _seen("runs look different in every answer"))
            return None, exchanges
        self._restless += 1
        raise RestlessDataError

    def _read(self, ask: Callable[[Ask], Reply], *, base: Query | None = None) -> Census:
        try:
            return read_census(ask, base=base)
        except UnreadableError as error:
            self.note(answers.FITS_SCHEMA, Exchange(ask=Ask(), reply=error.reply), _seen(str(error)))
            return Census(total=0, head=(), universe=())

    def _read_again(self, exchange: Exchange) -> Census:
        """Return a new census, which counts from now on, and forget the replies that it makes old."""
        before = self.census
        self._census = self._read(self.ask_again, base=before.base)
        self._fingerprints.add(before.fingerprint)
        if not self._census.same_as(before):
            self._replies.clear()
            self._returns += self._census.fingerprint in self._fingerprints
            if self._returns > 1:
                self.note(answers.REPEATABLE, exchange, _seen("the list changed and was again as before, twice"))
            if self._census.shuffled_against(before):
                self.note(order.STABLE, exchange, _seen("the same request gave the same runs in another order"))
                self._ordered = False
        return self._census

    def _was_put_off(self, probe: Probe) -> bool:
        """Return whether a reply of the probe was no answer to it, only a word to come back later."""
        replies = [self._replies[ask] for ask in probe.asks if ask in self._replies]
        return any(reply.status in {*PASSING_TROUBLE, 429} for reply in replies)

    def _contradicted(self, exchange: Exchange) -> None:
        """Count an answer that was wrong once and right when asked again, though the data held still."""
        self._contradictions += 1
        if self._contradictions > 1:
            self.note(answers.REPEATABLE, exchange, _seen("asked again, the same request was answered otherwise"))


def _seen(reason: str) -> Mismatch:
    return Mismatch(expected="", differences=(Difference(kind="seen", text=reason),))
