"""How the offset of a bound is misread: lost, inverted, or its minutes apart from its hours."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from seqruns_contracts.diagnosis.explanations.bounds.reading import rezoned

if TYPE_CHECKING:
    from collections.abc import Iterator

    from seqruns_contracts.diagnosis.explanations.bounds.reading import Misread


def of_the_offset() -> Iterator[Misread]:
    """Yield bounds whose offset is lost, or applied the wrong way."""
    yield (
        "offset-ignored",
        rezoned(lambda *_: "Z"),
        "ignores the offset of {bounds}: the local time is taken for UTC",
        "the parsing of the offset: `replace(tzinfo=…)` in the place of `astimezone`, or a column without time zone",
    )
    for sign, word in (("+", "positive"), ("-", "negative")):
        yield (
            f"{word}-offset-ignored",
            rezoned(partial(_keep_unless, sign)),
            f"ignores a {word} offset of {{bounds}}: the local time is taken for UTC",
            f"the parsing of the offset: a split at `{sign}`, or an expression that knows one sign only",
        )
    yield (
        "offset-inverted",
        rezoned(lambda sign, hours, minutes: f"{'+' if sign == '-' else '-'}{hours}:{minutes}"),
        "adds the offset of {bounds} where it should be subtracted",
        "the sign of the offset in the conversion to UTC",
    )


def of_its_minutes() -> Iterator[Misread]:
    """Yield bounds of whose offset hours and minutes do not go together."""
    yield (
        "offset-minutes-cut",
        rezoned(lambda sign, hours, _minutes: f"{sign}{hours}:00"),
        "reads only the hours of the offset of {bounds}: +05:30 is +05:00",
        "the parsing of the offset's minutes",
    )
    yield (
        "offset-in-decimal-hours",
        rezoned(lambda sign, hours, minutes: f"{sign}{hours}:{int(minutes) * 60 // 100:02}"),
        "reads the offset of {bounds} as decimal hours: +05:30 is 5.3 hours",
        "the parsing of the offset as one number",
    )
    yield (
        "offset-minutes-always-positive",
        rezoned(_minutes_positive),
        "applies the sign of the offset of {bounds} to its hours only: -03:30 is -02:30",
        "the sum of hours and minutes of a negative offset",
    )
    yield (
        "offset-of-minus-zero-hours",
        rezoned(lambda sign, hours, minutes: f"{'+' if hours == '00' else sign}{hours}:{minutes}"),
        "loses the sign of an offset of less than an hour in {bounds}: -00:30 is +00:30",
        "the sign of the offset, which `int('-00')` loses",
    )


def _keep_unless(ignored: str, sign: str, hours: str, minutes: str) -> str:
    return "Z" if sign == ignored else f"{sign}{hours}:{minutes}"


def _minutes_positive(sign: str, hours: str, minutes: str) -> str:
    # -03:30 is -180 + 30 minutes; the result may change its sign, as -00:30 does.
    total = int(f"{sign}{hours}") * 60 + int(minutes)
    return f"{'-' if total < 0 else '+'}{abs(total) // 60:02}:{abs(total) % 60:02}"
