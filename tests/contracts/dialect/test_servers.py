"""Lawful servers in other styles: learned, served as a twin, and both asked 600 queries; held against each other.

`python -m tests.contracts.dialect.test_servers` asks all of them and prints what differs; `… --drifts` holds the
dialect of each against each other.
"""

from __future__ import annotations

import re
import sys
from functools import cache
from itertools import permutations
from typing import TYPE_CHECKING, Any, cast

import pytest
from tests.contracts.dialect.servers import SERVERS
from tests.contracts.dialect.servers.endpoint import KEY
from tests.gallery.twins import LAWFUL, OTHER, SEQUENCE, UNLAWFUL, Differences, differences, mock

from seqruns_contracts import check_target, wsgi_target
from seqruns_contracts.checks.kinds import Grade
from seqruns_contracts.dialect.learning import MOST_REQUESTS
from seqruns_contracts.engine import learning
from seqruns_contracts.findings.results import Outcome
from seqruns_mock.core.sequences import store_of
from seqruns_mock.http.app import create_app
from seqruns_mock.http.dialect.speaking import create_pipeline
from seqruns_mock.http.pipeline import Mock

if TYPE_CHECKING:
    from collections.abc import Mapping

    from tests.contracts.dialect.servers.endpoint import Server

    from seqruns.dialect import Dialect
    from seqruns_fixtures import SequenceRun


HANGING_ON: Mapping[str, tuple[str, ...]] = {
    "start_time": ("time.", "order.", "answer."),
    "phone": ("phone.", "parameters."),
    "channel_id": ("channel.",),
    "status": ("status.",),
    "id": (),
}
"""The dimensions that are seen by what runs show of a role."""


@cache
def server(name: str) -> Server:
    """Return a server with the default runs, held in the order in which they were generated."""
    stores = mock().stores
    runs: dict[str, list[Any]] = {
        id_: [s.run(row) for row in sorted(range(len(s)), key=s.number_of)] for id_, s in stores.items()
    }
    return SERVERS[name](runs)


@cache
def learned(name: str) -> Dialect:
    """Return the dialect of a server, as `seqruns check --learn` does; in a test without the checks before it."""
    app = server(name)
    target = wsgi_target(app, key=KEY)
    with pytest.MonkeyPatch.context() as patch:
        checks = None if __name__ == "__main__" else ()
        # Where no check has asked anything before, learning has to ask for everything itself.
        patch.setattr(learning, "MOST_REQUESTS", MOST_REQUESTS if checks is None else 200)
        report = check_target(
            target, SEQUENCE, other_sequence_id=OTHER, roles=dict(app.roles), learn=True, checks=checks
        )
    assert report.dialect is not None
    return report.dialect


def twin_differences(name: str, *, every: int = 1) -> Differences:
    """Return in what the twin of a server differs from it, in each query, or in every third."""
    app = server(name)
    stores = {id_: store_of(cast("list[SequenceRun]", runs)) for id_, runs in app.stores.items()}
    twin = create_app(Mock(stores=stores, keys={KEY}, pipeline=create_pipeline(learned(name))))
    return differences(app, twin, every=every)


def drifts(dialect: Dialect, name: str) -> set[str]:
    """Return the dimensions in which a server is not as a dialect says."""
    report = check_target(wsgi_target(server(name), key=KEY), SEQUENCE, checks=(), dialect=dialect)
    broken = (verdict.check for verdict in report.verdicts if verdict.outcome is Outcome.BROKEN)
    return {check.id.removeprefix("dialect.") for check in broken if check.grade is Grade.DRIFT}


@pytest.mark.parametrize("name", ["FastApi", "ByName", "NoStart"])
def test_a_twin_answers_as_the_server_that_was_learned(name: str) -> None:
    """The same status, ids, order, total and printed times; of the unlawful queries 2 % may get another status."""
    found = twin_differences(name, every=3)
    assert not found.lawful
    assert len(found.unlawful) <= UNLAWFUL / 3 * 0.02, found.unlawful
    assert not drifts(learned(name), name)


def test_an_error_that_repeats_what_was_sent_accuses_nothing() -> None:
    """Of three forms at once one is refused; each is seen as what it is."""
    values = learned("Echo").values
    assert (values["time.no_seconds"], values["time.space"], values["numbers.leading_zero"]) == (400, "read", "read")


def test_what_is_bound_and_looked_at_last_is_seen() -> None:
    """Names in other letters and with brackets, blank values, ids without dashes, a range, ties by start and id."""
    expected = {
        "order.first": "-/status",
        "order.ties": "newest-highest-id",
        "parameters.other_case": "same",
        "parameters.bracketed": "same",
        "parameters.blank_limit": "default",
        "parameters.blank_time": "ignored",
        "sequence.other_form": "same",
        "errors.status": "range-last",
    }
    values = learned("Binder").values
    assert {name: values.get(name) for name in expected} == expected


def test_another_server_drifts_where_the_two_dialects_differ() -> None:
    """Every drift is of a dimension in which the two were learned to differ, or of which one showed nothing."""
    assert unexplained("FastApi", "NoStart") == (set(), set())


def unexplained(first: str, second: str) -> tuple[set[str], set[str]]:
    """Return the drifts of a server from another's dialect that their dialects do not show, and those they miss."""
    ours, theirs = learned(first).values, learned(second).values
    found = drifts(learned(first), second)
    # What the other shows may be explained by two values, of which one was learned.
    also = {name: trait.request.partition("; ")[2] for name, trait in learned(second).traits.items()}
    differing = {
        name
        for name in ours.keys() & theirs.keys()
        if ours[name] != theirs[name] and not re.search(rf"(^|or ){re.escape(str(ours[name]))}( |$)", also[name])
    }
    # A role that is not where the dialect says is a drift, and what runs show of it can be held against nothing.
    lost = {name.removeprefix("roles.") for name in found if name.startswith("roles.")}
    hidden = {name for role in lost for name in ours if name.startswith(HANGING_ON[role])}
    return {name for name in found if ours[name] == theirs.get(name)} - hidden, differing - found - hidden


def main() -> None:
    """Print what the twins of the servers that are named, or of all, answer differently; or the drifts."""
    names = [argument for argument in sys.argv[1:] if argument in SERVERS] or list(SERVERS)
    if "--drifts" in sys.argv:
        for pair in permutations(names, 2):
            false, missing = unexplained(*pair)
            print(f"{' > '.join(pair)}: false {sorted(false)}, missing {sorted(missing)}", flush=True)  # noqa: T201
        return
    for name in names:
        found = twin_differences(name)
        own = drifts(learned(name), name)
        counts = f"{len(found.lawful)} of {LAWFUL}, {len(found.unlawful)} of {UNLAWFUL}"
        print(f"{name}: {counts}; drifts from its own dialect: {sorted(own)}", flush=True)  # noqa: T201
        for line in (*found.lawful[:3], *found.unlawful):
            print(f"    {line:.200}")  # noqa: T201


if __name__ == "__main__":
    main()
