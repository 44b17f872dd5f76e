"""Validation of runs from outside: what the endpoint could not answer is refused."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from seqruns.instant import parse_moment
from seqruns_fixtures.files.validation import problems_of

if TYPE_CHECKING:
    from collections.abc import Iterator

    from seqruns_fixtures.consistency import Violation


def validate_run(run: Any, sequence_id: str | None = None) -> Iterator[Violation]:
    """Yield each problem of a run as its field and a message; to belong to another sequence is one, too.

    A run must be JSON that can be sent, keep to the document, be consistent, and have a `created_at`.
    """
    problems = list(problems_of(run))
    yield from problems
    if problems:
        return
    if "created_at" not in run:
        yield ("created_at",), "is missing; the mock orders runs by it"
        return
    try:
        parse_moment(run["created_at"])
    except ValueError as problem:
        yield ("created_at",), f"{run['created_at']!r} {problem}"
    belongs = run.get("sequence_id", sequence_id)
    if belongs is not None and ("/" in belongs or not belongs):
        yield ("sequence_id",), f"{belongs!r} {'has a slash in it' if belongs else 'is empty'}, so no path leads to it"
    if sequence_id not in {None, belongs}:
        yield ("sequence_id",), f"{belongs!r} is another sequence than {sequence_id!r}, to which the run is to belong"
