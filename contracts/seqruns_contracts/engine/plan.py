"""The plan: what a run would ask, from the census alone, without asking it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from seqruns_contracts.checks.kinds import AskingCheck, SearchingCheck

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator

    from seqruns_contracts.checks.kinds import Check
    from seqruns_contracts.engine.session import Session
    from seqruns_contracts.model.exchange import Ask


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

    @property
    def requests(self) -> int:
        """How many requests a run sends at most, as long as nothing is broken: each failure is asked again."""
        return self.sent + sum(planned.new for planned in self.checks) + self.drawn


def make_plan(session: Session, checks: Collection[Check]) -> Plan:
    """Return the plan for these checks; reads the census and sends nothing else."""
    view = session.view
    sent, known = session.client.target.sent, set(session.client.asked)
    planned = []
    for check in checks:
        probes = check.probes(view) if isinstance(check, AskingCheck) else ()
        asks = [ask for probe in probes for ask in probe.asks]
        new = [ask for ask in dict.fromkeys(asks) if ask not in known]
        known |= set(new)
        planned.append(PlannedCheck(check=check, asks=tuple(map(_words, asks)), new=len(new)))
    drawn = sum(check.most for check in checks if isinstance(check, SearchingCheck))
    return Plan(checks=tuple(planned), sent=sent, drawn=drawn)


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
    yield ""
    yield (
        f"At most {plan.requests} requests as long as nothing is broken; each failure is asked again. "
        f"Only the {plan.sent} that read the list of runs were sent now."
    )


def _words(ask: Ask) -> str:
    return f"{ask.in_words()}, again" if ask.turn > 1 else ask.in_words()
