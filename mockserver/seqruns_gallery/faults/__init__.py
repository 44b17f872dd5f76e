"""The faults, one module for each area; this one gathers them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from seqruns_gallery.faults import (
    access,
    answer,
    calendar,
    channel,
    error,
    filters,
    limit,
    offset,
    parameter,
    phone,
    run,
    sequence,
    spelling,
    staleness,
    whole_list,
    window,
)

if TYPE_CHECKING:
    from collections.abc import Mapping

    from seqruns_gallery.exhibit import Fault

AREAS: Final[Mapping[str, tuple[Fault, ...]]] = {
    "Limit": limit.FAULTS,
    "Offset": offset.FAULTS,
    "Order and total": whole_list.FAULTS,
    "Window": window.FAULTS,
    "Spelling of date-times": spelling.FAULTS,
    "Calendar": calendar.FAULTS,
    "Phone": phone.FAULTS,
    "Channel": channel.FAULTS,
    "Status and combinations": filters.FAULTS,
    "Parameter": parameter.FAULTS,
    "Sequence": sequence.FAULTS,
    "Run": run.FAULTS,
    "Answer": answer.FAULTS,
    "Error": error.FAULTS,
    "Access": access.FAULTS,
    "Staleness": staleness.FAULTS,
}
"""The faults by area, in the order of the documentation."""
FAULTS: Final[Mapping[str, Fault]] = {fault.id: fault for faults in AREAS.values() for fault in faults}
