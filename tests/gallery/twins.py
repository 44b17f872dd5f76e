"""Twins: lawful servers learned, served with the same runs, and both asked 400 lawful and 200 unlawful queries.

`python -m tests.gallery.twins` asks all variants, `… --pairs` all pairs of them as well, and prints what differs.
"""

from __future__ import annotations

import json
import random
import re
import sys
from dataclasses import dataclass, field
from itertools import combinations, islice
from typing import TYPE_CHECKING, Any
from urllib.parse import urlencode

from werkzeug.test import Client

from seqruns.document import facts
from seqruns.instant import parse_instant, render_instant
from seqruns_contracts import check_target, wsgi_target
from seqruns_gallery.building.exhibit import speaking
from seqruns_gallery.catalogue import build_together
from seqruns_gallery.variants import VARIANTS
from seqruns_mock.core.sequences import generate_stores
from seqruns_mock.http.app import create_app
from seqruns_mock.http.dialect.speaking import create_pipeline
from seqruns_mock.http.pipeline import Mock

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from seqruns.dialect import Dialect, Value
    from seqruns_mock.http.answer import Handler
    from seqruns_mock.http.app import Endpoint

KEY = "twin-key"
SEQUENCE = "5f0c1f0e-52f9-4b9e-9d5c-3f2f0f6a7c11"
OTHER = "b3d1a0c4-7c55-4f0e-8a3e-2f6f5a9d1e12"
LAWFUL, UNLAWFUL = 400, 200
APART = {"growing", "huge", "flaky", "slow", "chunked", "connection-closed", "gzip", "changing-fields"}
APART |= {"rate-limited", "rate-limited-until-a-date"}
"""Variants whose answers are another's every time, or that are about the wire."""
IN_THE_DATA = {"times-in-milliseconds", "times-in-seconds", "as-published"}
"""Variants that hold other runs; their twin is served those."""


@dataclass(kw_only=True)
class Differences:
    """What a server and its twin answer differently."""

    lawful: list[str] = field(default_factory=list)
    unlawful: list[str] = field(default_factory=list)


def mock() -> Mock:
    """Return a mock with two sequences of the default data."""
    return Mock(stores=generate_stores({SEQUENCE: 137, OTHER: 12}), keys={KEY})


def build(names: Sequence[str]) -> Endpoint:
    """Return the server that is all of these variants. Raises ValueError where they cannot be together."""
    values: dict[str, Value] = {}
    for name in names:
        if any(values.get(dimension, value) != value for dimension, value in VARIANTS[name].dialect.items()):
            raise ValueError(f"{' and '.join(names)} say different things of one dimension")
        values |= VARIANTS[name].dialect
    others = [name for name in names if not VARIANTS[name].dialect]
    return build_together(others, speaking(values)(mock()))


def learn(app: Any, roles: Mapping[str, str]) -> Dialect:
    """Return the dialect of a server, as `seqruns check --learn` does."""
    report = check_target(wsgi_target(app, key=KEY), SEQUENCE, other_sequence_id=OTHER, roles=roles, learn=True)
    assert report.dialect is not None
    return report.dialect


def differences_of(names: Sequence[str]) -> Differences:
    """Return in what the twin of a server with these variants differs from it."""
    app = build(names)
    roles = {role: pointer for name in names for role, pointer in VARIANTS[name].roles.items()}
    dialect = learn(wsgi_of(app.answer), roles)
    stores = mock().stores
    for name in IN_THE_DATA & set(names):
        stores = VARIANTS[name].change(mock()).stores
    twin = create_app(Mock(stores=stores, keys={KEY}, pipeline=create_pipeline(dialect)))
    return differences(app, twin)


def wsgi_of(answer: Handler) -> Any:
    """Return the application that a handler is."""
    return lambda environ, start_response: answer(environ).send(start_response)


def differences(server: Any, twin: Any, *, every: int = 1) -> Differences:
    """Return what two applications answer differently to 400 lawful and 200 unlawful queries, or to some of them."""
    found = Differences()
    for query in islice(lawful_queries(), 0, None, every):
        ours, theirs = (_answer(each, query) for each in (server, twin))
        if _seen(ours) != _seen(theirs):
            found.lawful.append(f"{query}: {_seen(ours)!s:.150} / {_seen(theirs)!s:.150}")
    for query, more in islice(unlawful_queries(), 0, None, every):
        ours, theirs = (_answer(each, query, **more) for each in (server, twin))
        if ours.status_code != theirs.status_code:
            found.unlawful.append(f"{query} {more}: {ours.status_code} / {theirs.status_code}")
    return found


def _answer(app: Any, query: str, *, sequence_id: str = SEQUENCE, method: str = "GET", key: str | None = KEY) -> Any:
    headers = {} if key is None else {"X-WHIPPY-KEY": key}
    return Client(app).open(f"/v1/sequences/{sequence_id}/sequence_runs?{query}", method=method, headers=headers)


def _seen(answer: Any) -> Any:
    """Return what must be the same of a lawful query: status, ids, order, total and printed times."""
    if answer.status_code != 200:
        return answer.status_code
    page = json.loads(answer.data)
    return answer.status_code, page["total"], [(run["id"], *sorted(_times(run))) for run in page["data"]]


def _times(value: Any, name: str = "") -> Iterator[str]:
    if isinstance(value, dict):
        for key, part in value.items():
            yield from _times(part, key)
    elif isinstance(value, list):
        for part in value:
            yield from _times(part, name)
    elif isinstance(value, str) and _TIME.match(value):
        yield f"{name}={value}"


_TIME = re.compile(r"\d{4}-\d\d-\d\d.\d\d:")


def lawful_queries() -> Iterator[str]:
    """Yield queries that the contract gives one meaning, over what the runs hold."""
    dice = random.Random(5)
    store = mock().stores[SEQUENCE]
    runs = [store.run(row) for row in range(len(store))]
    phones = [phone for run in runs if (phone := run["contact"].get("phone"))]
    channels = [step["channel_id"] for run in runs for step in run["step_contacts"] if step["channel_id"]]
    for _ in range(LAWFUL):
        query: dict[str, Any] = {}
        if dice.random() < 0.3:
            query["phone"] = dice.choice([*phones, "+15550000000"])
        if dice.random() < 0.4:
            query["status"] = dice.choice(facts().statuses)
        if dice.random() < 0.3:
            query["channel_id"] = dice.choice([*channels, "0b8f7f4e-3d63-4c44-8a68-6d0c1d5b2a10"])
        for name in ("before", "after"):
            if dice.random() < 0.35:
                query[name] = _spelled(dice, parse_instant(dice.choice(runs)["created_at"]))
        if dice.random() < 0.6:
            query["limit"] = dice.choice([1, 2, 3, 7, 50, 99, 101, 137, 250, 500])
        if dice.random() < 0.4:
            query["offset"] = dice.choice([0, 1, 5, 50, 136, 137, 138, 500])
        query = {**dict.fromkeys(dice.sample(sorted(facts().parameters), dice.choice([0, 0, 0, 0, 0, 1])), ""), **query}
        pairs = list(query.items())
        dice.shuffle(pairs)
        yield urlencode(pairs)


def _spelled(dice: random.Random, instant: int) -> str:
    instant += dice.choice([-1_000_000, -1000, -1, 0, 0, 1, 1000, 1_000_000])
    text, east = render_instant(instant), render_instant(instant + 7_200_000_000)
    whole = text[:19] + "Z"
    return dice.choice([text, text, text.replace("Z", "+00:00"), whole, text[:23] + "Z", east.replace("Z", "+02:00")])


def unlawful_queries() -> Iterator[tuple[str, dict[str, Any]]]:
    """Yield queries that the contract leaves open or refuses, with what else is odd about the request."""
    dice = random.Random(7)
    plain: dict[str, list[str]] = {
        "limit": [
            *("0", "-1", "-50", "501", "1000", "99999", "abc", "null", "1.5", "2.0", "1e3", "0x10", str(2**63), "+5"),
            *(" 5", "5 ", "10abc", "NaN", "true", "1_0", " ", "05", "-0", "1,2", "\u0665"),
        ],
        "offset": ["-1", "-7", "abc", "1.5", "0x10", "null", str(2**63), "200", "137", "+5", "1e1", " 5", "5x", "2.0"],
        "phone": [
            *(" ", "  ", "%", "abc", "(360) 309-4336", "+1 360 309 4336", "360-309", " 13603094336", "'", "*", "+"),
            *("13603094336", "+1-360-309-4336", "null", "1" * 300, "tel:+13603094336", "+1360309433x"),
        ],
        "status": [
            *("paused", "ACTIVE", "Finished", "null", "deleted", "active,finished", "1", " active", "active ", "%"),
        ],
        "channel_id": [
            *("sms", "mail", "123", "0b8f7f4e3d634c448a686d0c1d5b2a10", "null", "0B8F7F4E-3D63"),
            *("{0b8f7f4e-3d63-4c44-8a68-6d0c1d5b2a10}", "0B8F7F4E-3D63-4C44-8A68-6D0C1D5B2A10", "0"),
            *("0b8f7f4e-3d63-4c44-8a68-6d0c1d5b2a1g", "urn:uuid:0b8f7f4e-3d63-4c44-8a68-6d0c1d5b2a10"),
        ],
        "before": [
            *("yesterday", "2024-13-01", "2024-02-30T00:00:00Z", "2024-03-01", "2024-03-01T10:00:00", "2024-02-30"),
            *("20240301T100000Z", "2024-03", "2024", "20240301", "2024/03/01", "March 1, 2024", "-1", "1e9", "0"),
            *("Fri, 01 Mar 2024 10:00:00 GMT", "2024-03-01T10:00:00+25:00", "2024-03-01T10:00:00Zx", "2024-3-1"),
        ],
        "after": [
            *("2024-03-01T10:00Z", "2024-03-01t10:00:00z", "2024-03-01 10:00:00Z", "2024-03-01T10:00:00+0200"),
            *("2024-03-01T10:00:00 02:00", "2024-03-01T24:00:00Z", "2024-12-31T23:59:60Z", "1709287200", "now", "null"),
            *("2024-03-01T10:00:00.1234567Z", "2024-03-01T25:00:00Z", "2024-W09-5", "1709287200000", "2024-061"),
            *("2024-03-01T10:00:00,5Z", "2024-03-01T10:00:00+02", "2024-03-01T10Z", "2024-03-01T10:00:00.123456789Z"),
            *("2024-03-01T10:00", "2024-03-01 10:00:00", "2024-03-01T10:61:00Z", "0000-01-01T00:00:00Z", "today"),
        ],
        "page": ["2"],
        "utm_source": ["x"],
    }  # fmt: skip
    odd: list[tuple[str, dict[str, Any]]] = [(urlencode({name: value}), {}) for name in plain for value in plain[name]]
    odd += [(f"{name}=", {}) for name in facts().parameters]
    odd += [("limit=1&limit=2", {}), ("status=active&status=finished", {}), ("phone=%ff", {}), ("before=%00", {})]
    odd += [("", {"sequence_id": name}) for name in ("unknown", "00000000-0000-4000-8000-000000000000", "%00", "a%27b")]
    odd += [("", {"key": None}), ("", {"key": "wrong"}), ("limit=x", {"key": None}), ("", {"method": "HEAD"})]
    odd += [("limit=x", {"sequence_id": "unknown"}), ("", {"sequence_id": SEQUENCE.upper()})]
    odd += [("limit=x", {"key": None, "sequence_id": "unknown"}), ("", {"key": None, "sequence_id": "unknown"})]
    odd += [("page=2", {"key": "wrong"}), ("before=never", {"sequence_id": "00000000-0000-4000-8000-000000000000"})]
    while len(odd) < UNLAWFUL:
        names = dice.sample(sorted(set(plain) - {"page", "utm_source"}), 2)
        odd.append((urlencode([(name, dice.choice(plain[name])) for name in names]), {}))
    yield from odd[:UNLAWFUL]


def main() -> None:
    """Ask all variants, and with `--pairs` all pairs, or those that are named."""
    names = [name for name in VARIANTS if name not in APART]
    given = [tuple(argument.split("+")) for argument in sys.argv[1:] if not argument.startswith("-")]
    groups: list[tuple[str, ...]] = given or [(name,) for name in names]
    groups += combinations(names, 2) if "--pairs" in sys.argv else ()
    for group in groups:
        try:
            found = differences_of(group)
        except ValueError as problem:
            print(f"{'+'.join(group)}: {problem}")  # noqa: T201
            continue
        print(f"{'+'.join(group)}: {len(found.lawful)} of {LAWFUL}, {len(found.unlawful)} of {UNLAWFUL}", flush=True)  # noqa: T201
        for line in (*found.lawful[:3], *found.unlawful[:8]):
            print(f"    {line}")  # noqa: T201


if __name__ == "__main__":
    main()
