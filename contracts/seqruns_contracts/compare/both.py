"""Both targets of a comparison: what they answer to one request, and in which command it is repeated."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from seqruns_contracts.compare.differences import data_differences, kinds_of
from seqruns_contracts.dialect.looking import Look
from seqruns_contracts.findings.curl import curl_command
from seqruns_contracts.findings.secrets import KEY_VARIABLE

if TYPE_CHECKING:
    from seqruns_contracts.compare.results import Pair
    from seqruns_contracts.engine.session import Session
    from seqruns_contracts.model.exchange import Ask
    from seqruns_contracts.model.reply import Reply


@dataclass(frozen=True, slots=True, kw_only=True)
class Both:
    """Two targets that are asked the same: A and B."""

    sessions: tuple[Session, Session]
    variables: tuple[str | None, str | None]
    """The names that stand for their keys in a command."""

    def ask(self, ask: Ask, *, again: bool = False) -> tuple[Reply, Reply]:
        """Return both replies to a request, which is sent unless it was sent before, or `again`."""
        first, second = (
            session.client.ask_again(ask) if again else session.client.ask(ask) for session in self.sessions
        )
        return first, second

    def kinds(self, ask: Ask, *, again: bool = False) -> frozenset[str]:
        """Return in what the replies to a request differ."""
        return kinds_of(*self.ask(ask, again=again))

    def look(self, session: Session, asks: set[Ask], *, alone: bool = False) -> Look:
        """Return what looks at one of them; what is asked for it is added to `asks`."""

        def send(ask: Ask) -> Reply:
            asks.add(ask)
            return session.client.ask(ask)

        return Look(view=session.view, roles=session.client.roles, send=send, alone=alone)

    def fit(self, ask: Ask) -> bool:
        """Return whether each page is what a query asks for of its own runs, in any order."""
        looks = (self.look(session, set()) for session in self.sessions)
        return all(look.fits(look.exchange(ask), ask.query) for look in looks)

    def have_other_runs(self) -> bool:
        """Return whether the runs themselves differ."""
        first, second = self.sessions
        return any(data_differences(first.census, second.census))

    def curls(self, ask: Ask) -> Pair:
        """Return the commands that repeat a request at each."""
        first, second = (
            # `$SEQRUNS_KEY`, and `${SEQRUNS_KEY}` where it is part of a longer value.
            re.sub(rf"(\$\{{?){KEY_VARIABLE}\b", rf"\g<1>{variable or KEY_VARIABLE}", self._curl(ask, session))
            for session, variable in zip(self.sessions, self.variables, strict=True)
        )
        return first, second

    def _curl(self, ask: Ask, session: Session) -> str:
        """Return the command for one of them; a token that was made of the key of the other is made of its own."""
        keys, own = [each.client.target.key for each in self.sessions], session.client.target.key
        credentials = ask.credentials and tuple(
            (name, next((value.replace(key, own) for key in keys if key and own and key in value), value))
            for name, value in ask.credentials
        )
        target, sequence_id = session.client.target, session.client.context.sequence_id
        return curl_command(replace(ask, credentials=credentials), target, sequence_id)
