"""Other methods than GET: refused, and said which are allowed. Nothing is sent unless the user allows it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from seqruns_contracts.checks.expectations import is_no_server_error
from seqruns_contracts.checks.kinds import Ask, Exchange, Mismatch, Probe, View, check

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence


@check(
    "method.others-are-405",
    "A method other than GET, HEAD and OPTIONS is answered with 405 and the allowed ones.",
    clauses=["errors.method"],
    needs="leave to send such a request: --allow-unsafe-methods",
)
def others_are_405(view: View) -> Iterator[Probe]:
    """Send a POST, PUT, PATCH and DELETE without a body, if that is allowed; and a HEAD, which may be refused."""
    if view.allow_unsafe_methods:
        yield Probe(asks=(Ask(method="HEAD"),), judge=is_no_server_error)
        for method in ("POST", "PUT", "PATCH", "DELETE"):
            yield Probe(asks=(Ask(method=method),), judge=_is_405_with_allow)


def _is_405_with_allow(exchanges: Sequence[Exchange], _: View) -> Mismatch | None:
    reply = exchanges[-1].reply
    if reply.status == 405 and "GET" in reply.answer.headers.get("Allow", ""):
        return None
    return Mismatch(expected="status 405 with a header Allow that names GET")
