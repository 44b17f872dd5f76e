"""Agreement: whether a page came as a pipeline foresees it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from seqruns_contracts.diagnosis.gaps import UNSEEN, Unclear
from seqruns_contracts.diagnosis.pipeline import Order

if TYPE_CHECKING:
    from collections.abc import Sequence

    from seqruns_contracts.diagnosis.pipeline import Turn
    from seqruns_contracts.model.exchange import Observation


def agrees(turn: Turn, seen: Observation) -> bool:
    """Return whether a page came as foreseen: its runs, their order and the total."""
    return page_agrees(turn, seen) and total_agrees(turn, seen)


def total_agrees(turn: Turn, seen: Observation) -> bool:
    """Return whether the total is as foreseen."""
    if seen.total is None or seen.total == turn.total:
        return True
    # Three runs match for certain and two more may: a total of 3, 4 or 5 is foreseen.
    if turn.open:
        least = (turn.mask & ~turn.open).bit_count()
        return least <= seen.total <= least + turn.open.bit_count()
    # Of four runs that are counted and never listed any number may match a filter: beside 7 listed it is 8 to 11.
    return turn.total < seen.total <= turn.total + turn.uncounted


def page_agrees(turn: Turn, seen: Observation) -> bool:
    """Return whether the runs on a page, and their order, are as foreseen."""
    came = turn.world.places(seen.ids or ())
    page = turn.page if isinstance(turn.page, list) else list(turn.page)
    if turn.hidden:
        return _is_with_holes(turn, came)
    if came == page:
        return True
    if turn.open:
        return _is_between(turn, came)
    if UNSEEN in page or turn.order is not Order.EXACT:
        return _agree_loosely(turn, page, came)
    return False


def _is_with_holes(turn: Turn, came: Sequence[int]) -> bool:
    """Return whether a page holds runs that follow one another, and lacks no more than may be hidden.

    Example: of a, x, b, c the run x is never shown. Pages of two are a and b c; one that skips two begins with b, the
    second that is shown.
    """
    rows = list(turn.rows)
    # Hidden runs may take every place of a page: three of them leave a page of two empty.
    if not came:
        return turn.limit <= turn.hidden or len(rows) <= turn.offset
    first = rows.index(came[0]) if came[0] in rows else -1
    due = min(turn.limit, len(rows) - first)
    # A hidden run among those skipped is one fewer shown before the page; one on the page is a place lost there.
    return (
        max(0, turn.offset - turn.hidden) <= first <= turn.offset
        and rows[first : first + len(came)] == list(came)
        and due - turn.hidden <= len(came) <= turn.limit
    )


def _is_between(turn: Turn, came: Sequence[int]) -> bool:
    """Return whether a page differs only in runs that may match or not. Raises Unclear where not all are known.

    Example: a, b, c and d are listed, of which b and d may match or not. A first page of two is a b or a c, but not b
    c, as a matches; one that skips two is c d, d, c or nothing, and not b.
    """
    world, most = turn.world, turn.world.rows(turn.mask | turn.open)
    if (turn.length or 0) > len(most) or (turn.offset and not world.whole):
        raise Unclear
    place = {row: n for n, row in enumerate(most)}
    at = [place.get(row, -1) for row in came]
    if -1 in at or at != sorted(set(at)) or len(at) > turn.limit:
        return False
    sure = [n for row, n in place.items() if not turn.open >> row & 1]
    # No run need be left where `offset` skips all those that match for certain: the others may not match.
    if not at:
        return len(sure) <= turn.offset
    # Before the first run on the page all that are certain were skipped, and no more can have been than stand there. In
    # the example `c d` after two: only a is certain before c, and of a and b both may match.
    skipped = sum(n < at[0] for n in sure)
    between = {n for n in sure if at[0] <= n <= at[-1]}
    is_last = len(at) < turn.limit
    return skipped <= turn.offset <= at[0] and between <= {*at} and not (is_last and sure and sure[-1] > at[-1])


def _agree_loosely(turn: Turn, page: Sequence[int], came: Sequence[int]) -> bool:
    """Return whether a page is one of those that are foreseen, whose order or some of whose runs are not known."""
    seen = [place for place in came if place >= 0]
    if len(came) != len(page) or len(set(seen)) != len(seen):
        return False
    known = [(row, place) for row, place in zip(page, came, strict=True) if row is not UNSEEN]
    # A list is known from its beginning, so what nobody has seen stands at the end of a page.
    if turn.order is Order.EXACT:
        unseen = came[len(known) :]
        return all(row == place for row, place in known) and turn.world.may_fill(turn.mask, unseen)
    runs = turn.world.runs
    is_alike = turn.order is Order.ANY or all(runs[row].start == runs[place].start for row, place in known)
    # A run that was seen on this page only (-1) may match, unless the list was read to its end without it.
    return is_alike and set(came if turn.world.whole else seen) <= set(turn.world.rows(turn.mask))
