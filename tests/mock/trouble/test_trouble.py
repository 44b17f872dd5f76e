"""Troubles: how they are written, when they strike, and what a client then sees on a real socket."""

from __future__ import annotations

import http.client
import time
from http.client import BadStatusLine, HTTPConnection, IncompleteRead
from random import Random
from typing import TYPE_CHECKING, Any
from urllib.error import HTTPError
from urllib.parse import urlsplit
from urllib.request import Request, urlopen

import pytest
import requests
from werkzeug.test import Client

from seqruns.document import runs_path
from seqruns_mock.embedding import MockServer
from seqruns_mock.http.middleware import shift_offset
from seqruns_mock.trouble.effect import Effect
from seqruns_mock.trouble.kinds import KINDS
from seqruns_mock.trouble.trouble import parse_troubles, trouble_from
from seqruns_mock.trouble.troubles import Troubles

if TYPE_CHECKING:
    from collections.abc import Iterator


@pytest.fixture(scope="module")
def shared() -> Iterator[MockServer]:
    """Return a real server for all tests here."""
    with MockServer() as server:
        yield server


@pytest.fixture
def server(shared: MockServer) -> MockServer:
    """Return the real server as new."""
    shared.reset()
    return shared


def get(server: MockServer, **options: Any) -> requests.Response:
    """Ask for the first page."""
    headers = {"X-WHIPPY-KEY": server.key, **options.pop("headers", {})}
    return requests.get(server.runs_url, headers=headers, timeout=10, **options)


def test_a_line_is_read_into_troubles() -> None:
    """Kind, options, several; what is left out has its default."""
    first, second = parse_troubles("error:status=500,times=2; delay")
    assert (first.kind, first.options["status"], first.options["times"]) == ("error", 500, 2)
    assert (second.kind, second.options["seconds"], second.options["probability"]) == ("delay", 1.0, 1.0)
    assert parse_troubles("") == []
    assert trouble_from(first.as_json()) == first


@pytest.mark.parametrize(
    ("line", "said"),
    [
        ("rain", "'rain' is no kind of trouble; give one of delay"),
        ("error:503", "'503' is not NAME=VALUE"),
        ("error:state=503", "state: error has no such option; it has status"),
        ("error:status=200", "'200' is not a whole number from 400 to 599"),
        ("error:status=x", "'x' is not a whole number"),
        ("delay:seconds=nan", "'nan' is not a number from 0 to 3600"),
        ("delay:distribution=cauchy", "'cauchy' is not one of uniform, normal, exponential, log-normal"),
        ("drop:times=0", "'0' is not a whole number from 1"),
        ("drop:times=1.5", "'1.5' is not a whole number from 1"),
        (f"too-many-requests:milliseconds=1{400 * '0'}", "is not a whole number from 1 to 1000000000"),
        (f"drop:skip={5000 * '9'}", "is not a whole number from 0 to 1000000000"),
        ("delay:seconds=1e400", "'1e400' is not a number from 0 to 3600"),
        ("wrong-content-type:content_type=a\nb", "is not printable ASCII"),
        ("wrong-content-type:content_type=", "'' is not printable ASCII"),
    ],
)
def test_a_bad_line_is_refused_in_words(line: str, said: str) -> None:
    """It says which part, what was got and what would be right."""
    with pytest.raises(ValueError, match=said):
        parse_troubles(line)


@pytest.mark.parametrize("kind", KINDS)
def test_every_kind_does_something(kind: str) -> None:
    """With its defaults it changes the answer or the way it travels."""
    assert Troubles().effect_of(parse_troubles(kind)) != Effect()


def struck(line: str, requests_: int, *, seed: int = 0) -> list[bool]:
    """Return which of so many requests a trouble happens to."""
    troubles = Troubles(seed=seed)
    troubles.put(parse_troubles(line))
    return [bool(troubles.strike("a")) for _ in range(requests_)]


def test_the_third_request_fails_then_all_is_well() -> None:
    """`skip` and `times` make a scenario."""
    assert struck("error:skip=2,times=1", 5) == [False, False, True, False, False]


def test_a_trouble_may_be_for_one_sequence() -> None:
    """Others neither meet it nor count."""
    troubles = Troubles()
    troubles.put(parse_troubles("drop:sequence_id=a,times=1"))
    assert [bool(troubles.strike(name)) for name in "baba"] == [False, True, False, False]


def test_chance_is_seeded() -> None:
    """The same seed gives the same requests, another one others, and about as many as asked for."""
    first = struck("error:probability=0.3", 1000)
    assert first == struck("error:probability=0.3", 1000)
    assert first != struck("error:probability=0.3", 1000, seed=1)
    assert 240 < sum(first) < 360


@pytest.mark.parametrize("distribution", ["uniform", "normal", "exponential"])
def test_delays_are_drawn_around_their_mean(distribution: str) -> None:
    """None is negative, and their mean is what was asked for."""
    troubles = Troubles()
    (trouble,) = parse_troubles(f"delay:seconds=2,jitter=0.5,distribution={distribution}")
    delays = [troubles.effect_of([trouble]).delay for _ in range(2000)]
    assert min(delays) >= 0
    assert len(set(delays)) > 1000
    assert 1.8 < sum(delays) / 2000 < 2.2


def test_delays_add_up_and_other_effects_go_together() -> None:
    """Several troubles may strike at once."""
    effect = Troubles().effect_of(parse_troubles("delay:seconds=1; cut; delay:seconds=2"))
    assert (effect.delay, effect.cut) == (3, 0.5)


def test_an_error_is_answered_in_the_contract_s_shape(server: MockServer) -> None:
    """And the endpoint is not asked."""
    server.trouble("error", status=500, retry_after=7)
    answer = get(server)
    assert (answer.status_code, answer.headers["Retry-After"], answer.json()["status"]) == (500, "7", 500)
    assert server.requests[-1].trouble == "error"


def test_401_and_429_come_as_the_contract_has_them(server: MockServer) -> None:
    """With the vendor's description and the two headers."""
    server.trouble("unauthorized:times=1; too-many-requests:milliseconds=1500,skip=1")
    assert get(server).json() == {"errors": [{"description": "Not authenticated"}], "status": 401}
    limited = get(server)
    assert limited.status_code == 429
    assert limited.headers["X-RateLimit-Remaining-Interval-Milliseconds"] == "1500"
    assert limited.headers["Retry-After"] == "2"


@pytest.mark.parametrize("kind", ["truncated-json", "invalid-json"])
def test_bad_json_is_whole_as_far_as_http_is_concerned(server: MockServer, kind: str) -> None:
    """The length fits, the JSON does not parse."""
    server.trouble(kind)
    answer = get(server)
    assert answer.status_code == 200
    with pytest.raises(requests.JSONDecodeError):
        answer.json()


def test_a_wrong_content_type_leaves_the_body_alone(server: MockServer) -> None:
    """Only the header lies."""
    right = get(server).content
    server.trouble("wrong-content-type", content_type="text/plain")
    answer = get(server)
    assert (answer.headers["Content-Type"], answer.content) == ("text/plain", right)


@pytest.mark.parametrize("delayed", ["", "delay:seconds=0.01;"])
def test_a_dropped_connection_answers_nothing(server: MockServer, delayed: str) -> None:
    """The client sees the end of the connection, and only its own."""
    with requests.Session() as other:
        assert other.get(server.runs_url, timeout=10).status_code == 401
        with pytest.raises(requests.ConnectionError):
            get(server, headers={"X-Mock-Trouble": f"{delayed}drop"})
        assert (server.requests[-1].status, server.requests[-1].answer_headers) == (None, ())
        assert other.get(server.runs_url, timeout=10).status_code == 401


@pytest.mark.parametrize("share", ["0", "0.00001", "0.25", "0.999999"])
def test_a_cut_body_ends_early(server: MockServer, share: str) -> None:
    """Status and headers are right, then the connection is gone: at 0 before any byte of the body."""
    whole = len(get(server).content)
    connection = http.client.HTTPConnection("127.0.0.1", int(server.root_url.rpartition(":")[2]), timeout=10)
    path = server.runs_url.removeprefix(server.root_url)
    connection.request("GET", path, headers={"X-WHIPPY-KEY": server.key, "X-Mock-Trouble": f"cut:after={share}"})
    answer = connection.getresponse()
    assert int(answer.headers["Content-Length"]) == whole
    with pytest.raises(http.client.IncompleteRead) as caught:
        answer.read()
    assert len(caught.value.partial) == int(whole * float(share))
    connection.close()


@pytest.mark.parametrize(
    ("line", "share"), [("cut:after=1", 1), ("truncated-json:after=1", 1), ("truncated-json:after=0", 0)]
)
def test_a_share_of_all_or_nothing_is_just_that(server: MockServer, line: str, share: int) -> None:
    """All of the body is the whole answer, and none of it an empty one."""
    right = get(server).content
    answer = get(server, headers={"X-Mock-Trouble": line})
    assert (answer.status_code, answer.content) == (200, right * share)


def test_a_slow_body_may_have_more_pieces_than_bytes(server: MockServer) -> None:
    """It takes the time that was asked for all the same."""
    begun = time.perf_counter()
    answer = get(server, params={"limit": "0"}, headers={"X-Mock-Trouble": "slow-body:seconds=0.3,pieces=1000"})
    assert answer.json()["status"] == 422
    assert time.perf_counter() - begun >= 0.3


def test_a_slow_body_comes_whole_in_the_end(server: MockServer) -> None:
    """In pieces, with pauses between them."""
    right = get(server).content
    begun = time.perf_counter()
    assert get(server, headers={"X-Mock-Trouble": "slow-body:seconds=0.2,pieces=3"}).content == right
    assert time.perf_counter() - begun >= 0.2


def test_a_delayed_answer_holds_nobody_else_up(server: MockServer) -> None:
    """While one waits, others are answered."""
    with requests.Session() as session:
        answer = session.get(server.runs_url, headers={"X-Mock-Trouble": "delay:seconds=0"}, timeout=10, stream=True)
        answer.close()
    slow = http.client.HTTPConnection("127.0.0.1", int(server.root_url.rpartition(":")[2]), timeout=10)
    slow.request("GET", "/v1/", headers={"X-Mock-Trouble": "delay:seconds=0.5"})
    begun = time.perf_counter()
    assert get(server).status_code == 200
    quick = time.perf_counter() - begun
    assert slow.getresponse().status == 404
    assert quick < time.perf_counter() - begun
    slow.close()


def test_a_stale_page_repeats_what_the_page_before_had(server: MockServer) -> None:
    """As if a run had started between the two requests."""
    first = get(server, params={"limit": 5}).json()["data"]
    server.trouble("stale-page", runs=2)
    second = get(server, params={"limit": 5, "offset": 5}).json()["data"]
    assert second[:2] == first[3:]
    assert get(server, params={"limit": 5}).json()["data"] == first


@pytest.mark.parametrize(
    ("query_string", "shown"),
    [
        ("limit=2", "limit=2"),
        ("limit=2&offset=0", "limit=2&offset=0"),
        ("offset=5&limit=2", "offset=2&limit=2"),
        ("offset=9&status=active&offset=1", "offset=9&status=active&offset=0"),
        ("%6Fffset=%35", "offset=2"),
        ("offset=9&offset=", "offset=9&offset="),
        ("offset=x", "offset=x"),
        ("offset=" + "9" * 5000, f"offset={10**18 - 3}"),
    ],
)
def test_a_stale_page_is_that_of_a_smaller_offset(query_string: str, shown: str) -> None:
    """The first page stays, and what is no offset is refused as ever."""
    assert shift_offset(query_string, 3) == shown


@pytest.mark.parametrize("runs", [0, 1, 20])
@pytest.mark.parametrize("filters", [{}, {"status": "finished"}])
def test_stale_pages_repeat_what_was_there(runs: int, filters: dict[str, str]) -> None:
    """With filters and without, however short the list: no run is lost, one comes twice, and no hint tells of it."""
    mock = MockServer(runs=runs)
    mock.trouble("stale-page")
    client = Client(mock.app)

    def page(offset: int) -> Any:
        answer = client.get(
            f"/v1{runs_path(mock.sequence_id)}",
            query_string={**filters, "limit": "1", "offset": str(offset)},
            headers={"X-WHIPPY-KEY": mock.key},
        )
        assert not [hint for hint in answer.headers.getlist("X-Mock-Hint") if "offset was given" in hint]
        return answer.get_json()["data"]

    listed = [run for run in mock.runs if not filters or run["status"] == filters["status"]]
    assert [page(offset) for offset in range(len(listed) + 1)] == [listed[:1], *([run] for run in listed)][
        : len(listed) + 1
    ]


@pytest.mark.parametrize("option", ["skip=1", "times=2", "probability=0.5", "sequence_id=x"])
def test_a_trouble_header_takes_no_option_about_other_requests(server: MockServer, option: str) -> None:
    """It happens to its own request, so they are refused in words; and the troubles in force are not used up."""
    server.trouble("error", times=1)
    answer = get(server, headers={"X-Mock-Trouble": f"error:{option}"})
    assert answer.status_code == 422
    assert f"leave {option.partition('=')[0]} out" in answer.text
    assert get(server).status_code == 503


def test_a_preflight_uses_no_trouble_up(server: MockServer) -> None:
    """A page's first request is the first one, however often its browser asks for leave."""
    server.trouble("error", times=1)
    asked = {"Origin": "https://a.example", "Access-Control-Request-Method": "GET"}
    for _ in range(2):
        assert requests.options(server.runs_url, headers=asked, timeout=10).status_code == 200
    assert get(server, headers={"Origin": "https://a.example"}).status_code == 503
    assert get(server).status_code == 200


def test_a_trouble_header_is_for_one_request(server: MockServer) -> None:
    """The next one is well again; a header that cannot be read is a 422 in words."""
    assert get(server, headers={"X-Mock-Trouble": "error:status=418"}).status_code == 418
    assert get(server).status_code == 200
    assert "'rain'" in get(server, headers={"X-Mock-Trouble": "rain"}).text


def test_a_stop_does_not_wait_for_delayed_answers() -> None:
    """They are not answered, as by any server that is gone."""
    server = MockServer(runs=1)
    server.start()
    slow = http.client.HTTPConnection("127.0.0.1", int(server.root_url.rpartition(":")[2]), timeout=10)
    slow.request("GET", "/healthz")
    slow.getresponse().read()
    slow.request("GET", "/v1/", headers={"X-Mock-Trouble": "delay:seconds=3600"})
    deadline = time.monotonic() + 10
    while not server.requests and time.monotonic() < deadline:
        time.sleep(0.001)
    server.stop()
    with pytest.raises(http.client.RemoteDisconnected):
        slow.getresponse()
    slow.close()


def test_in_process_troubles_work_too(server: MockServer) -> None:
    """What is about status, headers and body needs no socket."""
    server.trouble("error", status=502)
    assert Client(server.app).get(server.runs_url.removeprefix(server.root_url)).status_code == 502


@pytest.mark.parametrize(
    ("kind", "expected", "status"),
    [
        ("reset", ConnectionResetError, None),
        ("garbage", BadStatusLine, None),
        ("broken-chunk", IncompleteRead, 200),
    ],
)
def test_a_broken_connection_is_an_error_of_every_client(
    server: MockServer, kind: str, expected: type[Exception], status: int | None
) -> None:
    """RST, bytes that are no HTTP, and a chunk without a size; the next request is answered as ever."""
    server.reset()
    server.trouble(kind, times=1)
    connection = HTTPConnection(urlsplit(server.root_url).netloc, timeout=20)

    def ask() -> None:
        connection.request("GET", urlsplit(server.runs_url).path, headers={"X-WHIPPY-KEY": server.key})
        connection.getresponse().read()

    with pytest.raises(expected):
        ask()
    connection.close()
    assert (server.requests[0].status, server.requests[0].trouble) == (status, kind)
    with urlopen(Request(server.runs_url, headers={"X-WHIPPY-KEY": server.key})) as response:  # noqa: S310 - loopback
        assert response.status == 200


def test_an_error_may_have_a_body_and_headers_of_its_own(server: MockServer) -> None:
    """As a proxy in between would answer; a header replaces the mock's own of that name."""
    server.reset()
    server.trouble(
        "error",
        status=502,
        body="<h1>Bad gateway</h1>",
        content_type="text/html",
        headers="X-Trace: 7\nServer-Timing: x",
    )
    with pytest.raises(HTTPError) as raised:
        urlopen(server.runs_url)  # noqa: S310 - loopback
    with raised.value as error:
        assert error.read() == b"<h1>Bad gateway</h1>"
        assert error.headers.get_all("Content-Type") == ["text/html"]
        assert (error.code, error.headers["X-Trace"], error.headers["Server-Timing"]) == (502, "7", "x")
    for headers in ("no colon", "content-length: 5", "X-Trace: 7\nTransfer-Encoding: chunked"):
        with pytest.raises(ValueError, match=r"headers: .* is not lines of NAME: VALUE, without Content-Length and"):
            server.trouble("error", headers=headers)


def test_log_normal_delays_have_their_median_and_spread_and_every_delay_its_maximum() -> None:
    """Half of them are below `seconds`, 84 in 100 below `seconds + jitter`, and none is above `maximum`."""
    (trouble,) = parse_troubles("delay:seconds=2,jitter=2,distribution=log-normal,maximum=10")
    random = Random(1)
    delays = [KINDS["delay"].effect(trouble.options, random).delay for _ in range(4000)]
    assert sum(delay < 2 for delay in delays) / 4000 == pytest.approx(0.5, abs=0.03)
    assert sum(delay < 4 for delay in delays) / 4000 == pytest.approx(0.84, abs=0.03)
    assert max(delays) == 10
