"""The checks, a module for each area. Importing this package registers them all, in the order of the reports."""

from seqruns_contracts.checks import (  # noqa: I001 - the order of the reports
    answers,
    page,
    caching,
    order,
    start_time,
    phone,
    status,
    channel,
    filters,
    parameters,
    generated,
    sequence,
    method,
    auth,
)

__all__ = [
    "answers",
    "auth",
    "caching",
    "channel",
    "filters",
    "generated",
    "method",
    "order",
    "page",
    "parameters",
    "phone",
    "sequence",
    "start_time",
    "status",
]
