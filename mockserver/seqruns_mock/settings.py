"""The settings of a mock: one frozen value, from options, variables, pyproject.toml or keyword arguments."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from secrets import token_urlsafe
from typing import TYPE_CHECKING, Any, Literal

from seqruns import defaults
from seqruns_mock.addresses import is_loopback
from seqruns_mock.http.cors import parse_origin

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from pathlib import Path

    from seqruns.dialect import Dialect
    from seqruns_mock.server.serve import Certificate
    from seqruns_mock.trouble.trouble import Trouble

LogFormat = Literal["text", "json"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Settings:
    """What a mock is asked to be. Raises ValueError for a value that is out of range."""

    host: str = "127.0.0.1"
    port: int = 8080
    keys: tuple[str, ...] = ()
    """The keys to accept; empty for the default key, or a made one where other machines reach the mock."""
    base_path: str = ""
    """What the paths of the mock begin with, as `/mocks/seqruns`; empty for nothing."""
    runs: int | None = None
    """The number of runs in the first sequence; None for the default, or what the variant needs."""
    seed: int = 0
    """Of the generated data, the live events and the chances of troubles."""
    profile: defaults.Profile = "edge"
    sequences: Mapping[str, int] = field(default_factory=dict)
    """The number of generated runs in each sequence; empty for the three default sequences."""
    data: Path | None = None
    """A file of runs to serve."""
    now: float | None = None
    """The time at which the clock stands, in seconds since 1970; None lets it run."""
    live: float = 0.0
    """Run events a second."""
    troubles: tuple[Trouble, ...] = ()
    dialect: Dialect | None = None
    """What the endpoint does otherwise than the contract chooses; None for nothing."""
    faults: tuple[str, ...] = ()
    """Ids of faults of the gallery."""
    variant: str | None = None
    """Id of a lawful variant of the gallery."""
    gallery: bool = False
    """Whether the whole gallery is served as well."""
    rate_limit: int | None = None
    """Requests a second for each key."""
    cors: tuple[str, ...] | None = None
    """Origins that may call; None is any on loopback, or those of this machine with `data`, and none elsewhere."""
    allowed_hosts: tuple[str, ...] = ()
    """Further names that the mock is reached by."""
    journal: int = 1000
    """How many requests the journal holds; 0 for none."""
    quiet: bool = False
    """Whether requests are not logged."""
    log_format: LogFormat = "text"
    certificate: Certificate | None = None
    tls: bool = False
    """Whether to make a certificate when none is given."""
    tls_names: tuple[str, ...] = ()
    """Names and addresses that it is for, beside those of this machine."""
    control: bool = True
    """Whether there is a control API."""
    key_is_made: bool = field(default=False, init=False)
    """Whether the key was made for this run."""

    def __post_init__(self) -> None:
        """Fill in what depends on other settings."""
        derived: dict[str, Any] = {}
        if self.host == "*":
            derived["host"] = "0.0.0.0"  # noqa: S104 - this is what is asked for
        elif self.host.startswith("[") and self.host.endswith("]"):
            derived["host"] = self.host[1:-1]  # `[::1]`, as a URL has it
        if not self.keys:
            # The default key is printed in the documentation, so it opens nothing that others can reach.
            made = not is_loopback(self.host)
            derived["key_is_made"] = made
            derived["keys"] = (token_urlsafe(12) if made else defaults.KEY,)
        if self.runs is not None and self.runs < 0:
            raise ValueError(f"runs: {self.runs} is out of range; give a whole number from 0.")
        if self.journal < 0:
            raise ValueError(f"journal: {self.journal} is out of range; give a whole number from 0.")
        derived["base_path"] = parse_base_path(self.base_path)
        if self.cors is not None:
            derived["cors"] = tuple(parse_origin(origin) for origin in self.cors if origin != "none")
        for name, value in derived.items():
            # The dataclass is frozen; this is its own way to set a field while it is made.
            object.__setattr__(self, name, value)


def parse_base_path(text: str) -> str:
    """Return a base path without a slash at its end: `/mocks/` and `mocks` are `/mocks`. Raises ValueError."""
    path = f"/{text.strip('/')}" if text.strip("/") else ""
    if not re.fullmatch(r"(/[\w.~-]+)*", path, re.ASCII):
        raise ValueError(f"{text!r} is not a path such as /mocks/seqruns.")
    return path


def parse_sizes(pairs: Iterable[str]) -> dict[str, int]:
    """Return the number of runs in each sequence, from `ID=N`. Raises ValueError."""
    sizes = {}
    for pair in pairs:
        # From the right: an id may have an equals sign in it.
        sequence_id, _, runs = pair.rpartition("=")
        if not sequence_id or not runs.isdecimal() or not runs.isascii():
            raise ValueError(f"{pair!r} is not ID=N, such as spring-sale=40.")
        if "/" in sequence_id:
            raise ValueError(f"{sequence_id!r} has a slash in it, so no path leads to it.")
        if sequence_id in sizes:
            raise ValueError(f"{sequence_id!r} is given twice.")
        sizes[sequence_id] = int(runs)
    return sizes
