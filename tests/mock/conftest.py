"""What the tests of the mock share: runs, an application in process, and a real server as a process."""

from __future__ import annotations

import os
import re
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
from seqruns_mock.http.app import Mock, create_app

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from flask.testing import FlaskClient

    from seqruns_fixtures import SequenceRun

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


@dataclass(frozen=True, slots=True, kw_only=True)
class Served:
    """A running `seqruns serve`."""

    process: subprocess.Popen[str]
    banner: str
    base_url: str
    key: str
    sequence_id: str

    @property
    def runs_url(self) -> str:
        """Return the URL of the runs of its first sequence."""
        return f"{self.base_url}/sequences/{self.sequence_id}/sequence_runs"

    @property
    def port(self) -> int:
        """Return the port it listens on."""
        return int(self.base_url.rpartition(":")[2].removesuffix("/v1"))


@contextmanager
def serving(
    *options: str,
    stop: signal.Signals = signal.SIGTERM,
    quiet: bool = True,
    cwd: Path | None = None,
    **variables: str,
) -> Iterator[Served]:
    """Run `seqruns serve` on a free port until the block ends, and see that it stops with exit code 0."""
    command = [sys.executable, "-m", "seqruns", "serve", "--port", "0", *options, *["--quiet"][: int(quiet)]]
    environment = {**os.environ, **variables}
    with started(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, env=environment, cwd=cwd) as process:
        stream = process.stderr if "json" in options else process.stdout
        assert stream is not None
        banner = ""
        for line in stream:
            banner += line
            if "curl" in line:
                break
        try:
            yield Served(
                process=process,
                banner=banner,
                base_url=_found(r"Base URL +(\S+)", banner),
                key=_found(r"Key +(\S+)", banner),
                sequence_id=_found(r"Sequences +(\S+)", banner),
            )
        finally:
            process.send_signal(stop)
            _, errors = process.communicate(timeout=20)
    assert (process.returncode, errors) == (0, "")


def _found(pattern: str, text: str) -> str:
    match = re.search(pattern, text)
    assert match is not None, f"no {pattern} in {text!r}"
    return match[1]


@pytest.fixture(scope="session")
def server() -> Iterator[Served]:
    """Return a mock that runs as a process of its own, with its default data."""
    with serving() as served:
        yield served
