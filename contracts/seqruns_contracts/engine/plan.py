"""The plan: what a run would ask, from the census alone, without asking it."""

from __future__ import annotations

from contextlib import suppress
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from seqruns.target import TargetError
from seqruns_contracts.checks.kinds import AskingCheck, SearchingCheck
from seqruns_contracts.dialect.drift import DriftCheck
from seqruns_contracts.dialect.learning import MOST_REQUESTS
from seqruns_contracts.dialect.looking import ALL, Look
from seqruns_contracts.model.exchange import Ask

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator

    from seqruns_contracts.checks.kinds import Check
    from seqruns_contracts.dialect.looking import Reader
    from seqruns_contracts.engine.session import Session
    from seqruns_contracts.model.reply import Reply


@dataclass(frozen=True, slots=True, kw_only=True)
class PlannedCheck:
    """What one check would ask."""

    check: Check
    asks: tuple[str, ...]
    """In words, one for each request, also those that it shares with a check before it."""
    new: int
    """How many of them no check before it has sent."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """What a run would ask."""

    checks: tuple[PlannedCheck, ...]
    sent: int
    """How many requests it took to make the plan; a run sends them, too."""
    drawn: int
    """How many more a run sends at most for queries that it draws as it goes, as long as nothing is broken."""
    learning: int = 0
    """How many more it sends at most to learn the dialect."""

    @property
    def requests(self) -> int:
        """How many requests a run sends at most, as long as nothing is broken: each failure is asked again."""
        return self.sent + sum(planned.new for planned in self.checks) + self.drawn + self.learning


def make_plan(session: Session, checks: Collection[Check], *, learns: bool = False) -> Plan:
    """Return the plan for these checks, and for learning; reads the census and sends nothing else."""
    session.view  # noqa: B018 - reads the census
    sent, known = session.client.target.sent, set(session.client.asked)
    planned = []
    for check in checks:
        asks = list(_asks_of(session, check))
        # As the client would: an equal request is sent once, whichever check asks first. Another `turn` makes it
        # unequal.
        new = [ask for ask in dict.fromkeys(asks) if ask not in known]
        known |= set(new)
        planned.append(PlannedCheck(check=check, asks=tuple(map(_words, asks)), new=len(new)))
    # At most: a search that draws one query twice sends it once.
    drawn = sum(check.most for check in checks if isinstance(check, SearchingCheck))
    return Plan(checks=tuple(planned), sent=sent, drawn=drawn, learning=MOST_REQUESTS if learns else 0)


def _asks_of(session: Session, check: Check) -> Iterator[Ask]:
    match check:
        case AskingCheck():
            yield from (ask for probe in check.probes(session.view) for ask in probe.asks)
        case DriftCheck():
            page = session.client.ask(Ask(query=ALL))
            refusal = replace(page, answer=replace(page.answer, status=422, body=b""), body=None, page=None)
            # What is asked next depends on the answers: all are taken for pages, then for refusals.
            both = (ask for reply in (page, refusal) for ask in _questions(session, check.read, reply))
            yield from dict.fromkeys(both)


def _questions(session: Session, read: Reader, reply: Reply) -> list[Ask]:
    """Return what a reader of a dialect asks where everything that was not asked yet gets one reply."""
    asks: list[Ask] = []

    def send(ask: Ask) -> Reply:
        asks.append(ask)
        return session.client.ask(ask) if ask in session.client.asked else reply

    with suppress(TargetError):
        read(Look(view=session.view, roles=session.client.roles, send=send))
    return asks


def render_plan(plan: Plan) -> Iterator[str]:
    """Yield the plan in lines."""
    for planned in plan.checks:
        check = planned.check
        yield f"{check.id}: {check.law}"
        yield from (f"  {words}" for words in planned.asks)
        if isinstance(check, SearchingCheck):
            yield f"  up to {check.most} queries, drawn as it goes from what the target shows"
        elif not planned.asks:
            yield f"  nothing of its own; it needs {check.needs}"
    if plan.learning:
        yield "learning"
        yield f"  up to {plan.learning} requests, for what the others do not show of the dialect"
    yield ""
    yield (
        f"At most {plan.requests} requests as long as nothing is broken; each failure is asked again. "
        f"Only the {plan.sent} that read the list of runs were sent now."
    )


def _words(ask: Ask) -> str:
    return f"{ask.in_words()}, again" if ask.turn > 1 else ask.in_words()
