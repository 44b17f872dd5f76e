"""Reports to look at: one of the honest mock, one of a mock with faults of every kind that a report shows."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest
from tests.contracts.faulty import KEY, SEQUENCE, faulty_app, honest_app, with_runs_changed
from tests.serving import served

from seqruns_contracts import check_target, wsgi_target
from seqruns_contracts.checks.selection import select_checks

if TYPE_CHECKING:
    from collections.abc import Iterator

    from seqruns_contracts import Report

SHOWING = ("before", "window", "phone", "answer", "page", "sequence")
"""The areas that are enough to show a failure of each kind."""


def misplace_name(run: dict[str, Any]) -> None:
    """Show a contact's name where an id is due, so that a message quotes it."""
    run["added_by_id"] = run["contact"]["name"]


@pytest.fixture(scope="session")
def broken_report() -> Report:
    """Return a report with missing runs, unexpected runs, wrong types, warnings, and checks that were not exercised."""
    app = with_runs_changed(faulty_app("exclusive-before", "phone-ignored", "limit-words-ignored"), misplace_name)
    target = wsgi_target(app, key=KEY)
    return check_target(target, SEQUENCE, checks=select_checks(only=SHOWING))


@pytest.fixture(scope="session")
def page_report() -> Report:
    """Return a report on pages that are one run off."""
    target = wsgi_target(faulty_app("offset-counts-from-one"), key=KEY)
    return check_target(target, SEQUENCE, checks=select_checks(only=["page"]))


@pytest.fixture(scope="session")
def honest_report() -> Report:
    """Return a report without any failure."""
    return check_target(wsgi_target(honest_app(), key=KEY), SEQUENCE, checks=select_checks(only=SHOWING))


@pytest.fixture(scope="session")
def broken_url() -> Iterator[str]:
    """Return the base URL of a mock with an exclusive `before` and a `phone` that is ignored."""
    with served(faulty_app("exclusive-before", "phone-ignored")) as base_url:
        yield base_url


@pytest.fixture(scope="session")
def honest_url() -> Iterator[str]:
    """Return the base URL of the honest mock."""
    with served(honest_app()) as base_url:
        yield base_url
