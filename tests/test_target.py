"""The client: GET only, paced, patient, and silent about the key."""

from __future__ import annotations

import time

import pytest
from tests.serving import served
from werkzeug.wrappers import Request, Response

from seqruns.target import USER_AGENT, BudgetSpentError, Target, TargetError


def test_a_request_is_sent_as_it_was_written() -> None:
    """Method, path, query string and headers arrive unchanged; the client says who it is."""
    seen: list[Request] = []

    def view(request: Request) -> Response:
        seen.append(request)
        return Response("{}", content_type="application/json")

    with served(Request.application(view)) as base_url:
        target = Target(base_url=base_url + "/", key="secret", headers={"X-Tenant": "acme"}, rate=0)
        target.get("a b/c", "phone=%2B1&limit=")
        target.get("x", credentials={"Authorization": "Bearer other"})
    first, second = seen
    assert (first.method, first.path) == ("GET", "/v1/sequences/a b/c/sequence_runs")
    assert first.query_string == b"phone=%2B1&limit="
    assert first.headers["X-WHIPPY-KEY"] == "secret"
    assert first.headers["X-Tenant"] == second.headers["X-Tenant"] == "acme"
    assert first.headers["User-Agent"] == USER_AGENT
    assert "X-WHIPPY-KEY" not in second.headers
    assert second.headers["Authorization"] == "Bearer other"


def test_no_cookie_is_sent_back() -> None:
    """A session that a server opens is not taken up."""
    cookies: list[str | None] = []

    def view(request: Request) -> Response:
        cookies.append(request.headers.get("Cookie"))
        return Response("{}", headers={"Set-Cookie": "session=1; Path=/"})

    with served(Request.application(view)) as base_url:
        target = Target(base_url=base_url, rate=0)
        target.get("x")
        target.get("x")
    assert cookies == [None, None]


def test_requests_are_paced() -> None:
    """At 50 a second, five requests take at least 80 milliseconds."""
    with served(Request.application(lambda _: Response("{}"))) as base_url:
        target = Target(base_url=base_url, rate=50)
        started = time.monotonic()
        for _ in range(5):
            target.get("x")
    assert time.monotonic() - started >= 4 / 50


def test_a_429_is_waited_out_and_remembered() -> None:
    """The headers say how long; from then on the pace is slower."""
    refusals = [Response("", 429, {"X-RateLimit-Remaining-Interval-Milliseconds": "5"}), Response("", 429)]

    def view(_: Request) -> Response:
        return refusals.pop(0) if refusals else Response("{}")

    with served(Request.application(view)) as base_url:
        target = Target(base_url=base_url, rate=1000)
        answer = target.get("x")
    assert answer.status == 200
    assert target.troubles == {"429": 2}
    assert len(target.refusals) == 2
    assert target.rate < 1000


def test_a_wait_that_is_too_long_is_told_and_not_kept() -> None:
    """A run of the kit is no place to spend an hour in."""
    closed = Response("", 429, {"Retry-After": "3600"})
    with served(Request.application(lambda _: closed)) as base_url, pytest.raises(TargetError, match="3600 seconds"):
        Target(base_url=base_url, rate=0).get("x")


def test_a_body_that_breaks_off_every_time_is_an_answer_with_a_flaw() -> None:
    """One that breaks off once is asked for again."""
    lengths = ["9", "9", "2"]

    def view(_: Request) -> Response:
        return Response([b"{}"], headers={"Content-Length": lengths.pop(0), "Connection": "close"})

    with served(Request.application(view)) as base_url:
        flawed = Target(base_url=base_url, rate=0, retries=0).get("x")
        assert (flawed.status, flawed.body) == (200, b"")
        assert "IncompleteRead" in flawed.flaw
        target = Target(base_url=base_url, rate=0, retries=1)
        assert target.get("x").body == b"{}"
    assert target.troubles == {"connection": 1}


def test_half_a_surrogate_pair_is_json() -> None:
    """As a name that was cut inside an emoji has it; what is no JSON stays none."""

    def view(request: Request) -> Response:
        return Response({"cut": '["a\\ud83d"]', "nan": "[NaN]"}[request.args["body"]])

    with served(Request.application(view)) as base_url:
        target = Target(base_url=base_url, rate=0)
        assert target.get("x", "body=cut").json() == ["a?"]
        with pytest.raises(ValueError, match="NaN"):
            target.get("x", "body=nan").json()


def test_what_is_asked_for_a_gateway_is_always_sent() -> None:
    """Beside a key, the user's own Authorization is not the target's to take away."""
    own = {"Authorization": "Basic eHh4", "X-Tenant": "acme"}
    behind = Target(base_url="http://127.0.0.1/v1", key="secret", headers=own)
    assert behind.request_headers({"Authorization": "Bearer other"}) == own
    by_token = Target(base_url="http://127.0.0.1/v1", headers=own)
    assert by_token.request_headers({}) == {"X-Tenant": "acme"}


def test_white_space_around_a_key_is_dropped() -> None:
    """A secret's trailing line break, as CI systems have it, is no part of it."""
    assert Target(base_url="http://127.0.0.1/v1", key=" secret\n").key == "secret"


def test_the_budget_is_kept() -> None:
    """No request goes out beyond the budget."""
    with served(Request.application(lambda _: Response("{}"))) as base_url:
        target = Target(base_url=base_url, rate=0, max_requests=1)
        target.get("x")
        with pytest.raises(BudgetSpentError, match="budget of 1 requests"):
            target.get("x")
    assert target.sent == 1


def test_a_connection_that_stays_dead_is_told_without_the_key() -> None:
    """After the tries the reason is named, and nothing of the request's headers."""
    target = Target(base_url="http://127.0.0.1:9/v1", key="secret", rate=0, retries=1)
    with pytest.raises(TargetError, match="gives no answer") as caught:
        target.get("x")
    assert target.troubles == {"connection": 2}
    assert "secret" not in str(caught.value) + repr(target)
