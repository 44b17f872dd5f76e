"""Mistakes on a server that shares nothing with the gallery: each is named for what it is."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest
from tests.contracts.diagnosis.lab import KEY, OTHER, SEQUENCE, Server, read_time

from seqruns_contracts import check_target, wsgi_target
from seqruns_contracts.checks.selection import select_checks

if TYPE_CHECKING:
    from collections.abc import Mapping

    from seqruns_contracts import Report

DAY = 86_400_000_000


def naive(text: str) -> int:
    """Return what comes of throwing the offset away."""
    return read_time(
        text[:19] + (text[19:].split("+", maxsplit=1)[0].split("-", maxsplit=1)[0]).rstrip("Zz") + "Z"
        if len(text) > 10
        else text
    )


MISTAKES: dict[str, tuple[dict[str, Any], str]] = {
    "before is exclusive": ({"before": "r.start < :before"}, "before.exclusive"),
    "after is exclusive": ({"after": "r.start > :after"}, "after.exclusive"),
    "both are exclusive": ({"before": "r.start < :before", "after": "r.start > :after"}, "window.exclusive"),
    "before is a day": ({"before": f"r.start / {DAY} <= :before / {DAY}"}, "before."),
    "before looks at the update": ({"before": "r.updated <= :before"}, "before.another-time"),
    "seconds": ({"time": lambda text: read_time(text) // 10**6 * 10**6}, "window.cut-to-the-second"),
    "milliseconds": ({"time": lambda text: read_time(text) // 1000 * 1000}, "window.cut-to-the-millisecond"),
    "offset of a time ignored": ({"time": naive}, "window.offset-ignored"),
    "five and a half hours": ({"time": lambda text: read_time(text) + 5 * DAY // 24 + DAY // 48}, "window.shifted"),
    "phone by part": ({"phone": "instr(r.phone, :phone)"}, "phone.substring"),
    "phone by prefix": ({"phone": "substr(r.phone, 1, length(:phone)) = :phone"}, "phone.prefix"),
    "phone without plus": ({"phone": "ltrim(r.phone, '+') = ltrim(:phone, '+')"}, "phone.without-plus"),
    "phone ignored": ({"uses": lambda given: [n for n in given if n != "phone"], "counted": lambda given: [n for n in given if n != "phone"]}, "phone.ignored"),
}  # fmt: skip
"""By its description: the lines that are wrong, and how the id of its cause begins."""


AREAS: Mapping[str, tuple[str, ...]] = {
    "window": ("before", "after", "window"),
    "before": ("before", "window"),
    "after": ("after", "window"),
    "phone": ("phone",),
}
"""The checks that show a mistake, by the piece it is in."""


def checked(*only: str, **lines: Any) -> Report:
    """Return the report on a server with some lines wrong."""
    target = wsgi_target(Server().wrong(**lines), key=KEY, max_requests=400)
    return check_target(target, SEQUENCE, other_sequence_id=OTHER, checks=select_checks(only=only))


def test_the_server_of_the_lab_is_right() -> None:
    """Nothing is accused where nothing is wrong, and no cause is named."""
    report = checked()
    assert [verdict.check.id for verdict in report.failures] == []
    assert report.causes == ()


@pytest.mark.parametrize("name", MISTAKES)
def test_a_mistake_is_named(name: str) -> None:
    """One cause, the right piece, and no failure is left beside it."""
    lines, id_ = MISTAKES[name]
    report = checked(*AREAS[id_.partition(".")[0]], **lines)
    named = [cause.id for cause in report.explained]
    assert [cause for cause in named if cause.startswith(id_)], named
    assert len(report.causes) + len(report.unexplained) <= 1
