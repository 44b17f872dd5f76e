"""Windows: `before` and `after` together."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from seqruns_contracts.checks.areas.bound_probes import SHOWN, as_printed, chosen_instants
from seqruns_contracts.checks.expectations import ask_for
from seqruns_contracts.checks.kinds import Probe, View, check
from seqruns_contracts.model.exchange import Ask, Evidence, Exchange
from seqruns_contracts.model.instants import write_instant
from seqruns_contracts.model.query import Query

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

window_check = partial(check, filters=("before", "after"))


@window_check(
    "window.holds-both-bounds",
    "`before` and `after` together select the runs between them, both ends included.",
    clauses=["filters.and", "window.point"],
    needs=SHOWN,
    exact=True,
)
def window(view: View) -> Iterator[Probe]:
    """Ask for single instants, in one spelling and in two, and for a stretch from one run to another."""
    instants = chosen_instants(view.census)
    for start in instants[:2]:
        text = as_printed(view.census, start)
        yield ask_for(Query.of(after=text, before=text, limit=view.census.largest))
    for start in instants[:1]:
        # One instant in two offsets: as text the bounds are hours apart, and the window holds other runs or none.
        east, west = write_instant(start, offset=60), write_instant(start, offset=-150)
        yield ask_for(Query.of(before=west, after=east, limit=view.census.largest))
    # `chosen_instants` mixes early and late ones, so each pair is put in order first.
    for early, late in ((instants[0], instants[-1]), (instants[-2], instants[2])) if len(instants) > 3 else ():
        low, high = (as_printed(view.census, instant) for instant in sorted((early, late)))
        yield ask_for(Query.of(after=low, before=high, limit=view.census.largest))


@window_check(
    "window.reversed-is-empty",
    "`after` a later instant and `before` an earlier one is an empty page, not an error.",
    clauses=["window.reversed"],
    needs="runs with two different start times",
)
def window_reversed(view: View) -> Iterator[Probe]:
    """Ask with the ends the wrong way round: turned round again, they hold every run."""
    instants = chosen_instants(view.census)
    for low, high in ((instants[-2], instants[-1]),) if len(instants) > 1 else ():
        early, late = sorted((low, high))
        yield ask_for(Query.of(after=as_printed(view.census, late), before=as_printed(view.census, early)))


@window_check(
    "window.adds-up",
    "The totals of `before` and `after` one instant, less that of both, are the total of all runs.",
    clauses=["window.identity", "total.counts"],
    needs=SHOWN,
)
def window_adds_up(view: View) -> Iterator[Probe]:
    """Ask for the three parts and the whole at one instant, which other checks ask for too where all runs are known."""
    census = view.census
    # Where the totals are known to be wrong the runs are counted instead, if a page holds them all.
    if census.stated is not None and not (census.whole and census.total <= census.largest):
        return
    # In a large sequence only the totals are wanted, and a page of one run has them as well.
    limit, within = census.largest if census.whole else 1, census.listed_by
    for start in chosen_instants(census)[:1]:
        text = as_printed(census, start)
        halves = [Query.of({**within, name: text}) for name in ("before", "after")]
        queries = (*halves, Query.of(after=text, before=text), Query.of(within))
        yield Probe(asks=tuple(Ask(query=query.with_(limit=limit)) for query in queries), expect=_adds_up)


def _adds_up(exchanges: Sequence[Exchange], view: View) -> Evidence | None:
    pages = [exchange.reply.page for exchange in exchanges]
    totals = [page and (page.total if view.census.stated is None else len(page.runs)) for page in pages]
    if None in totals:
        return None
    early, late, at, everything = (total or 0 for total in totals)
    if early + late - at == everything:
        return None
    return Evidence(
        exchange=exchanges[-1],
        expected=f"totals that add up: {early} before + {late} after - {at} at the instant = {everything}",
    )


CHECKS = (window, window_reversed, window_adds_up)
