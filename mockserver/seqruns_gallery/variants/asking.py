"""What is made of odd questions, and the words of refusals."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING
from urllib.parse import unquote

from werkzeug.wrappers import Response

from seqruns_gallery.building.exhibit import variant
from seqruns_gallery.building.showing import refusing_with
from seqruns_gallery.building.wrapping import around

if TYPE_CHECKING:
    from collections.abc import Callable

    from werkzeug.wrappers import Request

    from seqruns_gallery.building.exhibit import Variant

WORDS = {401: "Not authenticated", 404: "Not found", 422: "The request is invalid"}


def behind_a_firewall(request: Request, answer: Callable[[], Response]) -> Response:
    """Refuse, as a web application firewall does, what smells of an attack, before it reaches the endpoint."""
    if re.search("""[\0'"\\\\]""", unquote(request.environ["QUERY_STRING"]) + request.path):
        return Response("<html>Not Acceptable</html>", 406, content_type="text/html")
    return answer()


BAD_PARAMETERS = (
    *(f"page.limit_{what}" for what in ("above_maximum", "zero", "negative", "no_number", "fraction")),
    *("page.offset_negative", "page.offset_no_number", "parameters.broken_bytes"),
    *("status.unknown", "status.other_case", "channel.malformed", "channel.without_dashes"),
    *(f"time.{what}" for what in ("invalid", "lost_plus", "basic", "leap_second", "hour_24", "epoch")),
)
"""What the contract refuses."""


VARIANTS: tuple[Variant, ...] = (
    variant(
        "unknown-sequence-is-410",
        "An unknown sequence is a 410, and errors are application/problem+json.",
        dialect={
            "sequence.unknown": 410,
            "sequence.malformed": 410,
            "errors.content_type": "application/problem+json",
        },
    ),
    variant(
        "behind-a-firewall",
        "A firewall refuses quotes, backslashes and NULs with a 406 in HTML.",
        wrap=around(behind_a_firewall),
    ),
    variant("bad-parameter-is-400", "A bad parameter is a 400.", dialect=dict.fromkeys(BAD_PARAMETERS, 400)),
    variant("one-error-only", "Only the first bad parameter is named.", dialect={"errors.named": "first"}),
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
    variant(
        "limit-clamped",
        "A limit out of range is the nearest in range.",
        dialect={"page.limit_above_maximum": "lowered", "page.limit_zero": "raised", "page.limit_negative": "raised"},
    ),
    variant(
        "limit-of-zero-is-empty",
        "A limit of zero is a page without runs.",
        dialect={"page.limit_above_maximum": "lowered", "page.limit_zero": "empty", "page.limit_negative": "empty"},
    ),
    variant(
        "odd-phone-refused",
        "A number that no telephone has is a 422.",
        dialect={"phone.odd": 422, "phone.marks": 422},
    ),
    variant(
        "spaces-in-phone-count",
        "Spaces in a number are not dropped.",
        dialect={"phone.spaces": "kept", "phone.blank": "nothing"},
    ),
    variant(
        "lost-plus-understood",
        "A space where a plus was meant is read as one.",
        dialect={"time.lost_plus": "understood", "phone.lost_plus": "understood"},
    ),
    variant("unknown-parameter-refused", "An unknown parameter is a 422.", dialect={"parameters.unknown": 422}),
    variant(
        "first-of-repeated-counts",
        "Of a repeated parameter the first counts.",
        dialect={"parameters.repeated": "first"},
    ),
    variant(
        "key-looked-at-last",
        "The sequence and the parameters are looked at before the key.",
        dialect={"errors.precedence": "sequence-parameters-key"},
    ),
    variant("no-bearer-tokens", "The key is accepted in its header only.", dialect={"access.bearer": "refused"}),
    variant("head-refused", "HEAD is a 405.", dialect={"answer.head": 405}),
)
