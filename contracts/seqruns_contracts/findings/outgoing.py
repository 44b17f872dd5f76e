"""What leaves in a report: every text without a secret, in one line, with nothing in it that acts on a terminal.

A finding is made of a target's words: run ids, times, content types, descriptions. They pass here once, for whoever
prints or writes the report then.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from seqruns.visible import LONGEST, visible
from seqruns_contracts.findings.secrets import redact_secrets

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from seqruns.dialect import Dialect
    from seqruns.target import Target
    from seqruns_contracts.findings.report import Report
    from seqruns_contracts.findings.results import Cause, Finding, ListedRun
    from seqruns_contracts.model.oracle import Difference

LONGEST_SENTENCE = 2000


def make_safe(report: Report, target: Target) -> Report:
    """Return the report as it may be shown, whatever the target put into it."""

    def sentence(text: str) -> str:
        return visible(redact_secrets(text, target), longest=LONGEST_SENTENCE)

    def name(text: str) -> str:
        return visible(redact_secrets(text, target), longest=LONGEST)

    return replace(
        report,
        base_url=sentence(report.base_url),
        sequence_id=name(report.sequence_id),
        stopped=sentence(report.stopped),
        listed={name(key): _listed(run, name) for key, run in report.listed.items()},
        verdicts=tuple(
            replace(
                verdict,
                reason=sentence(verdict.reason),
                findings=tuple(_finding(finding, sentence, name) for finding in verdict.findings),
            )
            for verdict in report.verdicts
        ),
        explained=tuple(_cause(cause, sentence, name) for cause in report.explained),
        dialect=None if report.dialect is None else _dialect(report.dialect, sentence),
    )


def _dialect(dialect: Dialect, sentence: Callable[[str], str]) -> Dialect:
    traits = {name: replace(trait, request=sentence(trait.request)) for name, trait in dialect.traits.items()}
    return replace(dialect, traits=traits)


def _cause(cause: Cause, sentence: Callable[[str], str], name: Callable[[str], str]) -> Cause:
    return replace(
        cause,
        sentence=sentence(cause.sentence),
        alternatives=tuple(map(sentence, cause.alternatives)),
        shown=None if cause.shown is None else _finding(cause.shown, sentence, name),
        foreseen=_names(cause.foreseen, name),
    )


def _finding(finding: Finding, sentence: Callable[[str], str], name: Callable[[str], str]) -> Finding:
    def difference(each: Difference) -> Difference:
        return replace(each, text=sentence(each.text), runs=tuple(map(name, each.runs)))

    return replace(
        finding,
        asked=sentence(finding.asked),
        received=sentence(finding.received),
        expected=sentence(finding.expected),
        # Never cut, or it could not be repeated; no secret was put into it in the first place.
        curl=visible(finding.curl),
        differences=tuple(map(difference, finding.differences)),
        also=tuple(replace(other, asked=sentence(other.asked)) for other in finding.also),
        came=_names(finding.came, name),
        due=_names(finding.due, name),
    )


def _names(ids: Iterable[str] | None, name: Callable[[str], str]) -> tuple[str, ...] | None:
    return None if ids is None else tuple(map(name, ids))


def _listed(run: ListedRun, name: Callable[[str], str]) -> ListedRun:
    return replace(run, id=name(run.id), start_text=None if run.start_text is None else name(run.start_text))
