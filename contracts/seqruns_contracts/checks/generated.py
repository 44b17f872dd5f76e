"""Queries that Schemathesis invents from the document, right ones and wrong ones."""

from __future__ import annotations

from typing import TYPE_CHECKING

from seqruns_contracts.checks.expectations import asking, is_no_server_error
from seqruns_contracts.checks.kinds import Probe, View, check

if TYPE_CHECKING:
    from collections.abc import Iterator

INVENTED = 6
"""How many queries are asked."""


@check(
    "parameters.invented-ones-break-nothing",
    "Whatever a tool invents from the document gets an answer that fits the document.",
    clauses=["errors.no-5xx", "errors.envelope", "operation.success"],
    needs="nothing",
)
def invented(view: View) -> Iterator[Probe]:
    """Ask what Schemathesis draws."""
    for query in view.conformance.invented_queries(INVENTED, seed_=view.seed) if view.conformance else ():
        yield asking(query, is_no_server_error)
