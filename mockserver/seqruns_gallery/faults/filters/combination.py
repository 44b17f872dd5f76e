"""`status`, and several filters at once, where all should hold."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from seqruns_gallery.building.exhibit import assumed, fault
from seqruns_gallery.building.listing import FILTERS, asking, filtering, given, listing, passes_every_filter, without
from seqruns_gallery.building.reading import crash, reading, rewriting
from seqruns_mock.core.query import FACTS, PARSERS

if TYPE_CHECKING:
    from collections.abc import Mapping

    from seqruns_fixtures import SequenceRun
    from seqruns_gallery.building.exhibit import Change, Fault
    from seqruns_gallery.building.listing import Predicate
    from seqruns_mock.core.query import RunQuery
    from seqruns_mock.http.pipeline import Mock


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


def passes_any(run: SequenceRun, query: RunQuery, predicates: Mapping[str, Predicate]) -> bool:
    """Return whether a run passes at least one filter, or there is none."""
    names = given(query)
    return not names or any(predicates[name](run, query) for name in names)


def window_or_others(run: SequenceRun, query: RunQuery, predicates: Mapping[str, Predicate]) -> bool:
    """Return what `phone AND status AND channel OR window` says."""
    window = [name for name in given(query) if name in {"before", "after"}]
    others = [name for name in given(query) if name not in window]
    sides = [names for names in (window, others) if names]
    return not sides or any(all(predicates[name](run, query) for name in names) for names in sides)


def only_first(query: RunQuery) -> RunQuery:
    """Return the query with the first of its filters, as a chain of `elif` finds it."""
    return without(query, *given(query)[1:])


def only_last(query: RunQuery) -> RunQuery:
    """Return the query with the last of its filters, as a variable that is overwritten holds it."""
    return without(query, *given(query)[:-1])


def at_most_three(query: RunQuery) -> RunQuery:
    """Return the query with the first three of its filters."""
    return without(query, *given(query)[3:])


def sticky(mock: Mock) -> Mock:
    """Stand for a default argument that is a dictionary: filters stay until they are given again."""
    held: dict[str, object] = {}

    def remember(query: RunQuery) -> RunQuery:
        held.update({name: getattr(query, name) for name in given(query)})
        return replace(query, **held)  # type: ignore[arg-type] # each came out of its own field

    return asking(remember)(mock)


def crashing_with(*names: str) -> Change:
    """Return the change that answers 500 where all of these filters are given."""

    def rewrite(query: RunQuery) -> RunQuery:
        if set(names) <= set(given(query)):
            crash()
        return query

    return asking(rewrite)


def dropping(dropped: str, *, beside: str) -> Fault:
    """Return the fault that one filter is not used when another is given."""

    def drop(query: RunQuery) -> RunQuery:
        return without(query, dropped) if getattr(query, beside) is not None else query

    names = {"channel_id": "channel"}
    return fault(
        f"{names.get(dropped, dropped)}-dropped-beside-{names.get(beside, beside)}",
        f"`{dropped}` is not used when `{beside}` is given: the two are branches of one if.",
        asking(drop),
    )


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
        "An unknown status counts as absent, so all runs come.",
        reading(status=known_or_none),
    ),
    fault(
        "status-unknown-crashes",
        "An unknown status is a 500: a key error that nobody catches.",
        reading(status=known_or_crash),
    ),
    assumed(
        "status-in-any-case",
        "FINISHED finds finished runs.",
        reading(status=lambda text: PARSERS["status"](text.lower())),
    ),
    fault(
        "filters-are-alternatives",
        "A run that passes one filter matches: OR for AND.",
        listing(match=passes_any),
    ),
    fault(
        "window-is-an-alternative",
        "phone AND status AND channel OR window: the parentheses are missing.",
        listing(match=window_or_others),
    ),
    fault("only-the-first-filter", "A chain of elif uses one filter.", asking(only_first)),
    fault("only-the-last-filter", "Each filter overwrites the one before.", asking(only_last)),
    fault("only-three-filters", "The query builder takes three conditions.", asking(at_most_three)),
    fault("filters-stay", "A mutable default keeps the filters of earlier requests.", sticky),
    fault(
        "status-with-channel-crashes",
        "With `status` and `channel_id` the answer is a 500: the column `status` is ambiguous after the join.",
        crashing_with("status", "channel_id"),
    ),
    fault(
        "all-filters-crash",
        "With all five filters the answer is a 500: the statement has a parameter too few.",
        crashing_with(*FILTERS),
    ),
    dropping("status", beside="phone"),
    dropping("phone", beside="status"),
    dropping("channel_id", beside="before"),
    dropping("after", beside="channel_id"),
    dropping("before", beside="after"),
    dropping("after", beside="before"),
    assumed("status-trimmed", "Spaces around a status are taken off.", rewriting(str.strip, "status")),
    assumed(
        "status-list-means-any",
        "A list of all statuses is no filter.",
        rewriting(lambda text: "" if set(text.split(",")) == set(FACTS.statuses) else text, "status"),
    ),
    assumed(
        "status-null-means-all",
        "The status null counts as absent.",
        rewriting(lambda text: "" if text == "null" else text, "status"),
    ),
)
