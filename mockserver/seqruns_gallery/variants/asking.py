"""What is made of odd questions, and the words of refusals."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any
from urllib.parse import parse_qsl, unquote, urlencode

from werkzeug.wrappers import Response

from seqruns_gallery.building.exhibit import stepping, variant
from seqruns_gallery.building.listing import filtering, phone
from seqruns_gallery.building.reading import pairs_of, reading, refusing, rewriting, written
from seqruns_gallery.building.showing import refusing_with
from seqruns_gallery.building.wrapping import amending, around, is_error
from seqruns_mock.core.query import FACTS, parse_query
from seqruns_mock.core.refusal import Refusal, render_refusal

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Mapping

    from werkzeug.wrappers import Request

    from seqruns_gallery.building.exhibit import Variant
    from seqruns_mock.core.query import RunQuery
    from seqruns_mock.http.pipeline import Mock

WORDS = {401: "Not authenticated", 404: "Not found", 422: "The request is invalid"}


def as_400(mock: Mock) -> Mock:
    """Return a mock that calls a bad parameter a bad request."""

    def parse(query_string: str) -> RunQuery:
        try:
            return mock.pipeline.parse(query_string)
        except Refusal as refusal:
            raise Refusal(400, *refusal.descriptions) from None

    return stepping(parse=parse)(mock)


def only_one_error(mock: Mock) -> Mock:
    """Return a mock that stops at the first bad parameter."""

    def refuse(refusal: Refusal) -> bytes:
        return mock.pipeline.refuse(Refusal(refusal.status, refusal.descriptions[0]))

    return stepping(refuse=refuse)(mock)


def clamped(lowest: int) -> Callable[[str], int]:
    """Return a parser that takes a limit out of range for the nearest in range."""

    def parse(text: str) -> int:
        if not re.fullmatch(r"-?[0-9]{1,4000}", text):
            raise ValueError("is not a whole number")
        return min(max(int(text), lowest), FACTS.limit_maximum)

    return parse


def strict(query_string: str) -> RunQuery:
    """Return the query, if all its parameters are known."""
    query = parse_query(query_string)
    unknown = [name for name in pairs_of(query_string) if name not in FACTS.parameters]
    if unknown:
        raise Refusal(422, *(f"{name}: unknown parameter" for name in unknown))
    return query


def first_of_each(query_string: str) -> RunQuery:
    """Return the query whose repeated parameters are the first."""
    pairs = parse_qsl(query_string, keep_blank_values=True, encoding="latin-1")
    return parse_query(urlencode(dict(reversed(pairs)), encoding="latin-1"))


def plus_again(text: str) -> str:
    """Return a date-time or a number whose lost plus is put back."""
    return re.sub(r" (?=\d\d:?\d\d$)", "+", text) if "T" in text else re.sub(r"^ (?=\d)", "+", text)


def unauthenticated_last(mock: Mock) -> Mock:
    """Return a mock that looks for the sequence before it looks at the key."""
    held: list[Refusal] = []

    def authenticate(environ: Mapping[str, Any], keys: Collection[str]) -> str:
        held.clear()
        try:
            return mock.pipeline.authenticate(environ, keys)
        except Refusal as refusal:
            held.append(refusal)
            return ""

    def parse(query_string: str) -> RunQuery:
        query = mock.pipeline.parse(query_string)
        if held:
            raise held[0]
        return query

    return stepping(authenticate=authenticate, parse=parse)(mock)


def key_only(mock: Mock) -> Mock:
    """Return a mock that knows no bearer tokens."""

    def authenticate(environ: Mapping[str, Any], keys: Collection[str]) -> str:
        own = {name: value for name, value in environ.items() if name != "HTTP_AUTHORIZATION"}
        return mock.pipeline.authenticate(own, keys)

    return stepping(authenticate=authenticate)(mock)


def no_head(request: Request, answer: Callable[[], Response]) -> Response:
    """Refuse HEAD."""
    if request.method != "HEAD":
        return answer()
    body = render_refusal(Refusal(405, "HEAD is not allowed here."))
    return Response(body, 405, {"Allow": "GET, OPTIONS"}, content_type="application/json")


def gone(response: Response) -> None:
    """Say 410 for 404, and call an error a problem."""
    if response.status_code == 404:
        response.status_code = 410
        response.set_data(response.get_data().replace(b'"status":404', b'"status":410'))
    response.content_type = "application/problem+json"


def behind_a_firewall(request: Request, answer: Callable[[], Response]) -> Response:
    """Refuse, as a web application firewall does, what smells of an attack, before it reaches the endpoint."""
    if re.search("""[\0'"\\\\]""", unquote(request.environ["QUERY_STRING"]) + request.path):
        return Response("<html>Not Acceptable</html>", 406, content_type="text/html")
    return answer()


VARIANTS: tuple[Variant, ...] = (
    variant(
        "unknown-sequence-is-410",
        "An unknown sequence is a 410, and errors are application/problem+json.",
        wrap=amending(gone, only=is_error),
    ),
    variant(
        "behind-a-firewall",
        "A firewall refuses quotes, backslashes and NULs with a 406 in HTML.",
        wrap=around(behind_a_firewall),
    ),
    variant("bad-parameter-is-400", "A bad parameter is a 400.", as_400),
    variant("one-error-only", "Only the first bad parameter is named.", only_one_error),
    variant(
        "other-words",
        "Errors have few words, and fields of their own.",
        refusing_with(
            lambda _words, status: {
                "errors": [{"description": WORDS.get(status, "Failed"), "code": f"E{status}"}],
                "status": status,
                "request_id": "8f14e45f",
            }
        ),
    ),
    variant("limit-clamped", "A limit out of range is the nearest in range.", reading(limit=clamped(1))),
    variant("limit-of-zero-is-empty", "A limit of zero is a page without runs.", reading(limit=clamped(0))),
    variant(
        "odd-phone-refused",
        "A number that no telephone has is a 422.",
        refusing(lambda text: not re.fullmatch(r"\s*\+?[\d\s]{1,30}", text), "phone"),
    ),
    variant(
        "spaces-in-phone-count",
        "Spaces in a number are not dropped.",
        lambda mock: filtering(phone=lambda run, query: phone(run) == written(query, "phone"))(reading()(mock)),
    ),
    variant(
        "lost-plus-understood",
        "A space where a plus was meant is read as one.",
        rewriting(plus_again, "before", "after", "phone"),
    ),
    variant("unknown-parameter-refused", "A parameter that there is not is a 422.", stepping(parse=strict)),
    variant("first-of-repeated-counts", "Of a repeated parameter the first counts.", stepping(parse=first_of_each)),
    variant(
        "key-looked-at-last", "The sequence and the parameters are looked at before the key.", unauthenticated_last
    ),
    variant("no-bearer-tokens", "The key is accepted in its header only.", key_only),
    variant("head-refused", "HEAD is a 405.", wrap=around(no_head)),
)
