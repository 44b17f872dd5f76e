"""Judging: from a probe whose reply looks wrong to evidence against its check, or to the check that it does belong to.

The order of the questions is the point. Is it known already? Is it certain? Is it a trait of the target with which
everything else is judged? Is it another check's? Would a plainer request show it as well? What is left is the check's.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from seqruns_contracts.checks.expectations import page_is_right
from seqruns_contracts.checks.kinds import AskingCheck, Grade, Probe, SearchingCheck
from seqruns_contracts.engine.judging.attribution import (
    MAIN_CHECKS,
    OWNERS,
    filter_alone,
    is_known,
    is_ordinary,
    owners_of,
)
from seqruns_contracts.engine.judging.precision import find_coarse_printing
from seqruns_contracts.engine.judging.shrinking import shrink
from seqruns_contracts.model.exchange import Ask, Exchange

if TYPE_CHECKING:
    from seqruns_contracts.checks.kinds import Check
    from seqruns_contracts.engine.judging.settling import Settling
    from seqruns_contracts.engine.session import Session
    from seqruns_contracts.model.exchange import Evidence
    from seqruns_contracts.model.query import Query


@dataclass(slots=True, kw_only=True)
class Judge:
    """Judges the replies to probes; what it finds out about the target counts for all that comes after."""

    session: Session
    settling: Settling
    broken_filters: set[frozenset[str]] = field(default_factory=set)
    """Filters that are wrong for ordinary values, alone or together: sets with them would only show that again.

    Two bounds that are wrong together, `{before, after}`, are kept only where neither is wrong alone.
    """
    accused_filters: set[str] = field(default_factory=set)
    """Filters with any finding of their own."""
    left_out: list[str] = field(default_factory=list)
    """Why probes of the check at hand were not asked, or prove nothing, a reason each."""

    def leaves_out(self, check: AskingCheck, probe: Probe) -> bool:
        """Return whether to leave out a probe, which then is no part of what the check was judged by."""
        broken, census = self.broken_in(probe.filters), self.session.census
        if check.combines and broken:
            self.left_out.append(f"{_in_words(broken)} wrong already, and sets with it would show that again")
        elif check.exact and any(census.blurs(ask.query) for ask in probe.asks):
            self.left_out.append("start times have more digits than are printed, so a bound beside one decides nothing")
        else:
            return False
        return True

    def broken_in(self, filters: frozenset[str]) -> set[frozenset[str]]:
        """Return what is broken of some filters."""
        return {broken for broken in self.broken_filters if broken <= filters}

    def evidence(self, check: Check, probe: Probe) -> Evidence | None:
        """Return the shortest evidence of a probe against its check, once it is certain; note another check's."""
        client = self.session.client
        # What a check claims is never given to another one: a run counted twice for its two step contacts is a mistake
        # of the channel, though totals have an owner.
        own = check.claims if isinstance(check, AskingCheck) else frozenset()
        exchanges = client.exchanges(probe)
        # Refused together, `phone[]=…&status[]=…` may hide that `status[]=…` alone breaks the server: each is sent by
        # itself.
        if exchanges[-1].reply.page is None:
            # Each of these is looked at by the checks that look at every answer.
            client.exchanges(Probe(asks=probe.apart, expect=probe.expect))
        evidence = probe.expect(exchanges, self.session.view)
        if evidence is None or (is_known(evidence, client) and not evidence.kinds & own):
            return None
        evidence = evidence if probe.conclusive else self.settling.settle(probe, evidence)
        if evidence is None or self._is_of_a_trait(evidence):
            return None
        owned = {} if evidence.kinds & own else owners_of(evidence, self.session.view, client)
        for name, part in owned.items():
            client.note(name, part)
            # Found once, it would be found on every page from now on, and say nothing new.
            if part.kinds == {"ties"}:
                self.session.give_up_ties()
        if owned or self._is_of_one_filter(check, evidence) or self._is_wrong_anyway(probe):
            return None
        return shrink(evidence, probe, check, self.session)

    def accuse(self, check: Check, evidence: Evidence) -> None:
        """Keep which filters a broken check is about, and whether they are wrong for ordinary values."""
        # An assumed check must not silence documented ones: a phone whose spaces are kept is exact nevertheless.
        if check.grade is Grade.DOCUMENTED:
            self.accused_filters |= check.filters
            # Runs that come twice, or are counted wrongly, are the right ones still.
            is_of_members = not evidence.kinds or not evidence.kinds <= OWNERS.keys()
            if is_of_members and is_ordinary(evidence.exchange.ask.query, self.session.census):
                self._keep_broken(check.filters)

    def _keep_broken(self, filters: frozenset[str]) -> None:
        """Keep filters as broken, unless some of them are known to be; sets that hold them need no keeping then."""
        if filters and not self.broken_in(filters):
            # `{before}` takes the place of `{before, after}`: sets with both hold it, too.
            self.broken_filters = {broken for broken in self.broken_filters if not filters <= broken} | {filters}

    def _is_of_a_trait(self, evidence: Evidence) -> bool:
        """Note that start times are printed with fewer digits than they are compared with, where it shows that."""
        found = find_coarse_printing(evidence, self.session)
        if found is None:
            return False
        self.session.learn_grain(found.grain)
        self.session.client.note(MAIN_CHECKS[found.bound].id, found.evidence)
        return True

    def _is_of_one_filter(self, check: Check, evidence: Evidence) -> bool:
        """Return whether it says nothing of a set of filters, as one of them alone is answered as wrongly."""
        is_about_sets = isinstance(check, SearchingCheck) or (isinstance(check, AskingCheck) and check.combines)
        if not is_about_sets:
            return False
        alone = filter_alone(evidence, self.session.view, self.session.client)
        if alone is None:
            return False
        name, found = alone
        # One finding a filter: its own check may have said already what this query shows.
        if name not in self.accused_filters:
            self.session.client.note(MAIN_CHECKS[name].id, found)
            self.accuse(MAIN_CHECKS[name], found)
        self.left_out.append(f"{name} alone is answered as wrongly")
        return True

    def _is_wrong_anyway(self, probe: Probe) -> bool:
        if probe.plain is None or not self._is_wrong(probe.plain):
            return False
        # `before=…t10:00:00z` proves nothing of small letters where `…T10:00:00Z` is answered wrongly.
        self.left_out.append("in its plain spelling it is answered wrongly as well")
        return True

    def _is_wrong(self, query: Query) -> bool:
        client, ask = self.session.client, Ask(query=query)
        found = page_is_right([Exchange(ask=ask, reply=client.ask(ask))], self.session.view)
        return found is not None and not is_known(found, client)


def _in_words(broken: set[frozenset[str]]) -> str:
    """Return which filters are broken: `before alone is`, `after and before together are`."""
    words = [f"{' and '.join(sorted(each))} {'alone is' if len(each) == 1 else 'together are'}" for each in broken]
    return ", ".join(sorted(words))
