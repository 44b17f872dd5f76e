"""Answers: which ones a passive check may look at, and the decorator that makes one.

Three gates: an answer that fails one is the matter of another check. Of a 500 only `answer.is-never-a-server-error`
says something, of a body that broke off only `answer.is-json`.
"""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from seqruns_contracts.checks.expectations import UNFIT
from seqruns_contracts.checks.kinds import Grade, PassiveCheck

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence
    from typing import TypeAlias

    from seqruns_contracts.checks.kinds import Context
    from seqruns_contracts.model.exchange import Exchange
    from seqruns_contracts.model.run import Run

    Reasons: TypeAlias = Callable[[Exchange, Context], Iterable[str]]


def passive_check(
    name: str,
    law: str,
    *,
    clauses: Sequence[str],
    needs: str = "any answer",
    grade: Grade = Grade.DOCUMENTED,
    looks_at: Callable[[Exchange], bool] = lambda _: True,
) -> Callable[[Reasons], PassiveCheck]:
    """Return a decorator that makes the check `name` of a function that yields what is wrong with an answer."""
    return lambda reasons: PassiveCheck(
        id=name, grade=grade, law=law, clauses=tuple(clauses), needs=needs, looks_at=looks_at, reasons=reasons
    )


def shows_runs(exchange: Exchange) -> bool:
    """Return whether an answer is a page with runs of the sequence under test."""
    page = exchange.reply.page
    return exchange.ask.sequence_id is None and page is not None and bool(page.runs)


run_check = partial(passive_check, needs="a page with runs", looks_at=shows_runs)


def is_readable(exchange: Exchange) -> bool:
    """Gate 1: a body came, and whole. A HEAD has none; of a 5xx and of a broken body others speak."""
    reply = exchange.reply
    return reply.status < 500 and exchange.ask.method != "HEAD" and not reply.answer.flaw


def is_of_the_endpoint(exchange: Exchange) -> bool:
    """Gate 2: the endpoint itself answered a GET.

    What a gateway refuses is not in the document: a NUL in a filter may get a 400 in HTML before the endpoint sees it.
    """
    status = exchange.reply.status
    # A 404 is the endpoint's own word for an unknown sequence, so it stays; a 414 is not.
    is_of_a_gateway = status in UNFIT - {404} or (400 <= status < 500 and exchange.ask.is_hostile)
    return is_readable(exchange) and exchange.ask.method == "GET" and not is_of_a_gateway


def is_comparable(exchange: Exchange) -> bool:
    """Gate 3: its body can be compared with the schema of its status."""
    return is_of_the_endpoint(exchange) and not (exchange.reply.status == 200 and not exchange.reply.is_json)


def runs_of(exchange: Exchange) -> Sequence[Run]:
    """Return the runs of a page of the endpoint."""
    page = exchange.reply.page
    return page.runs if page is not None and is_comparable(exchange) else ()
