"""The faults, one module for each area; this one gathers them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from seqruns_gallery.faults import (
    answer,
    auth,
    cache,
    calendar,
    channel,
    combination,
    error,
    limit,
    method,
    offset,
    order,
    parameter,
    phone,
    precision,
    replica,
    run,
    run_time,
    sequence,
    spelling,
    status,
    total,
    window,
)

if TYPE_CHECKING:
    from collections.abc import Mapping

    from seqruns_gallery.exhibit import Fault

AREAS: Final[Mapping[str, tuple[Fault, ...]]] = {
    "Limit": limit.FAULTS,
    "Offset": offset.FAULTS,
    "Order": order.FAULTS,
    "Total": total.FAULTS,
    "Window": window.FAULTS,
    "Precision": precision.FAULTS,
    "Spelling of date-times": spelling.FAULTS,
    "Calendar": calendar.FAULTS,
    "Phone": phone.FAULTS,
    "Status": status.FAULTS,
    "Channel": channel.FAULTS,
    "Combination": combination.FAULTS,
    "Parameter": parameter.FAULTS,
    "Sequence": sequence.FAULTS,
    "Run": run.FAULTS,
    "Times of a run": run_time.FAULTS,
    "Answer": answer.FAULTS,
    "Error": error.FAULTS,
    "Authentication": auth.FAULTS,
    "Method": method.FAULTS,
    "Cache": cache.FAULTS,
    "Replica": replica.FAULTS,
}
"""The faults by area, in the order of the documentation."""
FAULTS: Final[Mapping[str, Fault]] = {fault.id: fault for faults in AREAS.values() for fault in faults}
