"""The diagnosis: from the findings of a run to the causes that explain them."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from functools import partial
from typing import TYPE_CHECKING

from seqruns_contracts.checks.kinds import Grade
from seqruns_contracts.diagnosis.apart import MOST_REQUESTS, best_question, foreseen, odd_questions, page_questions
from seqruns_contracts.diagnosis.explanations.kinds import PIECE
from seqruns_contracts.diagnosis.fitting.fit import Fit, foresees, wrong_pages
from seqruns_contracts.diagnosis.fitting.search import Search, find_several
from seqruns_contracts.diagnosis.found import Found, is_shown_by, merge_pieces
from seqruns_contracts.diagnosis.history import History, make_history
from seqruns_contracts.diagnosis.memory.remembered import remembered
from seqruns_contracts.diagnosis.pipeline import HONEST
from seqruns_contracts.diagnosis.plain import Plain, plain
from seqruns_contracts.diagnosis.refusals import Refusal, refusals
from seqruns_contracts.findings.results import Cause
from seqruns_contracts.model.exchange import Ask, Evidence, Observation, observe
from seqruns_contracts.model.query import Query

if TYPE_CHECKING:
    from collections.abc import Callable, Hashable, Mapping, Sequence

    from seqruns_contracts.diagnosis.conditions import Condition
    from seqruns_contracts.diagnosis.world import World
    from seqruns_contracts.findings.results import Finding

MOST_RIVALS = 8
"""How many explanations are told apart at once."""
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


@dataclass(slots=True, kw_only=True)
class Diagnosis:
    """One diagnosis: the findings, everything that came, and what may still be asked."""

    history: History
    broken: Mapping[str, Sequence[Evidence]]
    """By the id of each broken check, what shows it."""
    grades: Mapping[str, Grade]
    ask: Callable[[Ask], Observation | None]
    """Sends a request; None where no more may be sent."""
    findings: Mapping[str, Sequence[Finding]] = field(default_factory=dict)
    """By the id of each broken check, the findings that the report shows."""
    asked: int = 0

    def causes(self) -> tuple[Cause, ...]:
        """Return the causes, those of documented findings first; empty where nothing is broken or nothing fits."""
        if not self.broken:
            return ()
        self._try_the_key()
        plains = plain(self.history, self.broken)
        # Statuses that are shown as ACTIVE are sent back so: what a filter then does follows from how they are shown.
        spoilt = {PIECE.get(role, role) for each in plains for role in each.roles}
        if "channel" in spoilt:
            # A channel that is no UUID is that of no step contact: the one says the other.
            plains = [each for each in plains if each.id != "run.channel-of-another-step"]
        found = [each for each in (*self._of_pages(plains), *self._of_refusals()) if each.piece not in spoilt]
        found += [Found.of_plain(each) for each in plains]
        return tuple(self._assign(found))

    def _try_the_key(self) -> None:
        """Ask without a key what nobody asked before, where nobody was refused: only a cache refuses that."""
        fresh = Query.of(limit=77, offset=3)
        is_open = all(seen.status != 401 and seen.ask.query != fresh for seen in self.history.observations)
        if is_open and self.broken.keys() & {"auth.key-is-required", "auth.wrong-key-is-refused"}:
            self._send(fresh, credentials=())

    # -- pages

    def _of_pages(self, plains: Sequence[Plain]) -> list[Found]:
        if any("id" in each.roles for each in plains):
            return []
        came = [seen.ids is None for seen in self.history.plain if seen.status == 200]
        if any(each.is_about_pages for each in plains) and sum(came) * 2 > len(came):
            return []  # what can be read may be too little to judge by
        search = Search.of(self.history, without=self._assumed())
        fits = self._tell_apart(search.alone(), self._find_again)
        wrong = self._wrong()
        memory = self._memory(fits, wrong)
        if memory is not None:
            return [memory]
        if not fits:
            fits = self._tell_apart(find_several(search), self._find_again)
            wrong = self._wrong()  # telling apart may have brought more of them
        if not fits and wrong:
            return self._of_near(search, wrong)
        return [
            Found.of_fit(fits, place, self.history, wrong) for place in range(len(fits[0].explanations) if fits else 0)
        ]

    def _wrong(self) -> list[Observation]:
        return [seen for seen in wrong_pages(self.history) if seen.ask not in self._assumed()]

    def _memory(self, fits: Sequence[Fit], wrong: Sequence[Observation]) -> Found | None:
        """Return what the order of the requests explains, where that is all wrong pages, and more than a single fit.

        A limit that is ignored looks like a cache that forgets it; a cache shows in more than such a mistake foresees.
        """
        remembering = remembered(self.history, [seen.ask for seen in wrong])
        if remembering is None:
            return None
        memory = Found.of_memory(remembering)
        is_single = bool(fits) and len(fits[0].explanations) == 1
        if is_single and self._count(memory) <= self._count(Found.of_fit(fits, 0, self.history, wrong)):
            return None
        return memory

    def _count(self, found: Found) -> int:
        """Return how many broken checks a cause explains."""
        return sum(found.explains(name, evidence) for name, evidence in self.broken.items())

    def _of_near(self, search: Search, wrong: Sequence[Observation]) -> list[Found]:
        """Return what foresees nearly all wrong pages, else what foresees some of them; empty where nothing does."""
        best = search.mostly()
        near = self._tell_apart(best, lambda: best[:1])
        if not near:
            return merge_pieces([Found.of_fit([fit], 0, self.history, wrong) for fit in search.partly()])
        found = [Found.of_fit(near, place, self.history, wrong) for place in range(len(near[0].explanations))]
        return [replace(each, is_near=True) for each in found]

    def _find_again(self) -> list[Fit]:
        search = Search.of(self.history, without=self._assumed())
        return search.alone() or find_several(search)

    def _tell_apart(self, fits: list[Fit], again: Callable[[], list[Fit]]) -> list[Fit]:
        """Return the fits that are left once the requests are asked on which they differ.

        Where an answer refutes all of them, those that `again` finds are told apart.
        """
        world = self.history.world
        said: dict[tuple[Query, tuple[str, ...]], Hashable] = {}

        def foreseen_by(rivals: Sequence[Fit], query: Query) -> list[Hashable]:
            keys = [(query, fit.sentences) for fit in rivals]
            for key, fit in zip(keys, rivals, strict=True):
                if key not in said:
                    said[key] = foreseen(fit.pipeline, world, query)
            return [said[key] for key in keys]

        while len(fits) > 1 and self.asked < MOST_REQUESTS:
            rivals = [fit for fit in fits if fit.cost <= fits[0].cost + 1][:MOST_RIVALS]
            query = best_question(page_questions(self.history), partial(foreseen_by, rivals))
            seen = self._send(query) if query is not None else None
            if seen is None:
                break
            if seen.ids is not None:
                left = [fit for fit in fits if foresees(fit.pipeline, world, seen) is not False]
                fits = left or again()
        return fits

    def _assumed(self) -> set[Ask]:
        """Return the requests that only show an assumed check broken, where documented ones are broken as well."""
        by_grade: dict[Grade, set[Ask]] = {grade: set() for grade in Grade}
        for name, evidence in self.broken.items():
            by_grade[self.grades.get(name, Grade.DOCUMENTED)] |= {
                replace(each.exchange.ask, turn=0) for each in evidence
            }
        documented, assumed = by_grade[Grade.DOCUMENTED], by_grade[Grade.ASSUMED]
        return assumed - documented if documented else set()

    def _send(self, query: Query, credentials: tuple[tuple[str, str], ...] | None = None) -> Observation | None:
        seen = self.ask(Ask(query=query, credentials=credentials))
        if seen is not None:
            self.asked += 1
            self.history = self.history.with_(seen)
        return seen

    # -- errors

    def _of_refusals(self) -> list[Found]:
        due = [each for evidence in self.broken.values() for each in evidence if each.expected.startswith("status 200")]
        asks = {ask for each in due for ask in (each.exchange.ask, replace(each.exchange.ask, turn=0))}
        groups = refusals(self.history, asks)
        return [Found.of_refusals(self._tell_conditions_apart(group)) for group in groups]

    def _tell_conditions_apart(self, group: list[Refusal]) -> list[Refusal]:
        while len(group) > 1 and self.asked < MOST_REQUESTS:
            world = self.history.world
            names = [name for each in group for seen in each.explained for name, _ in seen.ask.query.parameters]
            rivals = [each.condition for each in group[:MOST_RIVALS]]
            query = best_question(odd_questions(self.history, names), partial(_all_hold, rivals, world))
            seen = self._send(query) if query is not None else None
            if seen is None:
                break
            if seen.status == group[0].status:
                group = [each for each in group if each.condition.holds(world, seen.ask.query)] or group[:1]
            elif seen.status == 200:
                group = [each for each in group if not each.condition.holds(world, seen.ask.query)] or group[:1]
        return group

    # -- which finding belongs to which cause

    def _assign(self, found: Sequence[Found]) -> list[Cause]:
        """Return the causes of the findings that they explain; a cause that explains none is left out."""
        checks: dict[int, list[str]] = {place: [] for place in range(len(found))}
        left = dict(self.broken)
        for place, each in enumerate(found):
            checks[place] = [
                name for name in (left if each.is_plain else self.broken) if each.explains(name, self.broken[name])
            ]
            if each.is_plain or place + 1 == len(found) or found[place + 1].is_plain:
                for name in {name for names in checks.values() for name in names}:
                    left.pop(name, None)
        for name in list(left):
            follows = [n for n, each in enumerate(found) if checks[n] and self._follows(name, each)]
            for place in follows[:1]:
                checks[place].append(name)
                left.pop(name)
        explained = self._explained(found, checks)
        causes = [
            replace(self._cause(each, checks[place]), findings=explained[place])
            for place, each in enumerate(found)
            if checks[place]
        ]
        merged = {cause.id: cause for cause in reversed(causes)}
        return sorted(merged.values(), key=lambda cause: (cause.grade is Grade.ASSUMED, -len(cause.checks)))

    def _explained(
        self, found: Sequence[Found], checks: Mapping[int, Sequence[str]]
    ) -> dict[int, frozenset[tuple[str, int]]]:
        """Return, by the place of each cause, the findings that it explains.

        A finding is explained where every answer that shows it is: two causes may share one. A cause that is not about
        single answers explains all findings of its checks.
        """
        explained: dict[int, set[tuple[str, int]]] = {place: set() for place in checks}
        for name, findings in self.findings.items():
            places = [place for place, names in checks.items() if name in names]
            for n, finding in enumerate(findings):
                evidence = [each for each in self.broken[name] if is_shown_by(each, finding)]
                sharing = {place for place in places if any(map(found[place].shows, evidence))}
                whole = {
                    place
                    for place in places
                    if not found[place].is_near and not any(map(found[place].shows, self.broken[name]))
                }
                if all(any(found[place].shows(each) for place in sharing) for each in evidence):
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
        is_related = found.piece in AREAS.get(area, frozenset())
        return is_related and (
            self.grades.get(name) is Grade.ASSUMED or found.is_memory or found.is_near or self._is_of_several(name)
        )

    def _is_of_several(self, name: str) -> bool:
        """Return whether what shows a check broken is right by itself, and wrong only beside other answers."""
        seen = [observe(each.exchange) for each in self.broken[name]]
        return all(each.is_plain and foresees(HONEST, self.history.world, each) for each in seen)

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
            shown=None if shown is None else self.findings[shown[0]][0],
            foreseen=None if shown is None else found.foreseen(shown[1]),
            alternatives=found.alternatives,
        )

    def _shortest(self, found: Found, checks: Sequence[str]) -> tuple[str, Evidence] | None:
        told = [(name, each) for name in checks for each in self.broken[name] if self._is_shown(name, each)]
        shown = [(name, each) for name, each in told if found.shows(each)] or told
        return min(shown, key=self._length, default=None)

    def _length(self, pair: tuple[str, Evidence]) -> tuple[bool, int]:
        name, evidence = pair
        return self.grades.get(name) is Grade.ASSUMED, len(evidence.exchange.ask.query.encoded)

    def _is_shown(self, name: str, evidence: Evidence) -> bool:
        return any(finding.query == evidence.exchange.ask.query for finding in self.findings.get(name, ())[:1])


def _all_hold(rivals: Sequence[Condition], world: World, query: Query) -> list[Hashable]:
    return [bool(condition.holds(world, query)) for condition in rivals]


__all__ = ["Diagnosis", "make_history"]
