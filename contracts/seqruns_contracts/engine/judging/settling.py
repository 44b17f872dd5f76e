"""Settling: whether what looked wrong is wrong, or the data moved between two answers.

A census says what is right only for the moment at which it was read. So a probe that looks wrong is asked again between
two readings of the census (a sandwich): what is wrong while both readings agree is the target's fault.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from seqruns.target import PASSING_TROUBLE
from seqruns_contracts.checks.passive import REPEATABLE
from seqruns_contracts.dialect.looking import Look
from seqruns_contracts.model.exchange import Exchange

if TYPE_CHECKING:
    from collections.abc import Callable

    from seqruns_contracts.checks.kinds import Probe
    from seqruns_contracts.dialect.looking import Reader, Sight
    from seqruns_contracts.engine.session import Session
    from seqruns_contracts.model.exchange import Ask, Evidence
    from seqruns_contracts.model.reply import Reply

READINGS = 4
"""How often a probe and the census are asked again before the data counts as never holding still."""
PATIENCE = 3
"""How many probes running may find no rest before the others are not tried any more."""

DISTURBANCES = 6
"""How many readings may be in vain before a part of the data is looked at that may stand still: each costs requests."""


class RestlessDataError(Exception):
    """The data changed at every look, so that nothing can be said."""


@dataclass(slots=True, kw_only=True)
class Settling:
    """Settles what is in doubt, and gives up where the data never holds still."""

    session: Session
    contradictions: int = 0
    """How many answers were wrong once and right when asked again, though the data held still."""
    disturbed: int = 0
    """How many readings were in vain since the part of the data was chosen that is looked at."""
    restless: int = 0
    """How many probes found no rest since the last one that did."""

    def settle(self, probe: Probe, doubt: Evidence) -> Evidence | None:
        """Return what is wrong with a probe that looked wrong, as the `doubt` says, once the data held still around it.

        Where the census moved, the new one counts from then on. Raises RestlessDataError where it never holds still.
        """
        # Held to a window, a census says nothing but of its own runs, which a probe of any width must show.
        is_beyond = not self.session.census.held and not self._is_in_sight(probe)
        # Each attempt costs several requests, so after a few in vain the others are not made.
        if self.restless >= PATIENCE or (self.session.has_moved and is_beyond):
            raise RestlessDataError
        session, flickers, shown = self.session, 0, 0
        for reading in range(READINGS):
            before = session.census
            exchanges = session.client.exchanges_again(probe)
            after = session.read_again(exchanges[-1])
            is_unchanged = after.same_contents_as(before)
            if not (after.same_as(before) or (is_unchanged and self._is_order_open())):
                shown, self.disturbed = 0, self.disturbed + 1
                if self.disturbed > DISTURBANCES and session.may_hold_still:
                    break
                continue
            evidence = probe.expect(exchanges, session.view)
            # The roles held still, so who is on the page is certain, but contents moved: a run's `updated_at` may have
            # changed between the page and the census. Four times in a row, that is no accident: see below.
            if evidence is not None and evidence.kinds == {"contents"} and not is_unchanged:
                flickers += 1
                continue
            # Data that is known to move may have moved there and back between the two readings, and so may what lies
            # outside of the known part of a large sequence: a run added, another one deleted, the same total. So it
            # must be wrong twice running.
            is_in_sight = self._is_in_sight(probe)
            shown += evidence is not None
            if evidence is not None and shown == 1 and (session.has_moved or not is_in_sight):
                continue
            # Wrong at first, right now, and the data did not move in between: the target contradicts itself. Example: a
            # server that loses the last run of every ninth page.
            if evidence is None and is_unchanged and reading == 0 and is_in_sight and not self._was_put_off(probe):
                self._contradicted(exchanges[-1], doubt)
            # Probes that share these requests are judged by the settled answers, not by those that were in doubt.
            session.client.remember(exchanges)
            self.restless = 0
            return evidence
        # Runs that look different at every look, such as an `updated_at` that is always now: from here on only which
        # runs come is compared, or every page would be in doubt.
        if flickers == READINGS:
            session.give_up_contents(exchanges[-1])
            return None
        self.restless += 1
        raise RestlessDataError

    def hold_still(self) -> bool:
        """Return whether all can be tried again in a smaller part of the data, which stands still so far."""
        self.restless = self.disturbed = 0
        return self.session.hold_still()

    def _is_in_sight(self, probe: Probe) -> bool:
        """Return whether all that the probe asks for lies in the part of the sequence that is known."""
        census = self.session.census
        return all(ask.sequence_id is not None or census.covers(ask.query) for ask in probe.asks)

    def _is_order_open(self) -> bool:
        """Return whether the order means nothing, so that the same runs in another order are no movement."""
        return not (self.session.is_ordered and self.session.has_ordered_ties)

    def _was_put_off(self, probe: Probe) -> bool:
        """Return whether a reply of the probe was no answer to it, only a word to come back later: a 503 or a 429."""
        replies = self.session.client.remembered(probe)
        return any(reply.status in {*PASSING_TROUBLE, 429} for reply in replies)

    def _contradicted(self, exchange: Exchange, doubt: Evidence) -> None:
        """Count a contradiction, and note it from the second on: one alone may be data that moved and came back."""
        # Of an order that is known to be open it says nothing new: A B at first, B A when asked again.
        if self._is_order_open() and doubt.kinds and doubt.kinds <= {"ties", "order"}:
            return
        self.contradictions += 1
        if self.contradictions > 1:
            reason = "asked again, the same request was answered otherwise"
            self.session.client.note_seen(REPEATABLE, exchange, reason)

    def look(
        self, read: Reader, is_expected: Callable[[Sight], bool], send: Callable[[Ask], Reply] | None = None
    ) -> Sight | None:
        """Return what a reader of a dialect sees; what is not expected only once the data held still around it.

        `send` asks in the place of the client. Raises RestlessDataError where the data never holds still.
        """
        session, client = self.session, self.session.client
        for _ in range(READINGS):
            before, sight = session.census, read(self._sight(send))
            # What is expected needs no second look: only what would be said of the target is worth a reading of the
            # census.
            if sight is None or is_expected(sight):
                return sight
            again = Exchange(ask=sight.exchange.ask, reply=client.ask_again(sight.exchange.ask))
            if session.read_again(again).same_as(before):
                client.remember([again])
                return read(self._sight(send, alone=True))
        raise RestlessDataError

    def _sight(self, send: Callable[[Ask], Reply] | None, *, alone: bool = False) -> Look:
        client = self.session.client
        return Look(
            view=self.session.view, roles=client.roles, send=send or client.ask, limited=client.limited, alone=alone
        )
