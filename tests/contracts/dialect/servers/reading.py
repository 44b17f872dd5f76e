"""Readers and writers of values that several servers share, in the ways of their languages."""

from __future__ import annotations

import math
import re
from contextlib import suppress
from datetime import UTC, datetime, timedelta

SECOND = 10**9
DAY = 86400 * SECOND
EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
WORDS = {"now": 1_800_000_000, "yesterday": 1_799_900_000, "today": 1_800_000_000, "tomorrow": 1_800_100_000}
"""What some read as a time, with seconds since 1970 that are after all runs."""
TIME = re.compile(
    r"(\d{4})-(\d\d)-(\d\d)(?:(.)(\d\d):(\d\d)(?::(\d\d)(?:([.,])(\d+))?)?(Z|z|[+-]\d\d(?::?\d\d)?)?)?", re.ASCII
)
UUID = re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}", re.IGNORECASE)


def iso(
    text: str,
    *,
    between: str = "T",
    zone: str = r"Z|[+-]\d\d:\d\d",
    has_zone: bool = False,
    has_seconds: bool = False,
    date: bool = True,
    marks: str = ".",
    kept: int = 9,
    rolls: bool = False,
) -> int:
    """Return the nanoseconds since 1970 that an ISO 8601 text names, read as strictly as is said.

    Where it `rolls`, the 30th of February is two days after the 28th.
    """
    found = TIME.fullmatch(text)
    if not found:
        raise ValueError("is no date-time")
    year, month, day, separator, hour, minute, second, mark, fraction, offset = found.groups()
    if hour is None:
        if not date:
            raise ValueError("has no time")
    elif separator not in between or (second is None and has_seconds) or (mark and mark not in marks):
        raise ValueError("is written otherwise")
    elif (not re.fullmatch(zone, offset)) if offset else has_zone:
        raise ValueError("has no offset that is read")
    over = int(day) - 28 if rolls and 28 < int(day) < 32 else 0
    parts = map(int, (year, month, int(day) - over, hour or 0, minute or 0, second or 0))
    start = datetime(*parts, tzinfo=UTC) + timedelta(days=over)  # type: ignore[arg-type, misc]
    shift = 0
    if offset and offset not in "Zz":
        hours, minutes = int(offset[1:3]), int(offset[3:].strip(":") or 0)
        if hours > 23 or minutes > 59:
            raise ValueError("has an impossible offset")
        shift = (hours * 60 + minutes) * (-1 if offset[0] == "-" else 1)
    nanoseconds = int((fraction or "0")[:kept].ljust(9, "0")[:9])
    return ((start - EPOCH) // timedelta(seconds=1) - shift * 60) * SECOND + nanoseconds


def loose(text: str) -> int | None:
    """Return the instant of a month, a date with slashes, a week, or a text in English; None for no such text."""
    for form in ("%Y-%m", "%Y", "%Y/%m/%d", "%B %d, %Y", "%a, %d %b %Y %H:%M:%S GMT", "%G-W%V-%u"):
        with suppress(ValueError):
            return int((datetime.strptime(text, form).replace(tzinfo=UTC) - EPOCH).total_seconds()) * SECOND
    return None


def nanoseconds(moment: datetime) -> int:
    """Return the nanoseconds since 1970; one without an offset is in UTC."""
    return (moment.replace(tzinfo=moment.tzinfo or UTC) - EPOCH) // timedelta(microseconds=1) * 1000


def end_of_day(text: str) -> int | None:
    """Return the midnight that ends a day, which `24:00` names; None for any other text."""
    return iso(text[:11] + "00" + text[13:], between="Tt ") + DAY if re.match(r".{10}[Tt ]24:00", text) else None


def leap_second(text: str) -> int | None:
    """Return the first moment after a leap second; None for any other text."""
    found = re.fullmatch(r"(.{10}[Tt ]\d\d:\d\d):60(.*)", text, re.ASCII)
    return iso(f"{found[1]}:59{found[2]}", between="Tt ", zone=r"[Zz]|[+-]\d\d:\d\d") + SECOND if found else None


def extended(text: str) -> str:
    """Return a date or date-time with its dashes and colons, `2024-03-01` of `20240301`; any other text as it is."""
    found = re.fullmatch(r"(\d{4})(\d\d)(\d\d)(?:T(\d\d):?(\d\d):?(\d\d)(.*))?", text, re.ASCII)
    if not found:
        return text
    year, month, day, hour, minute, second, zone = found.groups()
    return f"{year}-{month}-{day}" + (f"T{hour}:{minute}:{second}{zone}" if hour else "")


def shortest(text: str, zone: str) -> str:
    """Return a time without zeros at its end."""
    head, _, fraction = text.removesuffix("Z").partition(".")
    return f"{head}{'.' * bool(fraction.strip('0'))}{fraction.rstrip('0')}{zone}"


def threes(text: str) -> str:
    """Return a time of six digits as Java prints it: with no, three or six."""
    return text.replace("000Z", "Z").replace(".000Z", "Z")


def python_uuid(text: str) -> str:
    """Return a UUID as Python reads it: with or without dashes, in brackets, as a URN."""
    bare = text.replace("urn:", "").replace("uuid:", "").strip("{}").replace("-", "").lower()
    if not re.fullmatch("[0-9a-f]{32}", bare):
        raise ValueError("is no UUID")
    return "-".join((bare[:8], bare[8:12], bare[12:16], bare[16:20], bare[20:]))


def javascript_number(text: str) -> int:
    """Return what `Number` makes of a text, where that is whole: 0 of nothing, 16 of `0x10`, 20 of `2e1`."""
    text = text.strip()
    if re.fullmatch(r"0[xX][0-9a-fA-F]+", text):
        return int(text, 16)
    if not re.fullmatch(r"[+-]?(\d+\.?\d*|\.\d+)([eE][+-]?\d+)?|", text, re.ASCII):
        raise ValueError("is NaN")
    number = float(text or 0)
    if math.isinf(number) or number % 1:
        raise ValueError("is no whole number")
    return int(number)


def bounded_integer(text: str, bits: int) -> int:
    """Return a number of digits alone, with a sign or without, that has so many bits."""
    if not re.fullmatch(r"[+-]?\d+", text, re.ASCII) or abs(int(text[:30])) >= 2 ** (bits - 1):
        raise ValueError(f"is no number of {bits} bits")
    return int(text)
