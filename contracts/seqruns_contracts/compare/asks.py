"""What two targets are both asked: the kit's own plan, then queries drawn from the runs and from the document."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from hypothesis import HealthCheck, Phase, given, seed, settings

from seqruns_contracts.checks import CHECKS
from seqruns_contracts.checks.areas.any_query import queries
from seqruns_contracts.checks.areas.filters import observable_filters
from seqruns_contracts.checks.isolation import no_folder_left
from seqruns_contracts.checks.kinds import AskingCheck
from seqruns_contracts.model.exchange import Ask

if TYPE_CHECKING:
    from collections.abc import Iterator

    from seqruns_contracts.checks.kinds import View
    from seqruns_contracts.model.query import Query

DRAWN = 40
"""How many lawful queries are drawn."""
INVENTED = 20
"""How many are invented from the document, most of them wrong."""


def asks_for(view: View) -> list[Ask]:
    """Return the requests, each once; none is made from a key, which may differ between the two."""
    # Without the key no check makes near variants of it, and only GET is ever sent: neither target is known to be a
    # test system.
    plain = replace(view, key=None, allow_unsafe_methods=False)
    return list(dict.fromkeys([*_planned(plain), *(Ask(query=query) for query in (*_drawn(plain), *_invented(plain)))]))


def _planned(view: View) -> Iterator[Ask]:
    for check in CHECKS.values():
        if isinstance(check, AskingCheck):
            # Turns above the first ask the same again.
            yield from (ask for probe in check.probes(view) for ask in probe.asks if ask.turn <= 1)


def _drawn(view: View) -> list[Query]:
    names = observable_filters(view.census)
    if not names or not view.census.universe:
        return []
    drawn: dict[Query, None] = {}

    def collect(query: Query) -> None:
        drawn[query] = None

    quiet = settings(
        max_examples=DRAWN,
        database=None,
        deadline=None,
        phases=[Phase.generate],
        suppress_health_check=list(HealthCheck),
    )
    with no_folder_left():
        seed(view.seed)(quiet(given(queries(view.census, names))(collect)))()
    return list(drawn)


def _invented(view: View) -> tuple[Query, ...]:
    return view.conformance.invented_queries(INVENTED, seed_=view.seed) if view.conformance else ()
