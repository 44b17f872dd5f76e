"""The runner: carries out every check against one target and gathers the verdicts."""

from __future__ import annotations

import time
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

from seqruns.target import BudgetSpentError, TargetError, TargetLostError
from seqruns_contracts.checks.areas.filters import observable_filters
from seqruns_contracts.checks.expectations import is_no_server_error, is_refused
from seqruns_contracts.checks.kinds import AskingCheck, SearchingCheck
from seqruns_contracts.dialect.drift import DriftCheck
from seqruns_contracts.engine.judging.judge import Judge
from seqruns_contracts.engine.judging.settling import RestlessDataError, Settling
from seqruns_contracts.engine.learning import learn_dialect
from seqruns_contracts.engine.verdicts import idle, not_judged, with_evidence_of_others
from seqruns_contracts.findings.describe import Describer
from seqruns_contracts.findings.report import Report
from seqruns_contracts.findings.results import Outcome, Verdict

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterator, Sequence

    from seqruns.dialect import Dialect
    from seqruns_contracts.checks.kinds import Check, Probe
    from seqruns_contracts.engine.session import Session
    from seqruns_contracts.model.exchange import Ask, Evidence

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
    judge: Judge
    progress: Callable[[Check, Verdict | None], None] = lambda _check, _verdict: None
    verdicts: dict[str, Verdict] = field(default_factory=dict)
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
        # Where data moves, or pages are cut wrongly, a count and a list miss one another without any mistake in the
        # total.
        broken = {verdict.check.area for verdict in self.verdicts.values() if verdict.outcome is Outcome.BROKEN}
        if not self.session.has_moved and "page" not in broken:
            self.session.client.note_disagreements(self.session.known_census.largest)
        # After the last check, since an answer to its requests may be the one that shows the first check broken.
        for name, verdict in self.verdicts.items():
            self.verdicts[name] = with_evidence_of_others(verdict, self.session, self.describer)

    def _carry_out(self, check: Check) -> Verdict:
        self.judge.left_out.clear()
        try:
            self.session.hold_on()
            view = self.session.view
            match check:
                case AskingCheck():
                    # All probes are chosen before the first is sent, so what one finds out cannot change how many there
                    # are.
                    return self._ask(check, list(check.probes(view)))
                case SearchingCheck():
                    return self._search(check)
                case DriftCheck():
                    return self._hold(check)
                case _:
                    return idle(check, self.session)
        except BudgetSpentError as error:
            return Verdict(check=check, outcome=Outcome.NOT_EXERCISED, reason=str(error), is_cut_short=True)
        except TargetLostError:
            # Before TargetError, of which it is one: a target that is gone ends the run, not only this check.
            raise
        except TargetError as error:
            return Verdict(check=check, outcome=Outcome.ERRORED, reason=str(error))
        except RestlessDataError:
            # Ends, as each call uses up one of the few sizes of windows.
            if self.judge.settling.hold_still():
                return self._carry_out(check)
            return Verdict(check=check, outcome=Outcome.ERRORED, reason="the data changed at every look")

    def _ask(self, check: AskingCheck, probes: Sequence[Probe]) -> Verdict:
        """Return the verdict of the probes; the first one that shows the check broken ends it.

        Of server errors all are found: each has another cause, as a rule, and they cost nothing more. What is taken
        though it should be refused is one finding, with every request of the check that shows it.
        """
        found: list[Evidence] = []
        asked = [probe for probe in probes if not self.judge.leaves_out(check, probe)]
        for place, probe in enumerate(asked, start=1):
            evidence = self.judge.evidence(check, probe)
            found += [evidence] if evidence is not None else []
            if evidence is not None and probe.expect is is_refused:
                return self._broken(check, found, probes=len(asked), also=list(self._taken(asked[place:])))
            # The probes after it would show the same, as a rule, and each that looks wrong is asked again between two
            # readings of the census.
            if found and probe.expect is not is_no_server_error:
                break
        if found:
            return self._broken(check, found, probes=len(asked))
        # Before "holds": of eight probes seven may be right, and the one that was left out the one that is not.
        if self.judge.left_out:
            return not_judged(check, self.judge.left_out, probes=len(probes))
        if asked and check.exercised(self.session.census):
            unseen = check.unseen(self.session.census)
            return Verdict(check=check, outcome=Outcome.HOLDS, reason=unseen, probes=len(asked))
        return idle(check, self.session)

    def _search(self, check: SearchingCheck) -> Verdict:
        observable = observable_filters(self.session.census)
        broken = frozenset[str]().union(*self.judge.broken_in(frozenset(observable)))
        # A `phone` that is ignored would end the search at its first query, whatever else is wrong.
        names = [name for name in observable if name not in broken]
        count, probe = check.search(self.session.client.ask, self.session.view, names)
        # In a large sequence each query holds the bounds of the window that is known, and they may be broken.
        if probe is not None and not self.judge.broken_in(probe.filters):
            evidence = self.judge.evidence(check, probe)
            if evidence is not None:
                return self._broken(check, [evidence], probes=count)
        if len(names) < len(observable):
            lost = " and ".join(sorted(broken))
            self.judge.left_out.append(f"queries with {lost} would show again what is wrong already")
        if self.judge.left_out:
            return not_judged(check, self.judge.left_out, probes=count)
        if count:
            return Verdict(check=check, outcome=Outcome.HOLDS, probes=count)
        return idle(check, self.session)

    def _taken(self, probes: Sequence[Probe]) -> Iterator[Ask]:
        """Yield the requests of these probes that are answered with a page and should be refused."""
        for probe in probes:
            exchange = self.session.client.exchanges(probe)[-1]
            if probe.expect is is_refused and exchange.reply.page is not None:
                yield exchange.ask

    def _broken(self, check: Check, found: Sequence[Evidence], *, probes: int, also: Sequence[Ask] = ()) -> Verdict:
        for evidence in found:
            self.judge.accuse(check, evidence)
            self.session.client.keep(check.id, evidence)
        findings = tuple(
            self.describer.describe(check, evidence, self.session.census, times=1 + len(also), also=also)
            for evidence in found
        )
        return Verdict(check=check, outcome=Outcome.BROKEN, findings=findings, probes=probes)

    def _hold(self, check: DriftCheck) -> Verdict:
        sight = self.judge.settling.look(check.read, lambda sight: check.evidence(sight) is None)
        if sight is None:
            return idle(check, self.session)
        evidence = check.evidence(sight)
        if evidence is None:
            return Verdict(check=check, outcome=Outcome.HOLDS, probes=1)
        finding = self.describer.describe(check, evidence, self.session.census)
        return Verdict(check=check, outcome=Outcome.BROKEN, findings=(finding,), probes=1)

    def learn(self) -> Dialect | None:
        """Return what the target is like; None where the run was stopped, or learning is."""
        try:
            return None if self.stopped else learn_dialect(self.session, self.judge.settling)
        except TargetLostError as error:
            self.stopped = str(error)
        except KeyboardInterrupt:
            self.stopped = INTERRUPTED
        return None


def run_checks(
    session: Session,
    checks: Collection[Check],
    *,
    strict: bool = False,
    learns: bool = False,
    progress: Callable[[Check, Verdict | None], None] = lambda _check, _verdict: None,
) -> Report:
    """Return the report on one target, with its dialect where that is to be learned.

    Raises RunInterruptedError, which holds the report so far, where a person interrupts it.
    """
    started = time.monotonic()
    target, sequence_id = session.client.target, session.client.context.sequence_id
    describer = Describer(target=target, sequence_id=sequence_id)
    judge = Judge(session=session, settling=Settling(session=session))
    runner = Runner(session=session, describer=describer, judge=judge, progress=progress)
    runner.run(checks)
    dialect = runner.learn() if learns else None
    census = session.known_census
    report = Report(
        base_url=target.base_url,
        sequence_id=sequence_id,
        seed=session.seed,
        strict=strict,
        runs=census.total,
        known_runs=len(census.known),
        held=census.held,
        requests=target.sent,
        seconds=time.monotonic() - started,
        verdicts=tuple(runner.verdicts.values()),
        listed=describer.list_runs(census),
        personal=frozenset(describer.personal),
        troubles=dict(target.troubles),
        stopped=runner.stopped,
        not_carried_out=tuple(check.id for check in checks if check.id not in runner.verdicts),
        dialect=dialect,
    )
    if runner.stopped == INTERRUPTED:
        raise RunInterruptedError(report)
    return report
