"""How an answer travels: headers, encodings, pace."""

from __future__ import annotations

import gzip
from random import Random
from typing import TYPE_CHECKING

from seqruns_gallery.building.exhibit import variant
from seqruns_gallery.building.wrapping import amending, around
from seqruns_mock.trouble.effect import Effect

if TYPE_CHECKING:
    from collections.abc import Callable

    from werkzeug.wrappers import Request, Response

    from seqruns_gallery.building.exhibit import Variant
    from seqruns_gallery.building.wrapping import Amended
    from seqruns_mock.http.answer import Handler

DELAY = 0.15
CHUNKS = 8
DROPPED = 0.01


def with_charset(response: Response) -> None:
    """Name the encoding."""
    response.content_type = "application/json; charset=utf-8"


def closing(response: Response) -> None:
    """Close the connection after the answer."""
    response.headers["Connection"] = "close"


def compressed(request: Request, answer: Callable[[], Response]) -> Response:
    """Return an answer compressed, for a client that can read it."""
    response = answer()
    if request.accept_encodings["gzip"]:
        response.set_data(gzip.compress(response.get_data(), compresslevel=1))
        response.headers["Content-Encoding"] = "gzip"
        response.headers["Vary"] = "Accept-Encoding"
    return response


def in_chunks(_request: Request, answer: Callable[[], Amended]) -> Response:
    """Return an answer whose length is not known before it ends."""
    response = answer()
    response.automatically_set_content_length = False
    del response.headers["Content-Length"]
    response.effect = Effect(pieces=CHUNKS)
    return response


def slow(_request: Request, answer: Callable[[], Amended]) -> Response:
    """Return an answer that is sent after a while."""
    response = answer()
    response.effect = Effect(delay=DELAY)
    return response


def dropping(inner: Handler) -> Handler:
    """Return the handler on a wire that breaks during one answer in a hundred."""
    dice = Random(0)  # noqa: S311 - an accident, and always the same one

    def dropped(_request: Request, answer: Callable[[], Amended]) -> Response:
        response = answer()
        if dice.random() < DROPPED:
            response.effect = Effect(cut=0.5) if dice.random() < 0.5 else Effect(drop=True)
        return response

    return around(dropped)(inner)


VARIANTS: tuple[Variant, ...] = (
    variant("charset-named", "The content type names the charset.", wrap=amending(with_charset)),
    variant("connection-closed", "Every answer closes its connection.", wrap=amending(closing), wire=True),
    variant("chunked", "Answers come in chunks, without a length.", wrap=around(in_chunks), wire=True),
    variant("gzip", "Answers are compressed.", wrap=around(compressed), wire=True),
    variant("slow", "Every answer takes 150 milliseconds.", wrap=around(slow), wire=True),
    variant("rate-limited", "More than 25 requests in a second are a 429.", dialect={"rate.per_second": 25}),
    variant(
        "rate-limited-until-a-date",
        "More than 25 requests in a second are a 429 that names the time to come back.",
        dialect={"rate.per_second": 25, "rate.retry_after": "date"},
    ),
    variant(
        "flaky",
        "One connection in a hundred breaks, before the answer or in the middle of it.",
        wrap=dropping,
        wire=True,
    ),
)
