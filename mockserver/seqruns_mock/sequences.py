"""The sequences a mock knows, and changes to their runs."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from seqruns_fixtures.factory import sequence_run
from seqruns_fixtures.generator import Generator
from seqruns_fixtures.recipe import DEFAULT_RUNS, DEFAULT_SEQUENCE_ID, Recipe
from seqruns_fixtures.validation import problems_of
from seqruns_mock.journal import render_time
from seqruns_mock.refusal import Refusal, shown
from seqruns_mock.store import RunStore, columns_of, generated_columns

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from seqruns_fixtures.model import SequenceRun
    from seqruns_mock.clock import Clock

_OTHERS: Final = {
    "b3d1a0c4-7c55-4f0e-8a3e-2f6f5a9d1e12": 12,
    "e41c7a90-0d2b-4a6c-9b7f-8c5d4e3f2a13": 0,
}


def default_sizes(*, runs: int = DEFAULT_RUNS) -> dict[str, int]:
    """Return how many runs each of the default sequences has; `runs` is for the first."""
    return {DEFAULT_SEQUENCE_ID: runs, **_OTHERS}


def generate_stores(sizes: Mapping[str, int], *, seed: int = 0, **knobs: Any) -> dict[str, RunStore]:
    """Return a store of generated runs for each sequence: the same for the same arguments, on any machine."""
    return {
        sequence_id: RunStore(generated_columns(Generator(Recipe(seed=seed, sequence_id=sequence_id, **knobs)), runs))
        for sequence_id, runs in sizes.items()
    }


def store_of(runs: Iterable[SequenceRun]) -> RunStore:
    """Return a store of these runs."""
    return RunStore(columns_of(list(runs)))


class Sequences:
    """The runs of each sequence, to be changed; every change takes effect between two requests."""

    def __init__(self, stores: dict[str, RunStore], clock: Clock) -> None:
        self._start = dict(stores)
        self._clock = clock
        self._made = 0
        self.stores = stores
        """What the endpoint looks into. It stays the same mapping; its values are replaced."""

    def reset(self) -> None:
        """Put back what was there at the start."""
        self._made = 0
        self.swap(self._start)

    def restart(self, stores: Mapping[str, RunStore]) -> None:
        """Put these in the place of all, and let them be the start."""
        self._start = dict(stores)
        self.swap(stores)

    def swap(self, stores: Mapping[str, RunStore]) -> None:
        """Put these in the place of all."""
        if list(stores) != list(self.stores):
            self.stores.clear()
        self.stores.update(stores)

    def store(self, sequence_id: str) -> RunStore:
        """Return the runs of a sequence. Raises Refusal 404."""
        store = self.stores.get(sequence_id)
        if store is None:
            raise Refusal(404, f"There is no sequence {shown(sequence_id)}.")
        return store

    def runs(self, sequence_id: str) -> list[SequenceRun]:
        """Return all runs of a sequence, in order. Raises Refusal 404."""
        store = self.store(sequence_id)
        return [store.run(row) for row in range(len(store))]

    def replace(self, sequence_id: str, runs: Sequence[Mapping[str, Any]]) -> list[SequenceRun]:
        """Let a sequence, new or known, have these runs and no others. Raises Refusal 422."""
        complete = [self._complete(sequence_id, run, number) for number, run in enumerate(runs)]
        self._put(sequence_id, complete)
        return complete

    def add(self, sequence_id: str, runs: Sequence[Mapping[str, Any]]) -> list[SequenceRun]:
        """Add runs to a sequence, new or known, and return them whole. Raises Refusal 422."""
        complete = [self._complete(sequence_id, run, number) for number, run in enumerate(runs)]
        known = self.runs(sequence_id) if sequence_id in self.stores else []
        self._put(sequence_id, [*known, *complete])
        return complete

    def change(self, sequence_id: str, run_id: str, fields: Mapping[str, Any]) -> SequenceRun:
        """Change the given fields of a run and return it whole. Raises Refusal 404 or 422."""
        runs = self.runs(sequence_id)
        place = _place_of(runs, run_id)
        contact = {**runs[place]["contact"], **fields.get("contact", {})}
        changed: Any = {**runs[place], **fields, "contact": contact, "id": run_id}
        runs[place] = _valid(changed, place)
        self._put(sequence_id, runs)
        return runs[place]

    def delete_run(self, sequence_id: str, run_id: str) -> None:
        """Delete a run. Raises Refusal 404."""
        runs = self.runs(sequence_id)
        del runs[_place_of(runs, run_id)]
        self._put(sequence_id, runs)

    def delete(self, sequence_id: str) -> None:
        """Forget a sequence. Raises Refusal 404."""
        self.store(sequence_id)
        del self.stores[sequence_id]

    def _put(self, sequence_id: str, runs: list[SequenceRun]) -> None:
        seen: set[str] = set()
        for run in runs:
            if run["id"] in seen:
                raise Refusal(422, f"id: {shown(run['id'])} is there twice; each run has an id of its own.")
            seen.add(run["id"])
        self.stores[sequence_id] = store_of(runs)

    def _complete(self, sequence_id: str, given: Mapping[str, Any], number: int) -> SequenceRun:
        """Return a run as it was given, when it was given whole, or made from what was given."""
        if "contact" in given:
            run: Any = {"sequence_id": sequence_id, "step_contacts": [], **given}
            return _valid(run, number)
        overrides: Any = {"created_at": render_time(self._clock.now()), "sequence_id": sequence_id, **given}
        self._made += 1
        try:
            return sequence_run(_FIRST_MADE + self._made, **overrides)
        except (TypeError, ValueError, AttributeError) as problem:
            raise Refusal(422, f"run {number}: {problem}.") from None


_FIRST_MADE: Final = 10**9
"""Where the numbers of made runs begin: far from those of generated ones, so that their ids differ."""


def _valid(run: SequenceRun, number: int) -> SequenceRun:
    if "created_at" not in run:
        raise Refusal(422, f"run {number}: created_at is missing; the mock orders runs by it.")
    problems = [f"run {number}: {'.'.join(map(str, where))}: {message}." for where, message in problems_of(run)]
    if problems:
        raise Refusal(422, *problems)
    return run


def _place_of(runs: Sequence[SequenceRun], run_id: str) -> int:
    for place, run in enumerate(runs):
        if run["id"] == run_id:
            return place
    raise Refusal(404, f"There is no run {shown(run_id)} in this sequence.")
