"""Describing evidence: a finding in words, and the runs and contacts that the findings of one report name."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from seqruns_contracts.findings.curl import curl_command
from seqruns_contracts.findings.results import Finding, ListedRun, Request
from seqruns_contracts.findings.secrets import redact_secrets
from seqruns_contracts.model.oracle import Difference, expect, ids_of
from seqruns_contracts.model.personal import personal_values

if TYPE_CHECKING:
    from collections.abc import Iterable

    from seqruns.target import Target
    from seqruns_contracts.checks.kinds import Check
    from seqruns_contracts.model.census import Census
    from seqruns_contracts.model.exchange import Ask, Evidence
    from seqruns_contracts.model.run import Run

OF_A_PAGE = frozenset({"missing", "unexpected", "size", "order", "total"})
"""The kinds of difference between a page and the one that the census says."""


@dataclass(slots=True, kw_only=True)
class Describer:
    """Makes findings of evidence, and keeps what they name for the one report they stand in."""

    target: Target
    sequence_id: str
    runs: dict[str, Run] = field(default_factory=dict)
    """Every run that a finding names, by its id, as it was first seen."""
    personal: set[tuple[str, str]] = field(default_factory=set)
    """What the findings' answers and the census show of contacts, as `personal_values` yields it."""

    def describe(
        self, check: Check, evidence: Evidence, census: Census, *, times: int = 1, also: Iterable[Ask] = ()
    ) -> Finding:
        """Return the finding that evidence is for a check, without any key in it; `also` shows it as well."""
        ask, reply = evidence.exchange.ask, evidence.exchange.reply
        self._keep(evidence, census)
        return Finding(
            asked=redact_secrets(ask.in_words(), self.target),
            query=ask.query,
            curl=curl_command(ask, self.target, self.sequence_id),
            status=reply.status,
            received=redact_secrets(reply.in_words(), self.target),
            expected=redact_secrets(evidence.expected or check.law, self.target),
            differences=tuple(
                Difference(kind=each.kind, text=redact_secrets(each.text, self.target), runs=each.runs)
                for each in evidence.differences
            ),
            came=None if reply.page is None else ids_of(reply.page.runs),
            due=_due(evidence, census),
            grade=check.grade,
            times=times,
            also=tuple(
                Request(asked=redact_secrets(other.in_words(), self.target), query=other.query) for other in also
            ),
        )

    def list_runs(self, census: Census) -> dict[str, ListedRun]:
        """Return the runs of the census in the order of its list, and after them those that only findings name."""
        places = {run.id: place for place, run in enumerate(census.universe)}
        named = {run.id: run for run in census.universe} | {
            name: run for name, run in self.runs.items() if name not in places
        }
        return {
            name: ListedRun(id=name, start=run.start, start_text=run.start_text, place=places.get(name))
            for name, run in named.items()
        }

    def _keep(self, evidence: Evidence, census: Census) -> None:
        page, body = evidence.exchange.reply.page, evidence.exchange.reply.body
        runs = [*census.known.values(), *(page.runs if page else ())]
        for run in runs:
            self.runs.setdefault(run.id, run)
        # Of a page without its runs: each of those keeps what it tells, for the next finding that names it.
        strange = [element for element in body["data"] if not isinstance(element, dict)] if page else []
        self.personal |= set(personal_values({**body, "data": strange} if page else body))
        self.personal.update(*(run.personal for run in runs))


def _due(evidence: Evidence, census: Census) -> tuple[str, ...] | None:
    """Return the ids of the right page, where the evidence is about a page and the census knows it exactly."""
    ask = evidence.exchange.ask
    # The census is of the sequence under test, so of another one there is nothing to compare with.
    if ask.sequence_id is not None or not evidence.kinds & OF_A_PAGE:
        return None
    expectation = expect(census, ask.query)
    if expectation.may or not expectation.exact:
        return None
    return ids_of(expectation.page(ask.query))
