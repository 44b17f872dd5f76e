"""Causes that a finding says by itself: the shape of an answer, keys, methods, other sequences."""

from __future__ import annotations

from typing import TYPE_CHECKING

from seqruns_contracts.diagnosis.plain.accepted import accepted
from seqruns_contracts.diagnosis.plain.access import keys, limits, methods
from seqruns_contracts.diagnosis.plain.bodies import bodies, errors, unnamed
from seqruns_contracts.diagnosis.plain.contents import contents, sequences
from seqruns_contracts.diagnosis.plain.kinds import Plain
from seqruns_contracts.diagnosis.plain.shapes import shapes

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from seqruns_contracts.diagnosis.history import History
    from seqruns_contracts.diagnosis.plain.kinds import Broken


def plain(history: History, broken: Broken) -> list[Plain]:
    """Return what the findings say by themselves, one for each wrong piece."""
    families: tuple[Callable[[History, Broken], Iterator[Plain]], ...] = (
        bodies, shapes, errors, limits, keys, methods, sequences, contents, accepted, unnamed,
    )  # fmt: skip
    found: list[Plain] = []
    for family in families:
        found += family(history, broken)
        # Then no answer is a refusal, or a 404: what else would be found follows from that.
        if any(each.id == "error.comes-with-200" for each in found):
            break
    return found


__all__ = ["Plain", "plain"]
