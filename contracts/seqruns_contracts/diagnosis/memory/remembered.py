"""What a target keeps from one request to the next, or forgets: caches, filters that stay, replicas that are behind."""

from __future__ import annotations

from functools import partial
from itertools import chain, combinations
from typing import TYPE_CHECKING

from seqruns_contracts.diagnosis.explanations.kinds import quoted
from seqruns_contracts.diagnosis.fitting.agreement import page_agrees
from seqruns_contracts.diagnosis.fitting.fit import foresees, is_right
from seqruns_contracts.diagnosis.memory.caches import caches
from seqruns_contracts.diagnosis.memory.kinds import Remembered
from seqruns_contracts.diagnosis.memory.restless import restless
from seqruns_contracts.diagnosis.pipeline import HONEST
from seqruns_contracts.model.query import FILTERS, Query

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Hashable, Iterator

    from seqruns_contracts.diagnosis.history import History
    from seqruns_contracts.diagnosis.memory.caches import Cache
    from seqruns_contracts.model.exchange import Ask, Observation


def remembered(history: History, wrong: Collection[Ask]) -> Remembered | None:
    """Return what the order of the requests explains, and all wrong pages with it; None where nothing does."""
    told = _told(history)
    ordered = sorted([*_cached(history, told), *_counted(history), *_sticky(history, told)], key=_rank)
    # Answers to one request that differ come of some caches as well, so they are looked at last.
    for each in chain(ordered, restless(history)):
        if {seen.ask for seen in each.explained}.issuperset(wrong):
            return each
    return None


def cached(history: History) -> list[Remembered]:
    """Return the caches by which every answer is the first one for its key, whatever else may be wrong with it."""
    return sorted(_cached(history, _told(history)), key=_rank)


def _cached(history: History, told: Collection[int]) -> list[Remembered]:
    found = (_remembered_by(cache, history, told) for cache in caches(history))
    return [each for each in found if each is not None]


def _rank(found: Remembered) -> tuple[int, int]:
    return found.cost, -len(found.explained)


def _told(history: History) -> set[int]:
    """Return the answers that are wrong, by their `id()`."""
    return {id(seen) for seen in history.observations if _is_wrong(history, seen)}


def _remembered_by(cache: Cache, history: History, told: Collection[int]) -> Remembered | None:
    """Return what a cache explains; None where an answer is not the first one for its key, or none would differ without it.

    `told` are the answers that are wrong, by their `id()`. The first answer that is known may not be the first one there
    was: the target was called before its census was read.
    """
    key = cache.key
    first: dict[Hashable, Observation] = {}
    explained, is_told = [], False
    for seen in history.observations:
        name = key(seen.ask)
        held = first.get(name)
        # A HEAD or a POST may pass the cache by: one that brings what is held is explained, and none refutes it.
        if seen.ask.method != "GET":
            explained += [seen] * (held is not None and seen.ids is not None and seen.ids == held.ids)
            continue
        if held is None:
            # An error is not kept. A page may be the answer to something asked before the census was read: without the
            # parameter that the key lacks `phone=a` brings the whole list, and came from there.
            if seen.ids is not None:
                first[name] = seen
                query = Query(tuple(pair for pair in seen.ask.query.parameters if pair[0] != cache.forgotten))
                if id(seen) in told and foresees(HONEST, history.world, seen, query=query):
                    explained.append(seen)
            continue
        differs = (seen.ids, seen.total) != (held.ids, held.total)
        # What cannot be read, or is not there, need not come to the cache; hostile marks may come in other words.
        if seen.status in {400, 404, 422} or (differs and seen.ask.is_hostile):
            continue
        if differs:
            return None
        if _different(held.ask, seen.ask):
            # The first of all may be wrong as well: an answer to something that was asked before it.
            explained += [seen, *([held] if held is history.observations[0] and id(held) in told else [])]
            is_told = is_told or id(seen) in told
    if not is_told:
        return None
    return Remembered(
        id=cache.id, sentence=cache.sentence, look=cache.look, explained=tuple(explained), cost=cache.cost
    )


def _counted(history: History) -> Iterator[Remembered]:
    """Yield totals that are kept under too little of the request, where every page is right but for its total.

    Example: a count that is kept by the sequence and the status says of `status=active&phone=…` what it said of
    `status=active`.
    """
    if any(is_right(history.world, seen, page_agrees) is False for seen in history.came):
        return
    pages = [seen for seen in history.came if is_right(history.world, seen) is not None]
    wrong = {id(seen) for seen in pages if not is_right(history.world, seen)}
    keys: list[tuple[str, Callable[[Query], Hashable]]] = [
        (f"says only {quoted(names)}" if names else "says nothing of the filters", partial(_values, names))
        for size in range(len(FILTERS))
        for names in combinations(FILTERS, size)
    ]
    keys.append(("says only which filters are given", lambda query: frozenset(query.filters)))
    for words, key in keys:
        totals: dict[Hashable, int | None] = {}
        if wrong and all(totals.setdefault(key(seen.ask.query), seen.total) == seen.total for seen in pages):
            yield Remembered(
                id="total.from-a-cache", sentence=f"takes the total from a cache whose key {words}",
                look="the key of the cache of counts: every filter and its value belong in it",
                explained=tuple(seen for seen in pages if id(seen) in wrong), cost=2,
            )  # fmt: skip


def _values(names: Collection[str], query: Query) -> Hashable:
    filters = query.filters
    return tuple(filters.get(name) for name in names)


def _different(ask: Ask, other: Ask) -> bool:
    return (ask.query, ask.sequence_id, ask.credentials) != (other.query, other.sequence_id, other.credentials)


def _is_wrong(history: History, seen: Observation) -> bool:
    if not seen.is_plain:
        return bool(seen.ids) and (seen.ask.credentials is not None or history.shows_ours(seen))
    return is_right(history.world, seen) is False


def _sticky(history: History, told: Collection[int]) -> Iterator[Remembered]:
    """Yield filters that stay from one request to the next, where they foresee every page."""
    for names in (FILTERS, *((name,) for name in FILTERS)):
        held: dict[str, str] = {}
        explained = []
        for seen in history.observations:
            if seen.ids is None or seen.ask.method != "GET" or seen.ask.credentials is not None:
                continue
            own = seen.ask.query
            held |= {name: text for name, text in own.filters.items() if name in names}
            # Filters that were sent for another sequence stay as well, but nobody knows what they find there.
            if seen.ask.sequence_id is not None:
                continue
            query = Query.of({**held, **own.meaning})
            verdict = foresees(HONEST, history.widest, seen, query=query)
            if verdict is False:
                break
            if verdict and query.filters != own.filters:
                explained.append(seen)
        else:
            if any(id(seen) in told for seen in explained):
                words = "filters" if names is FILTERS else f"`{names[0]}`"
                yield Remembered(
                    id="filters.stay",
                    sentence=f"keeps the {words} of earlier requests",
                    look="what outlives a request: a default argument that is a dictionary, or a global query object",
                    explained=tuple(explained),
                )
                return
