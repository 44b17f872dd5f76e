"""Agreement: whether a page came as a pipeline foresees it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from seqruns_contracts.diagnosis.pipeline import Order, Unclear
from seqruns_contracts.model.query import Query

if TYPE_CHECKING:
    from collections.abc import Sequence

    from seqruns_contracts.diagnosis.pipeline import Turn
    from seqruns_contracts.model.exchange import Observation


def agrees(turn: Turn, seen: Observation) -> bool:
    """Return whether a page came as foreseen: its runs, their order and the total."""
    return page_agrees(turn, seen) and total_agrees(turn, seen)


def total_agrees(turn: Turn, seen: Observation) -> bool:
    """Return whether the total is as foreseen; of a list that is known in part it may be more."""
    if seen.total is None or seen.total == turn.total:
        return True
    if turn.open:
        least = (turn.mask & ~turn.open).bit_count()
        return least <= seen.total <= least + turn.open.bit_count()
    return not is_known(turn) and seen.total >= turn.total


def page_agrees(turn: Turn, seen: Observation) -> bool:
    """Return whether the runs on a page, and their order, are as foreseen."""
    came = turn.world.places(seen.ids or ())
    if came == (turn.page if isinstance(turn.page, list) else list(turn.page)):
        return True
    if turn.open and is_known(turn):
        return _is_between(turn, came)
    if is_known(turn):
        return _agree_loosely(turn, came) if turn.order is not Order.EXACT else False
    return _may_be(turn, came)


def is_known(turn: Turn) -> bool:
    """Return whether every run that can match is known."""
    world = turn.world
    if world.whole:
        return True
    return bool(turn.texts) and world.census.covers(Query.of(turn.texts)) and turn.query.filters == turn.texts


def _is_between(turn: Turn, came: Sequence[int]) -> bool:
    """Return whether a page differs only in runs that may match or not; Unclear where it is not the whole list."""
    most = turn.world.rows(turn.mask | turn.open)
    if turn.offset or len(most) > turn.limit:
        raise Unclear
    open_ = {row for row in most if turn.open >> row & 1}
    return [row for row in came if row not in open_] == [row for row in most if row not in open_] and set(came) <= set(
        most
    )


def _agree_loosely(turn: Turn, came: Sequence[int]) -> bool:
    if len(came) != len(turn.page) or len(set(came)) != len(came):
        return False
    if turn.order is Order.ANY:
        return set(came) <= set(turn.rows)
    runs = turn.world.runs
    return set(came) <= set(turn.rows) and [runs[row].start for row in came] == [runs[row].start for row in turn.page]


def _may_be(turn: Turn, came: Sequence[int]) -> bool:
    """Return whether a page may be the right one where further runs, which nobody has seen, may match."""
    matching = set(turn.rows)
    if not set(came) <= matching or len(came) > turn.limit:
        return False
    is_end = len(came) < turn.limit
    if turn.offset == 0 and turn.order is Order.EXACT:
        known = came if is_end else came[: max(1, len(came))]
        due = [row for row in turn.rows if is_end or row <= max(known, default=-1)]
        return sorted(came) == due if is_end else set(due) <= set(came) or not turn.texts
    return True
