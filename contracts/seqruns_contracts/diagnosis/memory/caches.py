"""Caches whose keys say less than the request: what they leave out."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from itertools import product
from typing import TYPE_CHECKING, TypeAlias

from seqruns.document import facts
from seqruns_contracts.diagnosis.explanations.bounds.reading import UNITS
from seqruns_contracts.diagnosis.explanations.kinds import BOUNDS
from seqruns_contracts.model.instants import read_instant
from seqruns_contracts.model.query import FILTERS, Query

if TYPE_CHECKING:
    from collections.abc import Callable, Hashable, Iterator

    from seqruns_contracts.diagnosis.history import History
    from seqruns_contracts.model.exchange import Ask

    Key: TypeAlias = Callable[[Ask], Hashable]


@dataclass(frozen=True, slots=True, kw_only=True)
class Cache:
    """A cache whose key says less than the request."""

    id: str
    sentence: str
    look: str
    key: Key
    cost: int = 1
    forgotten: str = ""
    """The parameter that the key lacks, where it lacks only one."""


LOOK = "the key of the cache"
PARAMETERS = ("limit", "offset", *FILTERS)
LENGTHS = (16, 20, 24, 32, 40, 48, 50, 64, 80, 100, 128)


def caches(history: History) -> Iterator[Cache]:
    """Yield the caches that a target may have."""
    for name, key_of in product(PARAMETERS, (_without, _once_read)):
        yield Cache(
            id=f"cache.forgets-{name}", sentence=f"answers from a cache whose key lacks `{name}`: the first answer goes to all",
            look=f"{LOOK}: `{name}` is missing", key=key_of(name), forgotten=name,
        )  # fmt: skip
    mixed = _mixes_sequences(history)
    for id_, sentence, look, key in WHOLE:
        # A list of the runs of all sequences is the same whichever is asked for, with or without a cache.
        if id_ == "the-sequence" and mixed:
            continue
        yield Cache(id=f"cache.forgets-{id_}", sentence=f"answers from a cache {sentence}", look=look, key=key)
    # Where nobody is refused there need not be a cache: no key is needed.
    if any(seen.status == 401 for seen in history.observations):
        yield Cache(
            id="cache.forgets-the-key", sentence="answers from a cache in front of the authentication: who has no key gets what "
            "somebody else has asked", look="the order of cache and authentication: it comes first",
            key=lambda ask: (ask.query, ask.sequence_id),
        )  # fmt: skip
    yield from _with_coarse_keys()


def _with_coarse_keys() -> Iterator[Cache]:
    """Yield the caches whose keys say of a value only a part: a day, digits and letters, or that there is one."""
    for name, unit in UNITS.items():
        yield Cache(
            id=f"cache.cuts-bounds-to-the-{name}", sentence=f"answers from a cache whose key cuts `before` and `after` to the {name}",
            look=f"{LOOK}: a time that is rounded to the {name}", key=_once_read(unit=unit), cost=2,
        )  # fmt: skip
    yield Cache(
        id="cache.folds-its-keys", sentence="answers from a cache whose key drops signs and letter case: +1360… and 1360… are one",
        look=f"{LOOK}: it is made a file name", key=lambda ask: (_folded(ask.query), ask.sequence_id, ask.credentials), cost=2,
    )  # fmt: skip
    yield Cache(
        id="cache.forgets-the-names", sentence="answers from a cache whose key has the values without their names: `before` and `after` are one",
        look=f"{LOOK}: the names of the parameters are missing", key=lambda ask: (tuple(dict(ask.query.parameters).values()), ask.sequence_id, ask.credentials), cost=2,
    )  # fmt: skip
    for length in LENGTHS:
        yield Cache(
            id="cache.cuts-its-keys", sentence=f"answers from a cache whose key is the beginning of the query string, about {length} characters",
            look=f"{LOOK}: it is cut", key=_beginning(length), cost=2,
        )  # fmt: skip
    for name in FILTERS:
        yield Cache(
            id=f"cache.forgets-the-value-of-{name}", sentence=f"answers from a cache whose key says only that `{name}` is given",
            look=f"{LOOK}: the value of `{name}` is missing", key=_without_value(name), cost=2,
        )  # fmt: skip


def _mixes_sequences(history: History) -> bool:
    """Return whether the list has runs of several sequences."""
    owners = {str(run.body.get("sequence_id")).lower() for run in history.world.census.known.values()}
    return len(owners) > 1


def _without(*names: str) -> Key:
    return lambda ask: (
        frozenset((name, text) for name, text in ask.query.parameters if name not in names),
        ask.sequence_id,
        ask.credentials,
    )


AS_ABSENT = {("offset", "0"), ("limit", str(facts().limit_default))}
"""What says no more than a parameter that is left out."""


def _once_read(*names: str, unit: int = 1, is_of_all: bool = False) -> Key:
    """Return the key of a cache behind the parser: two spellings of an instant are one, and what is empty is absent.

    Instants may be cut to a unit, and the sequence left out.
    """

    def key(ask: Ask) -> Hashable:
        read = tuple(
            (name, value // unit if isinstance(value, int) else value)
            for name, value in _read(ask.query)
            if name not in names
        )
        return read, None if is_of_all else ask.sequence_id, ask.credentials

    return key


@lru_cache(maxsize=2048)
def _read(query: Query) -> tuple[tuple[str, int | str], ...]:
    """Return the parameters that count, by name: bounds as instants, and nothing that is as if it were absent."""
    texts = sorted((name, text) for name, text in query.meaning.items() if (name, text) not in AS_ABSENT)
    instants = {name: read_instant(text) for name, text in texts if name in BOUNDS}
    return tuple((name, text if (instant := instants.get(name)) is None else instant) for name, text in texts)


def _without_value(name: str) -> Key:
    return lambda ask: (
        tuple((key, text if key != name else "") for key, text in ask.query.parameters),
        ask.sequence_id,
        ask.credentials,
    )


@lru_cache(maxsize=2048)
def _encoded(query: Query) -> str:
    return query.encoded


@lru_cache(maxsize=2048)
def _folded(query: Query) -> str:
    # Of a repeated parameter the first is the one that most frameworks hand out.
    texts = sorted(dict(reversed(query.parameters)).items())
    return "".join(mark for pair in texts for text in pair for mark in text.lower() if mark.isalnum())


def _beginning(length: int) -> Key:
    return lambda ask: (_encoded(ask.query)[:length], ask.sequence_id, ask.credentials)


WHOLE: tuple[tuple[str, str, str, Key], ...] = (
    ("paging", "whose key lacks `limit` and `offset`", f"{LOOK}: `limit` and `offset` are missing", _without("limit", "offset")),
    ("the-window", "whose key lacks `before` and `after`", f"{LOOK}: `before` and `after` are missing", _without("before", "after")),
    ("the-filters", "whose key lacks the filters", f"{LOOK}: only `limit` and `offset` are in it", _once_read(*FILTERS)),
    ("the-query", "whose key lacks the query string", f"{LOOK}: the query string is missing", lambda ask: (ask.sequence_id, ask.credentials)),
    ("the-sequence", "whose key lacks the sequence: another one's runs come", f"{LOOK}: the sequence is missing", lambda ask: (ask.query, ask.credentials)),
    ("the-sequence", "whose key lacks the sequence: another one's runs come", f"{LOOK}: the sequence is missing", _once_read(is_of_all=True)),
)  # fmt: skip
"""The end of the id, the sentence from "a cache" on, where to look, and the key."""
