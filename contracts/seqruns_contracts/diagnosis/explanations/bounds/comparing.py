"""How the start time is compared with a bound: exclusive, cut, as text."""

from __future__ import annotations

import operator
from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING, TypeAlias

from seqruns_contracts.diagnosis.explanations.bounds.reading import SIDES, UNITS, local_of, piece_of
from seqruns_contracts.diagnosis.explanations.kinds import (
    BOUNDS,
    Explanation,
    asking,
    bounding,
    quoted,
)
from seqruns_contracts.diagnosis.matching import at_least, at_most
from seqruns_contracts.model.instants import MICROSECOND
from seqruns_contracts.model.query import OTHER_BOUND

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping

    from seqruns_contracts.diagnosis.explanations.kinds import Change
    from seqruns_contracts.diagnosis.history import History
    from seqruns_contracts.diagnosis.pipeline import Pipeline, Turn
    from seqruns_contracts.diagnosis.world import Mask, World
    from seqruns_contracts.model.run import Run

    Holds: TypeAlias = Callable[[int, int], bool]
    """Given the time of the run and the bound."""

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
            change=_comparing({name: STRICT[name] for name in names}),
            needs=frozenset(names),
        )
        yield Explanation(
            id=f"{piece}.inverted",
            sentence=f"compares {quoted(names)} the wrong way round",
            look="the direction of the comparison",
            change=_comparing({name: HOLDS[OTHER_BOUND[name]] for name in names}),
            needs=frozenset(names),
        )
        yield Explanation(
            id=f"{piece}.finds-nothing",
            sentence=f"finds nothing, whatever {quoted(names)} {'says' if len(names) == 1 else 'say'}",
            look="the type of the comparison: a text is never at most a date in MongoDB, for instance",
            change=_comparing(dict.fromkeys(names, _never)),
            needs=frozenset(names),
        )
        yield from _by_unit(names)
        # Starts are printed to the microsecond: only bounds of nine digits show what else is done with one.
        yield _compared_by(names, "microsecond", MICROSECOND)
    yield Explanation(
        id="window.swapped",
        sentence="exchanges `before` and `after`",
        look="the two placeholders of the query: each has the other's value",
        change=asking(swap),
        needs=frozenset(BOUNDS),
    )


def _never(_time: int, _bound: int) -> bool:
    return False


def _compared_by(names: tuple[str, ...], unit: str, size: int) -> Explanation:
    return _sized(
        names,
        f"compared-by-the-{unit}",
        f"compares {quoted(names)} with the start time by the {unit} only",
        f"the precision of the comparison: both sides are cut to the {unit}",
        {name: _cut_both(HOLDS[name], size) for name in names},
        cost=1,
    )


def _by_unit(names: tuple[str, ...]) -> Iterator[Explanation]:
    """Yield the comparisons in which the start time, or both sides, are cut or rounded to a unit."""
    bounds = quoted(names)
    for unit, size in UNITS.items():
        yield _sized(
            names,
            f"start-cut-to-the-{unit}",
            f"cuts the start time to the {unit} before it compares it with {bounds}",
            f"the column: `date_trunc('{unit}', …)`, or an index that holds {unit}s",
            {name: _cut_start(HOLDS[name], size) for name in names},
            cost=1,
        )
        yield _compared_by(names, unit, size)
        yield _sized(
            names,
            f"of-another-{unit}",
            f"compares {bounds} by the {unit}, and leaves out the {unit} of the bound",
            f"the comparison, which is exclusive and by the {unit}",
            {name: _cut_both(STRICT[name], size) for name in names},
        )
        yield _sized(
            names,
            f"start-cut-to-the-{unit}-and-exclusive",
            f"cuts the start time to the {unit}, and leaves out the bound {bounds} itself",
            f"the column, `date_trunc('{unit}', …)`, and the comparison, which is exclusive",
            {name: _cut_start(STRICT[name], size) for name in names},
        )
        yield from _rounded(names, unit, size)


def _rounded(names: tuple[str, ...], unit: str, size: int) -> Iterator[Explanation]:
    yield _sized(
        names,
        f"start-rounded-to-the-{unit}",
        f"compares {quoted(names)} with the start time rounded to the nearest {unit}",
        f"the column, which rounds what it is given to a {unit}, as MySQL's `DATETIME` does",
        {name: _rounded_start(HOLDS[name], size) for name in names},
    )
    yield _sized(
        names,
        f"both-rounded-to-the-{unit}",
        f"compares {quoted(names)} with the start time when both are rounded to the nearest {unit}",
        f"the precision of the comparison: both sides are rounded to the {unit}",
        {name: _rounded_both(HOLDS[name], size) for name in names},
    )


def _sized(
    names: tuple[str, ...], id_: str, sentence: str, look: str, holds: Mapping[str, Holds], *, cost: int = 2
) -> Explanation:
    """Return the explanation that bounds are compared otherwise; `holds` says how, by name."""
    return Explanation(
        id=f"{piece_of(names)}.{id_}",
        sentence=sentence,
        look=look,
        change=_comparing(holds),
        needs=frozenset(names),
        cost=cost,
    )


def _cut_start(holds: Holds, unit: int) -> Holds:
    return lambda time, bound: holds(time // unit * unit, bound)


def _cut_both(holds: Holds, unit: int) -> Holds:
    return lambda time, bound: holds(time // unit, bound // unit)


def _rounded_start(holds: Holds, unit: int) -> Holds:
    return lambda time, bound: holds((time + unit // 2) // unit * unit, bound)


def _rounded_both(holds: Holds, unit: int) -> Holds:
    return lambda time, bound: holds((time + unit // 2) // unit, (bound + unit // 2) // unit)


def _comparing(holds: Mapping[str, Holds]) -> Change:
    changes = [bounding([name], holds=each) for name, each in holds.items()]

    def change(pipeline: Pipeline) -> Pipeline:
        for each in changes:
            pipeline = each(pipeline)
        return pipeline

    return change


def swap(turn: Turn) -> None:
    """Exchange the two bounds."""
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
