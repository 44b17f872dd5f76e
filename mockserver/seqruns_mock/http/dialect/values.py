"""The values of parameters as a dialect reads them, each a function from text; times are elsewhere."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from seqruns_mock.core.query import FACTS
from seqruns_mock.http.dialect.choice import choose

if TYPE_CHECKING:
    from seqruns.dialect import Dialect

MOST: Final = 10**18
"""More runs than any store has."""
NOTHING: Final = "\0"
"""What no run has for its phone, status or channel."""
ABSENT: Final = {"ignored": None, "default": None, "absent": None}
_INTEGER: Final = re.compile(r"-?\d+", re.ASCII)
_FRACTION: Final = re.compile(r"(-?\d+)\.\d+", re.ASCII)
_UUID: Final = re.compile(r"[0-9a-f]{8}-(?:[0-9a-f]{4}-){3}[0-9a-f]{12}", re.ASCII | re.IGNORECASE)
_BARE_UUID: Final = re.compile(r"[0-9a-f]{32}", re.ASCII | re.IGNORECASE)
_MARKS: Final = re.compile(r"[-()./]")
_TELEPHONE: Final = re.compile(r"\+?[\d\s().-]{1,40}", re.ASCII)


def is_uuid(text: str) -> bool:
    """Return whether a text is a UUID with dashes, in letters of any case."""
    return _UUID.fullmatch(text) is not None


def parse_limit(dialect: Dialect, text: str) -> int | None:
    """Return the size of the page; None for the default. Raises WrongValueError."""
    number = _whole(text)
    fraction = _FRACTION.fullmatch(text)
    if number is None and fraction:
        words = "is not a whole number"
        number = choose(dialect["page.limit_fraction"], {"cut": _whole(fraction[1]), "default": None}, words)
        if number is None:
            return None
    if number is None:
        return choose(dialect["page.limit_no_number"], ABSENT, "is not a number")
    if number <= 0:
        name = "page.limit_zero" if number == 0 else "page.limit_negative"
        return choose(dialect[name], {**ABSENT, "empty": 0, "raised": 1, "all": MOST}, "is below 1")
    if number <= FACTS.limit_maximum:
        return number
    return choose(
        dialect["page.limit_above_maximum"],
        {"lowered": cap_of(dialect), "obeyed": number, "default": None},
        f"is above {FACTS.limit_maximum}",
    )


def cap_of(dialect: Dialect) -> int:
    """Return how many runs a page holds at most."""
    cap = dialect["page.cap"]
    is_obeyed = dialect["page.limit_above_maximum"] == "obeyed" and cap == FACTS.limit_maximum
    return MOST if is_obeyed or not isinstance(cap, int) else cap


def parse_offset(dialect: Dialect, text: str) -> int:
    """Return how many runs to skip. Raises WrongValueError."""
    number = _whole(text)
    if number is None:
        return choose(dialect["page.offset_no_number"], {"zero": 0}, "is not a whole number")
    if number < 0:
        return choose(dialect["page.offset_negative"], {"zero": 0}, "is below 0")
    if number >= 2**63:
        return choose(dialect["page.huge_number"], {"as-any": number, "zero": 0}, "is out of range")
    return number


def _whole(text: str) -> int | None:
    if not _INTEGER.fullmatch(text):
        return None
    digits = text.lstrip("-0")
    # Python refuses to read thousands of digits; beyond 2^63 all numbers are alike.
    number = int(digits or "0") if len(digits) <= 20 else 10**20
    return -number if text.startswith("-") else number


def parse_phone(dialect: Dialect, text: str) -> str | None:
    """Return the number; None for no filter. Raises WrongValueError."""
    if not text.strip():
        return choose(dialect["phone.blank"], {"absent": None, "nothing": NOTHING}, "is blank")
    if re.match(r" +\d", text):
        text = choose(dialect["phone.lost_plus"], {"nothing": text, "understood": f"+{text.lstrip()}"})
    if not _TELEPHONE.fullmatch(text.strip()):
        return choose(dialect["phone.odd"], {"nothing": text}, "is not a telephone number")
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
    if text.lower() in FACTS.statuses:
        return choose(dialect["status.other_case"], {**ABSENT, "nothing": NOTHING, "same": text.lower()}, words)
    return choose(dialect["status.unknown"], {**ABSENT, "nothing": NOTHING}, words)


def parse_channel_id(dialect: Dialect, text: str) -> str | None:
    """Return the channel in lower case, as the index has it; None for no filter. Raises WrongValueError."""
    words = "is not a UUID, such as 0b8f7f4e-3d63-4c44-8a68-6d0c1d5b2a10"
    if _BARE_UUID.fullmatch(text):
        dashed = "-".join((text[:8], text[8:12], text[12:16], text[16:20], text[20:])).lower()
        meanings = {**ABSENT, "nothing": NOTHING, "same": dashed}
        return choose(dialect["channel.without_dashes"], meanings, words)
    if not is_uuid(text):
        return choose(dialect["channel.malformed"], {**ABSENT, "nothing": NOTHING}, words)
    printed = text.upper() if dialect["answer.uuids"] == "upper-case" else text.lower()
    if text == printed:
        return text.lower()
    return choose(dialect["channel.other_case"], {"same": text.lower(), "nothing": NOTHING}, words)
