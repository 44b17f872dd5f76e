"""The census: what the target shows of one sequence, read once, and the model of every right answer after that."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from functools import cached_property
from typing import TYPE_CHECKING

from seqruns.document import facts
from seqruns_contracts.model.query import Query

if TYPE_CHECKING:
    from collections.abc import Sequence

    from seqruns_contracts.model.run import Run


# No slots, as cached properties live in the instance's dict.
@dataclass(frozen=True, kw_only=True, eq=False)  # compared by identity, so that caches can have it as a key
class Census:
    """The runs of a sequence, or of a bounded part of a large one.

    `head` are the runs from offset 0 on, in the target's order. `universe` are all the runs that the filters `base`
    leave, in the target's order; in a sequence small enough to be read whole, `base` is empty and both are all runs.
    What the target was found to do otherwise than it should stands beside them, so that all else is judged with that
    known: a wrong total, smaller pages, start times that are printed with fewer digits than they are compared with.
    """

    total: int
    """How many runs there are: as the target says, or where its list ends elsewhere, up to there."""
    head: tuple[Run, ...]
    base: Query = field(default_factory=Query)
    universe: tuple[Run, ...]
    stated: int | None = None
    """The total that the target says, where its list ends elsewhere; no other total is compared then."""
    largest: int = field(default_factory=lambda: facts().limit_maximum)
    """The largest page that the target gives: the documented one, or where it gives less, that."""
    held: bool = False
    """Whether the list never holds still, so that only what lies within `base` counts, and the head is an old one."""
    grain: int = 0
    """Nanoseconds: how far a start time may be from what is printed of it; 0 where it is exact."""

    @property
    def whole(self) -> bool:
        """Whether every run of the sequence is known."""
        return not self.base.parameters and len(self.head) >= self.total

    @property
    def listed(self) -> tuple[Run, ...]:
        """The runs that pages are asked of, from offset 0 on: the head, or where nothing else counts, the universe."""
        return self.universe if self.held else self.head

    @property
    def listed_total(self) -> int:
        """How many runs the list that pages are asked of has."""
        return len(self.universe) if self.held else self.total

    @property
    def listed_by(self) -> dict[str, str]:
        """The bounds of the list that pages are asked of; none where it is the whole one."""
        return self.base.meaning if self.held else {}

    @cached_property
    def known(self) -> dict[str, Run]:
        """Every run seen that counts still, by its id."""
        return {run.id: run for run in (self.universe if self.held else (*self.head, *self.universe))}

    @cached_property
    def starts(self) -> tuple[int, ...]:
        """The distinct start times of the universe, earliest first."""
        return tuple(sorted({run.start for run in self.universe if run.start is not None}))

    @cached_property
    def phones(self) -> Counter[str]:
        """How many runs of the universe each number has."""
        return Counter(run.phone for run in self.universe if run.phone)

    @cached_property
    def statuses(self) -> Counter[str]:
        """How many runs of the universe are in each status."""
        return Counter(run.status for run in self.universe if run.status)

    @cached_property
    def channels(self) -> Counter[str]:
        """How many runs of the universe have each channel."""
        return Counter(channel for run in self.universe for channel in channels_of(run))

    @cached_property
    def fingerprint(self) -> int:
        """A number for everything that decides answers: roles, order, total."""
        return hash((self.total, self.head, self.universe))

    def shows(self, role: str) -> bool:
        """Return whether any run of the universe shows a role."""
        shown: dict[str, object] = {
            "start_time": self.starts,
            "phone": self.phones,
            "status": self.statuses,
            "channel_id": any(run.channels is not None or run.own_channel for run in self.universe),
        }
        return bool(shown[role])

    def covers(self, query: Query) -> bool:
        """Return whether every run that the query can match is in the universe."""
        if self.whole:
            return True
        if not self.base.parameters:
            return False
        # Of a large sequence one window of time is known: a query is covered where both of its bounds lie inside.
        after, before = query.instant("after"), query.instant("before")
        low, high = self.base.instant("after"), self.base.instant("before")
        # mypy does not follow `None not in`: the four are integers here.
        return None not in (after, before, low, high) and after >= low and before <= high  # type: ignore[operator]

    def blurs(self, query: Query) -> bool:
        """Return whether a bound is so close to a start time that the digits printed of it do not decide."""
        bounds = [bound for bound in map(query.instant, ("before", "after")) if bound is not None]
        return any(abs(start - bound) < self.grain for start in self.starts for bound in bounds)

    def same_as(self, other: Census) -> bool:
        """Return whether everything that decides answers held still between two readings: roles, order, total."""
        # Two runs are equal where their roles are: their bodies are left out of that, so a new `updated_at` is no
        # movement.
        return (self.total, self.head, self.universe) == (other.total, other.head, other.universe)

    def same_contents_as(self, other: Census) -> bool:
        """Return whether two readings show the same runs with the same contents, perhaps in another order.

        Of a large sequence only the universe is compared: which runs stand at its head depends on the order.
        """
        return (self.total, self.base) == (other.total, other.base) and _contents(self) == _contents(other)

    def shuffled_against(self, other: Census) -> tuple[Run, ...]:
        """Return the runs that look the same in two readings and stand in another order among such."""
        # Only runs with unchanged contents are compared: one that was updated may rightly stand elsewhere now.
        same = {run.id for run in self.listed if run.id in other.known and run.looks_like(other.known[run.id])} & {
            run.id for run in other.listed
        }
        here, there = ([run for run in listed if run.id in same] for listed in (self.listed, other.listed))
        # A run that stands twice at the head of one reading makes that list longer.
        return tuple(now for now, then in zip(here, there, strict=False) if now.id != then.id)


def channels_of(run: Run) -> frozenset[str]:
    """Return the channels that a run is known to have: those of its step contacts, or where it hides them, its own."""
    return run.channels if run.channels is not None else frozenset({run.own_channel} if run.own_channel else ())


def _contents(census: Census) -> Sequence[str]:
    return sorted(run.content for run in census.universe)
