"""What `total` counts."""

from __future__ import annotations

from functools import partial
from itertools import combinations
from typing import TYPE_CHECKING, Any

from seqruns_contracts.diagnosis.explanations.kinds import (
    COUNT,
    Explanation,
    counting,
    in_order,
    quoted,
)
from seqruns_contracts.diagnosis.gaps import Unclear
from seqruns_contracts.model.query import FILTERS
from seqruns_contracts.model.steps import steps_of

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from seqruns_contracts.diagnosis.history import History
    from seqruns_contracts.diagnosis.pipeline import Turn
    from seqruns_contracts.model.run import Run


def totals(_: History) -> Iterator[Explanation]:
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
        "total.in-whole-pages": (lambda turn: -(-turn.total // max(1, turn.limit)) * turn.limit, "says the total of whole pages: pages times `limit`", "the field that `total` is made of: the number of pages, times the page size"),
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
        yield counting(id_, sentence, look, count)
    yield from _without_filters()
    yield from _rounded()
    yield from _multiplied()


def _without_filters() -> Iterator[Explanation]:
    """Yield counts that leave filters out of account, one or several."""
    for names in _subsets():
        yield counting(
            "total.ignores-the-filters" if len(names) == len(FILTERS) else f"total.ignores-{'-and-'.join(names)}",
            f"leaves {quoted(names) if len(names) < len(FILTERS) else 'all filters'} out of the total",
            f"the conditions of {COUNT}: {quoted(names) if len(names) < len(FILTERS) else 'the filters'} "
            f"{'is' if len(names) == 1 else 'are'} missing",
            partial(lambda names, turn: _matching(turn, [name for name in turn.masks if name not in names]), names),
        )


def _rounded() -> Iterator[Explanation]:
    """Yield counts to multiples of a round number."""
    for unit in (5, 10, 20, 25, 50, 100):
        for way, words in ((round, "rounds"), (_down, "rounds down"), (_up, "rounds up")):
            yield counting(
                "total.rounded", f"{words} the total to multiples of {unit}", "an estimate in the place of a count",
                partial(lambda unit, way, turn: int(way(turn.total / unit)) * unit, unit, way), cost=2,
            )  # fmt: skip


def _multiplied() -> Iterator[Explanation]:
    """Yield that a join repeats each run, so that it is counted as often."""
    for times in (2, 3):
        for name in (*FILTERS, ""):
            yield counting(
                "total.multiplied", f"says {times} times the total" + (f" where `{name}` is given" if name else ""),
                f"a join in {COUNT} that has {times} rows for each run",
                partial(lambda times, name, turn: turn.total * (times if not name or name in turn.texts else 1), times, name), cost=2,
            )  # fmt: skip


def _subsets() -> Iterator[tuple[str, ...]]:
    for size in range(1, len(FILTERS) + 1):
        yield from combinations(FILTERS, size)


def _down(value: float) -> int:
    return int(value)


def _up(value: float) -> int:
    return -int(-value // 1)


def _sum(value: Callable[[Run], int]) -> Callable[[Turn], int]:
    return lambda turn: sum(turn.world.of_rows(value, turn.rows))


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
