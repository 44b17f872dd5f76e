"""Replacements for how the sequence of a request is found."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import partial
from typing import TYPE_CHECKING

from seqruns_gallery.building.exhibit import stepping
from seqruns_mock.core.store import RunStore

if TYPE_CHECKING:
    from seqruns_gallery.building.exhibit import Change

Stores = Mapping[str, RunStore]
"""The runs of each sequence, by its id."""
Find = Callable[[Stores, str], RunStore]
"""Returns the runs of a sequence. Raises Refusal 404."""


def finding(look_up: Callable[[Find, Stores, str], RunStore]) -> Change:
    """Return the change that finds sequences by `look_up`, which is also given how the mock does it."""
    return lambda mock: stepping(find=partial(look_up, mock.pipeline.find))(mock)
