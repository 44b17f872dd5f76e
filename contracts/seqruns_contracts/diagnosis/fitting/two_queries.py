"""Two queries: a list and a count that follow different mistakes."""

from __future__ import annotations

from typing import TYPE_CHECKING

from seqruns.document import facts
from seqruns_contracts.diagnosis.fitting.agreement import page_agrees, total_agrees
from seqruns_contracts.diagnosis.fitting.fit import Fit
from seqruns_contracts.diagnosis.fitting.search import Search
from seqruns_contracts.diagnosis.pipeline import counted_by

if TYPE_CHECKING:
    from seqruns_contracts.model.exchange import Observation


def find_several(search: Search) -> list[Fit]:
    """Return what foresees every page where no single explanation does: several, or some for each of two queries."""
    return search.together() or (_of_two_queries(search) if any(map(_disagrees, search.trial.wrong)) else [])


def _disagrees(seen: Observation) -> bool:
    """Return whether a page and its total cannot follow one query: a page that is not full says how many match."""
    meaning = seen.ask.query.meaning
    limit, offset = meaning.get("limit", str(facts().limit_default)), meaning.get("offset", "0")
    if seen.ids is None or seen.total is None or not limit.isdecimal():
        return False
    return seen.total < len(seen.ids) or (offset == "0" and len(seen.ids) < int(limit) and seen.total != len(seen.ids))


def _of_two_queries(search: Search) -> list[Fit]:
    """Return the fits of a target whose pages follow one mistake and whose totals another, or none at all.

    The list and the count are often two queries: a `before` that is cut to the day in one need not be in the other.
    """
    if not search.trial.wrong:
        return []
    by_part = [
        Search.of(search.trial.history, without=search.without, judge=judge, pool=search.pool)
        for judge in (page_agrees, total_agrees)
    ]
    # A part that came right everywhere follows no mistake.
    listed, counted = (part.run() if part.trial.wrong else [Fit(explanations=())] for part in by_part)
    # A total without filters may come of filters that are ignored, but pages that follow them say otherwise.
    counted.sort(key=lambda fit: (sum(each.piece != "total" for each in fit.explanations), fit.cost))
    both = [_listed_and_counted(listing, counting, search) for listing in listed for counting in counted[:1]]
    return [fit for fit in both if search.trial.keeps_what_was_right(fit)]


def _listed_and_counted(listed: Fit, counted: Fit, search: Search) -> Fit:
    listing, counting = listed.explanations, counted.explanations
    known = {each.sentence for each in listing}
    return Fit(
        explanations=(*listing, *(each for each in counting if each.sentence not in known)),
        listing=listing,
        counting=counting,
        explained=search.trial.everything,
        pipeline=counted_by(listed.pipeline, counted.pipeline),
    )
