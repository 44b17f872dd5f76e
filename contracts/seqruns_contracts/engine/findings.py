"""Findings: a mismatch told in words, with what is needed to see it again and to draw it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from seqruns_contracts.engine.curl import curl_command
from seqruns_contracts.engine.redaction import conceal, personal_values
from seqruns_contracts.engine.verdict import Deviation, Finding, ListedRun
from seqruns_contracts.model.oracle import expect

if TYPE_CHECKING:
    from collections.abc import Iterable

    from seqruns_contracts.checks.kinds import Ask, Check, Exchange, Mismatch
    from seqruns_contracts.engine.session import Session
    from seqruns_contracts.model.run import Run

OF_A_PAGE = frozenset({"missing", "unexpected", "size", "order", "total"})
"""The kinds of difference between a page and the one that the census says."""


def tell(check: Check, mismatch: Mismatch, exchange: Exchange, session: Session, *, times: int = 1) -> Finding:
    """Return the finding that a mismatch is for a check, without any key in it."""
    ask, reply, target = exchange.ask, exchange.reply, session.target
    return Finding(
        asked=conceal(ask_in_words(ask), target),
        query=ask.query,
        curl=curl_command(ask, target, session.sequence_id),
        status=reply.status,
        received=conceal(reply.in_words(), target),
        expected=conceal(mismatch.expected or check.law, target),
        deviations=tuple(
            Deviation(kind=each.kind, text=conceal(each.text, target), runs=listed(each.runs))
            for each in mismatch.differences
        ),
        came=None if reply.page is None else listed(reply.page.runs),
        due=_due(mismatch, exchange, session),
        known=listed(session.census.universe),
        personal=_personal(exchange, session),
        grade=check.grade,
        times=times,
    )


def listed(runs: Iterable[Run]) -> tuple[ListedRun, ...]:
    """Return the runs as findings name them."""
    return tuple(ListedRun(id=run.id, start=run.start, start_text=run.start_text) for run in runs)


def _personal(exchange: Exchange, session: Session) -> frozenset[tuple[str, str]]:
    runs = [*session.census.known.values(), *(exchange.reply.page.runs if exchange.reply.page else ())]
    found = personal_values([exchange.reply.body, *(run.body for run in runs)])
    return frozenset(found) | {("phone", run.phone) for run in runs if run.phone}


def ask_in_words(ask: Ask) -> str:
    """Return a request as a person would say it."""
    words = ask.query.in_words() if ask.method == "GET" else f"{ask.method} instead of GET"
    if ask.sequence_id is not None:
        words += f", of sequence {ask.sequence_id}"
    if ask.credentials is not None:
        words += ", with other credentials" if ask.credentials else ", without a key"
    return words


def _due(mismatch: Mismatch, exchange: Exchange, session: Session) -> tuple[ListedRun, ...] | None:
    """Return the right page, where the mismatch is about a page and the census knows it exactly."""
    if exchange.ask.sequence_id is not None or not {each.kind for each in mismatch.differences} & OF_A_PAGE:
        return None
    expectation = expect(session.census, exchange.ask.query)
    if expectation.may or not expectation.exact:
        return None
    return listed(expectation.page(exchange.ask.query))
