"""Runs as a dialect shows them: times, nulls, fields, UUIDs, and where a role lives."""

from __future__ import annotations

import re
from datetime import datetime, timedelta
from functools import lru_cache
from typing import TYPE_CHECKING, Any, Final

import orjson

from seqruns.document import facts
from seqruns.instant import MINUTE, SECOND, parse_moment

if TYPE_CHECKING:
    from collections.abc import Callable

    from seqruns.dialect import Dialect
    from seqruns_mock.core.store import RunStore, Selection

    Change = Callable[[Any], Any]

MOST_HELD: Final = 20_000
"""Runs whose JSON is kept."""
TIMES: Final = frozenset({"created_at", "updated_at", "scheduled_at"})
UUIDS: Final = frozenset(
    {"id", "sequence_id", "channel_id", "last_step_id", "step_id", "contact_id", "conversation_id"}
)
_EPOCH: Final = datetime(1970, 1, 1)  # noqa: DTZ001 - UTC, and offsets are added as numbers
_PRINTED: Final = re.compile(r".{10}(.)(\d\d:\d\d:\d\d)(?:\.(\d+))?(.*)", re.ASCII)


def create_render(dialect: Dialect) -> Callable[[RunStore, Selection], bytes]:
    """Return what renders a page in a dialect."""
    # The order counts: times and ids are known by the names of the document, so roles move after them; what is left out
    # and nulls come last, as they may be of a role.
    changes = [change for make in (_timing, _uuids, _moving, _leaving_out, _nulls) if (change := make(dialect))]

    @lru_cache(maxsize=MOST_HELD)
    def run_json(store: RunStore, row: int) -> bytes:
        run = orjson.loads(store.run_json(row))
        for change in changes:
            run = change(run)
        return orjson.dumps(run)

    def render(store: RunStore, selection: Selection) -> bytes:
        runs = b",".join([run_json(store, row) for row in selection.rows])
        return b'{"data":[%b],"total":%d}' % (runs, selection.total)

    return render


def _each(value: Any, change: Callable[[str, Any], Any], name: str = "") -> Any:
    """Return JSON with every field that is no object and no array changed."""
    if isinstance(value, dict):
        return {key: _each(part, change, key) for key, part in value.items()}
    return [_each(part, change, name) for part in value] if isinstance(value, list) else change(name, value)


def _timing(dialect: Dialect) -> Change | None:
    """Return what prints times; what the dialect does not say stays as the data has it."""
    zone, separator, digits = (dialect.values.get(f"answer.{name}") for name in ("zone", "separator", "digits"))
    if (zone, separator, digits) == (None, None, None):
        return None

    def change(name: str, value: Any) -> Any:
        is_time = name in TIMES and isinstance(value, str)
        return write_time(value, zone=zone, separator=separator, digits=digits) if is_time else value

    return lambda run: _each(run, change)


def write_time(text: str, *, zone: Any, separator: Any, digits: Any) -> str:
    """Return a time in another spelling; None leaves a part of it as it is."""
    printed = _PRINTED.fullmatch(text)
    if printed is None:
        return text
    between = {"T": "T", "space": " ", None: printed[1]}[separator]
    ending = printed[4] if zone is None else "" if zone == "none" else str(zone)
    nanoseconds = int(parse_moment(text) * 1000)
    # The clock on the wall there; the fraction is written apart, since a datetime holds six digits and a start may have
    # nine.
    shifted = nanoseconds // 1000 + _offset_of(ending)
    moment = _EPOCH + timedelta(microseconds=shifted // SECOND * SECOND)
    fraction = f"{nanoseconds % 10**9:09d}"
    kept = fraction[: len(printed[3] or "")] if digits is None else _cut(fraction, digits)
    written = moment.isoformat(between, timespec="seconds")
    return f"{written}{'.' * bool(kept)}{kept}{ending}"


def _offset_of(ending: str) -> int:
    found = re.fullmatch(r"([+-])(\d\d):?(\d\d)?", ending, re.ASCII)
    if not found:
        return 0
    minutes = int(found[2]) * 60 + int(found[3] or 0)
    return (-minutes if found[1] == "-" else minutes) * MINUTE


def _cut(fraction: str, digits: int | str) -> str:
    """Return the fraction of a second, of nine digits, as long as a dialect has it."""
    shortest = fraction.rstrip("0")
    match digits:
        case int():
            return fraction[:digits]
        case "shortest":
            return shortest
        case "threes":
            # Rounded up to threes: four digits are written as six.
            return fraction[: -(-len(shortest) // 3) * 3]
        case "none-or-three":
            return fraction[:3] if shortest else ""
    return fraction[:6] if shortest else ""


def _uuids(dialect: Dialect) -> Change | None:
    if "answer.uuids" not in dialect.traits:
        return None
    write = str.upper if dialect["answer.uuids"] == "upper-case" else str.lower

    def change(name: str, value: Any) -> Any:
        return write(value) if name in UUIDS and isinstance(value, str) else value

    return lambda run: _each(run, change)


def _nulls(dialect: Dialect) -> Change | None:
    return _without_nulls if dialect["answer.nulls"] == "left-out" else None


def _without_nulls(value: Any) -> Any:
    if isinstance(value, dict):
        return {name: _without_nulls(part) for name, part in value.items() if part is not None}
    return [_without_nulls(part) for part in value] if isinstance(value, list) else value


def _moving(dialect: Dialect) -> Change | None:
    """Return what puts the value of each role where the dialect has it."""
    moves = [
        (pointer, str(dialect[f"roles.{role}"]))
        for role, pointer in facts().roles.items()
        # The channels of step contacts stay, as one place could not hold those of several.
        if dialect[f"roles.{role}"] != pointer and "*" not in pointer
    ]

    def move(run: Any) -> Any:
        for source, goal in moves:
            value = _take(run, source)
            if value is not _MISSING:
                _put(run, goal, value)
        return run

    return move if moves else None


_MISSING: Final = object()


def _take(run: Any, pointer: str) -> Any:
    """Take the value at a pointer out of an object and return it; _MISSING where there is none."""
    *path, last = pointer.removeprefix("/").split("/")
    for name in path:
        run = run.get(name) if isinstance(run, dict) else None
    return run.pop(last, _MISSING) if isinstance(run, dict) else _MISSING


def _put(run: Any, pointer: str, value: Any) -> None:
    *path, last = pointer.removeprefix("/").split("/")
    for name in path:
        run = run.setdefault(name, {})
    run[last] = value


def _leaving_out(dialect: Dialect) -> Change | None:
    pointers = dialect["answer.left_out"]
    if not pointers or not isinstance(pointers, tuple):
        return None
    paths = [pointer.removeprefix("/").split("/") for pointer in pointers]

    def leave_out(run: Any) -> Any:
        for path in paths:
            _delete(run, path)
        return run

    return leave_out


def _delete(value: Any, path: list[str]) -> None:
    """Delete what a pointer leads to, in every element where it has a `*`."""
    head, *rest = path
    if head == "*":
        for part in value if isinstance(value, list) else ():
            _delete(part, rest)
    elif isinstance(value, dict) and head in value:
        if rest:
            _delete(value[head], rest)
        else:
            del value[head]
