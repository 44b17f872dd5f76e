"""Nearly: what is said where nothing foresees every page, from what foresees most of them or some."""

from __future__ import annotations

from typing import TYPE_CHECKING

from seqruns_contracts.diagnosis.fitting.fit import each_once
from seqruns_contracts.diagnosis.pipeline import HONEST

if TYPE_CHECKING:
    from seqruns_contracts.diagnosis.fitting.fit import Fit
    from seqruns_contracts.diagnosis.fitting.search import Search
    from seqruns_contracts.diagnosis.pipeline import Pipeline
    from seqruns_contracts.diagnosis.world import World
    from seqruns_contracts.model.exchange import Observation

NEARLY, QUIRKS = 0.75, 0.1
"""Which share of the wrong pages must be foreseen, and how many right ones may be contradicted for each of those."""
LOOSE = 3
"""From which cost on an explanation leaves open what comes, and so fits a page that has another reason."""
LEAST, PARTLY = 3, 1 / 3
"""How many wrong pages, and which share of them, must be foreseen by what foresees only some."""
MOST_PARTLY = 60


def mostly(search: Search) -> list[Fit]:
    """Return the fits that foresee nearly all wrong pages, and of the right ones nearly all as well: the best ones.

    Code has quirks: a `before` that is exclusive, but for a lower-case t, which takes another path.
    """
    near = [
        fit
        for fit in search.grown
        if fit.size >= max(LEAST, NEARLY * len(search.trial.wrong))
        and fit.contradicted <= QUIRKS * fit.size
        and not _is_loose(fit)
    ]

    def rank(fit: Fit) -> int:
        # One explanation more must bring one page more, else it is there by chance; a page that is contradicted
        # outweighs one that is foreseen, and half of another.
        return 3 * fit.contradicted + 2 * len(fit.explanations) - 2 * fit.size

    best = min(map(rank, near), default=0)
    return each_once(fit for fit in near if rank(fit) == best)


def partly(search: Search) -> list[Fit]:
    """Return the fewest fits that foresee some of the wrong pages, and say nothing else of the others."""
    # One page or two are foreseen by chance: of five runs that should match, two others are likely to match something.
    few = max(LEAST, PARTLY * len(search.trial.wrong))
    singles = [fit for fit in search.singles if fit.size >= few and not _is_loose(fit)]
    near = sorted(singles, key=lambda fit: (-fit.size, fit.cost))[:MOST_PARTLY]
    found = [fit for fit in near if search.trial.keeps_what_was_right(fit) and _leaves_alone(search, fit)]
    chosen, covered = [], 0
    # The largest come first: one that foresees only what they do as well is their mistake in other words.
    for fit in found:
        if fit.explained & ~covered:
            chosen.append(fit)
            covered |= fit.explained
    return chosen


def _is_loose(fit: Fit) -> bool:
    return any(each.cost >= LOOSE for each in fit.explanations)


def _leaves_alone(search: Search, fit: Fit) -> bool:
    """Return whether it says of nearly all other wrong pages what the contract says; one may show another quirk."""
    others = [seen for place, seen in enumerate(search.trial.wrong) if not fit.explained >> place & 1]
    meddled = sum(not _same(fit.pipeline, HONEST, search.trial.history.world, seen) for seen in others)
    # For eight pages that it foresees two others may have another quirk.
    return meddled * 4 <= fit.size


def _same(pipeline: Pipeline, other: Pipeline, world: World, seen: Observation) -> bool:
    one, two = pipeline.foresee(world, seen.ask.query), other.foresee(world, seen.ask.query)
    # Where one of them says nothing they do not contradict each other.
    if one is None or two is None:
        return True
    return list(one.page) == list(two.page) and one.total == two.total
