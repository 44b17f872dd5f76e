"""An exhibit: what makes another implementation of the honest mock, wrong in one thing or right otherwise."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from enum import StrEnum
from typing import TYPE_CHECKING, Any, TypeAlias

from seqruns.dialect import Dialect
from seqruns_mock.http.dialect.speaking import create_pipeline, rate_of
from seqruns_mock.http.pipeline import DEFAULT
from seqruns_mock.http.rate_limit import RateLimiter

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from seqruns.dialect import Value
    from seqruns_mock.http.answer import Handler
    from seqruns_mock.http.pipeline import Mock

    Change: TypeAlias = Callable[[Mock], Mock]
    Wrap: TypeAlias = Callable[[Handler], Handler]


class Grade(StrEnum):
    """Which kind of law a fault breaks (contract.md, "Grades")."""

    DOCUMENTED = "documented"
    ASSUMED = "assumed"


def unchanged(mock: Mock) -> Mock:
    """Return the mock itself."""
    return mock


def unwrapped(answer: Handler) -> Handler:
    """Return the handler itself."""
    return answer


@dataclass(frozen=True, slots=True, kw_only=True)
class Exhibit:
    """What is shown under one id."""

    id: str
    summary: str
    """One line: what is wrong, or what is different, and how code comes to do so."""
    change: Change = unchanged
    """From the honest mock to this one; it may hold state, so it is called once for each server."""
    wrap: Wrap = unwrapped
    """A middleware: from what answers requests to what answers them otherwise."""
    wire: bool = False
    """Whether it shows only on a socket, as a delay, a broken connection or chunks do."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Fault(Exhibit):
    """One mistake of a real team."""

    grade: Grade


@dataclass(frozen=True, slots=True, kw_only=True)
class Variant(Exhibit):
    """Right by the contract, but different in something that it leaves open."""

    dialect: Mapping[str, Value] = field(default_factory=dict)
    """The values of the dialect that is all that is different; empty where something else is."""
    roles: Mapping[str, str] = field(default_factory=dict)
    """Where a checker must be told to look: a role to a JSON Pointer relative to a run."""
    runs: int | None = None
    """How many runs the first sequence must have for the variant to show."""
    alone: bool = False
    """Whether it needs a server to itself, because it takes time or breaks connections."""


@dataclass(frozen=True, slots=True)
class Building:
    """A change that puts steps around those that are there; so it goes together with any change before it."""

    around: Mapping[str, Callable[[Any], Any]]
    """By the name of the step: from the step that is there to the one in its place."""

    def __call__(self, mock: Mock) -> Mock:
        """Return the mock with those steps."""
        # Around what is there now, which may be another exhibit's: the later one is the outer one.
        steps = {name: make(getattr(mock.pipeline, name)) for name, make in self.around.items()}
        return replace(mock, pipeline=replace(mock.pipeline, **steps))


def speaking(values: Mapping[str, Value]) -> Change:
    """Return the change to a mock that answers in the dialect of these values."""
    dialect = Dialect.of(values)

    def change(mock: Mock) -> Mock:
        pipeline = create_pipeline(dialect)
        # Only the steps that the dialect has of its own, so that it goes together with a fault in another step.
        own = {
            name: function
            for name in pipeline.__slots__
            if (function := getattr(pipeline, name)) is not getattr(DEFAULT, name)
        }
        spoken = replace(mock, pipeline=replace(mock.pipeline, **own))
        rate = rate_of(dialect)
        return spoken if rate is None else replace(spoken, limiter=RateLimiter(rate))

    return change


def stepping(**steps: Any) -> Change:
    """Return the change that puts these steps in the place of the mock's own."""
    return lambda mock: replace(mock, pipeline=replace(mock.pipeline, **steps))


def fault(id_: str, summary: str, change: Change = unchanged, *, wrap: Wrap = unwrapped, wire: bool = False) -> Fault:
    """Return a fault that breaks a documented law."""
    return Fault(id=id_, summary=summary, change=change, wrap=wrap, wire=wire, grade=Grade.DOCUMENTED)


def assumed(id_: str, summary: str, change: Change = unchanged, *, wrap: Wrap = unwrapped) -> Fault:
    """Return a fault that breaks only what the contract decided for itself."""
    return Fault(id=id_, summary=summary, change=change, wrap=wrap, grade=Grade.ASSUMED)


def variant(
    id_: str,
    summary: str,
    change: Change = unchanged,
    *,
    dialect: Mapping[str, Value] | None = None,
    wrap: Wrap = unwrapped,
    roles: Mapping[str, str] | None = None,
    runs: int | None = None,
    wire: bool = False,
    alone: bool = False,
) -> Variant:
    """Return a lawful variant; where dimensions of a dialect are all that is different, that dialect says it."""
    return Variant(
        id=id_,
        summary=summary,
        change=change if dialect is None else speaking(dialect),
        wrap=wrap,
        dialect=dialect or {},
        roles=roles or {},
        runs=runs,
        wire=wire,
        alone=alone,
    )
