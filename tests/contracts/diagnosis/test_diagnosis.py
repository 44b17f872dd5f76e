"""The diagnosis: one cause for one mistake, two for two, none where nothing is broken, and never a guess."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest
from tests.contracts.diagnosis.lab import KEY, OTHER, SEQUENCE, Server
from tests.contracts.diagnosis.mistakes import MISTAKES

from seqruns_contracts import check_target, wsgi_target
from seqruns_contracts.checks.selection import select_checks
from seqruns_contracts.diagnosis.explanations.pages.ends import ends
from seqruns_contracts.diagnosis.pipeline import HONEST, Turn
from seqruns_contracts.model.query import Query
from seqruns_gallery.catalogue import build_together
from seqruns_gallery.selftest.gallery import KEY as GALLERY_KEY
from seqruns_gallery.selftest.gallery import mock_in_process

if TYPE_CHECKING:
    from seqruns_contracts import Report

SOME = (
    "before.is-inclusive",
    "before.is-exact",
    "phone.is-exact",
    "page.offset-skips-runs",
    "total.counts-every-match",
)


def checked(*mistakes: str) -> Report:
    """Return the report on the server of the lab with some mistakes."""
    lines: dict[str, Any] = {line: wrong for name in mistakes for line, wrong in MISTAKES[name][0].items()}
    target = wsgi_target(Server().wrong(**lines), key=KEY, max_requests=400)
    return check_target(target, SEQUENCE, other_sequence_id=OTHER, checks=select_checks(only=SOME))


@pytest.mark.parametrize(
    ("mistakes", "causes"),
    [
        (("before is exclusive",), {"before.exclusive"}),
        (("before is exclusive", "phone ignored"), {"before.exclusive", "phone.ignored"}),
        (("before is exclusive", "offset is a page"), {"before.exclusive", "offset.is-a-page-number"}),
        (("before is exclusive", "total up to 50"), {"before.exclusive", "total.capped"}),
    ],
)
def test_each_mistake_is_named_once_and_explains_every_failure(mistakes: tuple[str, ...], causes: set[str]) -> None:
    """Two independent mistakes are two causes, also where one answer shows both."""
    report = checked(*mistakes)
    assert {cause.id for cause in report.causes} == causes
    assert not report.unexplained


def test_a_mistake_of_the_list_is_told_from_one_of_the_count() -> None:
    """The pages follow one query and the totals another: each is explained by itself."""
    app = build_together(("after-is-the-start-of-its-day", "total-counts-contacts"), mock_in_process())
    first, *_ = mock_in_process().stores
    checks = select_checks(only=("after.is-inclusive", "after.is-exact", "total.counts-every-match"))
    report = check_target(wsgi_target(app, key=GALLERY_KEY), first, checks=checks)
    assert {cause.piece for cause in report.causes} == {"after", "total"}


@pytest.mark.parametrize(
    ("faults", "areas", "causes"),
    [
        ("exclusive-before cache-forgets-offset", "before page caching", {"before.exclusive", "cache.forgets-offset"}),
        ("cache-forgets-before cache-forgets-channel", "", {"cache.forgets-before", "cache.forgets-channel_id"}),
        (
            "offset-is-a-page-number cache-forgets-the-sequence",
            "page run sequence method",
            {"offset.is-a-page-number", "cache.forgets-the-sequence"},
        ),
    ],
)
def test_a_cache_does_not_hide_the_mistake_beside_it(faults: str, areas: str, causes: set[str]) -> None:
    """What did not come out of the cache is judged by itself; a cache that no page of ours shows is seen, too."""
    app = build_together(faults.split(), mock_in_process())
    first, second, *_ = mock_in_process().stores
    target = wsgi_target(app, key=GALLERY_KEY)
    report = check_target(target, first, other_sequence_id=second, checks=select_checks(only=areas.split()))
    assert {cause.id for cause in report.causes} == causes


def test_a_right_target_has_no_cause_and_is_asked_nothing_more() -> None:
    """The requests that tell explanations apart are sent only where something is broken."""
    report = checked()
    assert report.explained == ()
    assert not report.failures


def test_a_cause_shows_the_shortest_request_and_what_it_foresees() -> None:
    """Its page is the one that came, not the one that was due."""
    (cause,) = checked("before is exclusive").causes
    assert cause.shown is not None
    assert cause.foreseen == cause.shown.came != cause.shown.due
    assert cause.answers == cause.of > 0
    assert "`<` instead of `<=`" in cause.look
    assert "before.is-inclusive" in cause.checks


def test_each_of_two_crashes_shows_a_request_of_its_own() -> None:
    """Also where one finding of a check stands for both."""
    app = build_together(("offset-beyond-64-bits-crashes", "calendar-end-crashes"), mock_in_process())
    first, *_ = mock_in_process().stores
    checks = select_checks(only=("answer", "parameters", "before", "after"))
    report = check_target(wsgi_target(app, key=GALLERY_KEY), first, checks=checks)
    shown = {cause.piece: {name for name, _ in cause.shown.query.parameters} for cause in report.causes if cause.shown}
    assert shown == {"offset": {"offset"}, "window": {"before"}}


def test_what_is_refused_explains_no_page() -> None:
    """A date that crashes says nothing of one that is cut to the millisecond: that is a mistake of its own."""
    app = build_together(("bad-date-crashes", "bounds-cut-to-the-millisecond"), mock_in_process())
    first, *_ = mock_in_process().stores
    checks = select_checks(only=("before.refuses-what-is-no-date", "after.keeps-nanoseconds-apart"))
    report = check_target(wsgi_target(app, key=GALLERY_KEY), first, checks=checks)
    assert {cause.id: cause.checks for cause in report.explained}["window.cut-to-the-millisecond"] == (
        "after.keeps-nanoseconds-apart",
    )


def test_a_list_that_begins_again_is_laid_out_once_whatever_the_limit_is() -> None:
    """A limit of 400 digits is one of the kit's own requests; nobody may count up to it."""
    nothing: Any = None
    again = next(each for each in ends(nothing) if each.id == "offset.begins-again")
    turn = Turn(world=nothing, query=Query(), texts={}, limit=10**400, offset=7, rows=range(5))
    again.change(HONEST).cut(turn)
    assert turn.page == [2, 3, 4, 0, 1]
