"""What a check is: a claim with a stable id. One of three types says how it could be proven wrong.

An `AskingCheck` yields probes, a `PassiveCheck` looks at every answer that comes, a `SearchingCheck` draws its queries
one after the other. The runner and the plan go by the type, never by an id.
"""

from __future__ import annotations

import random
from dataclasses import dataclass, field
from enum import StrEnum
from typing import TYPE_CHECKING, TypeAlias

from seqruns_contracts.model.query import ROLES

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence

    from seqruns_contracts.checks.conformance import Conformance
    from seqruns_contracts.model.census import Census
    from seqruns_contracts.model.exchange import Ask, Evidence, Exchange
    from seqruns_contracts.model.query import Query
    from seqruns_contracts.model.reply import Reply


class Grade(StrEnum):
    """How firm the ground of a check is (contract.md, "Grades")."""

    DOCUMENTED = "documented"
    ASSUMED = "assumed"
    DRIFT = "drift"
    """What the contract leaves open, and the dialect that the target is held to does not."""


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
    ties: bool = True
    """False where the order of runs of one start time was found to be open."""
    contents: bool = True
    """False where runs look different in every answer, so that only which runs come can be compared."""

    def random(self, name: str) -> random.Random:
        """Return a generator that draws the same for the same seed and name."""
        # One generator for each name, so that a check that draws once more changes nothing for the others. Text as a
        # seed gives the same in each process, unlike the hash of it.
        return random.Random(f"{self.seed}:{name}")  # noqa: S311 - a choice of queries is no secret


@dataclass(frozen=True, slots=True, kw_only=True)
class Context:
    """The two facts of a session that passive checks need."""

    sequence_id: str
    conformance: Conformance


Expect: TypeAlias = "Callable[[Sequence[Exchange], View], Evidence | None]"
"""What the replies of a probe must be: the evidence against them, or None."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Probe:
    """Requests that could prove a check wrong, and what is expected of their replies."""

    asks: tuple[Ask, ...]
    expect: Expect
    conclusive: bool = False
    """Whether the replies prove a violation by themselves, so that asking again could only blur it."""
    apart: tuple[Ask, ...] = ()
    """The same in several requests: where they are refused together, one may hide what another one breaks."""
    plain: Query | None = None
    """What it asks, in a spelling that is beyond doubt; where that is answered wrongly, too, it proves nothing."""

    @property
    def filters(self) -> frozenset[str]:
        """The filters that its queries use."""
        return frozenset(name for ask in self.asks for name in ask.query.filters)


Probes: TypeAlias = "Callable[[View], Iterable[Probe]]"


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
    filters: frozenset[str] = frozenset()
    """The filters it is about: where it is broken, sets with one of them would only show that again."""

    @property
    def area(self) -> str:
        """The part of the contract it belongs to."""
        return self.id.partition(".")[0]

    @property
    def role(self) -> str | None:
        """The role that a target must show for its filters to be checked; None where it needs none."""
        # `before` and `after` look at one role, and no check of several roles names its filters: any one of them will
        # do.
        return next((ROLES[name] for name in self.filters), None)


@dataclass(frozen=True, slots=True, kw_only=True)
class AskingCheck(Check):
    """A check that asks: it chooses its probes from the census."""

    probes: Probes
    exercised: Callable[[Census], object] = lambda _: True
    """Whether the data can prove the check at all; where it cannot, it may be broken but never holds."""
    unseen: Callable[[Census], str] = lambda _: ""
    """What of its claim the data cannot show though all probes were answered as they should be; else empty."""
    combines: bool = False
    """Whether it is about sets of filters, so that a probe with a filter that is broken alone says nothing new."""
    claims: frozenset[str] = frozenset()
    """The kinds of difference of its probes that are its own, though another check owns them elsewhere."""
    exact: bool = False
    """Whether it turns on runs that start at the very instant of a bound, so that start times must be known exactly."""


@dataclass(frozen=True, slots=True, kw_only=True)
class PassiveCheck(Check):
    """A check that sends nothing and looks at every answer, whatever was asked for."""

    looks_at: Callable[[Exchange], bool] = lambda _: True
    """Whether an answer exercises it."""
    reasons: Callable[[Exchange, Context], Iterable[str]] = lambda _exchange, _context: ()
    """What is wrong with an answer, a sentence each. Yields nothing where only the engine, which remembers more than
    one answer, can see a violation: an order that changes, or an answer that differs when asked again."""


@dataclass(frozen=True, slots=True, kw_only=True)
class SearchingCheck(Check):
    """A check that searches: each query it draws depends on the answers before it."""

    search: Callable[[Callable[[Ask], Reply], View, Sequence[str]], tuple[int, Probe | None]]
    """Given what asks, the view, and filters to combine, return how many queries were asked, and the shortest probe
    found that shows the check broken."""
    most: int
    """How many queries it draws at most, as long as nothing is broken."""


def check(
    name: str,
    law: str,
    *,
    clauses: Sequence[str],
    needs: str = "any run",
    grade: Grade = Grade.DOCUMENTED,
    filters: Iterable[str] = (),
    exercised: Callable[[Census], object] = lambda _: True,
    unseen: Callable[[Census], str] = lambda _: "",
    combines: bool = False,
    claims: Iterable[str] = (),
    exact: bool = False,
) -> Callable[[Probes], AskingCheck]:
    """Return a decorator that makes the check `name` of a function that yields its probes."""

    def make(probes: Probes) -> AskingCheck:
        return AskingCheck(
            id=name,
            grade=grade,
            law=law,
            clauses=tuple(clauses),
            needs=needs,
            filters=frozenset(filters),
            probes=probes,
            exercised=exercised,
            unseen=unseen,
            combines=combines,
            claims=frozenset(claims),
            exact=exact,
        )

    return make
