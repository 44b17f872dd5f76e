"""What replies must be, where they are hardly replies."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, cast

import requests

from seqruns.document import facts
from seqruns.target import Answer
from seqruns_contracts.checks.expectations import same_every_time
from seqruns_contracts.model.census import Census
from seqruns_contracts.model.exchange import Ask, Exchange
from seqruns_contracts.model.reply import read_reply

if TYPE_CHECKING:
    from seqruns_contracts.checks.kinds import View


def exchange(*ids: str) -> Exchange:
    """Return an exchange whose page holds such runs."""
    body = json.dumps({"data": [{"id": name, "created_at": "2024-01-01T00:00:00Z"} for name in ids], "total": 2})
    answer = Answer(status=200, headers={}, body=body.encode(), seconds=0, raw=requests.Response())
    return Exchange(ask=Ask(), reply=read_reply(answer, facts().roles))


def test_a_run_that_stands_twice_once_is_another_answer() -> None:
    """The same ids, but not as many runs: no matter of their order."""
    evidence = same_every_time([exchange("a", "b"), exchange("a", "b", "b")], cast("View", None))
    assert evidence is not None
    assert evidence.differences == ()


def test_a_run_that_stands_twice_at_the_head_breaks_no_comparison() -> None:
    """Two readings of the list, one of them with a run too many."""
    once, twice = (exchange(*ids).reply.page for ids in (("a", "b"), ("a", "a", "b")))
    assert once is not None
    assert twice is not None
    first, second = (Census(total=2, head=page.runs, universe=page.runs) for page in (once, twice))
    assert [run.id for run in second.shuffled_against(first)] == ["a"]
