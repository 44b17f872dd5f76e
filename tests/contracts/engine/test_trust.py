"""Trust: right servers whose data moves or whose wire is bad are not accused; those that contradict themselves are."""

from __future__ import annotations

import json
import os
import random
import time
from datetime import UTC, datetime, timedelta
from email.utils import formatdate
from functools import cache
from itertools import product
from typing import TYPE_CHECKING, Any

import pytest
from tests.serving import served

from seqruns.target import Target
from seqruns_contracts.api import check_target
from seqruns_contracts.checks import CHECKS
from seqruns_contracts.findings.results import Outcome
from seqruns_contracts.reports.summary import figures
from seqruns_contracts.wsgi import wsgi_target
from seqruns_fixtures import generate_runs
from seqruns_gallery.catalogue import build
from seqruns_mock.core.columns import columns_of
from seqruns_mock.core.store import RunStore
from seqruns_mock.http.app import create_app
from seqruns_mock.http.pipeline import Mock

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable
    from wsgiref.types import StartResponse, WSGIApplication, WSGIEnvironment

    from seqruns_contracts.findings.report import Report
    from seqruns_mock.core.columns import RunColumns

SEEDS = int(os.environ.get("SEQRUNS_SEEDS", "1"))
"""How many draws of changes each busy server is tried with."""
BUSY = list(product((137, 1500), (0.05, 0.5, 5.0))) if SEEDS > 1 else [(137, 0.05), (137, 0.5), (137, 5.0), (1500, 0.5)]
"""How many runs a busy server has, and how often one changes for each request."""
SEQUENCE = "5f0c1f0e-52f9-4b9e-9d5c-3f2f0f6a7c11"
RUNS = sorted(generate_runs(runs=160, seed=7, sequence_id=SEQUENCE), key=lambda run: run["created_at"])
SOME = [check for check in CHECKS.values() if check.area in {"answer", "run", "page", "order", "before", "filters"}]


def store(runs: list[Any]) -> RunStore:
    """Return a store of these runs."""
    return RunStore(columns_of(runs))


def report_on(app: WSGIApplication, **options: Any) -> Report:
    """Return the kit's report on an application, from some of its checks."""
    with served(app) as base_url:
        return check_target(Target(base_url=base_url, key="key", rate=0), SEQUENCE, checks=SOME, **options)


def broken(report: Report) -> set[str]:
    """Return the ids of the broken checks."""
    return {verdict.check.id for verdict in report.verdicts if verdict.outcome is Outcome.BROKEN}


def moved_by(move: Callable[[Mock, int], None], *, every: int) -> WSGIApplication:
    """Return the mock, whose data is moved before every nth request."""
    mock = Mock(stores={SEQUENCE: store(RUNS[:137])}, keys={"key"})
    app = create_app(mock)
    requests = 0

    def moving(environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        nonlocal requests
        requests += 1
        if requests % every == 0:
            move(mock, requests // every)
        return app(environ, start_response)

    return moving


@pytest.mark.parametrize("style", [{"is_old": True}, {"host": "::1"}], ids=["HTTP/1.0", "IPv6 only"])
def test_a_right_server_is_spared_however_it_is_reached(style: dict[str, Any]) -> None:
    """One that speaks HTTP/1.0, and one that listens on IPv6 alone."""
    with served(create_app(Mock(stores={SEQUENCE: store(RUNS[:137])}, keys={"key"})), **style) as base_url:
        report = check_target(Target(base_url=base_url, key="key", rate=0), SEQUENCE, checks=SOME)
    assert not broken(report)
    assert report.exit_code == 0


def test_a_sequence_may_be_called_like_the_beginning_of_another() -> None:
    """Of sequence 15 the beginning is 1, which may be a sequence of its own, with runs of its own."""
    stores = {
        name: store([{**run, "sequence_id": name} for run in runs])
        for name, runs in (("15", RUNS[:20]), ("1", RUNS[20:30]))
    }
    target = wsgi_target(create_app(Mock(stores=stores, keys={"key"})), key="key")
    checks = [check for check in CHECKS.values() if check.area in {"answer", "run", "sequence"}]
    report = check_target(target, "15", checks=checks)
    assert not broken(report)


def test_a_run_that_appears_is_no_violation() -> None:
    """Every thirtieth request finds one run more, and every verdict is still that the contract is kept."""

    def appear(mock: Mock, times: int) -> None:
        mock.stores = {SEQUENCE: store(RUNS[: 137 + times])}

    report = report_on(moved_by(appear, every=30), strict=True)
    assert broken(report) == set()
    assert report.runs > 137
    assert report.exit_code == 0


def test_a_run_that_changes_is_no_violation() -> None:
    """Runs that finish and are updated between two requests are not held against the target."""

    def change(mock: Mock, times: int) -> None:
        late = {"updated_at": f"2030-01-01T00:00:{times:02d}.000000Z", "status": "finished"}
        mock.stores = {SEQUENCE: store([{**run, **late} if n < times else run for n, run in enumerate(RUNS[:137])])}

    assert broken(report_on(moved_by(change, every=25), strict=True)) == set()


@pytest.mark.parametrize(("runs", "changes"), BUSY)
@pytest.mark.parametrize("seed", range(SEEDS))
def test_a_busy_server_is_never_accused(seed: int, runs: int, changes: float) -> None:
    """Runs are added, finished and deleted between requests: what cannot be said is errored, and nothing is broken.

    At twenty requests a second these are one, ten and a hundred changes a second.
    """
    draw = random.Random(seed)
    mock = Mock(stores={SEQUENCE: busy_store(runs)}, keys={"key"})
    app, new = create_app(mock), generate_runs(runs=10**6, seed=seed + 100, sequence_id=SEQUENCE)
    now = datetime(2031, 1, 1, tzinfo=UTC)

    def moving(environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        nonlocal now
        busy = mock.stores[SEQUENCE]
        for _ in range(int(changes) + (draw.random() < changes % 1)):
            now += timedelta(seconds=1)
            text, row = now.strftime("%Y-%m-%dT%H:%M:%S.%fZ"), draw.randrange(len(busy))
            match draw.choice(["add", "finish", "delete"]):
                case "add":
                    busy.insert({**next(new), "created_at": text, "updated_at": text})
                case "finish":
                    busy.replace(row, {**busy.run(row), "status": "finished", "updated_at": text})
                case _:
                    busy.delete(row)
        return app(environ, start_response)

    report = check_target(wsgi_target(moving, key="key"), SEQUENCE, checks=SOME)
    assert broken(report) == set()


@cache
def _columns(runs: int) -> RunColumns:
    return columns_of(list(generate_runs(runs=runs, seed=5, sequence_id=SEQUENCE)))


def busy_store(runs: int) -> RunStore:
    """Return a store that may be changed."""
    return RunStore(_columns(runs)).copy()


def test_a_list_that_moves_at_its_end_is_judged_by_a_window_that_does_not() -> None:
    """The newest runs come and go with each request; the older ones hold still, and every check finds its answer."""

    def flicker(mock: Mock, times: int) -> None:
        mock.stores = {SEQUENCE: store(RUNS[: 100 + times % 60])}

    report = report_on(moved_by(flicker, every=1))
    assert broken(report) == set()
    assert report.exit_code == 0
    assert report.held
    assert "the only ones that held still" in figures(report)


def test_a_mistake_shows_in_a_window_as_well() -> None:
    """The list moves with each request, and an exclusive `before` is found still, with its runs."""
    mock = Mock(stores={SEQUENCE: store(RUNS[:137])}, keys={"key"})
    app, times = build("exclusive-before", mock), 0

    def exclusive(environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        nonlocal times
        times += 1
        mock.stores = {SEQUENCE: store(RUNS[: 100 + times % 60])}
        return app(environ, start_response)

    report = check_target(wsgi_target(exclusive, key="key"), SEQUENCE, checks=SOME)
    assert {"before.is-inclusive", "before.is-exact"} & broken(report)
    assert broken(report) <= {check.id for check in SOME if check.area in {"before", "filters"}}


def test_data_that_never_holds_still_is_said_to_be_so() -> None:
    """Where every look shows other runs, nothing is called broken: what is in doubt is errored."""
    draw = random.Random(1)

    def flicker(mock: Mock, _: int) -> None:
        mock.stores = {SEQUENCE: store(draw.sample(RUNS, 100))}

    report = report_on(moved_by(flicker, every=1))
    assert broken(report) == set()
    assert report.exit_code == 2
    assert any("changed at every look" in verdict.reason for verdict in report.verdicts)


def test_an_order_by_chance_is_found_and_not_taken_for_moving_data() -> None:
    """The same runs in another order each time are one finding, not data that moves."""
    runs = RUNS[:137]
    draw = random.Random(1)

    def shuffle(mock: Mock, _: int) -> None:
        ids = [run["id"] for run in runs]
        draw.shuffle(ids)
        times = sorted((run["created_at"] for run in runs), reverse=True)
        mock.stores = {SEQUENCE: store(runs)}
        mock.stores[SEQUENCE]._order = type(mock.stores[SEQUENCE]._order)(
            "L", draw.sample(range(len(times)), len(times))
        )

    assert "order.is-stable" in broken(report_on(moved_by(shuffle, every=1)))


def test_dropped_connections_are_tried_again() -> None:
    """One connection in fifty breaks, and the verdict is the same."""
    app = create_app(Mock(stores={SEQUENCE: store(RUNS[:137])}, keys={"key"}))
    draw = random.Random(1)

    def dropping(environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        if draw.random() < 0.02:
            environ["werkzeug.socket"].shutdown(2)
            return []
        return app(environ, start_response)

    report = report_on(dropping, strict=True)
    assert broken(report) == set()
    assert report.troubles["connection"] > 0


def test_answers_that_contradict_one_another_are_found() -> None:
    """A server that now and then loses the last run of a page is caught, though asked again it is right."""
    app = create_app(Mock(stores={SEQUENCE: store(RUNS[:137])}, keys={"key"}))
    requests = 0

    def losing(environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        nonlocal requests
        requests += 1
        body = b"".join(app(environ, start_response))
        if requests % 9:
            return [body]
        page = json.loads(body)
        page.get("data", [])[-1:] = []
        text = json.dumps(page).encode()
        return [text.ljust(len(body))]

    assert "answer.is-repeatable" in broken(report_on(losing))


def test_an_answer_that_was_put_off_is_no_contradiction() -> None:
    """A gateway that is away for longer than the kit waits is reported as that, not as a contradiction."""
    app = create_app(Mock(stores={SEQUENCE: store(RUNS[:137])}, keys={"key"}))
    requests = 0

    def away(environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        nonlocal requests
        requests += 1
        if requests % 20:
            return app(environ, start_response)
        start_response("503 Service Unavailable", [("Content-Type", "text/plain"), ("Retry-After", "0")])
        return [b"away"]

    found = broken(check_target(wsgi_target(away, key="key", retries=0), SEQUENCE, checks=SOME))
    assert "answer.is-never-a-server-error" in found
    assert "answer.is-repeatable" not in found


def test_a_429_with_its_header_is_waited_out_and_one_without_is_told() -> None:
    """A rate limit is lawful if it says when to come back."""
    app = create_app(Mock(stores={SEQUENCE: store(RUNS[:137])}, keys={"key"}))

    def limited(headers: list[tuple[str, str]]) -> WSGIApplication:
        requests = 0

        def limiting(environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
            nonlocal requests
            requests += 1
            if requests % 20:
                return app(environ, start_response)
            start_response("429 Too Many Requests", [("Content-Type", "application/json"), *headers])
            return [b'{"errors":[{"description":"slow down"}],"status":429}']

        return limiting

    saying = [("X-RateLimit-Remaining-Interval-Milliseconds", "1"), ("Retry-After", "1")]
    checks = [*SOME, CHECKS["rate.says-when-to-return"]]
    dated = [*saying[:1], ("Retry-After", formatdate(time.time(), usegmt=True))]
    for headers, verdict in (
        (dated, Outcome.HOLDS),
        (saying, Outcome.HOLDS),
        (saying[:1], Outcome.HOLDS),
        ([*saying[:1], ("Retry-After", "soon")], Outcome.BROKEN),
        ([("Retry-After", "0")], Outcome.BROKEN),
    ):
        with served(limited(headers)) as base_url:
            target = Target(base_url=base_url, key="key", rate=500)
            report = check_target(target, SEQUENCE, checks=checks[:24] + checks[-1:])
        outcomes = {verdict.check.id: verdict.outcome for verdict in report.verdicts}
        assert outcomes["rate.says-when-to-return"] is verdict
