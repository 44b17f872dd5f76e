"""The values of parameters as a dialect reads them, each a function from text; times are elsewhere."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from seqruns_mock.core.query import FACTS
from seqruns_mock.http.dialect.choice import OutOfRangeError, WrongValueError, choose

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from seqruns.dialect import Dialect

MOST: Final = 10**18
"""More runs than any store has."""
NOTHING: Final = "\0"
"""What no run has for its phone, status or channel."""
ABSENT: Final = {"ignored": None, "default": None, "absent": None}
_LARGE: Final = 2**31
_HUGE: Final = 2**63
_INTEGER: Final = re.compile(r"-?\d+", re.ASCII)
_DASHED: Final = "([0-9a-f]{8}-(?:[0-9a-f]{4}-){3}[0-9a-f]{12})"
_UUID: Final = re.compile(_DASHED, re.ASCII | re.IGNORECASE)
_UUIDS: Final = {
    name: re.compile(pattern, re.ASCII | re.IGNORECASE)
    for name, pattern in {
        "channel.without_dashes": "([0-9a-f]{32})",
        "channel.braces": rf"\{{{_DASHED}\}}",
        "channel.urn": f"urn:uuid:{_DASHED}",
        "channel.spaces": rf"\s*{_DASHED}\s*",
    }.items()
}
"""The forms of a UUID that the contract does not know, by dimension."""
_MARKS: Final = re.compile(r"[-()./]")
_TELEPHONE: Final = re.compile(r"(?=.*\d)[+\d\s().-]+", re.ASCII)
# E.164 ends at 15 digits, and `00` or a few zeros may come before.
_LONG: Final = re.compile(r"(?:\D*\d){21}", re.ASCII)


def is_uuid(text: str) -> bool:
    """Return whether a text is a UUID with dashes, in letters of any case."""
    return _UUID.fullmatch(text) is not None


def parse_limit(dialect: Dialect, text: str) -> int | None:
    """Return the size of the page; None for the default. Raises WrongValueError."""
    number = _number(dialect, text, "page.limit_no_number")
    if number is None:
        return None
    if number >= (_HUGE if dialect["page.large_number"] == "as-any" else _LARGE):
        choose(dialect["page.huge_limit"], {"as-any": None}, "is out of range")
    if number <= 0:
        name = "page.limit_zero" if number == 0 else "page.limit_negative"
        meanings = {**ABSENT, "empty": 0, "raised": 1, "all": MOST}
        return choose(dialect[name], meanings, "is below 1", OutOfRangeError)
    if number <= FACTS.limit_maximum:
        return number
    return choose(
        dialect["page.limit_above_maximum"],
        {"lowered": cap_of(dialect), "obeyed": number, "default": None},
        f"is above {FACTS.limit_maximum}",
        OutOfRangeError,
    )


def cap_of(dialect: Dialect) -> int:
    """Return how many runs a page holds at most."""
    cap = dialect["page.cap"]
    is_obeyed = dialect["page.limit_above_maximum"] == "obeyed" and cap == FACTS.limit_maximum
    return MOST if is_obeyed or not isinstance(cap, int) else cap


def parse_offset(dialect: Dialect, text: str) -> int | None:
    """Return how many runs to skip; None for the default. Raises WrongValueError."""
    number = _number(dialect, text, "page.offset_no_number")
    if number is None:
        return None
    if number < 0:
        return choose(dialect["page.offset_negative"], {"zero": 0}, "is below 0", OutOfRangeError)
    if number >= _HUGE:
        return choose(dialect["page.huge_number"], {"as-any": number, "zero": 0}, "is out of range")
    if number >= _LARGE:
        return choose(dialect["page.large_number"], {"as-any": number}, "is out of range")
    return number


def _number(dialect: Dialect, text: str, otherwise: str) -> int | None:
    """Return a number in any form that the dialect reads; `otherwise` is about a text that is none."""
    name, found = next(
        ((name, found) for name, pattern in _NUMBERS.items() if (found := pattern.fullmatch(text))), (otherwise, None)
    )
    if found is None:
        return choose(dialect[otherwise], {"default": None, "zero": 0}, "is not a whole number")
    if name == "":
        return _whole(text)
    digits = re.match(r"\s*([+-]?\d*)", text, re.ASCII)
    meanings = {
        "read": _READ_AS.get(name, _whole)(found[1]),
        # The digits that it begins with: `5e1` is 5, `0x10` is 0, and what begins with none is 0.
        "cut": _whole(digits[1].lstrip("+") or "0") if digits else 0,
        "octal": int(found[1], 8) if re.fullmatch("-?[0-7]+", found[1]) else None,
        "default": None,
    }
    return choose(dialect[name], meanings, "is not a whole number")


_NUMBERS: Final = {
    # The first that fits counts: `010` is an integer as well, and `1.5` a number with text behind it.
    "numbers.leading_zero": re.compile(r"(-?0\d{1,20})", re.ASCII),
    "": _INTEGER,
    "numbers.other_digits": re.compile(r"(\d{1,20})"),
    "numbers.plus": re.compile(r"\+(\d{1,20})", re.ASCII),
    "numbers.spaces": re.compile(r"\s*(-?\d{1,20})\s*", re.ASCII),
    "numbers.underscore": re.compile(r"(-?\d{1,9}(?:_\d{1,9}){1,9})", re.ASCII),
    "numbers.point_zero": re.compile(r"(-?\d{1,20})\.0+", re.ASCII),
    "page.limit_fraction": re.compile(r"(-?\d{1,20})\.\d+", re.ASCII),
    "numbers.exponent": re.compile(r"(\d{1,9}[eE]\+?\d)", re.ASCII),
    "numbers.hex": re.compile(r"(0[xX][0-9a-fA-F]{1,15})", re.ASCII),
    "numbers.text_after": re.compile(r"(-?\d{1,20})\D.*", re.ASCII | re.DOTALL),
}
"""The forms of a number, by dimension; the usual one has none."""
_READ_AS: Final[Mapping[str, Callable[[str], int]]] = {
    "numbers.exponent": lambda text: int(float(text)),
    "numbers.hex": lambda text: int(text, 16),
}
"""How those are read that are no digits."""


def _whole(text: str) -> int:
    digits = text.replace("_", "").lstrip("-").lstrip("0")
    # Python refuses to read thousands of digits; beyond 2^63 all numbers are alike.
    number = int(digits or "0") if len(digits) <= 20 else 10**20
    return -number if text.startswith("-") else number


def parse_phone(dialect: Dialect, text: str) -> str | None:
    """Return the number; None for no filter. Raises WrongValueError."""
    if not text.strip():
        return choose(dialect["phone.blank"], {"absent": None, "nothing": NOTHING}, "is blank")
    # As a plus that was not encoded arrives: `phone=+1360…` is ` 1360…`.
    if re.match(r" +\d", text):
        text = choose(dialect["phone.lost_plus"], {"nothing": text, "understood": f"+{text.lstrip()}"})
    if not _TELEPHONE.fullmatch(text.strip()):
        return choose(dialect["phone.odd"], {"nothing": text}, "is not a telephone number")
    if _LONG.match(text):
        choose(dialect["phone.long"], {"nothing": text}, "is too long for a telephone number")
    if not re.match(r"\s*\+\d", text):
        choose(dialect["phone.no_plus"], {"nothing": text}, "has no plus")
    if _MARKS.search(text):
        text = choose(dialect["phone.marks"], {"kept": text, "dropped": _MARKS.sub("", text)})
    if re.search(r"\s", text):
        text = choose(
            dialect["phone.spaces"], {"dropped": "".join(text.split()), "trimmed": text.strip(), "kept": text}
        )
    return text


def parse_status(dialect: Dialect, text: str) -> str | None:
    """Return the status; None for no filter. Raises WrongValueError."""
    words = f"is not a run status; give {' or '.join(FACTS.statuses)}"
    if text in FACTS.statuses:
        return text
    others = {**ABSENT, "nothing": NOTHING}
    if text.strip().lower() not in FACTS.statuses:
        return choose(dialect["status.unknown"], others, words)
    # ` Active ` is a status where both are: with spaces around it, and with a capital.
    for name, bare in (("status.spaces", text.strip()), ("status.other_case", text.strip().lower())):
        if bare != text:
            value = choose(dialect[name], {**others, "same": bare}, words)
            if value != bare:
                return value
            text = bare
    return text


def parse_sequence_id(dialect: Dialect, text: str) -> str:
    """Return the UUID that a text is where the dialect reads it in other forms than with dashes, else the text."""
    if is_uuid(text) or dialect["sequence.other_form"] != "same":
        return text
    try:
        return parse_channel_id(dialect, text) or text
    except WrongValueError:
        return text


def parse_channel_id(dialect: Dialect, text: str) -> str | None:
    """Return the channel in lower case, as the index has it; None for no filter. Raises WrongValueError."""
    words = "is not a UUID, such as 0b8f7f4e-3d63-4c44-8a68-6d0c1d5b2a10"
    if is_uuid(text):
        printed = text.upper() if dialect["answer.uuids"] == "upper-case" else text.lower()
        if text == printed:
            return text.lower()
        return choose(dialect["channel.other_case"], {"same": text.lower(), "nothing": NOTHING}, words)
    for name, pattern in _UUIDS.items():
        found = pattern.fullmatch(text)
        if found:
            bare = found[1].replace("-", "").lower()
            dashed = "-".join((bare[:8], bare[8:12], bare[12:16], bare[16:20], bare[20:]))
            return choose(dialect[name], {**ABSENT, "nothing": NOTHING, "same": dashed}, words)
    return choose(dialect["channel.malformed"], {**ABSENT, "nothing": NOTHING}, words)
