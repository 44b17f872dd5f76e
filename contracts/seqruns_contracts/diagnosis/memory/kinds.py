"""What the order of requests explains."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from seqruns_contracts.model.exchange import Observation


@dataclass(frozen=True, slots=True, kw_only=True)
class Remembered:
    """A mistake that shows only in the order of requests, and the answers that it foresees."""

    id: str
    sentence: str
    look: str
    explained: tuple[Observation, ...]
    cost: int = 1
