"""The passive checks of the runs in an answer: what each one holds, and that it is of this list and stands there once.

Most say something of one run by itself. A run comes in many answers, and is looked at once.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from seqruns.visible import quoted
from seqruns_contracts.checks.answers import run_check, runs_of, shows_runs
from seqruns_contracts.checks.kinds import Grade, PassiveCheck
from seqruns_contracts.model.instants import read_instant
from seqruns_contracts.model.oracle import duplicates
from seqruns_contracts.model.run import MISSING
from seqruns_contracts.model.steps import latest_step

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Sequence
    from typing import Any

    from seqruns_contracts.checks.kinds import Context
    from seqruns_contracts.model.exchange import Exchange
    from seqruns_contracts.model.run import Run

UUID = re.compile("[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}", re.IGNORECASE)
NEVER_NULL = (("sequence_id",), ("created_at",), ("updated_at",), ("contact", "id"))
"""Fields that a target shows in every run or in none: they are never null, so there is no reason to leave one out."""


def each_run(look: Callable[[Run], Iterable[str]]) -> Callable[[Exchange, Context], Iterator[str]]:
    """Return what a function says of each run of a page; of a run that came before it is not asked again."""

    def reasons(exchange: Exchange, _: Context) -> Iterator[str]:
        for run in runs_of(exchange):
            if look not in run.seen:
                run.seen[look] = tuple(look(run))
            yield from run.seen[look]

    return reasons


@each_run
def unreadable_times(run: Run) -> Iterator[str]:
    """Yield the times that are none: a part of `answer.fits-the-schema`, as Schemathesis reads no times."""
    for name, time in _times(run):
        if isinstance(time, str) and read_instant(time) is None:
            yield f"run {run.id} has {name} {quoted(time)}, which is no date-time"


def _times(run: Run) -> Iterator[tuple[str, Any]]:
    """Yield the times that a run shows, each with the name of its field."""
    yield from ((name, run.body.get(name)) for name in ("created_at", "updated_at"))
    steps = run.body.get("step_contacts")
    for step in steps if isinstance(steps, list) else ():
        yield "scheduled_at", step.get("scheduled_at") if isinstance(step, dict) else None


@run_check(
    "run.shows-the-same-fields",
    "A field that is never null stands in every run or in none.",
    clauses=["resource.types"],
)
def shows_the_same_fields(exchange: Exchange, _: Context) -> Iterator[str]:
    """Compare the runs of a page."""
    runs = runs_of(exchange)
    # Missing in all, it is a field that the target does not have; in some, a serializer drops what looks empty.
    shown = [_shown_fields(run) for run in runs]
    if len(set(shown)) > 1:
        for path in NEVER_NULL:
            without = [run.id for run, paths in zip(runs, shown, strict=True) if path not in paths]
            if 0 < len(without) < len(runs):
                yield f"/{'/'.join(path)} is missing in run {without[0]}, not in others"


def _shown_fields(run: Run) -> tuple[object, ...]:
    """Return the paths of `NEVER_NULL` that a run shows."""
    if _shown_fields not in run.seen:
        run.seen[_shown_fields] = tuple(path for path in NEVER_NULL if _is_shown(run.body, path))
    return run.seen[_shown_fields]


def _is_shown(value: Any, path: Sequence[str]) -> bool:
    for name in path:
        if not isinstance(value, dict) or name not in value:
            return False
        value = value[name]
    return True


@run_check(
    "run.belongs-to-the-sequence",
    "Every run that is listed belongs to the sequence in the path.",
    clauses=["operation.own-sequence"],
)
def belongs_to_the_sequence(exchange: Exchange, context: Context) -> Iterator[str]:
    """Compare each run's sequence with the path; one UUID for a name in the path may be that same sequence's."""
    sequence_id = exchange.ask.sequence_id or context.sequence_id
    shown = [(run.id, run.body.get("sequence_id")) for run in runs_of(exchange)]
    owners = {name: owner.lower() for name, owner in shown if isinstance(owner, str)}
    # `/sequences/welcome/sequence_runs` may list runs of sequence 5f0c…: one name, one UUID. Two UUIDs are a mistake.
    ids = set(owners.values())
    is_alias = len(ids) == 1 and all(map(UUID.fullmatch, ids)) and not UUID.fullmatch(sequence_id)
    for name, owner in owners.items():
        if owner != sequence_id.lower() and not is_alias:
            yield f"run {name} says it belongs to sequence {owner}"


@run_check(
    "run.is-listed-once",
    "A run stands once on a page, however many of its step contacts match.",
    clauses=["channel.once", "page.complete"],
)
def listed_once(exchange: Exchange, _: Context) -> Iterator[str]:
    """Count the ids of a page."""
    for name in duplicates(runs_of(exchange)):
        yield f"run {name} stands more than once"


SAME_CONTENTS = PassiveCheck(
    id="run.is-the-same-everywhere",
    grade=Grade.ASSUMED,
    law="A run has the same contents in whichever answer it appears.",
    clauses=("resource.whole",),
    needs="a page with runs",
    looks_at=shows_runs,
)


@run_check(
    "run.is-updated-after-it-starts",
    "A run's updated_at is not before its created_at.",
    clauses=["resource.updated"],
)
@each_run
def updated_after_it_starts(run: Run) -> Iterator[str]:
    """Compare the two times of a run."""
    started, updated = (read_instant(str(run.body.get(name, ""))) for name in ("created_at", "updated_at"))
    # Equal is right: a run that nothing has happened to since.
    if started is not None and updated is not None and updated < started:
        yield f"run {run.id} was updated before it started"


@run_check(
    "run.has-its-latest-channel",
    "A run's own channel is that of its latest step contact.",
    clauses=["resource.latest"],
    grade=Grade.ASSUMED,
)
@each_run
def has_its_latest_channel(run: Run) -> Iterator[str]:
    """Compare a run's channel with its step contacts, where it shows both."""
    if "channel_id" in run.body and run.body.get("step_contacts"):
        own, latest = run.body["channel_id"], (latest_step(run) or {}).get("channel_id", MISSING)
        if latest is not MISSING and _lower(own) != _lower(latest):
            yield f"run {run.id} has channel {own}, its latest step {latest}"


def _lower(value: Any) -> Any:
    return value.lower() if isinstance(value, str) else value


CHECKS = (
    shows_the_same_fields,
    belongs_to_the_sequence,
    listed_once,
    SAME_CONTENTS,
    updated_after_it_starts,
    has_its_latest_channel,
)
