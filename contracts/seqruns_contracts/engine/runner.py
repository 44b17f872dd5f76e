"""The runner: judges every check against one target and gathers the verdicts."""

from __future__ import annotations

import time
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

from seqruns.document import facts
from seqruns.target import BudgetSpentError, TargetError
from seqruns_contracts.checks import answers, order
from seqruns_contracts.checks import any_query as anyquery
from seqruns_contracts.checks.expectations import page_is_right
from seqruns_contracts.checks.filters import observable_filters
from seqruns_contracts.checks.kinds import ANY_ANSWER, CHECKS, Ask, Exchange, Grade
from seqruns_contracts.engine.findings import tell
from seqruns_contracts.engine.session import RestlessDataError
from seqruns_contracts.engine.verdict import Outcome, Report, Verdict

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Sequence

    from seqruns_contracts.checks.kinds import Check, Mismatch, Probe
    from seqruns_contracts.engine.session import Session
    from seqruns_contracts.engine.verdict import Finding
    from seqruns_contracts.model.census import Census

ELSEWHERE = {
    "total": answers.COUNTS_MATCHES,
    "contents": answers.SAME_CONTENTS,
    "order": order.SAME_UNDER_FILTERS,
}
"""A difference of only this kind belongs to another check than the one whose probe showed it."""
FILTER_OF_AREA = {
    "phone": {"phone"},
    "status": {"status"},
    "channel": {"channel_id"},
    "before": {"before"},
    "after": {"after"},
    "window": {"before", "after"},
}
ROLE_OF_AREA = {"phone": "phone", "status": "status", "channel": "channel_id"} | dict.fromkeys(
    ("before", "after", "window"), "start_time"
)
ROLES_SHOWN: dict[str, Callable[[Census], object]] = {
    "start_time": lambda census: census.starts,
    "phone": lambda census: census.phones,
    "status": lambda census: census.statuses,
    "channel_id": lambda census: any(run.channels is not None for run in census.universe),
}


@dataclass(slots=True, kw_only=True)
class Runner:
    """Judges checks one after the other; what one finds out spares the next ones requests."""

    session: Session
    progress: Callable[[Check, Verdict | None], None] = lambda _check, _verdict: None
    verdicts: dict[str, Verdict] = field(default_factory=dict)
    broken_filters: set[str] = field(default_factory=set)
    """Filters with a finding of their own: sets with them would only show it again."""

    def run(self, checks: Collection[Check]) -> None:
        """Judge the checks that send requests, then those that looked on."""
        for check in checks:
            self.progress(check, None)
            self.verdicts[check.id] = self._judge(check)
            self.progress(check, self.verdicts[check.id])
        for check in checks:
            self.verdicts[check.id] = self._with_sightings(self.verdicts[check.id])

    def _judge(self, check: Check) -> Verdict:
        try:
            if check.id == anyquery.CHECK:
                return self._judge_any_query(check)
            return self._judge_probes(check, list(check.probes(self.session.view)))
        except BudgetSpentError as error:
            return Verdict(check=check, outcome=Outcome.NOT_EXERCISED, reason=str(error), is_cut_short=True)
        except TargetError as error:
            return Verdict(check=check, outcome=Outcome.ERRORED, reason=str(error))
        except RestlessDataError:
            return Verdict(check=check, outcome=Outcome.ERRORED, reason="the data changed at every look")

    def _judge_probes(self, check: Check, probes: Sequence[Probe]) -> Verdict:
        judged = 0
        for probe in probes:
            if check.area == "filters" and probe.filters & self.broken_filters:
                continue
            judged += 1
            finding = self._finding(check, probe)
            if finding is not None:
                if check.grade is Grade.DOCUMENTED:
                    self.broken_filters |= FILTER_OF_AREA.get(check.area, set())
                return Verdict(check=check, outcome=Outcome.BROKEN, findings=(finding,), probes=judged)
        if judged and check.exercised(self.session.census):
            return Verdict(check=check, outcome=Outcome.HOLDS, probes=judged)
        return self._idle(check, skipped=bool(probes) and not judged)

    def _judge_any_query(self, check: Check) -> Verdict:
        names = [name for name in observable_filters(self.session.census) if name not in self.broken_filters]
        count, probe = anyquery.search(self.session, names)
        if probe is None:
            outcome = Outcome.HOLDS if count else Outcome.NOT_EXERCISED
            return Verdict(check=check, outcome=outcome, probes=count, reason="" if count else check.needs)
        return self._judge_probes(check, [probe])

    def _finding(self, check: Check, probe: Probe) -> Finding | None:
        exchanges = self.session.exchanges(probe)
        mismatch = probe.judge(exchanges, self.session.view)
        if mismatch is None or self._known_elsewhere(mismatch, probe):
            return None
        mismatch, settled = (mismatch, exchanges) if probe.conclusive else self.session.settle(probe)
        if mismatch is None or self._belongs_elsewhere(mismatch, settled):
            return None
        return tell(check, *self._shortest(mismatch, settled[mismatch.at], probe), self.session)

    def _known_elsewhere(self, mismatch: Mismatch, probe: Probe) -> bool:
        """Return whether the mismatch is of a kind that a check which looks on is already known to be broken for."""
        kinds = {difference.kind for difference in mismatch.differences}
        return len(kinds) == 1 and all(
            kind in ELSEWHERE and ELSEWHERE[kind] in self.session.sightings and (kind != "order" or probe.filters)
            for kind in kinds
        )

    def _belongs_elsewhere(self, mismatch: Mismatch, exchanges: Sequence[Exchange]) -> bool:
        kinds = {difference.kind for difference in mismatch.differences}
        exchange = exchanges[mismatch.at]
        if len(kinds) != 1 or not kinds <= ELSEWHERE.keys():
            return False
        kind = kinds.pop()
        if kind == "order" and (not exchange.ask.query.filters or not self._fits_its_own_list(exchange)):
            return False
        self.session.note(ELSEWHERE[kind], exchange, mismatch)
        return True

    def _fits_its_own_list(self, exchange: Exchange) -> bool:
        """Return whether a filtered page is the right part of the same filters' whole list, in that list's order."""
        query, page = exchange.ask.query, exchange.reply.page
        whole = self.session.ask(Ask(query=query.with_(limit=facts().limit_maximum, offset=None))).page
        if whole is None or page is None or (whole.total or 0) > facts().limit_maximum:
            return True
        due = whole.runs[query.offset : query.offset + query.limit]
        return [run.id for run in page.runs] == [run.id for run in due]

    def _shortest(self, mismatch: Mismatch, exchange: Exchange, probe: Probe) -> tuple[Mismatch, Exchange]:
        """Return the mismatch with the fewest parameters that still shows one."""
        if probe.judge is not page_is_right or len(probe.asks) > 1:
            return mismatch, exchange
        for name in [name for name, _ in exchange.ask.query.parameters]:
            ask = Ask(query=exchange.ask.query.with_(**{name: None}))
            smaller = [Exchange(ask=ask, reply=self.session.ask(ask))]
            found = page_is_right(smaller, self.session.view)
            if found is not None and {d.kind for d in found.differences} & {d.kind for d in mismatch.differences}:
                mismatch, exchange = found, smaller[0]
        return mismatch, exchange

    def _idle(self, check: Check, *, skipped: bool) -> Verdict:
        """Return the verdict on a check whose probes found nothing to test on."""
        if skipped:
            reason = f"{', '.join(sorted(self.broken_filters))} is broken already, and sets with it would show it again"
            return Verdict(check=check, outcome=Outcome.NOT_EXERCISED, reason=reason)
        if check.id == answers.RATE_SAYS_WHEN:
            return Verdict(check=check, outcome=Outcome.NOT_EXERCISED, reason="needs a 429, and none came")
        role = ROLE_OF_AREA.get(check.area)
        census = self.session.census
        if role in ROLES_SHOWN and census.total and not ROLES_SHOWN[role](census):
            reason = f"no run shows its {role} at {self.session.roles[role]}; if it is elsewhere, say --role {role}=/…"
            return Verdict(check=check, outcome=Outcome.NOT_OBSERVABLE, reason=reason)
        return Verdict(check=check, outcome=Outcome.NOT_EXERCISED, reason=f"needs {check.needs}")

    def _with_sightings(self, verdict: Verdict) -> Verdict:
        """Return the verdict with what was seen of its check in other checks' answers."""
        sightings = self.session.sightings.get(verdict.check.id, [])
        if sightings and verdict.outcome is not Outcome.BROKEN:
            first = sightings[0]
            finding = tell(verdict.check, first.mismatch, first.exchange, self.session, times=len(sightings))
            return replace(verdict, outcome=Outcome.BROKEN, findings=(finding,), reason="")
        if verdict.check.needs == ANY_ANSWER and verdict.outcome is Outcome.NOT_EXERCISED and self._looked_on(verdict):
            return replace(verdict, outcome=Outcome.HOLDS, reason="")
        return verdict

    def _looked_on(self, verdict: Verdict) -> bool:
        """Return whether there was anything to look at."""
        if verdict.check.id == answers.RATE_SAYS_WHEN:
            return bool(self.session.target.refusals)
        if verdict.check.id == answers.ERROR_ENVELOPE:
            return self.session.seen_errors > 0
        return bool(self.session.census.total) or verdict.check.area == "answer"


def run_checks(
    session: Session,
    checks: Collection[Check] | None = None,
    *,
    strict: bool = False,
    progress: Callable[[Check, Verdict | None], None] = lambda _check, _verdict: None,
) -> Report:
    """Return the report on one target; `checks` are all of them unless named.

    Raises what `preflight.first_contact` raises where there is no such endpoint at the target.
    """
    started = time.monotonic()
    runner = Runner(session=session, progress=progress)
    runner.run(list(CHECKS.values()) if checks is None else checks)
    return Report(
        base_url=session.target.base_url,
        sequence_id=session.sequence_id,
        seed=session.seed,
        strict=strict,
        runs=session.census.total,
        known_runs=len(session.census.known),
        requests=session.target.sent,
        seconds=time.monotonic() - started,
        verdicts=tuple(runner.verdicts.values()),
        troubles=dict(session.target.troubles),
    )
