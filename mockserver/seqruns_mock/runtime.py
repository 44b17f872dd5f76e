"""From settings to a running mock."""

from __future__ import annotations

import gc
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from functools import partial
from os import cpu_count
from secrets import token_urlsafe
from typing import TYPE_CHECKING, Any, Final

import click

from seqruns_fixtures.recipe import DEFAULT_SEQUENCE_ID
from seqruns_mock.cli.banner import print_banner
from seqruns_mock.cli.console import ConsoleLog
from seqruns_mock.control.access import is_loopback
from seqruns_mock.control.api import create_desk
from seqruns_mock.core.data_file import load_stores, watch
from seqruns_mock.core.sequences import default_sizes, generate_stores, store_of
from seqruns_mock.core.simulation import keep_alive
from seqruns_mock.exhibition import runs_for, show
from seqruns_mock.http.cors import Cors, parse_origin
from seqruns_mock.http.middleware import Front
from seqruns_mock.http.state import MockState, Start
from seqruns_mock.server.serve import hold_port, run_server
from seqruns_mock.server.tls import self_signed

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping
    from pathlib import Path

    from seqruns_mock.cli.console import LogFormat
    from seqruns_mock.core.store import RunStore
    from seqruns_mock.http.journal import Entry
    from seqruns_mock.server.serve import Background, Certificate
    from seqruns_mock.trouble.trouble import Trouble

DEFAULT_KEY: Final = "mock-key"
DEFAULT_RUNS: Final = 137


@dataclass(frozen=True, slots=True, kw_only=True)
class Settings:
    """What a mock is asked to be."""

    host: str = "127.0.0.1"
    port: int = 8080
    keys: tuple[str, ...] = ()
    """The keys to accept; empty for the default one, or one that is made where others reach the control API."""
    runs: int | None = None
    """How many runs the first sequence has; None for the default, or what the variant needs."""
    seed: int = 0
    profile: str = "edge"
    sequences: Mapping[str, int] = field(default_factory=dict)
    """How many generated runs each sequence has; empty for the three default ones."""
    data: Path | None = None
    now: float | None = None
    """Where the clock stands, in seconds since 1970; None lets it run."""
    live: float = 0.0
    troubles: tuple[Trouble, ...] = ()
    trouble_seed: int = 0
    faults: tuple[str, ...] = ()
    """Ids of faults of the gallery."""
    variant: str | None = None
    """Id of a lawful variant of the gallery."""
    gallery: bool = False
    """Whether the whole gallery is served, too."""
    rate_limit: int | None = None
    cors: tuple[str, ...] | None = None
    """Origins that may call; None is any on loopback and none elsewhere."""
    quiet: bool = False
    log_format: LogFormat = "text"
    certificate: Certificate | None = None
    tls: bool = False
    """Whether to make a certificate where none is given."""
    control: bool = True
    key_is_made: bool = False
    """Whether the key was made for this run."""

    def __post_init__(self) -> None:
        """Fill in what depends on other settings. Raises ValueError for what cannot be."""
        settled: dict[str, Any] = {}
        if not self.keys:
            settled["key_is_made"] = self.control and not is_loopback(self.host)
            settled["keys"] = (token_urlsafe(12) if settled["key_is_made"] else DEFAULT_KEY,)
        if self.runs is not None and self.runs < 0:
            raise ValueError(f"runs: {self.runs} is out of range; give a whole number from 0.")
        if self.runs is None:
            settled["runs"] = runs_for(self.variant) or DEFAULT_RUNS
        if self.cors is not None:
            settled["cors"] = tuple(parse_origin(origin) for origin in self.cors if origin != "none")
        for name, value in settled.items():
            object.__setattr__(self, name, value)

    def start(self, stores: Mapping[str, RunStore]) -> Start:
        """Return how a mock that serves these stores is at its start."""
        return Start(
            stores=stores,
            keys=frozenset(self.keys),
            troubles=self.troubles,
            trouble_seed=self.trouble_seed,
            faults=self.faults,
            show=partial(show, variant=self.variant, gallery=self.gallery),
            per_second=self.rate_limit,
            now=self.now,
            live_rate=self.live,
            seed=self.seed,
        )


def parse_sizes(pairs: Iterable[str]) -> dict[str, int]:
    """Return how many runs each sequence has, from `ID=N`. Raises ValueError."""
    sizes = {}
    for pair in pairs:
        sequence_id, _, runs = pair.rpartition("=")
        if not sequence_id or not runs.isdecimal() or not runs.isascii():
            raise ValueError(f"{pair!r} is not ID=N, such as spring-sale=40.")
        if "/" in sequence_id:
            raise ValueError(f"{sequence_id!r} has a slash in it, so no path leads to it.")
        if sequence_id in sizes:
            raise ValueError(f"{sequence_id!r} is given twice.")
        sizes[sequence_id] = int(runs)
    return sizes


def load_settings_stores(settings: Settings, *, jobs: int = 1) -> dict[str, RunStore]:
    """Return the runs that settings ask for: those of a file, generated ones, or both."""
    sizes = dict(settings.sequences)
    stores = {} if settings.data is None else load_stores(settings.data)
    if settings.data is None and not sizes:
        sizes = default_sizes(runs=settings.runs or 0)
    knobs: dict[str, Any] = {"profile": settings.profile}
    generated = generate_stores(sizes, seed=settings.seed, jobs=jobs, **knobs)
    return {**generated, **stores} or {DEFAULT_SEQUENCE_ID: store_of([])}


@contextmanager
def certificate_of(settings: Settings) -> Iterator[Certificate | None]:
    """Give the certificate that settings ask for, made where none is given. Raises NoTrustmeError."""
    if settings.certificate is None and settings.tls:
        with self_signed(settings.host) as certificate:
            yield certificate
    else:
        yield settings.certificate


def create_front(state: MockState, settings: Settings, *, observe: Callable[[Entry], None] | None = None) -> Front:
    """Return the WSGI application of a mock."""
    loopback = is_loopback(settings.host)
    origins = ("*",) if settings.cors is None and loopback else settings.cors
    return Front(
        state,
        create_desk(state, guarded=not loopback) if settings.control else None,
        observe=observe,
        cors=Cors(origins=origins) if origins else None,
    )


def boot(settings: Settings) -> None:
    """Serve until SIGINT or SIGTERM, and say on the console where.

    Raises OSError where it cannot listen or read, and BadFileError.
    """
    with ExitStack() as stack:
        address, port = stack.enter_context(hold_port(settings.host, settings.port))
        gc.disable()
        state = MockState(settings.start(load_settings_stores(settings, jobs=cpu_count() or 1)))
        _warm_up(state)
        certificate = stack.enter_context(certificate_of(settings))
        # What is there now stays: the collector need not walk it again, which would show as pauses.
        gc.freeze()
        gc.enable()
        log = None if settings.quiet else ConsoleLog(settings.log_format)
        run_server(
            create_front(state, settings, observe=log.add if log else None),
            address,
            port,
            ready=partial(print_banner, state.mock.stores, address, port, settings, certificate),
            certificate=certificate,
            background=_background(state, settings),
        )
        if log is not None:
            log.finish()


def _warm_up(state: MockState) -> None:
    """Make a run, so that the first request need not wait for what that loads."""
    for store in state.sequences.stores.values():
        if len(store):
            store.run_json(0)
            return


def _background(state: MockState, settings: Settings) -> tuple[Background, ...]:
    tasks: list[Background] = [partial(keep_alive, state.life)]
    if settings.data is not None:
        generated = generate_stores(settings.sequences, seed=settings.seed, profile=settings.profile)

        def put(stores: Mapping[str, RunStore]) -> None:
            # A file that has become empty names no sequence: those that were there have no runs.
            everything = {**generated, **stores}
            state.sequences.restart(everything or dict.fromkeys(state.sequences.stores, store_of([])))

        tasks.append(partial(watch, settings.data, put, partial(click.echo, err=True)))
    return tuple(tasks)
