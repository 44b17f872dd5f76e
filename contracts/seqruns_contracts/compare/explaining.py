"""Explaining what two targets answer differently: by a dimension, or by the shortest query that shows it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from seqruns_contracts.compare.splits import tables_of
from seqruns_contracts.model.exchange import Ask

if TYPE_CHECKING:
    from collections.abc import Sequence

    from seqruns_contracts.compare.both import Both
    from seqruns_contracts.compare.splits import Split


def is_of_the_data(both: Both, ask: Ask, kinds: frozenset[str]) -> bool:
    """Return whether two pages are what the runs of each target say, so that only the runs differ."""
    if kinds & {"status", "body"} or ask.sequence_id is not None or not both.have_other_runs():
        return False
    return both.fit(ask)


def explain(both: Both, splits: Sequence[Split], ask: Ask, kinds: frozenset[str]) -> Split | None:
    """Return the difference in a dimension that explains why a request is answered differently."""
    by_ask = next((split for split in splits if ask in split.asks and _shows(both, split, ask)), None)
    if by_ask is not None:
        return by_ask
    if kinds <= {"runs", "order"}:
        # Two pages of one size and total, each right but for the order: the order explains them.
        orders = [split for split in splits if split.name.startswith("order.")]
        if orders and both.fit(ask):
            return orders[0]
    tables = tables_of(ask)
    about = (split for split in splits if split.name.partition(".")[0] in tables)
    return next((split for split in about if _shows(both, split, ask)), None)


def _shows(both: Both, split: Split, ask: Ask) -> bool:
    """Return whether the answers to a request have the statuses that show a difference in a dimension."""
    first, second = both.ask(ask)
    return (first.status, second.status) == split.statuses


def shrink(both: Both, splits: Sequence[Split], ask: Ask, kinds: frozenset[str]) -> tuple[Ask, frozenset[str]]:
    """Return the request with the fewest parameters that differs like this one and as unexplained, and in what."""
    if ask.sequence_id is not None or ask.credentials is not None or ask.method != "GET":
        return ask, kinds
    for name in dict.fromkeys(name for name, _ in ask.query.parameters):
        shorter = Ask(query=ask.query.with_(**{name: None}))
        # Kept only where it differs in the same way and is as unexplained: `limit=0&status=active` must not shrink
        # to a `limit=0` that a dimension explains already.
        left = both.kinds(shorter)
        if left & kinds and explain(both, splits, shorter, left) is None:
            ask, kinds = shorter, left
    return ask, kinds
