"""What a request may have about it: a condition, and what its texts are read as."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from seqruns_contracts.diagnosis.explanations.kinds import BOUNDS, PIECE, TEXTS
from seqruns_contracts.model.query import FILTERS, PAGING

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from seqruns_contracts.diagnosis.world import World
    from seqruns_contracts.model.query import Query

    Holds = Callable[[World, Query], object]


UUID = re.compile("[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}", re.IGNORECASE)
PAIRS: Mapping[str, tuple[str, ...]] = {"window": BOUNDS, "paging": PAGING}
"""The parameters that share their parser, by what ids call them together."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Condition:
    """Something about a request."""

    id: str
    """`piece.what`."""
    words: str
    """What it is, as in "a `before` before 1970"."""
    look: str
    holds: Holds
    cost: int = 1

    @property
    def piece(self) -> str:
        """The parameter it is about."""
        return self.id.partition(".")[0]


def is_plain(text: str) -> bool:
    """Return whether a text is digits only."""
    return text.isdecimal() and text.isascii()


def whole_number(text: str) -> int | None:
    """Return the whole number that a text is, with a sign or spaces around it; None where it is none."""
    found = re.fullmatch(r"\s*[+-]?\d{1,600}\s*", text, re.ASCII)
    return int(found[0]) if found else None


def any_text(names: Sequence[str], is_such: Callable[[str], object]) -> Holds:
    """Return what holds where one of some parameters has such a value; of a repeated one the last counts."""
    return lambda _, query: any(name in names and is_such(text) for name, text in dict(query.parameters).items())


def piece_of(names: Sequence[str]) -> str:
    """Return what some parameters are called together in an id."""
    pairs = {pair: piece for piece, pair in PAIRS.items()}
    known = {**pairs, TEXTS: "filters", (*PAGING, *FILTERS): "parameters"}
    return known.get(tuple(names), PIECE.get(names[0], names[0]))


def either(names: Sequence[str]) -> str:
    """Return some parameters as a sentence has them: `limit` or `offset`."""
    return " or ".join(f"`{name}`" for name in names)


def with_article(names: Sequence[str]) -> str:
    """Return the same with the article."""
    if len(names) > 3:
        return "a parameter"
    return f"{'an' if names[0][0] in 'aeiou' else 'a'} {either(names)}"
