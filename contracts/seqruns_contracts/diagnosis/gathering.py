"""The runs of a census and all others that were seen, gathered into one world in the order of the list."""

from __future__ import annotations

from itertools import pairwise
from typing import TYPE_CHECKING

from seqruns.document import facts
from seqruns_contracts.diagnosis.world import World, as_mask, begin_of

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from seqruns_contracts.model.census import Census
    from seqruns_contracts.model.exchange import Observation
    from seqruns_contracts.model.run import Run


def make_world(
    census: Census, others: Iterable[Run] = (), observations: Sequence[Observation] = (), *, sequence_id: str = ""
) -> World:
    """Return the world of a census and of the other runs that were seen, which are put where the order has them."""
    listed = list({run.id: run for run in (*census.head, *census.universe)}.values())
    known = {run.id for run in listed}
    more = list({run.id: run for run in others if run.id not in known}.values())
    pages = [seen for seen in observations if seen.is_plain and seen.ids]
    unfiltered = [seen for seen in pages if not seen.ask.query.filters]
    # Other runs come behind the end that the total says: it is too small, and the census stopped there.
    goes_on = any(begin_of(seen) >= census.total and known.isdisjoint(seen.ids or ()) for seen in unfiltered)
    whole = census.whole and not goes_on
    foreign = {run.id for run in more if _is_foreign(run, sequence_id)}
    # What pages of this sequence showed beyond the census belongs to the list, where that was not read to its end;
    # where it was, it does not, though a filter finds it. What only other sequences showed does not say whose it is.
    if not whole:
        ours = {name for seen in pages for name in seen.ids or ()}
        more = [run for run in more if run.id in ours or run.id in foreign]
        known |= ours - foreign
    runs, is_sorted = _merge(listed, more)
    first = {run.id for run in census.head}
    return World(
        runs=tuple(runs),
        listed=as_mask(run.id in known for run in runs),
        whole=whole,
        total=census.total,
        length=_length(census, unfiltered, goes_on=goes_on),
        first=next((place for place, run in enumerate(runs) if run.id not in first), len(runs)),
        is_sorted=is_sorted,
        census=census,
        foreign=as_mask(run.id in foreign for run in runs),
    )


def _length(census: Census, pages: Sequence[Observation], *, goes_on: bool) -> int | None:
    """Return how many runs the list has: where short pages all end at one place there, else what the total says."""
    default = str(facts().limit_default)
    short = [
        seen
        for seen in pages
        if begin_of(seen) > 0 and str(len(seen.ids or ())) != seen.ask.query.meaning.get("limit", default)
    ]
    # Pages that are capped are short as well, but end at different places: with 100 a page `limit=500&offset=10` ends
    # at 110, and `offset=20` at 120.
    ends = {begin_of(seen) + len(seen.ids or ()) for seen in short}
    if len(ends) == 1 and len(short) > 1:
        return ends.pop()
    return None if goes_on else census.total


def _is_foreign(run: Run, sequence_id: str) -> bool:
    owner = run.body.get("sequence_id")
    return isinstance(owner, str) and owner.lower() != sequence_id.lower()


def _merge(listed: list[Run], more: list[Run]) -> tuple[list[Run], bool]:
    """Return all runs in the order of the list, where that is one of start times; else the others at the end."""
    starts = [run.start or 0 for run in listed]
    for newest in (True, False):
        if starts == sorted(starts, reverse=newest):
            if not more:
                return listed, True
            ties = [left.id > right.id for left, right in pairwise(listed) if left.start == right.start]
            merged = [*listed, *more]
            # Where ids rise, or fall, among all that start together, they are the second column of the order. Runs
            # that look as if they started together, as times are shown with few digits, stay as they came.
            if all(ties) or not any(ties):
                merged.sort(key=lambda run: run.id, reverse=bool(ties) and all(ties))
            return sorted(merged, key=lambda run: run.start or 0, reverse=newest), True
    return [*listed, *more], False
