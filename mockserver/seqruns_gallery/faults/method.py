"""Methods other than GET, which a list does not have."""

from __future__ import annotations

from typing import TYPE_CHECKING

from werkzeug.wrappers import Response

from seqruns_gallery.exhibit import fault
from seqruns_gallery.wrapping import amending, around
from seqruns_mock.core.refusal import Refusal, render_refusal

if TYPE_CHECKING:
    from collections.abc import Callable

    from werkzeug.wrappers import Request

    from seqruns_gallery.exhibit import Fault, Wrap

READING = frozenset({"GET", "HEAD", "OPTIONS"})


def answering(status: int, words: str) -> Wrap:
    """Return a middleware that answers all other methods with a status."""

    def handle(request: Request, answer: Callable[[], Response]) -> Response:
        if request.method in READING:
            return answer()
        return Response(render_refusal(Refusal(status, words)), status, content_type="application/json")

    return around(handle)


def as_get(request: Request, answer: Callable[[], Response]) -> Response:
    """Take every method for a GET."""
    if request.method not in READING:
        request.environ["REQUEST_METHOD"] = "GET"
    return answer()


def without_allow(response: Response) -> None:
    """Do not say which methods there are."""
    response.headers.pop("Allow", None)


FAULTS: tuple[Fault, ...] = (
    fault("method-does-not-matter", "POST, PUT and DELETE are answered like GET.", wrap=around(as_get)),
    fault("method-unknown-crashes", "Other methods are a 500.", wrap=answering(500, "Internal server error")),
    fault(
        "method-not-allowed-without-allow",
        "The 405 does not say which methods are allowed.",
        wrap=amending(without_allow, only=lambda status: status == 405),
    ),
)
