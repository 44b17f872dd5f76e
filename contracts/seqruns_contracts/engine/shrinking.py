"""Shrinking: the shortest evidence is a page that is wrong for the fewest parameters."""

from __future__ import annotations

from typing import TYPE_CHECKING

from seqruns_contracts.checks.expectations import page_is_right
from seqruns_contracts.model.exchange import Ask, Exchange

if TYPE_CHECKING:
    from seqruns_contracts.checks.kinds import Probe
    from seqruns_contracts.engine.session import Session
    from seqruns_contracts.model.exchange import Evidence


def shrink(evidence: Evidence, probe: Probe, session: Session) -> Evidence:
    """Return the evidence with the fewest parameters that still shows a difference of one of the same kinds.

    `limit=500&before=t` that shows a run too many becomes `before=t`, where that shows one too. Only a page that the
    census foretells can be shrunk: a refusal of `limit=0` would be none without its limit.
    """
    if probe.expect is not page_is_right or len(probe.asks) > 1:
        return evidence
    for name in [name for name, _ in evidence.exchange.ask.query.parameters]:
        # Each parameter is left out once, from the shortest so far: one request a parameter, often known already.
        ask = Ask(query=evidence.exchange.ask.query.with_(**{name: None}))
        found = page_is_right([Exchange(ask=ask, reply=session.client.ask(ask))], session.view)
        if found is not None and found.kinds & evidence.kinds:
            evidence = found
    return evidence
