"""From settings to a running mock: stores, state, application, server."""

from __future__ import annotations

import asyncio
import ctypes
import gc
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import dataclass
from functools import partial
from os import cpu_count
from typing import TYPE_CHECKING, Final

import click

from seqruns import defaults
from seqruns.dialect import Dialect
from seqruns_mock.addresses import root_url_of
from seqruns_mock.application import create_application
from seqruns_mock.core.data_file import load_stores, watch
from seqruns_mock.core.sequences import default_sizes, generate_stores, store_of
from seqruns_mock.core.simulation import simulate
from seqruns_mock.http.app import BASE_PATH, create_app
from seqruns_mock.http.state import MockState, Start
from seqruns_mock.server.serve import hold_port, run_server
from seqruns_mock.server.tls import self_signed

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping, Sequence
    from types import ModuleType

    from seqruns_mock.core.store import RunStore
    from seqruns_mock.http.answer import Handler
    from seqruns_mock.http.journal import Entry
    from seqruns_mock.http.pipeline import Mock
    from seqruns_mock.server.serve import Background, Certificate
    from seqruns_mock.sessions import Sessions
    from seqruns_mock.settings import Settings


@dataclass(frozen=True, slots=True, kw_only=True)
class Listening:
    """Where a mock listens and what it serves, once it accepts connections."""

    root_url: str
    """With the base path, if the mock has one."""
    key: str
    sequences: Mapping[str, int]
    """The number of runs in each sequence, by id."""
    certificate: Certificate | None = None

    @property
    def base_url(self) -> str:
        """Return the base URL, which ends in `/v1`."""
        return self.root_url + BASE_PATH


def gallery() -> ModuleType:
    """Return the gallery of faults and variants, imported only when it is asked for."""
    from seqruns_gallery import command  # noqa: PLC0415 - the mock is quick to start and works without it

    return command


def build(mock: Mock, faults: Sequence[str] = (), *, variant: str | None = None, whole: bool = False) -> Handler:
    """Return the endpoint of a mock: by the contract or with a variant and faults; `whole`, with the gallery beside it.

    Raises ValueError for an unknown id, and for faults that do not go together.
    """
    if not (faults or variant or whole):
        return create_app(mock).answer
    endpoint: Handler = gallery().build(mock, faults, variant=variant, whole=whole)
    return endpoint


def list_faults() -> list[dict[str, str]]:
    """Return the name and description of every fault of the gallery."""
    faults: list[dict[str, str]] = gallery().list_faults()
    return faults


def create_start(settings: Settings, stores: Mapping[str, RunStore]) -> Start:
    """Return how a mock that serves these stores is at its start."""
    return Start(
        stores=stores,
        keys=frozenset(settings.keys),
        dialect=settings.dialect or Dialect(),
        troubles=settings.troubles,
        faults=settings.faults,
        build=partial(build, variant=settings.variant, whole=settings.gallery),
        list_faults=list_faults,
        per_second=settings.rate_limit,
        now=settings.now,
        live_rate=settings.live,
        journal=settings.journal,
        seed=settings.seed,
    )


def create_stores(settings: Settings, *, jobs: int = 1) -> dict[str, RunStore]:
    """Return the runs that settings ask for: those of a file, generated ones, or both. Raises BadFileError."""
    sizes = dict(settings.sequences)
    stores = {} if settings.data is None else load_stores(settings.data)
    if settings.data is None and not sizes:
        sizes = default_sizes(runs=_first_size(settings))
    generated = generate_stores(sizes, seed=settings.seed, jobs=jobs, profile=settings.profile)
    return {**generated, **stores} or {defaults.SEQUENCE_ID: store_of([])}


def _first_size(settings: Settings) -> int:
    """Return the number of runs in the first sequence; some variants show only with more than the default."""
    if settings.runs is not None:
        return settings.runs
    needed = gallery().runs_for(settings.variant) if settings.variant else None
    return needed or defaults.RUNS


@contextmanager
def certificate_of(settings: Settings) -> Iterator[Certificate | None]:
    """Give the certificate that settings ask for, made when none is given. Raises NoTrustmeError."""
    if settings.certificate is None and settings.tls:
        with self_signed(settings.host, *settings.tls_names) as certificate:
            yield certificate
    else:
        yield settings.certificate


def run(
    settings: Settings, *, ready: Callable[[Listening], None], observe: Callable[[Entry], None] | None = None
) -> None:
    """Serve until SIGINT or SIGTERM; call `ready` once connections are accepted and `observe` with each request.

    Raises OSError when it cannot listen or read, and BadFileError.
    """
    with ExitStack() as stack:
        # First of all: a port that is taken is said at once, not after the runs were made.
        addresses, port = stack.enter_context(hold_port(settings.host, settings.port))
        # Millions of objects may be made now, and hardly any thrown away: the collector would walk them again and again
        # for nothing.
        gc.disable()
        state = MockState(create_start(settings, create_stores(settings, jobs=cpu_count() or 1)))
        if sum(map(len, state.sequences.stores.values())) >= VERY_MANY:
            keep_freed_memory()
        _warm_up(state)
        certificate = stack.enter_context(certificate_of(settings))
        if certificate is not None and certificate.authority is not None:
            state.authority = certificate.authority.read_bytes()
        # What is there now stays: the collector need not walk it again, which would show as pauses.
        gc.freeze()
        gc.enable()
        listening = Listening(
            root_url=root_url_of(settings.host, port, tls=certificate is not None) + settings.base_path,
            key=settings.keys[0],
            sequences={sequence_id: len(store) for sequence_id, store in state.sequences.stores.items()},
            certificate=certificate,
        )
        app = create_application(state, settings, observe=observe)
        run_server(
            app,
            addresses,
            port,
            ready=partial(ready, listening),
            certificate=certificate,
            background=(*_background(state, settings), app.simulate, partial(_warm_up_control, app, settings)),
        )


VERY_MANY: Final = 1_000_000
"""Runs, of which a set of rows is larger than what the C library keeps for the next one."""
_TRIM_THRESHOLD, _MMAP_THRESHOLD = -1, -3
"""Parameters of `mallopt`, in malloc.h of glibc."""


def keep_freed_memory() -> None:
    """Have the C library keep up to 32 MB that is free, where it can; it takes no more.

    Each query of ten million runs makes sets of rows of 1.25 MB. By default the memory of each goes back to the system
    and is asked for again, page by page: 4.7 ms for a set of three rows, in the place of 0.4.
    """
    with suppress(OSError, AttributeError, TypeError):  # another C library, as on macOS, Windows and Alpine
        library = ctypes.CDLL(None)
        for parameter in (_MMAP_THRESHOLD, _TRIM_THRESHOLD):
            library.mallopt(parameter, 32 << 20)


def _warm_up(state: MockState) -> None:
    """Make a run, so that the first request need not wait for what that loads."""
    for store in state.sequences.stores.values():
        if len(store):
            store.run_json(0)
            return


async def _warm_up_control(app: Sessions, settings: Settings) -> None:
    """Ask for the page and for the document of the control API, so that the first client need not wait for them."""
    from werkzeug.test import create_environ  # noqa: PLC0415 - the start of the mock does not wait for it

    for path in ("/", "/__mock__/openapi.yaml") if settings.control else ():
        await asyncio.to_thread(app.answer, create_environ(settings.base_path + path))


def _background(state: MockState, settings: Settings) -> tuple[Background, ...]:
    tasks: list[Background] = [partial(simulate, state.simulation)]
    if settings.data is not None:
        generated = generate_stores(settings.sequences, seed=settings.seed, profile=settings.profile)

        def put(stores: Mapping[str, RunStore]) -> None:
            # A file that has become empty names no sequence: those that were there have no runs.
            everything = {**generated, **stores}
            state.sequences.restart(everything or dict.fromkeys(state.sequences.stores, store_of([])))

        tasks.append(partial(watch, settings.data, put, partial(click.echo, err=True)))
    return tuple(tasks)
