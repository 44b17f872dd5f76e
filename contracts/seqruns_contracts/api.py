"""The library: one call checks one target."""

from __future__ import annotations

from contextlib import contextmanager
from dataclasses import replace
from typing import TYPE_CHECKING

from seqruns.dialect import Dialect
from seqruns.document import facts
from seqruns.target import TargetError
from seqruns_contracts.checks import CHECKS
from seqruns_contracts.checks.conformance import Conformance
from seqruns_contracts.checks.kinds import Context, Grade
from seqruns_contracts.dialect.drift import drift_checks, roles_of
from seqruns_contracts.engine.client import Client
from seqruns_contracts.engine.preflight import first_contact
from seqruns_contracts.engine.runner import INTERRUPTED, RunInterruptedError, run_checks
from seqruns_contracts.engine.session import Session
from seqruns_contracts.findings.outgoing import make_safe
from seqruns_contracts.findings.results import Cause, Outcome
from seqruns_contracts.findings.secrets import redact_secrets

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterator, Mapping

    from seqruns.target import Target
    from seqruns_contracts.checks.kinds import Check
    from seqruns_contracts.findings.report import Report
    from seqruns_contracts.findings.results import Verdict
    from seqruns_contracts.model.exchange import Ask, Observation

__all__ = ["RunInterruptedError", "check_target", "open_session"]


def check_target(
    target: Target,
    sequence_id: str,
    *,
    other_sequence_id: str | None = None,
    roles: Mapping[str, str] | None = None,
    checks: Collection[Check] | None = None,
    seed: int = 0,
    strict: bool = False,
    dialect: Dialect | None = None,
    drift_warns: bool = False,
    learn: bool = False,
    progress: Callable[[Check, Verdict | None], None] = lambda _check, _verdict: None,
) -> Report:
    """Return the report on a target's runs of one sequence.

    `other_sequence_id` names a second sequence, to check that the two share nothing. `roles` overrides where a role
    lives in a run: a name of `facts().roles` to a JSON Pointer relative to the run. `checks` are all of them unless
    given; `selection.select_checks` picks some. The same `seed` asks the same of the same data. `strict` makes assumed
    checks fail. `dialect` is what the target is held to as well, its roles included where `roles` says nothing of them;
    a drift from it fails, unless `drift_warns`. With `learn` the report holds the dialect that the target shows, for
    at most 25 requests more. `progress` is called with each check, before with None and after with its verdict.

    Raises `seqruns.target.TargetError` where there is no such endpoint to be checked, and on Ctrl-C a KeyboardInterrupt
    whose `report` holds what was found out before. Neither holds the key; both may hold contacts' data, which `redact`
    takes out.
    """
    held = dialect or Dialect()
    session = open_session(
        target, sequence_id, other_sequence_id=other_sequence_id, roles={**roles_of(held), **(roles or {})}, seed=seed
    )
    chosen = [*(CHECKS.values() if checks is None else checks), *drift_checks(held)]
    with redacting(target):
        try:
            report = run_checks(session, chosen, strict=strict, learns=learn, progress=progress)
            # Causes come before it is made safe, as they are told in the target's words, too.
            return make_safe(_with_causes(session, replace(report, drift_warns=drift_warns)), target)
        except RunInterruptedError as interruption:
            raise RunInterruptedError(make_safe(interruption.report, target)) from None


def _with_causes(session: Session, report: Report) -> Report:
    """Return the report with the causes of what it found; interrupted, it is what was found before."""
    try:
        return replace(report, explained=_causes(session, report), requests=session.client.target.sent)
    except KeyboardInterrupt:
        raise RunInterruptedError(replace(report, stopped=INTERRUPTED)) from None


def _causes(session: Session, report: Report) -> tuple[Cause, ...]:
    """Return the causes of what a run found; a few more requests may be sent to tell them apart."""
    client = session.client
    # A drift is no fault with a cause: a lawful target may have changed its mind.
    broken = [
        verdict
        for verdict in report.verdicts
        if verdict.outcome is Outcome.BROKEN and verdict.check.grade is not Grade.DRIFT
    ]
    if not broken or report.stopped:
        return ()
    from seqruns_contracts.diagnosis.diagnose import Diagnosis, Inquiry, make_history  # noqa: PLC0415 - only where something is broken

    def ask(ask: Ask) -> Observation | None:
        try:
            client.ask(ask)
        except TargetError:
            return None
        return client.observations[-1]

    history = make_history(
        session.known_census,
        client.observations,
        client.runs.values(),
        sequence_id=client.context.sequence_id,
        widest=session.widest,
        moved_at=client.moved_at,
    )
    diagnosis = Diagnosis(
        inquiry=Inquiry(history=history, ask=ask),
        broken={verdict.check.id: client.evidence_against(verdict.check.id) for verdict in broken},
        grades={verdict.check.id: verdict.check.grade for verdict in broken},
        findings={verdict.check.id: verdict.findings for verdict in broken},
    )
    return diagnosis.causes()


def open_session(
    target: Target,
    sequence_id: str,
    *,
    other_sequence_id: str | None = None,
    roles: Mapping[str, str] | None = None,
    seed: int = 0,
) -> Session:
    """Return a session with a target that was found to be there; the arguments are those of `check_target`."""
    with redacting(target):
        first_contact(target, sequence_id)
    context = Context(sequence_id=sequence_id, conformance=Conformance.to_the_document(roles=roles))
    client = Client(target=target, roles={**facts().roles, **(roles or {})}, context=context)
    return Session(client=client, other_sequence_id=other_sequence_id, seed=seed)


@contextmanager
def redacting(target: Target) -> Iterator[None]:
    """Keep keys out of the words of a TargetError."""
    try:
        yield
    except TargetError as error:
        # `from None`, or the traceback would show the first error with the key in it.
        raise type(error)(redact_secrets(str(error), target)) from None
