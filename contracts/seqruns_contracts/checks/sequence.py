"""The sequence in the path: its own runs and no others."""

from __future__ import annotations

import uuid
from typing import TYPE_CHECKING

from seqruns_contracts.checks.expectations import has_status, is_no_server_error
from seqruns_contracts.checks.kinds import Ask, Exchange, Grade, Mismatch, Probe, View, check
from seqruns_contracts.model.oracle import Difference
from seqruns_contracts.model.query import Query

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence


def unknown_sequences(view: View) -> tuple[str, ...]:
    """Return ids that no sequence has: a fresh UUID, and text that is no UUID."""
    unknown = uuid.UUID(int=view.random("sequence").getrandbits(128), version=4)
    return (str(unknown), "no-such-sequence")


@check(
    "sequence.unknown-has-no-runs",
    "An unknown sequence shows no runs.",
    clauses=["operation.own-sequence"],
    needs="nothing",
)
def unknown_has_no_runs(view: View) -> Iterator[Probe]:
    """Ask for sequences that do not exist."""
    for name in unknown_sequences(view):
        yield Probe(asks=(Ask(sequence_id=name),), judge=_shows_nothing)


@check(
    "sequence.odd-ones-break-nothing",
    "Text that is no id is an unknown sequence; it is never a server error.",
    clauses=["errors.no-5xx", "operation.own-sequence"],
    needs="nothing",
)
def odd_ones(_: View) -> Iterator[Probe]:
    """Ask for a long name with quotes and foreign letters, and for a NUL."""
    for name in (f'Ünknown\'s "{"x" * 300}"', "\0"):
        yield Probe(asks=(Ask(sequence_id=name),), judge=is_no_server_error)


@check(
    "sequence.unknown-is-404",
    "An unknown sequence is answered with 404.",
    clauses=["errors.unknown-sequence"],
    needs="nothing",
    grade=Grade.ASSUMED,
)
def unknown_is_404(view: View) -> Iterator[Probe]:
    """Ask for sequences that do not exist, also with a filter that could not be read."""
    for name in unknown_sequences(view):
        yield Probe(asks=(Ask(sequence_id=name),), judge=has_status(404))


@check(
    "sequence.keeps-to-itself",
    "Two sequences share no run.",
    clauses=["operation.own-sequence"],
    needs="a second sequence, named with --other-sequence-id",
)
def keeps_to_itself(view: View) -> Iterator[Probe]:
    """Ask the other sequence for everything, and for what the first one's runs match."""
    if view.other_sequence_id is None:
        return
    queries = [Query.of(limit=500)]
    queries += [Query.of(phone=phone, limit=500) for phone, _ in view.census.phones.most_common(1)]
    queries += [Query.of(channel_id=channel, limit=500) for channel, _ in view.census.channels.most_common(1)]
    queries += [Query.of(status=status, limit=500) for status in view.census.statuses]
    for query in queries:
        yield Probe(asks=(Ask(query=query, sequence_id=view.other_sequence_id),), judge=_shares_nothing)


def _shows_nothing(exchanges: Sequence[Exchange], _: View) -> Mismatch | None:
    page = exchanges[-1].reply.page
    if page is None or not (page.runs or page.total):
        return None
    found = Difference(
        kind="unexpected", text=f"{len(page.runs)} runs of a sequence that does not exist", runs=page.runs
    )
    return Mismatch(expected="status 404 with an error body", differences=(found,))


def _shares_nothing(exchanges: Sequence[Exchange], view: View) -> Mismatch | None:
    page = exchanges[-1].reply.page
    shared = tuple(run for run in page.runs if run.id in view.census.known) if page else ()
    if not shared:
        return None
    found = Difference(kind="unexpected", text=f"{len(shared)} runs that belong to {view.sequence_id}", runs=shared)
    return Mismatch(expected="runs of the other sequence only", differences=(found,))
