"""What a check is: a claim with a stable id, and the probes that could prove it wrong."""

from __future__ import annotations

import random
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from typing import TYPE_CHECKING, TypeAlias

from seqruns_contracts.model.query import Query, looks_hostile

if TYPE_CHECKING:
    from seqruns_contracts.engine.conformance import Conformance
    from seqruns_contracts.model.census import Census
    from seqruns_contracts.model.oracle import Difference
    from seqruns_contracts.model.reply import Reply


class Grade(StrEnum):
    """How firm the ground of a check is (contract.md, "Grades")."""

    DOCUMENTED = "documented"
    ASSUMED = "assumed"


@dataclass(frozen=True, slots=True, kw_only=True)
class Ask:
    """One request to send. Two equal asks are sent once and share their reply."""

    query: Query = field(default_factory=Query)
    sequence_id: str | None = None
    """None is the sequence under test."""
    credentials: tuple[tuple[str, str], ...] | None = field(default=None, repr=False)
    """Headers in the place of the key; None is the key itself."""
    method: str = "GET"
    turn: int = 0
    """Tells a request from an equal one that was sent before, to send it again."""

    @property
    def is_hostile(self) -> bool:
        """Whether a gateway may refuse it before the endpoint sees it."""
        return self.query.is_hostile or looks_hostile(self.sequence_id or "")


@dataclass(frozen=True, slots=True, kw_only=True)
class View:
    """What a check may look at to choose its probes."""

    census: Census
    sequence_id: str
    other_sequence_id: str | None = None
    key: str | None = field(default=None, repr=False)
    allow_unsafe_methods: bool = False
    conformance: Conformance | None = field(default=None, repr=False)
    """What invents queries from the document."""
    seed: int = 0
    ordered: bool = True
    """False where the target's order was found to be broken, so that it is not found again in every answer."""
    contents: bool = True
    """False where runs look different in every answer, so that only which runs come can be judged."""

    def random(self, name: str) -> random.Random:
        """Return a generator that draws the same for the same seed and name."""
        return random.Random(f"{self.seed}:{name}")  # noqa: S311 - a choice of queries is no secret


@dataclass(frozen=True, slots=True, kw_only=True)
class Exchange:
    """A request and its reply."""

    ask: Ask
    reply: Reply


@dataclass(frozen=True, slots=True, kw_only=True)
class Mismatch:
    """What was wrong with the replies of a probe."""

    expected: str
    differences: tuple[Difference, ...] = ()
    """Empty where the expectation was not about runs."""
    at: int = -1
    """Which exchange shows it."""

    @property
    def is_of_contents(self) -> bool:
        """Whether the right runs came and only look other than they did."""
        return bool(self.differences) and all(difference.kind == "contents" for difference in self.differences)


Judge: TypeAlias = Callable[[Sequence[Exchange], View], Mismatch | None]


@dataclass(frozen=True, slots=True, kw_only=True)
class Probe:
    """Requests that could prove a check wrong, and the judge of their replies."""

    asks: tuple[Ask, ...]
    judge: Judge
    conclusive: bool = False
    """Whether the replies prove a violation by themselves, so that asking again could only blur it."""

    @property
    def filters(self) -> frozenset[str]:
        """The filters that its queries use."""
        return frozenset(name for ask in self.asks for name in ask.query.filters)


Probes: TypeAlias = Callable[[View], Iterable[Probe]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Check:
    """A claim about the contract."""

    id: str
    """`area.claim`, stated positively; never changed once released."""
    grade: Grade
    law: str
    """The claim in one sentence."""
    clauses: tuple[str, ...]
    """The clauses of the contract that it guards."""
    needs: str
    """What data exercises it."""
    probes: Probes
    exercised: Callable[[Census], object]
    """Whether the data can prove the check at all; where it cannot, it may be broken but never holds."""

    @property
    def area(self) -> str:
        """The part of the contract it belongs to."""
        return self.id.partition(".")[0]


ANY_ANSWER = "any answer"
"""What a check needs that sends nothing of its own."""

CHECKS: dict[str, Check] = {}
"""Every check by its id, area by area."""


def check(
    name: str,
    law: str,
    *,
    clauses: Sequence[str],
    needs: str = "any run",
    grade: Grade = Grade.DOCUMENTED,
    exercised: Callable[[Census], object] = lambda _: True,
) -> Callable[[Probes], Probes]:
    """Register a function that yields probes as the check `name`."""

    def register(probes: Probes) -> Probes:
        CHECKS[name] = Check(
            id=name, grade=grade, law=law, clauses=tuple(clauses), needs=needs, probes=probes, exercised=exercised
        )
        return probes

    return register


def on_every_answer(name: str, law: str, *, clauses: Sequence[str], grade: Grade = Grade.DOCUMENTED) -> str:
    """Register a check that sends nothing of its own but judges every answer; return its id."""
    check(name, law, clauses=clauses, needs=ANY_ANSWER, grade=grade)(lambda _: ())
    return name
