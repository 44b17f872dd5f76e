"""What an empty text or a zero is taken for, where it should count as absent, or as itself."""

from __future__ import annotations

from dataclasses import replace
from functools import partial
from itertools import product
from typing import TYPE_CHECKING

from seqruns_contracts.diagnosis.explanations.kinds import PIECE, TEXTS, Explanation, asking
from seqruns_contracts.diagnosis.explanations.pages.paging import ALL
from seqruns_contracts.model.query import FILTERS

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterator

    from seqruns_contracts.diagnosis.history import History
    from seqruns_contracts.diagnosis.pipeline import Pipeline, Turn
    from seqruns_contracts.diagnosis.world import Mask, World


def blanks(_: History) -> Iterator[Explanation]:
    """Yield what an empty text, and a zero, is taken for."""
    for name in TEXTS:
        yield Explanation(
            id=f"{PIECE.get(name, name)}.empty-finds-nothing",
            sentence=f"takes an empty `{name}` for a value that no run has, where it counts as absent",
            look=f"the test whether `{name}` is given: an empty text is not",
            change=_counting_empty((name,)),
        )
    yield Explanation(
        id="filters.empty-finds-nothing",
        sentence="takes an empty filter for a value that no run has, where it counts as absent",
        look="the test whether a filter is given: an empty text is not",
        change=_counting_empty(TEXTS),
    )
    for size, words in ((0, "zero: no run comes"), (1, "one"), (500, "500"), (ALL, "none at all: all runs come")):
        yield Explanation(
            id="limit.empty-is-another",
            sentence=f"takes an empty `limit` for {words}",
            look="the conversion of an empty text to a number",
            change=asking(partial(_resize, size)),
        )
    for names in (FILTERS, *((name,) for name in FILTERS)):
        words = "a filter" if names is FILTERS else f"`{names[0]}`"
        yield Explanation(
            id=f"{'filters' if names is FILTERS else PIECE.get(names[0], names[0])}.zero-is-nothing",
            sentence=f"takes {words} of `0` for absent: all runs come",
            look="the test whether a value is given: `0` is false in PHP, Perl and others",
            change=_counting_as_absent(names, lambda text: text.strip() == "0"),
            needs=frozenset(names),
        )
    yield Explanation(
        id="channel.zeros-are-nothing",
        sentence="takes a `channel_id` of zeros for absent: all runs come",
        look="the test whether a UUID is given: that of zeros only is the default of its type, as `Guid.Empty` is",
        change=_counting_as_absent(("channel_id",), lambda text: not text.strip("0-")),
        needs=frozenset({"channel_id"}),
    )
    for name, nothing in product(("phone", "status"), (("null",), ("undefined",), WORDS)):
        yield Explanation(
            id=f"{name}.word-for-nothing-is-nothing",
            sentence=f"takes a `{name}` of {' or '.join(f'`{word}`' for word in nothing[:2])} for absent: all runs come",
            look="the test whether a value is given, which knows what scripts send for one that they do not have",
            change=_counting_as_absent((name,), partial(_is_one_of, nothing)),
            needs=frozenset({name}),
        )


WORDS = ("null", "undefined", "none", "nil", "nan")
"""What programs write for a value that they do not have."""


def _is_one_of(words: Collection[str], text: str) -> bool:
    return text.strip().lower() in words


def _counting_empty(names: tuple[str, ...]) -> Callable[[Pipeline], Pipeline]:
    def change(pipeline: Pipeline) -> Pipeline:
        counts = pipeline.counts
        # An empty text is there now, and so must select something: `''` is the number of no contact.
        filters = {name: _not_empty(pipeline.filters[name]) for name in names}
        return replace(
            pipeline,
            counts=lambda name, text: name in names or counts(name, text),
            filters={**pipeline.filters, **filters},
        )

    return change


def _not_empty(match: Callable[[World, str], Mask]) -> Callable[[World, str], Mask]:
    return lambda world, text: match(world, text) if text.strip() else 0


def _resize(size: int, turn: Turn) -> None:
    if dict(turn.query.parameters).get("limit", "absent").strip() == "":
        turn.limit = size


def _counting_as_absent(names: Collection[str], is_absent: Callable[[str], bool]) -> Callable[[Pipeline], Pipeline]:
    def change(pipeline: Pipeline) -> Pipeline:
        counts = pipeline.counts
        return replace(
            pipeline, counts=lambda name, text: not (name in names and is_absent(text)) and counts(name, text)
        )

    return change
