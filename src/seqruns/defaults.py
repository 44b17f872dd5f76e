"""The defaults that several parts share and the contract document does not hold."""

from __future__ import annotations

from typing import Final, Literal, get_args

KEY: Final = "mock-key"
"""The key that a mock on loopback accepts."""
RUNS: Final = 137
"""The number of runs in the first sequence."""
SEQUENCE_ID: Final = "5f0c1f0e-52f9-4b9e-9d5c-3f2f0f6a7c11"
"""The first sequence."""
OTHER_SEQUENCES: Final = {
    "b3d1a0c4-7c55-4f0e-8a3e-2f6f5a9d1e12": 12,
    "e41c7a90-0d2b-4a6c-9b7f-8c5d4e3f2a13": 0,
}
"""The number of runs in each of the other sequences of a mock: a small one and an empty one."""
RATE: Final = 25
"""Requests a second for one key [vendor]."""

Profile = Literal["edge", "realistic", "uniform", "minimal"]
PROFILES: Final[tuple[Profile, ...]] = get_args(Profile)
"""The kinds of generated data."""
