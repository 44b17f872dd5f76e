"""What the tests of the mock share: runs, an application in process, and a real server as a process."""

from __future__ import annotations

import os
import shlex
import signal
import subprocess
import sys
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING

import pytest
from tests.processes import started

from seqruns_fixtures import generate_runs
from seqruns_mock.core.columns import columns_of
from seqruns_mock.core.store import RunStore
from seqruns_mock.http.app import create_app
from seqruns_mock.http.pipeline import Mock
from seqruns_mock.process import start_mock

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from flask.testing import FlaskClient

    from seqruns_fixtures import SequenceRun
    from seqruns_mock.process import MockProcess

SEQUENCE = "5f0c1f0e-52f9-4b9e-9d5c-3f2f0f6a7c11"
KEY = "test-key"


@pytest.fixture(scope="session")
def runs() -> list[SequenceRun]:
    """Return runs with the hard cases in them."""
    return list(generate_runs(runs=137, seed=7, sequence_id=SEQUENCE))


@pytest.fixture(scope="session")
def store(runs: list[SequenceRun]) -> RunStore:
    """Return a store of those runs."""
    return RunStore(columns_of(runs))


@pytest.fixture
def client(store: RunStore) -> FlaskClient:
    """Return a client, with the key in its headers, of an application in process that serves those runs."""
    empty = RunStore(columns_of([]))
    client = create_app(Mock(stores={SEQUENCE: store, "empty": empty}, keys={KEY, "other-key"})).test_client()
    client.environ_base["HTTP_X_WHIPPY_KEY"] = KEY
    return client


@contextmanager
def serving(
    *options: str,
    stop: signal.Signals = signal.SIGTERM,
    quiet: bool = True,
    cwd: Path | None = None,
    **variables: str,
) -> Iterator[MockProcess]:
    """Run `seqruns serve` on a free port until the block ends, and see that it stops with exit code 0."""
    with start_mock(*options, *["--quiet"][: int(quiet)], cwd=cwd, variables=variables) as mock:
        try:
            yield mock
        finally:
            mock.process.send_signal(stop)
            _, errors = mock.process.communicate(timeout=20)
    assert (mock.process.returncode, errors) == (0, "")


@dataclass(frozen=True, slots=True, kw_only=True)
class Console:
    """A running `seqruns serve`, as its user sees it."""

    process: subprocess.Popen[str]
    banner: str

    @property
    def curl(self) -> list[str]:
        """Return the words of the command that the banner ends in."""
        return shlex.split(self.banner.strip().splitlines()[-1])

    @property
    def runs_url(self) -> str:
        """Return the URL of the runs of the sequence in that command."""
        return self.curl[-1].partition("?")[0]


@contextmanager
def console(*options: str, cwd: Path | None = None, **variables: str) -> Iterator[Console]:
    """Run `seqruns serve` on a free port until the block ends, with its banner and log for people."""
    command = [sys.executable, "-m", "seqruns", "serve", "--port", "0", *options]
    environment = {**os.environ, **variables}
    with started(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, cwd=cwd, env=environment) as process:
        assert process.stdout is not None
        banner = ""
        while "curl" not in banner:
            line = process.stdout.readline()
            assert line, process.communicate()[1]
            banner += line
        try:
            yield Console(process=process, banner=banner)
        finally:
            process.terminate()
            _, errors = process.communicate(timeout=20)
    assert (process.returncode, errors) == (0, "")


@pytest.fixture(scope="session")
def server() -> Iterator[MockProcess]:
    """Return a mock that runs as a process of its own, with its default data."""
    with serving() as served:
        yield served
