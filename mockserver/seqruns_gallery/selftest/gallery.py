"""The gallery for trials: what is in it, and mocks that serve it, over sockets and in this process."""

from __future__ import annotations

from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import cache
from typing import TYPE_CHECKING, cast

from seqruns_gallery.catalogue import EXHIBITS, entry
from seqruns_mock.core.sequences import default_sizes, generate_stores
from seqruns_mock.http.pipeline import Mock
from seqruns_mock.process import MockNotStartedError, start_mock

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from seqruns_gallery.building.exhibit import Fault, Variant

KEY = "selftest-key"


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
    wire: bool = False
    """Whether it shows only on a socket."""
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
    return [Exhibit(**entry(cast("Fault | Variant", exhibit))) for exhibit in EXHIBITS.values()]


@cache
def mock_in_process() -> Mock:
    """Return an honest mock with the default data, for the exhibits that show without a socket."""
    return Mock(stores=generate_stores(default_sizes()), keys={KEY})


@contextmanager
def serving(*options: str) -> Iterator[Served]:
    """Run a mock on a free port of this machine until the block ends. Raises GalleryError when it does not start."""
    try:
        with start_mock("--quiet", *options) as mock:
            # The third default sequence is an empty one.
            first, second, *_ = mock.sequences
            yield Served(root=mock.root_url, key=mock.key, sequence_id=first, other_sequence_id=second)
    except MockNotStartedError as error:
        raise GalleryError(f"The mock did not start; it said {error}") from None
