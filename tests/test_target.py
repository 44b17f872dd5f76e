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
