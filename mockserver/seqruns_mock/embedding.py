"""A mock inside this process: for tests, unittest and scripts."""

from __future__ import annotations

import asyncio
import atexit
import threading
from collections.abc import Mapping
from copy import deepcopy
from dataclasses import fields
from difflib import get_close_matches
from functools import lru_cache, partial
from pathlib import Path
from secrets import token_hex
from typing import TYPE_CHECKING, Any, Final

from seqruns.dialect import Dialect
from seqruns.dialect_file import read_dialect
from seqruns_mock.addresses import root_url_of
from seqruns_mock.application import create_application
from seqruns_mock.core.clock import parse_now
from seqruns_mock.core.sequences import store_of
from seqruns_mock.core.simulation import simulate
from seqruns_mock.handle import MockHandle, MockSession
from seqruns_mock.http.state import MockState
from seqruns_mock.runtime import certificate_of, create_start, create_stores
from seqruns_mock.server.serve import hold_port, serve_until
from seqruns_mock.settings import Settings, parse_sizes
from seqruns_mock.trouble.trouble import parse_troubles

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from types import TracebackType
    from typing import Self

    from seqruns.defaults import Profile
    from seqruns.dialect import Value
    from seqruns_fixtures.model import SequenceRun
    from seqruns_mock.core.store import RunStore
    from seqruns_mock.sessions import Sessions
    from seqruns_mock.trouble.trouble import Trouble


class MockServer(MockHandle):
    """A real server on a free port of this machine, run by a thread of this process.

    It takes the options of `seqruns serve` as keyword arguments, and `sequence_runs=[…]` for the runs of its first
    sequence. Start and stop take a few milliseconds::

        with MockServer(runs=20) as server:
            server.trouble("error", status=503, times=1)
            my_client(server.url, server.key).runs(server.sequence_id)
            assert server.requests[0].status == 503
    """

    def __init__(self, *, sequence_runs: Iterable[SequenceRun] | None = None, **options: Any) -> None:
        settings = self._settings = settings_of({"port": 0, "quiet": True, **options})
        stores = dict(_stores(settings) if settings.data is None else create_stores(settings))
        if sequence_runs is not None:
            # A copy, so that what the test does with its list later does not change what is served.
            stores[next(iter(stores))] = store_of(deepcopy(list(sequence_runs)))
        self.state = MockState(create_start(settings, stores))
        self.app: Sessions = create_application(self.state, settings)
        """The WSGI application, for clients in this process; it needs no start."""
        self.key = settings.keys[0]
        self.sequence_id = next(iter(stores))
        """The first sequence."""
        self._root_url: str | None = None
        self.authority: Path | None = None
        """What a client must trust, in PEM, once a server with `tls=True` is started."""
        self._thread: threading.Thread | None = None

    def __enter__(self) -> Self:
        self.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.stop()

    @property
    def root_url(self) -> str:
        """Where the server is. Raises RuntimeError before its start, when its port is not known."""
        if self._root_url is None:
            raise RuntimeError("The mock has no URL until it is started, by `with MockServer() as server:` or start().")
        return self._root_url

    def session(self, name: str | None = None) -> MockSession:
        """Return the session of this name, or of a new one: runs, troubles, clock and requests of its own.

        It begins as the server is now. As a context manager it ends with its block.
        """
        return MockSession(self, name or token_hex(4))

    def start(self) -> None:
        """Start the server on a thread. Raises OSError if it cannot listen."""
        started = threading.Event()
        failures: list[BaseException] = []

        def run() -> None:
            try:
                asyncio.run(self._serve(started))
            except BaseException as failure:  # noqa: BLE001 - it is raised again, by the one who waits
                failures.append(failure)
                # Whoever waits must wake up in any case, to see the failure.
                started.set()

        self._thread = threading.Thread(target=run, name="seqruns-mock", daemon=True)
        self._thread.start()
        started.wait()
        if failures:
            raise failures[0]
        # A program may end without a stop, and must not do so under Granian's threads.
        atexit.register(self.stop)

    def stop(self) -> None:
        """Stop the server. It closes the connections of clients that still wait."""
        if self._thread is not None:
            # An asyncio event may be set by its own thread only.
            self._loop.call_soon_threadsafe(self._stop.set)
            self._thread.join()
            self._thread = None
            atexit.unregister(self.stop)

    async def _serve(self, started: threading.Event) -> None:
        self._loop, self._stop = asyncio.get_running_loop(), asyncio.Event()
        settings = self._settings
        with hold_port(settings.host, settings.port) as (hosts, port), certificate_of(settings) as certificate:
            self._root_url = root_url_of(settings.host, port, tls=certificate is not None) + settings.base_path
            self.authority = certificate.authority if certificate else None
            self.state.authority = self.authority.read_bytes() if self.authority else b""
            await serve_until(
                self._stop,
                self.app,
                hosts,
                port,
                ready=started.set,
                certificate=certificate,
                background=(partial(simulate, self.state.simulation), self.app.simulate),
            )


def settings_of(options: Mapping[str, Any]) -> Settings:
    """Return settings from options named as those of `seqruns serve`; one that may be repeated takes one or several.

    Raises TypeError for an unknown option, and ValueError for a bad value.
    """
    values = {_SEVERAL.get(name, name): value for name, value in options.items()}
    known = {field.name for field in fields(Settings) if field.init}
    for name in values:
        if name not in known:
            near = get_close_matches(name, [*known, *_SEVERAL], n=1)
            raise TypeError(f"MockServer has no option {name!r}" + (f"; did you mean {near[0]!r}?" if near else "."))
    for name in ("keys", "faults", "cors", "tls_names", "allowed_hosts"):
        if values.get(name) is not None:
            values[name] = _one_or_more(values[name])
    if not isinstance(values.get("sequences", {}), Mapping):
        values["sequences"] = parse_sizes(_one_or_more(values["sequences"]))
    if "troubles" in values:
        values["troubles"] = tuple(_troubles(values["troubles"]))
    if isinstance(values.get("now"), str):
        values["now"] = parse_now(values["now"])
    if values.get("dialect") is not None:
        values["dialect"] = _dialect(values["dialect"])
    if values.get("data") is not None:
        values["data"] = Path(values["data"])
    return Settings(**values)


_SEVERAL: Final = {
    "key": "keys",
    "sequence": "sequences",
    "trouble": "troubles",
    "fault": "faults",
    "tls_name": "tls_names",
    "allow_host": "allowed_hosts",
}
"""Options of `seqruns serve` that may be repeated, and the settings they come to."""


def _one_or_more(value: str | Iterable[Any]) -> tuple[Any, ...]:
    return (value,) if isinstance(value, str) else tuple(value)


def _troubles(value: str | Iterable[str | Trouble]) -> Iterator[Trouble]:
    for each in _one_or_more(value):
        yield from parse_troubles(each) if isinstance(each, str) else [each]


def _dialect(value: Dialect | str | Path | Mapping[str, Value]) -> Dialect:
    """Return a dialect from itself, from the path of its file, or from its values."""
    if isinstance(value, Dialect):
        return value
    return Dialect.of(value) if isinstance(value, Mapping) else read_dialect(Path(value))


@lru_cache(maxsize=8)
def _generated(
    runs: int | None, seed: int, profile: Profile, sizes: tuple[tuple[str, int], ...], variant: str | None
) -> dict[str, RunStore]:
    return create_stores(Settings(runs=runs, seed=seed, profile=profile, sequences=dict(sizes), variant=variant))


def _stores(settings: Settings) -> dict[str, RunStore]:
    """Return the generated stores; made once for each set of options, since a store never changes."""
    sizes = tuple(settings.sequences.items())
    return _generated(settings.runs, settings.seed, settings.profile, sizes, settings.variant)
