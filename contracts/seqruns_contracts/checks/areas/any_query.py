"""The one property over all queries: whatever is asked, the answer is what the census says.

Hypothesis draws the queries from what was seen, and shrinks one that fails.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from hypothesis import HealthCheck, Phase, given, seed, settings
from hypothesis import strategies as st

from seqruns_contracts.checks.expectations import ask_for, page_is_right
from seqruns_contracts.checks.isolation import no_folder_left
from seqruns_contracts.checks.kinds import Grade, Probe, SearchingCheck, View
from seqruns_contracts.model.exchange import Ask, Exchange
from seqruns_contracts.model.instants import MICROSECOND, write_instant
from seqruns_contracts.model.query import Query

if TYPE_CHECKING:
    from collections.abc import Callable, Collection

    from hypothesis.strategies import SearchStrategy

    from seqruns_contracts.model.census import Census
    from seqruns_contracts.model.reply import Reply

# A bound on requests, and more would find little: the checks before this one ask for what each filter alone, and each
# set of them, is known to get wrong.
EXAMPLES = 13
# Nothing is printed, kept or timed: what Hypothesis is used for here is no test of a project of its own.
QUIET = settings(
    max_examples=EXAMPLES,
    database=None,
    deadline=None,
    phases=[Phase.generate, Phase.shrink],
    suppress_health_check=list(HealthCheck),
    print_blob=False,
    report_multiple_bugs=False,
)
SHRINKING = 40
"""Requests that may be spent on making a failing query shorter."""


class DisagreementError(Exception):
    """An answer is not what the census says. No assertion: pytest and `python -O` make other things of those."""

    def __init__(self, query: Query) -> None:
        super().__init__(query)
        self.query = query


def search(ask: Callable[[Ask], Reply], view: View, names: Collection[str]) -> tuple[int, Probe | None]:
    """Return how many queries were asked, and the shortest one found whose answer is not what the census says."""
    agreed: dict[Query, bool] = {}
    spent = {"shrinking": 0}

    def agrees(query: Query) -> bool:
        if query not in agreed:
            # From the first disagreement on Hypothesis only makes the query shorter. When that has cost enough, every
            # query it has not tried yet counts as right, so that it stops at the shortest one it has found.
            if not all(agreed.values()):
                spent["shrinking"] += 1
            if spent["shrinking"] > SHRINKING:
                return True
            asked = Ask(query=query)
            agreed[query] = page_is_right([Exchange(ask=asked, reply=ask(asked))], view) is None
        return agreed[query]

    def law(query: Query) -> None:
        if not agrees(query):
            raise DisagreementError(query)

    if not names or not view.census.universe:
        return 0, None
    try:
        with no_folder_left():
            # Raises the disagreement of the shortest query, once shrinking has ended.
            seed(view.seed)(QUIET(given(queries(view.census, names))(law)))()
    except DisagreementError as failure:
        return len(agreed), ask_for(failure.query)
    return len(agreed), None


def queries(census: Census, names: Collection[str]) -> SearchStrategy[Query]:
    """Return a strategy for queries over these filters and any page, made of what the census holds."""
    values: dict[str, SearchStrategy[str]] = {
        "phone": st.sampled_from(sorted(census.phones) or [""]),
        "status": st.sampled_from(sorted(census.statuses) or ["active"]),
        "channel_id": st.sampled_from(sorted(census.channels) or [""]),
        "before": _instants(census),
        "after": _instants(census),
        "limit": st.sampled_from(["1", "2", "5", "50", str(census.largest)]),
        "offset": st.sampled_from(["0", "1", "3"]),
    }
    # Always there and never changed: outside of them nothing is known of a large sequence.
    bounds = {name: st.just(text) for name, text in census.base.meaning.items()}
    optional = {name: values[name] for name in (*names, "limit", "offset") if name not in bounds}
    drawn = st.fixed_dictionaries(bounds, optional=optional)
    # In any order, as a server may let the last parameter, or the first one, win.
    return drawn.flatmap(lambda chosen: st.permutations(list(chosen.items()))).map(lambda pairs: Query(tuple(pairs)))


def _instants(census: Census) -> SearchStrategy[str]:
    return st.builds(
        lambda start, beside, offset: write_instant(start + beside * MICROSECOND, offset=offset, digits=6),
        # Whole microseconds, the finest that six digits can ask for. The instant itself tells `<` from `<=`; one beside
        # it shows a bound that is rounded.
        st.sampled_from([start // MICROSECOND * MICROSECOND for start in census.starts] or [0]),
        st.sampled_from([0, -1, 1]),
        # Minutes: UTC, two hours ahead, and three and a half hours behind, as not every offset is whole hours.
        st.sampled_from([0, 120, -210]),
    )


any_query = SearchingCheck(
    id="filters.any-query-agrees",
    grade=Grade.DOCUMENTED,
    law="Whatever is asked, the page is the part of the matching runs that the query says.",
    clauses=("filters.and", "filters.intersection", "total.counts", "limit.exact"),
    needs="runs that show what the filters look at",
    search=search,
    most=EXAMPLES,
)

CHECKS = (any_query,)
