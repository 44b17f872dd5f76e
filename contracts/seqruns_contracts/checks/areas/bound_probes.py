"""How a bound is asked for: at which instants, in which spelling, and with one law for `before` and `after` alike."""

from __future__ import annotations

from functools import partial
from itertools import pairwise
from typing import TYPE_CHECKING

from seqruns_contracts.checks.expectations import ask_for
from seqruns_contracts.checks.kinds import AskingCheck, Grade, Probe, View, check
from seqruns_contracts.model.instants import write_instant
from seqruns_contracts.model.query import OTHER_BOUND, Query

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence
    from typing import TypeAlias

    from seqruns_contracts.model.census import Census

    BoundProbes: TypeAlias = Callable[[View, str], Iterator[Probe]]

SHOWN = "runs that show their start time"


def bounded(census: Census, name: str, text: str) -> Query:
    """Return the query for one bound; in a large sequence the other bound keeps it inside of the known part."""
    other = OTHER_BOUND[name]
    return Query.of({name: text, other: census.base.meaning.get(other), "limit": census.largest})


def chosen_instants(census: Census) -> list[int]:
    """Return the most discriminating start times: neighbours, ties, the ends, the middle; in nanoseconds."""
    starts = census.starts
    if not starts:
        return []
    ties: dict[int, int] = {}
    for run in census.universe:
        if run.start is not None:
            ties[run.start] = ties.get(run.start, 0) + 1
    # Two that start close to each other: who rounds to the second takes one for the other.
    close = min(pairwise(starts), key=lambda pair: pair[1] - pair[0], default=(starts[0], starts[0]))
    # The instant at which most start: who pages by start time alone loses some of them.
    tied = max(ties, key=lambda start: (ties[start], -start))
    return list(dict.fromkeys([*close, tied, starts[len(starts) // 2], starts[0], starts[-1]]))


def as_printed(census: Census, instant: int) -> str:
    """Return a start time exactly as the target printed it."""
    return next(run.start_text for run in census.universe if run.start == instant and run.start_text)


def is_inside(census: Census, instant: int) -> bool:
    """Return whether an instant lies in the part of the sequence that is known; the ends count."""
    low, high = census.base.instant("after"), census.base.instant("before")
    return (low is None or instant >= low) and (high is None or instant <= high)


def of_each_bound(
    claim: str,
    law: str,
    *,
    clauses: Sequence[str],
    needs: str = SHOWN,
    grade: Grade = Grade.DOCUMENTED,
    exact: bool = False,
) -> Callable[[BoundProbes], tuple[AskingCheck, ...]]:
    """Return a decorator that makes two checks of a function of a view and a bound's name: both obey the same laws."""

    def make(probes: BoundProbes) -> tuple[AskingCheck, ...]:
        return tuple(
            check(
                f"{name}.{claim}",
                law.format(bound=name),
                clauses=[clause.format(bound=name) for clause in clauses],
                needs=needs,
                grade=grade,
                filters=[name],
                exact=exact,
            )(partial(_probes_of, probes, name))
            for name in OTHER_BOUND
        )

    return make


def _probes_of(probes: BoundProbes, name: str, view: View) -> Iterator[Probe]:
    return probes(view, name)


def spell(
    view: View, name: str, instants: Sequence[int], *, digits: int | None = None, utc: str = "Z"
) -> Iterator[Probe]:
    """Yield the probes of one bound at those of these instants that lie in the known part, in one spelling."""
    for instant in instants:
        if is_inside(view.census, instant):
            yield ask_at(view, name, instant, write_instant(instant, digits=digits, utc=utc))


def ask_at(view: View, name: str, instant: int, text: str) -> Probe:
    """Return the probe of one bound in one spelling, beside the plain one: in UTC, with six digits."""
    plain = write_instant(instant, digits=6)
    return ask_for(bounded(view.census, name, text), plain=None if text == plain else bounded(view.census, name, plain))
