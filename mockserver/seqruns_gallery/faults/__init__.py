"""The faults, one module for each area; this one gathers them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from seqruns_gallery.faults import access, answer, error, run, staleness
from seqruns_gallery.faults.filters import channel, combination, parameter, phone
from seqruns_gallery.faults.paging import limit, offset, whole_list
from seqruns_gallery.faults.sequence import lookup, scope
from seqruns_gallery.faults.start_time import calendar, precision, spelling, window

if TYPE_CHECKING:
    from collections.abc import Mapping

    from seqruns_gallery.building.exhibit import Fault

AREAS: Final[Mapping[str, tuple[Fault, ...]]] = {
    "Limit": limit.FAULTS,
    "Offset": offset.FAULTS,
    "Order and total": whole_list.FAULTS,
    "Window": window.FAULTS,
    "Precision of date-times": precision.FAULTS,
    "Spelling of date-times": spelling.FAULTS,
    "Calendar": calendar.FAULTS,
    "Phone": phone.FAULTS,
    "Channel": channel.FAULTS,
    "Status and combinations": combination.FAULTS,
    "Parameter": parameter.FAULTS,
    "Sequence": (*scope.FAULTS, *lookup.FAULTS),
    "Run": run.FAULTS,
    "Answer": answer.FAULTS,
    "Error": error.FAULTS,
    "Access": access.FAULTS,
    "Staleness": staleness.FAULTS,
}
"""The faults by area, in the order of the documentation."""
FAULTS: Final[Mapping[str, Fault]] = {fault.id: fault for faults in AREAS.values() for fault in faults}
