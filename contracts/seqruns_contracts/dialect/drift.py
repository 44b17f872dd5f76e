"""Holding a target to a dialect: a check for each thing that the dialect says."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from seqruns.dialect import dimensions
from seqruns.document import facts
from seqruns_contracts.checks.kinds import Check, Grade
from seqruns_contracts.dialect.readers import (
    access,
    errors,
    filters,
    order,
    paging,
    parameters,
    printed,
    times,
    together,
)
from seqruns_contracts.model.exchange import Evidence
from seqruns_contracts.model.oracle import Difference

if TYPE_CHECKING:
    from collections.abc import Mapping

    from seqruns.dialect import Dialect, Dimension, Value
    from seqruns_contracts.dialect.looking import Reader, Sight

_READERS: Mapping[str, Reader] = {
    **order.READERS,
    **paging.READERS,
    **parameters.READERS,
    **filters.READERS,
    **access.READERS,
    **errors.READERS,
    **printed.READERS,
    **times.READERS,
    **together.READERS,
}
# Hardly anybody writes a sequence in another form, and of most numbers a lost plus changes the runs and no status: they
# are asked for when requests are left.
_LAST = ("sequence.other_form", "phone.lost_plus")
READERS: Mapping[str, Reader] = {
    **{name: read for name, read in _READERS.items() if name not in _LAST},
    **{name: _READERS[name] for name in _LAST},
}
"""What looks at each dimension. Of a dimension that is not here, only people can say something: the rate of requests,
which to find out would take more of them than is polite."""


@dataclass(frozen=True, slots=True, kw_only=True)
class DriftCheck(Check):
    """The claim that a target still does in one dimension what its dialect says."""

    dimension: Dimension
    value: Value
    read: Reader

    def evidence(self, sight: Sight) -> Evidence | None:
        """Return how what is seen differs from what the dialect says; None where it fits."""
        # `in`, as the values may be a range, or a set that nobody could list.
        if self.value in sight.values:
            return None
        before = self.dimension.describe(self.value)
        now = sight.in_words(self.dimension.describe)
        return Evidence(
            exchange=sight.exchange,
            expected=self.law,
            differences=(Difference(kind="seen", text=f"before: {before}; now: {now}"),),
        )


def drift_checks(dialect: Dialect) -> tuple[DriftCheck, ...]:
    """Return a check for each dimension of a dialect that can be looked at, in the order of its file."""
    return tuple(
        DriftCheck(
            id=f"dialect.{name}",
            grade=Grade.DRIFT,
            law=f"{dimension.says}: {dimension.describe(dialect[name])}.",
            clauses=(),
            needs="a target that shows it",
            dimension=dimension,
            value=dialect[name],
            read=READERS[name],
        )
        for name, dimension in dimensions().items()
        if name in dialect.traits and name in READERS
    )


def roles_of(dialect: Dialect) -> dict[str, str]:
    """Return where the roles live that a dialect says something of."""
    return {name: str(dialect[f"roles.{name}"]) for name in facts().roles if f"roles.{name}" in dialect.traits}
