"""What was found: a cause before it is known which findings it explains."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from functools import partial
from typing import TYPE_CHECKING

from seqruns_contracts.diagnosis.fitting.fit import Fit, foresees
from seqruns_contracts.diagnosis.gaps import UNSEEN
from seqruns_contracts.diagnosis.pipeline import read_any
from seqruns_contracts.findings.fingerprint import fingerprint
from seqruns_contracts.model.exchange import observe

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from seqruns_contracts.diagnosis.history import History
    from seqruns_contracts.diagnosis.memory.kinds import Remembered
    from seqruns_contracts.diagnosis.plain import Plain
    from seqruns_contracts.diagnosis.refusals import Refusal
    from seqruns_contracts.findings.results import Finding
    from seqruns_contracts.model.exchange import Evidence, Observation

MOST_ALTERNATIVES = 2
CHECKS: Mapping[str, frozenset[str]] = {
    "sequence": frozenset({"run.belongs-to-the-sequence", "run.is-listed-once", "sequence.keeps-to-itself"}),
    "request.any": frozenset({"sequence.unknown-is-404", "sequence.odd-ones-break-nothing"}),
    "request.now-and-then": frozenset({"answer.is-repeatable"}),
    # Start times that are shown two hours late are later than the last update.
    "window.shifted": frozenset({"run.is-updated-after-it-starts"}),
    "channel.steps-cut-off-when-shown": frozenset({"run.has-its-latest-channel"}),
    "channel.of-the-run-when-shown": frozenset({"run.has-its-latest-channel"}),
}
"""By the id or the piece of a cause: the checks that it breaks though no page is another one for it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Found:
    """A cause before it is known which findings it explains."""

    id: str
    sentence: str
    look: str
    shows: Callable[[Evidence], bool]
    """Whether an answer came as it foresees, and not as the contract does."""
    is_plain: bool = False
    is_memory: bool = False
    is_near: bool = False
    """Whether it foresees only nearly all that came wrong."""
    status: int = 0
    """The status of the errors that it is about; 0 where it is about pages."""
    checks: frozenset[str] = frozenset()
    spoils_pages: bool = False
    roles: frozenset[str] = frozenset()
    answers: int = 0
    of: int = 0
    alternatives: tuple[str, ...] = ()
    foreseen: Callable[[Evidence], tuple[str, ...] | None] = field(default=lambda _: None)

    @property
    def piece(self) -> str:
        """The parameter, or the part of the answer, that is wrong."""
        return self.id.partition(".")[0]

    def explains(self, name: str, evidence: Sequence[Evidence]) -> bool:
        """Return whether it explains a broken check."""
        return name in self.checks or any(map(self.shows, evidence))

    @classmethod
    def of_plain(cls, found: Plain) -> Found:
        """Return what a finding says by itself."""
        return cls(
            id=found.id,
            sentence=found.sentence,
            look=found.look,
            shows=lambda _: False,
            is_plain=True,
            checks=found.checks,
            spoils_pages=found.is_about_pages,
            roles=found.roles,
        )

    @classmethod
    def of_memory(cls, found: Remembered) -> Found:
        """Return what the order of the requests explains."""
        # Evidence of a request that was repeated says which time it was; a cache does the same each time.
        explained = {replace(seen.ask, turn=0) for seen in found.explained}
        return cls(
            id=found.id,
            sentence=found.sentence,
            look=found.look,
            shows=lambda evidence: replace(evidence.exchange.ask, turn=0) in explained,
            is_memory=True,
            answers=len(found.explained),
            of=len(found.explained),
            checks=frozenset({"answer.is-repeatable", "caching.forgets-earlier-filters"}),
        )

    @classmethod
    def of_refusals(cls, group: Sequence[Refusal]) -> Found:
        """Return the condition under which errors come, with others that fit as well."""
        first = group[0]
        asks = {seen.ask for seen in first.explained}

        def shows(evidence: Evidence) -> bool:
            ask = evidence.exchange.ask
            return evidence.exchange.reply.status == first.status and (ask in asks or replace(ask, turn=0) in asks)

        others = dict.fromkeys(each.sentence for each in group[1:] if each.sentence != first.sentence)
        return cls(
            id=first.id,
            sentence=first.sentence,
            look=first.condition.look,
            shows=shows,
            status=first.status,
            checks=frozenset({"answer.is-never-a-server-error"} if first.status >= 500 else ())
            | CHECKS.get(first.condition.id, frozenset()),
            answers=len(first.explained),
            of=len(first.explained),
            alternatives=tuple(others)[:MOST_ALTERNATIVES],
        )

    @classmethod
    def of_fit(cls, fits: Sequence[Fit], place: int, history: History, wrong: Sequence[Observation]) -> Found:
        """Return one explanation of the first of some fits; where it stands alone, the others are its alternatives."""
        fit = fits[0]
        explanation = fit.explanations[place]
        world = history.world
        # A page shows this mistake where the rest of the fit would not foresee it.
        without = fit.without(explanation)
        # The contract has no page for `limit=1000`; where one came all the same, that number is taken as it stands.
        whole, lenient = fit.pipeline, replace(fit.pipeline, number=read_any)
        lenient_without = replace(without, number=read_any)

        def is_of_it(seen: Observation) -> bool:
            if not seen.is_plain or seen.ids is None:
                return False
            if foresees(whole, world, seen):
                return not foresees(without, world, seen)
            return bool(foresees(lenient, world, seen)) and not foresees(lenient_without, world, seen)

        def page(evidence: Evidence) -> tuple[str, ...] | None:
            turn = lenient.foresee(world, evidence.exchange.ask.query)
            return None if turn is None or UNSEEN in turn.page else tuple(world.runs[row].id for row in turn.page)

        alone = len(fit.explanations) == 1
        rivals = [each for each in fits[1:] if each.cost <= fit.cost and len(each.explanations) == 1] if alone else []
        return cls(
            id=explanation.id,
            sentence=explanation.sentence,
            look=explanation.look,
            shows=lambda evidence: is_of_it(observe(evidence.exchange)),
            checks=CHECKS.get(explanation.id, CHECKS.get(explanation.piece, frozenset())),
            answers=sum(map(is_of_it, wrong)),
            of=len(wrong),
            alternatives=tuple(dict.fromkeys(each.explanations[0].sentence for each in rivals))[:MOST_ALTERNATIVES],
            foreseen=page,
        )


def is_shown_by(evidence: Evidence, finding: Finding) -> bool:
    """Return whether evidence is what a finding was made of."""
    exchange = evidence.exchange
    return finding.fingerprint == fingerprint(exchange.ask.query, exchange.reply.status, evidence.differences)


def merge_pieces(found: Sequence[Found]) -> list[Found]:
    """Return what was found, the mistakes of one piece as one: its code has more than one quirk."""
    by_piece: dict[str, list[Found]] = {}
    for each in found:
        by_piece.setdefault(each.piece, []).append(each)
    return [
        replace(
            first,
            sentence="; it also ".join(dict.fromkeys(each.sentence for each in (first, *others))),
            shows=partial(_any_shows, (first, *others)),
            answers=sum(each.answers for each in (first, *others)),
        )
        for first, *others in by_piece.values()
    ]


def join_unknown_statuses(found: list[Found], plains: list[Plain]) -> tuple[list[Found], list[Plain]]:
    """Return both without the unknown statuses that are taken, where what they are taken for is found.

    Where `status=nonsense` finds the finished runs it is taken: the one says the other.
    """
    means = [each for each in found if each.id.startswith("status.unknown-means-")]
    if not means:
        return found, plains
    taken = [each for each in plains if each.id.startswith("status.") and each.id.endswith("-is-taken")]
    checks = frozenset().union(*(each.checks for each in taken))
    found = [replace(each, checks=each.checks | checks) if each in means else each for each in found]
    return found, [each for each in plains if each not in taken]


def _any_shows(found: Sequence[Found], evidence: Evidence) -> bool:
    return any(each.shows(evidence) for each in found)
