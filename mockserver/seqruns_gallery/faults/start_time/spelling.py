"""How a date-time is spelled: offsets, fractions, letters, and text that is compared as text."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from seqruns_gallery.building.exhibit import assumed, fault
from seqruns_gallery.building.listing import filtering
from seqruns_gallery.building.reading import crashing, reading, refusing, rewriting, written

if TYPE_CHECKING:
    from collections.abc import Callable

    from seqruns_gallery.building.exhibit import Change, Fault
    from seqruns_gallery.building.listing import Predicate


WINDOW: Final = ("before", "after")


_PARTS = re.compile(r"(?P<local>\d{4}-\d\d-\d\d[Tt ][\d:.,]+)(?P<offset>[Zz]|[+-]\d\d:?\d\d)?")


_FRACTION = re.compile(r"[.,](\d+)")


def local_of(text: str) -> str:
    """Return a date-time without its offset."""
    match = _PARTS.fullmatch(text)
    return match["local"] if match else text


def offset_of(text: str) -> str:
    """Return the offset of a date-time, or nothing."""
    match = _PARTS.fullmatch(text)
    return (match["offset"] or "") if match else ""


def fraction_of(text: str) -> str:
    """Return the digits of the fraction of a date-time, or nothing."""
    match = _FRACTION.search(text)
    return match[1] if match else ""


def rezoned(change: Callable[[str, str, str], str]) -> Change:
    """Return the change that reads a numeric offset otherwise, given its sign, hours and minutes."""

    def rewrite(text: str) -> str:
        offset = offset_of(text)
        if offset[:1] not in {"+", "-"}:
            return text
        return local_of(text) + change(offset[0], offset[1:3], offset[-2:])

    return rewriting(rewrite, *WINDOW)


def minutes_positive(sign: str, hours: str, minutes: str) -> str:
    """Return what comes of `sign * hours + minutes`."""
    total = int(f"{sign}{hours}") * 60 + int(minutes)
    return f"{'-' if total < 0 else '+'}{abs(total) // 60:02}:{abs(total) % 60:02}"


def decimal_hours(sign: str, hours: str, minutes: str) -> str:
    """Return what comes of reading `05:30` as 5.30 hours."""
    return f"{sign}{hours}:{int(minutes) * 60 // 100:02}"


def refused(is_refused: Callable[[str], bool]) -> Change:
    """Return the change that refuses some bounds, though they are right."""
    return refusing(is_refused, *WINDOW)


def compared_as_text(spell: Callable[[str], str] = str) -> dict[str, Predicate]:
    """Return filters that compare the text of the start with the text of the bound."""
    return {
        "before": lambda run, query: run["created_at"] <= spell(written(query, "before")),
        "after": lambda run, query: run["created_at"] >= spell(written(query, "after")),
    }


def as_text(**predicates: Predicate) -> Change:
    """Return the change to a listing that reads the bounds right and compares them as text."""
    return lambda mock: filtering(**predicates)(reading()(mock))


def count_of_microseconds(text: str) -> str:
    """Return a date-time whose fraction was read as a number of microseconds."""
    return _FRACTION.sub(lambda match: f".{int(match[1][:6]):06}", text, count=1)


FAULTS: tuple[Fault, ...] = (
    fault(
        "times-compared-as-text",
        "The bound is compared with the column as text, so another spelling is another instant.",
        as_text(**compared_as_text()),
    ),
    fault(
        "times-compared-as-text-without-the-zone",
        "Both sides are cut to 19 characters and compared as text.",
        as_text(
            before=lambda run, query: run["created_at"][:19] <= written(query, "before")[:19],
            after=lambda run, query: run["created_at"][:19] >= written(query, "after")[:19],
        ),
    ),
    fault(
        "offset-ignored",
        "The offset is thrown away: the local time is taken for UTC.",
        rezoned(lambda _sign, _hours, _minutes: "Z"),
    ),
    fault(
        "offset-in-decimal-hours",
        "+05:30 is read as 5.30 hours, which is 5 hours and 18 minutes.",
        rezoned(decimal_hours),
    ),
    fault(
        "offset-minutes-always-positive",
        "The sign holds for the hours only, so -03:30 is three hours back and 30 minutes ahead.",
        rezoned(minutes_positive),
    ),
    fault(
        "z-refused",
        "Z is refused, as Python's `fromisoformat` did before 3.11; +00:00 is accepted.",
        refused(lambda text: offset_of(text) == "Z"),
    ),
    fault(
        "z-is-local-time",
        "The Z is cut off, and what is left is taken for the server's local time.",
        rewriting(lambda text: f"{text[:-1]}-05:00" if offset_of(text) == "Z" else text, *WINDOW),
    ),
    fault(
        "half-hour-offset-refused",
        "Only offsets of whole hours are accepted.",
        refused(lambda text: offset_of(text)[:1] in {"+", "-"} and offset_of(text)[-2:] != "00"),
    ),
    fault(
        "offset-beyond-12-hours-refused",
        "Offsets from +13:00 to +14:00 are refused, though people live there.",
        refused(lambda text: offset_of(text)[:1] in {"+", "-"} and offset_of(text)[1:3] > "12"),
    ),
    fault(
        "offset-beyond-18-hours-refused",
        "Offsets beyond 18 hours are refused, as java.time does; RFC 3339 allows up to 23:59.",
        refused(lambda text: offset_of(text)[:1] in {"+", "-"} and offset_of(text)[1:3] > "17"),
    ),
    fault(
        "impossible-offset-crashes",
        "Offsets such as +24:00 and +00:60, which there are not, are a 500.",
        crashing(lambda text: offset_of(text)[1:3] == "24" or offset_of(text)[-2:] == "60", *WINDOW),
    ),
    fault(
        "fraction-refused",
        "A fraction of a second is refused: the format string has none.",
        refused(lambda text: fraction_of(text) != ""),
    ),
    fault(
        "fraction-required",
        "A date-time without a fraction is refused: the format string has one.",
        refused(lambda text: "T" in text and fraction_of(text) == ""),
    ),
    fault(
        "fraction-of-odd-length-refused",
        "Only fractions of three or six digits are accepted, as Python's `fromisoformat` did before 3.11.",
        refused(lambda text: len(fraction_of(text)) not in {0, 3, 6}),
    ),
    fault(
        "fraction-is-a-count-of-microseconds",
        "The digits of the fraction are read as a number of microseconds, so .5 is five of them.",
        rewriting(count_of_microseconds, *WINDOW),
    ),
    fault(
        "fraction-beyond-six-digits-crashes",
        "A seventh digit is a 500.",
        crashing(lambda text: len(fraction_of(text)) > 6, *WINDOW),
    ),
    assumed(
        "fraction-beyond-six-digits-refused",
        "A seventh digit is a 422.",
        refused(lambda text: len(fraction_of(text)) > 6),
    ),
    assumed(
        "lower-case-letters-refused",
        "A lower-case t or z is refused.",
        refused(lambda text: "t" in text or "z" in text),
    ),
)
