"""The runner: carries out every check against one target and gathers the verdicts."""

from __future__ import annotations

import time
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

from seqruns.target import BudgetSpentError, TargetError, TargetLostError
from seqruns_contracts.checks.areas.filters import observable_filters
from seqruns_contracts.checks.kinds import AskingCheck, Grade, PassiveCheck, SearchingCheck
from seqruns_contracts.engine.attribution import is_known, owner_of
from seqruns_contracts.engine.settling import RestlessDataError, Settling
from seqruns_contracts.engine.shrinking import shrink
from seqruns_contracts.findings.describe import Describer
from seqruns_contracts.findings.results import Outcome, Report, Verdict

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Sequence

    from seqruns_contracts.checks.kinds import Check, Probe
    from seqruns_contracts.engine.session import Session
    from seqruns_contracts.model.exchange import Evidence

INTERRUPTED = "interrupted"
"""Why a run stopped that a person stopped."""


class RunInterruptedError(KeyboardInterrupt):
    """The run was interrupted; `report` holds what was found out before."""

    def __init__(self, report: Report) -> None:
        super().__init__(report)
        self.report = report


@dataclass(slots=True, kw_only=True)
class Runner:
    """Carries out checks one after the other; what one finds out spares the next ones requests."""

    session: Session
    describer: Describer
    settling: Settling
    progress: Callable[[Check, Verdict | None], None] = lambda _check, _verdict: None
    verdicts: dict[str, Verdict] = field(default_factory=dict)
    broken_filters: set[str] = field(default_factory=set)
    """Filters with a finding of their own: sets with them would only show it again."""
    stopped: str = ""
    """Why the run ended before its last check; empty where it did not."""

    def run(self, checks: Collection[Check]) -> None:
        """Carry out the checks, then add what was seen of each in the answers to the others.

        A target that is lost, or an interruption, ends the run early: what was found out before that stays true.
        """
        try:
            for check in checks:
                self.progress(check, None)
                started = time.monotonic()
                verdict = self._carry_out(check)
                self.verdicts[check.id] = replace(verdict, seconds=time.monotonic() - started)
                self.progress(check, self.verdicts[check.id])
        except TargetLostError as error:
            self.stopped = str(error)
        except KeyboardInterrupt:
            self.stopped = INTERRUPTED
        for name, verdict in self.verdicts.items():
            self.verdicts[name] = self._with_evidence_of_others(verdict)

    def _carry_out(self, check: Check) -> Verdict:
        try:
            view = self.session.view
            match check:
                case AskingCheck():
                    return self._ask(check, list(check.probes(view)))
                case SearchingCheck():
                    return self._search(check)
                case _:
                    return self._idle(check)
        except BudgetSpentError as error:
            return Verdict(check=check, outcome=Outcome.NOT_EXERCISED, reason=str(error), is_cut_short=True)
        except TargetLostError:
            raise
        except TargetError as error:
            return Verdict(check=check, outcome=Outcome.ERRORED, reason=str(error))
        except RestlessDataError:
            return Verdict(check=check, outcome=Outcome.ERRORED, reason="the data changed at every look")

    def _ask(self, check: AskingCheck, probes: Sequence[Probe]) -> Verdict:
        """Return the verdict of the probes; the first one that shows the check broken ends it."""
        # `phone` is ignored: every set of filters with a phone would fail, and say no more than `phone.is-exact`.
        new = [probe for probe in probes if not (check.combines and probe.filters & self.broken_filters)]
        for count, probe in enumerate(new, start=1):
            evidence = self._evidence(probe)
            if evidence is not None:
                return self._broken(check, evidence, probes=count)
        if new and check.exercised(self.session.census):
            return Verdict(check=check, outcome=Outcome.HOLDS, probes=len(new))
        if probes and not new:
            return self._spared(check)
        return self._idle(check)

    def _search(self, check: SearchingCheck) -> Verdict:
        names = [name for name in observable_filters(self.session.census) if name not in self.broken_filters]
        count, probe = check.search(self.session.client.ask, self.session.view, names)
        if probe is None:
            outcome = Outcome.HOLDS if count else Outcome.NOT_EXERCISED
            return Verdict(check=check, outcome=outcome, probes=count, reason="" if count else check.needs)
        # In a large sequence each query holds the bounds of the window that is known, and they may be broken.
        if probe.filters & self.broken_filters:
            return self._spared(check)
        evidence = self._evidence(probe)
        if evidence is None:
            return Verdict(check=check, outcome=Outcome.HOLDS, probes=1)
        return self._broken(check, evidence, probes=1)

    def _evidence(self, probe: Probe) -> Evidence | None:
        """Return the shortest evidence of a probe against its check, once it is certain; note another check's."""
        client = self.session.client
        evidence = probe.expect(client.exchanges(probe), self.session.view)
        if evidence is None or is_known(evidence, probe, client):
            return None
        evidence = evidence if probe.conclusive else self.settling.settle(probe)
        if evidence is None:
            return None
        owner = owner_of(evidence, client)
        if owner is not None:
            client.note(owner, evidence)
            return None
        return shrink(evidence, probe, self.session)

    def _broken(self, check: Check, evidence: Evidence, *, probes: int) -> Verdict:
        if check.grade is Grade.DOCUMENTED:
            self.broken_filters |= check.filters
        finding = self.describer.describe(check, evidence, self.session.census)
        return Verdict(check=check, outcome=Outcome.BROKEN, findings=(finding,), probes=probes)

    def _spared(self, check: Check) -> Verdict:
        reason = f"{', '.join(sorted(self.broken_filters))} is broken already, and sets with it would show it again"
        return Verdict(check=check, outcome=Outcome.NOT_EXERCISED, reason=reason)

    def _idle(self, check: Check) -> Verdict:
        """Return the verdict on a check that found nothing to test on, or that sends nothing."""
        role, census = check.role, self.session.census
        if role is not None and census.total and not census.shows(role):
            pointer = self.session.client.roles[role]
            reason = f"no run shows its {role} at {pointer}; if it is elsewhere, say --role {role}=/…"
            return Verdict(check=check, outcome=Outcome.NOT_OBSERVABLE, reason=reason)
        return Verdict(check=check, outcome=Outcome.NOT_EXERCISED, reason=f"needs {check.needs}")

    def _with_evidence_of_others(self, verdict: Verdict) -> Verdict:
        """Return the verdict with what was seen of its check in answers to other checks' requests."""
        client, check = self.session.client, verdict.check
        seen = client.evidence.get(check.id, {})
        if seen and verdict.outcome is not Outcome.BROKEN:
            census, times = self.session.known_census, client.times
            findings = tuple(
                self.describer.describe(check, evidence, census, times=times[check.id, fault])
                for fault, evidence in seen.items()
            )
            return replace(verdict, outcome=Outcome.BROKEN, findings=findings, reason="")
        is_idle = isinstance(check, PassiveCheck) and verdict.outcome is Outcome.NOT_EXERCISED
        if is_idle and check.id in client.exercised:
            return replace(verdict, outcome=Outcome.HOLDS, reason="")
        if is_idle and not verdict.is_cut_short:
            return replace(verdict, reason=f"needs {check.needs}, and none came")
        return verdict


def run_checks(
    session: Session,
    checks: Collection[Check],
    *,
    strict: bool = False,
    progress: Callable[[Check, Verdict | None], None] = lambda _check, _verdict: None,
) -> Report:
    """Return the report on one target.

    Raises RunInterruptedError, which holds the report so far, where a person interrupts it.
    """
    started = time.monotonic()
    target, sequence_id = session.client.target, session.client.context.sequence_id
    describer = Describer(target=target, sequence_id=sequence_id)
    runner = Runner(session=session, describer=describer, settling=Settling(session=session), progress=progress)
    runner.run(checks)
    census = session.known_census
    report = Report(
        base_url=target.base_url,
        sequence_id=sequence_id,
        seed=session.seed,
        strict=strict,
        runs=census.total,
        known_runs=len(census.known),
        requests=target.sent,
        seconds=time.monotonic() - started,
        verdicts=tuple(runner.verdicts.values()),
        listed=describer.list_runs(census),
        personal=frozenset(describer.personal),
        troubles=dict(target.troubles),
        stopped=runner.stopped,
        not_carried_out=tuple(check.id for check in checks if check.id not in runner.verdicts),
    )
    if runner.stopped == INTERRUPTED:
        raise RunInterruptedError(report)
    return report
