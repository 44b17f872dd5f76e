"""Gaps: lists of which only the beginning is known, and what stands for the rest."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, overload

if TYPE_CHECKING:
    from collections.abc import Iterator


class Unclear(Exception):  # noqa: N818 - no error: it says that the answer is left open
    """Nobody can say what a query selects: the contract leaves it open, or nobody has seen the runs."""


UNSEEN: Any = None
"""Stands on a page for a run that nobody has seen; whoever looks at that run raises TypeError."""


@dataclass(frozen=True, slots=True)
class Gappy(Sequence[int]):
    """A list of which only the beginning is known, and how long it is; slices of it are lists."""

    known: Sequence[int]
    length: int

    def __len__(self) -> int:
        """Return how many runs there are."""
        return self.length

    @overload
    def __getitem__(self, place: int) -> int: ...

    @overload
    def __getitem__(self, place: slice) -> list[int]: ...

    def __getitem__(self, place: int | slice) -> int | list[int]:
        """Return the run at a place, or those of a slice; UNSEEN where it is not known."""
        if isinstance(place, int):
            # The slice that ends after the last place, -1, ends at None: 0 would be the beginning.
            return self[place : place + 1 or None][0]
        start, stop, _ = place.indices(self.length)
        known = list(self.known[start:stop])
        return known + [UNSEEN] * (max(0, min(stop - start, MOST_ON_A_PAGE)) - len(known))

    def __iter__(self) -> Iterator[int]:
        """Raise Unclear: nobody can go through all of them."""
        raise Unclear

    def __reversed__(self) -> Iterator[int]:
        """Raise Unclear, as `__iter__` does."""
        raise Unclear


MOST_ON_A_PAGE = 10_000
"""How many places of a slice are filled: no page that comes is longer, so every longer slice differs from all."""
