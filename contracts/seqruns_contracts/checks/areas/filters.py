"""Filters together: every set of them is the intersection of what each selects alone."""

from __future__ import annotations

from functools import lru_cache, partial, reduce
from itertools import combinations
from operator import or_
from typing import TYPE_CHECKING

from seqruns_contracts.checks.expectations import ask_for, page_is_right
from seqruns_contracts.checks.kinds import Probe, View, check
from seqruns_contracts.model.instants import MICROSECOND, write_instant
from seqruns_contracts.model.matching import matcher
from seqruns_contracts.model.query import FILTERS, Query

if TYPE_CHECKING:
    import random
    from collections.abc import Iterator, Sequence

    from seqruns_contracts.model.census import Census
    from seqruns_contracts.model.run import Run

MILLISECOND = 1000 * MICROSECOND
TRIES = 60
"""How many sets of values are looked at to find the one that discriminates most."""

sets_check = partial(check, combines=True)


def observable_filters(census: Census) -> tuple[str, ...]:
    """Return the filters whose roles the target shows."""
    shown = {
        "phone": census.phones,
        "status": census.statuses,
        "channel_id": census.channels,
        "before": census.starts,
        "after": census.starts,
    }
    return tuple(name for name in FILTERS if shown[name])


def discriminating_values(
    census: Census, names: Sequence[str], draw: random.Random, *, uncovered: frozenset[str] | None = None
) -> tuple[dict[str, str], frozenset[str]]:
    """Return values for these filters, and those filters whose loss would show under them.

    Of the `uncovered` filters (all of them unless given) the values cover as many as the data allows. No values are
    returned where no run has what the filters look at.
    """
    wanted = frozenset(names) if uncovered is None else uncovered
    best: dict[str, str] = {}
    covered: frozenset[str] = frozenset()
    for attempt in range(TRIES):
        run = draw.choice(census.universe)
        values = _values_around(run, census, names, draw)
        # Every other try lets one filter just fail the run: that run comes if, and only if, this filter is lost.
        if attempt % 2 and set(names) <= values.keys():
            # Sorted, as a set has another order in each process, and one seed must draw the same.
            values |= _values_without(run, census, draw.choice(sorted(wanted)))
        # A run without step contacts has no channel to ask for: then another run is drawn.
        if len(values) < len(names):
            continue
        covering = _covered_by(census, values) & wanted
        if not best or len(covering) > len(covered):
            best, covered = values, covering
        if covered == wanted:
            break
    return best, covered


def _values_around(run: Run, census: Census, names: Sequence[str], draw: random.Random) -> dict[str, str]:
    """Return values that the run matches, the bounds at it or at a run not far from it."""
    values: dict[str, str] = {}
    if "phone" in names and run.phone:
        values["phone"] = run.phone
    if "status" in names and run.status:
        values["status"] = run.status
    if "channel_id" in names and run.channels:
        values["channel_id"] = draw.choice(sorted(run.channels))
    # Bounds are chosen among the runs that the other filters leave: elsewhere they would cut off nothing.
    out = _failing_any(census, values)
    others = [other for place, other in enumerate(census.universe) if not out >> place & 1 and other.start is not None]
    for name, sign in (("before", 1), ("after", -1)):
        if name in names and run.start is not None and run.start_text:
            # `before` at a later run, `after` at an earlier one, so that the run itself comes.
            beyond = [other for other in others if ((other.start or 0) - run.start) * sign >= 0]
            near = sorted(beyond, key=lambda other: abs((other.start or 0) - (run.start or 0)))
            # From the nearer half: a bound far away cuts off few runs, and its loss would hardly show.
            bound = near[draw.randrange(max(1, len(near) // 2))] if near else run
            values[name] = bound.start_text or run.start_text
    return values


def _values_without(run: Run, census: Census, name: str) -> dict[str, str]:
    """Return a value for one filter that the run just fails, so that it shows where that filter is lost."""
    if name in {"before", "after"} and run.start is not None:
        return {name: write_instant(run.start + (-MILLISECOND if name == "before" else MILLISECOND), digits=6)}
    has = {"phone": {run.phone}, "status": {run.status}, "channel_id": run.channels or set()}
    seen = {"phone": census.phones, "status": census.statuses, "channel_id": census.channels}
    others = sorted(value for value in seen.get(name, ()) if value not in has[name])
    return {name: others[0]} if others else {}


def _covered_by(census: Census, values: dict[str, str]) -> frozenset[str]:
    """Return the filters that change the result when they are left out: some run fails that one and no other."""
    failing = {name: _failing(census, name, value) for name, value in values.items()}
    # Bits: `once` has the runs that fail one filter or more so far, `twice` those that fail two or more.
    once = twice = 0
    for runs in failing.values():
        twice |= once & runs
        once |= runs
    return frozenset(name for name, runs in failing.items() if runs & ~twice)


@lru_cache(maxsize=1000)
def _failing(census: Census, name: str, value: str) -> int:
    """Return which runs are not known to match, as bits: bit 3 is for the run in place 3 of the universe."""
    matches = matcher({name: value})
    # A binary number, whose first digit is the highest bit, is read three times as fast as powers are added.
    return int("".join(["0" if matches(run) else "1" for run in reversed(census.universe)]) or "0", 2)


def _failing_any(census: Census, values: dict[str, str]) -> int:
    """Return which runs fail at least one of the filters, as bits."""
    return reduce(or_, (_failing(census, name, value) for name, value in values.items()), 0)


def _broad_value(census: Census, name: str) -> str:
    """Return a value for one filter that leaves many runs."""
    counted = {"phone": census.phones, "status": census.statuses, "channel_id": census.channels}
    if name in counted:
        return max(sorted(counted[name]), key=lambda value: counted[name][value])
    return write_instant(census.starts[len(census.starts) // 2])


def _within(census: Census, values: dict[str, str]) -> dict[str, str]:
    """Return the values with the bounds that keep a query inside of the known part of a large sequence."""
    return {**census.base.meaning, **values} if census.base.parameters else values


@sets_check(
    "filters.combine-by-and",
    "Filters given together select the runs that match every one of them.",
    clauses=["filters.and", "filters.intersection"],
    needs="runs that differ in phone, status, channel and start time",
)
def combine(view: View) -> Iterator[Probe]:
    """Ask with every set of two filters and more, in changing order."""
    names, draw = observable_filters(view.census), view.random("filters")
    for size in range(2, len(names) + 1):
        for chosen in combinations(names, size):
            uncovered = frozenset(chosen)
            # All pairs, and all filters at once, are asked until each of their filters is covered: the loss of a filter
            # shows most often in these.
            for _ in range(size if size in {2, len(names)} else 1):
                values, covered = discriminating_values(view.census, chosen, draw, uncovered=uncovered)
                if values:
                    mixed = list(_within(view.census, values).items())
                    draw.shuffle(mixed)
                    yield ask_for(Query.of(dict(mixed), limit=view.census.largest))
                uncovered -= covered
                if not covered or not uncovered:
                    break


@sets_check(
    "filters.come-before-paging",
    "Limit and offset count the runs that match, not those of the sequence.",
    clauses=["filters.and", "limit.exact", "total.any-page"],
    needs="filters that leave more than 2 runs",
)
def before_paging(view: View) -> Iterator[Probe]:
    """Ask for pages of what each filter leaves."""
    for name in observable_filters(view.census):
        values = _within(view.census, {name: _broad_value(view.census, name)})
        matches = matcher(values)
        left = sum(matches(run) is True for run in view.census.universe)
        if left > 2:
            # Half of them, from the second on: skipping before filtering gives other runs, and a page cut before
            # filtering fewer.
            yield ask_for(Query.of(values, limit=min(left // 2, view.census.largest), offset=1))
            if name in {"status", "before"}:
                # The very last run that matches, with the parameters of paging first.
                yield ask_for(Query.of(limit=2, offset=left - 1, **values))


@sets_check(
    "filters.ignore-the-order-of-parameters",
    "The order of the parameters changes nothing.",
    clauses=["filters.and"],
    needs="runs that differ in status and start time",
)
def order_of_parameters(view: View) -> Iterator[Probe]:
    """Ask the same with the parameters turned round."""
    names = observable_filters(view.census)
    values = discriminating_values(view.census, names, view.random("turned"))[0] if len(names) > 1 else {}
    if values:
        query = Query.of(_within(view.census, values), limit=3)
        # With paging turned round as well: a reader that stops at `limit` forgets the filters behind it.
        turned = Query(tuple(reversed(query.parameters)))
        yield Probe(asks=ask_for(query).asks + ask_for(turned).asks, expect=page_is_right)


CHECKS = (
    combine,
    before_paging,
    order_of_parameters,
)
