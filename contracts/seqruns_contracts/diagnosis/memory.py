"""What a target keeps from one request to the next, or forgets: caches, filters that stay, replicas that are behind."""

from __future__ import annotations

import re
from dataclasses import dataclass
from itertools import chain, product
from typing import TYPE_CHECKING, TypeAlias

from seqruns.document import facts
from seqruns_contracts.diagnosis.explanations.kinds import BOUNDS
from seqruns_contracts.diagnosis.explanations.reading import UNITS
from seqruns_contracts.diagnosis.fit import foresees
from seqruns_contracts.diagnosis.pipeline import HONEST
from seqruns_contracts.model.instants import read_instant
from seqruns_contracts.model.query import FILTERS, Query

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Hashable, Iterator

    from seqruns_contracts.diagnosis.history import History
    from seqruns_contracts.model.exchange import Ask, Observation

    Key: TypeAlias = Callable[[Ask], Hashable]


@dataclass(frozen=True, slots=True, kw_only=True)
class Remembered:
    """A mistake that shows only in the order of requests, and the answers that it foresees."""

    id: str
    sentence: str
    look: str
    explained: tuple[Observation, ...]
    cost: int = 1


CACHE = "the key of the cache"
PARAMETERS = ("limit", "offset", *FILTERS)


def remembered(history: History, wrong: Collection[Ask]) -> Remembered | None:
    """Return what the order of the requests explains, and all wrong pages with it; None where nothing does."""
    ordered = sorted([*_caches(history), *_sticky(history)], key=lambda each: (each.cost, -len(each.explained)))
    # Answers to one request that differ come of some caches as well, so they are looked at last.
    for each in chain(ordered, _restless(history)):
        if {seen.ask for seen in each.explained}.issuperset(wrong):
            return each
    return None


def _caches(history: History) -> Iterator[Remembered]:
    for name, key in product(PARAMETERS, (_without, _once_read)):
        yield from _cache(
            history, f"cache.forgets-{name}", f"answers from a cache whose key lacks `{name}`: the first answer goes to all",
            f"{CACHE}: `{name}` is missing", key(name), forgotten=name,
        )  # fmt: skip
    yield from _cache(
        history, "cache.forgets-paging", "answers from a cache whose key lacks `limit` and `offset`",
        f"{CACHE}: `limit` and `offset` are missing", _without("limit", "offset"),
    )  # fmt: skip
    yield from _cache(
        history, "cache.forgets-the-window", "answers from a cache whose key lacks `before` and `after`",
        f"{CACHE}: `before` and `after` are missing", _without("before", "after"),
    )  # fmt: skip
    yield from _cache(
        history, "cache.forgets-the-query", "answers from a cache whose key lacks the query string",
        f"{CACHE}: the query string is missing", lambda ask: (ask.sequence_id, ask.credentials),
    )  # fmt: skip
    yield from _cache(
        history, "cache.forgets-the-sequence", "answers from a cache whose key lacks the sequence: another one's runs come",
        f"{CACHE}: the sequence is missing", lambda ask: (ask.query, ask.credentials),
    )  # fmt: skip
    yield from _cache(
        history, "cache.forgets-the-sequence", "answers from a cache whose key lacks the sequence: another one's runs come",
        f"{CACHE}: the sequence is missing", _once_read(is_of_all=True),
    )  # fmt: skip
    for name, unit in UNITS.items():
        yield from _cache(
            history, f"cache.cuts-bounds-to-the-{name}", f"answers from a cache whose key cuts `before` and `after` to the {name}",
            f"{CACHE}: a time that is rounded to the {name}", _once_read(unit=unit), cost=2,
        )  # fmt: skip
    # Where nobody is refused there need not be a cache: no key is needed.
    yield from () if all(seen.status != 401 for seen in history.observations) else _cache(
        history, "cache.forgets-the-key", "answers from a cache in front of the authentication: who has no key gets what "
        "somebody else has asked", "the order of cache and authentication: it comes first",
        lambda ask: (ask.query, ask.sequence_id),
    )  # fmt: skip
    yield from _cache(
        history, "cache.folds-its-keys", "answers from a cache whose key drops signs and letter case: +1360… and 1360… are one",
        f"{CACHE}: it is made a file name", lambda ask: (_folded(ask.query.encoded), ask.sequence_id, ask.credentials), cost=2,
    )  # fmt: skip
    for length in (16, 20, 24, 32, 40, 48, 50, 64, 80, 100, 128):
        yield from _cache(
            history, "cache.cuts-its-keys", f"answers from a cache whose key is the beginning of the query string, about {length} characters",
            f"{CACHE}: it is cut", lambda ask, n=length: (ask.query.encoded[:n], ask.sequence_id, ask.credentials), cost=2,  # type: ignore[misc]
        )  # fmt: skip
    for name in PARAMETERS[2:]:
        yield from _cache(
            history, f"cache.forgets-the-value-of-{name}", f"answers from a cache whose key says only that `{name}` is given",
            f"{CACHE}: the value of `{name}` is missing", _without_value(name), cost=2,
        )  # fmt: skip


def _without(*names: str) -> Key:
    return lambda ask: (
        frozenset((name, text) for name, text in ask.query.parameters if name not in names),
        ask.sequence_id,
        ask.credentials,
    )


AS_ABSENT = {("offset", "0"), ("limit", str(facts().limit_default))}


def _moment(text: str, unit: int) -> int | str:
    instant = read_instant(text)
    return text if instant is None else instant // unit


def _once_read(*names: str, unit: int = 1, is_of_all: bool = False) -> Key:
    """Return the key of a cache behind the parser: two spellings of an instant are one, and what is empty is absent.

    Instants may be cut to a unit, and the sequence left out.
    """

    def key(ask: Ask) -> Hashable:
        texts = {name: text for name, text in ask.query.meaning.items() if name not in names}
        texts = {name: text for name, text in texts.items() if (name, text) not in AS_ABSENT}
        read = {name: _moment(text, unit) if name in BOUNDS else text for name, text in texts.items()}
        sequence = None if is_of_all else ask.sequence_id
        return frozenset(read.items()), sequence, ask.credentials

    return key


def _without_value(name: str) -> Key:
    return lambda ask: (
        tuple((key, text if key != name else "") for key, text in ask.query.parameters),
        ask.sequence_id,
        ask.credentials,
    )


def _folded(text: str) -> str:
    return re.sub("[^0-9a-z]", "", re.sub("%[0-9A-Fa-f]{2}", "", text).lower())


def _cache(
    history: History, id_: str, sentence: str, look: str, key: Key, *, cost: int = 1, forgotten: str = ""
) -> Iterator[Remembered]:
    """Yield a cache where every answer is the first one for its key, and one of them would be another without it.

    The first one that is known may not be the first one there was: the target was called before its census was read.
    """
    first: dict[Hashable, Observation] = {}
    explained, is_told = [], False
    for seen in history.observations:
        held = first.get(key(seen.ask))
        if seen.ask.method != "GET":
            explained += [seen] * (held is not None and seen.ids is not None and seen.ids == held.ids)
            continue
        if held is None:
            if seen.ids is not None:
                first[key(seen.ask)] = seen
                query = Query(tuple(pair for pair in seen.ask.query.parameters if pair[0] != forgotten))
                if _is_wrong(history, seen) and foresees(HONEST, history.world, seen, query=query):
                    explained.append(seen)
            continue
        if seen.status in {400, 404, 422}:
            continue  # what cannot be read, or is not there, need not come to the cache
        if (seen.ids, seen.total) != (held.ids, held.total):
            return
        if _different(held.ask, seen.ask):
            explained.append(seen)
            is_told = is_told or _is_wrong(history, seen)
    if is_told:
        yield Remembered(id=id_, sentence=sentence, look=look, explained=tuple(explained), cost=cost)


def _different(ask: Ask, other: Ask) -> bool:
    return (ask.query, ask.sequence_id, ask.credentials) != (other.query, other.sequence_id, other.credentials)


def _is_wrong(history: History, seen: Observation) -> bool:
    if not seen.is_plain:
        return bool(seen.ids) and (seen.ask.credentials is not None or not history.is_known_to_have(seen))
    return foresees(HONEST, history.world, seen) is False


def _sticky(history: History) -> Iterator[Remembered]:
    """Yield filters that stay from one request to the next, where they foresee every page."""
    for names in (FILTERS, *((name,) for name in FILTERS)):
        held: dict[str, str] = {}
        explained = []
        for seen in history.observations:
            if seen.ids is None or seen.ask.method != "GET" or seen.ask.credentials is not None:
                continue
            own = seen.ask.query
            held |= {name: text for name, text in own.filters.items() if name in names}
            if seen.ask.sequence_id is not None:
                continue
            query = Query.of({**held, **own.meaning})
            verdict = foresees(HONEST, history.widest, seen, query=query)
            if verdict is False:
                break
            if verdict and query.filters != own.filters:
                explained.append(seen)
        else:
            if any(_is_wrong(history, seen) for seen in explained):
                words = "filters" if names is FILTERS else f"`{names[0]}`"
                yield Remembered(
                    id="filters.stay",
                    sentence=f"keeps the {words} of earlier requests",
                    look="what outlives a request: a default argument that is a dictionary, or a global query object",
                    explained=tuple(explained),
                )
                return


def _restless(history: History) -> Iterator[Remembered]:
    """Yield what answers to one request say that differ though nothing moved: two states, or a total that wavers."""
    by_ask: dict[Hashable, list[Observation]] = {}
    for seen in history.observations:
        if seen.is_plain and seen.ids is not None:
            by_ask.setdefault(seen.ask.query, []).append(seen)
    many = [answers for answers in by_ask.values() if len({(seen.ids, seen.total) for seen in answers}) > 1]
    wavering = [answers for answers in many if len({seen.ids for seen in answers}) == 1]
    if wavering and len(wavering) == len(many):
        yield Remembered(
            id="total.wavers",
            sentence="says another total each time that the same is asked",
            look="an estimate in the place of a count",
            explained=tuple(seen for answers in wavering for seen in answers),
        )
        return
    states = [answers for answers in many if _are_two_states(answers)]
    if states:
        yield Remembered(
            id="answer.of-two-states",
            sentence="answers the same request now from one state of the data and now from another, in which runs are missing",
            look="a replica that is behind, or processes that each keep a copy",
            explained=tuple(seen for answers in states for seen in answers),
        )
        return
    losing = [answers for answers in many if len({seen.total for seen in answers}) == 1 and _loses(answers)]
    if losing:
        yield Remembered(
            id="answer.loses-runs",
            sentence="leaves out runs of a page now and then, though the total is as before",
            look="what differs between requests: one of several processes, a replica, or a limit of time",
            explained=tuple(seen for answers in losing for seen in answers),
        )


def _are_two_states(answers: list[Observation]) -> bool:
    totals = {seen.total for seen in answers}
    return len(totals) == 2


def _loses(answers: list[Observation]) -> bool:
    longest = max((seen.ids or () for seen in answers), key=len)
    return (
        all(set(seen.ids or ()) <= set(longest) for seen in answers)
        and len({len(seen.ids or ()) for seen in answers}) > 1
    )
