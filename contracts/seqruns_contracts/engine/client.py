"""The client: sends requests, remembers their replies, and lets the passive checks look at every one of them."""

from __future__ import annotations

import time
from collections import Counter
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

from seqruns.target import TargetLostError
from seqruns_contracts.checks import CHECKS
from seqruns_contracts.checks.kinds import PassiveCheck
from seqruns_contracts.checks.passive import COUNTS_EVERY_MATCH, total_disagrees
from seqruns_contracts.engine.replies import Replies
from seqruns_contracts.findings.fingerprint import fingerprint
from seqruns_contracts.model.exchange import Evidence, Exchange, observe
from seqruns_contracts.model.oracle import Difference

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Mapping

    from seqruns.target import Target
    from seqruns_contracts.checks.kinds import Check, Context, Probe
    from seqruns_contracts.model.exchange import Ask, Observation
    from seqruns_contracts.model.reply import Reply
    from seqruns_contracts.model.run import Run

PASSIVE_CHECKS = tuple(check for check in CHECKS.values() if isinstance(check, PassiveCheck))
MOST_FAULTS = 5
"""How many faults of one check are told apart: their evidence holds whole replies."""
MOST_OTHERS = 30
"""How many requests that show the same fault are named."""
MOST_DISAGREEMENTS = 20
MOST_SECONDS = 30.0
"""Of computing: how long the answers of one target may take to be judged. Those of a right one take two."""
MOST_NEW = 150_000_000
"""Bytes of memory: how much the answers may hold that none before them held; 10 MB with 5,000 right runs."""
MANY = 4
"""How many pages may disagree with their own total: while data moves, a count and a list can miss one another."""


@dataclass(slots=True, kw_only=True)
class Client:
    """What one target was asked and what it answered."""

    target: Target
    roles: Mapping[str, str]
    context: Context
    """What the passive checks need to know."""
    evidence: dict[str, dict[tuple[str, str], Evidence]] = field(default_factory=dict)
    """By check id, what was seen in answers to any check's requests: of each fault the first, of the first few faults.

    A total that is text and a status that is null are two faults of one check.
    """
    noted: set[tuple[str, frozenset[str]]] = field(default_factory=set)
    """Of that the kinds of difference, each with the names of the filters under which it was seen."""
    shown: dict[str, list[Evidence]] = field(default_factory=dict)
    """By check id, what its own probes showed."""
    exercised: set[str] = field(default_factory=set)
    """The ids of the passive checks that had an answer to look at."""
    times: Counter[tuple[str, tuple[str, str]]] = field(default_factory=Counter)
    """By check id and fault, in how many answers it was seen."""
    others: dict[tuple[str, tuple[str, str]], dict[Ask, None]] = field(default_factory=dict)
    """By check id and fault, the requests that showed it after the first one, without repetition: the first few."""
    limited: Reply | None = None
    """The last 429, if one came."""
    _last_seen: dict[tuple[str, tuple[str, str]], int] = field(default_factory=dict)
    """The number of the request whose answer showed a fault last."""
    observations: list[Observation] = field(default_factory=list)
    """Every exchange, in the order in which they came."""
    moved_at: int = 0
    """How many of them came before the data was last seen to move."""
    runs: dict[str, Run] = field(default_factory=dict)
    """Every run that was seen in an answer for the sequence under test, by its id, as it was first shown."""
    _replies: Replies = field(default_factory=Replies)
    _seconds: float = 0.0
    """Of computing, which the answers so far took to be judged."""
    _new: int = 0
    """Bytes of memory: how much they hold that none before them held."""
    _disagreements: list[Exchange] = field(default_factory=list)
    """The first pages that are not full and have another total."""

    @property
    def asked(self) -> Collection[Ask]:
        """The requests whose replies are remembered."""
        return self._replies.asks

    def ask(self, ask: Ask) -> Reply:
        """Return the reply to a request, sent unless it was sent before."""
        reply = self._replies.get(ask)
        if reply is None:
            reply = self.ask_again(ask)
            self._replies.put(ask, reply)
        return reply

    def ask_again(self, ask: Ask) -> Reply:
        """Return the reply to a request, sent now; the reply to an equal one stays remembered.

        Raises TargetLostError where the answers are beyond what can be judged and kept.
        """
        answer = self.target.get(
            ask.sequence_id or self.context.sequence_id,
            ask.query.encoded,
            credentials=None if ask.credentials is None else dict(ask.credentials),
            method=ask.method,
        )
        # A 429 that the target client waited out is an answer, too: `rate.says-when-to-return` must see it.
        for received in (*self.target.take_refusals(), answer):
            # The time of this thread alone: a slow network, or other work on this machine, is not held against the
            # target.
            begun = time.thread_time()
            exchange = Exchange(ask=ask, reply=self._replies.read(received, self.roles))
            self.limited = exchange.reply if exchange.reply.status == 429 else self.limited
            self._look_at(exchange)
            self._seconds += time.thread_time() - begun
        # Only now, after every passive check has looked: what slimming takes away, the body and its headers' source, is
        # what they look at.
        reply = self._replies.slim(exchange.reply)
        self._new += reply.weight
        # Last, so that what this answer shows is on record even where it is the one too much.
        self._require_measure()
        return reply

    def exchanges(self, probe: Probe) -> list[Exchange]:
        """Return the requests of a probe with their replies."""
        return [Exchange(ask=ask, reply=self.ask(ask)) for ask in probe.asks]

    def exchanges_again(self, probe: Probe) -> list[Exchange]:
        """Return the requests of a probe with replies that come now."""
        return [Exchange(ask=ask, reply=self.ask_again(ask)) for ask in probe.asks]

    def remembered(self, probe: Probe) -> list[Reply]:
        """Return the replies to a probe's requests that are remembered."""
        return [reply for ask in probe.asks if (reply := self._replies.get(ask)) is not None]

    def remember(self, exchanges: Iterable[Exchange]) -> None:
        """Remember these replies instead of those that were there."""
        for exchange in exchanges:
            self._replies.put(exchange.ask, exchange.reply)

    def forget(self) -> None:
        """Forget every reply: the data has moved under them."""
        self._replies.forget()
        self.moved_at = len(self.observations)

    def note(self, check_id: str, evidence: Evidence) -> None:
        """Keep evidence against a check that was found in answers to other checks' requests."""
        filters = frozenset(evidence.exchange.ask.query.filters)
        # Before any bound cuts in: a kind that is not noted is asked again at each page that shows it.
        self.noted |= {(kind, filters) for kind in evidence.kinds}
        fault = fingerprint(evidence.exchange.ask.query, evidence.exchange.reply.status, evidence.differences)
        kept = self.evidence.setdefault(check_id, {})
        if fault not in kept and len(kept) >= MOST_FAULTS:
            return
        # Two runs with a status of null on one page are one answer, so they count once. `sent` is the number of the
        # request.
        if self._last_seen.get((check_id, fault)) != self.target.sent:
            self._last_seen[check_id, fault] = self.target.sent
            self.times[check_id, fault] += 1
        if fault not in kept:
            kept[fault] = replace(evidence, exchange=self._slim(evidence.exchange))
        elif evidence.exchange.ask != kept[fault].exchange.ask:
            others = self.others.setdefault((check_id, fault), {})
            if len(others) < MOST_OTHERS:
                others[evidence.exchange.ask] = None

    def keep(self, check_id: str, evidence: Evidence) -> None:
        """Keep evidence against a check that its own probe showed."""
        slim = replace(evidence, exchange=self._slim(evidence.exchange))
        self.shown.setdefault(check_id, []).append(slim)

    def evidence_against(self, check_id: str) -> tuple[Evidence, ...]:
        """Return all that is kept against a check."""
        return (*self.shown.get(check_id, ()), *self.evidence.get(check_id, {}).values())

    def note_seen(self, check: Check, exchange: Exchange, reason: str) -> None:
        """Keep evidence that is no difference of a page, only a sentence."""
        self.note(check.id, Evidence(exchange=exchange, differences=(Difference(kind="seen", text=reason),)))

    def note_disagreements(self, largest: int) -> None:
        """Keep that pages disagree with their own totals, where many do and nothing else was said of totals.

        A page of the `largest` size is full. To be called at the end, and only where the data held still and pages are
        what they should be: while data moves a count and a list can miss one another.
        """
        found = [each for each in self._disagreements if each.reply.page and len(each.reply.page.runs) < largest]
        if len(found) >= MANY and COUNTS_EVERY_MATCH.id not in self.evidence:
            self.note_seen(COUNTS_EVERY_MATCH, found[0], "a page that is not full, and another total")

    def _slim(self, exchange: Exchange) -> Exchange:
        return replace(exchange, reply=self._replies.slim(exchange.reply)) if exchange.reply.answer.body else exchange

    def _require_measure(self) -> None:
        trouble = ""
        if self._new > MOST_NEW:
            trouble = f"more than can be kept: {MOST_NEW / 1e6:g} MB"
        elif self._seconds > MOST_SECONDS:
            trouble = f"more than can be judged: its answers took {MOST_SECONDS:g} seconds of computing"
        if trouble:
            raise TargetLostError(f"{self.target.where} answers with {trouble} by request {self.target.sent}")

    def _look_at(self, exchange: Exchange) -> None:
        self._observe(exchange)
        if total_disagrees(exchange) and len(self._disagreements) < MOST_DISAGREEMENTS:
            self._disagreements.append(self._slim(exchange))
        # Two questions: a page without runs breaks nothing, but a check of contents that saw no other page must not be
        # said to hold.
        for check in PASSIVE_CHECKS:
            if check.looks_at(exchange):
                self.exercised.add(check.id)
            # As many as there are: `note` tells them apart, and keeps the first few.
            for reason in check.reasons(exchange, self.context):
                self.note_seen(check, exchange, reason)

    def _observe(self, exchange: Exchange) -> None:
        self.observations.append(observe(exchange))
        # A run of another sequence, or of one that does not exist, is no run of this list.
        if exchange.reply.page is not None and exchange.ask.sequence_id is None and self._replies.has_room:
            for run in exchange.reply.page.runs:
                # As first shown, like the census: what a later answer shows otherwise must not replace it.
                self.runs.setdefault(run.id, run)
