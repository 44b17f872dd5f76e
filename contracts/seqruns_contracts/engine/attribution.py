"""Attribution: which check a difference belongs to, so that one mistake of a target is one finding.

Every page shows everything at once. A total that is always one too high would break each of fifty checks that ask for
a page; what breaks is `total.counts-every-match`, and the other checks hold where nothing else is wrong.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from seqruns.document import facts
from seqruns_contracts.engine.client import PASSIVE_CHECKS
from seqruns_contracts.model.exchange import Ask

if TYPE_CHECKING:
    from seqruns_contracts.checks.kinds import PassiveCheck, Probe
    from seqruns_contracts.engine.client import Client
    from seqruns_contracts.model.exchange import Evidence, Exchange

OWNERS = {check.owns: check for check in PASSIVE_CHECKS if check.owns}
"""The passive checks to which a difference of one kind belongs: of the total, the contents, the order."""


def is_known(evidence: Evidence, probe: Probe, client: Client) -> bool:
    """Return whether the evidence shows only what the owner of its kind is known to be broken for already.

    Saves requests: once the total was found wrong and settled, a page that only has a wrong total is not asked again.
    """
    owner = _owner(evidence)
    if owner is None or owner.id not in client.evidence:
        return False
    # Without filters a wrong order is a matter of paging, which `order.is-kept-under-filters` says nothing of.
    return evidence.kinds != {"order"} or bool(probe.filters)


def owner_of(evidence: Evidence, client: Client) -> PassiveCheck | None:
    """Return the check that the evidence belongs to; None where it belongs to the check whose probe showed it.

    - 12 runs that all match, and a total of 13: the total's. 11 runs *and* a total of 11: two kinds, so the probe's.
    - A run whose status is another than on the page before: the contents'.
    - `status=active` oldest first where the list is newest first: the order's. But `status=active&offset=10` that
      begins with the run before: its page is not even a part of its own list, so paging is broken: the probe's.
    """
    owner, exchange = _owner(evidence), evidence.exchange
    if owner is not None and evidence.kinds == {"order"}:
        return owner if exchange.ask.query.filters and _fits_its_own_list(exchange, client) else None
    return owner


def _owner(evidence: Evidence) -> PassiveCheck | None:
    """Return the check that owns the only kind of difference there is; None where there are several, or none."""
    return OWNERS.get(next(iter(evidence.kinds))) if len(evidence.kinds) == 1 else None


def _fits_its_own_list(exchange: Exchange, client: Client) -> bool:
    """Return whether a filtered page is the right part of the same filters' whole list, in that list's order.

    Example: the list is A B C D, under a filter it is D C B A. A page `offset=1&limit=2` of C B fits its own list.
    A list too long for one page cannot be compared and counts as fitting.
    """
    query, page = exchange.ask.query, exchange.reply.page
    whole = client.ask(Ask(query=query.with_(limit=facts().limit_maximum, offset=None))).page
    if whole is None or page is None or (whole.total or 0) > facts().limit_maximum:
        return True
    part = whole.runs[query.offset : query.offset + query.limit]
    return [run.id for run in page.runs] == [run.id for run in part]
