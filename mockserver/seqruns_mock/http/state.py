"""The state of a running mock: all that the control API shows, changes and resets."""

from __future__ import annotations

import time
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any

from seqruns.dialect import Dialect, dimensions
from seqruns.instant import render_time
from seqruns_mock.core.clock import Clock
from seqruns_mock.core.sequences import Sequences
from seqruns_mock.core.simulation import Simulation
from seqruns_mock.http.dialect.speaking import create_pipeline, rate_of
from seqruns_mock.http.journal import CAPACITY, Journal
from seqruns_mock.http.pipeline import Mock
from seqruns_mock.http.rate_limit import RateLimiter
from seqruns_mock.trouble.troubles import Troubles

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Mapping, Sequence

    from seqruns_mock.core.store import RunStore
    from seqruns_mock.http.answer import Handler
    from seqruns_mock.trouble.trouble import Trouble


@dataclass(frozen=True, slots=True, kw_only=True)
class Start:
    """The state of a mock at its start, and after a reset."""

    stores: Mapping[str, RunStore]
    keys: Collection[str]
    dialect: Dialect = field(default_factory=Dialect)
    """What the endpoint does otherwise than the contract chooses."""
    troubles: Sequence[Trouble] = ()
    faults: Sequence[str] = ()
    """Ids of faults of the gallery."""
    per_second: int | None = None
    """The rate limit; None for none."""
    now: float | None = None
    """The time at which the clock stands, in seconds since 1970; None lets it run."""
    live_rate: float = 0.0
    """Run events a second."""
    journal: int = CAPACITY
    """How many requests the journal holds."""
    seed: int = 0
    """Seed of the live events and the chances of troubles."""
    build: Callable[[Mock, Sequence[str]], Handler]
    """Returns the endpoint of a mock with these faults; raises ValueError for unknown or conflicting ones."""
    list_faults: Callable[[], list[dict[str, str]]]
    """Returns the name and description of every fault."""


class MockState:
    """A running mock. One thread changes it; each change takes effect between two requests."""

    def __init__(self, start: Start) -> None:
        self.start = start
        self.started = time.time()
        self.clock = Clock(start.now)
        self.sequences = Sequences(dict(start.stores), self.clock)
        self.limiter = RateLimiter(start.per_second)
        self.mock = Mock(stores=self.sequences.stores, keys=start.keys, limiter=self.limiter)
        self.journal = Journal(start.journal)
        self.troubles = Troubles(seed=start.seed)
        self.simulation = Simulation(self.sequences, self.clock, rate=start.live_rate, seed=start.seed)
        self.dialect = start.dialect
        self.authority = b""
        """The certificate, in PEM, of the authority that a client must trust; empty without one of our own."""
        self.faults: tuple[str, ...]
        """The ids of the active faults."""
        self.endpoint: Handler
        """The handler below /v1/: by the contract, or with faults."""
        self.troubles.put(start.troubles)
        # Last, as it needs the mock, the limiter and the start that stand above.
        self._put_endpoint(start.dialect, start.faults)

    def reset(self) -> None:
        """Restore the state of the start, and clear the journal."""
        self.sequences.reset()
        self.troubles.put(self.start.troubles)
        self._put_endpoint(self.start.dialect, self.start.faults)
        self.clock.fixed = self.start.now
        self.simulation.rate = self.start.live_rate
        self.simulation.restart()
        self.limiter.forget()
        self.journal.clear()

    def copy_as_start(self) -> Start:
        """Return the present state as the start of another mock; they share the stores, which never change."""
        return replace(
            self.start,
            stores=dict(self.sequences.stores),
            troubles=[standing.trouble for standing in self.troubles.standing],
            faults=self.faults,
            dialect=self.dialect,
            per_second=self.limiter.per_second,
            now=self.clock.fixed,
            live_rate=self.simulation.rate,
        )

    def put_faults(self, ids: Sequence[str]) -> None:
        """Replace the active faults. Raises ValueError for unknown or conflicting ones."""
        self.endpoint, self.faults = self.start.build(self.mock, ids), tuple(dict.fromkeys(ids))

    def put_dialect(self, dialect: Dialect) -> None:
        """Answer in another dialect, with its rate limit. Raises ValueError where an active fault would undo it."""
        self._put_endpoint(dialect, self.faults)

    def _put_endpoint(self, dialect: Dialect, faults: Sequence[str]) -> None:
        before = self.mock.pipeline
        try:
            # A fault is built around the pipeline that is there, so that comes first.
            self.mock.pipeline = create_pipeline(dialect)
            self.put_faults(faults)
        except ValueError:
            self.mock.pipeline = before
            raise
        self.dialect = dialect
        # What the command line asks for stands, whatever the dialect says of rates.
        self.limiter.per_second = self.start.per_second or rate_of(dialect)

    def advance(self, seconds: float) -> None:
        """Move a clock that stands, and apply the events that are due by then.

        Raises ValueError for a clock that runs, or that would leave the calendar, and if too many events were due.
        """
        self.simulation.check(self.clock.after(seconds))
        self.clock.advance(seconds)
        self.simulation.catch_up()

    def as_json(self) -> dict[str, Any]:
        """Return the whole state, for the control API."""
        return {
            "started": render_time(self.started),
            "clock": self.clock_as_json(),
            "sequences": self.sequences_as_json(),
            "troubles": self.troubles_as_json(),
            "faults": {"active": list(self.faults)},
            "dialect": self.dialect_as_json(),
            "live": {"rate": self.simulation.rate},
            "rate_limit": {"per_second": self.limiter.per_second},
            "journal": {"last": self.journal.last, "held": len(list(self.journal))},
        }

    def clock_as_json(self) -> dict[str, Any]:
        """Return the time, and whether it is fixed."""
        return {"now": render_time(self.clock.now()), "fixed": self.clock.fixed is not None}

    def dialect_as_json(self) -> dict[str, Any]:
        """Return what the endpoint does otherwise, or was told to do: the values, and each of them in words."""
        values = self.dialect.values
        shown = [(dimensions()[name], value) for name, value in values.items()]
        return {
            "values": values,
            "in_words": {dimension.id: f"{dimension.says}: {dimension.describe(value)}" for dimension, value in shown},
            "otherwise": [dimension.id for dimension, value in shown if value != dimension.contract],
        }

    def sequences_as_json(self) -> list[dict[str, Any]]:
        """Return the known sequences: id, number of runs, and the channels of their step contacts."""
        return [
            {"id": sequence_id, "runs": len(store), "channels": sorted(store.channels)}
            for sequence_id, store in self.sequences.stores.items()
        ]

    def troubles_as_json(self) -> list[dict[str, Any]]:
        """Return the troubles in force."""
        return [standing.as_json() for standing in self.troubles.standing]

    def faults_as_json(self) -> dict[str, Any]:
        """Return the active faults and the available ones."""
        return {"active": list(self.faults), "available": self.start.list_faults()}
