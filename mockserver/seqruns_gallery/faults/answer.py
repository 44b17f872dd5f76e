"""The body of a 200 as a whole: its envelope, its bytes, its content type."""

from __future__ import annotations

from typing import TYPE_CHECKING

from werkzeug.wrappers import Response

from seqruns_gallery.building.exhibit import fault
from seqruns_gallery.building.showing import enveloping
from seqruns_gallery.building.wrapping import amending

if TYPE_CHECKING:
    from seqruns_gallery.building.exhibit import Fault


LARGE = 128_000
"""Bytes."""


def not_a_number(response: Response) -> None:
    """Put NaN in the place of a missing number, as Python's json writes it."""
    response.set_data(response.get_data().replace(b'"added_by_id":null', b'"added_by_id":NaN'))


def in_latin_1(response: Response) -> None:
    """Write the body in Latin-1."""
    text = response.get_data().decode()
    response.set_data(text.encode("latin-1", "replace"))


def as_text(response: Response) -> None:
    """Call the answer a text."""
    response.content_type = "text/html; charset=utf-8"


def promising_more(response: Response) -> Response | None:
    """Break a large body off, which its length promises to be whole."""
    body = response.get_data()
    if len(body) < LARGE:
        return None
    cut = Response([body[:-2000]], response.status, response.headers)
    cut.headers["Content-Length"] = str(len(body))
    cut.headers["Connection"] = "close"
    return cut


def partial_content(response: Response) -> None:
    """Say that there is more."""
    page = response.get_json(silent=True) if response.status_code == 200 else None
    if page and len(page["data"]) < page["total"]:
        response.status_code = 206


def is_success(status: int) -> bool:
    """Return whether a status is a success."""
    return status == 200


FAULTS: tuple[Fault, ...] = (
    fault(
        "answer-has-other-names",
        "The list is called `sequence_runs`.",
        enveloping(lambda runs, total: {"sequence_runs": runs, "total": total}),
    ),
    fault(
        "answer-of-nothing-is-null",
        "`data` is null where no run matches, as Go writes an empty slice.",
        enveloping(lambda runs, total: {"data": runs or None, "total": total}),
    ),
    fault(
        "answer-breaks-off",
        "A body of 128 kilobytes or more ends early: a proxy's buffer is full.",
        wrap=amending(promising_more, only=is_success),
        wire=True,
    ),
    fault("answer-is-called-html", "The answer says text/html.", wrap=amending(as_text, only=is_success)),
    fault(
        "answer-has-nan",
        "A missing number is NaN, which is no JSON.",
        wrap=amending(not_a_number, only=is_success),
    ),
    fault(
        "answer-is-latin-1",
        "The body is in Latin-1, which is no JSON.",
        wrap=amending(in_latin_1, only=is_success),
    ),
    fault("answer-is-a-206", "A page that is not the whole list is a 206.", wrap=amending(partial_content)),
)
