"""How the contract matches a run: what each filter looks at, and what it is held against."""

from __future__ import annotations

from collections.abc import Callable, Hashable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, TypeAlias

from seqruns_contracts.diagnosis.gaps import Unclear
from seqruns_contracts.model.instants import read_instant

if TYPE_CHECKING:
    from seqruns_contracts.diagnosis.world import Mask, World
    from seqruns_contracts.model.run import Run

Match: TypeAlias = Callable[["World", str], "Mask"]


@dataclass(frozen=True, slots=True)
class Each:
    """A filter that looks at one run after the other."""

    holds: Callable[[Run, str], object]

    def __call__(self, world: World, text: str) -> Mask:
        """Return the runs of which it holds."""
        holds = self.holds
        return world.those(lambda run: holds(run, text), (holds, text))


@dataclass(frozen=True, slots=True)
class ByValue:
    """A filter that looks at one value of a run only, so that a number that a hundred runs have is compared once."""

    value: Callable[[Run], Hashable]
    """Given a run; one of which it is None is not found."""
    holds: Callable[[Any, str], object]

    def __call__(self, world: World, text: str) -> Mask:
        """Return the runs of whose value it holds."""
        return world.whose(self.value, self.holds, text)


@dataclass(frozen=True, slots=True, kw_only=True)
class Bound:
    """The filter `before` or `after`: how its text is read, what of a run it is held against, and how."""

    read: Callable[[str], int | None] = read_instant
    time: Callable[[Run], int | None]
    holds: Callable[[int, int], bool]
    """Given the time of the run and the bound."""

    def __call__(self, world: World, text: str) -> Mask:
        """Return the runs on the right side. Raises Unclear where the text is no instant."""
        bound = self.read(text)
        if bound is None:
            raise Unclear
        return world.timed(self.time, self.holds, bound)


def start(run: Run) -> int | None:
    """Return when a run starts, in nanoseconds."""
    return run.start


def at_most(time: int, bound: int) -> bool:
    """Return whether a time is not later than the bound."""
    return time <= bound


def at_least(time: int, bound: int) -> bool:
    """Return whether a time is not earlier than the bound."""
    return time >= bound


def phone(run: Run) -> str | None:
    """Return the number of the run's contact."""
    return run.phone


def has_phone(run: Run, text: str) -> bool:
    """Return whether the run's contact has exactly this number; white space in the text does not count."""
    return run.phone == "".join(text.split())


def has_status(run: Run, text: str) -> bool:
    """Return whether the run is in exactly this status."""
    return run.status == text


def has_channel(run: Run, text: str) -> bool:
    """Return whether any step contact has this channel, in any letter case."""
    return run.channels is not None and text.lower() in map(str.lower, run.channels)
