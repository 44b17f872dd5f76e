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
from seqruns_mock.core.refusal import Refusal, shown
from seqruns_mock.core.store import RunStore
from seqruns_mock.core.validation import problems_of_given

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
        complete = self._completed(sequence_id, runs)
        _refuse_repeated(complete)
        self.stores[sequence_id] = store_of(complete)
        self._made += len(complete)
        return complete

    def add(self, sequence_id: str, runs: Sequence[Mapping[str, Any]]) -> list[SequenceRun]:
        """Add runs to a sequence, new or known, and return them whole. Raises Refusal 422."""
        complete = self._completed(sequence_id, runs)
        known = self.stores.get(sequence_id)
        if known is None or len(complete) * _FEW > len(known):
            everything = [*([] if known is None else self.runs(sequence_id)), *complete]
            _refuse_repeated(everything)
            store = store_of(everything)
        else:
            store = known.copy()
            for given, run in zip(runs, complete, strict=True):
                if store.row_of(run["id"], made="id" not in given) is not None:
                    raise _repeated(run)
                store.insert(run)
        self.stores[sequence_id] = store
        self._made += len(complete)
        return complete

    def change(self, sequence_id: str, run_id: str, fields: Mapping[str, Any]) -> SequenceRun:
        """Change the given fields of a run and return it whole. Raises Refusal 404 or 422."""
        store = self.store(sequence_id).copy()
        row = _row_of(store, run_id)
        if fields.get("id", run_id) != run_id:
            raise Refusal(422, f"id: {shown(str(fields['id']))} is another run than {shown(run_id)}, which is changed.")
        run = store.run(row)
        contact = fields.get("contact", {})
        changed: Any = {
            **run,
            **fields,
            "contact": {**run["contact"], **contact} if isinstance(contact, dict) else contact,
        }
        store.replace(row, _valid(changed, sequence_id))
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

    def _completed(self, sequence_id: str, runs: Sequence[Mapping[str, Any]]) -> list[SequenceRun]:
        """Return runs as they were given, where they were given whole, or made from what was given."""
        complete = []
        for place, given in enumerate(runs):
            where = where_of(place, runs)
            if "contact" in given:
                run: Any = {"sequence_id": sequence_id, "step_contacts": [], **given}
            else:
                run = self._made_from(given, sequence_id, place, where)
            complete.append(_valid(run, sequence_id, where))
        return complete

    def _made_from(self, given: Mapping[str, Any], sequence_id: str, place: int, where: str) -> Any:
        overrides: Any = {"created_at": render_time(self._clock.now()), "sequence_id": sequence_id, **given}
        for name in ("created_at", "updated_at"):
            if isinstance(given.get(name), str):
                overrides[name] = _checked_time(given[name], f"{where}{name}: ")
        number = _FIRST_MADE + self._made + 1 + place
        try:
            return sequence_run(number, **overrides)
        except OverflowError:
            created_at = overrides["created_at"]
            raise Refusal(
                422, f"{where}created_at: {created_at!r} is too near an end of the calendar to fill the run in."
            ) from None
        except (TypeError, ValueError, AttributeError) as problem:
            raise Refusal(422, f"{where}{problem}.") from None


_FIRST_MADE: Final = 10**9
"""Where the numbers of made runs begin: far from those of generated ones, so that their ids differ."""
_FEW: Final = 5
"""How many times as many runs must be there for new ones to be put in one by one; else it is quicker to begin anew."""


def where_of(place: int, runs: Sequence[object]) -> str:
    """Return which of the given runs is meant, where they are several."""
    return f"run {place}: " if len(runs) > 1 else ""


def _checked_time(text: str, where: str) -> str:
    """Return an ISO 8601 text in capitals, as the standard library wants it. Raises Refusal 422."""
    try:
        parse_moment(text)
    except ValueError as problem:
        raise Refusal(422, f"{where}{shown(text)} {problem}.") from None
    return text.upper()


def _valid(run: Any, sequence_id: str, where: str = "") -> SequenceRun:
    problems = []
    for field, message in problems_of_given(run, sequence_id):
        problems.append(f"{where}{field_name(field)}{': ' if field else ''}{message}.")
    if problems:
        raise Refusal(422, *problems)
    return run  # type: ignore[no-any-return] # it is valid


def _refuse_repeated(runs: Iterable[SequenceRun]) -> None:
    seen: set[str] = set()
    for run in runs:
        if run["id"] in seen:
            raise _repeated(run)
        seen.add(run["id"])


def _repeated(run: SequenceRun) -> Refusal:
    return Refusal(422, f"id: {shown(run['id'])} is there twice; each run has an id of its own.")


def _row_of(store: RunStore, run_id: str) -> int:
    row = store.row_of(run_id)
    if row is None:
        raise Refusal(404, f"There is no run {shown(run_id)} in this sequence.")
    return row
