"""Right servers are spared whatever their data looks like, and asked within the budget."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from tests.contracts.faulty import KEY, SEQUENCE, SMALL_SEQUENCE

from seqruns_contracts import check_target, wsgi_target
from seqruns_contracts.findings.results import Outcome
from seqruns_fixtures import generate_runs
from seqruns_mock.core.columns import columns_of
from seqruns_mock.core.store import RunStore
from seqruns_mock.http.app import create_app
from seqruns_mock.http.pipeline import Mock

if TYPE_CHECKING:
    from collections.abc import Mapping

    from seqruns.defaults import Profile
    from seqruns_fixtures import SequenceRun

MOST_REQUESTS = 270
"""For a sequence that can be read whole, and for a large one, of which only a part is known."""


@pytest.mark.parametrize("profile", ["realistic", "uniform", "minimal"])
def test_every_kind_of_data_is_spared(profile: Profile) -> None:
    """The size of the default data, in the other profiles."""
    spare(profile, 137)


@pytest.mark.parametrize("runs", [1, 2, 3, 51, 500, 2_001])
def test_every_size_is_spared(runs: int) -> None:
    """Sizes around those of a page, of the largest page, and of what is read whole."""
    spare("edge", runs)


@pytest.mark.parametrize("year", ["0001", "9999"])
def test_the_ends_of_the_calendar_are_spared(year: str) -> None:
    """Where nothing fits beside a start time any more."""
    runs = list(generate_runs(runs=30, seed=3))
    start = {"0001": "0001-01-01T00:00:00.000000Z", "9999": "9999-12-31T23:59:59.999999Z"}[year]
    hold_nothing_against({SEQUENCE: [{**runs[0], "created_at": start, "updated_at": start}, *runs[1:]]})


def test_a_name_in_the_path_may_stand_for_the_id_that_runs_show() -> None:
    """As where an address has a slug."""
    hold_nothing_against({"spring-sale": list(generate_runs(runs=30, seed=3, sequence_id=SEQUENCE))})


def spare(profile: Profile, runs: int) -> None:
    """Check a right server with generated runs."""
    sequences = {SEQUENCE: runs, SMALL_SEQUENCE: 12}
    hold_nothing_against(
        {
            name: list(generate_runs(runs=count, seed=3, profile=profile, sequence_id=name))
            for name, count in sequences.items()
        }
    )


def hold_nothing_against(sequences: Mapping[str, list[SequenceRun]]) -> None:
    """Check a right server with these runs, and expect no finding."""
    stores = {name: RunStore(columns_of(runs)) for name, runs in sequences.items()}
    first, *others = sequences
    target = wsgi_target(create_app(Mock(stores=stores, keys={KEY})), key=KEY)
    report = check_target(target, first, other_sequence_id=others[0] if others else None)
    accused = [verdict.check.id for verdict in report.verdicts if verdict.outcome in {Outcome.BROKEN, Outcome.ERRORED}]
    assert not accused
    assert report.requests <= MOST_REQUESTS
