"""What the judge keeps of broken filters, and so which sets of filters prove nothing new."""

from __future__ import annotations

from typing import Any, cast

from seqruns_contracts.engine.judging.judge import Judge

BEFORE, AFTER, BOTH = frozenset({"before"}), frozenset({"after"}), frozenset({"before", "after"})


def judge_with(*broken: frozenset[str]) -> Judge:
    """Return a judge to whom these filters were found broken, in this order."""
    judge = Judge(session=cast("Any", None), settling=cast("Any", None))
    for filters in broken:
        judge._keep_broken(filters)
    return judge


def test_bounds_that_are_wrong_together_accuse_neither_alone() -> None:
    """A broken window spares no request of `after` beside another filter."""
    judge = judge_with(BOTH)
    assert judge.broken_in(AFTER | {"phone"}) == set()
    assert judge.broken_in(BOTH | {"phone"}) == {BOTH}


def test_a_bound_that_is_wrong_alone_explains_the_window() -> None:
    """Whichever is found first, only `before` is named."""
    assert judge_with(BEFORE, BOTH).broken_filters == {BEFORE}
    assert judge_with(BOTH, BEFORE).broken_filters == {BEFORE}
