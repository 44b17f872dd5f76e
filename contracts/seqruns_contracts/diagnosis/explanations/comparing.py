"""What a bound is compared with, and how: exclusive, cut, as text, another time of the run."""

from __future__ import annotations

import operator
from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING

from seqruns_contracts.diagnosis.explanations.kinds import (
    BOUNDS,
    Explanation,
    asking,
    bounding,
    drop,
    quoted,
    steps_of,
    then,
)
from seqruns_contracts.diagnosis.explanations.reading import DAY, SIDES, UNITS, local_of, piece_of
from seqruns_contracts.diagnosis.pipeline import Bound, Pipeline, Turn, at_least, at_most
from seqruns_contracts.model.instants import read_instant, write_instant

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping
    from typing import Any

    from seqruns_contracts.diagnosis.explanations.kinds import Change
    from seqruns_contracts.diagnosis.history import History
    from seqruns_contracts.diagnosis.world import Mask, World
    from seqruns_contracts.model.run import Run

HOLDS = {"before": at_most, "after": at_least}
STRICT = {"before": operator.lt, "after": operator.gt}
SIGNS = {"before": "<", "after": ">"}


def comparing(_: History) -> Iterator[Explanation]:
    """Yield other comparisons of the start time with a bound."""
    for names in SIDES:
        piece = piece_of(names)
        signs = " and ".join(f"`{SIGNS[name]}` instead of `{SIGNS[name]}=`" for name in names)
        yield Explanation(
            id=f"{piece}.exclusive",
            sentence=f"compares {quoted(names)} with {signs}: a run that starts exactly at the bound is lost",
            look=f"the comparison {signs}",
            change=_comparing(names, lambda name: STRICT[name]),
            needs=frozenset(names),
        )
        yield Explanation(
            id=f"{piece}.inverted",
            sentence=f"compares {quoted(names)} the wrong way round",
            look="the direction of the comparison",
            change=_comparing(names, lambda name: HOLDS["after" if name == "before" else "before"]),
            needs=frozenset(names),
        )
        yield from _by_unit(names)
    yield Explanation(
        id="window.swapped",
        sentence="exchanges `before` and `after`",
        look="the two placeholders of the query: each has the other's value",
        change=asking(_swap),
        needs=frozenset(BOUNDS),
    )


def _by_unit(names: tuple[str, ...]) -> Iterator[Explanation]:
    piece = piece_of(names)
    for unit, size in UNITS.items():
        yield Explanation(
            id=f"{piece}.start-cut-to-the-{unit}",
            sentence=f"cuts the start time to the {unit} before it compares it with {quoted(names)}",
            look=f"the column: `date_trunc('{unit}', …)`, or an index that holds {unit}s",
            change=_comparing(names, lambda name, size=size: _cut_start(HOLDS[name], size)),  # type: ignore[misc]
            needs=frozenset(names),
        )
        yield Explanation(
            id=f"{piece}.compared-by-the-{unit}",
            sentence=f"compares {quoted(names)} with the start time by the {unit} only",
            look=f"the precision of the comparison: both sides are cut to the {unit}",
            change=_comparing(names, lambda name, size=size: _cut_both(HOLDS[name], size)),  # type: ignore[misc]
            needs=frozenset(names),
        )
        yield Explanation(
            id=f"{piece}.of-another-{unit}",
            sentence=f"compares {quoted(names)} by the {unit}, and leaves out the {unit} of the bound",
            look=f"the comparison, which is exclusive and by the {unit}",
            change=_comparing(names, lambda name, size=size: _cut_both(STRICT[name], size)),  # type: ignore[misc]
            needs=frozenset(names),
            cost=2,
        )


def _cut_start(holds: Callable[[int, int], bool], unit: int) -> Callable[[int, int], bool]:
    return lambda time, bound: holds(time // unit * unit, bound)


def _cut_both(holds: Callable[[int, int], bool], unit: int) -> Callable[[int, int], bool]:
    return lambda time, bound: holds(time // unit, bound // unit)


def _comparing(names: tuple[str, ...], holds: Callable[[str], Callable[[int, int], bool]]) -> Change:
    changes = [bounding([name], holds=holds(name)) for name in names]

    def change(pipeline: Pipeline) -> Pipeline:
        for each in changes:
            pipeline = each(pipeline)
        return pipeline

    return change


def _swap(turn: Turn) -> None:
    before, after = turn.texts.pop("before", None), turn.texts.pop("after", None)
    turn.texts |= {name: text for name, text in (("before", after), ("after", before)) if text is not None}


@dataclass(frozen=True, slots=True)
class AsText:
    """A bound compared as text with the start time as it is printed, each in some form."""

    holds: Callable[[str, str], bool]
    held: Callable[[Run], str | None]
    sent: Callable[[str], str]

    def __call__(self, world: World, text: str) -> Mask:
        """Return the runs whose text is on the right side."""
        return world.timed(self.held, self.holds, self.sent(text))


FORMS: Mapping[str, Callable[[str], str]] = {
    "": str,
    "without its zone": local_of,
    "with a space for the T": lambda text: text.replace("T", " "),
    "with a space for the T and without its zone": lambda text: local_of(text).replace("T", " "),
    "with +00:00 for the Z": lambda text: text[:-1] + "+00:00" if text.endswith("Z") else text,
    "cut to 19 characters": lambda text: text[:19],
    "cut to 10 characters": lambda text: text[:10],
    "cut to 23 characters": lambda text: text[:23],
}
"""In which form a time may be compared as text."""


def as_text(_: History) -> Iterator[Explanation]:
    """Yield comparisons of text, the plain one first."""
    for names in SIDES:
        for held in FORMS:
            for sent, spell_sent in FORMS.items():
                if held != sent and sent and not held:
                    continue
                yield Explanation(
                    id=f"{piece_of(names)}.compared-as-text",
                    sentence=f"compares {quoted(names)} as text, so another spelling is another instant{_forms(held, sent)}",
                    look="the types of the column and of the parameter: text on one side makes it a comparison of text",
                    change=_as_text(names, _spelled(held), spell_sent),
                    needs=frozenset(names),
                    cost=1 + bool(held or sent),
                )


def _forms(held: str, sent: str) -> str:
    if held == sent:
        return f" (both {held})" if held else ""
    said = [f"{which} {form}" for which, form in (("the start", held), ("the bound", sent)) if form]
    return f" ({', '.join(said)})"


@cache
def _spelled(form: str) -> Callable[[Run], str | None]:
    return lambda run: None if run.start_text is None else FORMS[form](run.start_text)


def _as_text(names: tuple[str, ...], held: Callable[[Run], str | None], sent: Callable[[str], str]) -> Change:
    holds = {"before": operator.le, "after": operator.ge}
    bounds = {name: AsText(holds[name], held, sent) for name in names}
    return lambda pipeline: pipeline.with_filters(**bounds)


def other_times(history: History) -> Iterator[Explanation]:
    """Yield comparisons with the other times that the runs show."""
    for pointer, words in _times_of(history.world):
        for names in SIDES:
            for fallback in (False, True):
                yield Explanation(
                    id=f"{piece_of(names)}.another-time",
                    sentence=f"compares {quoted(names)} with {words} instead of the start time",
                    look=f"the column in the condition: {words} instead of the start time",
                    change=bounding(names, time=_time_at(pointer, fallback=fallback)),
                    needs=frozenset(names),
                    cost=2,
                )


def _times_of(world: World) -> Iterator[tuple[tuple[str, ...], str]]:
    """Yield where runs show other times: the field, or the field of the first, last, earliest or latest step."""
    runs = list(world.runs[:40])
    fields = {
        name
        for run in runs
        for name, value in run.body.items()
        if isinstance(value, str) and value != run.start_text and read_instant(value) is not None
    }
    for name in sorted(fields):
        yield (name,), f"`{name}`"
    steps = {
        name
        for run in runs
        for step in steps_of(run)
        for name, value in step.items()
        if isinstance(value, str) and read_instant(value) is not None
    }
    for name in sorted(steps):
        for which in ("first", "last", "earliest", "latest"):
            yield (name, which), f"`{name}` of the {which} step contact"


def _time_at(pointer: tuple[str, ...], *, fallback: bool) -> Callable[[Run], int | None]:
    def time(run: Run) -> int | None:
        found = _read(run.body.get(pointer[0])) if len(pointer) == 1 else _of_steps(run, *pointer)
        return run.start if found is None and fallback else found

    return time


def _of_steps(run: Run, name: str, which: str) -> int | None:
    shown = [_read(step.get(name)) for step in steps_of(run)]
    known = [time for time in shown if time is not None]
    if not known:
        return None
    return {"first": known[0], "last": known[-1], "earliest": min(known), "latest": max(known)}[which]


def _read(value: Any) -> int | None:
    return read_instant(value) if isinstance(value, str) else None


def windows(_: History) -> Iterator[Explanation]:
    """Yield what is made of a window as a whole."""
    yield Explanation(
        id="window.put-in-order",
        sentence="turns a window round that ends before it begins, where nothing should match",
        look="the code that sorts the two bounds",
        change=asking(_put_in_order),
        needs=frozenset(BOUNDS),
    )
    for name, sign in SIGNS.items():
        other = "after" if name == "before" else "before"
        yield Explanation(
            id=f"window.{name}-exclusive-beside-{other}",
            sentence=f"leaves out the bound `{name}` where `{other}` is given as well, and takes it in where it is alone",
            look=f"the branch for both bounds: `{sign}` instead of `{sign}=`, or a half-open range type",
            change=_half_open(name, other),
            needs=frozenset({name}),
        )
    for name in BOUNDS:
        for days in (1, 7, 14, 28, 30, 31, 60, 90, 91, 92, 180, 182, 183, 365, 366, 730):
            yield Explanation(
                id=f"{name}.reaches-{'back' if name == 'before' else 'ahead'}-some-days",
                sentence=f"adds a bound of its own, {days} days {'before' if name == 'before' else 'after'} `{name}`, "
                f"where `{'after' if name == 'before' else 'before'}` is not given",
                look=f"a default of {days} days for the bound that is missing",
                change=asking(_reaching(name, days)),
                needs=frozenset({name}),
                cost=2,
            )
    yield Explanation(
        id="window.loses-runs-without-steps",
        sentence="loses the runs without step contacts where `before` or `after` is given",
        look="an inner join with the step contacts: a run without any falls out",
        change=then("select", _only_with_steps),
        needs=frozenset(BOUNDS),
    )
    yield Explanation(
        id="window.epoch-is-absent",
        sentence="takes the first second of 1970 for no bound at all, as its number is 0",
        look="the test whether a bound is given: `if before:` instead of `if before is not None:`",
        change=asking(lambda turn: drop(turn, *_at(turn, 0))),
        needs=frozenset(BOUNDS),
    )


def _at(turn: Turn, instant: int) -> list[str]:
    return [name for name in BOUNDS if name in turn.texts and read_instant(turn.texts[name]) == instant]


def _put_in_order(turn: Turn) -> None:
    before, after = (read_instant(turn.texts.get(name, "")) for name in BOUNDS)
    if before is not None and after is not None and before < after:
        _swap(turn)


def _half_open(name: str, other: str) -> Change:
    def change(pipeline: Pipeline) -> Pipeline:
        inner = pipeline.filters[name]
        strict = Bound(time=inner.time, holds=STRICT[name], read=inner.read) if isinstance(inner, Bound) else inner

        def narrow(turn: Turn) -> None:
            if name in turn.texts and other in turn.texts:
                turn.mask &= strict(turn.world, turn.texts[name])

        return then("select", narrow)(pipeline)

    return change


def _reaching(name: str, days: int) -> Callable[[Turn], None]:
    other = "after" if name == "before" else "before"

    def reach(turn: Turn) -> None:
        bound = read_instant(turn.texts.get(name, ""))
        if bound is not None and other not in turn.texts:
            turn.texts[other] = write_instant(bound + (-days if name == "before" else days) * DAY)

    return reach


def _only_with_steps(turn: Turn) -> None:
    if set(BOUNDS) & turn.texts.keys():
        turn.mask &= turn.world.those(lambda run: run.body.get("step_contacts"), "with-steps")
