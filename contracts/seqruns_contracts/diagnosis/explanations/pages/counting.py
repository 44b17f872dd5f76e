"""What `total` counts."""

from __future__ import annotations

from functools import partial
from itertools import combinations
from typing import TYPE_CHECKING, Any

from seqruns_contracts.diagnosis.explanations.kinds import PIECE, Explanation, Part, in_order, quoted, then
from seqruns_contracts.diagnosis.gaps import Unclear
from seqruns_contracts.diagnosis.pipeline import HONEST, UNREADABLE
from seqruns_contracts.model.query import FILTERS
from seqruns_contracts.model.run import follow
from seqruns_contracts.model.steps import steps_of

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from seqruns_contracts.diagnosis.history import History
    from seqruns_contracts.diagnosis.pipeline import Turn
    from seqruns_contracts.model.exchange import Observation
    from seqruns_contracts.model.run import Run

COUNT = "the query that counts"


def totals(history: History) -> Iterator[Explanation]:
    """Yield other counts."""
    changes: dict[str, tuple[Callable[[Turn], int], str, str]] = {
        "total.of-the-page": (lambda turn: len(turn.page), "counts the runs of the page, not all that match", f"`total`: it is the length of the page; {COUNT} is missing"),
        "total.of-what-is-left": (lambda turn: max(0, turn.total - turn.offset), "counts only from `offset` on", f"`OFFSET` in {COUNT}"),
        "total.so-far": (lambda turn: min(turn.total, turn.offset + turn.limit + 1), "says in `total` only whether there is another page", f"`LIMIT` in {COUNT}"),
        "total.of-the-page-so-far": (lambda turn: min(turn.total, turn.offset + len(turn.page)), "counts only up to the end of the page", "`total`, which is the offset and the length of the page"),
        "total.of-the-limit": (lambda turn: min(turn.total, turn.limit), "counts no more than `limit`", f"`LIMIT` in {COUNT}"),
        "total.is-the-limit": (lambda turn: turn.limit, "shows the limit as the total", "the field that `total` is made of"),
        "total.of-pages": (lambda turn: -(-turn.total // max(1, turn.limit)), "counts pages, not runs", "the field that `total` is made of: the number of pages"),
        "total.of-pages-down": (lambda turn: turn.total // max(1, turn.limit), "counts pages, not runs", "the field that `total` is made of: the number of pages"),
        "total.none-past-the-end": (lambda turn: turn.total if turn.page else 0, "says a total of 0 past the end", "`COUNT(*) OVER ()`: without a row there is nothing to stand in"),
        "total.of-step-contacts": (_sum(lambda run: max(1, len(steps_of(run)))), "counts a run once for each of its step contacts", "`COUNT(DISTINCT …)` is missing after a left join (in Sequelize `distinct: true`)"),
        "total.of-step-contacts-only": (_sum(lambda run: len(steps_of(run))), "counts the step contacts, not the runs", "`COUNT(DISTINCT …)` is missing after a join"),
        "total.of-messages": (_sum(lambda run: max(1, _messages(run))), "counts a run once for each of its messages", "`COUNT(DISTINCT …)` is missing after left joins (in Sequelize `distinct: true`)"),
        "total.of-messages-only": (_sum(_messages), "counts the messages, not the runs", "`COUNT(DISTINCT …)` is missing after a join"),
        "total.of-joined-rows": (_sum(_rows), "counts a run once for each row of a join with its step contacts and their messages", "`COUNT(DISTINCT …)` is missing after left joins (in Sequelize `distinct: true`)"),
        "total.ignores-all-but-the-first-filter": (lambda turn: _matching(turn, in_order(turn)[:1]), "counts with the first filter only", f"the conditions of {COUNT}"),
        "total.ignores-all-but-the-last-filter": (lambda turn: _matching(turn, in_order(turn)[-1:]), "counts with the last filter only", f"the conditions of {COUNT}"),
        "total.last-index": (lambda turn: max(0, turn.total - 1), "says a total that is one too small", "the field that `total` is made of: the last index"),
        "total.of-any-filter": (_either, "counts the runs that match any of the filters: OR for AND", f"the word between the conditions of {COUNT}"),
        "total.of-one": (lambda turn: min(1, turn.total), "says a total of 1 where anything matches", "the field that `total` is made of: the number of rows of the query that counts, as `GROUP BY` makes it"),
        "total.of-every-sequence": (_of_every_sequence, "counts the runs of other sequences as well", f"the condition on the sequence, which is missing in {COUNT}"),
        "total.zero-on-later-pages": (lambda turn: 0 if turn.offset else turn.total, "counts only for the first page, and says 0 on the others", "the code for later pages, which skips the count"),
        "total.zero": (lambda _: 0, "always says a total of 0", "`total`, which is never filled in"),
    }  # fmt: skip
    for id_, (count, sentence, look) in changes.items():
        yield _counting(id_, sentence, look, count)
    for names in _subsets():
        yield _counting(
            "total.ignores-the-filters" if len(names) == len(FILTERS) else f"total.ignores-{'-and-'.join(names)}",
            f"leaves {quoted(names) if len(names) < len(FILTERS) else 'all filters'} out of the total",
            f"the conditions of {COUNT}: {quoted(names) if len(names) < len(FILTERS) else 'the filters'} "
            f"{'is' if len(names) == 1 else 'are'} missing",
            partial(lambda names, turn: _matching(turn, [name for name in turn.masks if name not in names]), names),
        )
    for unit in (5, 10, 20, 25, 50, 100):
        for way, words in ((round, "rounds"), (_down, "rounds down"), (_up, "rounds up")):
            yield _counting(
                "total.rounded", f"{words} the total to multiples of {unit}", "an estimate in the place of a count",
                partial(lambda unit, way, turn: int(way(turn.total / unit)) * unit, unit, way), cost=2,
            )  # fmt: skip
    for times in (2, 3):
        for name in (*FILTERS, ""):
            yield _counting(
                "total.multiplied", f"says {times} times the total" + (f" where `{name}` is given" if name else ""),
                f"a join in {COUNT} that has {times} rows for each run",
                partial(lambda times, name, turn: turn.total * (times if not name or name in turn.texts else 1), times, name), cost=2,
            )  # fmt: skip
    yield from _fitted(history)
    yield from _distinct(history)


def _fitted(history: History) -> Iterator[Explanation]:
    """Yield the counts with a number that what came says."""
    came = {page.total for page in history.pages if page.total is not None}
    world = history.world
    for most in [*sorted({total for total in came if total > 1}, reverse=True)[:3], 100]:
        yield _counting(
            "total.capped", f"counts to {most} at most", f"the limit of {COUNT}: {most}",
            partial(lambda most, turn: min(turn.total, most), most), cost=2,
        )  # fmt: skip
    for more in (1, 2, -2):
        yield _counting(
            f"total.{'plus' if more > 0 else 'minus'}-{abs(more)}",
            f"says a total that is {abs(more)} too {'large' if more > 0 else 'small'}",
            "the field that `total` is made of", partial(lambda more, turn: turn.total + more, more),
        )  # fmt: skip
    yield from _too_much(history)
    listed = world.listed.bit_count()
    unfiltered = {page.total for page in history.pages if not page.ask.query.filters and page.total is not None}
    # One total of the whole list, and another number of runs on it.
    more = unfiltered.pop() - listed if world.whole and len(unfiltered) == 1 else 0
    if more:
        yield _counting(
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
    for constant in sorted({total for total in came if total != world.total})[:6]:
        yield _counting(
            "total.of-everything", f"always says a total of {constant}, whatever is asked",
            f"the conditions of {COUNT}: the sequence and the filters are missing",
            partial(lambda n, _: n, constant), cost=2,
        )  # fmt: skip


def _too_much(history: History) -> Iterator[Explanation]:
    """Yield totals that are wrong by one number, on some occasion only: on later pages, or where a filter is given."""
    gaps = {
        seen.total - turn.total for seen in history.pages if seen.total is not None and (turn := _due(history, seen))
    }
    occasions: tuple[tuple[str, str, Callable[[Turn], object]], ...] = (
        ("later", "on every page but the first", lambda turn: turn.offset),
        ("filters", "where a filter is given", lambda turn: turn.texts),
        *((PIECE.get(name, name), f"where `{name}` is given", partial(_is_given, name)) for name in FILTERS),
    )
    for gap in gaps - {0} if len(gaps - {0}) == 1 else ():
        for id_, words, concerns in occasions:
            yield _counting(
                f"total.off-by-some-{id_}", f"says a total that is {abs(gap)} too {'large' if gap > 0 else 'small'} {words}",
                f"the branch for that in {COUNT}", partial(_add_where, concerns, gap), cost=2,
            )  # fmt: skip


def _due(history: History, seen: Observation) -> Turn | None:
    try:
        return HONEST.run(history.world, seen.ask.query)
    except UNREADABLE:
        return None


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


def _distinct(_: History) -> Iterator[Explanation]:
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
            yield _counting(
                f"total.distinct-by-{name}", f"counts different {words}, not runs",
                f"the column in `COUNT(DISTINCT …)`: {words}", count,
            )  # fmt: skip
            for filter_ in FILTERS:
                yield _counting(
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


def _subsets() -> Iterator[tuple[str, ...]]:
    for size in range(1, len(FILTERS) + 1):
        yield from combinations(FILTERS, size)


def _counting(id_: str, sentence: str, look: str, count: Callable[[Turn], int], *, cost: int = 1) -> Explanation:
    def set_total(turn: Turn) -> None:
        turn.total = count(turn)

    return Explanation(
        id=id_, sentence=sentence, look=look, change=then("count", set_total), cost=cost, part=Part.TOTAL
    )


def _down(value: float) -> int:
    return int(value)


def _up(value: float) -> int:
    return -int(-value // 1)


def _sum(value: Callable[[Run], int]) -> Callable[[Turn], int]:
    return lambda turn: sum(turn.world.of_rows(value, turn.rows))


def _different(key: Callable[[Run], Any]) -> tuple[Callable[[Turn], int], ...]:
    """Return counts of different values: one in which NULL is a value, as in a set, and one as SQL has it."""

    def value(run: Run) -> Any:
        return _hashable(key(run))

    return (
        lambda turn: len({*turn.world.of_rows(value, turn.rows)}),
        lambda turn: len({*turn.world.of_rows(value, turn.rows)} - {None}),
    )


def _matching(turn: Turn, names: list[str]) -> int:
    mask = turn.world.listed
    for name in names:
        mask &= turn.masks.get(name, mask)
    return turn.world.count(mask)


def _of_every_sequence(turn: Turn) -> int:
    world = turn.world
    if not (world.whole and world.foreign):
        raise Unclear
    mask = world.listed | world.foreign
    for each in turn.masks.values():
        mask &= each
    return mask.bit_count()


def _either(turn: Turn) -> int:
    mask = 0 if turn.masks else turn.world.listed
    for each in turn.masks.values():
        mask |= each
    return turn.world.count(mask & turn.world.listed)


def _rows(run: Run) -> int:
    """Return the rows of a run in a left join with its step contacts and their messages."""
    return max(1, sum(max(1, len(_messages_of(step))) for step in steps_of(run)))


def _messages_of(step: dict[str, Any]) -> list[Any]:
    messages = step.get("contact_messages")
    return messages if isinstance(messages, list) else []


def _messages(run: Run) -> int:
    return sum(len(_messages_of(step)) for step in steps_of(run))
