"""The twin of a lawful server answers as that does: a few of the gallery; `tests/gallery/twins.py` asks all."""

from __future__ import annotations

import pytest
from tests.gallery.twins import UNLAWFUL, differences_of


@pytest.mark.parametrize(
    "names",
    [
        ("ordered-by-last-update", "times-as-in-postgresql", "bad-parameter-is-400", "nulls-left-out"),
        ("limit-of-zero-is-empty", "oldest-first-in-a-window", "key-looked-at-last", "start-has-another-name"),
    ],
    ids="+".join,
)
def test_a_twin_answers_as_the_server_that_was_learned(names: tuple[str, ...]) -> None:
    """The same status, ids, order, total and printed times; of the unlawful queries 2 % may get another status."""
    found = differences_of(names)
    assert not found.lawful
    assert len(found.unlawful) <= UNLAWFUL * 0.02, found.unlawful
