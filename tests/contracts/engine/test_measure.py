"""Beyond measure: answers of a size that no list of runs has end the run in words, whatever is left to be checked."""

from __future__ import annotations

import json
from itertools import count
from typing import TYPE_CHECKING
from uuid import UUID

import pytest
from werkzeug.wrappers import Request, Response

from seqruns.document import facts
from seqruns_contracts.api import check_target
from seqruns_contracts.checks import conformance as judging
from seqruns_contracts.checks.conformance import Conformance, shorten
from seqruns_contracts.engine import client
from seqruns_contracts.model.reply import read_reply
from seqruns_contracts.wsgi import wsgi_target

if TYPE_CHECKING:
    from collections.abc import Iterable

    from seqruns_contracts import Report
    from seqruns_contracts.model.reply import Reply

RUN = {"contact": {"phone": None}, "created_at": "2024-01-01T00:00:00Z"}


def page(statuses: Iterable[object], first: int = 0) -> Response:
    """Return a page of runs in these statuses, their ids counted from `first` on."""
    runs = [{**RUN, "id": str(UUID(int=first + place)), "status": each} for place, each in enumerate(statuses)]
    return Response(json.dumps({"data": runs, "total": len(runs)}), content_type="application/json")


def report_on_new_runs() -> Report:
    """Return the report on a target that shows 20 runs in each answer which none before showed."""
    numbers = count(step=20)

    @Request.application
    def app(_: Request) -> Response:
        return page(["active"] * 20, next(numbers))

    return check_target(wsgi_target(app, key="key"), "s")


@pytest.mark.parametrize(
    ("bound", "most", "words"),
    [
        ("MOST_NEW", 300_000, "answers with more than can be kept: 0.3 MB by request"),
        ("MOST_SECONDS", 0.01, "answers with more than can be judged: its answers took 0.01 seconds of computing"),
    ],
)
def test_answers_beyond_measure_end_the_run(
    monkeypatch: pytest.MonkeyPatch, bound: str, most: float, words: str
) -> None:
    """What was found before is reported, and the exit code says that not all was tried."""
    monkeypatch.setattr(client, bound, most)
    report = report_on_new_runs()
    assert words in report.stopped
    assert report.exit_code == 2
    assert report.requests < 60


def reply(statuses: Iterable[object]) -> Reply:
    """Return what a target answers with such a page."""
    return read_reply(wsgi_target(page(statuses), key="key").get("s"), facts().roles)


def wrong_places(statuses: Iterable[object]) -> list[str]:
    """Return where a page of runs in these statuses does not fit the document."""
    found = Conformance.to_the_document().reasons("response_schema_conformance", reply(statuses))
    return [reason.partition(":")[0] for reason in found]


def test_a_long_page_is_judged_in_pieces() -> None:
    """Each run is judged, until one is wrong; it is told by its place on the page."""
    assert wrong_places(["active"] * 500) == []
    assert wrong_places([*["active"] * 420, "gone", *["active"] * 79]) == ["/data/420/status"]
    assert wrong_places(["gone"] * 500) == ["/data/0/status"]


def test_of_a_body_beyond_measure_the_first_values_are_judged(monkeypatch: pytest.MonkeyPatch) -> None:
    """A wrong run among the first is found, one behind so many values is not."""
    monkeypatch.setattr(judging, "MOST_VALUES", 100)
    assert wrong_places(["active", "gone", *["active"] * 78]) == ["/data/1/status"]
    assert wrong_places([*["active"] * 79, "gone"]) == []


def test_a_shortened_value_keeps_its_fields() -> None:
    """Lists end, objects do not: or a required field would seem to be missing."""
    value = {"data": [{"a": [1, 2, 3], "b": 1}, {"a": [4], "b": 2}], "total": 2}
    assert shorten(value, 100) == value
    assert shorten(value, 5) == {"data": [{"a": [1], "b": 1}], "total": 2}
