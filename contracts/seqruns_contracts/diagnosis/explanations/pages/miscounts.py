"""Totals that are off by a number that what came says, and counts of different values instead of runs."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Any

from seqruns_contracts.diagnosis.explanations.kinds import (
    COUNT,
    PIECE,
    Explanation,
    Part,
    counting,
    then,
)
from seqruns_contracts.diagnosis.pipeline import HONEST
from seqruns_contracts.model.query import FILTERS
from seqruns_contracts.model.run import follow

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from seqruns_contracts.diagnosis.history import History
    from seqruns_contracts.diagnosis.pipeline import Turn
    from seqruns_contracts.model.run import Run


def miscounts(history: History) -> Iterator[Explanation]:
    """Yield the counts with a number that what came says."""
    came = {page.total for page in history.pages if page.total is not None}
    world = history.world
    for most in [*sorted({total for total in came if total > 1}, reverse=True)[:3], 100]:
        yield counting(
            "total.capped", f"counts to {most} at most", f"the limit of {COUNT}: {most}",
            partial(lambda most, turn: min(turn.total, most), most), cost=2,
        )  # fmt: skip
    for more in (1, 2, -2):
        yield counting(
            f"total.{'plus' if more > 0 else 'minus'}-{abs(more)}",
            f"says a total that is {abs(more)} too {'large' if more > 0 else 'small'}",
            "the field that `total` is made of", partial(lambda more, turn: turn.total + more, more),
        )  # fmt: skip
    yield from _too_much(history)
    yield from _distinct()
    yield from _of_more_than_the_list(history)
    for constant in sorted({total for total in came if total != world.total})[:6]:
        yield counting(
            "total.of-everything", f"always says a total of {constant}, whatever is asked",
            f"the conditions of {COUNT}: the sequence and the filters are missing",
            partial(lambda n, _: n, constant), cost=2,
        )  # fmt: skip


def _of_more_than_the_list(history: History) -> Iterator[Explanation]:
    """Yield what makes the total of the whole list another number than the runs on it."""
    world = history.world
    listed = world.listed.bit_count()
    unfiltered = {page.total for page in history.pages if not page.ask.query.filters and page.total is not None}
    # One total of the whole list, and another number of runs on it.
    more = unfiltered.pop() - listed if world.whole and len(unfiltered) == 1 else 0
    if more:
        yield counting(
            "total.off-without-filters", f"says {listed + more} where no filter is given, and lists {listed} runs",
            "a counter in a column or a cache, which is not kept up to date",
            lambda turn: turn.total + (0 if turn.texts else more), cost=2,
        )  # fmt: skip
    if more > 0:
        yield Explanation(
            id="total.of-more-than-the-list", sentence=f"counts {more} runs that no list shows",
            look=f"a condition or a join that is in the list and not in {COUNT}", change=then("count", partial(_leave_open, more)), cost=3, part=Part.TOTAL,
        )  # fmt: skip
    if more > 0 and _has_short_page(history, listed):
        yield Explanation(
            id="page.loses-what-is-hidden",
            sentence=f"takes {more} runs off its pages after they are cut: pages are short, and the total counts those runs",
            look="a condition in the program, such as who may see a run, which belongs into the query before `LIMIT`",
            change=then("count", partial(_leave_holes, more)), cost=3,
        )  # fmt: skip


def _too_much(history: History) -> Iterator[Explanation]:
    """Yield totals that are wrong by one number, on some occasion only: on later pages, or where a filter is given."""
    gaps = {
        seen.total - turn.total
        for seen in history.pages
        if seen.total is not None and (turn := HONEST.foresee(history.world, seen.ask.query)) is not None
    }
    occasions: tuple[tuple[str, str, Callable[[Turn], object]], ...] = (
        ("later", "on every page but the first", lambda turn: turn.offset),
        ("filters", "where a filter is given", lambda turn: turn.texts),
        *((PIECE.get(name, name), f"where `{name}` is given", partial(_is_given, name)) for name in FILTERS),
    )
    for gap in gaps - {0} if len(gaps - {0}) == 1 else ():
        for id_, words, concerns in occasions:
            yield counting(
                f"total.off-by-some-{id_}", f"says a total that is {abs(gap)} too {'large' if gap > 0 else 'small'} {words}",
                f"the branch for that in {COUNT}", partial(_add_where, concerns, gap), cost=2,
            )  # fmt: skip


def _is_given(name: str, turn: Turn) -> bool:
    return name in turn.texts


def _add_where(concerns: Callable[[Turn], object], gap: int, turn: Turn) -> int:
    return turn.total + (gap if concerns(turn) else 0)


def _leave_open(more: int, turn: Turn) -> None:
    """Count as many more as no list shows; of those with filters nobody knows how many of them match."""
    if turn.texts:
        turn.uncounted = more
    else:
        turn.total += more


def _has_short_page(history: History, listed: int) -> bool:
    """Return whether a page without filters lacks runs though there are more behind it."""
    for page in history.pages:
        limit, offset = (page.ask.query.meaning.get(name, "") for name in ("limit", "offset"))
        is_first = limit.isdecimal() and not offset and not page.ask.query.filters
        if is_first and len(page.ids or ()) < min(int(limit[:9]), listed):
            return True
    return False


def _leave_holes(more: int, turn: Turn) -> None:
    _leave_open(more, turn)
    turn.hidden = more


def _distinct() -> Iterator[Explanation]:
    keys: dict[str, tuple[Callable[[Run], Any], str]] = {
        "contact": (lambda run: _text_at(run, "/contact/id") or run.phone, "contacts"),
        "phone": (lambda run: run.phone, "phone numbers"),
        "start": (lambda run: run.start, "start times"),
        "channel": (lambda run: run.body.get("channel_id"), "channels"),
        "last-step": (lambda run: run.body.get("last_step_id"), "last steps"),
        "status": (lambda run: run.status, "statuses"),
    }
    for name, (key, words) in keys.items():
        for count in _different(key):
            yield counting(
                f"total.distinct-by-{name}", f"counts different {words}, not runs",
                f"the column in `COUNT(DISTINCT …)`: {words}", count,
            )  # fmt: skip
            for filter_ in FILTERS:
                yield counting(
                    f"total.distinct-by-{name}", f"counts different {words}, not runs, where `{filter_}` is given",
                    f"the column in `COUNT(DISTINCT …)`: {words}", partial(_where_given, filter_, count), cost=2,
                )  # fmt: skip


def _where_given(name: str, count: Callable[[Turn], int], turn: Turn) -> int:
    return count(turn) if name in turn.texts else turn.total


def _text_at(run: Run, pointer: str) -> str | None:
    found = next(follow(run.body, pointer))
    return found if isinstance(found, str) else None


def _hashable(value: Any) -> Any:
    return value if value is None or isinstance(value, str | int | float) else repr(value)


def _different(key: Callable[[Run], Any]) -> tuple[Callable[[Turn], int], ...]:
    """Return counts of different values: one in which NULL is a value, as in a set, and one as SQL has it."""

    def value(run: Run) -> Any:
        return _hashable(key(run))

    return (
        lambda turn: len({*turn.world.of_rows(value, turn.rows)}),
        lambda turn: len({*turn.world.of_rows(value, turn.rows)} - {None}),
    )
