"""A mock as a process of its own: for tests, selftest and benchmarks."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from seqruns.document import runs_path

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from pathlib import Path


class MockNotStartedError(Exception):
    """`seqruns serve` ended before it listened; the message is what it wrote to standard error."""


@dataclass(frozen=True, slots=True, kw_only=True)
class MockProcess:
    """A running `seqruns serve`."""

    process: subprocess.Popen[str]
    """Its standard output has one line of JSON for each request, unless `--quiet`."""
    base_url: str
    root_url: str
    key: str = field(repr=False)
    sequences: Mapping[str, int]
    """The number of runs in each sequence, by id."""

    @property
    def sequence_id(self) -> str:
        """Return the first sequence."""
        return next(iter(self.sequences))

    @property
    def runs_url(self) -> str:
        """Return the URL of the runs of the first sequence."""
        return self.base_url + runs_path(self.sequence_id)

    @property
    def port(self) -> int:
        """Return the port it listens on."""
        return int(self.root_url.rpartition(":")[2])


@contextmanager
def start_mock(
    *options: str, cwd: Path | None = None, variables: Mapping[str, str] | None = None
) -> Iterator[MockProcess]:
    """Run `seqruns serve` on a free port until the block ends; it has then been told to stop, and has ended.

    Raises MockNotStartedError.
    """
    command = [sys.executable, "-m", "seqruns", "serve", "--port", "0", "--log-format", "json", *options]
    with subprocess.Popen(  # noqa: S603 - our own command
        command,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        cwd=cwd,
        env={**os.environ, **(variables or {})},
    ) as process:
        try:
            assert process.stdout is not None  # noqa: S101 - it is a pipe
            line = process.stdout.readline()
            if not line:
                # Its output ended without a line, so it has ended, and all of its errors can be read without waiting.
                raise MockNotStartedError(process.communicate()[1].strip())
            facts = json.loads(line)["listening"]
            sequences = {each["id"]: each["runs"] for each in facts.pop("sequences")}
            yield MockProcess(process=process, sequences=sequences, **facts)
        finally:
            process.terminate()
