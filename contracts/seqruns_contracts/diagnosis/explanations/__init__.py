"""The explanations: every mistake that is looked for, a module for each part of the pipeline."""

from __future__ import annotations

from typing import TYPE_CHECKING

from seqruns_contracts.diagnosis.explanations import (
    combining,
    comparing,
    counting,
    ends,
    matching,
    ordering,
    paging,
    phone,
    printing,
    reading,
    zones,
)

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from seqruns_contracts.diagnosis.explanations.kinds import Explanation
    from seqruns_contracts.diagnosis.history import History

FAMILIES: tuple[Callable[[History], Iterator[Explanation]], ...] = (
    comparing.comparing,
    combining.dropped,
    combining.alternatives,
    combining.kept,
    reading.reading,
    comparing.windows,
    comparing.other_times,
    comparing.as_text,
    phone.phones,
    matching.statuses,
    matching.channels,
    paging.sizes,
    paging.offsets,
    ends.ends,
    counting.totals,
    printing.printed,
    printing.nothing,
    ordering.orders,
    ordering.hidden,
    ordering.strangers,
    zones.shifting,
    zones.in_zones,
)


def explanations(history: History) -> Iterator[Explanation]:
    """Yield every explanation, fitted to what the runs show."""
    for family in FAMILIES:
        yield from family(history)
