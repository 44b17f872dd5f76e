"""The oracle: which runs a right answer holds, by plain predicates over the census, and how an answer differs."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from typing import TYPE_CHECKING

from seqruns_contracts.model.instants import read_instant

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from seqruns_contracts.model.census import Census
    from seqruns_contracts.model.query import Query
    from seqruns_contracts.model.run import Run


def matches(run: Run, filters: Mapping[str, str]) -> bool | None:
    """Return whether a run matches every filter; None where the run does not show what would decide it.

    Filters combine by AND, bounds are inclusive, phone and status are exact, a channel is that of any step contact
    (contract.md, "Query parameters").
    """
    is_known = True
    for name, value in filters.items():
        verdict = _matches_one(run, name, value)
        # One filter that surely fails decides, whatever is unknown of the others: a run in another status is out, even
        # where it shows no channel.
        if verdict is False:
            return False
        is_known = is_known and verdict is not None
    return True if is_known else None


def _matches_one(run: Run, name: str, value: str) -> bool | None:
    match name:
        case "phone":
            return None if run.phone is None else run.phone == "".join(value.split())
        case "status":
            return None if run.status is None else run.status == value
        case "channel_id":
            return None if run.channels is None else value.lower() in map(str.lower, run.channels)
        case _:
            bound = read_instant(value)
            if run.start is None or bound is None:
                return None
            return run.start <= bound if name == "before" else run.start >= bound


@dataclass(frozen=True, slots=True, kw_only=True)
class Page:
    """A page as it came: the runs and the total."""

    runs: tuple[Run, ...]
    total: int | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Expectation:
    """What the census says of a query. With everything known, `must` is the whole filtered list and `may` is empty."""

    must: tuple[Run, ...]
    may: frozenset[str] = frozenset()
    """Ids of runs whose membership is unknown."""
    exact: bool
    """Whether the census knows every run that can match, so that anything else is unexpected."""

    def page(self, query: Query) -> tuple[Run, ...]:
        """Return the runs of the page that the query asks for."""
        return self.must[query.offset : query.offset + query.limit]


def expect(census: Census, query: Query) -> Expectation:
    """Return what the census says of a query's whole list, before paging."""
    if not query.filters and not census.whole:
        return Expectation(must=census.head, exact=False)
    exact = census.covers(query)
    pool = census.universe if exact else tuple(census.known.values())
    verdicts = [(run, matches(run, query.filters)) for run in pool]
    return Expectation(
        must=tuple(run for run, verdict in verdicts if verdict),
        may=frozenset(run.id for run, verdict in verdicts if verdict is None),
        exact=exact,
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class Difference:
    """One way in which an answer is not what the census says."""

    kind: str
    """`missing`, `unexpected`, `size`, `order`, `total` or `contents`; `seen` for what is not about a list of runs."""
    text: str
    runs: tuple[str, ...] = ()
    """The ids of the runs that show it."""


def compare(
    page: Page, query: Query, census: Census, *, ordered: bool = True, contents: bool = True
) -> list[Difference]:
    """Return how a page differs from what the census says, the clearest difference first; empty where it agrees.

    With `ordered` false the order is not compared, for a target whose order is known to be broken; with
    `contents` false neither are the contents, where those change all the time.
    """
    expectation = expect(census, query)
    if not ordered:
        found = _compare_loosely(page, query, expectation)
    elif not query.filters and not census.whole:
        found = _compare_head(page, query, census)
    elif expectation.exact and not expectation.may:
        found = _compare_exactly(page, query, expectation)
    else:
        found = _compare_loosely(page, query, expectation)
    return found or (_compare_contents(page, census) if contents else [])


def _compare_exactly(page: Page, query: Query, expectation: Expectation) -> list[Difference]:
    wanted = expectation.page(query)
    found = _compare_members(page.runs, wanted, expectation.must)
    if page.total is not None and page.total != len(expectation.must):
        found.append(_total_differs(page.total, str(len(expectation.must))))
    return found


def _compare_members(came: Sequence[Run], wanted: Sequence[Run], matching: Sequence[Run] | None) -> list[Difference]:
    """Compare a page with the one wanted; `matching` is the whole list, None where it is not known."""
    came_ids, wanted_ids = [run.id for run in came], [run.id for run in wanted]
    if came_ids == wanted_ids:
        return []
    allowed = {run.id for run in matching} if matching is not None else None
    strangers = tuple(run for run in came if allowed is not None and run.id not in allowed)
    absent = tuple(run for run in wanted if run.id not in set(came_ids))
    found = []
    if strangers:
        found.append(
            Difference(kind="unexpected", text=f"{_runs(strangers)} that do not match", runs=ids_of(strangers))
        )
    if len(came) != len(wanted):
        found.append(Difference(kind="size", text=f"{len(came)} runs on the page instead of {len(wanted)}"))
    # As many runs as due, all of which match, and not the right ones: none is missing, the page begins elsewhere.
    if absent and not (strangers == () and len(came) == len(wanted)):
        found.append(Difference(kind="missing", text=f"{_runs(absent)} missing from the page", runs=ids_of(absent)))
    if not strangers and len(came) == len(wanted):
        moved = tuple(run for run, due in zip(came, wanted, strict=True) if run.id != due.id)
        found.append(Difference(kind="order", text=f"{_runs(moved)} not where the list has them", runs=ids_of(moved)))
    return sorted(found, key=lambda difference: difference.kind == "size")


def _compare_head(page: Page, query: Query, census: Census) -> list[Difference]:
    """Compare a page of a large sequence that no filter narrows with the part of it that is known."""
    due = max(0, min(query.limit, census.total - query.offset))
    known = census.head[query.offset : query.offset + due]
    found = []
    if len(page.runs) != due:
        found.append(Difference(kind="size", text=f"{len(page.runs)} runs on the page instead of {due}"))
    found += _compare_members(page.runs[: len(known)], known, None)
    if page.total is not None and page.total != census.total:
        found.append(_total_differs(page.total, str(census.total)))
    return found


def _compare_loosely(page: Page, query: Query, expectation: Expectation) -> list[Difference]:
    """Compare where some membership is unknown: all that must be there is, and nothing that must not be."""
    strangers = tuple(
        run
        for run in page.runs
        if matches(run, query.filters) is False
        or (expectation.exact and run.id not in expectation.may | {due.id for due in expectation.must})
    )
    found = []
    if strangers:
        found.append(
            Difference(kind="unexpected", text=f"{_runs(strangers)} that do not match", runs=ids_of(strangers))
        )
    # Only on a page that holds the whole list can a run be missed: otherwise it may stand on another page.
    seen_whole = query.offset == 0 and page.total is not None and page.total <= query.limit
    came = {run.id for run in page.runs}
    absent = tuple(run for run in expectation.must if seen_whole and run.id not in came)
    if absent:
        found.append(Difference(kind="missing", text=f"{_runs(absent)} missing", runs=ids_of(absent)))
    if page.total is not None:
        found += _compare_size_and_total(page, query, expectation)
    return found


def _compare_size_and_total(page: Page, query: Query, expectation: Expectation) -> list[Difference]:
    total = page.total or 0
    least, most = len(expectation.must), len(expectation.must) + len(expectation.may)
    due = max(0, min(query.limit, total - query.offset))
    found = []
    if len(page.runs) != due:
        text = f"{len(page.runs)} runs on the page, where a total of {total} leaves {due}"
        found.append(Difference(kind="size", text=text))
    if total < least or (expectation.exact and total > most):
        found.append(_total_differs(total, f"{least} to {most}" if expectation.exact else f"{least} or more"))
    return found


def _compare_contents(page: Page, census: Census) -> list[Difference]:
    changed = tuple(run for run in page.runs if run.id in census.known and not run.looks_like(census.known[run.id]))
    if not changed:
        return []
    return [
        Difference(
            kind="contents", text=f"{_runs(changed)} shown with other contents than before", runs=ids_of(changed)
        )
    ]


def _total_differs(came: int, wanted: str) -> Difference:
    return Difference(kind="total", text=f"a total of {came} instead of {wanted}")


def ids_of(runs: Iterable[Run]) -> tuple[str, ...]:
    """Return the ids of the runs."""
    return tuple(run.id for run in runs)


def _runs(runs: Sequence[Run]) -> str:
    return "1 run" if len(runs) == 1 else f"{len(runs)} runs"


def duplicates(runs: Sequence[Run]) -> tuple[str, ...]:
    """Return the ids that stand more than once on a page."""
    return tuple(name for name, times in Counter(run.id for run in runs).items() if times > 1)
