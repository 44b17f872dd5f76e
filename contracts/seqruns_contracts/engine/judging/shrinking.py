"""Shrinking: the shortest evidence is a page that is wrong for the fewest parameters."""

from __future__ import annotations

from typing import TYPE_CHECKING

from seqruns_contracts.checks.expectations import is_no_server_error, page_is_right
from seqruns_contracts.model.exchange import Ask, Exchange
from seqruns_contracts.model.query import PAGING

if TYPE_CHECKING:
    from seqruns_contracts.checks.kinds import Check, Probe
    from seqruns_contracts.engine.session import Session
    from seqruns_contracts.model.exchange import Evidence

SHRINKABLE = (page_is_right, is_no_server_error)
"""Expectations that mean the same of a shorter query: a refusal of `limit=0` would be none without its limit."""


def shrink(evidence: Evidence, probe: Probe, check: Check, session: Session) -> Evidence:
    """Return the evidence with the fewest parameters that still shows a difference of one of the same kinds.

    `limit=500&before=t` that shows a run too many becomes `before=t`, where that shows one too. What the check is about
    stays: its own filters, limit and offset where it is about pages, and two filters where it is about sets of them.
    """
    # Of several requests that are compared with each other a shorter one says something else.
    if probe.expect not in SHRINKABLE or len(probe.asks) > 1:
        return evidence
    own = {*check.filters, *(PAGING if check.area == "page" else ())}
    for name in dict.fromkeys(name for name, _ in evidence.exchange.ask.query.parameters):
        query = evidence.exchange.ask.query
        shorter = query.without(name)
        # `filters.combine-by-and` without one of two filters would be about the other alone, whose own check says that.
        if name in own or (check.area == "filters" and name in query.filters and len(query.filters) <= 2):
            continue
        # Each parameter is left out once, from the shortest so far: one request a parameter, often known already.
        ask = Ask(query=shorter)
        # Judged like any other page, against the census: shorter *and* right is no evidence, and the parameter stays.
        found = probe.expect([Exchange(ask=ask, reply=session.client.ask(ask))], session.view)
        if found is not None and _shows_the_same(found, evidence):
            evidence = found
    return evidence


def _shows_the_same(found: Evidence, evidence: Evidence) -> bool:
    """Return whether two pieces of evidence have a kind of difference in common, or without any, their status.

    Where runs are wrong, some must be wrong still: a page of 50 may show only the total of what a page of 500 lacks.
    """
    about_runs = frozenset({"missing", "unexpected", "twice", "order", "contents"})
    if found.kinds or evidence.kinds:
        return bool(found.kinds & (evidence.kinds & about_runs or evidence.kinds))
    return found.exchange.reply.status == evidence.exchange.reply.status
