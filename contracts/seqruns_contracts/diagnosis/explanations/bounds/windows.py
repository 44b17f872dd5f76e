"""What is made of a window as a whole, and of a bound that is missing."""

from __future__ import annotations

from itertools import product
from typing import TYPE_CHECKING

from seqruns_contracts.diagnosis.explanations.bounds.comparing import SIGNS, STRICT, swap
from seqruns_contracts.diagnosis.explanations.bounds.reading import DAY
from seqruns_contracts.diagnosis.explanations.kinds import BOUNDS, FAR, PIECE, Explanation, asking, drop, then
from seqruns_contracts.diagnosis.matching import Bound
from seqruns_contracts.model.instants import read_instant, write_instant
from seqruns_contracts.model.query import OTHER_BOUND

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from seqruns_contracts.diagnosis.explanations.kinds import Change
    from seqruns_contracts.diagnosis.history import History
    from seqruns_contracts.diagnosis.pipeline import Pipeline, Turn


def windows(_: History) -> Iterator[Explanation]:
    """Yield what is made of a window as a whole."""
    yield Explanation(
        id="window.put-in-order",
        sentence="turns a window round that ends before it begins, where nothing should match",
        look="the code that sorts the two bounds",
        change=asking(_put_in_order),
        needs=frozenset(BOUNDS),
    )
    yield from _exclusive_beside_others()
    yield from _reaching_some_days()
    yield from _of_both()
    yield from _of_early_times()


def _exclusive_beside_others() -> Iterator[Explanation]:
    """Yield that a bound is left out where another filter is given, and taken in where it is alone."""
    for name, sign in SIGNS.items():
        other = OTHER_BOUND[name]
        yield Explanation(
            id=f"window.{name}-exclusive-beside-{other}",
            sentence=f"leaves out the bound `{name}` where `{other}` is given as well, and takes it in where it is alone",
            look=f"the branch for both bounds: `{sign}` instead of `{sign}=`, or a half-open range type",
            change=_half_open(name, other),
            needs=frozenset({name}),
        )
    for name, other in product(BOUNDS, ("status", "phone", "channel_id")):
        yield Explanation(
            id=f"{name}.exclusive-beside-{PIECE.get(other, other)}",
            sentence=f"leaves out the bound `{name}` where `{other}` is given as well, and takes it in where it is alone",
            look=f"the branch for both filters: `{SIGNS[name]}` instead of `{SIGNS[name]}=`",
            change=_half_open(name, other),
            needs=frozenset({name}),
        )


def _reaching_some_days() -> Iterator[Explanation]:
    """Yield that the bound that is missing is made up, some days away: the usual windows of a report."""
    for name in BOUNDS:
        for days in (1, 7, 14, 28, 30, 31, 60, 90, 91, 92, 180, 182, 183, 365, 366, 730):
            yield Explanation(
                id=f"{name}.reaches-{'back' if name == 'before' else 'ahead'}-some-days",
                sentence=f"adds a bound of its own, {days} days {'before' if name == 'before' else 'after'} `{name}`, "
                f"where `{OTHER_BOUND[name]}` is not given",
                look=f"a default of {days} days for the bound that is missing",
                change=asking(_reaching(name, days)),
                needs=frozenset({name}),
                cost=2,
            )


def _of_both() -> Iterator[Explanation]:
    """Yield what is done where both bounds are given."""
    yield Explanation(
        id="window.swapped-together",
        sentence="exchanges `before` and `after` where both are given, and takes each for what it is where it is alone",
        look="the branch for both bounds: the two values of a `BETWEEN` are exchanged",
        change=asking(lambda turn: swap(turn) if {*BOUNDS} <= turn.texts.keys() else None),
        needs=frozenset(BOUNDS),
    )
    yield Explanation(
        id="window.one-day-is-whole",
        sentence="takes a window within one day for the whole of that day",
        look="the bounds, of which only the dates are used where they are the same",
        change=asking(_whole_day),
        needs=frozenset(BOUNDS),
    )


def _of_early_times() -> Iterator[Explanation]:
    """Yield that times count as absent whose number is false, or negative."""
    yield Explanation(
        id="window.epoch-is-absent",
        sentence="takes the first second of 1970 for no bound at all, as its number is 0",
        look="the test whether a bound is given: `if before:` instead of `if before is not None:`",
        change=asking(lambda turn: drop(turn, *_at(turn, 0))),
        needs=frozenset(BOUNDS),
    )
    yield Explanation(
        id="window.before-1970-is-absent",
        sentence="takes a time before 1970 for no bound at all, as its number is negative",
        look="the test whether a bound is given: `if before > 0`",
        change=asking(lambda turn: drop(turn, *_at(turn, -FAR, 0))),
        needs=frozenset(BOUNDS),
    )


def _at(turn: Turn, first: int, last: int | None = None) -> list[str]:
    instants = {name: read_instant(turn.texts[name]) for name in BOUNDS if name in turn.texts}
    return [
        name for name, at in instants.items() if at is not None and first <= at <= (first if last is None else last)
    ]


def _whole_day(turn: Turn) -> None:
    before, after = (read_instant(turn.texts.get(name, "")) for name in BOUNDS)
    if before is not None and after is not None and before // DAY == after // DAY:
        first = before // DAY * DAY
        turn.texts |= {"after": write_instant(first), "before": write_instant(first + DAY - 1)}


def _put_in_order(turn: Turn) -> None:
    before, after = (read_instant(turn.texts.get(name, "")) for name in BOUNDS)
    if before is not None and after is not None and before < after:
        swap(turn)


def _half_open(name: str, other: str) -> Change:
    def change(pipeline: Pipeline) -> Pipeline:
        inner = pipeline.filters[name]
        strict = Bound(time=inner.time, holds=STRICT[name], read=inner.read) if isinstance(inner, Bound) else inner

        # What both filters select is right but for the bound's own runs, which are taken off.
        def narrow(turn: Turn) -> None:
            if name in turn.texts and other in turn.texts:
                turn.mask &= strict(turn.world, turn.texts[name])

        return then("select", narrow)(pipeline)

    return change


def _reaching(name: str, days: int) -> Callable[[Turn], None]:
    other = OTHER_BOUND[name]

    def reach(turn: Turn) -> None:
        bound = read_instant(turn.texts.get(name, ""))
        if bound is not None and other not in turn.texts:
            turn.texts[other] = write_instant(bound + (-days if name == "before" else days) * DAY)

    return reach
