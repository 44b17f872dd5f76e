"""The pipeline: the contract's way from a query to a page, in pieces of which an explanation replaces one.

It is plain on purpose and its own: the checks judge by `model.oracle`, and a test holds the two against each other.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from enum import Enum, auto
from functools import cache, lru_cache
from typing import TYPE_CHECKING, TypeAlias

from seqruns.document import facts
from seqruns_contracts.diagnosis.gaps import Unclear
from seqruns_contracts.diagnosis.matching import (
    Bound,
    Each,
    Match,
    at_least,
    at_most,
    has_channel,
    has_phone,
    has_status,
    start,
)
from seqruns_contracts.model.query import FILTERS, Query

if TYPE_CHECKING:
    from seqruns_contracts.diagnosis.world import Mask, World


UNREADABLE = (Unclear, ArithmeticError, AttributeError, TypeError, ValueError, RecursionError)
"""What an explanation may raise that has nothing to say: a target may show anything for a time or a list."""


class Order(Enum):
    """How far the order of a page is foreseen."""

    EXACT = auto()
    TIES = auto()
    """Runs that start together may change places."""
    ANY = auto()


@dataclass(slots=True, kw_only=True)
class Turn:
    """One query on its way through the pipeline: what the pieces have made of it so far."""

    world: World
    query: Query
    texts: dict[str, str]
    """The filters that count, by name, in the order they were sent."""
    limit: int
    offset: int
    masks: dict[str, Mask] = field(default_factory=dict)
    """What each filter alone selects."""
    mask: Mask = 0
    """What all of them select."""
    rows: Sequence[int] = ()
    """The same, in order."""
    page: Sequence[int] = ()
    total: int = 0
    order: Order = Order.EXACT
    open: Mask = 0
    """The runs that may match or not."""
    uncounted: int = 0
    """How many more runs than in `total` may be counted."""
    hidden: int = 0
    """How many runs that nobody has seen may stand between those in `rows`, and take their places on a page."""
    length: int | None = None
    """How many runs match as far as that is known, where the list was not read to its end."""

    def page_of(self, rows: Sequence[int]) -> Sequence[int]:
        """Return the page of a list that is asked for."""
        return rows[self.offset : self.offset + self.limit]


Step: TypeAlias = Callable[[Turn], None]


def select(turn: Turn) -> None:
    """Keep the runs that every filter selects."""
    turn.mask = turn.world.listed
    for mask in turn.masks.values():
        turn.mask &= mask


def sort(turn: Turn) -> None:
    """Keep the order of the list."""
    # How many match is a guess; without a filter it is the whole list.
    turn.rows = turn.world.list_of(turn.mask, turn.length if turn.texts else turn.world.length)


def cut(turn: Turn) -> None:
    """Take the page out of the list."""
    turn.page = turn.page_of(turn.rows)


def count(turn: Turn) -> None:
    """Count all that match."""
    turn.total = len(turn.rows)


@cache
def read_whole(name: str, text: str) -> int:
    """Return a limit or an offset. Raises Unclear for what is no whole number in range."""
    fact = facts()
    if not text.strip():
        return fact.limit_default if name == "limit" else fact.offset_default
    # No largest offset is documented: one of 16 digits may be refused, or be held in a double and lose its last digit.
    if not (text.isdecimal() and text.isascii() and len(text) < 16):
        raise Unclear
    number = int(text)
    if name == "limit" and not fact.limit_minimum <= number <= fact.limit_maximum:
        raise Unclear
    return number


def read_any(name: str, text: str) -> int:
    """Return a limit or an offset, out of range as well. Raises Unclear for what is no whole number."""
    try:
        return read_whole(name, text)
    except Unclear:
        if text.isdecimal() and text.isascii() and len(text) < 30:
            return int(text)
        raise


def is_given(_name: str, text: str) -> bool:
    """Return whether a parameter is there at all: an empty one is not."""
    return bool(text.strip())


def take_last(query: Query) -> dict[str, str]:
    """Return the text of each parameter: of a repeated one the last counts."""
    return dict(query.parameters)


# Hardly any explanation changes how a query is read, so nearly all of a thousand pipelines share what was read once.
@lru_cache(maxsize=4096)
def _read(
    query: Query,
    take: Callable[[Query], dict[str, str]],
    number: Callable[[str, str], int],
    counts: Callable[[str, str], bool],
) -> tuple[Mapping[str, str], int, int] | None:
    """Return the filters, the limit and the offset of a query; None where the contract leaves open what they are."""
    texts = take(query)
    try:
        limit, offset = (number(name, texts.get(name, "")) for name in ("limit", "offset"))
    except UNREADABLE:
        return None
    return {name: text for name, text in texts.items() if name in FILTERS and counts(name, text)}, limit, offset


@dataclass(frozen=True, slots=True, kw_only=True)
class Pipeline:
    """The way from a query to a page."""

    take: Callable[[Query], dict[str, str]] = take_last
    """Chooses the text of each parameter."""
    number: Callable[[str, str], int] = read_whole
    """Reads `limit` or `offset`, given its name and text."""
    counts: Callable[[str, str], bool] = is_given
    """Whether a parameter, given its name and text, is there at all."""
    filters: Mapping[str, Match] = field(
        default_factory=lambda: {
            "phone": Each(has_phone),
            "status": Each(has_status),
            "channel_id": Each(has_channel),
            "before": Bound(time=start, holds=at_most),
            "after": Bound(time=start, holds=at_least),
        }
    )
    ask: Step | None = None
    """Changes what is asked before any filter is tried; None changes nothing."""
    select: Step = select
    sort: Step = sort
    cut: Step = cut
    count: Step = count

    def with_filters(self, **filters: Match) -> Pipeline:
        """Return the pipeline with other filters."""
        return replace(self, filters={**self.filters, **filters})

    def run(self, world: World, query: Query, length: int | None = None) -> Turn:
        """Return what comes of a query, if so many runs match. Raises Unclear where the contract leaves that open."""
        return self.finish(self.match(world, query, length))

    def foresee(self, world: World, query: Query) -> Turn | None:
        """Return what comes of a query; None where that is left open, or cannot be worked out."""
        try:
            return self.run(world, query)
        except UNREADABLE:
            return None

    @property
    def only_selects(self) -> bool:
        """Whether the runs that match are sorted, cut and counted as the contract has it: the total is their number."""
        return self.sort is sort and self.cut is cut and self.count is count

    @property
    def only_filters(self) -> bool:
        """Whether nothing but the filters says which runs match."""
        return self.ask is None and self.select is select

    def count_matching(self, world: World, query: Query) -> int:
        """Return how many runs match, where this `only_filters`. Raises Unclear as `run` does."""
        mask = world.listed
        for each in self._masks(world, self._read(query)[0]).values():
            mask &= each
        return mask.bit_count()

    def match(self, world: World, query: Query, length: int | None = None) -> Turn:
        """Return a query on its way as far as the runs that match. Raises Unclear as `run` does."""
        texts, limit, offset = self._read(query)
        # A copy of the filters, as what was read is shared, and `ask` may drop some.
        turn = Turn(world=world, query=query, texts=dict(texts), limit=limit, offset=offset, length=length)
        if self.ask is not None:
            self.ask(turn)
        turn.masks = self._masks(world, turn.texts)
        self.select(turn)
        return turn

    def _read(self, query: Query) -> tuple[Mapping[str, str], int, int]:
        read = _read(query, self.take, self.number, self.counts)
        if read is None:
            raise Unclear
        return read

    def _masks(self, world: World, texts: Mapping[str, str]) -> dict[str, Mask]:
        masks = {}
        for name, text in texts.items():
            if not world.shows(name):
                raise Unclear
            masks[name] = world.selected(self.filters[name], text)
        return masks

    def finish(self, turn: Turn) -> Turn:
        """Return a query that was matched with its page and its total."""
        self.sort(turn)
        self.cut(turn)
        self.count(turn)
        return turn


HONEST = Pipeline()


def counted_by(listing: Pipeline, counting: Pipeline) -> Pipeline:
    """Return a pipeline whose pages are those of one and whose totals those of another: the two are two queries."""

    def count(turn: Turn) -> None:
        turn.total = counting.run(turn.world, turn.query, turn.length).total

    return replace(listing, count=count)
