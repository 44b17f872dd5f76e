"""`status`: which runs are active, which are finished."""

from __future__ import annotations

from typing import TYPE_CHECKING

from seqruns_gallery.exhibit import assumed, fault
from seqruns_gallery.listing import asking, filtering, listing, passes_every_filter, without
from seqruns_gallery.reading import crash, reading
from seqruns_mock.core.query import FACTS, PARSERS

if TYPE_CHECKING:
    from collections.abc import Mapping

    from seqruns_fixtures import SequenceRun
    from seqruns_gallery.exhibit import Fault
    from seqruns_gallery.listing import Predicate
    from seqruns_mock.core.query import RunQuery


def of_the_last_step(run: SequenceRun) -> str | None:
    """Return the status of the last step contact, if there is one."""
    return run["step_contacts"][-1]["status"] if run["step_contacts"] else None


def active_by_default(run: SequenceRun, query: RunQuery, predicates: Mapping[str, Predicate]) -> bool:
    """Return whether a run matches; finished ones only when they are asked for."""
    wanted = query.status is not None or run["status"] == "active"
    return wanted and passes_every_filter(run, query, predicates)


def known_or_none(text: str) -> str | None:
    """Return a status, or None where it is none."""
    return text if text in FACTS.statuses else None


def known_or_crash(text: str) -> str:
    """Return a status; nobody catches the error where it is none."""
    return text if text in FACTS.statuses else crash()


FAULTS: tuple[Fault, ...] = (
    fault(
        "status-active-ignored",
        "Only `finished` is handled; `active` falls through and all runs come.",
        asking(lambda query: without(query, "status") if query.status == "active" else query),
    ),
    fault(
        "status-finished-finds-nothing",
        "The database says `completed` for `finished`, and the filter is not translated.",
        filtering(status=lambda run, query: run["status"] == query.status == "active"),
    ),
    fault(
        "status-of-the-last-step",
        "The filter looks at the status of the last step contact.",
        filtering(status=lambda run, query: of_the_last_step(run) == query.status),
    ),
    fault(
        "status-active-by-default",
        "Without a status only active runs are listed.",
        listing(match=active_by_default),
    ),
    assumed(
        "status-unknown-means-all",
        "A status that there is not counts as absent, so all runs come.",
        reading(status=known_or_none),
    ),
    fault(
        "status-unknown-crashes",
        "A status that there is not is a 500: a key error that nobody catches.",
        reading(status=known_or_crash),
    ),
    assumed(
        "status-in-any-case",
        "FINISHED finds finished runs.",
        reading(status=lambda text: PARSERS["status"](text.lower())),
    ),
)
