"""What is said of methods and of a 429 is true of the answers that came, and blames none that was right."""

from __future__ import annotations

from itertools import count
from typing import TYPE_CHECKING

import pytest
from tests.contracts.faulty import KEY, SEQUENCE, faulty_app, honest_app

from seqruns_contracts import check_target, wsgi_target
from seqruns_contracts.checks.selection import select_checks

if TYPE_CHECKING:
    from collections.abc import Iterable
    from wsgiref.types import StartResponse, WSGIApplication, WSGIEnvironment

MILLISECONDS = "X-RateLimit-Remaining-Interval-Milliseconds"
BODY = b'{"errors": [{"description": "Too many requests"}], "status": 429}'


def hurried(*headers: tuple[str, str]) -> WSGIApplication:
    """Return the mock behind a limit that refuses its third request, with these headers."""
    app, numbers = honest_app(), count(1)

    def limited(environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        if next(numbers) != 3:
            return app(environ, start_response)
        start_response("429 Too Many Requests", [("Content-Type", "application/json"), *headers])
        return [BODY]

    return limited


@pytest.mark.parametrize(
    ("headers", "cause", "words"),
    [
        ([], "rate.says-nothing", "without saying when"),
        ([("Retry-After", "0")], "rate.says-it-elsewhere", "only in Retry-After when to return, not in X-RateLimit"),
        ([("Retry-After", "soon")], "rate.says-nothing", "when requests are accepted again; its Retry-After"),
        ([(MILLISECONDS, "soon"), ("Retry-After", "0")], "rate.says-it-elsewhere", "says only in Retry-After"),
        ([(MILLISECONDS, "1"), ("Retry-After", "soon")], "rate.retry-after-unreadable", "whose Retry-After is neither"),
        ([(MILLISECONDS, "1")], "", ""),
    ],
)  # fmt: skip
def test_what_a_429_lacks_is_what_is_said_of_it(headers: list[tuple[str, str]], cause: str, words: str) -> None:
    """`Retry-After` alone says when to return, only not where it is documented."""
    target = wsgi_target(hurried(*headers), key=KEY)
    report = check_target(target, SEQUENCE, checks=select_checks(only=("rate", "page")))
    assert [each.id for each in report.causes] == [cause] * bool(cause)
    assert all(words in each.sentence for each in report.causes)


@pytest.mark.parametrize(
    ("fault", "cause", "sentence"),
    [
        ("method-not-allowed-without-allow", "method.without-allow", "answers other methods with a 405 that does not"),
        ("method-does-not-matter", "method.does-not-matter", "answers POST with 200, where a 405 is due"),
        ("method-unknown-crashes", "method.others-are-500", "answers POST with 500, where a 405 is due"),
        ("method-options-crashes", "method.options-crashes", "answers OPTIONS with 500"),
    ],
)  # fmt: skip
def test_a_method_is_blamed_for_its_own_answer(fault: str, cause: str, sentence: str) -> None:
    """OPTIONS may be answered with 200, so a 200 of it is in no sentence."""
    target = wsgi_target(faulty_app(fault), key=KEY, allow_unsafe_methods=True)
    report = check_target(target, SEQUENCE, checks=select_checks(only=("method", "answer")))
    assert [each.id for each in report.causes] == [cause]
    assert report.causes[0].sentence.startswith(sentence)
    assert not report.unexplained
