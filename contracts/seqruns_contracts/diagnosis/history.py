"""History: every answer that came, and the world of the runs in them, against which explanations are held."""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import cached_property
from typing import TYPE_CHECKING

from seqruns_contracts.diagnosis.gathering import make_world

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from seqruns_contracts.diagnosis.world import World
    from seqruns_contracts.model.census import Census
    from seqruns_contracts.model.exchange import Observation
    from seqruns_contracts.model.run import Run


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
    def came(self) -> tuple[Observation, ...]:
        """Every page that came for a plain request, those of repeated requests as well."""
        return tuple(seen for seen in self.observations if seen.is_plain and seen.ids is not None)

    @cached_property
    def pages(self) -> tuple[Observation, ...]:
        """The last page that came for each plain request."""
        # The world is that of the data as it is now: an older page may be wrong of it, and was right when it came.
        since = self.observations[self.moved_at :]
        return tuple({seen.ask: seen for seen in since if seen.is_plain and seen.ids is not None}.values())

    @cached_property
    def plain(self) -> tuple[Observation, ...]:
        """The last answer that came for each plain request."""
        return tuple({seen.ask: seen for seen in self.observations if seen.is_plain}.values())

    def shows_ours(self, seen: Observation) -> bool:
        """Return whether a page has runs of the sequence under test."""
        return not self.world.position.keys().isdisjoint(seen.ids or ())

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
    since = observations[moved_at:]
    world = make_world(census, runs, since, sequence_id=sequence_id)
    is_wider = widest is not None and len(widest.known) > len(census.known)
    return History(
        world=world,
        observations=tuple(observations),
        moved_at=moved_at,
        widest=make_world(widest, runs, since, sequence_id=sequence_id) if is_wider and widest is not None else world,
    )
