"""Live mode: runs start, advance and finish as time passes."""

from __future__ import annotations

import asyncio
from random import Random
from typing import TYPE_CHECKING, Any, Final
from uuid import UUID

from seqruns_fixtures.factory import sequence_run
from seqruns_mock.journal import render_time
from seqruns_mock.sequences import store_of

if TYPE_CHECKING:
    from seqruns_fixtures.model import SequenceRun, StepContact
    from seqruns_mock.control.state import MockState

TICK: Final = 0.1
"""Seconds between two looks at the clock."""
_FIRST: Final = 2 * 10**9
"""Where the numbers of started runs begin: far from those of others, so that their ids differ."""
_MOST_AT_ONCE: Final = 10_000


class Life:
    """What happens to the runs of the first sequence; the same seed, clock and rate give the same events."""

    def __init__(self, state: MockState, *, seed: int = 0) -> None:
        self._state = state
        self._seed = seed
        self.restart()

    def restart(self) -> None:
        """Begin anew, at the time it is now."""
        self._random = Random(self._seed)  # noqa: S311 - nothing secret
        self._started = 0
        self._since = self._state.clock.now()

    def catch_up(self) -> int:
        """Let happen what was due since the last time; return how many events that was."""
        now, rate = self._state.clock.now(), self._state.live_rate
        due = int((now - self._since) * rate + 1e-6) if rate else 0
        if due <= 0 or not self._state.sequences.stores:
            self._since = self._since if rate and now >= self._since else now
            return 0
        sequence_id = next(iter(self._state.sequences.stores))
        runs = self._state.sequences.runs(sequence_id)
        for number in range(1, min(due, _MOST_AT_ONCE) + 1):
            self._happen(runs, sequence_id, render_time(self._since + number / rate))
        self._since += due / rate
        self._state.sequences.stores[sequence_id] = store_of(runs)
        return due

    def _happen(self, runs: list[SequenceRun], sequence_id: str, time: str) -> None:
        active = [place for place, run in enumerate(runs) if run["status"] == "active" and run["created_at"] <= time]
        # By id, so that it does not matter how many events there were between two looks at the clock.
        active.sort(key=lambda place: runs[place]["id"])
        drawn = self._random.random()
        if drawn < 0.4 or not active:
            self._started += 1
            runs.append(
                sequence_run(
                    _FIRST + self._started,
                    sequence_id=sequence_id,
                    created_at=time,
                    status="active",
                    step_contacts=0,
                )
            )
            return
        place = self._random.choice(active)
        change = _finish if drawn > 0.8 else self._advance
        runs[place] = change(runs[place], time)

    def _advance(self, run: SequenceRun, time: str) -> SequenceRun:
        """Return a run that has come to another step."""
        channels = sorted(next(iter(self._state.sequences.stores.values())).channels)
        step: StepContact = {
            "id": self._uuid(),
            "step_id": self._uuid(),
            "channel_id": run["channel_id"] or (self._random.choice(channels) if channels else None),
            "status": "active",
            "clicked_link": False,
            "unsubscribed": False,
            "scheduled_at": time,
            "contact_messages": [],
        }
        steps: list[Any] = [{**earlier, "status": "finished"} for earlier in run["step_contacts"]]
        return {
            **run,
            "updated_at": max(time, run["updated_at"]),
            "channel_id": step["channel_id"],
            "last_step_id": step["step_id"],
            "step_contacts": [*steps, step],
        }

    def _uuid(self) -> str:
        return str(UUID(int=self._random.getrandbits(128), version=4))


def _finish(run: SequenceRun, time: str) -> SequenceRun:
    """Return a run that has come to its end."""
    steps: list[Any] = [{**step, "status": "finished"} for step in run["step_contacts"]]
    return {**run, "status": "finished", "updated_at": max(time, run["updated_at"]), "step_contacts": steps}


async def keep_alive(life: Life) -> None:
    """Let time pass for as long as the server runs."""
    while True:
        await asyncio.sleep(TICK)
        life.catch_up()
