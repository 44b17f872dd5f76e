"""The world: the runs that were seen, in the order of the list, and what may stand unseen between them."""

from __future__ import annotations

from bisect import bisect_left
from dataclasses import dataclass, field
from functools import cached_property
from itertools import accumulate
from operator import or_
from sys import maxsize
from typing import TYPE_CHECKING, Any, TypeAlias, TypeVar

from seqruns_contracts.diagnosis.gaps import Gappy, Unclear
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
    """The runs that the list without filters shows, or may show where it was not read to its end."""
    whole: bool
    """Whether the list was read to its end."""
    total: int
    """How many runs the target says there are."""
    length: int | None
    """How many runs the list has; None where that is not known."""
    first: int
    """How many runs at the beginning of the list are known without a gap."""
    is_sorted: bool
    """Whether the runs after those stand in the order of the list as well."""
    census: Census = field(repr=False)
    foreign: Mask = 0
    """The runs that say that they belong to another sequence."""
    verdicts: dict[Hashable, tuple[Observation, bool | None]] = field(default_factory=dict, repr=False)
    """Whether answers came as the contract says, by whatever judges them."""
    _memo: dict[Hashable, Mask] = field(default_factory=dict, repr=False)
    _selected: dict[tuple[int, str], tuple[object, Mask]] = field(default_factory=dict, repr=False)
    _rows: dict[Mask, Sequence[int]] = field(default_factory=dict, repr=False)
    _places: dict[tuple[str, ...], list[int]] = field(default_factory=dict, repr=False)
    _turns: dict[Callable[[Run], Any], tuple[list[Any], list[Mask]]] = field(default_factory=dict, repr=False)
    _sharing: dict[Callable[[Run], Hashable], dict[Hashable, Mask]] = field(default_factory=dict, repr=False)
    _values: dict[Callable[[Run], Any], list[Any]] = field(default_factory=dict, repr=False)

    @property
    def work(self) -> int:
        """How many sets of runs were worked out so far."""
        return len(self._memo)

    @cached_property
    def position(self) -> Mapping[str, int]:
        """The position of each run, by its id."""
        return {run.id: place for place, run in enumerate(self.runs)}

    def selected(self, match: Callable[[World, str], Mask], text: str) -> Mask:
        """Return the runs that a filter selects with a text."""
        # By identity, as to hash what a filter is made of takes longer. It is held as well, so that no other one can
        # take its place in memory.
        key = (id(match), text)
        known = self._selected.get(key)
        if known is None:
            known = self._selected[key] = (match, match(self, text))
        return known[1]

    def those(self, holds: Callable[[Run], object], key: Hashable = None) -> Mask:
        """Return the runs of which something holds; equal keys are worked out once."""
        known = None if key is None else self._memo.get(key)
        if known is not None:
            return known
        mask = as_mask([bool(holds(run)) for run in self.runs])
        if key is not None:
            self._memo[key] = mask
        return mask

    def whose(self, value: Callable[[Run], Hashable], holds: Callable[[Any, str], object], text: str) -> Mask:
        """Return the runs of which something holds by one value alone: runs that have the same one are tried once."""
        key = (value, holds, text)
        known = self._memo.get(key)
        if known is None:
            known = 0
            for each, mask in self._by_value(value).items():
                if holds(each, text):
                    known |= mask
            self._memo[key] = known
        return known

    def _by_value(self, value: Callable[[Run], Hashable]) -> dict[Hashable, Mask]:
        """Return the runs that have each value; None is no value."""
        if value not in self._sharing:
            rows: dict[Hashable, list[int]] = {}
            for row, each in enumerate(self.each(value)):
                if each is not None:
                    rows.setdefault(each, []).append(row)
            self._sharing[value] = {each: sum(1 << row for row in those) for each, those in rows.items()}
        return self._sharing[value]

    def timed(self, time: Callable[[Run], T | None], holds: Callable[[T, T], bool], bound: T) -> Mask:
        """Return the runs whose time is on the right side of a bound.

        A comparison holds of all times up to some time, or from some time on: runs are tried as one looks a word up.
        """
        key = (time, holds, bound)
        known = self._memo.get(key)
        if known is None:
            # Of the times 1, 3 and 5 `<= 3` holds of the first two. `>= 3` fails for the earliest, so it holds of all
            # runs (the last mask) but the first one.
            times, masks = self._in_turn(time)
            rises = bool(times) and not holds(times[0], bound)
            turns = bisect_left(times, 1, key=lambda each: int(holds(each, bound) is rises))
            known = self._memo[key] = masks[-1] ^ masks[turns] if rises else masks[turns]
        return known

    def _in_turn(self, time: Callable[[Run], T | None]) -> tuple[list[T], list[Mask]]:
        """Return the times of the runs that have one, earliest first, and the runs of the first 0, 1, 2, … of them."""
        if time not in self._turns:
            timed = sorted((each, place) for place, each in enumerate(self.each(time)) if each is not None)
            masks = list(accumulate((1 << place for _, place in timed), or_, initial=0))
            self._turns[time] = [each for each, _ in timed], masks
        return self._turns[time]

    def rows(self, mask: Mask) -> Sequence[int]:
        """Return the positions of the runs of a mask, in the order of the world."""
        rows = self._rows.get(mask)
        if rows is None:
            rows = self._rows[mask] = [place for place, bit in enumerate(reversed(f"{mask:b}")) if bit == "1"]
        return rows

    def list_of(self, mask: Mask, length: int | None) -> Sequence[int]:
        """Return the list of the runs of a mask, and of those that match and that nobody has seen.

        `length` is how many match as far as that is known. Example: of 6,000 runs the first 1,000 and 300 others are
        known, of which 40 and 12 match; where 52 match in all, the list is known; where 90 do, its first 40 runs are.
        """
        rows = self.rows(mask)
        if self.whole:
            return rows
        least = len(rows)
        # At most those that are known match, and all of those that nobody has seen.
        most = maxsize if self.length is None else least + max(0, self.length - self.listed.bit_count())
        length = most if length is None else min(max(length, least), most)
        # Others that match may stand anywhere behind the first gap, between those that were seen there.
        known = rows if length == least and self.is_sorted else rows[: bisect_left(rows, self.first)]
        return rows if len(known) == length else Gappy(known, length)

    def may_fill(self, mask: Mask, places: Sequence[int]) -> bool:
        """Return whether some runs may stand one after the other on a page behind the part that is known.

        Where the order is known no run that matches, and that was seen elsewhere, may be missing between them.
        """
        rows = self.rows(mask)
        if not self.is_sorted or -1 in places:
            return set(places) - {-1} <= {*rows[bisect_left(rows, self.first) :]}
        begin = bisect_left(rows, places[0])
        return places[0] >= self.first and list(rows[begin : begin + len(places)]) == list(places)

    def lengths(self, seen: Observation) -> Sequence[int | None]:
        """Return how many runs may have matched, by what came, the likeliest first; None is any number.

        A list that was read to its end says it itself, so there it is None alone.
        """
        if self.whole:
            return (None,)
        offset = max(0, begin_of(seen))
        # The total may be what is wrong: one or two too many or too few, or only those from `offset` on.
        said = [] if seen.total is None else [seen.total + more for more in (0, -1, 1, -2, 2, offset)]
        return list(dict.fromkeys([*said, offset + len(seen.ids or ()), None]))

    def count(self, mask: Mask) -> int:
        """Return how many runs a mask has. Raises Unclear where others may match that nobody has seen."""
        if self.whole:
            return mask.bit_count()
        if mask != self.listed or self.length is None:
            raise Unclear
        return self.length

    def places(self, ids: tuple[str, ...]) -> list[int]:
        """Return the positions of the runs of a page, -1 for one that nobody has seen elsewhere."""
        places = self._places.get(ids)
        if places is None:
            places = self._places[ids] = [self.position.get(name, -1) for name in ids]
        return places

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


def begin_of(seen: Observation) -> int:
    """Return how many runs a page was asked to skip, -1 where that is no number."""
    text = seen.ask.query.meaning.get("offset", "0")
    return int(text) if text.isdecimal() and len(text) < 16 else -1


def as_mask(bits: Iterable[bool]) -> Mask:
    """Return the mask that has these bits, the first for the run at position 0."""
    # A text is read in one go, where each `mask |= 1 << n` would copy all bits: 6,000 runs, a thousand filters.
    return int("".join("1" if bit else "0" for bit in bits)[::-1] or "0", 2)
