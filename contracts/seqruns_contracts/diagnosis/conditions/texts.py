"""Kinds of values that targets stumble over, a line for each."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from seqruns_contracts.diagnosis.conditions.kinds import (
    is_plain,
    whole_number,
)
from seqruns_contracts.diagnosis.explanations.bounds.reading import DAY, zone_of
from seqruns_contracts.model.instants import SECOND, read_instant

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping


LEAST, MOST = read_instant("0001-01-01T00:00:00Z") or 0, read_instant("9999-12-31T23:59:59.999999999Z") or 0


def above(bound: int) -> Callable[[str], bool]:
    """Return whether a text is a number above a bound."""
    return lambda text: (whole_number(text) or 0) > bound


PARSER = "the parser of the parameter: nobody catches its error"


NUMBER: Mapping[str, tuple[Callable[[str], object], str, str]] = {
    "no-number": (lambda text: bool(text.strip()) and whole_number(text) is None, "that is no whole number", PARSER),
    "no-plain-number": (lambda text: bool(text) and not re.fullmatch(r"[+-]?\d+", text, re.ASCII), "that is not written in digits alone", PARSER),
    "word": (lambda text: bool(re.search("[a-z]", text, re.IGNORECASE)) and not re.match("0x", text), "that is a word", PARSER),
    "word-for-nothing": (lambda text: text in {"null", "undefined", "NaN", "None", "nil"}, "that is a word for nothing, such as null", PARSER),
    "fraction": (lambda text: bool(re.fullmatch(r"-?\d+\.\d*", text)), "with a decimal point", PARSER),
    "exponent": (lambda text: bool(re.fullmatch(r"\d+e\d+", text)), "with an exponent", PARSER),
    "other-notation": (lambda text: bool(re.match(r"0x|0b|\d+_", text)), "in another notation", PARSER),
    "other-script": (lambda text: text.isdecimal() and not text.isascii(), "in the digits of another script", PARSER),
    "spaced": (lambda text: bool(text.strip()) and text != text.strip(), "with spaces around it", PARSER),
    "negative": (lambda text: (whole_number(text) or 0) < 0, "below 0", "the range of the parameter, which nobody checks before the database does"),
    "zero": (lambda text: whole_number(text) == 0, "of 0", "a division by the page size, or a test that takes 0 for nothing"),
    "below-one": (lambda text: (whole_number(text) or (0 if whole_number(text) == 0 else 1)) < 1, "below 1", "the range of the parameter"),
    "out-of-range": (lambda text: whole_number(text) is not None and not 1 <= (whole_number(text) or 0) <= 500, "out of range", "the range of the parameter"),
    "beyond-32-bits": (above(2**31 - 1), "that does not fit into 32 bits", "the type of the parameter: a 32-bit integer"),
    "beyond-unsigned-32-bits": (above(2**32 - 1), "that does not fit into 32 bits", "the type of the parameter: a 32-bit integer"),
    "beyond-double": (above(2**53), "above 2^53", "the type of the parameter: a floating-point number"),
    "beyond-64-bits": (above(2**63 - 1), "that does not fit into 64 bits", "the range of the parameter, which nobody checks before the database does"),
    "beyond-unsigned-64-bits": (above(2**64 - 1), "that does not fit into 64 bits", "the range of the parameter, which nobody checks before the database does"),
    "huge": (lambda text: is_plain(text) and len(text) > 100, "of hundreds of digits", PARSER),
    "given": (lambda text: bool(text.strip()), "of any kind", "whatever is done where the parameter is given"),
}  # fmt: skip


LIMIT: Mapping[str, tuple[Callable[[str], object], str, str]] = {
    "above-500": (above(500), "above 500", "the range of the parameter"),
    "of-500": (lambda text: whole_number(text) == 500, "of 500", "what happens with the largest page: memory, a time limit, a statement that is too long"),
}  # fmt: skip
"""What is odd in a `limit` alone: an offset has no maximum."""


def _is_no_expression(text: str) -> bool:
    try:
        re.compile(text)
    except (re.error, OverflowError, RecursionError):
        return True
    return False


TEXT: Mapping[str, tuple[Callable[[str], object], str, str]] = {
    "nul": (lambda text: "\0" in text, "with a NUL character", "what is handed to the database: PostgreSQL takes no NUL"),
    "control": (lambda text: bool(re.search("[\0-\x1f\x7f]", text)), "with a control character", "what is handed to the database or a log"),
    "broken-bytes": (lambda text: bool(re.search("[\ud800-\udfff]", text)), "with bytes that are no UTF-8", "the decoding of the query string"),
    "nul-or-broken-bytes": (lambda text: bool(re.search("[\0\ud800-\udfff]", text)), "with a NUL or bytes that are no UTF-8", "what is handed to the database"),
    "beyond-ascii": (lambda text: not text.isascii(), "with a character beyond ASCII", "an encoding to ASCII or Latin-1"),
    "quote": (lambda text: "'" in text, "with a single quote", "SQL that is put together from text: the value should be a bound parameter. This is a security hole"),
    "any-quote": (lambda text: bool(re.search("['\"]", text)), "with a quote", "a query that is put together from text: the value should be a bound parameter. This is a security hole"),
    "backslash": (lambda text: "\\" in text, "with a backslash", "the escaping of the value"),
    "percent": (lambda text: "%" in text, "with a percent sign", "a format string, or a second decoding"),
    "broken-pattern": (lambda text: bool(re.match(r"[*+?]?\(?\[|[*?]", text)), "that is no regular expression", "a regular expression that is made of the value"),
    "expression": (_is_no_expression, "that is no regular expression", "a regular expression that is made of the value"),
    "given": (lambda text: bool(text.strip()), "of any kind", "whatever is done where the parameter is given"),
}  # fmt: skip


PHONE: Mapping[str, tuple[Callable[[str], object], str, str]] = {
    "letters": (lambda text: bool(re.search("[a-z]", text, re.IGNORECASE)), "with letters", "a conversion to a number: nobody catches its error"),
    "no-digits": (lambda text: bool(text.strip()) and not re.fullmatch(r"[\d\s().+-]*", text), "with more than digits and the marks between them", "a conversion to a number: nobody catches its error"),
    "more-than-digits": (lambda text: bool(text.strip()) and not re.fullmatch(r"\d+", text, re.ASCII), "with more than digits in it, such as a plus", "the validation of the number, which takes digits only"),
    "in-groups": (lambda text: bool(re.search(r"\d\s+\d", text)), "with spaces between its digits", "the validation of the number, before its spaces are taken out"),
    "with-spaces": (lambda text: bool(re.search(r"\s", text.strip())), "with spaces in it", "the validation of the number, before its spaces are taken out"),
    "no-number": (lambda text: bool(text.strip()) and not re.fullmatch(r"\+?[\d ]+", text), "that is no telephone number", "the parser of the number: nobody catches its error"),
    "no-plain-number": (lambda text: bool(text.strip()) and not re.fullmatch(r"\+?\d+", text, re.ASCII), "that is no plain telephone number", "the parser of the number: nobody catches its error"),
    "long-without-plus": (lambda text: bool(re.fullmatch(r"\d{8,}", text.strip(), re.ASCII)), "of eight digits or more without a plus", "the validation of the number"),
    "without-plus": (lambda text: bool(re.fullmatch(r"\d+", text, re.ASCII)), "without a plus", "the validation of the number"),
}  # fmt: skip
"""What is odd in a telephone number alone: a channel is no number, and always has letters."""


def _instant(text: str) -> int:
    found = read_instant(text)
    return 0 if found is None else found


def _fraction(text: str) -> str:
    found = re.search(r"[.,](\d+)", text)
    return found[1] if found else ""


def _is_time(text: str) -> bool:
    return read_instant(text) is not None


def offset_of(text: str) -> int:
    """Return the minutes east of UTC, 0 where there is no numeric offset."""
    zone = zone_of(text)
    if zone[:1] not in {"+", "-"} or not _is_time(text):
        return 0
    minutes = int(zone[1:3]) * 60 + int(zone[3:].lstrip(":") or "0")
    return -minutes if zone[0] == "-" else minutes


FORMAT = "the format or the expression that the parameter is read with"


TIME: Mapping[str, tuple[Callable[[str], object], str, str]] = {
    "date-time": (_is_time, "that is a date-time of any form", "the filter itself: it fails whatever the time"),
    "no-date": (lambda text: bool(text.strip()) and not _is_time(text), "that is no date-time", PARSER),
    "no-date-or-no-offset": (lambda text: TIME["no-date"][0](text) or TIME["impossible-offset"][0](text), "that is no date-time, or has an impossible offset", PARSER),
    "word": (lambda text: bool(re.match("[a-z]", text, re.IGNORECASE)), "that is a word", PARSER),
    "impossible-date": (lambda text: bool(re.match(r"\d{4}-\d\d-\d\d", text)) and not _is_time(text), "that no calendar has", PARSER),
    "impossible-offset": (lambda text: bool(re.search(r"[+-](2[4-9]:\d\d|[3-9]\d:\d\d|\d\d:[6-9]\d)$", text[10:])), "with an impossible offset", "the parsing of the offset: nobody catches its error"),
    "lost-plus": (lambda text: bool(re.search(r"\d \d\d:\d\d$", text)) and not _is_time(text), "whose plus was lost", PARSER),
    "year-zero": (lambda text: text.startswith("0000"), "in the year 0", PARSER),
    "numeric-offset": (lambda text: _is_time(text) and zone_of(text)[:1] in {"+", "-"}, "with a numeric offset", FORMAT),
    "other-offset": (lambda text: offset_of(text) != 0, "with an offset other than 0", FORMAT),
    "negative-offset": (lambda text: _is_time(text) and zone_of(text)[:1] == "-", "with a negative offset", FORMAT),
    "positive-offset": (lambda text: _is_time(text) and zone_of(text)[:1] == "+", "with a positive offset", f"{FORMAT}; or a second decoding, which makes a space of its plus"),
    "part-of-an-hour": (lambda text: offset_of(text) % 60 != 0, "with an offset that is no whole hour", FORMAT),
    "hour-of-no-clock-of-twelve": (lambda text: _is_time(text) and len(text) > 10 and not "01" <= text[11:13] <= "12", "with an hour of 00 or above 12", f"{FORMAT}: `%I` or `hh` in the place of `%H` or `HH`"),
    "z": (lambda text: zone_of(text) == "Z", "that ends in Z", f"{FORMAT}: Python's `fromisoformat` before 3.11, for instance"),
    "no-z": (lambda text: _is_time(text) and zone_of(text) not in {"Z", "z"}, "that does not end in Z", FORMAT),
    "lower-case": (lambda text: bool(re.search("[tz]", text)) and _is_time(text), "with a lower-case t or z", FORMAT),
    "no-offset": (lambda text: _is_time(text) and len(text) > 10 and not zone_of(text), "without an offset", FORMAT),
    "not-in-whole-seconds-and-z": (lambda text: _is_time(text) and not re.fullmatch(r"[^.]{10}T[^.]{8}Z", text), "in any other form than whole seconds and Z", f"{FORMAT}: `%Y-%m-%dT%H:%M:%SZ`"),
    "neither-a-date-nor-in-whole-seconds-and-z": (lambda text: _is_time(text) and not re.fullmatch(r"[^.]{10}(T[^.]{8}Z)?", text), "in any other form than a date, or whole seconds and Z", f"{FORMAT}: `%Y-%m-%dT%H:%M:%SZ`"),
    "not-with-a-fraction-and-z": (lambda text: _is_time(text) and not re.fullmatch(r".{10}T.{8}[.]\d+Z", text), "in any other form than with a fraction and Z", f"{FORMAT}: `%Y-%m-%dT%H:%M:%S.%fZ`"),
    "not-in-whole-seconds": (lambda text: _is_time(text) and (len(text) == 10 or bool(_fraction(text))), "in any other form than whole seconds", FORMAT),
    "not-with-an-offset-in-whole-seconds": (lambda text: _is_time(text) and not re.fullmatch(r".{10}[Tt].{8}([Zz]|[+-]\d\d:\d\d)", text), "in any other form than whole seconds and an offset", FORMAT),
    "not-in-capitals-with-an-offset": (lambda text: _is_time(text) and not re.fullmatch(r".{10}T.{8}([.]\d+)?(Z|[+-]\d\d:\d\d)", text), "in any other form than with a capital T and an offset or Z", f"{FORMAT}: Go's `time.RFC3339`, for instance"),
    "offset-without-colon": (lambda text: bool(re.search(r"T.*[+-]\d{4}$", text)), "with an offset without a colon, such as +0200", PARSER),
    "week": (lambda text: bool(re.match(r"\d{4}-?W\d\d", text)), "that names a week, such as 2024-W09-5", PARSER),
    "date": (lambda text: bool(re.fullmatch(r"\d{4}-\d\d-\d\d", text)) and _is_time(text), "that is a bare date", FORMAT),
    "date-or-no-offset": (lambda text: _is_time(text) and not zone_of(text), "without an offset", FORMAT),
    "fraction": (lambda text: _is_time(text) and bool(_fraction(text)), "with a fraction of a second", FORMAT),
    "no-fraction": (lambda text: _is_time(text) and len(text) > 10 and not _fraction(text), "without a fraction of a second", FORMAT),
    "odd-fraction": (lambda text: _is_time(text) and len(_fraction(text)) not in {0, 3, 6}, "with a fraction that has neither three nor six digits", f"{FORMAT}: Python's `fromisoformat` before 3.11, for instance"),
    "odder-fraction": (lambda text: _is_time(text) and len(_fraction(text)) not in {0, 3}, "with a fraction that has not three digits", FORMAT),
    "odd-fractions": (lambda text: _is_time(text) and len(_fraction(text)) not in {0, 6}, "with a fraction that has not six digits", FORMAT),
    "long-fraction": (lambda text: _is_time(text) and len(_fraction(text)) > 6, "with more than six digits of a second", FORMAT),
    "fraction-over-three": (lambda text: _is_time(text) and len(_fraction(text)) > 3, "with more than three digits of a second", FORMAT),
    "before-1970": (lambda text: _is_time(text) and _instant(text) < 0, "before 1970", "the type of the time: it counts from 1970 and has no sign"),
    "epoch": (lambda text: _is_time(text) and _instant(text) == 0, "of the first second of 1970", "a test that takes 0 for nothing"),
    "before-2000": (lambda text: _is_time(text) and text[:4] < "2000", "before 2000", "the range of the time"),
    "before-1900": (lambda text: _is_time(text) and text[:4] < "1900", "before 1900", "the range of the time"),
    "before-1000": (lambda text: _is_time(text) and text[:4] < "1000", "before the year 1000", "the range of the time"),
    "year-one": (lambda text: _is_time(text) and text.startswith("0001"), "in the year 1", "the conversion of the time at the beginning of the calendar"),
    "after-2037": (lambda text: _is_time(text) and _instant(text) > (2**31 - 1) * SECOND, "after January 2038", "the type of the time: seconds in 32 bits"),
    "outside-nanoseconds": (lambda text: _is_time(text) and abs(_instant(text)) >= 2**63, "before 1678 or after 2261", "the type of the time: nanoseconds in 64 bits"),
    "after-nanoseconds": (lambda text: _is_time(text) and _instant(text) >= 2**63, "after 2261", "the type of the time: nanoseconds in 64 bits"),
    "after-2099": (lambda text: _is_time(text) and text[:4] > "2099", "after 2099", "the range of the time"),
    "future": (lambda text: _is_time(text) and _instant(text) > 1_900_000_000 * SECOND, "far in the future", "the range of the time"),
    "year-9999": (lambda text: text.startswith("9999"), "in the year 9999", "the conversion of the time at the end of the calendar"),
    "outside-the-calendar": (lambda text: _is_time(text) and not LEAST <= _instant(text) <= MOST, "that is before the year 1 or after 9999 in UTC", "the conversion to UTC at the ends of the calendar"),
    "ends-of-the-calendar": (lambda text: _is_time(text) and not LEAST + DAY <= _instant(text) <= MOST - DAY, "at the ends of the calendar", "the conversion of the time zone at the ends of the calendar"),
    "leap-day": (lambda text: text[5:10] == "02-29", "on 29 February", "the validation, which knows 28 days"),
    "given": (lambda text: bool(text.strip()), "of any kind", "whatever is done where the parameter is given"),
    "nul": (lambda text: "\0" in text, "with a NUL character", PARSER),
}  # fmt: skip
