"""The runs of a store by their numbers: what the filters need of each, column by column, and how to make it whole."""

from __future__ import annotations

import re
from array import array
from copy import copy
from dataclasses import dataclass, replace
from functools import cache, partial
from typing import TYPE_CHECKING, Any

import orjson

from seqruns.instant import parse_moment
from seqruns_fixtures.drawing.coded_column import CodedColumn
from seqruns_mock.core.long_columns import negate, repeats, sorted_places, take

if TYPE_CHECKING:
    from collections.abc import Callable, MutableSequence, Sequence

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


class NumberedRuns:
    """Runs that are numbered as they come: first those of the columns, then those that were added one by one.

    A changed run is added anew: its old number goes on to mean what it was, for the stores that still have that.
    """

    def __init__(self, columns: RunColumns) -> None:
        self._columns = columns
        self._first_added = len(columns.statuses)
        self._added: list[SequenceRun] = []
        self._numbers: dict[str, int] = {}
        """The numbers of added runs by their ids."""
        self._known = cache(lambda: {columns.run_id(number): number for number in range(self._first_added)})
        """The same for the columns, computed when it is needed."""

    def copy(self) -> NumberedRuns:
        """Return runs to which others can be added without these."""
        other = copy(self)
        vars(other).update(_added=self._added[:], _numbers=dict(self._numbers))
        return other

    def add(self, run: SequenceRun) -> int:
        """Add a run and return its number."""
        number = self._numbers[run["id"]] = self._first_added + len(self._added)
        self._added.append(run)
        return number

    def forget(self, run_id: str) -> None:
        """Forget under which number the run with an id was added."""
        self._numbers.pop(run_id, None)

    def number_of(self, run_id: str, *, made: bool) -> int | None:
        """Return the latest number of the run with an id; None where there never was one.

        A `made` id cannot be that of a generated run, so those are not searched, which takes long.
        """
        number = self._numbers.get(run_id)
        if number is None and not (made and self._columns.generated):
            number = self._known().get(run_id)
        return number

    def is_generated(self, number: int) -> bool:
        """Return whether a run is generated, and so about no real person."""
        return self._columns.generated and number < self._first_added

    def run(self, number: int) -> SequenceRun:
        """Return a run, whole."""
        known = self._first_added
        return self._columns.run(number) if number < known else self._added[number - known]

    def id(self, number: int) -> str:
        """Return the id of a run, without making the run."""
        known = self._first_added
        return self._columns.run_id(number) if number < known else self._added[number - known]["id"]

    def start(self, number: int) -> Moment:
        """Return when a run started."""
        known = self._first_added
        return self._columns.starts[number] if number < known else start_of(self._added[number - known])

    def cells(self, number: int) -> tuple[str, Sequence[str | None]]:
        """Return the status and the channels of a run."""
        known = self._first_added
        if number < known:
            return self._columns.statuses[number], self._columns.channels[number]
        run = self._added[number - known]
        return run["status"], channels_of(run)


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


def sort_runs(
    starts: Sequence[Moment], id_key: Callable[[int], str | bytes]
) -> tuple[array[int], MutableSequence[Moment]]:
    """Return the numbers of all runs in their order, and their start times in that order, negated so that they ascend.

    Newest start first, then by id [decision]. It takes the start times by number, and what sorts numbers as the ids of
    their runs.
    """
    unsorted = _ages(starts)
    order = sorted_places(unsorted)
    ages = take(unsorted, order)
    # Ids cost most, so only runs that started in one microsecond are ordered by them: of the ages -9, -7, -7, -7, -4
    # the comparison of each with the next gives 0, 1, 1, 0, and the ones are a tie of three.
    for tied in re.finditer(rb"\x01+", repeats(ages)):
        tie = slice(tied.start(), tied.end() + 1)
        order[tie] = array("I", sorted(order[tie], key=id_key))
    return order, ages


def _ages(starts: Sequence[Moment]) -> MutableSequence[Moment]:
    """Return negated start times: in an array, which is smallest and fastest, if all are whole microseconds."""
    whole: Any = starts
    try:
        ages: MutableSequence[Moment] = negate(array("q", whole))
    except TypeError:
        return [-start for start in starts]
    return ages


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
