"""The simulation: runs start, advance and finish as time passes."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from random import Random
from typing import TYPE_CHECKING, Final
from uuid import UUID

from seqruns.instant import parse_moment, render_time
from seqruns_fixtures.factory import sequence_run
from seqruns_mock.core.query import RunQuery

if TYPE_CHECKING:
    from seqruns_fixtures.model import SequenceRun, StepContact
    from seqruns_mock.core.clock import Clock
    from seqruns_mock.core.sequences import Sequences
    from seqruns_mock.core.store import RunStore

TICK: Final = 0.1
"""Seconds between two checks for due events."""
_FIRST: Final = 2 * 10**9
"""The number of the first started run: far from those of other runs, so that their ids differ."""
MOST_AT_ONCE: Final = 10_000
"""Events."""


class Simulation:
    """Events in the first sequence, `rate` a second; the same seed, clock and rate give the same events."""

    def __init__(self, sequences: Sequences, clock: Clock, *, rate: float = 0.0, seed: int = 0) -> None:
        self._sequences = sequences
        self._clock = clock
        self._seed = seed
        self.rate = rate
        """Events a second; 0 for none."""
        self.restart()

    def restart(self) -> None:
        """Start again from the first event, at the current time."""
        self._random = Random(self._seed)  # noqa: S311 - nothing secret
        self._started = 0
        self._count_from(self._clock.now())

    def _count_from(self, origin: float) -> None:
        self._origin = origin
        """Event n is due at origin + n / rate, however often `catch_up` runs in between."""
        self._happened = 0

    def check(self, now: float) -> None:
        """Raise ValueError if more events would be due at a time than happen at once."""
        due = self._due(now)
        if due > MOST_AT_ONCE:
            raise ValueError(
                f"seconds: {due} live events would be due by then, and at most {MOST_AT_ONCE} happen at once; "
                "move the clock in smaller steps, or lower the live rate"
            )

    def put_rate(self, rate: float) -> None:
        """Change the rate from now on, in events a second."""
        self.catch_up()
        self.rate = rate
        self._count_from(self._clock.now())

    def catch_up(self) -> int:
        """Apply the events that are due; return their number.

        After a leap of the real time (a laptop that slept) only the first `MOST_AT_ONCE` happen.
        """
        sequences, rate, now = self._sequences, self.rate, self._clock.now()
        due = self._due(now)
        if due <= 0 or not sequences.stores:
            if not rate or now < self._origin:
                self._count_from(now)
            return 0
        sequence_id = next(iter(sequences.stores))
        store = sequences.stores[sequence_id].copy()
        happening = min(due, MOST_AT_ONCE)
        for number in range(self._happened + 1, self._happened + happening + 1):
            self._happen(store, sequence_id, render_time(self._origin + number / rate))
        self._happened += due
        sequences.stores[sequence_id] = store
        return happening

    def _due(self, now: float) -> int:
        # The addend makes up for binary fractions: 0.29 seconds at 100 a second is 28.999999999999996 events, not 29.
        return int((now - self._origin) * self.rate + 1e-6) - self._happened if self.rate else 0

    def _happen(self, store: RunStore, sequence_id: str, time: str) -> None:
        active = RunQuery(status="active", before=parse_moment(time), limit=1)
        count = store.select(active).total
        drawn = self._random.random()
        if drawn < 0.4 or not count:
            store.insert(self._new_run(store, sequence_id, time))
            return
        (row,) = store.select(replace(active, offset=self._random.randrange(count))).rows
        run = store.run(row)
        store.replace(row, _finish(run, time) if drawn > 0.8 else self._add_step(store, run, time))

    def _new_run(self, store: RunStore, sequence_id: str, time: str) -> SequenceRun:
        while True:
            self._started += 1
            number = _FIRST + self._started
            run = sequence_run(number, sequence_id=sequence_id, created_at=time, status="active", step_contacts=0)
            # Data that was recorded from a mock may hold such runs already.
            if store.row_of(run["id"], made=True) is None:
                return run

    def _add_step(self, store: RunStore, run: SequenceRun, time: str) -> SequenceRun:
        """Return a run with one more active step contact, whose predecessors are finished."""
        channels = sorted(store.channels)
        step: StepContact = {
            "id": self._uuid(),
            "step_id": self._uuid(),
            "channel_id": run.get("channel_id") or (self._random.choice(channels) if channels else None),
            "status": "active",
            "clicked_link": False,
            "unsubscribed": False,
            "scheduled_at": time,
            "contact_messages": [],
        }
        return {
            **run,
            "updated_at": _later(time, run),
            "channel_id": step["channel_id"],
            "last_step_id": step["step_id"],
            "step_contacts": [*_finish_steps(run), step],
        }

    def _uuid(self) -> str:
        return str(UUID(int=self._random.getrandbits(128), version=4))


def _finish(run: SequenceRun, time: str) -> SequenceRun:
    """Return a run, finished at a time."""
    return {**run, "status": "finished", "updated_at": _later(time, run), "step_contacts": _finish_steps(run)}


def _finish_steps(run: SequenceRun) -> list[StepContact]:
    return [{**step, "status": "finished"} for step in run.get("step_contacts", ())]


def _later(time: str, run: SequenceRun) -> str:
    """Return the later of a time and the last update of a run."""
    updated = run.get("updated_at", time)
    return updated if parse_moment(updated) > parse_moment(time) else time


async def simulate(simulation: Simulation) -> None:
    """Apply events as they become due, until cancelled."""
    while True:
        await asyncio.sleep(TICK)
        simulation.catch_up()
