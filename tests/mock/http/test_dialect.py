"""The mock in a dialect: each dimension of `dimensions.yaml`, each of its values."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from functools import cache
from typing import TYPE_CHECKING, Any

import pytest
from werkzeug.test import Client

from seqruns.dialect import Dialect, DialectError, dimensions
from seqruns_fixtures import sequence_run
from seqruns_mock.embedding import MockServer
from seqruns_mock.http.dialect.showing import write_time
from seqruns_mock.http.dialect.speaking import create_pipeline
from seqruns_mock.http.pipeline import DEFAULT

if TYPE_CHECKING:
    from collections.abc import Mapping

    from werkzeug.test import TestResponse

    from seqruns.dialect import Value

CHANNEL = "0b8f7f4e-3d63-4c44-8a68-6d0c1d5b2a10"
UNKNOWN = "00000000-0000-4000-8000-00000000000a"
AT = "2024-03-01T10:00:00"
PHONE = "+13605550143"


@cache
def runs() -> list[Any]:
    """Return six runs a minute apart, the third one with a phone, a channel and an update of its own."""
    made: list[Any] = [
        sequence_run(n, created_at=f"2024-03-01T10:0{n}:00Z", updated_at=f"2024-03-02T10:0{n}:00Z", status="active")
        for n in range(6)
    ]
    made[3]["updated_at"] = "2024-03-09T00:00:00Z"
    made[3]["status"] = "finished"
    made[3]["contact"]["phone"] = PHONE
    for run in made:
        run["channel_id"] = None
        for step in run["step_contacts"]:
            step["channel_id"] = CHANNEL if run is made[3] else None
    return made


@cache
def server(values: tuple[tuple[str, Value], ...]) -> MockServer:
    """Return a mock of these runs in the dialect of these values."""
    return MockServer(sequence_runs=runs(), dialect=dict(values))


def ask(values: Mapping[str, Value], query: str = "", **more: Any) -> TestResponse:
    """Return the answer of such a mock to a request."""
    mock = server(tuple(values.items()))
    sequence_id = more.pop("sequence_id", mock.sequence_id)
    headers = more.pop("headers", {"X-WHIPPY-KEY": mock.key})
    path = f"/v1/sequences/{sequence_id}/sequence_runs?{query}"
    return Client(mock.app).open(path, headers=headers, **{"method": "GET", **more})


def ids(answer: TestResponse) -> str:
    """Return which runs are on a page, by their numbers."""
    numbers = {run["id"].lower(): str(number) for number, run in enumerate(runs())}
    return "".join(numbers[run["id"].lower()] for run in answer.get_json()["data"])


@dataclass(frozen=True, kw_only=True)
class Case:
    """A request that shows a dimension, and by each of its values the status, or else the runs of the page."""

    query: str = ""
    expected: Mapping[Value, int | str]
    beside: Mapping[str, Value] = field(default_factory=dict)
    more: Mapping[str, Any] = field(default_factory=dict)


BY_ID = "".join(str(number) for _, number in sorted((run["id"], number) for number, run in enumerate(runs())))
ORDERS: dict[Value, int | str] = {
    "newest": "543210",
    "oldest": "012345",
    "latest-update": "354210",
    "earliest-update": "012453",
    "lowest-id": BY_ID,
    "highest-id": BY_ID[::-1],
}
ALL, NONE, THIRD = "543210", "", "3"
READ: dict[Value, int | str] = {"read": ALL, "nothing": NONE, "ignored": ALL, 422: 422, 400: 400}
CASES: dict[str, Case] = {
    "order.first": Case(expected={**ORDERS, "as-given": "012345"}),
    "order.in_a_window": Case(query="after=2024-01-01", expected={**ORDERS, "as-ever": ALL, "reversed": "012345"}),
    "order.filtered": Case(
        query="status=active",
        expected={name: str(order).replace("3", "") for name, order in ORDERS.items()}
        | {"as-ever": "54210", "reversed": "01245"},
    ),
    "page.cap": Case(query="limit=4", expected={3: "543", 500: "5432"}),
    "page.limit_above_maximum": Case(
        query="limit=501", beside={"page.cap": 2}, expected={"lowered": "54", "default": "54", 422: 422}
    ),
    "page.limit_zero": Case(
        query="limit=0", expected={"empty": NONE, "raised": "5", "default": ALL, "all": ALL, 400: 400}
    ),
    "page.limit_negative": Case(
        query="limit=-3", expected={"empty": NONE, "raised": "5", "default": ALL, "all": ALL, 400: 400}
    ),
    "page.limit_no_number": Case(query="limit=null", expected={"default": ALL, "zero": 422, 400: 400}),
    "page.limit_fraction": Case(query="limit=1.5", expected={"default": ALL, "cut": "5", 400: 400}),
    "page.offset_negative": Case(query="offset=-1", expected={"zero": ALL, 400: 400}),
    "page.offset_no_number": Case(query="offset=null", expected={"zero": ALL, 400: 400}),
    "page.huge_number": Case(query=f"offset={2**63}", expected={"as-any": NONE, "zero": ALL, 422: 422}),
    "page.large_number": Case(query=f"offset={2**31}", expected={"as-any": NONE, 422: 422}),
    "page.huge_limit": Case(
        query=f"limit={2**63}", beside={"page.limit_above_maximum": "lowered"}, expected={"as-any": ALL, 422: 422}
    ),
    "page.past_the_end": Case(query="offset=7", expected={"empty": NONE, 404: 404}),
    "page.at_the_end": Case(query="offset=6", beside={"page.past_the_end": 416}, expected={"empty": NONE, 404: 404}),
    "numbers.plus": Case(query="limit=%2B2", expected={"read": "54", "cut": "54", "default": ALL, 400: 400}),
    "numbers.spaces": Case(query="limit=%202", expected={"read": "54", "cut": "54", "default": ALL, 400: 400}),
    "numbers.underscore": Case(query="limit=1_1", expected={"read": ALL, "cut": "5", "default": ALL, 400: 400}),
    "numbers.point_zero": Case(query="limit=2.0", expected={"read": "54", "cut": "54", "default": ALL, 400: 400}),
    "numbers.exponent": Case(query="limit=1e1", expected={"read": ALL, "cut": "5", "default": ALL, 400: 400}),
    "numbers.hex": Case(query="offset=0x2", expected={"read": "3210", "cut": ALL, "default": ALL, 400: 400}),
    "numbers.text_after": Case(query="limit=2x", expected={"read": "54", "cut": "54", "default": ALL, 400: 400}),
    "numbers.leading_zero": Case(query="limit=02", expected={"read": "54", "octal": "54", "default": ALL, 400: 400}),
    "numbers.other_digits": Case(query="limit=%D9%A2", expected={"read": "54", "default": ALL, 400: 400}),
    "phone.no_plus": Case(query=f"phone={PHONE[1:]}", expected={"nothing": NONE, 400: 400}),
    "sequence.unknown": Case(more={"sequence_id": UNKNOWN}, expected={"empty": NONE, 404: 404, 403: 403}),
    "sequence.malformed": Case(more={"sequence_id": "spring"}, expected={"empty": NONE, 404: 404, 422: 422}),
    "sequence.other_case": Case(
        more={"sequence_id": MockServer(runs=0).sequence_id.upper()}, expected={"unknown": 404, "same": ALL}
    ),
    "sequence.other_form": Case(
        beside={"channel.without_dashes": "same"},
        more={"sequence_id": MockServer(runs=0).sequence_id.replace("-", "")},
        expected={"unknown": 404, "same": ALL},
    ),
    "parameters.bracketed": Case(query="status[]=finished", expected={"ignored": ALL, "same": THIRD, 400: 400}),
    "parameters.other_case": Case(query="STATUS=finished", expected={"unknown": ALL, "same": THIRD}),
    "parameters.blank_limit": Case(query="limit=%20", expected={"default": ALL, 400: 400}),
    "parameters.blank_offset": Case(query="offset=%20", expected={"zero": ALL, 400: 400}),
    "parameters.blank_status": Case(query="status=++", expected={"nothing": NONE, "ignored": ALL, 400: 400}),
    "parameters.blank_channel_id": Case(query="channel_id=+", expected={"nothing": NONE, "ignored": ALL, 400: 400}),
    "parameters.blank_time": Case(query="before=+", expected={"nothing": NONE, "ignored": ALL, 400: 400}),
    "parameters.repeated": Case(query="limit=1&limit=2", expected={"last": "54", "first": "5", 400: 400}),
    "parameters.repeated_text": Case(
        query="status=active&status=finished", expected={"last": THIRD, "first": "54210", "joined": 422, 400: 400}
    ),
    "parameters.unknown": Case(query="utm=1", expected={"ignored": ALL, 400: 400}),
    "parameters.empty_phone": Case(query="phone=", expected={"absent": ALL, "nothing": NONE, 400: 400}),
    "parameters.empty_status": Case(query="status=", expected={"absent": ALL, "nothing": NONE, 400: 400}),
    "parameters.empty_channel_id": Case(query="channel_id=", expected={"absent": ALL, "nothing": NONE, 400: 400}),
    "parameters.empty_time": Case(query="before=", expected={"absent": ALL, "nothing": NONE, 400: 400}),
    "parameters.empty_limit": Case(query="limit=", expected={"absent": ALL, 400: 400}),
    "parameters.empty_offset": Case(query="offset=", expected={"absent": ALL, 400: 400}),
    "parameters.quotes": Case(query="phone=%27", expected={"as-any": NONE, 406: 406, 400: 400}),
    "parameters.nul": Case(query="phone=%00", expected={"as-any": NONE, 406: 406, 400: 400}),
    "parameters.broken_bytes": Case(query="phone=%ff", expected={"as-any": NONE, 400: 400}),
    "phone.spaces": Case(
        query="phone=%2B1%20360%20555%200143%20", expected={"dropped": THIRD, "trimmed": NONE, "kept": NONE, 400: 400}
    ),
    "phone.blank": Case(query="phone=%20", expected={"absent": ALL, "nothing": NONE, 400: 400}),
    "phone.odd": Case(query="phone=%25", expected={"nothing": NONE, 400: 400}),
    "phone.long": Case(query=f"phone=%2B{'1' * 30}", expected={"nothing": NONE, 400: 400}),
    "phone.lost_plus": Case(query=f"phone={PHONE}", expected={"nothing": NONE, "understood": THIRD, 400: 400}),
    "phone.marks": Case(query="phone=%2B1(360)555-0143", expected={"kept": NONE, "dropped": THIRD, 400: 400}),
    "status.unknown": Case(query="status=paused", expected={"nothing": NONE, "ignored": ALL, 400: 400}),
    "status.other_case": Case(
        query="status=FINISHED", expected={"nothing": NONE, "ignored": ALL, "same": THIRD, 400: 400}
    ),
    "status.spaces": Case(
        query="status=%20finished", expected={"nothing": NONE, "ignored": ALL, "same": THIRD, 400: 400}
    ),
    "channel.malformed": Case(query="channel_id=sms", expected={"nothing": NONE, "ignored": ALL, 400: 400}),
    "channel.other_case": Case(
        query=f"channel_id={CHANNEL.upper()}", expected={"same": THIRD, "nothing": NONE, 400: 400}
    ),
    "channel.without_dashes": Case(
        query=f"channel_id={CHANNEL.replace('-', '')}",
        expected={"same": THIRD, "nothing": NONE, "ignored": ALL, 400: 400},
    ),
    "channel.braces": Case(
        query=f"channel_id=%7B{CHANNEL}%7D", expected={"same": THIRD, "nothing": NONE, "ignored": ALL, 400: 400}
    ),
    "channel.urn": Case(
        query=f"channel_id=urn:uuid:{CHANNEL}", expected={"same": THIRD, "nothing": NONE, "ignored": ALL, 400: 400}
    ),
    "channel.spaces": Case(
        query=f"channel_id={CHANNEL}%20", expected={"same": THIRD, "nothing": NONE, "ignored": ALL, 400: 400}
    ),
    "time.invalid": Case(query="before=soon", expected={"nothing": NONE, "ignored": ALL, 400: 400}),
    "time.lost_plus": Case(
        query=f"before={AT}+02:00", expected={"understood": NONE, "cut": "0", "ignored": ALL, "nothing": NONE, 400: 400}
    ),
    "time.no_offset": Case(query=f"after={AT}", expected=READ),
    "time.date": Case(
        query="before=2024-03-01",
        expected={"midnight": NONE, "whole-day": ALL, "nothing": NONE, "ignored": ALL, 400: 400},
    ),
    "time.lower_case": Case(query="after=2024-03-01t10:00:00z", expected=READ),
    "time.long_fraction": Case(
        query="after=2024-03-01T10:03:00.0000004Z", expected={"read": "54", "cut": "543", "rounded": "543", 400: 400}
    ),
    "time.space": Case(query="after=2024-03-01%2010:00:00Z", expected=READ),
    "time.no_seconds": Case(query="after=2024-03-01T10:00Z", expected=READ),
    "time.short_offset": Case(query="after=2024-03-01T12:00:00%2B0200", expected=READ),
    "time.hour_offset": Case(query="after=2024-03-01T12:00:00%2B02", expected=READ),
    "time.basic": Case(query="after=20240301T100000Z", expected=READ),
    "time.leap_second": Case(query="after=2024-03-01T10:02:60Z", expected={**READ, "read": "543"}),
    "time.hour_24": Case(query="after=2024-02-29T24:00:00Z", expected=READ),
    "time.epoch": Case(query="after=1709287200", expected=READ),
    "time.comma": Case(query="after=2024-03-01T10:03:00,5Z", expected={**READ, "read": "54"}),
    "time.month": Case(query="after=2024-03", expected=READ),
    "time.year": Case(query="after=2024", expected=READ),
    "time.week": Case(query="after=2024-W09-5", expected=READ),
    "time.hour": Case(query="after=2024-03-01T10Z", expected=READ),
    "time.slashes": Case(query="after=2024/03/01", expected=READ),
    "time.english": Case(query="after=Fri,%2001%20Mar%202024%2010:03:00%20GMT", expected={**READ, "read": "543"}),
    "time.words": Case(query="after=yesterday", expected={**READ, "read": NONE}),
    "time.single_digits": Case(query="after=2024-3-1", expected=READ),
    "time.no_such_day": Case(query="after=2024-02-30T10:03:00Z", expected=READ | {"read": "543"}),
    "time.spaces": Case(query="after=%202024-03-01T10:03:00Z", expected=READ | {"read": "543"}),
    "time.text_after": Case(query="after=2024-03-01T10:03:00Zx", expected=READ | {"read": "543"}),
    "answer.head": Case(more={"method": "HEAD"}, expected={405: 405}),
    "access.missing_key": Case(more={"headers": {}}, expected={401: 401, 403: 403}),
    "access.wrong_key": Case(more={"headers": {"X-WHIPPY-KEY": "no"}}, expected={401: 401, 403: 403}),
    "access.bearer": Case(
        more={"headers": {"Authorization": "Bearer mock-key"}}, expected={"accepted": ALL, "refused": 401}
    ),
    "errors.precedence": Case(
        query="limit=x",
        more={"headers": {}, "sequence_id": UNKNOWN},
        expected={
            "key-sequence-parameters": 401,
            "key-parameters-sequence": 401,
            "sequence-key-parameters": 404,
            "sequence-parameters-key": 404,
            "parameters-key-sequence": 422,
            "parameters-sequence-key": 422,
        },
    ),
    "errors.malformed_sequence": Case(
        more={"headers": {}, "sequence_id": "spring"}, expected={"as-ever": 401, "first": 404}
    ),
}
PRINTED = {name for name in dimensions() if name.startswith(("answer.", "roles.", "errors.", "rate.", "order.ties"))}


@pytest.mark.parametrize(
    ("name", "value"), [(name, value) for name, case in CASES.items() for value in case.expected], ids=str
)
def test_each_value_of_a_dimension_is_served(name: str, value: Value) -> None:
    """The request that shows it gets its status, or its runs."""
    case = CASES[name]
    answer = ask({**case.beside, name: value}, case.query, **case.more)
    expected = case.expected[value]
    if isinstance(expected, int):
        assert answer.status_code == expected, answer.text
    else:
        assert answer.status_code == 200, answer.text
        assert ids(answer) == expected


def test_no_dimension_is_forgotten() -> None:
    """Each stands in the table above, with each of its words, or is about how an answer looks."""
    assert set(dimensions()) - set(CASES) <= PRINTED
    missing = {
        (name, word) for name, case in CASES.items() for word in dimensions()[name].words if word not in case.expected
    }
    assert missing == {("page.limit_above_maximum", "obeyed"), ("answer.head", "answered")}


def test_an_obeyed_limit_gets_as_many_runs_as_it_asks_for() -> None:
    """Beyond the maximum of the document."""
    mock = MockServer(runs=700, dialect={"page.limit_above_maximum": "obeyed"})
    answer = Client(mock.app).get(
        f"/v1/sequences/{mock.sequence_id}/sequence_runs?limit=600", headers={"X-WHIPPY-KEY": mock.key}
    )
    assert len(answer.get_json()["data"]) == 600


@pytest.mark.parametrize(
    ("zone", "separator", "digits", "printed"),
    [
        ("Z", "T", 6, "2024-03-04T09:15:27.481516Z"),
        ("+05:30", "T", 3, "2024-03-04T14:45:27.481+05:30"),
        ("-0330", "T", 0, "2024-03-04T05:45:27-0330"),
        ("none", "space", 9, "2024-03-04 09:15:27.481516000"),
        ("+00", "space", "shortest", "2024-03-04 09:15:27.481516+00"),
        (None, None, "threes", "2024-03-04T09:15:27.481516Z"),
        (None, None, "none-or-three", "2024-03-04T09:15:27.481Z"),
        (None, None, "none-or-six", "2024-03-04T09:15:27.481516Z"),
    ],
)
def test_a_time_is_printed_in_each_way(zone: str, separator: str, digits: int | str, printed: str) -> None:
    """What a dialect does not say stays as it is, and what is so already is not changed."""
    assert write_time("2024-03-04T09:15:27.481516Z", zone=zone, separator=separator, digits=digits) == printed
    assert write_time(printed, zone=zone, separator=separator, digits=digits) == printed


@pytest.mark.parametrize("digits", ["shortest", "threes", "none-or-three", "none-or-six"])
def test_a_whole_second_has_no_fraction(digits: str) -> None:
    """Where the dialect leaves out what is zero."""
    assert write_time("0099-03-04T09:15:27.000000Z", zone=None, separator=None, digits=digits) == "0099-03-04T09:15:27Z"


@pytest.mark.parametrize("digits", [0, 3, "none-or-three"])
def test_a_printed_start_finds_its_run_as_bound(digits: Value) -> None:
    """Who prints seconds keeps seconds: the same instant, sent back as either bound, is that of the run."""
    mock = MockServer(dialect={"answer.digits": digits})

    def found(**query: Any) -> list[Any]:
        path = f"/v1/sequences/{mock.sequence_id}/sequence_runs"
        answer = Client(mock.app).get(path, query_string=query, headers={"X-WHIPPY-KEY": mock.key})
        data: list[Any] = json.loads(answer.data)["data"]
        return data

    for run in found(limit=20):
        assert run in found(before=run["created_at"], after=run["created_at"])


def first_run(values: Mapping[str, Value]) -> Any:
    """Return the first run of a page as a dialect shows it."""
    return ask(values, "status=finished").get_json()["data"][0]


def test_a_run_has_the_fields_of_the_dialect() -> None:
    """Nulls and fields that are left out, UUIDs in capitals, roles that live elsewhere."""
    assert "channel_id" in first_run({})
    assert "channel_id" not in first_run({"answer.nulls": "left-out"})
    left = first_run({"answer.left_out": ("/added_by_id", "/step_contacts/*/step_id")})
    assert "added_by_id" not in left
    assert not any("step_id" in step for step in left["step_contacts"])
    assert first_run({"answer.uuids": "upper-case"})["id"] == runs()[3]["id"].upper()
    moved = first_run({"roles.status": "/state", "roles.phone": "/contact/number", "roles.start_time": "/times/start"})
    assert (moved["state"], moved["contact"]["number"]) == ("finished", PHONE)
    assert moved["times"]["start"] == runs()[3]["created_at"]
    assert not {"status", "created_at"} & set(moved)


@pytest.mark.parametrize(
    ("value", "statuses"),
    [
        ("document", [400, 400, 400]),
        ("query", [422, 400, 400]),
        ("unreadable", [422, 422, 400]),
        ("range-last", [422, 422, 404]),
    ],
)
def test_of_wrong_parameters_the_status_of_the_dialect_counts(value: str, statuses: list[int]) -> None:
    """A limit out of range is 400 here, and what is no time 422; a sequence that is unknown comes after both."""
    values: dict[str, Value] = {
        "page.limit_zero": 400,
        "errors.status": value,
        "errors.precedence": "key-parameters-sequence",
    }
    queries = ["before=soon&limit=0", "limit=0&before=soon"]
    seen = [ask(values, query).status_code for query in queries]
    assert [*seen, ask(values, "limit=0", sequence_id=UNKNOWN).status_code] == statuses


def test_ties_are_in_the_order_of_the_dialect() -> None:
    """Runs that start together."""
    tied: list[Any] = [sequence_run(n, created_at=f"{AT}Z") for n in range(4)]
    names = sorted(run["id"] for run in tied)
    orders = {"lowest-id": names, "highest-id": names[::-1], "as-given": [run["id"] for run in tied]}
    for value, expected in orders.items():
        mock = MockServer(sequence_runs=tied, dialect={"order.ties": value})
        answer = Client(mock.app).get(
            f"/v1/sequences/{mock.sequence_id}/sequence_runs", headers={"X-WHIPPY-KEY": mock.key}
        )
        assert [run["id"] for run in answer.get_json()["data"]] == expected


@pytest.mark.parametrize(
    ("ties", "expected"),
    [
        *(("newest", "3210"), ("newest-highest-id", "2310"), ("newest-as-given", "3210")),
        *(("oldest", "0132"), ("oldest-highest-id", "0123"), ("oldest-as-given", "0132")),
    ],
)
def test_ties_by_the_start_have_ties_of_their_own(ties: str, expected: str) -> None:
    """Ordered by the status, which is the same, then by the start, which is the same of the last two."""
    starts = [f"{AT[:-2]}{second:02d}Z" for second in (0, 1, 2, 2)]
    made: list[Any] = [sequence_run(n, created_at=start, status="active") for n, start in enumerate(starts)]
    # The lower id is that of the last run, which is given before the other one.
    made[3]["id"], made[2]["id"] = sorted((made[2]["id"], made[3]["id"]))
    given = [made[0], made[1], made[3], made[2]]
    mock = MockServer(sequence_runs=given, dialect={"order.first": "/status", "order.ties": ties})
    answer = Client(mock.app).get(f"/v1/sequences/{mock.sequence_id}/sequence_runs", headers={"X-WHIPPY-KEY": mock.key})
    numbers = {run["id"]: str(number) for number, run in enumerate(made)}
    assert "".join(numbers[run["id"]] for run in answer.get_json()["data"]) == expected


def test_an_error_looks_as_in_the_dialect() -> None:
    """Its content type, its further fields, and how many of several wrong parameters it names."""
    values: dict[str, Value] = {
        "errors.content_type": "application/problem+json",
        "errors.more_fields": ("/request_id", "/errors/*/code"),
        "errors.named": "first",
    }
    answer = ask(values, "limit=0&status=paused")
    assert answer.content_type == "application/problem+json"
    assert [sorted(entry) for entry in answer.get_json()["errors"]] == [["code", "description"]]
    assert "request_id" in answer.get_json()
    assert len(ask({}, "limit=0&status=paused").get_json()["errors"]) == 2


@pytest.mark.parametrize("value", ["seconds", "date", "none"])
def test_a_429_says_when_to_come_back_as_in_the_dialect(value: str) -> None:
    """As seconds, as a date, or not at all; the rate is that of the dialect."""
    values: dict[str, Value] = {"rate.per_second": 1, "rate.retry_after": value}
    answers = [ask(values) for _ in range(4)]
    refused = next(answer for answer in answers if answer.status_code == 429)
    shown = refused.headers.get("Retry-After")
    assert {"seconds": shown == "1", "date": "GMT" in (shown or ""), "none": shown is None}[value]


def test_a_dialect_that_says_nothing_costs_nothing() -> None:
    """The pipeline is the contract's own, function by function; so is what a dialect chooses as the contract does."""
    assert create_pipeline(Dialect()) == DEFAULT
    same = {name: dimension.contract for name, dimension in dimensions().items() if not name.startswith("answer.")}
    assert create_pipeline(Dialect.of(same)) == DEFAULT


def test_a_dialect_is_put_and_taken_back_between_two_requests() -> None:
    """By the control API, with its rate limit; a reset brings back that of the start."""
    mock = MockServer(sequence_runs=runs(), dialect={"order.first": "oldest"})
    client = Client(mock.app)

    def listed() -> str:
        path = f"/v1/sequences/{mock.sequence_id}/sequence_runs"
        return ids(client.get(path, headers={"X-WHIPPY-KEY": mock.key}))

    assert listed() == "012345"
    put = client.put("/__mock__/dialect", json={"values": {"rate.per_second": 40, "page.cap": 2}})
    assert put.get_json()["in_words"]["page.cap"] == "How many runs a page holds at most: 2"
    assert (listed(), mock.state.limiter.per_second) == ("54", 40)
    assert client.get("/__mock__/dialect").get_json()["values"] == {"rate.per_second": 40, "page.cap": 2}
    client.put("/__mock__/dialect", json={"values": {}})
    assert (listed(), mock.state.limiter.per_second) == (ALL, None)
    client.post("/__mock__/reset")
    assert listed() == "012345"


def test_a_bad_dialect_changes_nothing() -> None:
    """Each unknown value is named in an entry of its own, with what would be right."""
    mock = MockServer(sequence_runs=runs())
    values = {"order.first": "newset", "page.cap": 0}
    refused = Client(mock.app).put("/__mock__/dialect", json={"values": values})
    assert refused.status_code == 422
    first, second = (error["description"] for error in refused.get_json()["errors"])
    assert first.endswith('did you mean "newest"?')
    assert second.endswith("give a whole number from 1 to 1000000.")
    assert not mock.state.dialect.traits
    with pytest.raises(DialectError, match=r"order\.frist is no dimension; did you mean order\.first"):
        MockServer(dialect={"order.frist": "oldest"})


def test_a_fault_goes_with_a_dialect() -> None:
    """It is wrong in its one thing, and otherwise as the dialect says; one that would undo the dialect is refused."""
    mock = MockServer(sequence_runs=runs(), dialect={"order.first": "oldest"}, fault="total-is-the-page")
    client = Client(mock.app)
    path = f"/v1/sequences/{mock.sequence_id}/sequence_runs"
    answer = client.get(f"{path}?limit=2", headers={"X-WHIPPY-KEY": mock.key})
    assert (ids(answer), answer.get_json()["total"]) == ("01", 2)
    assert client.put("/__mock__/faults", json={"active": ["exclusive-before"]}).status_code == 422
    with pytest.raises(ValueError, match="exclusive-before would undo the dialect"):
        MockServer(dialect={"order.first": "oldest"}, fault="exclusive-before")
    other = MockServer(sequence_runs=runs(), fault="exclusive-before")
    assert Client(other.app).put("/__mock__/dialect", json={"values": {"order.first": "oldest"}}).status_code == 422
    assert other.state.mock.pipeline == DEFAULT
