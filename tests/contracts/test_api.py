"""The library: lazily imported, typed, and for WSGI applications in process."""

from __future__ import annotations

import json
import subprocess
import sys
from dataclasses import replace
from itertools import count
from typing import TYPE_CHECKING

import pytest
from tests.contracts.faulty import EMPTY_SEQUENCE, KEY, SEQUENCE, faulty_app, honest_app, with_runs_changed

import seqruns_contracts
from seqruns.dialect import Dialect
from seqruns.target import TargetError
from seqruns_contracts import Outcome, Target, check_target, wsgi_target
from seqruns_contracts.api import open_session
from seqruns_contracts.checks.areas.any_query import EXAMPLES
from seqruns_contracts.checks.kinds import Grade
from seqruns_contracts.checks.selection import UnknownCheckError, select_checks
from seqruns_contracts.dialect.drift import drift_checks
from seqruns_contracts.engine.plan import make_plan, render_plan
from seqruns_contracts.reports.json import render_json
from seqruns_contracts.reports.summary import figures, summarize

if TYPE_CHECKING:
    from collections.abc import Iterable
    from wsgiref.types import StartResponse, WSGIEnvironment


@pytest.mark.parametrize("name", seqruns_contracts.__all__)
def test_every_public_name_is_there(name: str) -> None:
    """What is announced can be imported."""
    assert getattr(seqruns_contracts, name) is not None


def test_another_name_is_refused() -> None:
    """The package refuses an unknown name as any module does."""
    with pytest.raises(AttributeError, match="has no attribute 'nothing'"):
        seqruns_contracts.nothing  # noqa: B018 - the access is the test


def test_importing_the_package_imports_nothing_else() -> None:
    """Hypothesis, Schemathesis and requests wait until they are needed."""
    code = (
        "import sys, seqruns_contracts, seqruns_contracts.pytest.plugin\n"
        "print(*{'hypothesis', 'schemathesis', 'requests', 'rich', 'yaml', 'jinja2'} & sys.modules.keys())"
    )
    command = [sys.executable, "-c", code]
    assert subprocess.run(command, check=True, capture_output=True, text=True).stdout.strip() == ""


def test_a_wsgi_application_is_checked_in_process() -> None:
    """The whole kit over a Flask application, without a socket; the plan counts at least the requests it takes."""
    session = open_session(wsgi_target(honest_app(), key=KEY), SEQUENCE)
    dialect = Dialect.of({"order.first": "newest", "time.week": 422, "channel.urn": 422})
    checks = [*select_checks(), *drift_checks(dialect)]
    plan = make_plan(session, checks, learns=True)
    report = check_target(wsgi_target(honest_app(), key=KEY), SEQUENCE, checks=checks, learn=True)
    assert report.failures == report.warnings == ()
    assert report.counts[Outcome.HOLDS] > 70
    assert report.requests <= plan.requests
    assert sum(planned.new for planned in plan.checks if planned.check.id.startswith("dialect.")) >= 2
    assert json.loads(render_json(report))["dialect"]["order.first"]["value"] == "newest"
    assert summarize(report)[0] == "The contract is kept"
    drifts = [verdict for verdict in report.verdicts if verdict.check.grade is Grade.DRIFT]
    assert summarize(replace(report, verdicts=tuple(drifts)))[0] == "The target is as its dialect says"
    assert session.client.target.sent == plan.sent < 5


def test_the_plan_describes_each_request_in_words() -> None:
    """The plan names requests without a key, and the check whose queries cannot be known before."""
    session = open_session(wsgi_target(honest_app(), key=KEY), SEQUENCE)
    lines = list(render_plan(make_plan(session, select_checks(only=["auth", "filters", "answer"]))))
    assert "  all runs, with the default page, without a key" in lines
    assert any(line.startswith(f"  up to {EXAMPLES} queries") for line in lines)
    assert any(line.startswith("  nothing of its own") for line in lines)
    assert KEY[:-1] not in "\n".join(lines)


def test_a_wsgi_application_sees_what_a_server_would_give_it() -> None:
    """The encoded query, the decoded path and the headers."""
    seen: list[WSGIEnvironment] = []

    def app(environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        seen.append(environ)
        start_response("200 OK", [("Content-Type", "application/json"), ("X-Two", "a"), ("X-Two", "b")])
        return [b'{"data": ', b'[], "total": 0}']

    target = wsgi_target(app, base_path="/api", key=KEY, headers={"X-Tenant": "acme"})
    answer = target.get("a b", "phone=%2B1%20")
    assert answer.json() == {"data": [], "total": 0}
    assert answer.headers["x-two"] == "a, b"
    assert seen[0]["PATH_INFO"] == "/api/sequences/a b/sequence_runs"
    assert seen[0]["QUERY_STRING"] == "phone=%2B1%20"
    assert seen[0]["HTTP_X_WHIPPY_KEY"] == KEY
    assert seen[0]["HTTP_X_TENANT"] == "acme"
    target.get("Ü\udcff")
    assert seen[1]["PATH_INFO"].encode("latin-1") == "/api/sequences/Ü".encode() + b"\xff/sequence_runs"


def test_a_search_that_no_filter_is_left_for_is_not_judged() -> None:
    """Of a target that shows statuses alone, and is wrong in them, no probe is said to prove nothing."""
    app = with_runs_changed(
        faulty_app("status-active-ignored"),
        lambda run: run.update(contact={}, step_contacts=[], created_at=None),
    )
    verdicts = {each.check.id: each for each in check_target(wsgi_target(app, key=KEY), SEQUENCE).verdicts}
    search = verdicts["filters.any-query-agrees"]
    assert (search.outcome, search.probes) == (Outcome.NOT_JUDGED, 0)
    assert "probes" not in search.reason


def test_an_answer_to_head_is_whole_without_its_body() -> None:
    """A Flask application names the length of the body that it leaves out; nothing is tried again for want of it."""
    target = wsgi_target(honest_app(), key=KEY, allow_unsafe_methods=True)
    answer = target.get(SEQUENCE, method="HEAD")
    assert int(answer.headers["Content-Length"]) > 0
    assert (answer.body, answer.flaw, target.sent) == (b"", "", 1)


def test_an_exception_of_the_application_comes_out() -> None:
    """An exception comes out as from the application's own test client."""

    def app(_: WSGIEnvironment, __: StartResponse) -> Iterable[bytes]:
        raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        check_target(wsgi_target(app), SEQUENCE)


def test_a_target_that_is_not_there_is_an_error_without_the_key() -> None:
    """Nothing is said about the contract, and nothing about the key."""
    target = Target(base_url="http://127.0.0.1:9/v1", key=KEY, retries=0, headers={"X-Note": "127.0.0.1"})
    with pytest.raises(TargetError) as caught:
        check_target(target, SEQUENCE)
    assert "gives no answer" in str(caught.value)
    assert str(caught.value).startswith("$X_NOTE")


def test_an_empty_sequence_exercises_nothing() -> None:
    """The exit code of an empty sequence is 3."""
    assert check_target(wsgi_target(honest_app(), key=KEY), EMPTY_SEQUENCE).exit_code == 3


def test_checks_are_selected_by_id_and_area() -> None:
    """`only` chooses, `skip` takes away, the order stays that of the reports."""
    chosen = [check.id for check in select_checks(only=["auth", "status.is-exact"], skip=["auth.key-is-required"])]
    assert chosen == ["status.is-exact", "auth.wrong-key-is-refused"]


@pytest.mark.parametrize(
    ("only", "skip", "words"),
    [
        (["befor"], [], "did you mean before"),
        ([], ["phone.is-exakt"], "did you mean phone.is-exact"),
        (["xyzzy"], [], "the areas are answer, run"),
        (["auth"], ["auth"], "no check at all"),
    ],
)
def test_an_unknown_name_is_answered_with_what_was_meant(only: list[str], skip: list[str], words: str) -> None:
    """A typing error must not silently check nothing."""
    with pytest.raises(UnknownCheckError, match=words):
        select_checks(only=only, skip=skip)


def test_a_gateway_that_fails_now_and_then_is_told_in_the_figures() -> None:
    """A 502 that is gone when asked again is no finding, as during a deployment; how often it came is said."""
    app, turns = honest_app(), count(1)

    def shaky(environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        if next(turns) % 45:
            return app(environ, start_response)
        start_response("502 Bad Gateway", [])
        return []

    report = check_target(wsgi_target(shaky, key=KEY), SEQUENCE)
    assert report.failures == report.warnings == ()
    assert figures(report).endswith(f"tried again after {report.troubles['502']} x 502")
    assert json.loads(render_json(report))["troubles"] == {"502": report.troubles["502"]}
