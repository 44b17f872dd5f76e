"""The gallery, as the mock's command lists and serves it."""

from __future__ import annotations

import json
import subprocess
import sys
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from seqruns_mock.process import MockNotStartedError, start_mock

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

SERVE = (sys.executable, "-m", "seqruns", "serve")


class GalleryError(Exception):
    """The mock's command did not do what it should."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Exhibit:
    """A fault, or a lawful variant."""

    id: str
    summary: str
    grade: str | None = None
    """Which kind of law a fault breaks; None for a variant, which breaks none."""
    roles: Mapping[str, str] = field(default_factory=dict)
    runs: int | None = None
    alone: bool = False
    """Whether it needs a server to itself."""

    @property
    def is_fault(self) -> bool:
        """Return whether the kit should find something wrong."""
        return self.grade is not None


@dataclass(frozen=True, slots=True, kw_only=True)
class Served:
    """A running mock."""

    root: str
    """Its address, without a path."""
    key: str = field(repr=False)
    sequence_id: str
    other_sequence_id: str

    def base_url(self, exhibit: Exhibit) -> str:
        """Return where an exhibit is."""
        return f"{self.root}/v1" if exhibit.alone else f"{self.root}/gallery/{exhibit.id}/v1"


def list_exhibits() -> list[Exhibit]:
    """Return all faults, then all variants."""
    return [Exhibit(**entry) for kind in ("faults", "variants") for entry in _listed(kind)]


def _listed(kind: str) -> list[dict[str, Any]]:
    command = [*SERVE, f"--list-{kind}", "--format", "json"]
    done = subprocess.run(command, capture_output=True, text=True, check=False)  # noqa: S603 - our own command
    if done.returncode:
        raise GalleryError(done.stderr.strip())
    entries: list[dict[str, Any]] = json.loads(done.stdout)
    return entries


@contextmanager
def serving(*options: str) -> Iterator[Served]:
    """Run a mock on a free port of this machine until the block ends. Raises GalleryError when it does not start."""
    try:
        with start_mock("--quiet", *options) as mock:
            first, second, *_ = mock.sequences
            yield Served(root=mock.root_url, key=mock.key, sequence_id=first, other_sequence_id=second)
    except MockNotStartedError as error:
        raise GalleryError(f"The mock did not start; it said {error}") from None
