"""The first contact: what is no endpoint at all is said in words, not as forty violations."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest
from tests.serving import served
from werkzeug.wrappers import Request, Response

from seqruns.target import Target, TargetError
from seqruns_contracts.engine.preflight import NoSuchEndpointError, first_contact

if TYPE_CHECKING:
    from collections.abc import Callable

PAGE = json.dumps({"data": [], "total": 0})


def answering(*responses: Callable[[Request], Response]) -> Callable[[Request], Response]:
    """Return a view that gives these responses in turn, the last one for ever."""
    turns = iter(responses)

    def view(request: Request) -> Response:
        return next(turns, responses[-1])(request)

    return view


def refusal(status: int) -> Callable[[Request], Response]:
    """Return a view that refuses in the contract's form."""
    body = json.dumps({"errors": [{"description": "no"}], "status": status})
    return lambda _: Response(body, status, content_type="application/json")


@pytest.mark.parametrize(
    ("view", "key", "words"),
    [
        (refusal(401), "secret", "does not accept the key"),
        (refusal(401), None, "wants a key; put it into SEQRUNS_KEY"),
        (refusal(403), "secret", "forbids the request"),
        (refusal(404), "secret", "knows no sequence 'some-id'"),
        (lambda _: Response("nothing", 404), "secret", "there is no such endpoint"),
        (lambda _: Response("<html>Log in</html>", 200, content_type="text/html"), "secret", "answers with a web page"),
        (lambda _: Response("", 302, {"Location": "http://other.example/x"}), "secret", "another host, other.example"),
        (lambda _: Response("<!DOCTYPE html>", content_type="application/json"), "secret", "answers with a web page"),
        (lambda _: Response("", 405), "secret", "there is no such endpoint"),
        (lambda _: Response("", 407), "secret", "a proxy before"),
        (lambda _: Response("", 401, {"WWW-Authenticate": "Basic"}), "secret", "wants Basic authentication"),
        (lambda _: Response("", 301, {"Location": "/login"}), "secret", "one has to log in there"),
        (lambda r: Response("", 308, {"Location": f"{r.path}/"}), "secret", "has no slash at its end"),
        (lambda r: Response("", 302, {"Location": r.path}), "secret", "sends us on to itself"),
        (lambda _: Response("", 301), "secret", "says nothing of where the runs are"),
        (lambda _: Response("", 304), "secret", "says nothing of where the runs are"),
        (lambda r: Response("", 301, {"Location": f"/v2{r.path}"}), "secret", "Correct the base URL"),
    ],
)
def test_what_is_not_the_endpoint_is_explained(
    view: Callable[[Request], Response], key: str | None, words: str
) -> None:
    """Each way to miss the endpoint has its own words, and the key is not among them."""
    with served(Request.application(view)) as base_url, pytest.raises(NoSuchEndpointError, match=words) as caught:
        first_contact(Target(base_url=base_url, key=key, rate=0), "some-id")
    assert "secret" not in str(caught.value)


def test_a_gateway_without_its_server_is_tried_again_and_then_told() -> None:
    """A 503 that passes is no trouble; one that stays is."""
    away = Response("away", 503, {"Retry-After": "0"})
    with served(Request.application(lambda _: away)) as base_url, pytest.raises(NoSuchEndpointError, match="503"):
        first_contact(Target(base_url=base_url, rate=0, retries=1), "some-id")
    back = answering(lambda _: away, lambda _: Response(PAGE, content_type="application/json"))
    with served(Request.application(back)) as base_url:
        target = Target(base_url=base_url, rate=0)
        first_contact(target, "some-id")
    assert target.troubles == {"503": 1}


def test_nobody_at_the_address_is_told() -> None:
    """An address where nothing listens is named with the reason."""
    target = Target(base_url="http://127.0.0.1:9/v1", rate=0, retries=0)
    with pytest.raises(TargetError, match=r"127\.0\.0\.1:9 gives no answer: .*refused"):
        first_contact(target, "some-id")


def test_a_missing_v1_is_put_in() -> None:
    """A base URL without its `/v1` is understood."""

    def view(request: Request) -> Response:
        known = request.path == "/v1/sequences/some-id/sequence_runs"
        return Response(PAGE, 200, content_type="application/json") if known else Response("?", 404)

    with served(Request.application(view)) as base_url:
        target = Target(base_url=base_url.removesuffix("/v1"), rate=0)
        first_contact(target, "some-id")
        assert target.base_url == base_url
