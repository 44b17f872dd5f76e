"""What a finding says by itself: no answers have to be worked out to see it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from seqruns_contracts.model.exchange import Evidence

    Broken = Mapping[str, Sequence[Evidence]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Plain:
    """What findings say by themselves."""

    id: str
    sentence: str
    look: str
    checks: frozenset[str]
    """The ids of the checks that it explains."""
    is_about_pages: bool = False
    """Whether no page can be read because of it, so that whatever else was found may follow from it."""
    roles: frozenset[str] = frozenset()
    """The roles of a run that it spoils."""


SHAPE_CHECKS = frozenset(
    {"answer.fits-the-schema", "answer.is-json", "answer.errors-have-their-envelope", "run.shows-the-same-fields"}
)
