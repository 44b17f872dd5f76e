"""The plan: what a run would ask, from the census alone, without asking it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from seqruns_contracts.checks import any_query as anyquery
from seqruns_contracts.engine.findings import ask_in_words

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator

    from seqruns_contracts.checks.kinds import Ask, Check
    from seqruns_contracts.engine.session import Session


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
    sent, known = session.target.sent, set(session.asked)
    planned = []
    for check in checks:
        asks = [ask for probe in check.probes(view) for ask in probe.asks]
        new = [ask for ask in dict.fromkeys(asks) if ask not in known]
        known |= set(new)
        planned.append(PlannedCheck(check=check, asks=tuple(map(_words, asks)), new=len(new)))
    drawn = anyquery.EXAMPLES if any(check.id == anyquery.CHECK for check in checks) else 0
    return Plan(checks=tuple(planned), sent=sent, drawn=drawn)


def render_plan(plan: Plan) -> Iterator[str]:
    """Yield the plan in lines."""
    for planned in plan.checks:
        yield f"{planned.check.id}: {planned.check.law}"
        yield from (f"  {words}" for words in planned.asks)
        if planned.check.id == anyquery.CHECK:
            yield f"  up to {plan.drawn} queries, drawn as it goes from what the target shows"
        elif not planned.asks:
            yield f"  nothing of its own; it needs {planned.check.needs}"
    yield ""
    yield (
        f"At most {plan.requests} requests as long as nothing is broken; each failure is asked again. "
        f"Only the {plan.sent} that read the list of runs were sent now."
    )


def _words(ask: Ask) -> str:
    return f"{ask_in_words(ask)}, again" if ask.turn > 1 else ask_in_words(ask)
