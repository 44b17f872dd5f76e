"""The bounds `before` and `after` as a dialect reads them."""

from __future__ import annotations

import re
from fractions import Fraction
from typing import TYPE_CHECKING, Final

from seqruns.instant import DAY, MINUTE, SECOND, parse_moment
from seqruns_mock.core.query import LOST_PLUS
from seqruns_mock.http.dialect.choice import WrongValueError, choose

if TYPE_CHECKING:
    from seqruns.dialect import Dialect
    from seqruns.instant import Moment

FAR: Final = 10**24
"""Microseconds: later than any start, and negated earlier."""
_LOST_PLUS: Final = re.compile(r"(\d{4}-\d\d-\d\d[Tt].*) (\d\d:?\d\d)", re.ASCII)
_BASIC: Final = re.compile(r"(\d{4})(\d\d)(\d\d)[Tt](\d\d)(\d\d)(\d\d)?(.*)", re.ASCII)
_EPOCH: Final = re.compile(r"\d{9,11}", re.ASCII)
_LEAP: Final = re.compile(r"(.*\d\d:\d\d):60(.*)", re.ASCII)
_HOUR_24: Final = re.compile(r"(\d{4}-\d\d-\d\d[Tt ])24(:00(?::00(?:[.,]0+)?)?.*)", re.ASCII)
_SHAPES: Final = {
    "time.no_offset": re.compile(r".{11,}(?<![Zz])(?<![+-]\d\d)(?<![+-]\d\d\d\d)(?<![+-]\d\d:\d\d)", re.ASCII),
    "time.lower_case": re.compile(r".*[tz].*"),
    "time.space": re.compile(r".{10} .*"),
    "time.no_seconds": re.compile(r".{11}\d\d:\d\d(?:[Zz]|[+-].*)?", re.ASCII),
    "time.short_offset": re.compile(r".{11}.*[+-]\d\d(?:\d\d)?", re.ASCII),
}
"""What a text that is read by the contract looks like where a dialect may refuse it."""


def parse_bound(dialect: Dialect, name: str, text: str) -> Moment | None:
    """Return the moment that a bound names; None for no filter. Raises WrongValueError."""
    nothing = -FAR if name == "before" else FAR
    lost = _LOST_PLUS.fullmatch(text)
    if lost:
        understood = f"{lost[1]}+{lost[2]}"
        text = choose(dialect["time.lost_plus"], {"understood": understood, "nothing": "", "ignored": " "}, LOST_PLUS)
        if not text.strip():
            return None if text else nothing
    try:
        text, shift = _extend(dialect, text)
        moment = parse_moment(text) + shift
    except WrongValueError:
        raise
    except ValueError as problem:
        return choose(dialect["time.invalid"], {"nothing": nothing, "ignored": None}, str(problem))
    if len(text) == 10:
        return moment + choose(dialect["time.date"], {"midnight": 0, "whole-day": DAY - 1 if name == "before" else 0})
    for dimension, shape in _SHAPES.items():
        if shape.fullmatch(text):
            choose(dialect[dimension], {"read": None})
    return _round(dialect, text, moment)


def _extend(dialect: Dialect, text: str) -> tuple[str, int]:
    """Return a text that the contract does not read as one that it does, and the microseconds to add to it."""
    for name, (pattern, rewritten, shift) in _OTHER_FORMS.items():
        found = pattern.fullmatch(text)
        if found:
            choose(dialect[name], {"read": None}, "is not a date-time that is read here")
            return ("1970-01-01T00:00:00Z", int(text) * SECOND) if not rewritten else (found.expand(rewritten), shift)
    return text, 0


_OTHER_FORMS: Final = {
    "time.epoch": (_EPOCH, "", 0),
    "time.basic": (_BASIC, r"\1-\2-\3T\4:\5:\6\7", 0),
    "time.leap_second": (_LEAP, r"\1:00\2", MINUTE),
    "time.hour_24": (_HOUR_24, r"\g<1>00\2", DAY),
}
"""The other forms of a date-time: how each looks, as what it is read, and how many microseconds later."""


def _round(dialect: Dialect, text: str, moment: Moment) -> Moment:
    """Return a moment as precise as the dialect takes it; a long fraction may be refused."""
    if not re.search(r"[.,]\d{7}", text):
        return moment
    cut = moment.__floor__()
    rounded = (moment + Fraction(1, 2)).__floor__()
    return choose(dialect["time.long_fraction"], {"read": moment, "cut": cut, "rounded": rounded})
