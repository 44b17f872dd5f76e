"""Replies are remembered within a bound: runs once, the oldest go first."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import requests

from seqruns.document import facts
from seqruns.target import Answer
from seqruns_contracts.engine import replies as module
from seqruns_contracts.engine.replies import Replies
from seqruns_contracts.model.exchange import Ask
from seqruns_contracts.model.query import Query
from seqruns_contracts.model.reply import MOST_RUNS, Reply, read_reply

if TYPE_CHECKING:
    import pytest


def reply(*ids: str, filler: str = "") -> Reply:
    """Return a reply with such runs."""
    runs = [{"id": name, "status": "active", "contact": {"phone": None, "name": filler}} for name in ids]
    body = json.dumps({"data": [*runs, 5], "total": len(runs), "more": [1]}).encode()
    answer = Answer(status=200, headers={}, body=body, seconds=0, raw=requests.Response())
    return read_reply(answer, facts().roles)


def test_equal_runs_are_one_object() -> None:
    """Ten pages that show one run hold it once; one that looks different is another."""
    replies = Replies()
    first, second, changed = (replies.slim(reply("a", filler=text)) for text in ("x", "x", "y"))
    assert first.page is not None
    assert second.page is not None
    assert changed.page is not None
    assert first.page.runs[0] is second.page.runs[0]
    assert changed.page.runs[0] is not first.page.runs[0]
    assert (first.answer.body, first.body) == (b"", {"data": [5], "total": 1, "more": [1]})
    # The second one costs no more than what stands beside its runs.
    assert second.weight < 500 < first.weight


def test_the_oldest_replies_are_forgotten(monkeypatch: pytest.MonkeyPatch) -> None:
    """They are asked for again where they are needed; the newest always stays."""
    replies = Replies()
    asks = [Ask(query=Query.of(offset=number)) for number in range(6)]
    weight = replies.slim(reply("x", filler="x" * 500)).weight
    monkeypatch.setattr(module, "MOST_BYTES", int(2.5 * weight))
    for number, ask in enumerate(asks):
        replies.put(ask, replies.slim(reply(f"run-{number}", filler="y" * 500)))
    assert list(replies.asks) == asks[-2:]
    replies.put(asks[-1], replies.slim(reply("huge", filler="z" * 10_000)))
    assert list(replies.asks) == asks[-1:]


def test_a_page_of_more_runs_than_any_limit_is_not_read() -> None:
    """Three million empty objects are ten megabytes of JSON, and gigabytes of runs."""
    body = b'{"data": [' + b"{}," * MOST_RUNS + b"{}]}"
    answer = Answer(status=200, headers={}, body=body, seconds=0, raw=requests.Response())
    read = read_reply(answer, facts().roles)
    assert (read.page, read.is_json, read.flaw) == (None, False, "holds more than 5,000 runs on one page")
