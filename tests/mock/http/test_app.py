"""The application over HTTP, in process: every line of the contract that a table can hold."""

from __future__ import annotations

from dataclasses import replace
from functools import partial
from typing import TYPE_CHECKING, Any
from urllib.parse import urlencode

import pytest
import yaml
from flask import Flask
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from tests.mock.conformance import assert_conforms
from tests.mock.conftest import KEY, SEQUENCE
from tests.mock.reference import page, selected
from werkzeug.test import create_environ

from seqruns_mock.core.columns import columns_of
from seqruns_mock.core.query import RunQuery, parse_query
from seqruns_mock.core.store import RunStore
from seqruns_mock.http.answer import call
from seqruns_mock.http.app import Endpoint, create_app
from seqruns_mock.http.pipeline import DEFAULT, Mock

if TYPE_CHECKING:
    from flask.testing import FlaskClient
    from werkzeug.test import TestResponse

    from seqruns_fixtures import SequenceRun

PATH = f"/v1/sequences/{SEQUENCE}/sequence_runs"


def refusal(response: TestResponse, status: int) -> list[str]:
    """Return the descriptions of an error body, having checked its shape."""
    assert response.status_code == status
    assert response.content_type == "application/json"
    body = response.get_json()
    assert body.keys() == {"errors", "status"}
    assert body["status"] == status
    return [error["description"] for error in body["errors"]]


def test_a_page_without_parameters_is_the_first_fifty(client: FlaskClient, runs: list[SequenceRun]) -> None:
    """The default page: 50 runs, newest first, and the number of all."""
    response = client.get(PATH)
    assert response.status_code == 200
    assert response.content_type == "application/json"
    assert response.get_json() == {"data": page(runs, RunQuery()), "total": len(runs)}


def parameters(runs: list[SequenceRun]) -> st.SearchStrategy[dict[str, Any]]:
    """Draw parameters as a client sends them, with values from the runs."""
    starts = st.sampled_from([run["created_at"] for run in runs])
    channels = [step["channel_id"] for run in runs for step in run["step_contacts"] if step["channel_id"]]
    return st.fixed_dictionaries(
        {},
        optional={
            "limit": st.integers(1, 500) | st.just(""),
            "offset": st.integers(0, 150) | st.just(""),
            "phone": st.sampled_from([run["contact"]["phone"] for run in runs]) | st.just(""),
            "status": st.sampled_from(["active", "finished", ""]),
            "channel_id": st.sampled_from(channels) | st.just(""),
            "before": starts | st.just(""),
            "after": starts | st.just(""),
            "unknown": st.just("x"),
        },
    )


@given(st.data())
@settings(max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_answers_are_right_and_conform(client: FlaskClient, runs: list[SequenceRun], data: st.DataObject) -> None:
    """Any conjunction, sent as a client sends it, answers the reference's page, in the document's shape."""
    query_string = urlencode(data.draw(parameters(runs)))
    response = client.get(PATH, query_string=query_string)
    query = parse_query(query_string)
    assert response.get_json() == {"data": page(runs, query), "total": len(selected(runs, query))}
    assert_conforms(response)


def test_a_phone_with_a_lost_plus_is_another_number_and_says_why(client: FlaskClient, runs: list[SequenceRun]) -> None:
    """The mock answers as a server would, for the number as it arrived, and a header names %2B."""
    phone = next(number for run in runs if (number := run["contact"]["phone"] or "").startswith("+"))
    response = client.get(f"{PATH}?phone={phone}")
    assert response.get_json()["data"] == selected(runs, RunQuery(phone=phone.removeprefix("+")))
    assert "%2B" in response.headers["X-Mock-Hint"]


def hints(client: FlaskClient, query_string: str = "", **headers: str) -> list[str]:
    """Return what the mock hints at."""
    return client.get(f"{PATH}?{query_string}", headers=headers).headers.getlist("X-Mock-Hint")


def test_a_lost_plus_is_hinted_at_once(client: FlaskClient, runs: list[SequenceRun]) -> None:
    """Each hint is a sentence of its own, and a mistake is said in one of them."""
    phone = next(number for run in runs if (number := run["contact"]["phone"] or "").startswith("+"))
    said = hints(client, f"phone={phone}")
    assert all(hint.endswith(".") for hint in said)
    assert sum("%2B" in hint for hint in said) == 1


def test_a_plus_that_was_left_out_is_hinted_at_beside_another_mistake(
    client: FlaskClient, runs: list[SequenceRun]
) -> None:
    """What is said of another parameter says nothing of the number."""
    numbers = {run["contact"]["phone"] or "" for run in runs}
    phone = next(each for each in numbers if each.startswith("+") and each[1:] not in numbers)
    assert "was a + meant" in " ".join(hints(client, f"phone={phone[1:]}&page=2"))


@pytest.mark.parametrize(
    ("query_string", "said"),
    [
        ("after=2090-01-01", "no run started then; those of this sequence started from 20"),
        ("before=1990-01-01&status=active", "no run started then"),
        ("phone=%252B13605550100", "encoded twice"),
        ("page=2", "did you mean offset?"),
        ("Status=active", "did you mean status?"),
        ("channel=x", "did you mean channel_id?"),
        ("per_page=5", "did you mean limit?"),
    ],
)
def test_a_likely_mistake_is_hinted_at(client: FlaskClient, query_string: str, said: str) -> None:
    """In the words of this endpoint, as a whole sentence or question."""
    words = " ".join(hints(client, query_string))
    assert said in words
    assert words.endswith((".", "?"))
    assert "?." not in words


def test_a_part_of_a_number_is_told_from_a_whole_one(client: FlaskClient, runs: list[SequenceRun]) -> None:
    """The nearest number is named; a few digits are near nothing."""
    phone = runs[0]["contact"]["phone"] or ""
    assert "is near, but" in hints(client, f"phone={phone[3:]}")[0]
    assert hints(client, "phone=999") == ["no run has this phone."]


@pytest.mark.parametrize(
    ("headers", "said"),
    [
        ({"Authorization": KEY}, "a scheme before the key"),
        ({"X-API-Key": KEY}, "X-Api-Key is not read as a key"),
        ({"X-WHIPPY-KEY": "wrong"}, "not one of this mock's"),
        ({}, "no key was sent"),
    ],
)
def test_a_refused_key_is_hinted_at(client: FlaskClient, headers: dict[str, str], said: str) -> None:
    """Where it should have been, without a word of it."""
    del client.environ_base["HTTP_X_WHIPPY_KEY"]
    (hint,) = hints(client, **headers)
    assert said in hint
    assert KEY not in hint


@pytest.mark.parametrize("query_string", ["", "status=done"])
def test_every_answer_of_the_endpoint_is_timed(client: FlaskClient, query_string: str) -> None:
    """A refusal has its time in the headers, too."""
    assert "dur=" in client.get(f"{PATH}?{query_string}").headers["Server-Timing"]


def test_an_empty_sequence_answers_an_empty_page(client: FlaskClient) -> None:
    """A known sequence without runs is not an error."""
    assert client.get("/v1/sequences/empty/sequence_runs").get_json() == {"data": [], "total": 0}


@pytest.mark.parametrize(
    "headers",
    [
        {"X-WHIPPY-KEY": "other-key"},
        {"Authorization": f"Bearer {KEY}"},
        {"Authorization": f"bearer  {KEY}"},
        {"X-WHIPPY-KEY": "wrong", "Authorization": f"Bearer {KEY}"},
    ],
)
def test_a_key_is_accepted_in_both_forms(client: FlaskClient, headers: dict[str, str]) -> None:
    """The key header or the bearer form, whichever holds an accepted key."""
    del client.environ_base["HTTP_X_WHIPPY_KEY"]
    assert client.get(PATH, headers=headers).status_code == 200


@pytest.mark.parametrize(
    "headers",
    [
        {},
        {"X-WHIPPY-KEY": ""},
        {"X-WHIPPY-KEY": KEY.upper()},
        {"X-WHIPPY-KEY": KEY[:-1]},
        {"Authorization": KEY},
        {"Authorization": f"Basic {KEY}"},
        {"Authorization": "Bearer"},
    ],
)
def test_no_key_or_a_wrong_one_is_a_401(client: FlaskClient, headers: dict[str, str]) -> None:
    """The description is the vendor's."""
    del client.environ_base["HTTP_X_WHIPPY_KEY"]
    response = client.get(PATH, headers=headers)
    assert refusal(response, 401) == ["Not authenticated"]
    assert_conforms(response)


@pytest.mark.parametrize(
    "sequence_id", [SEQUENCE.upper(), SEQUENCE[:-1], "", "x", "a/b", "%00", "%ff", "%0d%0aX: y", "é"]
)
def test_an_unknown_sequence_is_a_404(client: FlaskClient, sequence_id: str) -> None:
    """Ids compare exactly, and any text may stand there."""
    response = client.get(f"/v1/sequences/{sequence_id}/sequence_runs")
    (description,) = refusal(response, 404)
    assert description.startswith("There is ")


def test_bad_parameters_are_a_422_with_an_entry_each(client: FlaskClient) -> None:
    """All are reported at once."""
    response = client.get(f"{PATH}?limit=501&offset=-1&status=done&channel_id=1&before=x&after=2024-13-01")
    assert len(refusal(response, 422)) == 6
    assert_conforms(response)


def test_refusals_have_their_precedence(client: FlaskClient) -> None:
    """405 comes before 401, 401 before 404, 404 before 422."""
    bad = "/v1/sequences/unknown/sequence_runs?limit=0"
    assert client.get(bad).status_code == 404
    del client.environ_base["HTTP_X_WHIPPY_KEY"]
    assert client.get(bad).status_code == 401
    assert client.post(bad).status_code == 405


@pytest.mark.parametrize("method", ["POST", "PUT", "PATCH", "DELETE", "TRACE", "QUERY", "BREW"])
def test_other_methods_are_a_405_with_allow(client: FlaskClient, method: str) -> None:
    """Only GET, HEAD and OPTIONS are there."""
    response = client.open(PATH, method=method)
    assert "GET, HEAD, OPTIONS" in refusal(response, 405)[0]
    assert response.headers["Allow"] == "GET, HEAD, OPTIONS"


def test_head_is_get_without_a_body(client: FlaskClient) -> None:
    """The headers are those of the GET."""
    head, get = client.head(PATH), client.get(PATH)
    assert head.status_code == 200
    assert head.data == b""
    for response in (head, get):
        assert response.headers.pop("Server-Timing").startswith("parse;dur=")
    assert dict(head.headers) == dict(get.headers)
    assert client.head(f"{PATH}?limit=0").status_code == 422


def test_options_names_the_methods(client: FlaskClient) -> None:
    """OPTIONS needs no key."""
    del client.environ_base["HTTP_X_WHIPPY_KEY"]
    response = client.options(PATH)
    assert response.status_code == 200
    assert set(response.headers["Allow"].split(", ")) == {"GET", "HEAD", "OPTIONS"}


def test_elsewhere_is_a_404_that_says_where_the_runs_are(client: FlaskClient) -> None:
    """A wrong path gets the contract's error body too."""
    assert "/v1/sequences/{sequence_id}/sequence_runs" in refusal(client.get("/sequences/x"), 404)[0]


def test_the_document_names_this_server(client: FlaskClient) -> None:
    """Both forms are the same document, whose only server is the one that was asked."""
    document = client.get("/openapi.json", base_url="http://mock.test:81").get_json()
    assert document["servers"] == [{"url": "http://mock.test:81/v1"}]
    assert yaml.safe_load(client.get("/openapi.yaml", base_url="http://mock.test:81").data) == document


def test_healthz_says_it_is_up(client: FlaskClient) -> None:
    """A health check needs no key."""
    del client.environ_base["HTTP_X_WHIPPY_KEY"]
    assert client.get("/healthz").get_json() == {"status": "ok"}


def test_a_bug_of_ours_is_a_500_in_the_contract_s_shape(client: FlaskClient, monkeypatch: pytest.MonkeyPatch) -> None:
    """Should the mock fail, the client still gets a body it can read."""
    client.application.config["PROPAGATE_EXCEPTIONS"] = False
    monkeypatch.setitem(client.application.view_functions, "healthz", lambda: 1 / 0)
    assert "console" in refusal(client.get("/healthz"), 500)[0]


@pytest.mark.parametrize(
    ("path", "query_string", "key"),
    [
        (PATH, "", KEY),
        (PATH, "limit=3&offset=1&status=active&unknown=1", KEY),
        (PATH, "offset=1000", KEY),
        (PATH, "limit=0&before=x", KEY),
        (PATH, "", "wrong"),
        (PATH.replace(SEQUENCE, "other"), "", KEY),
    ],
)
def test_the_short_way_answers_as_flask_does(client: FlaskClient, path: str, query_string: str, key: str) -> None:
    """A GET of runs gets the same answer whether or not it passes through Flask."""
    app = client.application
    assert isinstance(app, Endpoint)
    environ = create_environ(path, query_string=query_string, headers={"X-WHIPPY-KEY": key})
    short, whole = app.answer_request(dict(environ)), call(partial(Flask.wsgi_app, app), dict(environ))
    timeless = [[pair for pair in answer.headers if pair[0] != "Server-Timing"] for answer in (short, whole)]
    assert (short.status, timeless[0], short.body) == (whole.status, timeless[1], whole.body)
    assert short.outcome == whole.outcome


def test_a_failure_of_the_mock_is_a_500_and_its_console_says_where(caplog: pytest.LogCaptureFixture) -> None:
    """An exception in the pipeline becomes an answer in the contract's shape, and a traceback in the log."""

    def fail(_query_string: str) -> RunQuery:
        raise ZeroDivisionError("in the parser")

    mock = Mock(stores={SEQUENCE: RunStore(columns_of([]))}, keys={KEY}, pipeline=replace(DEFAULT, parse=fail))
    response = create_app(mock).test_client().get(PATH, headers={"X-WHIPPY-KEY": KEY})
    (words,) = refusal(response, 500)
    assert "report" in words
    assert "in the parser" in caplog.text
