"""Attribution: which check a difference belongs to, so that one mistake of a target is one finding.

Every page shows everything at once. A total that is always one too high would break each of fifty checks that ask for
a page; what breaks is `total.counts-every-match`, and the other checks hold where nothing else is wrong.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from seqruns_contracts.checks import CHECKS
from seqruns_contracts.checks.areas.order import SAME_UNDER_FILTERS, order_is_stable
from seqruns_contracts.checks.expectations import page_is_right
from seqruns_contracts.checks.passive import COUNTS_EVERY_MATCH
from seqruns_contracts.checks.runs import SAME_CONTENTS, listed_once
from seqruns_contracts.model.exchange import Ask, Exchange
from seqruns_contracts.model.instants import read_instant, write_instant
from seqruns_contracts.model.query import Query

if TYPE_CHECKING:
    from collections.abc import Iterator

    from seqruns_contracts.checks.kinds import Check, View
    from seqruns_contracts.engine.client import Client
    from seqruns_contracts.model.census import Census
    from seqruns_contracts.model.exchange import Evidence

OWNERS: dict[str, Check] = {
    "total": COUNTS_EVERY_MATCH,
    "twice": listed_once,
    "ties": order_is_stable,
    "contents": SAME_CONTENTS,
    "order": SAME_UNDER_FILTERS,
}
"""The checks to which a difference of one kind belongs, whichever check's probe shows it."""
MAIN_CHECKS = {
    "phone": CHECKS["phone.is-exact"],
    "status": CHECKS["status.is-exact"],
    "channel_id": CHECKS["channel.is-that-of-any-step-contact"],
    "before": CHECKS["before.is-inclusive"],
    "after": CHECKS["after.is-inclusive"],
}
"""The check that says of each filter what it selects."""
# A bound a day before the first run or after the last one is ordinary still; year 1 is not.
DAY = 86_400 * 10**9


def is_known(evidence: Evidence, client: Client) -> bool:
    """Return whether the evidence shows only what the owners of its kinds are known to be broken for already.

    Saves requests: once the total was found wrong and settled, a page that only has a wrong total is not asked again.
    It must be no wider than what is known: a total that is wrong beside `status` says nothing of one beside `phone`.
    """
    # A kind that has no owner is news: a page with a wrong total *and* a run too few is asked again.
    if not evidence.kinds or not evidence.kinds <= OWNERS.keys():
        return False
    # Without filters a wrong order is a matter of paging, which `order.is-kept-under-filters` says nothing of.
    if "order" in evidence.kinds and not evidence.exchange.ask.query.filters:
        return False
    return all(_is_seen(kind, evidence, client) for kind in evidence.kinds)


def _is_seen(kind: str, evidence: Evidence, client: Client) -> bool:
    # A page with a run twice says so by itself, whatever the data does.
    if kind == "twice":
        return listed_once.id in client.evidence
    # Seen without filters it is seen of every page; seen under `status` only of those with a status.
    filters = evidence.exchange.ask.query.filters.keys()
    return any(kind == noted and names <= filters for noted, names in client.noted)


def owners_of(evidence: Evidence, view: View, client: Client) -> dict[str, Evidence]:
    """Return what of the evidence belongs to which check, by its id; nothing where it is the probe's own check's.

    - 12 runs that all match, and a total of 13: the total's. 11 runs *and* a total of 11: a run is missing, so the
      probe's.
    - A run whose status is another than on the page before: the contents'.
    - Runs that start at one instant and change places: the order's, which must be stable.
    - `status=active` oldest first where the list is newest first: the order's under filters. But
      `status=active&offset=10` that begins with the run before: its page is not even a part of its own list, so paging
      is broken: the probe's.
    """
    if not evidence.kinds or not evidence.kinds <= OWNERS.keys():
        return {}
    owned: dict[str, Evidence] = {}
    for difference in evidence.differences:
        owner = OWNERS[difference.kind]
        if difference.kind in {"order", "ties"}:
            exchange = evidence.exchange
            is_own_order = bool(exchange.ask.query.filters) and _fits_its_own_list(exchange, view, client)
            # A page that is no part of its own list is wrong in its paging; then nothing of the evidence is given away,
            # so that one mistake does not become two findings.
            if difference.kind == "order" and not is_own_order:
                return {}
            owner = SAME_UNDER_FILTERS if is_own_order else owner
        owned[owner.id] = replace(evidence, differences=(difference,))
    return owned


def _fits_its_own_list(exchange: Exchange, view: View, client: Client) -> bool:
    """Return whether a filtered page is the right part of the same filters' whole list, in that list's order.

    Example: the list is A B C D, under a filter it is D C B A. A page `offset=1&limit=2` of C B fits its own list.
    A list too long for one page cannot be compared and counts as fitting.
    """
    query, page, largest = exchange.ask.query, exchange.reply.page, view.census.largest
    whole = client.ask(Ask(query=query.with_(limit=largest, offset=None))).page
    if whole is None or page is None or len(whole.runs) >= largest:
        return True
    # The target's own list is the measure here, right or wrong: only whether it is cut where it says.
    part = whole.runs[query.offset : query.offset + query.limit]
    return [run.id for run in page.runs] == [run.id for run in part]


def filter_alone(evidence: Evidence, view: View, client: Client) -> tuple[str, Evidence] | None:
    """Return the filter that is answered as wrongly alone as in the set of filters that the evidence is about.

    Example: `phone=%2B1&status=active` shows three runs too many, and `phone=%2B1` those same three among others: of
    the two filters together it says nothing. Four runs, of which one comes only with the status: it does.
    """
    query = evidence.exchange.ask.query
    for name in query.filters:
        # In a large sequence each query is bounded to what is known of it: `status=active` alone means, there, with
        # those bounds.
        kept = {other: value for other, value in query.filters.items() if other in {name, *view.census.base.meaning}}
        # On the largest page, not on that of the evidence: `limit=3` would show too few of the wrong runs to compare.
        ask = Ask(query=Query.of(kept, limit=view.census.largest))
        found = page_is_right([Exchange(ask=ask, reply=client.ask(ask))], view)
        if found is not None and _explains(found, evidence):
            return name, found
    return None


def _explains(found: Evidence, evidence: Evidence) -> bool:
    """Return whether what is wrong is all wrong in what was found, too."""
    # A refusal explains a refusal, and a page a page: `phone=x` refused alone says nothing of `phone=x&status=active`
    # that comes with other runs.
    is_page, was_page = (each.exchange.reply.page is not None for each in (found, evidence))
    if not (is_page and was_page):
        return is_page == was_page
    # A wrong total, or an order, names no runs that one could look for: there the same kind is enough.
    wrong = _wrong_runs(evidence)
    return wrong <= _wrong_runs(found) if wrong else bool(found.kinds & evidence.kinds)


def _wrong_runs(evidence: Evidence) -> frozenset[str]:
    kinds = {"missing", "unexpected"}
    return frozenset(name for each in evidence.differences if each.kind in kinds for name in each.runs)


def is_ordinary(query: Query, census: Census) -> bool:
    """Return whether each filter has a value as any client sends it: one that runs show, or an instant among them.

    What is wrong only for odd values, such as a NUL or the year 1, says nothing of sets of filters with ordinary ones.
    """
    shown = {"phone": census.phones, "status": census.statuses, "channel_id": census.channels}
    return all(
        value in shown[name] if name in shown else _is_ordinary_instant(value, census)
        for name, value in query.filters.items()
    )


def _is_ordinary_instant(text: str, census: Census) -> bool:
    instant = read_instant(text)
    if instant is None or not census.starts or not census.starts[0] - DAY <= instant <= census.starts[-1] + DAY:
        return False
    return text in _plain_spellings(instant) or any(run.start_text == text for run in census.universe)


def _plain_spellings(instant: int) -> Iterator[str]:
    # `12:00:00.000000Z` and `12:00:00Z`. An offset, a small `z` or a comma may be wrong on its own, so that a set of
    # filters with one of them proves nothing about sets.
    yield write_instant(instant, digits=6)
    yield write_instant(instant)
