"""The columns of a store: what the filters need of every run, and how to make the run itself."""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import partial
from typing import TYPE_CHECKING

import orjson

from seqruns.instant import parse_moment
from seqruns_fixtures.drawing.coded_column import CodedColumn

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from seqruns.instant import Moment
    from seqruns_fixtures.generator import Generator
    from seqruns_fixtures.model import RunStatus, SequenceRun


@dataclass(frozen=True, slots=True, kw_only=True)
class RunColumns:
    """The columns of some runs, one entry a run; a run's place in them is its number."""

    starts: Sequence[Moment]
    """Start times, in microseconds since 1970 UTC, exactly."""
    statuses: CodedColumn[RunStatus]
    phones: CodedColumn[str]
    """The numbers of the runs' contacts; empty for a contact without one."""
    channels: CodedColumn[tuple[str | None, ...]]
    """The channels of the runs' step contacts, in lower case; repetitions and nulls do no harm."""
    run_id: Callable[[int], str]
    """Returns the id of a run."""
    id_key: Callable[[int], str | bytes]
    """Returns what sorts runs as their ids do."""
    run: Callable[[int], SequenceRun]
    """Returns a run, whole."""
    generated: bool = False
    """Whether the runs are generated, so that no run made otherwise has an id of theirs."""


def columns_of(runs: Sequence[SequenceRun]) -> RunColumns:
    """Return the columns of runs that are in memory."""

    def run_id(number: int) -> str:
        return runs[number]["id"]

    return RunColumns(
        starts=[start_of(run) for run in runs],
        statuses=CodedColumn(run["status"] for run in runs),
        phones=CodedColumn(map(phone_of, runs)),
        channels=CodedColumn(map(channels_of, runs)),
        run_id=run_id,
        id_key=run_id,
        run=runs.__getitem__,
    )


def rendered_columns(runs: Sequence[SequenceRun]) -> RunColumns:
    """Return the columns of runs that are kept as JSON: in less memory, and quick for another process to hand over."""
    # orjson returns a slice of a larger block: a copy frees the block.
    rendered = [bytes(bytearray(orjson.dumps(run))) for run in runs]
    ids = [run["id"] for run in runs]
    return replace(columns_of(runs), run_id=ids.__getitem__, id_key=ids.__getitem__, run=partial(_parse, rendered))


def _parse(rendered: Sequence[bytes], number: int) -> SequenceRun:
    run: SequenceRun = orjson.loads(rendered[number])
    return run


def generated_columns(generator: Generator, count: int, *, jobs: int = 1) -> RunColumns:
    """Return the columns of generated runs, drawn by `jobs` processes; a run is made when a request asks for it."""
    columns = generator.table(count, jobs=jobs)
    return RunColumns(
        starts=columns.starts,
        statuses=columns.statuses,
        phones=columns.phones,
        channels=columns.channels,
        run_id=generator.run_id,
        id_key=generator.run_id_key,
        run=partial(generator.run_of, columns=columns),
        generated=True,
    )


def start_of(run: SequenceRun) -> Moment:
    """Return when a run started."""
    return parse_moment(run["created_at"])


def phone_of(run: SequenceRun) -> str:
    """Return the number of a run's contact; empty where there is none."""
    return run["contact"].get("phone") or ""


def channels_of(run: SequenceRun) -> tuple[str, ...]:
    """Return the channels of a run's step contacts in lower case; empty for none.

    Where a step contact has no such field, as in runs as the real service publishes them, the run's own channel stands
    for it [decision].
    """
    own = run.get("channel_id")
    return tuple((step.get("channel_id", own) or "").lower() for step in run.get("step_contacts", ()))
