"""The diagnosis: from the findings of a run to the causes that explain them."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from itertools import combinations
from typing import TYPE_CHECKING

from seqruns_contracts.checks.kinds import Grade
from seqruns_contracts.diagnosis.apart import foreseen
from seqruns_contracts.diagnosis.assigning import Assignment
from seqruns_contracts.diagnosis.explanations.kinds import PIECE
from seqruns_contracts.diagnosis.fitting.fit import Fit, foresees, is_right, wrong_pages
from seqruns_contracts.diagnosis.fitting.nearly import mostly, partly
from seqruns_contracts.diagnosis.fitting.search import Search
from seqruns_contracts.diagnosis.fitting.two_queries import find_several
from seqruns_contracts.diagnosis.found import Found, join_unknown_statuses, merge_pieces
from seqruns_contracts.diagnosis.history import History, make_history
from seqruns_contracts.diagnosis.inquiry import Inquiry
from seqruns_contracts.diagnosis.memory.remembered import cached, remembered
from seqruns_contracts.diagnosis.pipeline import HONEST
from seqruns_contracts.diagnosis.plain import Plain, plain
from seqruns_contracts.diagnosis.refusals import refusals
from seqruns_contracts.model.query import Query

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from seqruns_contracts.diagnosis.explanations.kinds import Explanation
    from seqruns_contracts.diagnosis.memory.kinds import Remembered
    from seqruns_contracts.diagnosis.pipeline import Pipeline
    from seqruns_contracts.findings.results import Cause, Finding
    from seqruns_contracts.model.exchange import Ask, Evidence, Observation

MOST_CACHES = 4
"""How many caches are tried beside another mistake: the plainest of those that no answer contradicts."""

ABOUT_OTHERS = ("auth.", "method.", "sequence.", "run.belongs-")
"""How the ids of checks begin that ask as somebody else, or for another sequence."""


@dataclass(slots=True, kw_only=True)
class Diagnosis:
    """One diagnosis: the findings, and what came and may still be asked about them."""

    inquiry: Inquiry
    broken: Mapping[str, Sequence[Evidence]]
    """By the id of each broken check, what shows it."""
    grades: Mapping[str, Grade]
    findings: Mapping[str, Sequence[Finding]] = field(default_factory=dict)
    """By the id of each broken check, the findings that the report shows."""
    _fitted: tuple[History, Sequence[Explanation]] | None = None
    """The explanations of the last search, with the history that they are fitted to."""

    @property
    def history(self) -> History:
        """Everything that came until now."""
        return self.inquiry.history

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
        found, plains = join_unknown_statuses(found, plains)
        found += [Found.of_plain(each) for each in plains]
        return Assignment(
            history=self.history, broken=self.broken, grades=self.grades, findings=self.findings, found=found
        ).causes()

    def _try_the_key(self) -> None:
        """Ask something new without a key, where nobody was refused: behind a cache that needs none it is refused."""
        fresh = Query.of(limit=77, offset=3)
        is_open = all(seen.status != 401 and seen.ask.query != fresh for seen in self.history.observations)
        if is_open and self.broken.keys() & {"auth.key-is-required", "auth.wrong-key-is-refused"}:
            self.inquiry.send(fresh, credentials=())

    # -- pages

    def _of_pages(self, plains: Sequence[Plain]) -> list[Found]:
        if any("id" in each.roles for each in plains):
            return []  # no run can be told from another
        came = [seen.ids is None for seen in self.history.plain if seen.status == 200]
        if any(each.is_about_pages for each in plains) and sum(came) * 2 > len(came):
            return []  # what can be read may be too little to judge by
        search = self._search(self._assumed())
        fits = self.inquiry.tell_fits_apart(search.alone(), self._find_again)
        wrong = self._wrong()
        # Three mistakes together foresee much of what a cache does, so a cache is looked for before them.
        memory = self._memory(fits, wrong)
        if memory is not None:
            return [memory]
        if not fits:
            fits = self.inquiry.tell_fits_apart(find_several(search), self._find_again)
            wrong = self._wrong()  # telling apart may have brought more of them
        if fits and len(fits[0].explanations) > 1:
            # A cache beside a mistake foresees what two mistakes do as well, and no fresh request can be from it.
            beside = self._beside_a_cache(wrong, instead_of=fits[0])
            if beside:
                return beside
        if not fits and wrong:
            return self._beside_what_is_taken(wrong) or self._beside_a_cache(wrong) or self._of_near(search, wrong)
        places = range(len(fits[0].explanations) if fits else 0)
        found = [Found.of_fit(fits, place, self.history, wrong) for place in places]
        return [*found, *(self._cache_for_others(found) if found else ())]

    def _wrong(self) -> list[Observation]:
        assumed = self._assumed()
        return [seen for seen in wrong_pages(self.history) if seen.ask not in assumed]

    def _memory(self, fits: Sequence[Fit], wrong: Sequence[Observation]) -> Found | None:
        """Return what the order of the requests explains: all wrong pages, and more checks than a single fit does.

        A limit that is ignored looks like a cache that forgets it; a cache shows in more than such a mistake foresees.
        """
        remembering = remembered(self.history, [seen.ask for seen in wrong])
        if remembering is None:
            return None
        memory = Found.of_memory(remembering)
        is_single = bool(fits) and len(fits[0].explanations) == 1
        if is_single and self._count(memory) <= self._count(Found.of_fit(fits, 0, self.history, wrong)):
            return memory if self._is_right_when_fresh(fits[0], wrong) else None
        return memory

    def _is_right_when_fresh(self, fit: Fit, wrong: Sequence[Observation], right: Pipeline = HONEST) -> bool:
        """Ask something wrong in a way that nobody has asked, and return whether it comes right.

        Example: `phone=…` brings all runs, as `phone` is ignored, or as the key of a cache lacks it. With a limit of 73
        no cache knows an answer yet, so one that comes with the right runs was worked out with the filter.
        """
        world = self.history.world
        for seen in wrong:
            query = _fresh(seen)
            said = [foreseen(pipeline, world, query) for pipeline in (right, fit.pipeline)]
            if None not in said and said[0] != said[1]:
                came = self.inquiry.send(query)
                return came is not None and foresees(right, world, came) is True
        return False

    def _beside_what_is_taken(self, wrong: Sequence[Observation]) -> list[Found]:
        """Return the mistake that explains all pages but those that should have been refused, which findings tell."""
        fitting = self._of_the_rest(wrong, self._taken())
        return [] if fitting is None else [fitting[1]]

    def _beside_a_cache(self, wrong: Sequence[Observation], *, instead_of: Fit | None = None) -> list[Found]:
        """Return two caches, or one and a mistake beside it that explains the pages that are not out of the cache.

        Example: `before` is exclusive, and the cache forgets `offset`. The second page of each query is the first one
        again, right or wrong; of the first pages those with a `before` are wrong. Where two mistakes do as well
        `instead_of` that, a fresh request decides.
        """
        caches = cached(self.history)[:MOST_CACHES]
        for pair in combinations(caches, 2):
            asks = {seen.ask for cache in pair for seen in cache.explained}
            if asks.issuperset(seen.ask for seen in wrong) and self._come_right_when_fresh(pair, wrong):
                return [Found.of_memory(cache) for cache in pair]
        for cache in caches:
            asks = {seen.ask for seen in cache.explained}
            fitting = self._of_the_rest(wrong, asks)
            if fitting is None:
                continue
            fit, found = fitting
            kept = [seen for seen in wrong if seen.ask in asks]
            if instead_of is None or self._is_right_when_fresh(instead_of, kept, fit.pipeline):
                return [Found.of_memory(cache), found]
        return []

    def _come_right_when_fresh(self, caches: Sequence[Remembered], wrong: Sequence[Observation]) -> bool:
        """Ask what no cache knows yet, and return whether it comes right: where `offset` is ignored it does not."""
        for limit, cache in enumerate(caches, start=73):
            asks = {seen.ask for seen in cache.explained}
            kept = next((seen for seen in wrong if seen.ask in asks), None)
            came = self.inquiry.send(_fresh(kept, limit) if kept else Query())
            if came is None or not is_right(self.history.world, came):
                return False
        return True

    def _cache_for_others(self, found: Sequence[Found]) -> list[Found]:
        """Return the cache that explains who may see what, where our own pages are explained without it.

        Example: `offset` counts pages, and the key of the cache lacks the sequence: a sequence that does not exist is
        answered with our runs.
        """
        about_others = {name: evidence for name, evidence in self.broken.items() if name.startswith(ABOUT_OTHERS)}
        left = [each for each in about_others.items() if not any(one.explains(*each) for one in found)]
        caches = map(Found.of_memory, cached(self.history))
        return [cache for cache in caches if sum(cache.explains(*each) for each in left) > 1][:1]

    def _of_the_rest(self, wrong: Sequence[Observation], asks: set[Ask]) -> tuple[Fit, Found] | None:
        """Return the mistake that explains all wrong pages but those of some requests; None where nothing does.

        None as well where these requests show all of the wrong pages, or none of them: that was searched before.
        """
        rest = [seen for seen in wrong if seen.ask not in asks]
        if not 0 < len(rest) < len(wrong):
            return None
        fits = self._search(self._assumed() | asks).alone()
        return (fits[0], Found.of_fit(fits, 0, self.history, rest)) if fits else None

    def _taken(self) -> set[Ask]:
        """Return the requests that should have been refused, and were not."""
        shown = [each for evidence in self.broken.values() for each in evidence]
        return {replace(each.exchange.ask, turn=0) for each in shown if each.expected.startswith("status 422")}

    def _count(self, found: Found) -> int:
        """Return how many broken checks a cause explains."""
        return sum(found.explains(name, evidence) for name, evidence in self.broken.items())

    def _of_near(self, search: Search, wrong: Sequence[Observation]) -> list[Found]:
        """Return what foresees nearly all wrong pages, else what foresees some of them; empty where nothing does."""
        best = mostly(search)
        near = self.inquiry.tell_fits_apart(best, lambda: best[:1])
        if not near:
            return merge_pieces([Found.of_fit([fit], 0, self.history, wrong) for fit in partly(search)])
        found = [Found.of_fit(near, place, self.history, wrong) for place in range(len(near[0].explanations))]
        return [replace(each, is_near=True) for each in found]

    def _search(self, without: set[Ask]) -> Search:
        """Return the search through all explanations; they are fitted anew only once more answers have come."""
        history = self.history
        pool = self._fitted[1] if self._fitted and self._fitted[0] is history else None
        search = Search.of(history, without=without, pool=pool)
        self._fitted = (history, search.pool)
        return search

    def _find_again(self) -> list[Fit]:
        search = self._search(self._assumed())
        return search.alone() or find_several(search)

    def _assumed(self) -> set[Ask]:
        """Return the requests whose pages only show an assumed check broken, where others show a documented one."""
        by_grade: dict[Grade, set[Ask]] = {grade: set() for grade in Grade}
        for name, evidence in self.broken.items():
            by_grade[self.grades.get(name, Grade.DOCUMENTED)] |= {
                replace(each.exchange.ask, turn=0) for each in evidence if each.exchange.reply.page is not None
            }
        documented, assumed = by_grade[Grade.DOCUMENTED], by_grade[Grade.ASSUMED]
        return assumed - documented if documented else set()

    # -- errors

    def _of_refusals(self) -> list[Found]:
        due = [each for evidence in self.broken.values() for each in evidence if each.expected.startswith("status 200")]
        asks = {ask for each in due for ask in (each.exchange.ask, replace(each.exchange.ask, turn=0))}
        groups = refusals(self.history, asks)
        return [Found.of_refusals(self.inquiry.tell_conditions_apart(group)) for group in groups]


def _fresh(seen: Observation, limit: int = 73) -> Query:
    """Return the query of a page, with paging that nobody asks for otherwise, so that no cache knows its answer."""
    return Query.of({**seen.ask.query.meaning, "limit": limit, "offset": 1})


__all__ = ["Diagnosis", "Inquiry", "make_history"]
