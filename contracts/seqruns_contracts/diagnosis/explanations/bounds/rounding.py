"""How a bound is moved to another instant: cut, raised or rounded to a unit, or set a little earlier or later."""

from __future__ import annotations

from typing import TYPE_CHECKING

from seqruns_contracts.diagnosis.explanations.bounds.reading import UNITS, then_read
from seqruns_contracts.diagnosis.explanations.bounds.zones import WHICH
from seqruns_contracts.model.instants import SECOND, read_instant

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from seqruns_contracts.diagnosis.explanations.bounds.reading import Misread, Read


def _cut(unit: int) -> Callable[[int], int]:
    return lambda instant: instant // unit * unit


def _raised(unit: int) -> Callable[[int], int]:
    return lambda instant: -(-instant // unit) * unit


def _rounded(unit: int) -> Callable[[int], int]:
    return lambda instant: (instant + unit // 2) // unit * unit


def _end_of(unit: int) -> Callable[[int], int]:
    return lambda instant: instant // unit * unit + unit - 1


def by_unit() -> Iterator[Misread]:
    """Yield bounds that are cut, raised or rounded to a unit, or taken for its end: the id, reader, sentence and code."""
    for name, unit in UNITS.items():
        yield (
            f"cut-to-the-{name}",
            then_read(_cut(unit)),
            f"cuts {{bounds}} to the {name}, and compares what is left with the exact start time",
            f"the precision of the parameter: a type, a format or a division that knows no less than a {name}",
        )
        yield (
            f"raised-to-the-{name}",
            then_read(_raised(unit)),
            f"raises {{bounds}} to the next whole {name}",
            "a rounding up (`ceil`) of the parameter",
        )
        yield (
            f"rounded-to-the-{name}",
            then_read(_rounded(unit)),
            f"rounds {{bounds}} to the nearest {name}",
            f"a conversion that rounds the parameter to a {name}, such as `round()` or a column type",
        )
        yield (
            f"end-of-its-{name}",
            then_read(_end_of(unit)),
            f"takes {{bounds}} for the end of its {name}",
            f"an end of the {name} that is put in place of the time sent, as in `endOf('{name}')`"
            + ", or a comparison of text in which one side has a space for the T" * (name == "day"),
        )


def of_sql_server() -> Iterator[Misread]:
    """Yield the bound that SQL Server's `datetime` holds, which counts 300 to a second."""
    yield (
        "rounded-to-a-300th-second",
        then_read(lambda instant: round(instant * 300 / SECOND) * SECOND // 300),
        "rounds {bounds} to three milliseconds and a third",
        "the type of the parameter: SQL Server's `datetime`, where `datetime2` is exact",
    )


def moved() -> Iterator[Misread]:
    """Yield bounds that are moved by a unit."""
    # Hours and days are zones.
    for name in ("millisecond", "second", "minute"):
        unit = UNITS[name]
        for sign, word in ((1, "later"), (-1, "earlier")):
            yield (
                f"a-{name}-{word}",
                then_read(_moving(sign * unit)),
                f"takes {{bounds}} a {name} {word} than it says",
                f"a {name} that is added or taken off, as a tolerance or to make a bound inclusive",
            )
    # `created_at < before + 1 day`: all of that span is in, its end is not.
    for name, unit in UNITS.items():
        for sign, word in ((1, "after"), (-1, "before")):
            yield (
                f"up-to-a-{name}-{word}",
                then_read(_moving(sign * (unit - 1))),
                f"takes what starts less than {'an' if name == 'hour' else 'a'} {name} {word} {{bounds}} for in time",
                f"an exclusive comparison with a bound to which {'an' if name == 'hour' else 'a'} {name} is added",
            )


def cut_in_one_form() -> Iterator[Misread]:
    """Yield bounds that are cut where they are written in one form, and exact in the others."""
    for which in ("with-z", "without-offset", "with-offset"):
        concerns, words = WHICH[which]
        for unit in ("millisecond", "second", "day"):
            yield (
                f"cut-to-the-{unit}-{which}",
                _where(concerns, _cut(UNITS[unit])),
                f"cuts {words} to the {unit}, and no other",
                "the branch of the parser for this form of a date-time",
            )


def _where(concerns: Callable[[str], bool], change: Callable[[int], int]) -> Read:
    changed = then_read(change)
    return lambda text: changed(text) if concerns(text) else read_instant(text)


def _moving(shift: int) -> Callable[[int], int]:
    return lambda instant: instant + shift
