"""A choice that a dialect makes: a status refuses, a word means something."""

from __future__ import annotations

from typing import TYPE_CHECKING, TypeVar

if TYPE_CHECKING:
    from collections.abc import Mapping

    from seqruns.dialect import Value

Meaning = TypeVar("Meaning")


class WrongValueError(ValueError):
    """A value is refused with a status; the words follow the value."""

    def __init__(self, status: int, words: str) -> None:
        super().__init__(words)
        self.status = status


class OutOfRangeError(WrongValueError):
    """A value is read, and is out of range."""


def choose(
    value: Value,
    meanings: Mapping[str, Meaning],
    words: str = "is not accepted here",
    error: type[WrongValueError] = WrongValueError,
) -> Meaning:
    """Return what a word means. Raises the error where the dialect has a status in its place."""
    if isinstance(value, int):
        raise error(value, words)
    return meanings[str(value)]
