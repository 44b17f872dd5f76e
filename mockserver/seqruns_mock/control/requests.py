"""The control API: the requests of the journal, and how many there are."""

from __future__ import annotations

from time import monotonic
from typing import TYPE_CHECKING, Final

import orjson
from flask import request

from seqruns_mock.control.bodies import json_reply, no_content
from seqruns_mock.control.matching import filter_entries, read_number
from seqruns_mock.core.refusal import Refusal
from seqruns_mock.http.app import Reply
from seqruns_mock.trouble.effect import Effect

if TYPE_CHECKING:
    from flask import Blueprint
    from werkzeug.datastructures import MultiDict

    from seqruns_mock.http.journal import Journal
    from seqruns_mock.http.state import MockState

_LONGEST_WAIT: Final = 60
"""Seconds that a count waits."""


def add_requests(api: Blueprint, state: MockState) -> None:
    """Add the routes of the journal."""
    journal = state.journal

    @api.get("/requests")
    def list_requests() -> Reply:
        entries = filter_entries(journal, request.args)
        return json_reply(
            {
                "requests": [entry.as_json() for entry in entries],
                "first": journal.first,
                "last": journal.last,
                "dropped": journal.dropped,
            }
        )

    @api.get("/requests/count")
    def count_requests() -> Reply:
        filters = request.args.copy()
        at_least, within = read_number(filters, "at_least", 0), read_number(filters, "within", 0)
        # What is left are the filters, of which an unknown one is refused.
        for name in ("at_least", "within"):
            filters.poplist(name)
        return _count_when_it_is_time(journal, filters, at_least or 0, within or 0)

    @api.get("/requests/<int:number>")
    def get_request(number: int) -> Reply:
        for entry in journal:
            if entry.id == number:
                return json_reply(entry.as_json())
        raise Refusal(404, f"There is no request {number} in the journal.")

    @api.delete("/requests")
    def clear_requests() -> Reply:
        journal.clear()
        return no_content()


def _count_when_it_is_time(journal: Journal, filters: MultiDict[str, str], at_least: int, within: int) -> Reply:
    """Return how many requests match, once there are so many or so many seconds have passed."""
    deadline = monotonic() + min(within, _LONGEST_WAIT)

    def count() -> int:
        return len(filter_entries(journal, filters, paged=False))

    def render(found: int) -> bytes:
        return orjson.dumps({"count": found, "dropped": journal.dropped})

    def until() -> bytes | None:
        found = count()
        return render(found) if found >= at_least or monotonic() >= deadline else None

    found = count()
    # The waiting is the adapter's: here it would hold the one thread, and the requests that are waited for could not
    # come.
    return Reply(render(found), effect=Effect(until=until) if found < at_least and within else None)
