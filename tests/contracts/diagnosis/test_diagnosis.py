"""The diagnosis: one cause for one mistake, two for two, none where nothing is broken, and never a guess."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from tests.contracts.faulty import KEY, SEQUENCE, faulty_app, honest_app

from seqruns_contracts import check_target, wsgi_target
from seqruns_contracts.checks.selection import select_checks

if TYPE_CHECKING:
    from seqruns_contracts import Report

SOME = ("answer", "before", "phone.is-exact", "page")


def checked(*faults: str, only: tuple[str, ...] = SOME) -> Report:
    """Return the report on the mock with some faults."""
    app = faulty_app(*faults) if faults else honest_app()
    return check_target(wsgi_target(app, key=KEY), SEQUENCE, checks=select_checks(only=only))


@pytest.mark.parametrize(
    ("faults", "causes"),
    [
        (("exclusive-before",), {"before.exclusive"}),
        (("phone-ignored",), {"phone.ignored"}),
        (("offset-off-by-one",), {"offset.plus-one"}),
        (("exclusive-before", "phone-ignored"), {"before.exclusive", "phone.ignored"}),
        (("exclusive-before", "offset-off-by-one"), {"before.exclusive", "offset.plus-one"}),
    ],
)
def test_each_mistake_is_named_once_and_explains_every_failure(faults: tuple[str, ...], causes: set[str]) -> None:
    """Two independent mistakes are two causes, also where one answer shows both."""
    report = checked(*faults)
    assert {cause.id for cause in report.causes} == causes
    assert not report.unexplained


def test_a_right_target_has_no_cause_and_is_asked_nothing_more() -> None:
    """The requests that tell explanations apart are sent only where something is broken."""
    report = checked()
    assert report.explained == ()
    assert not report.failures


def test_a_cause_shows_the_shortest_request_and_what_it_foresees() -> None:
    """Its page is the one that came, not the one that was due."""
    (cause,) = checked("exclusive-before").causes
    assert cause.shown is not None
    assert cause.foreseen == cause.shown.came != cause.shown.due
    assert cause.answers == cause.of > 3
    assert "`<` instead of `<=`" in cause.look
    assert "before.is-inclusive" in cause.checks
