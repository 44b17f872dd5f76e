"""How runs are printed: their times, their ids, which fields they show, and what they do with nulls."""

from __future__ import annotations

import re
from functools import partial
from typing import TYPE_CHECKING, Any

from seqruns.dialect import dimensions
from seqruns.document import facts
from seqruns_contracts.dialect.looking import ALL, Sight
from seqruns_contracts.model.run import MISSING, follow

if TYPE_CHECKING:
    from collections.abc import Callable, Container, Iterator, Mapping

    from seqruns.dialect import Value
    from seqruns_contracts.dialect.looking import Look, Reader

TIME = re.compile(r"\d{4}-\d\d-\d\d(?P<separator>.)\d\d:\d\d:\d\d(?:[.,](?P<fraction>\d+))?(?P<zone>.*)", re.ASCII)
TIMES = ("/created_at", "/updated_at", "/step_contacts/*/scheduled_at")
IDS = ("/id", "/sequence_id", "/channel_id", "/contact/id", "/step_contacts/*/id", "/step_contacts/*/channel_id")
NULLABLE = (
    "/contact/name",
    "/contact/email",
    "/contact/phone",
    "/channel_id",
    "/added_by_id",
    "/last_step_id",
    "/step_contacts/*/channel_id",
    "/step_contacts/*/scheduled_at",
)
FIELDS = (
    "/sequence_id",
    "/status",
    "/contact",
    "/contact/id",
    *NULLABLE,
    "/created_at",
    "/updated_at",
    "/step_contacts",
    *(
        f"/step_contacts/*/{name}"
        for name in ("id", "step_id", "status", "clicked_link", "unsubscribed", "contact_messages")
    ),
)
"""The documented fields of a run that it may leave out."""
FRACTIONS: Mapping[str, Callable[[str], bool]] = {
    # As Python's `isoformat` prints: no fraction where it is 0, else all six digits.
    "none-or-six": lambda digits: len(digits) in {0, 6} and digits != "000000",
    "none-or-three": lambda digits: len(digits) in {0, 3} and digits != "000",
    # As Java's `Instant`: milliseconds, microseconds or nanoseconds, whichever loses nothing.
    "threes": lambda digits: len(digits) in {0, 3, 6, 9} and not digits.endswith("000"),
    # As Go's RFC 3339: no zero at the end.
    "shortest": lambda digits: not digits.endswith("0"),
}


def values_at(look: Look, *pointers: str) -> Iterator[Any]:
    """Yield what the known runs have at these pointers; MISSING for a dead end."""
    for run in look.census.known.values():
        for pointer in pointers:
            yield from follow(run.body, pointer)


def _texts(look: Look, *pointers: str) -> list[str]:
    return [value for value in values_at(look, *pointers) if isinstance(value, str)]


def _sight(look: Look, values: Container[Value]) -> Sight:
    return Sight(values=values, exchange=look.query(ALL))


def _times(look: Look) -> list[re.Match[str]]:
    return [time for text in _texts(look, look.roles["start_time"], *TIMES) if (time := TIME.fullmatch(text))]


def zone(look: Look) -> Sight | None:
    """Look at what ends the times."""
    # One ending for all, or it is no trait: `Z` beside `+02:00` is a target that keeps zones.
    found = {time["zone"] or "none" for time in _times(look)}
    return _sight(look, tuple(found) if len(found) == 1 else ()) if found else None


def separator(look: Look) -> Sight | None:
    """Look at what stands between date and time."""
    found = {{"T": "T", " ": "space"}.get(time["separator"], "") for time in _times(look)}
    return _sight(look, tuple(found) if len(found) == 1 else ()) if found else None


def digits(look: Look) -> Sight | None:
    """Look at the fractions of the times."""
    fractions = [time["fraction"] or "" for time in _times(look)]
    sizes = {len(fraction) for fraction in fractions}
    words = (word for word, fits in FRACTIONS.items() if all(map(fits, fractions)))
    return _sight(look, (*(sizes if len(sizes) == 1 else ()), *words)) if fractions else None


def uuids(look: Look) -> Sight | None:
    """Look at the letters of the ids."""
    ids = [text for text in _texts(look, *IDS) if re.search("[a-fA-F]", text)]
    # Ids of digits alone fit both, and were left out above.
    words = ("lower-case",) * all(map(str.islower, ids)) + ("upper-case",) * all(map(str.isupper, ids))
    return _sight(look, words) if ids else None


def nulls(look: Look) -> Sight | None:
    """Look at fields that may be null, in runs that have nothing there."""
    found = {pointer: list(values_at(look, pointer)) for pointer in NULLABLE}
    shown = any(value is None for values in found.values() for value in values)
    left_out = any(MISSING in values and any(value is not MISSING for value in values) for values in found.values())
    if not shown and not left_out:
        return None
    # Both at once, or by field, is no value of this dimension.
    return _sight(look, () if shown and left_out else ("shown",) if shown else ("left-out",))


class Missing:
    """The lists of missing fields that agree with the known runs in all fields that these can show."""

    def __init__(self, missing: set[str], judged: set[str]) -> None:
        self.missing, self.judged = missing, judged

    def __contains__(self, value: object) -> bool:
        """Return whether a list names the missing ones of the fields that were judged, and no other of these."""
        return isinstance(value, tuple) and set(value) & self.judged == self.missing


def left_out(look: Look) -> Sight | None:
    """Look for documented fields that no run has; where a whole object is missing, only for that."""
    if not look.census.known:
        return None
    found = {pointer: list(values_at(look, pointer)) for pointer in FIELDS}
    judged = {pointer for pointer, values in found.items() if values and _is_judged(look, pointer, found)}
    missing = {pointer for pointer in judged if all(value is MISSING for value in found[pointer])}
    return Sight(values=Missing(missing, judged), exchange=look.query(ALL), learned=tuple(sorted(missing)))


def _is_judged(look: Look, pointer: str, found: Mapping[str, list[Any]]) -> bool:
    """Return whether a field says something: its object is there, and its role does not live elsewhere."""
    # A role that lives elsewhere is rightly missing from its documented place.
    homes = {home for name, home in facts().roles.items() if look.roles[name] != home}
    parent = pointer.rpartition("/")[0].removesuffix("/*")
    is_there = not parent or any(value is not MISSING for value in found[parent])
    return is_there and pointer not in homes


def role(name: str, look: Look) -> Sight | None:
    """Look whether a role is where it is looked for; where every run has nothing there, it is not."""
    pointer = look.roles[name]
    found = list(values_at(look, pointer))
    if not found or all(value is None for value in found):
        return None
    return _sight(look, () if all(value is MISSING for value in found) else (pointer,))


READERS: Mapping[str, Reader] = {
    "answer.zone": zone,
    "answer.separator": separator,
    "answer.digits": digits,
    "answer.nulls": nulls,
    "answer.left_out": left_out,
    "answer.uuids": uuids,
    **{name: partial(role, name.partition(".")[2]) for name in dimensions() if name.startswith("roles.")},
}
