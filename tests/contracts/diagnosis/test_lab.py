"""Mistakes on a server that shares nothing with the gallery: each is named for what it is."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING, Any

import pytest
from tests.contracts.diagnosis.lab import KEY, OTHER, SEQUENCE, Server
from tests.contracts.diagnosis.mistakes import MISTAKES

from seqruns_contracts import check_target, wsgi_target
from seqruns_contracts.checks.selection import select_checks

if TYPE_CHECKING:
    from collections.abc import Mapping

    from seqruns_contracts import Report

EVERYTHING = "SEQRUNS_SELFTEST" in os.environ
"""Whether all mistakes are tried with all checks, and not a few with those that show them."""
QUICK: Mapping[str, tuple[str, ...]] = {
    "before is exclusive": ("before", "window"),
    "milliseconds": ("before", "after", "window"),
    "five and a half hours": ("before", "after", "window"),
    "phone by part": ("phone",),
    "phone by its last seven digits": ("phone",),
    "phone ignored": ("phone",),
    "bounds only as a pair": ("before", "after", "window"),
    "offset ignored with status": ("page", "status", "filters"),
}
"""What is always tried, and the checks that show it."""
UNNAMED: frozenset[str] = frozenset()
"""What is not told from what looks like it."""


def checked(*only: str, **lines: Any) -> Report:
    """Return the report on a server with some lines wrong."""
    target = wsgi_target(Server().wrong(**lines), key=KEY, max_requests=400)
    return check_target(target, SEQUENCE, other_sequence_id=OTHER, checks=select_checks(only=only))


def test_the_server_of_the_lab_is_right() -> None:
    """Nothing is accused where nothing is wrong, and no cause is named."""
    report = checked("answer", "run", "before", "after", "window", "phone", "status", "channel", "page", "total")
    assert [verdict.check.id for verdict in report.failures] == []
    assert report.causes == ()


@pytest.mark.parametrize("name", [name for name in MISTAKES if name not in UNNAMED] if EVERYTHING else list(QUICK))
def test_a_mistake_is_named(name: str) -> None:
    """One cause, the right piece, and no failure is left beside it."""
    lines, id_ = MISTAKES[name]
    report = checked(*(() if EVERYTHING else QUICK[name]), **lines)
    named = [cause.id for cause in report.explained]
    assert [cause for cause in named if cause.startswith(id_)], named
    assert len(report.causes) + len(report.unexplained) <= 1
