"""A session: what was answered before counts only as long as the runs look as they did."""

from __future__ import annotations

import json

from werkzeug.wrappers import Request, Response

from seqruns_contracts.api import open_session
from seqruns_contracts.model.exchange import Ask, Exchange
from seqruns_contracts.model.query import Query
from seqruns_contracts.wsgi import wsgi_target


def test_a_reply_that_is_older_than_an_update_is_forgotten() -> None:
    """Beside a newer census it would show a run as it was, and a right target would seem to contradict itself."""
    run = {"id": "a", "status": "active", "contact": {"phone": None}, "created_at": "2024-01-01T00:00:00Z"}
    updated = "2024-01-02T00:00:00Z"

    @Request.application
    def app(_: Request) -> Response:
        return Response(json.dumps({"data": [{**run, "updated_at": updated}], "total": 1}))

    session = open_session(wsgi_target(app, key="key"), "s")
    ask = Ask(query=Query.of(limit=7))
    seen = Exchange(ask=ask, reply=session.client.ask(ask))
    before = session.census
    assert session.read_again(seen).same_as(before)
    assert ask in session.client.asked
    updated = "2024-01-03T00:00:00Z"
    now = session.read_again(seen)
    assert now.same_as(before)
    assert not now.same_contents_as(before)
    assert ask not in session.client.asked
