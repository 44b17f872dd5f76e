"""The oracle: which runs of the census a right answer holds, and how an answer differs."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from seqruns_contracts.model.matching import matcher

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from seqruns_contracts.model.census import Census
    from seqruns_contracts.model.query import Query
    from seqruns_contracts.model.run import Run


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
    largest: int
    """How many runs a page of this target has at most."""

    def page(self, query: Query) -> tuple[Run, ...]:
        """Return the runs of the page that the query asks for."""
        return self.must[query.offset : query.offset + self.size(query)]

    def size(self, query: Query) -> int:
        """Return how many runs the page holds, if so many are left."""
        return min(query.limit, self.largest)


def expect(census: Census, query: Query) -> Expectation:
    """Return what the census says of a query's whole list, before paging."""
    if _is_of_the_head(query, census):
        return Expectation(must=census.head, exact=False, largest=census.largest)
    exact = census.covers(query)
    # Not all that can match is known: the known runs still say who must come, and nobody is unexpected (`exact` is
    # False).
    pool = census.universe if exact else tuple(census.known.values())
    matches = matcher(query.filters, grain=census.grain)
    verdicts = [(run, matches(run)) for run in pool]
    return Expectation(
        must=tuple(run for run, verdict in verdicts if verdict),
        may=frozenset(run.id for run, verdict in verdicts if verdict is None),
        exact=exact,
        largest=census.largest,
    )


def _is_of_the_head(query: Query, census: Census) -> bool:
    """Return whether a query asks for a page of a large list of which the head is known, in its order."""
    return not (query.filters or census.whole or census.held)


@dataclass(frozen=True, slots=True, kw_only=True)
class Difference:
    """One way in which an answer is not what the census says."""

    kind: str
    """What is wrong with a page: `missing`, `unexpected`, `twice`, `size`, `order`, `ties` (an order that is wrong only
    among runs of one start time), `total` or `contents`. `seen` for what is not about a list of runs."""
    text: str
    runs: tuple[str, ...] = ()
    """The ids of the runs that show it."""


def compare(
    page: Page, query: Query, census: Census, *, ordered: bool = True, ties: bool = True, contents: bool = True
) -> list[Difference]:
    """Return how a page differs from what the census says, the clearest difference first; empty where it agrees.

    With `ordered` false the order is not compared, with `ties` false not among runs of one start time, for a target
    whose order is known to be broken so far; with `contents` false neither are the contents, where those change all the
    time. No total is compared where that of the whole list is known to be wrong.
    """
    expectation = expect(census, query)
    is_plain = _is_of_the_head(query, census)
    loosely = not ordered or not (is_plain or (expectation.exact and not expectation.may))
    found = []
    if repeated := duplicates(page.runs):
        found.append(Difference(kind="twice", text=f"{_runs(repeated)} twice on the page", runs=repeated))
        # Compared without the repeats: they are one difference, not a wrong size on top of it.
        page = replace(page, runs=tuple({run.id: run for run in page.runs}.values()))
    if loosely:
        found += _compare_loosely(page, query, census, is_short=bool(repeated))
    elif is_plain:
        found += _compare_head(page, query, census, is_short=bool(repeated))
    else:
        found += _compare_exactly(page, query, expectation, is_short=bool(repeated))
    if page.total is not None and census.stated is None:
        found += _compare_total(page.total, expectation, None if not is_plain else census.total)
    if not ties:
        found = [difference for difference in found if difference.kind != "ties"]
    # Contents come last, only of a page that holds the right runs: one mistake is not said twice.
    return found or (_compare_contents(page, census) if contents else [])


def _compare_exactly(page: Page, query: Query, expectation: Expectation, *, is_short: bool) -> list[Difference]:
    wanted = expectation.page(query)
    # Of a page on which runs stand twice, only those that fit on it are due: each takes the place of another one.
    return _compare_members(page.runs, wanted[: len(page.runs)] if is_short else wanted, expectation.must)


def _compare_members(came: Sequence[Run], wanted: Sequence[Run], matching: Sequence[Run] | None) -> list[Difference]:
    """Compare a page with the one wanted; `matching` is the whole list, None where it is not known."""
    came_ids, wanted_ids = [run.id for run in came], [run.id for run in wanted]
    if came_ids == wanted_ids:
        return []
    allowed = {run.id for run in matching} if matching is not None else None
    strangers = tuple(run for run in came if allowed is not None and run.id not in allowed)
    present = set(came_ids)
    absent = tuple(run for run in wanted if run.id not in present)
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
        found.append(order_difference(came, wanted))
    # Which runs are wrong says more than how many, so `size` goes to the end: False sorts before True.
    return sorted(found, key=lambda difference: difference.kind == "size")


def order_difference(came: Sequence[Run], wanted: Sequence[Run]) -> Difference:
    """Return how two lists of as many runs differ in their order, perhaps only among runs of one start time.

    A cut through such runs may show others of them: A B | C, all of one instant, is B C | A where no id decides.
    """
    moved = tuple(run for run, due in zip(came, wanted, strict=True) if run.id != due.id)
    if all(run.start is not None and run.start == due.start for run, due in zip(came, wanted, strict=True)):
        text = f"{_runs(moved)} in another order among those that start at one instant; order by id, too"
        return Difference(kind="ties", text=text, runs=ids_of(moved))
    return Difference(kind="order", text=f"{_runs(moved)} not where the list has them", runs=ids_of(moved))


def _compare_head(page: Page, query: Query, census: Census, *, is_short: bool) -> list[Difference]:
    """Compare a page of a large sequence that no filter narrows with the part of it that is known."""
    due = max(0, min(query.limit, census.largest, census.total - query.offset))
    known = census.head[query.offset : query.offset + due]
    found = []
    if len(page.runs) != due and not is_short:
        found.append(Difference(kind="size", text=f"{len(page.runs)} runs on the page instead of {due}"))
    # The page may reach beyond the known head: of 50 runs from offset 980 the first 20 are compared where 1,000 are
    # known.
    return found + _compare_members(page.runs[: len(known)], known[: len(page.runs)] if is_short else known, None)


def _compare_loosely(page: Page, query: Query, census: Census, *, is_short: bool) -> list[Difference]:
    """Compare where some membership is unknown: all that must be there is, and nothing that must not be."""
    expectation = expect(census, query)
    possible = expectation.may | {due.id for due in expectation.must}
    matches = matcher(query.filters, grain=census.grain)
    strangers = tuple(
        run
        for run in page.runs
        # `is False`: a run of which it is not known whether it matches may come.
        if matches(run) is False or (expectation.exact and run.id not in possible)
    )
    found = []
    if strangers:
        found.append(
            Difference(kind="unexpected", text=f"{_runs(strangers)} that do not match", runs=ids_of(strangers))
        )
    # Only on a page that holds the whole list can a run be missed: otherwise it may stand on another page.
    size, has_total = expectation.size(query), page.total is not None and census.stated is None
    is_last = (page.total or 0) <= size if has_total else len(page.runs) < size
    came = {run.id for run in page.runs}
    seen_whole = query.offset == 0 and is_last and not is_short
    absent = tuple(run for run in expectation.must if seen_whole and run.id not in came)
    if absent:
        found.append(Difference(kind="missing", text=f"{_runs(absent)} missing", runs=ids_of(absent)))
    if has_total and not is_short:
        due = max(0, min(size, (page.total or 0) - query.offset))
        if len(page.runs) != due:
            text = f"{len(page.runs)} runs on the page, where a total of {page.total} leaves {due}"
            found.append(Difference(kind="size", text=text))
    return found


def _compare_total(came: int, expectation: Expectation, known: int | None) -> list[Difference]:
    """Compare a total with the `known` one of a large sequence, else with what the census leaves possible."""
    least, most = len(expectation.must), len(expectation.must) + len(expectation.may)
    if known is not None:
        # Empty says that the total is right.
        wanted = "" if came == known else str(known)
    elif expectation.exact:
        wanted = "" if least <= came <= most else str(least) if least == most else f"{least} to {most}"
    else:
        wanted = "" if came >= least else f"{least} or more"
    return [Difference(kind="total", text=f"a total of {came} instead of {wanted}")] if wanted else []


def _compare_contents(page: Page, census: Census) -> list[Difference]:
    changed = tuple(run for run in page.runs if run.id in census.known and not run.looks_like(census.known[run.id]))
    if not changed:
        return []
    return [
        Difference(
            kind="contents", text=f"{_runs(changed)} shown with other contents than before", runs=ids_of(changed)
        )
    ]


def ids_of(runs: Iterable[Run]) -> tuple[str, ...]:
    """Return the ids of the runs."""
    return tuple(run.id for run in runs)


def _runs(runs: Sequence[object]) -> str:
    return "1 run" if len(runs) == 1 else f"{len(runs)} runs"


def duplicates(runs: Sequence[Run]) -> tuple[str, ...]:
    """Return the ids that stand more than once on a page."""
    return tuple(name for name, times in Counter(run.id for run in runs).items() if times > 1)
