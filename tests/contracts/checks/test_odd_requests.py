"""Requests that are packed or rare: each shows the mistakes that it is there for, and nothing that is none."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import TYPE_CHECKING
from urllib.parse import urlencode

import pytest
from tests.contracts.faulty import KEY, SEQUENCE, honest_app
from tests.gallery.battery import mock

from seqruns_contracts import CHECKS, Outcome, check_target, wsgi_target
from seqruns_contracts.findings.redaction import redact
from seqruns_gallery.building.reading import crash, crashing, pairs_of
from seqruns_gallery.catalogue import EXHIBITS, build
from seqruns_mock.core.query import RunQuery, parse_query
from seqruns_mock.core.store import Selection
from seqruns_mock.http.app import create_app

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable
    from wsgiref.types import StartResponse, WSGIEnvironment

    from seqruns_contracts import Report
    from seqruns_mock.core.store import RunStore
    from seqruns_mock.http.pipeline import Mock


def report_on(mock_: Mock, *names: str) -> Report:
    """Return the report of some checks on a mock."""
    first, *_ = mock_.stores
    target = wsgi_target(create_app(mock_), key=next(iter(mock_.keys)))
    return check_target(target, first, checks=[CHECKS[name] for name in names])


def broken(report: Report) -> set[str]:
    """Return the ids of the broken checks."""
    return {verdict.check.id for verdict in report.verdicts if verdict.outcome is Outcome.BROKEN}


def reading(parse: Callable[[str], RunQuery]) -> Mock:
    """Return the mock with another reading of query strings."""
    return replace(mock(), pipeline=replace(mock().pipeline, parse=parse))


@pytest.mark.parametrize(
    "text",
    ["2024-W09-5", r"[+-]\d{4}$", r"\+24:60", "^9999", r"^0001-01-01T00:00:00\+14", "^2016-12-31T23:59:60", "T24:00"],
)
def test_a_date_that_crashes_a_parser_is_found(text: str) -> None:
    """Forms of ISO 8601 that the contract leaves open may be refused; they may not be a 500."""
    change = crashing(lambda value: re.search(text, value) is not None, "before", "after")
    name = "parameters.odd-ones-break-nothing"
    assert name in broken(report_on(change(mock()), name))


def test_brackets_in_brackets_that_crash_are_found() -> None:
    """`limit[a][b]=2` is sent beside `phone[$ne]=…`."""

    def parse(query_string: str) -> RunQuery:
        if any(name.count("[") > 1 for name in pairs_of(query_string)):
            crash()
        return parse_query(query_string)

    report = report_on(reading(parse), "parameters.unknown-is-ignored", "answer.is-never-a-server-error")
    assert "answer.is-never-a-server-error" in broken(report)


@pytest.mark.parametrize("parameter", ["page", "size", "sort", "format"])
def test_what_a_framework_reads_by_itself_is_found_and_is_no_wrong_total(parameter: str) -> None:
    """A page that `size` cuts short is no page whose total is wrong."""

    def parse(query_string: str) -> RunQuery:
        query = parse_query(query_string)
        return replace(query, limit=1) if parameter in pairs_of(query_string) else query

    report = report_on(reading(parse), "parameters.unknown-is-ignored", "total.counts-every-match")
    assert broken(report) == {"parameters.unknown-is-ignored"}


@pytest.mark.parametrize("name", ["phone", "status", "channel_id"])
def test_a_filter_that_is_a_list_when_it_is_repeated_is_found(name: str) -> None:
    """`phone=A&phone=B` as "A or B" shows, as the first number is one of a run that all else lets in."""
    texts: list[str] = []
    others: list[str] = []

    def parse(query_string: str) -> RunQuery:
        others[:] = [pair for pair in query_string.split("&") if not pair.startswith((f"{name}=", "limit=", "offset="))]
        texts[:] = [pairs_of(pair)[name] for pair in query_string.split("&") if pair.startswith(f"{name}=")]
        return parse_query(query_string)

    def select(store: RunStore, query: RunQuery) -> Selection:
        if len(set(texts)) < 2:
            return store.select(query)
        each = [parse_query("&".join([*others, urlencode({name: text}), "limit=500"])) for text in texts]
        chosen = {row for alone in each for row in store.select(alone).rows}
        rows = sorted(chosen)
        return Selection(rows=rows[query.offset : query.offset + query.limit], total=len(rows))

    wrong = replace(mock(), pipeline=replace(mock().pipeline, parse=parse, select=select))
    assert broken(report_on(wrong, "parameters.last-one-counts")) == {"parameters.last-one-counts"}


@pytest.mark.parametrize(("fault", "text"), [("phone-finds-emails", "@example"), ("phone-finds-names", " ")])
def test_a_phone_that_is_held_against_another_field_is_found(fault: str, text: str) -> None:
    """The email, or the name, that is asked for is one that a run shows; on a right server it selects nothing."""
    name = "phone.looks-at-no-other-field"
    assert report_on(mock(), name).verdicts[0].outcome is Outcome.HOLDS
    report = report_on(EXHIBITS[fault].change(mock()), name)
    (finding,) = report.verdicts[0].findings
    assert text in finding.query.meaning["phone"]
    assert finding.differences[0].kind == "unexpected"
    (redacted,) = redact(report).verdicts[0].findings
    assert re.fullmatch("(EMAIL|NAME)-1", redacted.query.meaning["phone"])


def test_contacts_without_email_and_name_leave_it_untried() -> None:
    """Not exercised is what it says then, with what it needs."""
    (verdict,) = report_on(EXHIBITS["no-names"].change(mock()), "phone.looks-at-no-other-field").verdicts
    assert verdict.outcome is Outcome.NOT_EXERCISED
    assert "email or name" in verdict.reason


def test_a_cache_that_keeps_a_401_is_a_finding_and_no_lost_target() -> None:
    """The list that was given last is given still, so the key has not expired."""
    first, *_ = mock().stores
    target = wsgi_target(build("cache-keeps-refusals", mock()), key=next(iter(mock().keys)))
    checks = [check for check in CHECKS.values() if check.area in {"auth", "caching"}]
    report = check_target(target, first, checks=checks)
    assert (broken(report), report.stopped) == ({"caching.forgets-refused-keys"}, "")


def test_a_key_that_breaks_in_is_found_where_headers_beyond_ascii_are_dropped() -> None:
    """As Granian drops them: a key with a foreign letter says nothing of what else stands in it."""
    app = build("key-injection", mock())

    def drop(environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        ascii_only = {name: value for name, value in environ.items() if name[:5] != "HTTP_" or value.isascii()}
        return app(ascii_only, start_response)

    target = wsgi_target(drop, key=next(iter(mock().keys)))
    check = CHECKS["auth.wrong-key-is-refused"]
    assert broken(check_target(target, next(iter(mock().stores)), checks=[check])) == {check.id}


def test_a_page_size_holds_as_far_as_the_list_fills_a_page() -> None:
    """Of 137 runs nobody can tell a cap at 200 from none, and the verdict says so."""
    check = CHECKS["page.has-the-size-asked-for"]
    (verdict,) = check_target(wsgi_target(honest_app(), key=KEY), SEQUENCE, checks=[check]).verdicts
    assert verdict.outcome is Outcome.HOLDS
    assert verdict.reason == "as far as 137 runs fill a page; a cap above that cannot be seen"


def test_a_default_run_stays_within_260_requests() -> None:
    """The requests are the cost of the kit."""
    report = check_target(wsgi_target(honest_app(), key=KEY), SEQUENCE)
    assert not report.failures
    assert not report.warnings
    assert report.requests <= 260
