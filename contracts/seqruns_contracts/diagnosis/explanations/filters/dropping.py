"""Which filters are used: some are never tried, or not beside others, or only the first or the last."""

from __future__ import annotations

from functools import partial
from itertools import combinations, permutations
from typing import TYPE_CHECKING

from seqruns_contracts.diagnosis.explanations.filters.combining import name_of
from seqruns_contracts.diagnosis.explanations.kinds import (
    BOUNDS,
    TEXTS,
    Explanation,
    asking,
    drop,
    in_order,
    quoted,
    then,
)
from seqruns_contracts.diagnosis.gaps import UNSEEN, Unclear
from seqruns_contracts.model.query import FILTERS

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterator

    from seqruns_contracts.diagnosis.history import History
    from seqruns_contracts.diagnosis.pipeline import Turn


def dropped(_: History) -> Iterator[Explanation]:
    """Yield filters that are not used: always, beside another, beside any other, on later pages."""
    for names in (*((name,) for name in FILTERS), BOUNDS):
        yield from _ignored(names)
    yield from _of_two()
    yield from _beside_others()


def _ignored(names: tuple[str, ...]) -> Iterator[Explanation]:
    """Yield that a filter, or both bounds, are not used: at all, or where something else is asked as well, or not."""
    piece = name_of(names)
    yield Explanation(
        id=f"{piece}.ignored",
        sentence=f"ignores {quoted(names)}",
        look=f"the parameter {quoted(names)}: it is read under another name, or never used",
        change=asking(partial(lambda names, turn: drop(turn, *names), names)),
        needs=frozenset(names),
    )
    yield Explanation(
        id=f"{piece}.ignored-beside-others",
        sentence=f"ignores {quoted(names)} where another filter is given",
        look="the branches for filters together: an `elif`, or an early return",
        change=asking(partial(lambda names, turn: drop(turn, *(names if set(turn.texts) - {*names} else ())), names)),
        needs=frozenset(names),
    )
    yield Explanation(
        id=f"{piece}.ignored-with-offset",
        sentence=f"ignores {quoted(names)} on every page but the first",
        look="the code for later pages, which builds its own query",
        change=asking(partial(lambda names, turn: drop(turn, *(names if turn.offset else ())), names)),
        needs=frozenset(names),
    )
    yield Explanation(
        id=f"{piece}.only-beside-others",
        sentence=f"ignores {quoted(names)} where no other filter is given",
        look="the branch for this filter alone",
        change=asking(partial(lambda names, turn: drop(turn, *(() if set(turn.texts) - {*names} else names)), names)),
        needs=frozenset(names),
    )


def _of_two() -> Iterator[Explanation]:
    """Yield what may be done with two filters: they are used only together, or find nothing together."""
    for pair in combinations(FILTERS, 2):
        yield Explanation(
            id=f"{name_of(pair)}.only-together",
            sentence=f"uses {quoted(pair)} only where both are given",
            look="the condition of the branch: `and` in the place of two branches",
            change=asking(partial(_drop_unless_both, pair)),
            needs=frozenset(pair),
        )
        yield Explanation(
            id=f"filters.nothing-for-{name_of(pair)}",
            sentence=f"finds nothing where {quoted(pair)} are given together",
            look="the values of the two, which are bound in each other's place, or a join that excludes one",
            change=then("select", partial(_find_nothing, pair)),
            needs=frozenset(pair),
        )


def _beside_others() -> Iterator[Explanation]:
    """Yield that some filters are not used where some others are given."""
    for lost, beside in permutations(FILTERS, 2):
        yield _dropped_beside((lost,), (beside,))
        yield Explanation(
            id=f"{name_of((lost,))}.only-beside-{name_of((beside,))}",
            sentence=f"ignores `{lost}` where `{beside}` is not given",
            look=f"the branch for `{beside}`, the only one in which `{lost}` is looked at",
            change=asking(partial(_drop_without, lost, beside)),
            needs=frozenset({lost}),
        )
    for lost in TEXTS:
        yield _dropped_beside((lost,), BOUNDS)
        yield _dropped_beside(BOUNDS, (lost,))
        others = tuple(name for name in TEXTS if name != lost)
        yield _dropped_beside(others, (lost,))
        yield _dropped_beside((lost,), others)
        yield _dropped_beside(tuple(name for name in FILTERS if name != lost), (lost,))
    yield _dropped_beside(TEXTS, BOUNDS)
    for name in FILTERS:
        for both in combinations([other for other in FILTERS if other != name], 2):
            yield Explanation(
                id=f"{name_of((name,))}.ignored-beside-{name_of(both)}",
                sentence=f"ignores `{name}` where {quoted(both)} are both given",
                look="the branches of one `if`: the filters should be tried one after the other",
                change=asking(partial(_drop_beside_all, name, both)),
                needs=frozenset({name}),
                cost=2,
            )


def _drop_without(lost: str, beside: str, turn: Turn) -> None:
    drop(turn, *(() if beside in turn.texts else (lost,)))


def _drop_beside_all(lost: str, beside: Collection[str], turn: Turn) -> None:
    drop(turn, *((lost,) if {*beside} <= turn.texts.keys() else ()))


def _drop_unless_both(pair: tuple[str, ...], turn: Turn) -> None:
    drop(turn, *(() if {*pair} <= turn.texts.keys() else pair))


def _find_nothing(pair: Collection[str], turn: Turn) -> None:
    if {*pair} <= turn.texts.keys():
        turn.mask = 0


def _dropped_beside(lost: tuple[str, ...], beside: tuple[str, ...]) -> Explanation:
    return Explanation(
        id=f"{name_of(lost)}.ignored-beside-{name_of(beside)}",
        sentence=f"ignores {quoted(lost)} where {' or '.join(f'`{name}`' for name in beside)} is given",
        look="the branches of one `if`: the filters should be tried one after the other",
        change=asking(lambda turn: drop(turn, *(lost if turn.texts.keys() & {*beside} else ()))),
        needs=frozenset(lost),
        cost=1 + (len(lost) > 1 or len(beside) > 1),
    )


def kept(_: History) -> Iterator[Explanation]:
    """Yield the filters of which only some are used."""
    yield from _few()
    for chain in permutations(("phone", "status", "channel_id", "window")):
        yield _keeping(
            "only-one",
            f"uses only one of its filters: {', else '.join(chain)}",
            partial(_first_of, chain),
            cost=2,
        )
    yield from _of_the_whole()


def _few() -> Iterator[Explanation]:
    """Yield that only the first or the last few filters are used, as the code tries them or as they are sent."""
    for most in (1, 2, 3, 4):
        count = {1: "only one filter", 2: "only two filters", 3: "only three filters", 4: "only four filters"}[most]
        yield _keeping(
            "first" if most == 1 else f"first-{most}",
            f"uses {count}, the first of phone, status, channel_id, before and after",
            partial(lambda n, turn: in_order(turn)[:n], most),
        )
        yield _keeping(
            "last" if most == 1 else f"last-{most}",
            f"uses {count}, the last of phone, status, channel_id, before and after",
            partial(lambda n, turn: in_order(turn)[-n:], most),
        )
        yield _keeping(
            "first-sent", f"uses {count}, as they are sent", partial(lambda n, turn: list(turn.texts)[:n], most)
        )
        yield _keeping(
            "last-sent", f"uses {count}, the last that are sent", partial(lambda n, turn: list(turn.texts)[-n:], most)
        )


def _of_the_whole() -> Iterator[Explanation]:
    """Yield what is done with the query as a whole, or with the list that it is tried on."""
    for most in (50, 100, 200, 250, 500, 1000):
        yield Explanation(
            id="filters.of-the-first-runs",
            sentence=f"looks for what matches among the first {most} runs of the list only",
            look=f"a list of {most} runs that is fetched first and filtered in the program",
            change=then("select", partial(_keep_first, most)),
            needs=frozenset(FILTERS),
            cost=2,
        )
    yield Explanation(
        id="filters.ignored-with-offset",
        sentence="forgets the filters on every page but the first",
        look="the code for later pages, which builds its own query",
        change=asking(lambda turn: drop(turn, *(FILTERS if turn.offset else ()))),
        needs=frozenset(FILTERS),
    )
    yield Explanation(
        id="filters.ignored",
        sentence="ignores every filter",
        look="the query string, which is not read at all",
        change=asking(lambda turn: drop(turn, *FILTERS)),
        needs=frozenset(FILTERS),
    )


def _keep_first(most: int, turn: Turn) -> None:
    if turn.texts:
        first = turn.world.list_of(turn.world.listed, turn.world.length)[:most]
        if UNSEEN in first:
            raise Unclear
        turn.mask &= sum(1 << row for row in first)


def _keeping(name: str, sentence: str, keep: Callable[[Turn], Collection[str]], *, cost: int = 1) -> Explanation:
    def rewrite(turn: Turn) -> None:
        held = set(keep(turn))
        drop(turn, *(other for other in FILTERS if other not in held))

    return Explanation(
        id=f"filters.only-{name}",
        sentence=sentence,
        look="the conditions: each overwrites the one before, or they are branches of one `if`",
        change=asking(rewrite),
        needs=frozenset(FILTERS),
        cost=cost,
    )


def _first_of(chain: Collection[str], turn: Turn) -> Collection[str]:
    for name in chain:
        if name == "window" and set(BOUNDS) & turn.texts.keys():
            return BOUNDS
        if name in turn.texts:
            return (name,)
    return ()
