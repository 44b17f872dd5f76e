"""What a target has given to us: it tells a query that is refused from a target that refuses us, or is gone."""

from __future__ import annotations

from collections import deque
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, TypeAlias

from seqruns.target.errors import TargetLostError
from seqruns.target.waiting import PASSING_TROUBLE

if TYPE_CHECKING:
    from seqruns.target.answer import Answer

Asked: TypeAlias = tuple[str, str]
"""A sequence and a query string."""
REFUSED = frozenset({401, 403})


@dataclass(slots=True, kw_only=True)
class Acceptance:
    """The lists that were given to our own key."""

    until: int = 0
    """The number of the last request that was neither refused nor lost."""
    lists: deque[Asked] = field(default_factory=lambda: deque(maxlen=2))
    """The last two that differ, so that there is another one where one of them is refused."""

    def note(self, asked: Asked) -> None:
        """Keep that a list was given."""
        if asked not in self.lists:
            self.lists.append(asked)

    def list_other_than(self, asked: Asked) -> Asked | None:
        """Return a list that was given, the one that is asked for only where there is no other; None before any was."""
        # A cache that holds a 401 for `?status=active` gives `?limit=1` still; a key that has expired gives neither.
        others = [given for given in self.lists if given != asked]
        return (others or self.lists)[-1] if self.lists else None


def is_lost(answer: Answer | None) -> bool:
    """Return whether an answer is what a target says to everything that has gone, or lets us in no more."""
    return answer is None or answer.status in REFUSED | PASSING_TROUBLE


def lost(where: str, until: int, control: Answer | None, trouble: str) -> TargetLostError:
    """Return the error of a target that gave lists until some request, and then not even one that it gave before."""
    status = None if control is None else control.status
    if status in REFUSED:
        return TargetLostError(
            f"{where} accepted the key until request {until} and refuses it since ({status}); "
            "--key-command renews a key that expires"
        )
    return TargetLostError(
        f"{where} answered until request {until} and does not any more: {trouble or f'status {status}'}"
    )
