"""Verdicts on checks that no probe of their own decided: idle, spared, or decided by answers to other checks."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from seqruns_contracts.checks.kinds import PassiveCheck
from seqruns_contracts.findings.results import Outcome, Verdict

if TYPE_CHECKING:
    from collections.abc import Sequence

    from seqruns_contracts.checks.kinds import Check
    from seqruns_contracts.engine.session import Session
    from seqruns_contracts.findings.describe import Describer


def not_judged(check: Check, left_out: Sequence[str], *, probes: int) -> Verdict:
    """Return the verdict on a check some of whose probes were left out, for the reasons given."""
    # Eight probes may be left out for one reason: it is said once.
    reasons = "; ".join(dict.fromkeys(left_out))
    # A search that knows no filter that is right sends no probe, and says why all the same.
    lost = min(len(left_out), probes)
    count = f" ({lost} of {probes} probes prove nothing)" if probes else ""
    return Verdict(check=check, outcome=Outcome.NOT_JUDGED, reason=reasons + count, probes=probes - lost)


def idle(check: Check, session: Session) -> Verdict:
    """Return the verdict on a check that found nothing to test on, or that sends nothing."""
    role, census = check.role, session.census
    # An empty list shows no roles at all, and says nothing about where they are.
    if role is not None and census.total and not census.shows(role):
        pointer = session.client.roles[role]
        reason = f"no run shows its {role} at {pointer}; if it is elsewhere, say --role {role}=/…"
        return Verdict(check=check, outcome=Outcome.NOT_OBSERVABLE, reason=reason)
    return Verdict(check=check, outcome=Outcome.NOT_EXERCISED, reason=f"needs {check.needs}")


def with_evidence_of_others(verdict: Verdict, session: Session, describer: Describer) -> Verdict:
    """Return the verdict with what was seen of its check in answers to other checks' requests.

    Example: `run.is-listed-once` sends nothing. It is broken where a page that `phone.is-exact` asked for has a run
    twice, holds where pages came and none had, and is not exercised where no page came at all.
    """
    client, check = session.client, verdict.check
    # Its own probes speak first: what others saw is said of a check that they did not show broken.
    seen = client.evidence.get(check.id, {})
    if seen and verdict.outcome is not Outcome.BROKEN:
        findings = tuple(
            describer.describe(
                check,
                evidence,
                session.known_census,
                times=client.times[check.id, fault],
                also=client.others.get((check.id, fault), ()),
            )
            for fault, evidence in seen.items()
        )
        return replace(verdict, outcome=Outcome.BROKEN, findings=findings, reason="")
    is_idle = isinstance(check, PassiveCheck) and verdict.outcome is Outcome.NOT_EXERCISED
    if is_idle and check.id in client.exercised:
        return replace(verdict, outcome=Outcome.HOLDS, reason="")
    if is_idle and not verdict.is_cut_short:
        return replace(verdict, reason=f"needs {check.needs}, and none came")
    return verdict
