"""The sequences a mock knows, and changes to their runs."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from seqruns import defaults
from seqruns.instant import parse_moment, render_time
from seqruns_fixtures.factory import sequence_run
from seqruns_fixtures.files.reading import field_name
from seqruns_fixtures.generator import Generator
from seqruns_fixtures.recipe import Recipe
from seqruns_mock.core.columns import columns_of, generated_columns
from seqruns_mock.core.refusal import Refusal, quote
from seqruns_mock.core.store import RunStore
from seqruns_mock.core.validation import validate_run

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from seqruns_fixtures.model import SequenceRun
    from seqruns_mock.core.clock import Clock


def default_sizes(*, runs: int = defaults.RUNS) -> dict[str, int]:
    """Return how many runs each of the default sequences has; `runs` is for the first."""
    return {defaults.SEQUENCE_ID: runs, **defaults.OTHER_SEQUENCES}


def generate_stores(sizes: Mapping[str, int], *, seed: int = 0, jobs: int = 1, **knobs: Any) -> dict[str, RunStore]:
    """Return a store of generated runs for each sequence: the same for the same arguments, on any machine.

    `jobs` processes work where there are very many; they import the script that runs, which must bear that.
    """
    stores = {}
    for sequence_id, runs in sizes.items():
        generator = Generator(Recipe(seed=seed, sequence_id=sequence_id, **knobs))
        stores[sequence_id] = RunStore(generated_columns(generator, runs, jobs=jobs))
    return stores


def store_of(runs: Iterable[SequenceRun]) -> RunStore:
    """Return a store of these runs."""
    return RunStore(columns_of(list(runs)))


class Sequences:
    """The runs of each sequence and their changes; a change takes effect between two requests."""

    def __init__(self, stores: dict[str, RunStore], clock: Clock) -> None:
        self._start = dict(stores)
        self._clock = clock
        self._made = 0
        self.stores = stores
        """The mapping that the endpoint reads. It stays the same object; changes replace its values."""

    def reset(self) -> None:
        """Restore the runs of the start."""
        self._made = 0
        self.swap(self._start)

    def restart(self, stores: Mapping[str, RunStore]) -> None:
        """Replace all sequences, also for later resets."""
        self._start = dict(stores)
        self.swap(stores)

    def swap(self, stores: Mapping[str, RunStore]) -> None:
        """Replace all sequences."""
        # An update alone would leave sequences that are gone, and new ones in another order. Without need nothing is
        # cleared, as a request in another thread would meanwhile find no sequence.
        if list(stores) != list(self.stores):
            self.stores.clear()
        self.stores.update(stores)

    def store(self, sequence_id: str) -> RunStore:
        """Return the runs of a sequence. Raises Refusal 404."""
        store = self.stores.get(sequence_id)
        if store is None:
            raise Refusal(404, f"There is no sequence {quote(sequence_id)}.")
        return store

    def runs(self, sequence_id: str) -> list[SequenceRun]:
        """Return all runs of a sequence, in order. Raises Refusal 404."""
        store = self.store(sequence_id)
        return [store.run(row) for row in range(len(store))]

    def replace(self, sequence_id: str, runs: Sequence[Mapping[str, Any]]) -> list[SequenceRun]:
        """Replace the runs of a sequence, or create it with them. Raises Refusal 422."""
        complete = self._complete_runs(sequence_id, runs)
        _refuse_repeated(complete)
        self.stores[sequence_id] = store_of(complete)
        self._made += len(complete)
        return complete

    def add(self, sequence_id: str, runs: Sequence[Mapping[str, Any]]) -> list[SequenceRun]:
        """Add runs to a sequence, or create it with them, and return them whole. Raises Refusal 422."""
        complete = self._complete_runs(sequence_id, runs)
        known = self.stores.get(sequence_id)
        if known is None or len(complete) * _FEW > len(known):
            everything = [*([] if known is None else self.runs(sequence_id)), *complete]
            _refuse_repeated(everything)
            store = store_of(everything)
        else:
            store = known.copy()
            for fields, run in zip(runs, complete, strict=True):
                # An id that the mock makes up is none of generated runs, so ten million need not be searched.
                if store.row_of(run["id"], made="id" not in fields) is not None:
                    raise _refusal_of_repeated(run)
                store.insert(run)
        self.stores[sequence_id] = store
        self._made += len(complete)
        return complete

    def change(self, sequence_id: str, run_id: str, fields: Mapping[str, Any]) -> SequenceRun:
        """Change these fields of a run and return it whole. Raises Refusal 404 or 422."""
        store = self.store(sequence_id).copy()
        row = _row_of(store, run_id)
        if fields.get("id", run_id) != run_id:
            raise Refusal(
                422, f"id: {quote(str(fields['id']))} is not {quote(run_id)}, and the id of a run cannot be changed."
            )
        run = store.run(row)
        contact = fields.get("contact", {})
        changed: Any = {
            **run,
            **fields,
            "contact": {**run["contact"], **contact} if isinstance(contact, dict) else contact,
        }
        store.replace(row, _validate(changed, sequence_id))
        self.stores[sequence_id] = store
        return changed  # type: ignore[no-any-return] # it is valid

    def delete_run(self, sequence_id: str, run_id: str) -> None:
        """Delete a run. Raises Refusal 404."""
        store = self.store(sequence_id).copy()
        store.delete(_row_of(store, run_id))
        self.stores[sequence_id] = store

    def delete(self, sequence_id: str) -> None:
        """Forget a sequence. Raises Refusal 404."""
        self.store(sequence_id)
        del self.stores[sequence_id]

    def _complete_runs(self, sequence_id: str, runs: Sequence[Mapping[str, Any]]) -> list[SequenceRun]:
        """Return whole runs: one that has a contact is taken as it is, any other is filled in around its fields."""
        complete = []
        for place, fields in enumerate(runs):
            where = where_of(place, runs)
            if "contact" in fields:
                run: Any = {"sequence_id": sequence_id, "step_contacts": [], **fields}
            else:
                run = self._make_run(fields, sequence_id, place, where)
            complete.append(_validate(run, sequence_id, where))
        return complete

    def _make_run(self, fields: Mapping[str, Any], sequence_id: str, place: int, where: str) -> Any:
        overrides: Any = {"created_at": render_time(self._clock.now()), "sequence_id": sequence_id, **fields}
        for name in ("created_at", "updated_at"):
            if isinstance(fields.get(name), str):
                overrides[name] = _upper_time(fields[name], f"{where}{name}: ")
        number = _FIRST_MADE + self._made + 1 + place
        try:
            return sequence_run(number, **overrides)
        except (TypeError, ValueError, AttributeError) as problem:
            raise Refusal(422, f"{where}{problem}.") from None


_FIRST_MADE: Final = 10**9
"""The number of the first filled-in run: far from those of generated ones, so that their ids differ."""
_FEW: Final = 5
"""A store with so many times as many runs as are added takes them one by one; else a new store is quicker."""


def where_of(place: int, runs: Sequence[object]) -> str:
    """Return `run 3: ` for the fourth of several runs, and nothing for a single one."""
    return f"run {place}: " if len(runs) > 1 else ""


def _upper_time(text: str, where: str) -> str:
    """Return an ISO 8601 text in upper case, which the standard library needs. Raises Refusal 422."""
    try:
        parse_moment(text)
    except ValueError as problem:
        raise Refusal(422, f"{where}{quote(text)} {problem}.") from None
    return text.upper()


def _validate(run: Any, sequence_id: str, where: str = "") -> SequenceRun:
    problems = []
    for field, message in validate_run(run, sequence_id):
        problems.append(f"{where}{field_name(field)}{': ' if field else ''}{message}.")
    if problems:
        raise Refusal(422, *problems)
    return run  # type: ignore[no-any-return] # it is valid


def _refuse_repeated(runs: Iterable[SequenceRun]) -> None:
    seen: set[str] = set()
    for run in runs:
        if run["id"] in seen:
            raise _refusal_of_repeated(run)
        seen.add(run["id"])


def _refusal_of_repeated(run: SequenceRun) -> Refusal:
    return Refusal(422, f"id: {quote(run['id'])} appears twice; each run needs its own id.")


def _row_of(store: RunStore, run_id: str) -> int:
    row = store.row_of(run_id)
    if row is None:
        raise Refusal(404, f"There is no run {quote(run_id)} in this sequence.")
    return row
