"""A mock inside this process: for tests, unittest and scripts."""

from __future__ import annotations

import asyncio
import threading
from functools import lru_cache
from typing import TYPE_CHECKING, Any

from seqruns.document import OPERATION_PATH
from seqruns_mock.app import BASE_PATH
from seqruns_mock.banner import root_url_of
from seqruns_mock.boot import Settings, create_front, load_settings_stores
from seqruns_mock.control.state import MockState
from seqruns_mock.live import keep_alive
from seqruns_mock.sequences import store_of
from seqruns_mock.server import hold_port, serve_until
from seqruns_mock.trouble.trouble import parse_troubles, trouble_from

if TYPE_CHECKING:
    from collections.abc import Iterable
    from types import TracebackType
    from typing import Self

    from seqruns_fixtures.model import SequenceRun
    from seqruns_mock.front import Front
    from seqruns_mock.journal import Entry
    from seqruns_mock.store import RunStore


class MockServer:
    """A real server on a free port of this machine, run by a thread of this process.

    It takes the options of `seqruns serve` as keyword arguments, and `sequence_runs=[…]` for the runs of its first
    sequence. Start and stop take a few milliseconds::

        with MockServer(runs=20) as server:
            server.trouble("error", status=503, times=1)
            my_client(server.url, server.key).runs(server.sequence_id)
            assert server.requests[0].status == 503
    """

    def __init__(self, *, sequence_runs: Iterable[SequenceRun] | None = None, **options: Any) -> None:
        self._settings = Settings(**{"port": 0, "quiet": True, **options})
        stores = dict(_stores(self._settings) if self._settings.data is None else load_settings_stores(self._settings))
        if sequence_runs is not None:
            stores[next(iter(stores))] = store_of(sequence_runs)
        settings = self._settings
        self.state = MockState(settings.start(stores))
        self.app: Front = create_front(self.state, self._settings)
        """The WSGI application, for clients in this process; it needs no start."""
        self.key = settings.keys[0]
        self.sequence_id = next(iter(stores))
        """The first sequence."""
        self.root_url = ""
        """Where the server is, once it is started."""
        self._thread: threading.Thread | None = None

    def __enter__(self) -> Self:
        self.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.stop()

    @property
    def url(self) -> str:
        """The base URL, which ends in `/v1`."""
        return self.root_url + BASE_PATH

    @property
    def runs_url(self) -> str:
        """The URL of the runs of the first sequence."""
        return self.url + OPERATION_PATH.replace("{sequence_id}", self.sequence_id)

    @property
    def runs(self) -> list[SequenceRun]:
        """The runs of the first sequence, in the order in which they are listed."""
        return self.state.sequences.runs(self.sequence_id)

    @runs.setter
    def runs(self, runs: Iterable[SequenceRun]) -> None:
        self.state.sequences.replace(self.sequence_id, list(runs))

    @property
    def requests(self) -> list[Entry]:
        """What came in since the start or the last reset, oldest first."""
        return list(self.state.journal)

    def add(self, *, sequence_id: str | None = None, **fields: Any) -> SequenceRun:
        """Add a run that has these fields (see `seqruns_fixtures.sequence_run`), the rest filled in; return it."""
        return self.state.sequences.add(sequence_id or self.sequence_id, [fields])[0]

    def trouble(self, kind: str, **options: Any) -> None:
        """Make trouble from now on: `trouble("error", status=503, times=1)`, or the same in one line.

        Raises ValueError for a kind or an option that there is not.
        """
        troubles = [trouble_from({"kind": kind, **options})] if options else parse_troubles(kind)
        for trouble in troubles:
            self.state.troubles.add(trouble)

    def reset(self) -> None:
        """Put everything back as it was at the start, and forget the requests."""
        self.state.reset()

    def start(self) -> None:
        """Start to serve, on a thread. Raises OSError where it cannot listen."""
        started = threading.Event()
        failures: list[BaseException] = []

        def run() -> None:
            try:
                asyncio.run(self._serve(started))
            except BaseException as failure:  # noqa: BLE001 - it is raised again, by the one who waits
                failures.append(failure)
                started.set()

        self._thread = threading.Thread(target=run, name="seqruns-mock", daemon=True)
        self._thread.start()
        started.wait()
        if failures:
            raise failures[0]

    def stop(self) -> None:
        """Stop to serve. Requests that still wait are answered at once."""
        if self._thread is not None:
            self._loop.call_soon_threadsafe(self._stop.set)
            self._thread.join()
            self._thread = None

    async def _serve(self, started: threading.Event) -> None:
        self._loop, self._stop = asyncio.get_running_loop(), asyncio.Event()
        with hold_port(self._settings.host, self._settings.port) as (host, port):
            self.root_url = root_url_of(host, port, tls=self._settings.certificate is not None)

            async def live() -> None:
                await keep_alive(self.state.life)

            await serve_until(
                self._stop,
                self.app,
                host,
                port,
                ready=started.set,
                certificate=self._settings.certificate,
                background=(live,),
            )


@lru_cache(maxsize=8)
def _generated(runs: int, seed: int, profile: str, sizes: tuple[tuple[str, int], ...]) -> dict[str, RunStore]:
    return load_settings_stores(Settings(runs=runs, seed=seed, profile=profile, sequences=dict(sizes)))


def _stores(settings: Settings) -> dict[str, RunStore]:
    """Return the generated stores; made once for each set of options, since a store never changes."""
    return _generated(settings.runs, settings.seed, settings.profile, tuple(settings.sequences.items()))
