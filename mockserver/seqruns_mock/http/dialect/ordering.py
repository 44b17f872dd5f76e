"""The order of a list in a dialect."""

from __future__ import annotations

from dataclasses import replace
from functools import lru_cache, partial
from typing import TYPE_CHECKING, Any, Final

from seqruns.instant import parse_moment
from seqruns_mock.core.columns import start_of
from seqruns_mock.core.refusal import Refusal
from seqruns_mock.core.store import RunStore, Selection

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from seqruns.dialect import Dialect
    from seqruns_fixtures.model import SequenceRun
    from seqruns_mock.core.query import RunQuery


def _updated(run: SequenceRun) -> Any:
    return parse_moment(run.get("updated_at") or run["created_at"])


_KEYS: Final[Mapping[str, tuple[Callable[[SequenceRun], Any], bool]]] = {
    "newest": (start_of, True),
    "oldest": (start_of, False),
    "latest-update": (_updated, True),
    "earliest-update": (_updated, False),
    "lowest-id": (lambda run: run["id"].lower(), False),
    "highest-id": (lambda run: run["id"].lower(), True),
}
"""By what the runs are sorted, and whether the highest comes first."""


def _field(pointer: str, run: SequenceRun) -> str:
    """Return the text at a pointer, without its sign; nothing for a dead end."""
    value: Any = run
    for name in pointer.removeprefix("-").split("/")[1:]:
        value = value.get(name) if isinstance(value, dict) else None
    return value if isinstance(value, str) else ""


_CONTRACT: Final = ("newest", "lowest-id")


def create_select(dialect: Dialect) -> Callable[[RunStore, RunQuery], Selection]:
    """Return what selects the page of a query in the order of a dialect; it may refuse a page past the end."""
    first, ties = str(dialect["order.first"]), str(dialect["order.ties"])
    others = {"window": str(dialect["order.in_a_window"]), "filtered": str(dialect["order.filtered"])}
    past_the_end, at_the_end = dialect["page.past_the_end"], dialect["page.at_the_end"]
    unit = _unit_of(dialect)

    def select(store: RunStore, query: RunQuery) -> Selection:
        other = others.get(_kind(query), "as-ever")
        query = _in_units(query, unit)
        # A store is in the contract's order already, and finds a page without sorting.
        if (first, ties) == _CONTRACT and other == "as-ever" and not _is_finer(store, unit):
            selection = store.select(query)
        else:
            whole = store.select(replace(query, offset=0, limit=len(store)))
            places = places_of(store, first if other in {"as-ever", "reversed"} else other, ties, unit)
            rows = sorted(whole.rows, key=places.__getitem__, reverse=other == "reversed")
            selection = Selection(rows=rows[query.offset : query.offset + query.limit], total=whole.total)
        status = at_the_end if query.offset == selection.total else past_the_end
        if isinstance(status, int) and query.offset and query.offset >= selection.total:
            raise Refusal(status, f"offset: {query.offset} is past the last of {selection.total} runs.")
        return selection

    return select


def _unit_of(dialect: Dialect) -> int:
    """Return the unit of a dialect's times in microseconds, 1 at least: who prints seconds keeps seconds."""
    digits = {"none-or-three": 3}.get(str(dialect["answer.digits"]), dialect["answer.digits"])
    return 10 ** max(0, 6 - digits) if isinstance(digits, int) else 1


def _in_units(query: RunQuery, unit: int) -> RunQuery:
    """Return the query that selects the runs whose start, cut to the unit, is within its bounds.

    With seconds, a run of 12:00:00.7 is one of 12:00:00: `before=12:00:00` takes it, `after=12:00:00.5` does not.
    """
    if unit == 1:
        return query
    before, after = query.before, query.after
    return replace(
        query,
        before=before if before is None else before // unit * unit + unit - 1,
        after=after if after is None else -(-after // unit) * unit,
    )


def _kind(query: RunQuery) -> str:
    if query.before is not None or query.after is not None:
        return "window"
    return "filtered" if (query.phone, query.status, query.channel_id) != (None, None, None) else ""


@lru_cache(maxsize=32)
def _is_finer(store: RunStore, unit: int) -> bool:
    """Return whether the cut to a unit can change the order of the runs of a store."""
    return unit > 1 and any(start_of(store.run(row)) % unit for row in range(len(store)))


def _tie_breakers(ties: str) -> Sequence[str]:
    """Return what settles ties, the most important first: `newest-highest-id` is the start, then the id."""
    start, _, rest = ties.partition("-")
    return (start, rest) if start in {"newest", "oldest"} and rest else (ties,)


@lru_cache(maxsize=32)
def places_of(store: RunStore, first: str, ties: str, unit: int = 1) -> Sequence[int]:
    """Return the place of each row in an order of times cut to a unit; a store that is served never changes."""
    runs = [store.run(row) for row in range(len(store))]
    rows = sorted(range(len(store)), key=store.number_of)
    # The least important first: a sort keeps the order of equals, so what is sorted by last decides, and what came
    # before it settles ties.
    for name in ("lowest-id", *reversed(_tie_breakers(ties)), first):
        if name in _KEYS or "/" in name:
            key, is_reversed = _KEYS.get(name) or (partial(_field, name), name.startswith("-"))
            keys = [value if isinstance(value, str) else value // unit for value in map(key, runs)]
            # Python keeps the order of equals in a reversed sort, too.
            rows.sort(key=keys.__getitem__, reverse=is_reversed)
        elif name == "as-given":
            rows.sort(key=store.number_of)
    places = [0] * len(rows)
    for place, row in enumerate(rows):
        places[row] = place
    return places
