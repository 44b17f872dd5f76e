"""Learning a dialect with the session of a run: what the checks asked is asked no more, what is in doubt is settled."""

from __future__ import annotations

from typing import TYPE_CHECKING

from seqruns.target import BudgetSpentError, TargetError, TargetLostError
from seqruns_contracts.dialect.learning import MOST_REQUESTS, learn
from seqruns_contracts.dialect.looking import ALL
from seqruns_contracts.engine.judging.settling import RestlessDataError
from seqruns_contracts.model.exchange import Ask

if TYPE_CHECKING:
    from seqruns.dialect import Dialect
    from seqruns_contracts.dialect.looking import Reader, Sight
    from seqruns_contracts.engine.judging.settling import Settling
    from seqruns_contracts.engine.session import Session
    from seqruns_contracts.model.reply import Reply


def learn_dialect(session: Session, settling: Settling) -> Dialect:
    """Return what the target is like, by what it was asked already and by a few more requests.

    A dimension that cannot be told, as data moves or no answer comes, is left out. Raises TargetLostError.
    """
    client = session.client
    begin = client.target.sent

    def send(ask: Ask) -> Reply:
        # What is remembered costs nothing and is not counted.
        if ask not in client.asked and client.target.sent - begin >= MOST_REQUESTS:
            raise BudgetSpentError(f"learning sends no more than {MOST_REQUESTS} requests")
        return client.ask(ask)

    def is_plain(sight: Sight) -> bool:
        # The list of all runs held still when it was read: a role that is nowhere in it needs no second look.
        return bool(sight.values) or sight.value is not None or sight.exchange.ask == Ask(query=ALL)

    def see(read: Reader) -> Sight | None:
        try:
            return settling.look(read, is_plain, send)
        except TargetLostError:
            raise
        # One dimension stays unknown; the others can be learned nevertheless.
        except (TargetError, RestlessDataError):
            return None

    return learn(see, lambda: client.asked)
