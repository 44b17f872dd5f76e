"""Which finding belongs to which cause: the findings that each cause explains, and those that follow from it."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from seqruns_contracts.checks.kinds import Grade
from seqruns_contracts.diagnosis.conditions.kinds import PAIRS, piece_of
from seqruns_contracts.diagnosis.fitting.fit import is_right
from seqruns_contracts.diagnosis.found import Found, is_shown_by
from seqruns_contracts.findings.results import Cause
from seqruns_contracts.model.exchange import Evidence, observe
from seqruns_contracts.model.query import FILTERS, PAGING

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from seqruns_contracts.diagnosis.history import History
    from seqruns_contracts.findings.results import Finding

AREAS: Mapping[str, frozenset[str]] = {
    "before": frozenset({"before", "window", "start"}),
    "after": frozenset({"after", "window", "start"}),
    "window": frozenset({"before", "after", "window", "start", "filters", "list", "sequence", "status", "total"}),
    "phone": frozenset({"phone", "filters"}),
    "status": frozenset({"status", "filters"}),
    "channel": frozenset({"channel", "filters"}),
    "page": frozenset({"limit", "offset", "page", "paging", "order", "total", "cache"}),
    "order": frozenset({"order", "page", "limit", "offset"}),
    "filters": frozenset({"filters", "phone", "status", "channel", "before", "after", "window"}),
    "total": frozenset({"total", "channel", "page"}),
    "run": frozenset({"run", "sequence", "start", "order", "answer"}),
    "answer": frozenset({"answer", "run", "error", "cache", "order"}),
    "caching": frozenset({"cache", "filters"}),
    "parameters": frozenset(
        {"parameters", "limit", "offset", "phone", "status", "channel", "before", "after", "error", "cache"}
    ),
    "sequence": frozenset({"sequence", "cache", "run"}),
    "auth": frozenset({"auth", "cache", "error"}),
    "method": frozenset({"method", "cache", "error"}),
}
"""By the area of a check: the pieces whose mistakes it may follow from."""

PARAMETERS: Mapping[str, frozenset[str]] = {
    piece_of(names): frozenset(names) for names in (*((name,) for name in (*PAGING, *FILTERS)), *PAIRS.values())
}
"""By the piece of a cause that is about some parameters alone: those."""


@dataclass(slots=True, kw_only=True)
class Assignment:
    """What was found, and the findings that are to be shared out among it."""

    history: History
    broken: Mapping[str, Sequence[Evidence]]
    """By the id of each broken check, what shows it."""
    grades: Mapping[str, Grade]
    findings: Mapping[str, Sequence[Finding]]
    """By the id of each broken check, the findings that the report shows."""
    found: Sequence[Found]

    def causes(self) -> tuple[Cause, ...]:
        """Return the causes of the findings that they explain; a cause that explains none is left out."""
        checks = self._checks()
        explained = self._explained(checks)
        causes = [
            replace(self._cause(each, checks[place]), findings=explained[place])
            for place, each in enumerate(self.found)
            if checks[place]
        ]
        # Of two with one id the first stays.
        merged = {cause.id: cause for cause in reversed(causes)}
        return tuple(sorted(merged.values(), key=lambda cause: (cause.grade is Grade.ASSUMED, -len(cause.checks))))

    def _checks(self) -> dict[int, list[str]]:
        """Return, by the place of each cause, the checks that it explains, or that may follow from it."""
        checks: dict[int, list[str]] = {place: [] for place in range(len(self.found))}
        left = dict(self.broken)
        # The plain causes stand last, and claim no check that pages or errors explain: one mistake is one cause.
        # Those of pages may share a check, so it is taken off only when all of them have had their turn.
        for place, each in enumerate(self.found):
            checks[place] = [
                name for name in (left if each.is_plain else self.broken) if each.explains(name, self.broken[name])
            ]
            if each.is_plain or place + 1 == len(self.found) or self.found[place + 1].is_plain:
                for name in {name for names in checks.values() for name in names}:
                    left.pop(name, None)
        for name in left:
            follows = [n for n, each in enumerate(self.found) if checks[n] and self._follows(name, each)]
            # A finding is told once: under the first that it may follow from.
            for place in follows[:1]:
                checks[place].append(name)
        return checks

    def _explained(self, checks: Mapping[int, Sequence[str]]) -> dict[int, frozenset[tuple[str, int]]]:
        """Return, by the place of each cause, the findings that it explains.

        A finding is explained where every answer that shows it is: two causes may share one. A cause that is not about
        single answers explains all findings of its checks.
        """
        explained: dict[int, set[tuple[str, int]]] = {place: set() for place in checks}
        for name, findings in self.findings.items():
            places = [place for place, names in checks.items() if name in names]
            for n, finding in enumerate(findings):
                evidence = [each for each in self.broken[name] if is_shown_by(each, finding)]
                sharing = {place for place in places if any(map(self.found[place].shows, evidence))}
                # A cause that no answer of the check shows explains all of it, such as a key that is not looked at. One
                # that is only nearly right explains no more than it foresees.
                whole = {
                    place
                    for place in places
                    if not self.found[place].is_near and not any(map(self.found[place].shows, self.broken[name]))
                }
                if all(any(self.found[place].shows(each) for place in sharing) for each in evidence):
                    whole |= sharing
                for place in whole:
                    explained[place].add((name, n))
        return {place: frozenset(each) for place, each in explained.items()}

    def _follows(self, name: str, found: Found) -> bool:
        """Return whether a finding that nothing explains by itself may follow from what was found.

        An assumed one of the same piece does, and any where the code is known to have further quirks; so does any where
        no page can be read, or where a role is spoilt.
        """
        area = name.partition(".")[0]
        if found.spoils_pages:
            return any(each.exchange.reply.page is None for each in self.broken[name]) or area == "total"
        if found.roles and (
            "id" in found.roles
            or area in {*found.roles, "filters", "before", "after", "window", "channel", "total", "run"}
            or all(found.roles & each.exchange.ask.query.filters.keys() for each in self.broken[name])
        ):
            return True
        is_related = found.piece in AREAS.get(area, frozenset()) and self._may_show(name, found)
        return is_related and (
            self.grades.get(name) is Grade.ASSUMED or found.is_memory or found.is_near or self._is_of_several(name)
        )

    def _may_show(self, name: str, found: Found) -> bool:
        """Return whether what shows a check broken has the status, or a parameter, that a cause is about.

        A bound that is refused says nothing of a page with a run too many, an `offset` nothing of `format=xml`.
        """
        evidence = self.broken[name]
        if found.status and all(each.exchange.reply.status != found.status for each in evidence):
            return False
        # A check of a parameter may show a page without it: that what comes before and after is not all that there is.
        own = PARAMETERS.get(name.partition(".")[0], frozenset())
        sent = {key for each in evidence for key, _ in each.exchange.ask.query.parameters}
        about = PARAMETERS.get(found.piece)
        return about is None or bool(about & (sent | own))

    def _is_of_several(self, name: str) -> bool:
        """Return whether what shows a check broken is right by itself, and wrong only beside other answers."""
        seen = [observe(each.exchange) for each in self.broken[name]]
        return all(each.is_plain and is_right(self.history.world, each) for each in seen)

    def _cause(self, found: Found, checks: Sequence[str]) -> Cause:
        is_documented = any(self.grades.get(name) is Grade.DOCUMENTED for name in checks)
        shown = self._shortest(found, checks)
        return Cause(
            id=found.id,
            sentence=found.sentence,
            look=found.look,
            grade=Grade.DOCUMENTED if is_documented else Grade.ASSUMED,
            checks=tuple(name for name in self.broken if name in set(checks)),
            answers=found.answers,
            of=found.of,
            shown=None if shown is None else shown[1],
            foreseen=None if shown is None else found.foreseen(shown[2]),
            alternatives=found.alternatives,
        )

    def _shortest(self, found: Found, checks: Sequence[str]) -> tuple[str, Finding, Evidence] | None:
        """Return the shortest query that shows a cause: its check, the finding, and the evidence for that."""
        told = [
            (name, finding, each)
            for name in checks
            for finding in self.findings.get(name, ())
            for each in self.broken[name]
            if finding.query == each.exchange.ask.query
        ]
        shown = [entry for entry in told if found.shows(entry[2])] or told
        return min(shown, key=self._length, default=None)

    def _length(self, entry: tuple[str, Finding, Evidence]) -> tuple[bool, int]:
        name, finding, _ = entry
        return self.grades.get(name) is Grade.ASSUMED, len(finding.query.encoded)
