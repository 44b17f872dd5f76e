"""What an explanation is: one piece of the pipeline replaced, a name, and a sentence for people."""

from __future__ import annotations

from dataclasses import dataclass, replace
from enum import Enum, auto
from functools import cached_property
from typing import TYPE_CHECKING, Any, TypeAlias

from seqruns_contracts.diagnosis.matching import Bound, ByValue, Each
from seqruns_contracts.diagnosis.pipeline import HONEST, Pipeline, Turn
from seqruns_contracts.model.query import FILTERS

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Hashable

    from seqruns_contracts.diagnosis.world import Mask
    from seqruns_contracts.model.run import Run

    Change: TypeAlias = "Callable[[Pipeline], Pipeline]"

BOUNDS = ("before", "after")
TEXTS = ("phone", "status", "channel_id")
"""The filters that are no bounds."""
PIECE = {"channel_id": "channel"}
"""What ids call a parameter, where they do not call it by its name."""


class Part(Enum):
    """The part of an answer that an explanation changes by itself."""

    PAGE = auto()
    TOTAL = auto()


# No slots: `alone` is worked out once and kept in the instance's dict.
@dataclass(frozen=True, kw_only=True)
class Explanation:
    """A mistake that a target may have made."""

    id: str
    """`piece.mistake`, never changed once released: baselines name it."""
    sentence: str
    """What the target does, in the words of its parameters, after "The target …"."""
    look: str
    """Where its team should look: the usual code that makes this mistake."""
    change: Change
    needs: frozenset[str] = frozenset()
    """The parameters without which it changes nothing; empty where it may change any answer."""
    cost: int = 1
    """How easily it fits by chance: 1 says exactly what comes, 2 has a fitted number, 3 leaves the order open."""

    part: Part | None = None
    """The only part of an answer that it changes; None where it may change which runs match, and so both."""

    @cached_property
    def alone(self) -> Pipeline:
        """The pipeline in which only this is wrong."""
        return self.change(HONEST)

    @property
    def piece(self) -> str:
        """The parameter, or the part of the answer, that is wrong."""
        return self.id.partition(".")[0]


def filtering(name: str, holds: Callable[[Run, str], object]) -> Change:
    """Return the change to a filter that looks at each run otherwise."""
    match = Each(holds)
    return lambda pipeline: pipeline.with_filters(**{name: match})


def by_value(name: str, value: Callable[[Run], Hashable], holds: Callable[[Any, str], object]) -> Change:
    """Return the change to a filter that looks at one value of each run."""
    match = ByValue(value, holds)
    return lambda pipeline: pipeline.with_filters(**{name: match})


def bounding(names: Collection[str], **parts: object) -> Change:
    """Return the change of parts of the bounds named: how a text is read, which time is compared, and how."""

    def change(pipeline: Pipeline) -> Pipeline:
        # A bound that an earlier mistake compares as text has no such parts, and stays as that has it.
        bounds = {name: pipeline.filters[name] for name in names}
        return pipeline.with_filters(
            **{name: replace(bound, **parts) for name, bound in bounds.items() if isinstance(bound, Bound)}  # type: ignore[arg-type] # the parts of a bound
        )

    return change


def asking(rewrite: Callable[[Turn], None]) -> Change:
    """Return the change of what is asked, before any filter is tried."""

    def change(pipeline: Pipeline) -> Pipeline:
        def ask(turn: Turn) -> None:
            if pipeline.ask is not None:
                pipeline.ask(turn)
            rewrite(turn)

        return replace(pipeline, ask=ask)

    return change


def then(step: str, more: Callable[[Turn], None], *, given: Collection[str] = ()) -> Change:
    """Return the change that does more after a step of the pipeline, always or where one of the filters `given` is sent."""

    def change(pipeline: Pipeline) -> Pipeline:
        before = getattr(pipeline, step)

        def both(turn: Turn) -> None:
            before(turn)
            if not given or any(name in turn.texts for name in given):
                more(turn)

        steps: dict[str, Any] = {step: both}
        return replace(pipeline, **steps)

    return change


FAR = 10**21
"""Nanoseconds: before and after all times."""
COUNT = "the query that counts"
"""What `look` calls it."""


def counting(id_: str, sentence: str, look: str, count: Callable[[Turn], int], *, cost: int = 1) -> Explanation:
    """Return the explanation that another number stands in `total`, given all that is known of a query."""

    def set_total(turn: Turn) -> None:
        turn.total = count(turn)

    return Explanation(
        id=id_, sentence=sentence, look=look, change=then("count", set_total), cost=cost, part=Part.TOTAL
    )


def drop(turn: Turn, *names: str) -> None:
    """Take filters out of what is asked."""
    for name in names:
        turn.texts.pop(name, None)


def in_order(turn: Turn) -> list[str]:
    """Return the filters that are given, in the order in which code usually tries them."""
    return [name for name in FILTERS if name in turn.texts]


def others(turn: Turn, name: str) -> Mask:
    """Return the runs of the list that all filters but one select."""
    mask = turn.world.listed
    for other, each in turn.masks.items():
        if other != name:
            mask &= each
    return mask


def quoted(names: Collection[str]) -> str:
    """Return the names of parameters as a sentence has them."""
    return " and ".join(f"`{name}`" for name in names)
