"""What a trouble does to one answer."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable

    from seqruns_mock.core.refusal import Refusal


@dataclass(frozen=True, slots=True, kw_only=True)
class Effect:
    """Changes to an answer, then to the way it travels. The default changes nothing."""

    refusal: Refusal | None = None
    """The answer in place of that of the endpoint."""
    edit: Callable[[bytes], bytes] | None = None
    """Changes the body."""
    content_type: str | None = None
    shift: int = 0
    """By how many runs a page that is not the first is shifted towards the start."""
    delay: float = 0
    """Seconds before anything is sent."""
    headers: tuple[tuple[str, str], ...] = ()
    """Headers of the answer; each replaces one of the same name."""
    drop: bool = False
    """Close the connection instead of answering."""
    reset: bool = False
    """Reset the connection instead of answering."""
    raw: Callable[[int, bytes], bytes] | None = None
    """Returns the bytes that are sent in place of an answer with a status and a body; then the connection is closed."""
    until: Callable[[], bytes | None] | None = None
    """Returns the body when it is time to answer, and None before."""
    cut: float | None = None
    """Close the connection after this share of the body."""
    pieces: int = 1
    """In how many pieces the body is sent; never in more than it has bytes."""
    during: float = 0
    """Seconds from the first piece to the last."""

    @property
    def travels_badly(self) -> bool:
        """Return whether the effect is more than a matter of status, headers and body."""
        return bool(
            self.delay or self.drop or self.reset or self.raw or self.until or self.cut is not None or self.pieces > 1
        )

    @property
    def is_lost(self) -> bool:
        """Return whether the client gets no answer at all."""
        return self.drop or self.reset

    def and_then(self, other: Effect) -> Effect:
        """Return both effects in one: delays add up, and otherwise the other one wins."""
        # What the other one leaves at its default is no wish of it: a delay and then a drop are both.
        changed = {name: value for name in self.__slots__ if (value := getattr(other, name)) != getattr(NOTHING, name)}
        return replace(self, **{**changed, "delay": self.delay + other.delay})


NOTHING = Effect()
