"""Whatever answers come, the kit digests them: it ends with a report or in words, and every report can be read."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from tests.contracts.fuzzing import KEY, Fuzz, FuzzedAdapter, digest, honest_app
from tests.raw import raw_served

from seqruns.target import Target
from seqruns_contracts.checks.selection import select_checks

if TYPE_CHECKING:
    from collections.abc import Iterable

AREAS = ("answer", "run", "total", "page", "order", "before", "phone", "sequence", "filters")


@pytest.mark.parametrize(("seed", "share"), [(1, 0.1), (2, 0.4), (3, 1.0), (4, 0.1), (5, 0.3)])
def test_mutated_answers_end_in_a_report_or_in_words(seed: int, share: float) -> None:
    """In process, down to the bytes: `python -m tests.contracts.fuzzing` tries ten thousand."""
    fuzz = Fuzz(seed, share, honest_app(), first=0 if share == 1 else 3)
    target = Target(
        base_url="http://fuzz.invalid/v1", key=KEY, rate=0, adapter=FuzzedAdapter(fuzz), max_requests=60
    )  # fmt: skip
    assert digest(target, checks=select_checks(only=AREAS), seed=seed)
    assert fuzz.mutated


def test_mutated_answers_over_a_socket_end_the_same() -> None:
    """With a real connection, which breaks where the bytes do."""
    fuzz = Fuzz(7, 0.3, honest_app())

    def answer(head: bytes) -> Iterable[bytes]:
        return [fuzz.answer(head)]

    with raw_served(answer) as base_url:
        target = Target(base_url=base_url, key=KEY, rate=0, max_requests=60, timeout=1)
        assert digest(target, checks=select_checks(only=AREAS))
    assert fuzz.mutated
