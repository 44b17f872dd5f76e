"""The bounds `before` and `after` as a dialect reads them."""

from __future__ import annotations

import re
from contextlib import suppress
from fractions import Fraction
from typing import TYPE_CHECKING, Final

from seqruns.instant import DAY, parse_moment
from seqruns_mock.core.query import LOST_PLUS
from seqruns_mock.http.dialect.choice import choose
from seqruns_mock.http.dialect.forms import form_of

if TYPE_CHECKING:
    from collections.abc import Mapping

    from seqruns.dialect import Dialect
    from seqruns.instant import Moment

FAR: Final = 10**24
"""Microseconds: later than any start, and negated earlier."""
_LOST_PLUS: Final = re.compile(r"(\d{4}-\d\d-\d\d[Tt].*) (\d\d:?\d\d)", re.ASCII)
_SHAPES: Final = {
    # Longer than a date, and with none of the ends that an offset has: `Z`, `+02`, `+0200`, `+02:00`.
    "time.no_offset": re.compile(r".{11,}(?<![Zz])(?<![+-]\d\d)(?<![+-]\d\d\d\d)(?<![+-]\d\d:\d\d)", re.ASCII),
    "time.lower_case": re.compile(r".*[tz].*"),
    "time.space": re.compile(r".{10} .*"),
    "time.no_seconds": re.compile(r".{11}\d\d:\d\d(?:[Zz]|[+-].*)?", re.ASCII),
    "time.short_offset": re.compile(r".{11}.*[+-]\d\d\d\d", re.ASCII),
    "time.hour_offset": re.compile(r".{11}.*[+-]\d\d", re.ASCII),
    "time.comma": re.compile(r".*,.*"),
}
"""What a text that is read by the contract looks like where a dialect may not read it."""


def parse_bound(dialect: Dialect, name: str, text: str) -> Moment | None:
    """Return the moment that a bound names; None for no filter. Raises WrongValueError."""
    meanings: dict[str, Moment | None] = {"nothing": -FAR if name == "before" else FAR, "ignored": None}
    # From the outside in: spaces around it, then a plus that was lost, then the form of what is left.
    if text != text.strip():
        if dialect["time.spaces"] != "read":
            return choose(dialect["time.spaces"], meanings, "has spaces around it")
        text = text.strip()
    lost = _LOST_PLUS.fullmatch(text)
    if lost:
        if dialect["time.lost_plus"] not in {"understood", "cut"}:
            return choose(dialect["time.lost_plus"], meanings, LOST_PLUS)
        text = f"{lost[1]}+{lost[2]}" if dialect["time.lost_plus"] == "understood" else f"{lost[1]}Z"
    try:
        moment = parse_moment(text)
    except ValueError as problem:
        return _parse_other(dialect, text, meanings, str(problem))
    if len(text) == 10:
        # The last microsecond of the day, as the bound is inclusive.
        end = DAY - 1 if name == "before" else 0
        return choose(dialect["time.date"], {**meanings, "midnight": moment, "whole-day": moment + end})
    for dimension, shape in _SHAPES.items():
        if shape.fullmatch(text):
            value = choose(dialect[dimension], {**meanings, "read": moment})
            if value != moment:
                return value
    return _round(dialect, text, moment)


def _parse_other(dialect: Dialect, text: str, meanings: Mapping[str, Moment | None], problem: str) -> Moment | None:
    """Return the moment of a text that the contract does not read, as far as the dialect does."""
    # A chain: seconds are read, and a year is not.
    form = form_of(text, digits_are_seconds=dialect["time.epoch"] == "read" != dialect["time.year"])
    if form is not None:
        name, read = form
        if dialect[name] != "read":
            return choose(dialect[name], meanings, problem)
        # It has the form and is none all the same: `2024-W60` goes on to what is said of any text.
        with suppress(ValueError, OverflowError):
            return read()
    return choose(dialect["time.invalid"], meanings, problem)


def _round(dialect: Dialect, text: str, moment: Moment) -> Moment:
    """Return a moment as precise as the dialect takes it; a long fraction may be refused."""
    if not re.search(r"[.,]\d{7}", text):
        return moment
    cut = moment.__floor__()
    rounded = (moment + Fraction(1, 2)).__floor__()
    return choose(dialect["time.long_fraction"], {"read": moment, "cut": cut, "rounded": rounded})
