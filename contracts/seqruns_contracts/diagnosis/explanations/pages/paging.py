"""The page that is asked for: what `limit` and `offset` are taken for, before any filter is tried."""

from __future__ import annotations

from typing import TYPE_CHECKING

from seqruns_contracts.diagnosis.explanations.kinds import Explanation, Part, asking

if TYPE_CHECKING:
    from collections.abc import Callable

    from seqruns_contracts.diagnosis.pipeline import Turn

LIMIT, OFFSET = frozenset({"limit"}), frozenset({"offset"})
SIZES = (10, 20, 25, 30, 50, 100, 200, 250)
ALL = 10**9
"""A limit that no list reaches."""


def paging(
    id_: str,
    sentence: str,
    rewrite: Callable[[Turn], None],
    *,
    look: str,
    needs: frozenset[str] = frozenset(),
    cost: int = 1,
) -> Explanation:
    """Return the explanation that another page is asked for: the runs that match, and the total, are as they were."""
    return Explanation(
        id=id_, sentence=sentence, look=look, change=asking(rewrite), needs=needs, cost=cost, part=Part.PAGE
    )


def set_page(turn: Turn, limit: int, offset: int) -> None:
    """Ask for another page."""
    turn.limit, turn.offset = limit, offset


def resize(change: Callable[[int], int]) -> Callable[[Turn], None]:
    """Return what asks for a page of another size."""
    return lambda turn: set_page(turn, change(turn.limit), turn.offset)


def is_limited(turn: Turn) -> bool:
    """Return whether a limit was sent: `turn.limit` is the default where none was."""
    return bool(dict(turn.query.parameters).get("limit", "").strip())
