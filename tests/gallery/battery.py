"""A battery of requests, in an order, that shows what is peculiar about any exhibit on the default data."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime, timedelta, timezone
from functools import cache
from itertools import combinations
from typing import TYPE_CHECKING, Final
from urllib.parse import quote, urlencode
from uuid import UUID

from seqruns_mock.core.sequences import default_sizes, generate_stores
from seqruns_mock.http.app import create_app
from seqruns_mock.http.pipeline import Mock

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from flask import Flask

    from seqruns_fixtures import SequenceRun

KEY: Final = "battery-key"
UNKNOWN: Final = "00000000-0000-4000-8000-000000000000"
PHONE: Final = "+13603094336"
WITH_KEY: Final = {"X-WHIPPY-KEY": KEY}
STRIDE: Final = 23


@dataclass(frozen=True, slots=True, kw_only=True)
class Ask:
    """A request."""

    query: str = ""
    sequence_id: str
    headers: Mapping[str, str] = field(default_factory=lambda: WITH_KEY)
    method: str = "GET"


@dataclass(frozen=True, slots=True, kw_only=True)
class Seen:
    """What a client sees of an answer."""

    status: int
    headers: Mapping[str, str | None]
    body: bytes


@cache
def mock() -> Mock:
    """Return an honest mock with its default data."""
    return Mock(stores=generate_stores(default_sizes()), keys={KEY})


def answers(app: Flask, asks: Iterable[Ask]) -> Iterator[Seen]:
    """Yield the answers to requests, each sent when its answer is wanted."""
    client = app.test_client()
    for ask in asks:
        url = f"/v1/sequences/{ask.sequence_id}/sequence_runs?{ask.query}"
        response = client.open(url, method=ask.method, headers=dict(ask.headers))
        names = ("Content-Type", "Content-Encoding", "Location", "Connection", "Content-Length", "Allow")
        headers = {name: response.headers.get(name) for name in names}
        yield Seen(status=response.status_code, headers=headers, body=response.get_data())


@cache
def honest_answers() -> list[Seen]:
    """Return what the honest mock answers to the battery."""
    return list(answers(create_app(mock()), battery()))


@cache
def battery() -> list[Ask]:
    """Return the requests."""
    first, second, empty = mock().stores
    store = mock().stores[first]
    runs = [store.run(row) for row in range(len(store))]
    queries = [*_pages(), *_windows(runs), *_texts(runs), *_conjunctions(runs), *_nonsense()]
    asks = [Ask(sequence_id=first, query=query) for query in queries]
    asks += [
        Ask(sequence_id=id_, query=query)
        for id_ in (second, empty, UNKNOWN, "spring-sale")
        for query in ("", "limit=3")
    ]
    asks += [Ask(sequence_id=second, query=query) for query in _conjunctions(runs)[:20]]
    asks += [Ask(sequence_id=first, query="limit=1", headers=headers) for headers in _credentials()]
    asks.append(Ask(sequence_id=first, query="limit=0", headers={}))
    strange = ("%00", "%FF", "0", "null", str(UUID(int=0)), "'%20or%20'a'='a")
    asks += [Ask(sequence_id=name) for name in (*strange, first[:-1], f"{first}%25", f"%20{first}%20")]
    asks.append(Ask(sequence_id=first, method="HEAD", headers={}))
    walk = [*_pages(), *(f"limit=3&offset={offset}" for offset in range(0, 137, 3))]
    asks += [Ask(sequence_id=first, query=query) for query in walk]
    asks += [Ask(sequence_id=first, method=method) for method in ("HEAD", "OPTIONS", "POST", "DELETE")]
    # Some of each kind come early: half of the faults then show within ten requests, and nobody waits for the others.
    return [ask for start in range(STRIDE) for ask in asks[start::STRIDE]]


def _pages() -> list[str]:
    numbers = [(1, 0), (3, 0), (30, 0), (30, 30), (50, 50), (50, 100), (7, 133), (500, 0), (100, 130), (3, 10**6)]
    pages = [urlencode({"limit": limit, "offset": offset}) for limit, offset in numbers]
    return ["", "offset=50", *pages]


def _windows(runs: list[SequenceRun]) -> list[str]:
    starts = [run["created_at"] for run in runs[::9]] + ["2024-01-01T00:00:00.000000Z", "2024-02-29T12:00:00Z"]
    queries = [urlencode({name: start}) for start in starts for name in ("before", "after")]
    queries += [urlencode({"before": start, "after": start}) for start in starts]
    queries += [
        urlencode({"before": starts[-4], "after": starts[2]}),
        urlencode({"before": starts[2], "after": starts[0]}),
    ]
    local = starts[3][:-1]
    spellings = [f"{local}{zone}" for zone in ("", "+00:00", "+02:00", "-05:00", "+05:30", "-03:30", "+13:00", "z")]
    spellings += [f"{local[:19]}{rest}" for rest in ("Z", ".5Z", ".1234567Z", ".123Z")]
    spellings += [
        "2024-02-30T00:00:00Z",
        "2024-03-01",
        "yesterday",
        "2024-12-30T10:00:00Z",
        local.replace("T", "t") + "Z",
    ]
    spellings += [
        f"{year}-12-31T23:59:59{zone}"
        for year in ("0001", "1969", "2060", "9999")
        for zone in ("Z", "-12:00", "+14:00")
    ]
    spellings += [
        "0001-01-01T00:00:00+14:00",
        "1970-01-01T00:00:00Z",
        "2023-12-31T23:59:59.999999Z",
        "2024-03-02 00:00:00+00",
    ]
    spellings += [run["created_at"].replace("00000Z", "Z") for run in runs if run["created_at"].endswith(".500000Z")]
    spellings += [same_at(start, zone) for start in starts[:4] for zone in ("+05:30", "-03:30", "+13:45")]
    return (
        queries
        + [urlencode({name: text}) for text in spellings for name in ("before", "after")]
        + ["before=2024-03-01T00:00:00+02:00"]
    )


def same_at(start: str, zone: str) -> str:
    """Return the same instant, spelled with an offset."""
    hours, minutes = int(zone[:3]), int(zone[0] + zone[4:])
    offset = timezone(timedelta(hours=hours, minutes=minutes))
    return datetime.fromisoformat(start).astimezone(offset).isoformat(timespec="microseconds")


def _texts(runs: list[SequenceRun]) -> list[str]:
    phones = [PHONE, PHONE[:-1], PHONE[1:], PHONE[2:], PHONE + "1", PHONE[:5], PHONE[-5:], "%", "*", "+1360309433_"]
    phones += ["+1360309433.", "(360) 309-4336", "+1 360 309 4336", "nobody", "'", "' or '1'='1", "\0", "ü", "1" * 300]
    phones += ["0" + PHONE[1:], f"{PHONE}*", f"tel:{PHONE}", f"{PHONE},{PHONE}", "null", "\N{SLIGHTLY SMILING FACE}"]
    phones += ["".join(chr(ord(mark) + 0xFEE0) for mark in PHONE)]
    phones += [text for text in (runs[0]["contact"]["email"], runs[0]["contact"]["name"]) if text]
    channels = sorted({step["channel_id"] or UNKNOWN for run in runs for step in run["step_contacts"]})
    queries = [urlencode({"phone": phone}) for phone in phones] + ["phone=%ff", "phone=+13603094336"]
    queries += [urlencode({"channel_id": channel}) for channel in [*channels, channels[1].upper(), UNKNOWN, "mail"]]
    strange = [
        channels[1].replace("-", ""),
        f"{channels[1]},{channels[1]}",
        str(UUID(int=0)),
    ]
    queries += [urlencode({"channel_id": channel}) for channel in strange]
    queries += [f"channel_id={channels[1]}&limit=5&offset={offset}" for offset in range(0, 40, 5)]
    statuses = ("active", "finished", "FINISHED", "fin", "done", "+active", "active,finished", "null")
    return queries + [f"status={status}" for status in statuses]


def _conjunctions(runs: list[SequenceRun]) -> list[str]:
    queries = []
    often = sorted((run for run in runs if run["contact"]["phone"] == PHONE), key=lambda run: run["created_at"])
    for run in [*runs[10:90:16], *often[1:4]]:
        channel = next((step["channel_id"] for step in run["step_contacts"] if step["channel_id"]), UNKNOWN)
        filters = {
            "phone": run["contact"]["phone"],
            "status": run["status"],
            "channel_id": channel or "",
            "before": run["created_at"],
            "after": often[1]["created_at"],
        }
        for size in (2, 3, 4, 5):
            queries += [urlencode(chosen) for chosen in combinations(filters.items(), size)]
        queries.append(urlencode({**filters, "status": "active", "offset": 1}))
    return [*queries, "status=active&offset=20&limit=10", "status=finished&limit=500"]


def _nonsense() -> list[str]:
    names = ("limit", "offset", "phone", "status", "channel_id", "before", "after")
    queries = [f"{name}=" for name in names] + [f"limit={text}" for text in ("0", "-1", "501", "abc", 2**70)]
    queries += [f"offset={text}" for text in ("-1", "abc", 2**31 - 1, 2**31, 2**32, 2**63 - 1, 2**63, 2**70)]
    queries += [
        "unknown=1",
        "phone[]=1",
        "limit=null",
        "limit=1.5",
        "limit=2&limit=3",
        "status=active&status=finished",
        "limit=0&offset=-1",
        f"phone={quote('x' * 300)}",
        "phone=0",
        "phone=13603094336",
        "phone=%27%7C%7Cphone%21%3D%27",
        "phone=%2B1&phone=%2B13603094336",
        "before[]=2024-03-01T00:00:00Z",
        "phone[$ne]=%2B13603094336",
        "%ff=1",
        f"offset={'9' * 400}",
        "limit=5.0",
        "limit=1_0",
        "after=2000-02-29T12:00:00Z",
        "after=2100-02-29T12:00:00Z",
        "after=1700000000",
        "after=2024-03-01T00:00:00Zulu",
        "after=2024-03-01T00:00:00%2B23:59",
        "after=2024-03-01T00:00:00%2B24:00",
        "after=2024-03-01T24:00:00Z",
        "after=2016-12-31T23:59:60Z",
        "after=20240301T000000Z",
        "after=null",
        "limit=300",
        "limit&status=active",
        "page=2",
        "before=9999-12-31T00:00:00Z&after=0001-01-01T00:00:00Z",
        f"sequence_id={UNKNOWN}",
    ]
    return [*queries, "", "status=finished"]


def _credentials() -> list[Mapping[str, str]]:
    keys = ["", KEY[:4], KEY[4:], KEY + "x", KEY.upper(), "wrong", "' or '1'='1"]
    return [
        {},
        *({"X-WHIPPY-KEY": key} for key in keys),
        *({"Authorization": text} for text in ("Bearer", "Bearer wrong", f"Bearer {KEY}", "Basic d3Jvbmc6d3Jvbmc=")),
    ]
