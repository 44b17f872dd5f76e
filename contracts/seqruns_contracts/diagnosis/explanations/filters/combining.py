"""By which word filters come together: OR for AND, between all of them or some."""

from __future__ import annotations

from dataclasses import replace
from functools import partial
from itertools import combinations, permutations, product
from typing import TYPE_CHECKING

from seqruns_contracts.diagnosis.explanations.kinds import (
    BOUNDS,
    PIECE,
    Explanation,
    in_order,
    quoted,
    then,
)
from seqruns_contracts.model.query import FILTERS

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterator

    from seqruns_contracts.diagnosis.history import History
    from seqruns_contracts.diagnosis.pipeline import Pipeline, Turn

SETS: tuple[tuple[str, ...], ...] = (
    *((name,) for name in FILTERS),
    BOUNDS,
    ("phone", "status"),
    ("phone", "channel_id"),
    ("status", "channel_id"),
    ("phone", "status", "channel_id"),
)


def name_of(names: tuple[str, ...]) -> str:
    """Return what a group of filters is called in an id."""
    return "window" if names == BOUNDS else "-and-".join(PIECE.get(name, name) for name in names)


def alternatives(history: History) -> Iterator[Explanation]:
    """Yield the filters that are joined by OR: all of them, groups of them, or one with the rest."""
    yield _joined("alternatives", "returns runs that match any of the filters, not all of them: OR for AND", _any)
    for names in SETS:
        yield _joined(
            f"{name_of(names)}-or-the-rest",
            f"returns runs that match {quoted(names)} or the other filters: OR for AND",
            partial(_or_rest, names),
        )
    for names in [names for names in SETS if len(names) > 1]:
        yield _joined(
            f"{name_of(names)}-are-alternatives",
            f"returns runs that match either of {quoted(names)}: OR for AND",
            partial(_one_of, names),
        )
    for pair in combinations(FILTERS, 2):
        if pair not in SETS:
            yield _joined(
                f"{name_of(pair[:1])}-or-{name_of(pair[1:])}",
                f"returns runs that match either of {quoted(pair)}: OR for AND",
                partial(_one_of, pair),
            )
    if history.world.foreign:
        yield from _of_two_without_parentheses()
    for order in (in_order, lambda turn: list(turn.texts)):
        yield Explanation(
            id="filters.or-without-parentheses",
            sentence="returns runs that match any of the filters, and all but the first filter look at every sequence",
            look="parentheses that are missing: `sequence = … AND a OR b` is `(sequence = … AND a) OR b`",
            change=partial(
                lambda order, pipeline: replace(pipeline, select=partial(_without_parentheses, order)), order
            ),
            needs=frozenset(FILTERS),
        )


def _of_two_without_parentheses() -> Iterator[Explanation]:
    """Yield that two filters are joined by OR, and only the first of them looks at the sequence."""
    for pair, is_rest_of_both in product(permutations(FILTERS, 2), (True, False)):
        yield Explanation(
            id=f"filters.{name_of(pair[:1])}-or-{name_of(pair[1:])}-without-parentheses",
            sentence=f"returns runs that match either of {quoted(pair)}, and those of every sequence for `{pair[1]}`"
            + ", whatever else is asked" * (not is_rest_of_both),
            look="parentheses that are missing: `sequence = … AND a OR b` is `(sequence = … AND a) OR b`",
            change=then("select", partial(_either_of_two, pair, is_rest_of_both=is_rest_of_both)),
            needs=frozenset(pair),
        )


def _either_of_two(pair: tuple[str, str], turn: Turn, *, is_rest_of_both: bool) -> None:
    if {*pair} <= turn.masks.keys():
        # What is asked beside the two may stand in front of the first, or hold of both.
        rest = _all(turn, [name for name in turn.masks if name not in pair])
        ours, every = (turn.masks[name] for name in pair)
        turn.mask = turn.world.listed & ours & rest | every & (rest if is_rest_of_both else -1)


def _without_parentheses(order: Callable[[Turn], list[str]], turn: Turn) -> None:
    # What comes after the first OR is not held against the sequence: it selects runs of all of them.
    turn.mask = turn.world.listed
    for place, name in enumerate(order(turn)):
        turn.mask = turn.mask | turn.masks[name] if place else turn.mask & turn.masks[name]


def _joined(name: str, sentence: str, keep: Callable[[Turn], int]) -> Explanation:
    def change(pipeline: Pipeline) -> Pipeline:
        def select(turn: Turn) -> None:
            if len(turn.masks) < 2:
                pipeline.select(turn)
            else:
                turn.mask = turn.world.listed & keep(turn)

        return replace(pipeline, select=select)

    return Explanation(
        id=f"filters.{name}",
        sentence=sentence,
        look="the word between the conditions: `OR` for `AND`, or parentheses that are missing",
        change=change,
        needs=frozenset(FILTERS),
    )


def _any(turn: Turn) -> int:
    mask = 0
    for each in turn.masks.values():
        mask |= each
    return mask


def _all(turn: Turn, names: Collection[str]) -> int:
    # All bits of -1 are set: no filter at all selects every run.
    mask = -1
    for name in names:
        mask &= turn.masks[name]
    return mask


def _or_rest(names: Collection[str], turn: Turn) -> int:
    group = [name for name in turn.masks if name in names]
    rest = [name for name in turn.masks if name not in names]
    return _all(turn, group) | _all(turn, rest) if group and rest else _all(turn, turn.masks)


def _one_of(names: Collection[str], turn: Turn) -> int:
    group = [turn.masks[name] for name in turn.masks if name in names]
    # Where none of the group is given it leaves the others as they are.
    either = 0 if group else -1
    for mask in group:
        either |= mask
    return either & _all(turn, [name for name in turn.masks if name not in names])
