"""A list of which the kit reads only the beginning: causes are named of what is known, and never of what is not."""

from __future__ import annotations

from functools import cache
from types import SimpleNamespace
from typing import TYPE_CHECKING, Any

import pytest
from tests.contracts.diagnosis.lab import KEY, OTHER, SEQUENCE, Server, fresh_database
from tests.contracts.diagnosis.mistakes import MISTAKES

from seqruns_contracts import check_target, wsgi_target
from seqruns_contracts.api import open_session
from seqruns_contracts.checks.selection import select_checks
from seqruns_contracts.diagnosis.fitting.fit import foresees, wrong_pages
from seqruns_contracts.diagnosis.gaps import UNSEEN, Gappy, Unclear
from seqruns_contracts.diagnosis.history import make_history
from seqruns_contracts.diagnosis.pipeline import HONEST
from seqruns_contracts.diagnosis.world import World
from seqruns_contracts.engine.runner import run_checks
from seqruns_contracts.model.census import Census

if TYPE_CHECKING:
    import sqlite3

    from seqruns_contracts import Report


@cache
def many_runs() -> sqlite3.Connection:
    """Return tables with more runs than the kit reads."""
    return fresh_database(3000)


def checked(*only: str, **lines: Any) -> Report:
    """Return the report on a server with many runs and some lines wrong."""
    target = wsgi_target(Server(database=many_runs()).wrong(**lines), key=KEY, max_requests=400)
    return check_target(target, SEQUENCE, other_sequence_id=OTHER, checks=select_checks(only=only))


@pytest.mark.parametrize(
    ("mistake", "only", "cause"),
    [
        ("before is exclusive", ("before.is-inclusive", "window.holds-both-bounds"), "before.exclusive"),
        ("phone ignored", ("phone.is-exact", "phone.is-never-partial"), "phone.ignored"),
        ("total is the page", ("total", "page.offset-skips-runs"), "total.of-the-page"),
    ],
)
def test_a_mistake_is_named(mistake: str, only: tuple[str, ...], cause: str) -> None:
    """A list that was not read to its end has causes as well, and they explain every failure."""
    report = checked(*only, **MISTAKES[mistake][0])
    assert [found.id for found in report.causes] == [cause]
    assert not report.unexplained


def test_nothing_is_held_against_a_right_server() -> None:
    """Every page of it is foreseen, or nothing is said of it."""
    session = open_session(wsgi_target(Server(database=many_runs()), key=KEY, max_requests=400), SEQUENCE)
    run_checks(session, select_checks(only=("before", "page", "total", "phone.is-exact")))
    client = session.client
    history = make_history(
        session.known_census, client.observations, client.runs.values(), sequence_id=client.context.sequence_id
    )
    assert not history.world.whole
    assert sum(bool(foresees(HONEST, history.world, seen)) for seen in history.pages) > 40
    assert wrong_pages(history) == []


def world(*, length: int | None = 10, is_sorted: bool = True) -> World:
    """Return a world of which the first three runs are known, and two others."""
    census = Census(total=10, head=(), universe=())
    return World(
        runs=(SimpleNamespace(),) * 5,  # type: ignore[arg-type] # nobody looks at them
        listed=0b11111, whole=False, total=10, length=length, first=3, is_sorted=is_sorted, census=census,
    )  # fmt: skip


@pytest.mark.parametrize(
    ("mask", "length", "page"),
    [
        (0b11111, 10, [0, 1, 2, UNSEEN, UNSEEN]),  # five were never seen
        (0b11010, 3, [1, 3, 4]),  # as many match as are known to
        (0b11010, 2, [1, 3, 4]),  # fewer than are known to match cannot be
        (
            0b11010,
            4,
            [1, UNSEEN, UNSEEN, UNSEEN],
        ),  # one of them was never seen; it may stand before or after the others
        (0b00011, 99, [0, 1, UNSEEN, UNSEEN, UNSEEN]),  # five at most were never seen
        (0b00000, None, [UNSEEN] * 5),
    ],
)
def test_a_page_has_gaps_where_nobody_has_looked(mask: int, length: int | None, page: list[int]) -> None:
    """The beginning of any selection is known as far as the beginning of the list is."""
    assert list(world().list_of(mask, length)[:5]) == page


def test_runs_that_were_seen_without_an_order_have_no_place() -> None:
    """Only a list that is sorted by start times says where a run stands that came on another page."""
    assert list(world(is_sorted=False).list_of(0b11010, 3)[:5]) == [1, UNSEEN, UNSEEN]


def test_what_may_fill_a_gap() -> None:
    """A run that is known to match, and none between two that is known to match and is not there."""
    assert world().may_fill(0b11001, [3, 4])
    assert not world().may_fill(0b10001, [3])
    assert not world().may_fill(0b11001, [0])


def test_nobody_goes_through_a_list_with_gaps() -> None:
    """What needs all runs of it says nothing; its length and its pages say what they can."""
    gappy = Gappy([4, 7], 1000)
    assert (len(gappy), gappy[1], gappy[1:3], gappy[998:]) == (1000, 7, [7, UNSEEN], [UNSEEN] * 2)
    for through in (iter, reversed):
        with pytest.raises(Unclear):
            through(gappy)


def test_a_count_is_unclear_where_others_may_match() -> None:
    """Of a list known in part only the whole one can be counted."""
    assert world().count(0b11111) == 10
    with pytest.raises(Unclear):
        world().count(0b00111)
