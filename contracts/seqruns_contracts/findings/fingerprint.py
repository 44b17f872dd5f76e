"""The fingerprint of a finding: where and what, without what changes from day to day.

It tells two faults of one check apart, and it is the same tomorrow, when other runs show the same fault. So it holds
names of parameters and fields, and no value, no id, no number.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence

    from seqruns_contracts.model.oracle import Difference
    from seqruns_contracts.model.query import Query

_CHANGING = (
    # Before the others: an id need be no UUID.
    (re.compile(r"\brun \S+"), "run …"),
    # Text as `repr` quotes it, in which an escaped quote is not the end.
    (re.compile(r"'(?:[^'\\]|\\.)*'|\"(?:[^\"\\]|\\.)*\""), "…"),
    (re.compile(r"[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}", re.IGNORECASE), "…"),
    # A status stays: "status 500", "the body of a 400". Any other number goes: a total, a place in a list, a time.
    (re.compile(r"(?<!status )(?<!\ba )(?<!\bthe )\b\d[\d:.,TZ+-]*"), "…"),
)
LONGEST = 200


def fingerprint(query: Query, status: int, differences: Sequence[Difference]) -> tuple[str, str]:
    """Return where and what: the parameters in play, and the kinds of difference, the sentence, or the status.

    - `before=2024-…` that lacks a run: `before`, `missing size total`.
    - a total that is text, seen in passing: nothing, and `total is a string, not an integer`.
    - `limit=0` answered with 200: `limit`, `status 200`.
    """
    seen = [each for each in differences if each.kind == "seen"]
    if seen:
        return "", "; ".join(sorted({steady(each.text) for each in seen}))
    # Sorted, so that `limit=1&status=x` and `status=x&limit=1` are one place.
    where = " ".join(sorted({name for name, _ in query.parameters}))
    return where, " ".join(sorted({each.kind for each in differences})) or f"status {status}"


def steady(text: str) -> str:
    """Return a sentence without values, ids and numbers, but with a status."""
    for pattern, stand_in in _CHANGING:
        text = pattern.sub(stand_in, text)
    return text[:LONGEST]
