"""Every exhibit does on the default data what it says, and no more."""

from __future__ import annotations

import gzip
import time
from functools import cache
from itertools import islice
from typing import TYPE_CHECKING, Any

import pytest
from tests.gallery.battery import WITH_KEY, answers, battery, honest_answers, mock
from werkzeug.test import create_environ

from seqruns_gallery.building.exhibit import Grade
from seqruns_gallery.catalogue import build
from seqruns_gallery.faults import AREAS, FAULTS
from seqruns_gallery.variants import VARIANTS
from seqruns_mock.http.app import create_app
from seqruns_mock.trouble.effect import Effect

if TYPE_CHECKING:
    from flask import Flask
    from werkzeug.test import TestResponse

SEQUENCE = next(iter(mock().stores))
SHOWN_BY_ITSELF = {"slow", "rate-limited", "rate-limited-until-a-date", "flaky", "growing", "huge", "gzip"}
"""Variants whose peculiarity a battery of single requests does not show."""
HELD_OTHERWISE = {"growing"}
"""Variants that do not hold the runs that the honest mock holds."""
LAWFUL_QUERIES = (
    "",
    "status=active",
    "status=finished",
    "phone=%2B13603094336",
    "phone=3603094336",
    "phone=%2B100",
    "before=2024-03-01T00:00:00Z",
    "after=2024-03-01T00:00:00Z",
    "after=2024-01-01T05:30:00%2B05:30&before=2024-06-01T00:00:00Z",
    "after=2024-06-01T00:00:00Z&before=2024-01-01T00:00:00Z",
    "status=finished&after=2024-03-01T00:00:00.5-03:30",
    "phone=&status=&channel_id=&before=&after=&offset=",
)


def ask(exhibit: str, query: str = "", *, method: str = "GET", **headers: str) -> TestResponse:
    """Return one answer of an exhibit."""
    client = build(exhibit, mock()).test_client()
    url = f"/v1/sequences/{SEQUENCE}/sequence_runs?{query}"
    return client.open(url, method=method, headers={**WITH_KEY, **headers})


def pages(app: Flask) -> list[tuple[list[str], int]]:
    """Return what each lawful query selects: the ids, sorted, and the total."""
    client = app.test_client()
    selected = []
    for query in LAWFUL_QUERIES:
        url = f"/v1/sequences/{SEQUENCE}/sequence_runs?{query}&limit=500"
        response = client.get(url, headers=WITH_KEY)
        assert response.status_code == 200, query
        body: dict[str, Any] = response.get_json()
        selected.append((sorted(run["id"].lower() for run in body["data"]), body["total"]))
    return selected


@cache
def honest_pages() -> list[tuple[list[str], int]]:
    """Return what the honest mock selects."""
    return pages(create_app(mock()))


def shows(exhibit: str) -> bool:
    """Return whether an answer to the battery differs from the honest one."""
    seen = zip(answers(build(exhibit, mock()), battery()), honest_answers(), strict=True)
    return any(other != honest for other, honest in seen)


@pytest.mark.parametrize("fault", [fault for fault in FAULTS if fault != "error-429-says-nothing"])
def test_a_fault_shows_on_the_default_data(fault: str) -> None:
    """At least one request of the battery is answered otherwise than by the honest mock."""
    assert shows(fault)


@pytest.mark.parametrize("variant", sorted(VARIANTS.keys() - SHOWN_BY_ITSELF))
def test_a_variant_shows_on_the_default_data(variant: str) -> None:
    """At least one request of the battery is answered otherwise than by the honest mock."""
    assert shows(variant)


@pytest.mark.parametrize("variant", sorted(VARIANTS.keys() - HELD_OTHERWISE))
def test_a_variant_selects_the_same_runs(variant: str) -> None:
    """To every lawful query it gives the runs and the total that the honest mock gives."""
    assert pages(build(variant, mock())) == honest_pages()


def test_every_exhibit_has_an_id_of_its_own() -> None:
    """No fault is lost by the name of another, and no variant is called like a fault."""
    assert sum(map(len, AREAS.values())) == len(FAULTS)
    assert not FAULTS.keys() & VARIANTS.keys()


def test_there_are_enough_of_each_kind() -> None:
    """The gallery is what the documentation says of its size."""
    grades = [fault.grade for fault in FAULTS.values()]
    assert grades.count(Grade.DOCUMENTED) > 200
    assert grades.count(Grade.ASSUMED) > 15
    assert len(VARIANTS) > 40


def test_every_summary_is_one_short_sentence() -> None:
    """A list of them reads like a catalogue."""
    for exhibit in [*FAULTS.values(), *VARIANTS.values()]:
        assert exhibit.summary.endswith(".")
        assert len(exhibit.summary) <= 110
        assert "\n" not in exhibit.summary


def effects(exhibit: str, requests: int) -> list[Effect | None]:
    """Return how each of so many answers would travel."""
    app, seen = build(exhibit, mock()), []
    for _ in range(requests):
        path = f"/v1/sequences/{SEQUENCE}/sequence_runs"
        environ = create_environ(path, query_string="limit=1", headers=WITH_KEY)
        seen.append(app.answer(environ).effect)
    return seen


def test_slow_waits() -> None:
    """Every answer of the variant `slow` is sent after 150 milliseconds."""
    assert effects("slow", 2) == [Effect(delay=0.15)] * 2


def test_chunks_have_no_length() -> None:
    """An answer in chunks does not say how long it is."""
    assert effects("chunked", 1) == [Effect(pieces=8)]
    assert "Content-Length" not in ask("chunked").headers


def test_rate_limited_says_when_to_come_back(monkeypatch: pytest.MonkeyPatch) -> None:
    """The 26th request within a second is a 429 with its headers; a second later all is well."""
    now = [100.0]
    monkeypatch.setattr(time, "monotonic", lambda: now[0])
    client = build("rate-limited", mock()).test_client()
    url = f"/v1/sequences/{SEQUENCE}/sequence_runs"
    assert [client.get(url).status_code for _ in range(30)] == [401] * 30
    assert [client.get(url, headers=WITH_KEY).status_code for _ in range(25)] == [200] * 25
    now[0] += 0.25
    refused = client.get(url, headers=WITH_KEY)
    assert refused.status_code == 429
    assert refused.headers["X-RateLimit-Remaining-Interval-Milliseconds"] == "750"
    assert refused.headers["Retry-After"] == "1"
    assert refused.get_json()["status"] == 429
    now[0] += 0.75
    assert client.get(url, headers=WITH_KEY).status_code == 200


def test_a_429_that_says_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    """The fault `error-429-says-nothing` refuses the 26th request within a second without its headers."""
    monkeypatch.setattr(time, "monotonic", lambda: 100.0)
    client = build("error-429-says-nothing", mock()).test_client()
    url = f"/v1/sequences/{SEQUENCE}/sequence_runs"
    refused = [client.get(url, headers=WITH_KEY) for _ in range(26)][-1]
    assert refused.status_code == 429
    assert not set(refused.headers.keys()) & {"Retry-After", "X-RateLimit-Remaining-Interval-Milliseconds"}


def test_flaky_breaks_off_now_and_then() -> None:
    """About one connection in a hundred breaks, sometimes before and sometimes during the answer."""
    broken = [effect for effect in effects("flaky", 1000) if effect is not None]
    assert 3 <= len(broken) <= 25
    assert {effect.drop for effect in broken} == {True, False}


def test_growing_grows(monkeypatch: pytest.MonkeyPatch) -> None:
    """A run appears every two seconds, newest first, and stays."""
    now = [100.0]
    monkeypatch.setattr(time, "monotonic", lambda: now[0])
    client = build("growing", mock()).test_client()
    url = f"/v1/sequences/{SEQUENCE}/sequence_runs?limit=500"
    pages = []
    for _ in range(3):
        pages.append(client.get(url, headers=WITH_KEY).get_json())
        now[0] += 4
    assert [each["total"] for each in pages] == [137, 139, 141]
    ids = [{run["id"] for run in each["data"]} for each in pages]
    assert ids[0] < ids[1] < ids[2]
    assert {run["id"] for run in pages[2]["data"][:4]} == ids[2] - ids[0]


def test_huge_asks_for_many_runs() -> None:
    """The variant `huge` is the honest mock with more runs."""
    assert VARIANTS["huge"].runs == 100_000


def test_gzip_compresses_for_who_can_read_it() -> None:
    """Compressed where the client accepts it, and plain where it does not."""
    compressed = ask("gzip", **{"Accept-Encoding": "gzip"})
    assert compressed.headers["Content-Encoding"] == "gzip"
    assert gzip.decompress(compressed.get_data()) == ask("gzip").get_data()


def test_a_fault_holds_over_any_data() -> None:
    """Faults answer over an empty sequence and a small one, too."""
    for fault in FAULTS:
        client = build(fault, mock()).test_client()
        for sequence_id in islice(mock().stores, 1, None):
            for query in ("", "status=active&limit=2&offset=1"):
                response = client.get(f"/v1/sequences/{sequence_id}/sequence_runs?{query}", headers=WITH_KEY)
                assert response.status_code < 500 or "crash" in fault
