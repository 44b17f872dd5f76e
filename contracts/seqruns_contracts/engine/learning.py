"""Learning a target's dialect, and looking at one dimension of it while data moves."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import TYPE_CHECKING

from seqruns.dialect import Certainty, Dialect, Trait, dimensions
from seqruns.target import BudgetSpentError, TargetError
from seqruns.visible import visible
from seqruns_contracts.dialect.drift import READERS
from seqruns_contracts.dialect.looking import Look
from seqruns_contracts.engine.settling import RestlessDataError
from seqruns_contracts.findings.secrets import redact_secrets
from seqruns_contracts.model.exchange import Exchange
from seqruns_contracts.model.query import Query

if TYPE_CHECKING:
    from collections.abc import Callable

    from seqruns.target import Target
    from seqruns_contracts.dialect.looking import Reader, Sight
    from seqruns_contracts.engine.session import Session
    from seqruns_contracts.model.exchange import Ask
    from seqruns_contracts.model.reply import Reply

MOST_REQUESTS = 25
"""How many requests learning may send beside those of the checks."""
READINGS = 4
"""How often a dimension is looked at before the data counts as never holding still."""


class EnoughError(TargetError):
    """Learning has sent as many requests as it may."""


def learn(session: Session, *, most: int = MOST_REQUESTS) -> Dialect:
    """Return what the target is like, by what it was asked already and by at most so many more requests.

    A dimension that it does not show, or in which it does what is no value of it, is left out.
    """
    traits: dict[str, Trait] = {}
    client, begin = session.client, session.client.target.sent

    def send(ask: Ask) -> Reply:
        if ask not in client.asked and client.target.sent - begin >= most:
            raise EnoughError("learning has sent as many requests as it may")
        return client.ask(ask)

    for name, read in READERS.items():
        known = set(client.asked)
        try:
            sight = look_steadily(session, read, lambda sight: sight.value is not None or bool(sight.values), send)
        except BudgetSpentError:
            break
        except (TargetError, RestlessDataError):
            continue
        if sight is not None and sight.value is not None and dimensions()[name].accepts(sight.value):
            certainty = Certainty.SEEN if sight.exchange.ask in known else Certainty.ASKED
            words = _in_words(sight, session.client.target)
            traits[name] = Trait(value=sight.value, certainty=certainty, request=words)
    return Dialect(traits=traits)


def look_steadily(
    session: Session,
    read: Reader,
    is_expected: Callable[[Sight], bool],
    send: Callable[[Ask], Reply] | None = None,
) -> Sight | None:
    """Return what a reader sees; what is not expected, only once the data held still around it.

    Raises RestlessDataError where it never holds still.
    """
    client = session.client
    for _ in range(READINGS):
        look = Look(view=session.view, roles=client.roles, send=send or client.ask, limited=client.limited)
        before, sight = session.census, read(look)
        if sight is None or is_expected(sight):
            return sight
        again = Exchange(ask=sight.exchange.ask, reply=client.ask_again(sight.exchange.ask))
        if session.read_again(again).same_as(before):
            client.remember([again])
            look = Look(view=session.view, roles=client.roles, send=send or client.ask, limited=client.limited)
            return read(look)
    raise RestlessDataError


def _in_words(sight: Sight, target: Target) -> str:
    """Return the request and its answer in one line, without a secret, and with zeros for the digits of a number."""
    ask, reply = sight.exchange.ask, sight.exchange.reply
    # Only the form of a number shows anything: `phone=%2B0%20000%200000000`. Whose it is is not for this file.
    hidden = Query(tuple((name, re.sub(r"\d", "0", v) if name == "phone" else v) for name, v in ask.query.parameters))
    rest = replace(ask, query=Query()).in_words().removeprefix(Query().in_words())
    request = (f"?{hidden.encoded}" if hidden.parameters else "the plain list") + (rest if ask.method == "GET" else "")
    page = reply.page
    came = f"status {reply.status}" + ("" if page is None else f", {len(page.runs)} runs, a total of {page.total}")
    more = sight.values[1:] if isinstance(sight.values, tuple) else ()
    also = f"; {' or '.join(map(str, more))} would show the same" if more else ""
    head = "" if ask.method == "GET" else f"{ask.method} "
    return visible(redact_secrets(f"{head}{request} gets {came}{also}", target), longest=300)
