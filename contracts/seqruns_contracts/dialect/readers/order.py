"""Which order a list has, by the runs that it shows."""

from __future__ import annotations

from itertools import groupby, pairwise
from typing import TYPE_CHECKING, Any

from seqruns.document import facts
from seqruns_contracts.checks.areas.bound_probes import as_printed, bounded, chosen_instants
from seqruns_contracts.checks.areas.phone import query_for
from seqruns_contracts.dialect.looking import ALL, Sight
from seqruns_contracts.model.instants import SECOND, read_instant, write_instant
from seqruns_contracts.model.query import Query
from seqruns_contracts.model.run import follow

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping, Sequence

    from seqruns_contracts.dialect.looking import Look, Reader
    from seqruns_contracts.model.exchange import Exchange
    from seqruns_contracts.model.run import Run


def _update(run: Run) -> int | None:
    text = run.body.get("updated_at")
    return read_instant(text) if isinstance(text, str) else None


KEYS: Mapping[str, Callable[[Run], Any]] = {
    "newest": lambda run: None if run.start is None else -run.start,
    "oldest": lambda run: run.start,
    "latest-update": lambda run: None if (update := _update(run)) is None else -update,
    "earliest-update": _update,
    "lowest-id": lambda run: run.id.lower(),
    # Text has no minus; the numbers of its letters do, and with them a larger letter sorts first.
    "highest-id": lambda run: tuple(-ord(mark) for mark in run.id.lower()),
}
"""What each order sorts by."""


def _by_start(start: str, then: Callable[[Run], Any]) -> Callable[[Run], Any]:
    key = KEYS[start]
    return lambda run: None if key(run) is None else (key(run), then(run))


STARTS: Mapping[str, Callable[[Run], Any]] = {
    f"{start}{ending}": _by_start(start, then)
    for ending, then in {
        "": KEYS["lowest-id"],
        "-highest-id": KEYS["highest-id"],
        # Equal where the start is, so that any order fits.
        "-as-given": lambda _: 0,
    }.items()
    for start in ("newest", "oldest")
}
"""How runs are sorted by their start, and where that is the same too."""
OLDEST, NEWEST, HALVINGS = 946_684_800 * SECOND, 2_524_608_000 * SECOND, 12
"""The years 2000 and 2050, in nanoseconds since 1970, and how often what is between is halved."""
FEW = 5
"""How many runs, or groups of equal ones, no chance puts into an order."""


def is_sorted(runs: Sequence[Run], key: Callable[[Run], Any]) -> bool:
    """Return whether every run shows what is sorted by, and stands where that puts it."""
    values = [key(run) for run in runs]
    return None not in values and all(left <= right for left, right in pairwise(values))


def first(look: Look) -> Sight | None:
    """Look at the whole list, as far as it is known."""
    runs = look.census.head
    if len({run.id for run in runs}) < 2 or not look.view.ordered:
        return None
    fitting = tuple(word for word, key in KEYS.items() if is_sorted(runs, key))
    if not fitting and not look.census.starts:
        fitting = _by_filter(look)
    # Three runs stand in one order of six, so in some documented one by chance more often than not.
    if len(runs) < FEW:
        fitting = (*fitting, "as-given")
    return Sight(values=fitting or (*_by_field(runs), "as-given"), exchange=look.query(ALL))


def _by_filter(look: Look) -> tuple[str, ...]:
    """Return the order by the start of runs that do not show it: the later ones are the first, or the last."""
    ids = [run.id for run in look.census.head]
    early, late = OLDEST, NEWEST
    for _ in range(HALVINGS):
        middle = (early + late) // 2
        page = look.query(after=write_instant(middle), limit=facts().limit_maximum).reply.page
        if page is None or not look.census.whole:
            return ()
        found = {run.id for run in page.runs}
        # The instant cuts the list in two, a few runs at least on each side: now those that start later are its first,
        # or its last.
        if FEW <= len(found) <= len(ids) - FEW:
            words = {"newest": ids[: len(found)], "oldest": ids[-len(found) :]}
            return tuple(word for word, part in words.items() if set(part) == found)
        # After 12 halvings of 50 years the step is four and a half days.
        early, late = (early, middle) if len(found) < FEW else (middle, late)
    return ()


def _by_field(runs: Sequence[Run]) -> Iterator[str]:
    """Yield the fields by which the runs are sorted, as JSON Pointers, with a minus where the highest comes first."""
    for pointer in sorted(_pointers(runs[0].body)):
        # Sorted downwards is sorted upwards read from the end.
        for sign, ordered in (("", runs), ("-", runs[::-1])):
            values = [next(iter(follow(run.body, pointer)), None) for run in ordered]
            texts = [value or "" for value in values if value is None or isinstance(value, str)]
            if len(texts) == len(runs) and len(set(texts)) > 1 and texts == sorted(texts):
                yield f"{sign}{pointer}"


def _pointers(body: Mapping[str, Any], above: str = "") -> Iterator[str]:
    for name, value in body.items():
        if isinstance(value, dict):
            yield from _pointers(value, f"{above}/{name}")
        elif not isinstance(value, list):
            yield f"{above}/{name}"


def _key_of(value: object) -> Callable[[Run], Any] | None:
    """Return what an order sorts by, as far as runs that are equal in it can be told; None for no order."""
    text = str(value)
    if "/" not in text:
        return KEYS.get(text)
    return lambda run: next(iter(follow(run.body, text.removeprefix("-"))), None) or ""


def ties(look: Look) -> Sight | None:
    """Look at the runs of the list that are equal in what it is sorted by."""
    order = first(look)
    key = _key_of(order.value) if order else None
    if order is None or key is None or None in map(key, look.census.head):
        return None
    # Neighbours only, which is enough: the list is sorted by this very key.
    groups = [list(group) for _, group in groupby(look.census.head, key)]
    tied = [group for group in groups if len(group) > 1]
    if not tied:
        return None
    fitting = [word for word in ("lowest-id", "highest-id") if all(is_sorted(group, KEYS[word]) for group in tied)]
    if str(order.value) not in {"newest", "oldest"}:
        fitting += [word for word, key in STARTS.items() if all(is_sorted(group, key) for group in tied)]
    values = (*fitting, *(["as-given"] if not fitting or len(tied) < FEW else []))
    return Sight(values=values, exchange=order.exchange)


def in_a_window(look: Look) -> Sight | None:
    """Look at lists with a bound, and with both."""
    starts = look.census.starts
    if len(starts) < 2:
        return None
    instants = chosen_instants(look.census)
    queries = [
        bounded(look.census, name, as_printed(look.census, instant))
        for name, instant in (("before", instants[0]), ("after", instants[0]), ("before", starts[-1]))
    ]
    return _order_of(look, queries)


def filtered(look: Look) -> Sight | None:
    """Look at lists of one status and of one number that several runs have."""
    largest: dict[str, object] = {**look.census.base.meaning, "limit": facts().limit_maximum}
    if look.census.base.parameters:
        return None
    # Of the status that most runs have; a check asks for that anyway.
    statuses = look.census.statuses.most_common(1)
    queries = [Query.of(status=status, **largest) for status, times in statuses if times > 1]
    queries += [query_for(look.census, phone) for phone, times in look.census.phones.most_common(1) if times > 1]
    return _order_of(look, queries)


def _order_of(look: Look, queries: Sequence[Query]) -> Sight | None:
    exchanges = [look.query(query) for query in queries]
    lists = [(exchange, runs) for exchange in exchanges if len(runs := _known_runs(look, exchange)) > 1]
    if not lists or not look.view.ordered:
        return None
    fitting = tuple(dict.fromkeys(_fitting(look, [runs for _, runs in lists])))
    return Sight(values=fitting, exchange=lists[0][0])


def _known_runs(look: Look, exchange: Exchange) -> Sequence[Run]:
    page = exchange.reply.page
    places = {run.id for run in look.census.head}
    return [run for run in page.runs if run.id in places] if page else []


def _fitting(look: Look, lists: Sequence[Sequence[Run]]) -> Iterator[str]:
    places = {run.id: place for place, run in enumerate(look.census.head)}
    if all(is_sorted(runs, lambda run: places[run.id]) for runs in lists):
        yield "as-ever"
    if all(is_sorted(runs, lambda run: -places[run.id]) for runs in lists):
        yield "reversed"
    yield from (word for word, key in KEYS.items() if all(is_sorted(runs, key) for runs in lists))


READERS: Mapping[str, Reader] = {
    "order.first": first,
    "order.ties": ties,
    "order.in_a_window": in_a_window,
    "order.filtered": filtered,
}
