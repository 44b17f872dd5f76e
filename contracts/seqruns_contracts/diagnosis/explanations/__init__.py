"""The explanations: every mistake that is looked for, a module for each part of the pipeline."""

from __future__ import annotations

from typing import TYPE_CHECKING

from seqruns_contracts.diagnosis.explanations.bounds import comparing, misreadings, other_times, windows, zones
from seqruns_contracts.diagnosis.explanations.filters import (
    channels,
    combining,
    dropping,
    missing,
    phone,
    repeated,
    statuses,
)
from seqruns_contracts.diagnosis.explanations.pages import (
    blanks,
    counting,
    ends,
    listing,
    miscounts,
    offsets,
    ordering,
    printing,
    sizes,
)

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from seqruns_contracts.diagnosis.explanations.kinds import Explanation
    from seqruns_contracts.diagnosis.history import History

# The order counts: of explanations that are as plain, and that no request tells apart, the first is named.
FAMILIES: tuple[Callable[[History], Iterator[Explanation]], ...] = (
    comparing.comparing,
    dropping.dropped,
    combining.alternatives,
    dropping.kept,
    repeated.repeated,
    misreadings.misreadings,
    windows.windows,
    other_times.other_times,
    comparing.as_text,
    phone.phones,
    statuses.statuses,
    channels.channels,
    sizes.sizes,
    offsets.offsets,
    ends.ends,
    counting.totals,
    miscounts.miscounts,
    missing.lost,
    printing.printed,
    printing.shown,
    blanks.blanks,
    ordering.orders,
    listing.hidden,
    listing.strangers,
    zones.shifting,
    zones.in_zones,
    zones.in_local_mean_time,
)


def explanations(history: History) -> Iterator[Explanation]:
    """Yield every explanation, fitted to what the runs show."""
    for family in FAMILIES:
        yield from family(history)
