"""In which order runs are listed: another one on some occasions, or none at all."""

from __future__ import annotations

from functools import cache, partial
from typing import TYPE_CHECKING, Any, TypeAlias

from seqruns_contracts.diagnosis.explanations.filters.steps import same
from seqruns_contracts.diagnosis.explanations.kinds import BOUNDS, Explanation, Part, then
from seqruns_contracts.diagnosis.pipeline import Order, Turn
from seqruns_contracts.model.instants import read_instant
from seqruns_contracts.model.query import FILTERS
from seqruns_contracts.model.steps import steps_of

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from seqruns_contracts.diagnosis.history import History
    from seqruns_contracts.diagnosis.world import World
    from seqruns_contracts.model.run import Run

    Rearrange: TypeAlias = Callable[[Sequence[int]], list[int]]
    Sort: TypeAlias = tuple[str, str, Rearrange]
    """What is sorted by, in which direction, and how."""

NO_TIES = "`ORDER BY`: runs that start together need a second column, the id"
NO_ORDER = "`ORDER BY`, which is missing"


def orders(history: History) -> Iterator[Explanation]:
    """Yield other orders: with filters, on small or later pages, and none at all."""
    sorts = _sorts(history.world)
    is_disordered = _is_disordered(history)
    yield from _on_occasions(sorts, is_disordered=is_disordered)
    yield from _of_each_page(sorts)
    yield from _by_step_on_the_channel()
    yield Explanation(
        id="order.ties-are-open",
        sentence="lists runs that start together in another order each time: they are lost or repeated between pages",
        look=NO_TIES,
        change=then("sort", _leaving_open(lambda _: True, Order.TIES)),
        cost=3,
    )
    if is_disordered:
        yield Explanation(
            id="order.none",
            sentence="lists runs in another order each time: they are lost or repeated between pages",
            look=NO_ORDER,
            change=then("sort", _leaving_open(lambda _: True, Order.ANY)),
            cost=4,
        )


def _on_occasions(sorts: Sequence[Sort], *, is_disordered: bool) -> Iterator[Explanation]:
    """Yield another order, or one that is open, on some occasions only."""
    for when, words, concerns in _occasions():
        for key, direction, sort in sorts:
            yield Explanation(
                id=f"order.depends-on-{when}",
                sentence=f"lists runs {key}{direction} {words}, and otherwise in another order",
                look="`ORDER BY`: every query of the list should have the same one",
                change=then("sort", _sorting(concerns, sort)),
                cost=2,
                part=Part.PAGE,
            )
        if when != "offset":
            yield Explanation(
                id=f"order.ties-are-open-{when}",
                sentence=f"orders runs that start together anew {words}",
                look=NO_TIES,
                change=then("sort", _leaving_open(concerns, Order.TIES)),
                cost=3,
                part=Part.PAGE,
            )
        if is_disordered:
            yield Explanation(
                id=f"order.none-{when}",
                sentence=f"has no fixed order {words}",
                look=NO_ORDER,
                change=then("sort", _leaving_open(concerns, Order.ANY)),
                cost=4,
                part=Part.PAGE,
            )


def _by_step_on_the_channel() -> Iterator[Explanation]:
    """Yield that runs stand in the order of the joined step contacts where a channel is asked for."""
    for field, words in (("id", "id"), ("scheduled_at", "time")):
        for falls, direction in ((False, ""), (True, ", highest first" if field == "id" else ", latest first")):
            yield Explanation(
                id="order.depends-on-channel_id",
                sentence=f"lists runs by the {words} of their step contact on the channel{direction} where `channel_id` is given, "
                "and otherwise in another order",
                look="`ORDER BY`, whose column is one of the joined step contacts",
                change=then("sort", partial(_sort_by_step, field, falls=falls), given=("channel_id",)),
                needs=frozenset({"channel_id"}),
                cost=2,
                part=Part.PAGE,
            )


def _sort_by_step(field: str, turn: Turn, *, falls: bool) -> None:
    runs, channel = turn.world.runs, turn.texts["channel_id"]
    pick = max if falls else min

    def key(row: int) -> str:
        on_it = [str(step.get(field)) for step in steps_of(runs[row]) if same(step.get("channel_id"), channel)]
        return pick(on_it, default="")

    turn.rows = sorted(turn.rows, key=key, reverse=falls)


def _of_each_page(sorts: Sequence[Sort]) -> Iterator[Explanation]:
    """Yield that pages are cut first, and put in order by themselves."""
    for key, direction, sort in sorts:
        yield Explanation(
            id="order.sorted-after-the-page",
            sentence=f"cuts its pages out of the runs {key}{direction}, and puts each page in order afterwards",
            look="the order of the steps: `ORDER BY` belongs before `LIMIT`, not into the program",
            change=then("cut", partial(_cut_in_order, sort)),
            cost=2,
            part=Part.PAGE,
        )
    yield Explanation(
        id="order.turned-on-each-page",
        sentence="turns the runs of each page round, so that pages do not fit together",
        look="a `reverse()` of the page, which belongs to the order of the query",
        change=then("cut", _turn_round),
        part=Part.PAGE,
    )


def _cut_in_order(sort: Rearrange, turn: Turn) -> None:
    # A page that holds the whole list showed the order that is made afterwards: it is that of the world.
    turn.page = sorted(turn.page_of(sort(turn.rows)))


def _is_disordered(history: History) -> bool:
    """Return whether any page has runs that stand in another order in the list.

    Without that nothing says that there is no order. An `offset` that is ignored shows the first page again: any runs
    that match will do for a list without an order, so that would fit, but they stand there in their order.
    """
    places = (history.world.places(seen.ids or ()) for seen in history.came)
    return any(known != sorted(known) for each in places if (known := [place for place in each if place >= 0]))


def _turn_round(turn: Turn) -> None:
    # The list was read in one page, so it is known the wrong way round.
    turn.page = list(reversed(turn.page_of(list(reversed(turn.rows)))))


def _occasions() -> Iterator[tuple[str, str, Callable[[Turn], bool]]]:
    yield "filters", "where a filter is given", lambda turn: bool(turn.texts)
    yield "offset", "on every page but the first", lambda turn: turn.offset > 0
    yield "window", "where `before` or `after` is given", lambda turn: bool(turn.texts.keys() & {*BOUNDS})
    for name in FILTERS:
        yield name, f"where `{name}` is given", partial(lambda name, turn: name in turn.texts, name)
    for size in (5, 10, 20, 50, 100, 200):
        yield "limit", f"on pages of less than {size}", partial(lambda size, turn: turn.limit < size, size)


def _sorts(world: World) -> list[Sort]:
    """Return the orders that a list may have."""

    def by(key: Callable[[Run], Any], *, falling: bool = False, ids_fall: bool = False) -> Rearrange:
        # All runs are put in order once; every page after that is sorted by small numbers.
        @cache
        def places() -> list[int]:
            tied = sorted(range(len(world.runs)), key=lambda row: world.runs[row].id, reverse=ids_fall)
            order = sorted(tied, key=lambda row: key(world.runs[row]), reverse=falling)
            return sorted(range(len(order)), key=order.__getitem__)

        return lambda rows: sorted(rows, key=places().__getitem__)

    def time(run: Run) -> int:
        return run.start or 0

    def updated(run: Run) -> int:
        return read_instant(str(run.body.get("updated_at"))) or 0

    return [
        ("the other way round", "", lambda rows: list(reversed(rows))),
        ("by id", "", by(lambda run: run.id)),
        ("by id", ", highest first", by(lambda run: run.id, falling=True)),
        ("oldest first", "", by(time)),
        ("oldest first", " and by falling id", by(time, ids_fall=True)),
        ("newest first", "", by(time, falling=True, ids_fall=True)),
        ("newest first", " and by rising id", by(time, falling=True)),
        ("by last update", "", by(updated)),
        ("by last update", ", latest first", by(updated, falling=True)),
        ("by phone", "", by(lambda run: run.phone or "")),
        ("by status", "", by(lambda run: run.status or "")),
    ]


def _sorting(concerns: Callable[[Turn], bool], sort: Rearrange) -> Callable[[Turn], None]:
    def change(turn: Turn) -> None:
        if concerns(turn):
            turn.rows = sort(turn.rows)

    return change


def _leaving_open(concerns: Callable[[Turn], bool], order: Order) -> Callable[[Turn], None]:
    def change(turn: Turn) -> None:
        if concerns(turn):
            turn.order = order

    return change
