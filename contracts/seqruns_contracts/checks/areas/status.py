"""The filter `status`: exactly one of the documented values."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from seqruns.document import facts
from seqruns_contracts.checks.expectations import ask_for, is_refused, is_refused_or_selects_nothing_else
from seqruns_contracts.checks.kinds import Grade, Probe, View, check
from seqruns_contracts.model.query import Query

if TYPE_CHECKING:
    from collections.abc import Iterator

status_check = partial(check, filters=("status",))


@status_check(
    "status.is-exact",
    "`status` selects the runs in exactly that status.",
    clauses=["status.exact", "status.values"],
    needs="runs in two statuses",
    exercised=lambda census: len(census.statuses) > 1,
)
def is_exact(view: View) -> Iterator[Probe]:
    """Ask for each documented status, whether or not a run is in it."""
    if view.census.statuses:
        for status in facts().statuses:
            yield ask_for(Query.of(status=status, **view.census.base.meaning, limit=view.census.largest))
        # Once as clients send it, on the default page.
        yield ask_for(Query.of(status=facts().statuses[0]))


@status_check(
    "status.outside-the-list-selects-nothing",
    "A status that no run has never selects runs in another one.",
    clauses=["status.exact", "errors.invalid"],
    grade=Grade.ASSUMED,
)
def selects_nothing(view: View) -> Iterator[Probe]:
    """Ask for what may count as no status; another check looks at whether it is refused."""
    for text in ("null", "0") if view.census.statuses else ():
        yield ask_for(Query.of(status=text), is_refused_or_selects_nothing_else)


@status_check(
    "status.outside-the-list-is-refused",
    "A status that the document does not list is refused, other letter case included.",
    clauses=["status.values", "errors.invalid"],
    grade=Grade.ASSUMED,
)
def outside_the_list(_: View) -> Iterator[Probe]:
    """Ask in capitals, with spaces around, for a list, a pattern, and what a script sends for nothing."""
    known = facts().statuses
    # `ACTIVE`, ` active `, `active,finished`, and `%`, which LIKE takes for anything.
    for text in (known[0].upper(), f" {known[0]} ", ",".join(known), "%", "null", "0"):
        yield ask_for(Query.of(status=text), is_refused)


CHECKS = (
    is_exact,
    selects_nothing,
    outside_the_list,
)
