"""A reply: a target's answer, read as far as it can be read."""

from __future__ import annotations

from dataclasses import dataclass, replace
from hashlib import sha256
from types import MappingProxyType
from typing import TYPE_CHECKING, Any

from seqruns.target import NotJSONError
from seqruns.visible import visible
from seqruns_contracts.model.oracle import Page
from seqruns_contracts.model.run import read_run

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from seqruns.target import Answer
    from seqruns_contracts.model.run import Run

REFUSALS = frozenset({400, 422})
"""What a parameter that does not parse is answered with (contract.md, "Errors")."""
MOST_RUNS = 5_000
"""How many runs on one page are read: a limit is at most 500, and a target that ignores it is seen with fewer."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Reply:
    """An answer with what it holds: a page where it is one, else only its status and body."""

    answer: Answer
    body: Any
    """The decoded JSON; None where it is not JSON."""
    is_json: bool
    page: Page | None
    flaw: str = ""
    """Why the body is not JSON; completes the sentence "the body …"."""
    digest: bytes = b""
    """The same for equal bodies."""
    weight: int = 0
    """About how many bytes of memory it takes, apart from runs that it shares with others."""

    @property
    def status(self) -> int:
        """The HTTP status."""
        return self.answer.status

    @property
    def refused(self) -> bool:
        """Whether it says that a parameter was wrong."""
        return self.status in REFUSALS

    def in_words(self) -> str:
        """Return what came, in one line."""
        if self.answer.flaw:
            return f"status {self.status}, a body that cannot be read: {self.answer.flaw}"
        if self.page is None:
            kind = visible(self.answer.headers.get("Content-Type", "no content type"), longest=80)
            return f"status {self.status}, {kind}, {len(self.answer.body)} bytes"
        total = "no total" if self.page.total is None else f"a total of {self.page.total}"
        return f"status {self.status}, {len(self.page.runs)} runs, {total}"


def read_reply(
    answer: Answer,
    roles: Mapping[str, str],
    known: Mapping[str, Run] = MappingProxyType({}),
    read_before: Callable[[int, bytes], Reply | None] = lambda _status, _digest: None,
) -> Reply:
    """Return the reply that an answer holds; never raises, whatever came.

    The `known` runs are not read again, nor is a body that was `read_before` with the same status.
    """
    digest = sha256(answer.body).digest()
    if (same := read_before(answer.status, digest)) is not None:
        return replace(same, answer=answer)
    try:
        body = _read_body(answer)
    except NotJSONError as error:
        return Reply(answer=answer, body=None, is_json=False, page=None, flaw=str(error), digest=digest)
    # An error body with a `data` in it is no page. One with a 206 is: that the status is wrong is a finding of its own.
    page = _read_page(body, roles, known) if 200 <= answer.status < 300 else None
    return Reply(answer=answer, body=body, is_json=True, page=page, digest=digest)


def _read_body(answer: Answer) -> Any:
    body = answer.json()
    if isinstance(body, dict) and isinstance(body.get("data"), list) and len(body["data"]) > MOST_RUNS:
        raise NotJSONError(f"holds more than {MOST_RUNS:,} runs on one page")
    return body


def _read_page(body: Any, roles: Mapping[str, str], known: Mapping[str, Run]) -> Page | None:
    if not isinstance(body, dict) or not isinstance(body.get("data"), list):
        return None
    total = body.get("total")
    return Page(
        # What is no object is no run; the check of the schema speaks of it.
        runs=tuple(read_run(run, roles, known) for run in body["data"] if isinstance(run, dict)),
        # `12.0` is 12, as JSON has one kind of number. `true` is the integer 1 to Python and no total.
        total=int(total) if isinstance(total, int | float) and total == int(total) and total is not True else None,
    )
