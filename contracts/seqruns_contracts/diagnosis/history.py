"""History: every answer that came, and the runs that were seen in them, against which explanations are held."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from functools import cached_property
from itertools import pairwise
from typing import TYPE_CHECKING, Any, TypeAlias, TypeVar

from seqruns_contracts.model.query import FILTERS

if TYPE_CHECKING:
    from collections.abc import Callable, Hashable, Iterable, Mapping, Sequence

    from seqruns_contracts.model.census import Census
    from seqruns_contracts.model.exchange import Observation
    from seqruns_contracts.model.run import Run

T = TypeVar("T", int, str)
V = TypeVar("V")
Mask: TypeAlias = int
"""A set of runs: bit n stands for the run at position n of the world."""


@dataclass(frozen=True, kw_only=True)
class World:
    """Every run that was seen, in the order of the list; what explanations compute with."""

    runs: tuple[Run, ...]
    listed: Mask
    """The runs that the list without filters shows."""
    whole: bool
    """Whether the list was read to its end."""
    total: int
    """How many runs the target says there are."""
    census: Census = field(repr=False)
    foreign: Mask = 0
    """The runs that say that they belong to another sequence."""
    _memo: dict[Hashable, Mask] = field(default_factory=dict, repr=False)
    _rows: dict[Mask, Sequence[int]] = field(default_factory=dict, repr=False)
    _places: dict[tuple[str, ...], list[int]] = field(default_factory=dict, repr=False)
    _values: dict[Callable[[Run], Any], list[Any]] = field(default_factory=dict, repr=False)

    @cached_property
    def position(self) -> Mapping[str, int]:
        """The position of each run, by its id."""
        return {run.id: place for place, run in enumerate(self.runs)}

    def those(self, holds: Callable[[Run], object], key: Hashable = None) -> Mask:
        """Return the runs of which something holds; equal keys are worked out once."""
        if key is not None and key in self._memo:
            return self._memo[key]
        mask = as_mask([bool(holds(run)) for run in self.runs])
        if key is not None:
            self._memo[key] = mask
        return mask

    def timed(self, time: Callable[[Run], T | None], holds: Callable[[T, T], bool], bound: T) -> Mask:
        """Return the runs whose time is on the right side of a bound."""
        key = (time, holds, bound)
        if key not in self._memo:
            self._memo[key] = as_mask([each is not None and holds(each, bound) for each in self.each(time)])
        return self._memo[key]

    def rows(self, mask: Mask) -> Sequence[int]:
        """Return the positions of the runs of a mask, in the order of the world."""
        if mask not in self._rows:
            self._rows[mask] = [place for place, bit in enumerate(reversed(f"{mask:b}")) if bit == "1"]
        return self._rows[mask]

    def places(self, ids: tuple[str, ...]) -> list[int]:
        """Return the positions of the runs of a page, -1 for one that nobody has seen elsewhere."""
        if ids not in self._places:
            self._places[ids] = [self.position.get(name, -1) for name in ids]
        return self._places[ids]

    def each(self, value: Callable[[Run], V]) -> list[V]:
        """Return something of each run, worked out once."""
        if value not in self._values:
            self._values[value] = [value(run) for run in self.runs]
        return self._values[value]

    def of_rows(self, value: Callable[[Run], V], rows: Sequence[int]) -> list[V]:
        """Return something of each of some runs."""
        each = self.each(value)
        return [each[row] for row in rows]

    def shows(self, name: str) -> bool:
        """Return whether any run shows what a filter looks at."""
        return name in self._shown

    @cached_property
    def _shown(self) -> frozenset[str]:
        roles: dict[str, Callable[[Run], object]] = {
            "phone": lambda run: run.phone,
            "status": lambda run: run.status,
            "channel_id": lambda run: run.channels is not None,
            "before": lambda run: run.start is not None,
            "after": lambda run: run.start is not None,
        }
        return frozenset(name for name in FILTERS if any(roles[name](run) for run in self.runs))


def make_world(census: Census, others: Iterable[Run] = (), *, sequence_id: str = "") -> World:
    """Return the world of a census and of the other runs that were seen, which are put where the order has them."""
    listed = list({run.id: run for run in (*census.head, *census.universe)}.values())
    known = {run.id for run in listed}
    more = list({run.id: run for run in others if run.id not in known}.values())
    runs = _merge(listed, more)
    return World(
        runs=tuple(runs),
        listed=as_mask(run.id in known for run in runs),
        whole=census.whole,
        total=census.total,
        census=census,
        foreign=as_mask(run.id not in known and _is_foreign(run, sequence_id) for run in runs),
    )


def as_mask(bits: Iterable[bool]) -> Mask:
    """Return the mask that has these bits, the first for the run at position 0."""
    return int("".join("1" if bit else "0" for bit in bits)[::-1] or "0", 2)


def _is_foreign(run: Run, sequence_id: str) -> bool:
    owner = run.body.get("sequence_id")
    return isinstance(owner, str) and owner.lower() != sequence_id.lower()


def _merge(listed: list[Run], more: list[Run]) -> list[Run]:
    """Return all runs in the order of the list, where that is one of start times; else the others at the end."""
    starts = [run.start or 0 for run in listed]
    for newest in (True, False):
        if more and starts == sorted(starts, reverse=newest):
            ties = [(left.id, right.id) for left, right in pairwise(listed) if left.start == right.start]
            falling = bool(ties) and all(left > right for left, right in ties)
            by_id = sorted((*listed, *more), key=lambda run: run.id, reverse=falling)
            return sorted(by_id, key=lambda run: run.start or 0, reverse=newest)
    return [*listed, *more]


@dataclass(frozen=True, kw_only=True)
class History:
    """All there is to be explained."""

    world: World
    observations: Sequence[Observation]
    """In the order in which they came, repeated requests included."""
    widest: World
    """The world of the longest list that came, for a target that shows less and less of it."""
    moved_at: int = 0
    """How many of them came before the data was last seen to move."""

    @cached_property
    def pages(self) -> tuple[Observation, ...]:
        """The last page that came for each plain request."""
        since = self.observations[self.moved_at :]
        return tuple({seen.ask: seen for seen in since if seen.is_plain and seen.ids is not None}.values())

    @cached_property
    def plain(self) -> tuple[Observation, ...]:
        """The last answer that came for each plain request."""
        return tuple({seen.ask: seen for seen in self.observations if seen.is_plain}.values())

    def is_known_to_have(self, seen: Observation) -> bool:
        """Return whether none of the runs on a page of another sequence is one of ours."""
        return not set(seen.ids or ()) & self.world.position.keys()

    def with_(self, *more: Observation) -> History:
        """Return the history with further answers."""
        return replace(self, observations=(*self.observations, *more))


def make_history(
    census: Census,
    observations: Sequence[Observation],
    runs: Iterable[Run],
    *,
    sequence_id: str,
    widest: Census | None = None,
    moved_at: int = 0,
) -> History:
    """Return the history of a target: its census, everything that came, and every run that was seen."""
    runs = tuple(runs)
    world = make_world(census, runs, sequence_id=sequence_id)
    is_wider = widest is not None and len(widest.known) > len(census.known)
    return History(
        world=world,
        observations=tuple(observations),
        moved_at=moved_at,
        widest=make_world(widest, runs, sequence_id=sequence_id) if is_wider and widest is not None else world,
    )
