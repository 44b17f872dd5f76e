"""The endpoint as a plain program over lists: slow, obvious, in parts of which a fault replaces one."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache
from typing import TYPE_CHECKING, Any, Final, TypeAlias

from seqruns.instant import parse_instant
from seqruns_fixtures import SequenceRun
from seqruns_gallery.building.exhibit import Building, stepping
from seqruns_mock.core.query import RunQuery
from seqruns_mock.core.store import RunStore, Selection

if TYPE_CHECKING:
    from collections.abc import Mapping

    from seqruns_gallery.building.exhibit import Change

Predicate: TypeAlias = Callable[[SequenceRun, RunQuery], bool]
"""Whether a run passes one filter; asked only when the filter is given."""
Select: TypeAlias = Callable[[RunStore, RunQuery], Selection]
Row: TypeAlias = tuple[int, SequenceRun]
"""A run with its row number in the store."""

FILTERS: Final = ("phone", "status", "channel_id", "before", "after")


@lru_cache(maxsize=4096)
def instant(text: str) -> int:
    """Return the microseconds since 1970 UTC that a timestamp of a run names."""
    return parse_instant(text)


def start(run: SequenceRun) -> int:
    """Return the start time of a run, in microseconds since 1970 UTC."""
    return instant(run["created_at"])


def phone(run: SequenceRun) -> str:
    """Return the number of a run's contact; empty for a contact without one."""
    return run["contact"].get("phone") or ""


def channels(run: SequenceRun) -> list[str | None]:
    """Return the channel of each step contact of a run."""
    return [step["channel_id"] for step in run["step_contacts"]]


PREDICATES: Final[Mapping[str, Predicate]] = {
    "phone": lambda run, query: phone(run) == query.phone,
    "status": lambda run, query: run["status"] == query.status,
    "channel_id": lambda run, query: query.channel_id in channels(run),
    # `or 0` is for mypy: a predicate is asked only where its filter is given.
    "before": lambda run, query: start(run) <= (query.before or 0),
    "after": lambda run, query: start(run) >= (query.after or 0),
}
"""The filters of the contract."""


def given(query: RunQuery) -> list[str]:
    """Return the names of the filters that a query has."""
    return [name for name in FILTERS if getattr(query, name) is not None]


def without(query: RunQuery, *names: str) -> RunQuery:
    """Return the query without some of its filters."""
    cleared: dict[str, Any] = dict.fromkeys(names)
    return replace(query, **cleared)


@lru_cache(maxsize=8)
def rows_of_store(store: RunStore) -> Sequence[Row]:
    """Return every run, newest start first, then by id. A store never changes, and these must not either."""
    return tuple((row, store.run(row)) for row in range(len(store)))


def page_of(rows: Sequence[Row], query: RunQuery) -> Sequence[Row]:
    """Return the page of the rows that a query asks for."""
    return rows[query.offset : query.offset + query.limit]


@dataclass(frozen=True, slots=True, kw_only=True)
class Listing:
    """How one implementation goes about it, in this order."""

    predicates: Mapping[str, Predicate]
    match: Callable[[SequenceRun, RunQuery, Mapping[str, Predicate]], bool]
    """Whether a run passes all the filters together."""
    order: Callable[[list[Row], RunQuery], list[Row]]
    page: Callable[[Sequence[Row], RunQuery], Sequence[Row]]

    def select(self, store: RunStore, query: RunQuery) -> Selection:
        """Return what `RunStore.select` would, if nothing is replaced."""
        rows = [row for row in rows_of_store(store) if self.match(row[1], query, self.predicates)]
        page = self.page(self.order(rows, query), query)
        return Selection(rows=[row for row, _ in page], total=len(rows))


def passes_every_filter(run: SequenceRun, query: RunQuery, predicates: Mapping[str, Predicate]) -> bool:
    """Return whether a run passes all the filters that are given."""
    return all(predicates[name](run, query) for name in given(query))


PLAIN: Final = Listing(
    predicates=PREDICATES,
    match=passes_every_filter,
    order=lambda rows, _query: rows,
    page=page_of,
)
"""The listing of the contract."""


def listing(**parts: Any) -> Change:
    """Return the change to a plain listing with these parts in the place of its own."""
    return stepping(select=replace(PLAIN, **parts).select)


def filtering(**predicates: Predicate) -> Change:
    """Return the change to a plain listing with these predicates in the place of its own."""
    return listing(predicates={**PREDICATES, **predicates})


def asking(rewrite: Callable[[RunQuery], RunQuery]) -> Change:
    """Return the change to a listing that understands every query as another one."""
    return Building({"select": lambda select: lambda store, query: select(store, rewrite(query))})


def counting(count: Callable[[RunStore, RunQuery, Selection], int]) -> Change:
    """Return the change that shows another total than the one in the selection."""

    def around(select: Select) -> Select:
        def counted(store: RunStore, query: RunQuery) -> Selection:
            selection = select(store, query)
            return replace(selection, total=count(store, query, selection))

        return counted

    return Building({"select": around})
