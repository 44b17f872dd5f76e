"""The sequence in the path: how its id is read and looked up."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING
from uuid import UUID

from seqruns_gallery.building.exhibit import assumed, fault
from seqruns_gallery.building.finding import finding
from seqruns_gallery.building.reading import crash
from seqruns_gallery.building.wrapping import around
from seqruns_gallery.faults.sequence.scope import Table
from seqruns_mock.core.columns import columns_of
from seqruns_mock.core.refusal import Refusal
from seqruns_mock.core.store import RunStore

if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import Any, NoReturn

    from werkzeug.wrappers import Request, Response

    from seqruns_gallery.building.exhibit import Change, Fault
    from seqruns_gallery.building.finding import Find, Stores


def unknown(otherwise: Callable[[Stores], RunStore]) -> Change:
    """Return the change that does something else for an unknown sequence."""

    def look_up(find: Find, stores: Stores, sequence_id: str) -> RunStore:
        try:
            return find(stores, sequence_id)
        except Refusal:
            return otherwise(stores)

    return finding(look_up)


def crash_with(*_: Any) -> RunStore:
    """Stand for an attribute of None."""
    crash()


def unless(is_fine: Callable[[str], bool], act: Callable[[], NoReturn]) -> Change:
    """Return the change that does something else for some sequence ids."""

    def look_up(find: Find, stores: Stores, sequence_id: str) -> RunStore:
        if not is_fine(sequence_id):
            act()
        return find(stores, sequence_id)

    return finding(look_up)


def found_as(other: Callable[[str, Stores], str]) -> Change:
    """Return the change that looks for another sequence id than the one given."""
    return finding(lambda find, stores, sequence_id: find(stores, other(sequence_id, stores)))


def by_beginning(sequence_id: str, stores: Stores) -> str:
    """Return the first id that begins so."""
    return next((id_ for id_ in stores if sequence_id and id_.startswith(sequence_id)), sequence_id)


def by_pattern(sequence_id: str, stores: Stores) -> str:
    """Return the first id that LIKE finds, where a pattern ends in a percent sign."""
    stem = sequence_id.removesuffix("%")
    return next((id_ for id_ in stores if stem != sequence_id and id_.startswith(stem)), sequence_id)


def broken_into(sequence_id: str, stores: Stores) -> str:
    """Return any id where the one given ends the quotes of a statement with a condition that is always true."""
    return next(iter(stores)) if re.search(r"'\s*or\b", sequence_id, re.IGNORECASE) else sequence_id


def from_the_query(request: Request, answer: Callable[[], Response]) -> Response:
    """Take the sequence id of the query, where it has one, for that of the path."""
    path = request.environ["PATH_INFO"].split("/")
    path[-2] = request.args.get("sequence_id", path[-2])
    request.environ["PATH_INFO"] = "/".join(path)
    return answer()


def is_uuid(text: str) -> bool:
    """Return whether text is a UUID."""
    try:
        UUID(text)
    except ValueError:
        return False
    return True


def not_valid() -> NoReturn:
    """Refuse a sequence id as if it were a parameter."""
    raise Refusal(422, "sequence_id: not a UUID.")


FAULTS: tuple[Fault, ...] = (
    fault(
        "sequence-unknown-means-all",
        "An unknown sequence gives the runs of all sequences.",
        unknown(lambda stores: Table(stores, "")),
    ),
    fault("sequence-unknown-crashes", "An unknown sequence is a 500.", unknown(crash_with)),
    fault(
        "sequence-id-that-is-no-uuid-crashes",
        "A sequence id that is no UUID is a 500: the database cannot read it.",
        unless(is_uuid, crash),
    ),
    fault(
        "sequence-id-with-nul-crashes",
        "A NUL in the sequence id is a 500: PostgreSQL takes none.",
        unless(lambda name: "\0" not in name, crash),
    ),
    fault(
        "sequence-id-not-utf-8-crashes",
        "A byte in the sequence id that is no UTF-8 is a 500.",
        unless(lambda name: "\ufffd" not in name and not any("\udc80" <= mark <= "\udcff" for mark in name), crash),
    ),
    assumed(
        "sequence-id-that-is-no-uuid-is-422",
        "A sequence id that is no UUID is a 422, not an unknown sequence.",
        unless(is_uuid, not_valid),
    ),
    assumed(
        "sequence-unknown-is-empty",
        "An unknown sequence is an empty list.",
        unknown(lambda _stores: RunStore(columns_of([]))),
    ),
    fault("sequence-by-its-beginning", "The beginning of an id finds the sequence.", found_as(by_beginning)),
    fault(
        "sequence-by-a-pattern", "Ids are compared with LIKE, so a percent sign is any ending.", found_as(by_pattern)
    ),
    fault(
        "sequence-injection",
        "The id is pasted into the statement: ' OR 'a'='a is true for every sequence.",
        found_as(broken_into),
    ),
    fault(
        "sequence-id-of-the-query-wins",
        "Path and query are one dictionary: `sequence_id` in the query takes the place of the path's.",
        wrap=around(from_the_query),
    ),
    assumed(
        "sequence-id-trimmed",
        "Spaces around the sequence id are taken off.",
        found_as(lambda sequence_id, _stores: sequence_id.strip()),
    ),
)
