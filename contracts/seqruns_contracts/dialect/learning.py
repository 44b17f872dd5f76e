"""Learning: from what a target shows in each dimension to its dialect."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import TYPE_CHECKING

from seqruns.dialect import Certainty, Dialect, Trait, dimensions
from seqruns_contracts.dialect.drift import READERS
from seqruns_contracts.model.query import Query

if TYPE_CHECKING:
    from collections.abc import Callable, Collection

    from seqruns_contracts.dialect.looking import Reader, Sight
    from seqruns_contracts.model.exchange import Ask

LONG = 60
MOST_REQUESTS = 25
"""How many requests learning may send beside those of the checks."""


def learn(see: Callable[[Reader], Sight | None], asked: Callable[[], Collection[Ask]]) -> Dialect:
    """Return what a target is like, by what `see` returns of each reader; `asked` returns what was asked so far.

    A dimension that the target does not show, or in which it does what is no value of it, is left out.
    """
    traits: dict[str, Trait] = {}
    for name, read in READERS.items():
        # Before the reader sends anything, or all that it shows would count as seen in passing.
        known = set(asked())
        sight = see(read)
        if sight is not None and sight.value is not None and dimensions()[name].accepts(sight.value):
            certainty = Certainty.SEEN if sight.exchange.ask in known else Certainty.ASKED
            traits[name] = Trait(value=sight.value, certainty=certainty, request=describe_sight(sight))
    return Dialect(traits=traits)


def describe_sight(sight: Sight) -> str:
    """Return a request and its answer in one line, with zeros for the digits of a number."""
    ask, reply = sight.exchange.ask, sight.exchange.reply
    # Only the form of a number shows anything: `phone=%2B0%20000%200000000`. Whose it is is not for this file.
    shown = Query(tuple((name, _shown(name, value)) for name, value in ask.query.parameters))
    rest = replace(ask, query=Query(), method="GET").in_words().removeprefix(Query().in_words())
    method = "" if ask.method == "GET" else f"{ask.method} "
    request = f"?{shown.encoded}" if shown.parameters else "the plain list"
    page = "" if reply.page is None else f", {len(reply.page.runs)} runs, a total of {reply.page.total}"
    others = sight.values[1:] if isinstance(sight.values, tuple) else ()
    also = f"; {' or '.join(map(str, others))} would show the same" if others else ""
    return f"{method}{request}{rest} gets status {reply.status}{page}{also}"


def _shown(name: str, value: str) -> str:
    """Return a value as it is shown: thousands of digits by the first ones."""
    # `phone[]` is one, too.
    text = re.sub(r"\d", "0", value) if name.startswith("phone") else value
    return text if len(text) <= LONG else f"{text[:LONG]}..."
