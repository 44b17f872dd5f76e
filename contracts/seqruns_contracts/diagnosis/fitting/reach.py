"""Reach: of which wrong pages an explanation can be the reason, before anything is worked out."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from seqruns_contracts.diagnosis.explanations.kinds import Part
from seqruns_contracts.diagnosis.fitting.agreement import agrees, page_agrees, total_agrees
from seqruns_contracts.diagnosis.fitting.fit import is_right

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

    from seqruns_contracts.diagnosis.explanations.kinds import Explanation
    from seqruns_contracts.diagnosis.fitting.fit import Judge, Places
    from seqruns_contracts.diagnosis.history import History
    from seqruns_contracts.model.exchange import Observation

OTHER: Mapping[Part | None, Judge] = {Part.PAGE: total_agrees, Part.TOTAL: page_agrees}
"""By what an explanation changes: what judges the part that it leaves alone."""


@dataclass(slots=True, kw_only=True)
class Reach:
    """Of which wrong pages an explanation can be the reason."""

    names: Sequence[frozenset[str]]
    """The parameters that each wrong page was asked with."""
    by_part: Mapping[Part | None, Places]
    """By a part of an answer the wrong pages of which the other part is wrong."""
    known: dict[frozenset[str], Places] = field(default_factory=dict)
    """The wrong pages that were asked with one of some parameters."""

    @classmethod
    def of(cls, history: History, wrong: Sequence[Observation], judge: Judge) -> Reach:
        """Return the reach over some wrong pages, of which both parts are judged or only one."""
        # Where one part is judged alone the search tries nothing that changes the other, so nothing is out of reach.
        by_part = {
            part: sum(1 << n for n, seen in enumerate(wrong) if is_right(history.world, seen, by_other) is False)
            for part, by_other in (OTHER.items() if judge is agrees else ())
        }
        return cls(names=[frozenset(seen.ask.query.meaning) for seen in wrong], by_part=by_part)

    def concerned(self, explanation: Explanation) -> Places:
        """Return the wrong pages that were asked with a parameter that it needs."""
        needs = explanation.needs
        if needs not in self.known:
            self.known[needs] = sum(1 << n for n, names in enumerate(self.names) if not needs or needs & names)
        return self.known[needs]

    def beyond(self, explanation: Explanation) -> Places:
        """Return the wrong pages that it cannot explain alone: a total that is wrong comes of no other order."""
        return self.by_part.get(explanation.part, 0)


def each_place(places: Places) -> Iterator[int]:
    """Yield the places of a set, lowest first."""
    while places:
        lowest = places & -places
        yield lowest.bit_length() - 1
        places ^= lowest


def in_turn(pages: Iterable[Observation]) -> list[Observation]:
    """Return pages so that the first few are as different as can be: one for each set of parameters, then a second.

    Those with the fewest parameters come first: they show one mistake each. Example: of ten pages with `before`, three
    with `phone` and one with both, the first three are one with `before`, one with `phone` and the one with both.
    """
    groups: dict[frozenset[str], list[Observation]] = {}
    for seen in pages:
        groups.setdefault(frozenset(seen.ask.query.meaning), []).append(seen)
    ranked = [
        (turn, len(names), n, seen)
        for n, (names, group) in enumerate(groups.items())
        for turn, seen in enumerate(group)
    ]
    return [seen for *_, seen in sorted(ranked, key=lambda entry: entry[:3])]


def concerns(explanation: Explanation, seen: Observation) -> bool:
    """Return whether a page was asked with a parameter that an explanation needs; an empty one does not count."""
    return not explanation.needs or any(
        name in explanation.needs and text.strip() for name, text in seen.ask.query.parameters
    )
