"""Errors: their status, their body, and answers that should not be errors."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import orjson
from werkzeug.wrappers import Response

from seqruns_gallery.building.exhibit import fault, stepping
from seqruns_gallery.building.limiting import limiting, without_a_word
from seqruns_gallery.building.reading import crash
from seqruns_gallery.building.showing import refusing_with
from seqruns_gallery.building.wrapping import amending, around, every, is_error
from seqruns_mock.core.refusal import Refusal

if TYPE_CHECKING:
    from collections.abc import Callable

    from werkzeug.wrappers import Request

    from seqruns_gallery.building.exhibit import Fault
    from seqruns_mock.core.query import RunQuery
    from seqruns_mock.core.store import RunStore, Selection
    from seqruns_mock.http.pipeline import Mock

LONGEST_QUERY = 255
"""What an access log's column holds."""


def page_of_html(response: Response) -> None:
    """Put a framework's error page into an answer."""
    response.set_data(f"<!doctype html><title>{response.status}</title><h1>{response.status}</h1>".encode())
    response.content_type = "text/html; charset=utf-8"


def as_text(response: Response) -> None:
    """Call an answer plain text."""
    response.content_type = "text/plain; charset=utf-8"


def succeed(response: Response) -> None:
    """Say 200 whatever the body says."""
    response.status_code = 200


def emptied(response: Response) -> None:
    """Take the body away."""
    response.set_data(b"")


def when_nothing_matches(act: Callable[[], None]) -> Callable[[Mock], Mock]:
    """Return the change that does something else where no run matches."""

    def change(mock: Mock) -> Mock:
        def select(store: RunStore, query: RunQuery) -> Selection:
            selection = mock.pipeline.select(store, query)
            if not selection.total:
                act()
            return selection

        return stepping(select=select)(mock)

    return change


def not_found() -> None:
    """Refuse an empty list."""
    raise Refusal(404, "No sequence runs found.")


def no_content(response: Response) -> Response | None:
    """Return a 204 in the place of an empty list."""
    if b'"total":0}' in response.get_data():
        return Response(status=204)
    return None


def crash_on_long_queries(request: Request, answer: Callable[[], Response]) -> Response:
    """Stand for a log that cannot hold the request."""
    if len(request.query_string) > LONGEST_QUERY:
        body = b'{"errors":[{"description":"Internal server error"}],"status":500}'
        return Response(body, 500, content_type="application/json")
    return answer()


def without_the_last_run(response: Response) -> None:
    """Take the last run out of a page."""
    page = response.get_json(silent=True) if response.status_code == 200 else None
    if page and page["data"]:
        response.set_data(orjson.dumps({**page, "data": page["data"][:-1]}))


def statuses(number: int) -> Callable[[Mock], Mock]:
    """Return the change to errors that all say the same status in their body."""
    return refusing_with(lambda words, _status: {"errors": [{"description": word} for word in words], "status": number})


def only(number: int) -> Callable[[int], bool]:
    """Return a test for one HTTP status."""
    return lambda status: status == number


def crash_at_the_limit(mock: Mock) -> Mock:
    """Stand for the largest page that does not fit into a buffer."""

    def select(store: RunStore, query: RunQuery) -> Selection:
        if query.limit == 500:
            crash()
        return store.select(replace(query))

    return stepping(select=select)(mock)


FAULTS: tuple[Fault, ...] = (
    fault("errors-are-html", "Errors are HTML pages.", wrap=amending(page_of_html, only=is_error)),
    fault(
        "error-404-is-html",
        "Only the 404 is the framework's HTML page.",
        wrap=amending(page_of_html, only=only(404)),
    ),
    fault(
        "error-401-is-html",
        "Only the 401 is the gateway's HTML page.",
        wrap=amending(page_of_html, only=only(401)),
    ),
    fault("errors-are-empty", "Errors have no body.", wrap=amending(emptied, only=is_error)),
    fault("errors-are-called-text", "Errors are JSON but say text/plain.", wrap=amending(as_text, only=is_error)),
    fault("errors-come-with-200", "Errors come with the HTTP status 200.", wrap=amending(succeed, only=is_error)),
    fault(
        "error-422-comes-with-200",
        "A bad parameter is a 200 with an error in it.",
        wrap=amending(succeed, only=only(422)),
    ),
    fault(
        "error-is-one-message",
        'The body of an error is {"error": …}, not a list of errors.',
        refusing_with(lambda words, status: {"error": "; ".join(words), "status": status}),
    ),
    fault(
        "errors-are-strings",
        "The errors are strings, not objects with a description.",
        refusing_with(lambda words, status: {"errors": words, "status": status}),
    ),
    fault(
        "error-has-no-status",
        "The body of an error has no status.",
        refusing_with(lambda words, _status: {"errors": [{"description": word} for word in words]}),
    ),
    fault("error-says-another-status", "The body of every error says 400.", statuses(400)),
    fault(
        "error-description-is-a-list",
        "One error holds a list of all descriptions.",
        refusing_with(lambda words, status: {"errors": [{"description": words}], "status": status}),
    ),
    fault(
        "error-429-says-nothing",
        "More than 25 requests in a second are a 429 that does not say when to come back.",
        wrap=limiting(without_a_word),
    ),
    fault("nothing-is-404", "Where no run matches the answer is a 404.", when_nothing_matches(not_found)),
    fault(
        "nothing-crashes",
        "Where no run matches the answer is a 500: min() of nothing.",
        when_nothing_matches(crash),
    ),
    fault(
        "nothing-is-204",
        "Where no run matches the answer is a 204.",
        wrap=amending(no_content, only=only(200)),
    ),
    fault(
        "now-and-then-a-run-is-lost",
        "Every ninth page lacks its last run: one replica of three is behind.",
        wrap=every(9, without_the_last_run),
    ),
    fault("limit-of-500-crashes", "The largest page is a 500.", crash_at_the_limit),
    fault(
        "long-query-crashes",
        "A query string of more than 255 characters is a 500.",
        wrap=around(crash_on_long_queries),
    ),
)
