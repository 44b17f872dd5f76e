"""The sequence in the path: whose runs are listed."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import TYPE_CHECKING
from uuid import UUID

from seqruns_gallery.building.exhibit import assumed, fault, stepping
from seqruns_gallery.building.listing import (
    PREDICATES,
    page_of,
    passes_every_filter,
    rows_of_store,
)
from seqruns_gallery.building.reading import crash
from seqruns_gallery.building.wrapping import around
from seqruns_mock.core.columns import columns_of
from seqruns_mock.core.refusal import Refusal
from seqruns_mock.core.store import RunStore, Selection

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from typing import Any, NoReturn

    from werkzeug.wrappers import Request, Response

    from seqruns_gallery.building.exhibit import Change, Fault
    from seqruns_mock.core.query import RunQuery
    from seqruns_mock.http.pipeline import Mock


class Table(RunStore):
    """The runs of all sequences, asked for those of one."""

    def __init__(self, stores: Mapping[str, RunStore], sequence_id: str) -> None:
        runs = [run for store in stores.values() for _, run in rows_of_store(store)]
        super().__init__(columns_of(runs))
        self.sequence_id = sequence_id


def leaking(leaks: Callable[[RunQuery], object], *, only_total: bool = False) -> Change:
    """Return the change that forgets the sequence in the queries for which `leaks` is true."""

    def select(store: RunStore, query: RunQuery) -> Selection:
        assert isinstance(store, Table)  # noqa: S101 - `find` below made it
        rows = [row for row in rows_of_store(store) if passes_every_filter(row[1], query, PREDICATES)]
        own = [row for row in rows if row[1]["sequence_id"] == store.sequence_id]
        counted, listed = (rows if leaks(query) else own), (rows if leaks(query) and not only_total else own)
        return Selection(rows=[number for number, _ in page_of(listed, query)], total=len(counted))

    def change(mock: Mock) -> Mock:
        tables: dict[str, Table] = {}

        def find(stores: Mapping[str, RunStore], sequence_id: str) -> RunStore:
            mock.pipeline.find(stores, sequence_id)
            if sequence_id not in tables:
                tables[sequence_id] = Table(stores, sequence_id)
            return tables[sequence_id]

        return replace(mock, pipeline=replace(mock.pipeline, find=find, select=select))

    return change


def unknown(otherwise: Callable[[Mapping[str, RunStore]], RunStore]) -> Change:
    """Return the change that does something else for a sequence that there is not."""

    def change(mock: Mock) -> Mock:
        def find(stores: Mapping[str, RunStore], sequence_id: str) -> RunStore:
            try:
                return mock.pipeline.find(stores, sequence_id)
            except Refusal:
                return otherwise(stores)

        return stepping(find=find)(mock)

    return change


def crash_with(*_: Any) -> RunStore:
    """Stand for an attribute of None."""
    crash()


def unless(is_fine: Callable[[str], bool], act: Callable[[], NoReturn]) -> Change:
    """Return the change that does something else for some sequence ids."""

    def change(mock: Mock) -> Mock:
        def find(stores: Mapping[str, RunStore], sequence_id: str) -> RunStore:
            if not is_fine(sequence_id):
                act()
            return mock.pipeline.find(stores, sequence_id)

        return stepping(find=find)(mock)

    return change


def found_as(other: Callable[[str, Mapping[str, RunStore]], str]) -> Change:
    """Return the change that looks for another sequence id than the one given."""

    def change(mock: Mock) -> Mock:
        def find(stores: Mapping[str, RunStore], sequence_id: str) -> RunStore:
            return mock.pipeline.find(stores, other(sequence_id, stores))

        return stepping(find=find)(mock)

    return change


def counts_as_all(name: str) -> Change:
    """Return the change that lists the runs of all sequences for one id."""

    def change(mock: Mock) -> Mock:
        def find(stores: Mapping[str, RunStore], sequence_id: str) -> RunStore:
            return Table(stores, "") if sequence_id == name else mock.pipeline.find(stores, sequence_id)

        return stepping(find=find)(mock)

    return change


def by_beginning(sequence_id: str, stores: Mapping[str, RunStore]) -> str:
    """Return the first id that begins so."""
    return next((id_ for id_ in stores if sequence_id and id_.startswith(sequence_id)), sequence_id)


def by_pattern(sequence_id: str, stores: Mapping[str, RunStore]) -> str:
    """Return the first id that LIKE finds, where a pattern ends in a percent sign."""
    stem = sequence_id.removesuffix("%")
    return next((id_ for id_ in stores if stem != sequence_id and id_.startswith(stem)), sequence_id)


def broken_into(sequence_id: str, stores: Mapping[str, RunStore]) -> str:
    """Return any id where the one given ends the quotes of a statement with a condition that is always true."""
    return next(iter(stores)) if re.search(r"'\s*or\b", sequence_id, re.IGNORECASE) else sequence_id


def from_the_query(request: Request, answer: Callable[[], Response]) -> Response:
    """Let the query's parameters win over those of the path."""
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
    fault("sequence-ignored", "The runs of all sequences are listed.", leaking(lambda _query: True)),
    fault(
        "sequence-forgotten-with-channel",
        "sequence AND … OR channel: runs of other sequences come with `channel_id`.",
        leaking(lambda query: query.channel_id),
    ),
    fault(
        "sequence-forgotten-with-phone",
        "With `phone` all runs of the contact are listed, whichever sequence they are of.",
        leaking(lambda query: query.phone),
    ),
    fault(
        "sequence-forgotten-with-status",
        "With `status` the runs of all sequences are listed.",
        leaking(lambda query: query.status),
    ),
    fault(
        "sequence-forgotten-with-window",
        "sequence AND after OR before: runs of other sequences come with a full window.",
        leaking(lambda query: query.before is not None is not query.after),
    ),
    fault(
        "sequence-forgotten-in-the-total",
        "The count has no sequence in its condition.",
        leaking(lambda _query: True, only_total=True),
    ),
    fault(
        "sequence-unknown-means-all",
        "A sequence that there is not gives the runs of all sequences.",
        unknown(lambda stores: Table(stores, "")),
    ),
    fault("sequence-unknown-crashes", "A sequence that there is not is a 500.", unknown(crash_with)),
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
    fault(
        "sequence-of-zero-means-all",
        "The sequence 0 gives the runs of all: `if ($sequence_id)` is false for it.",
        counts_as_all("0"),
    ),
    assumed(
        "sequence-id-that-is-no-uuid-is-422",
        "A sequence id that is no UUID is a 422, not an unknown sequence.",
        unless(is_uuid, not_valid),
    ),
    assumed(
        "sequence-unknown-is-empty",
        "A sequence that there is not is an empty list.",
        unknown(lambda _stores: RunStore(columns_of([]))),
    ),
    fault(
        "sequence-null-means-all",
        "The sequence null, which a script sends for none, gives the runs of all.",
        counts_as_all("null"),
    ),
    fault(
        "sequence-of-the-zero-uuid-means-all",
        "The UUID of zeros gives the runs of all: it is the zero value, and a condition on that is left out.",
        counts_as_all("00000000-0000-0000-0000-000000000000"),
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
