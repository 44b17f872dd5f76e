"""Twins: lawful servers learned, served with the same runs, and both asked 400 lawful and 200 unlawful queries.

`python -m tests.gallery.twins` asks all variants, `… --pairs` all pairs of them as well, and prints what differs.
"""

from __future__ import annotations

import json
import random
import sys
from dataclasses import dataclass, field
from itertools import combinations
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
    from collections.abc import Iterator, Sequence

    from seqruns.dialect import Dialect, Value
    from seqruns_mock.http.answer import Handler
    from seqruns_mock.http.app import Endpoint

KEY = "twin-key"
SEQUENCE = "5f0c1f0e-52f9-4b9e-9d5c-3f2f0f6a7c11"
OTHER = "b3d1a0c4-7c55-4f0e-8a3e-2f6f5a9d1e12"
LAWFUL, UNLAWFUL = 400, 200
APART = {"growing", "huge", "flaky", "slow", "chunked", "connection-closed", "gzip", "changing-fields"}
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


def learn(answer: Handler, roles: dict[str, str]) -> Dialect:
    """Return the dialect of a server, as `seqruns check --learn` does."""
    app: Any = lambda environ, start_response: answer(environ).send(start_response)  # noqa: E731
    report = check_target(wsgi_target(app, key=KEY), SEQUENCE, other_sequence_id=OTHER, roles=roles, learn=True)
    assert report.dialect is not None
    return report.dialect


def differences_of(names: Sequence[str]) -> Differences:
    """Return in what the twin of a server with these variants differs from it."""
    app = build(names)
    roles = {role: pointer for name in names for role, pointer in VARIANTS[name].roles.items()}
    dialect = learn(app.answer, roles)
    stores = mock().stores
    for name in IN_THE_DATA & set(names):
        stores = VARIANTS[name].change(mock()).stores
    twin = create_app(Mock(stores=stores, keys={KEY}, pipeline=create_pipeline(dialect)))
    found = Differences()
    for query in lawful_queries():
        ours, theirs = (_answer(each, query) for each in (app, twin))
        if _seen(ours) != _seen(theirs):
            found.lawful.append(f"{query}: {_seen(ours)!s:.150} / {_seen(theirs)!s:.150}")
    for query, more in unlawful_queries():
        ours, theirs = (_answer(each, query, **more) for each in (app, twin))
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
    return answer.status_code, page["total"], [(run["id"], *_times(run)) for run in page["data"]]


def _times(value: Any) -> Iterator[str]:
    if isinstance(value, dict):
        for name, part in value.items():
            if name in {"created_at", "started_at", "updated_at", "scheduled_at"}:
                yield f"{name}={part}"
            else:
                yield from _times(part)
    elif isinstance(value, list):
        for part in value:
            yield from _times(part)


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
            query["phone"] = dice.choice(phones)
        if dice.random() < 0.4:
            query["status"] = dice.choice(facts().statuses)
        if dice.random() < 0.3:
            query["channel_id"] = dice.choice(channels)
        for name in ("before", "after"):
            if dice.random() < 0.35:
                query[name] = _spelled(dice, parse_instant(dice.choice(runs)["created_at"]))
        if dice.random() < 0.6:
            query["limit"] = dice.choice([1, 2, 3, 7, 50, 137, 500])
        if dice.random() < 0.4:
            query["offset"] = dice.choice([0, 1, 5, 50])
        pairs = list(query.items())
        dice.shuffle(pairs)
        yield urlencode(pairs)


def _spelled(dice: random.Random, instant: int) -> str:
    text = render_instant(instant + dice.choice([-1_000_000, -1, 0, 0, 1, 1_000_000]))
    return dice.choice([text, text.replace("Z", "+00:00"), text[:19] + "Z"])


def unlawful_queries() -> Iterator[tuple[str, dict[str, Any]]]:
    """Yield queries that the contract leaves open or refuses, with what else is odd about the request."""
    dice = random.Random(7)
    plain: dict[str, list[str]] = {
        "limit": ["0", "-1", "-50", "501", "1000", "99999", "abc", "null", "1.5", "2.0", "1e3", "0x10", str(2**63)],
        "offset": ["-1", "-7", "abc", "1.5", "0x10", "null", str(2**63), "200", "137"],
        "phone": [" ", "  ", "%", "abc", "(360) 309-4336", "+1 360 309 4336", "360-309", " 13603094336", "'"],
        "status": ["paused", "ACTIVE", "Finished", "null", "deleted", "active,finished", "1"],
        "channel_id": ["sms", "mail", "123", "0b8f7f4e3d634c448a686d0c1d5b2a10", "null", "0B8F7F4E-3D63"],
        "before": [
            *("yesterday", "2024-13-01", "2024-02-30T00:00:00Z", "2024-03-01", "2024-03-01T10:00:00"),
            *("20240301T100000Z", "2024-03"),
        ],
        "after": [
            *("2024-03-01T10:00Z", "2024-03-01t10:00:00z", "2024-03-01 10:00:00Z", "2024-03-01T10:00:00+0200"),
            *("2024-03-01T10:00:00 02:00", "2024-03-01T24:00:00Z", "2024-12-31T23:59:60Z", "1709287200", "now", "null"),
            *("2024-03-01T10:00:00.1234567Z", "2024-03-01T25:00:00Z", "2024-W09-5"),
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
