"""The kinds of trouble: the options of each, and its effect."""

from __future__ import annotations

from dataclasses import dataclass
from math import log1p
from typing import TYPE_CHECKING, Any, Final

from seqruns_mock.core.refusal import Refusal, too_many_requests
from seqruns_mock.trouble.effect import Effect

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from random import Random

Value = float | int | str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Option:
    """An option of a trouble."""

    default: Value
    type: type
    """`float`, `int` or `str`."""
    minimum: float | None = None
    maximum: float | None = None
    choices: tuple[str, ...] = ()
    pattern: str | None = None
    """The regular expression that a text must match."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Kind:
    """One kind of trouble."""

    summary: str
    options: Mapping[str, Option]
    effect: Callable[[Mapping[str, Any], Random], Effect]
    needs_body: bool = False
    """Whether it shows in a body only, so that a HEAD must not use it up."""


_LONGEST: Final = 3600
"""Seconds that a delay may last."""
_PRINTABLE: Final = "^[!-~]([ -~]*[!-~])?$"
_HEADER: Final = r"(?!(?i:content-length|transfer-encoding):)[!#$%&'*+.^_`|~0-9A-Za-z-]+:[ -~]*"
"""A header of one's own; where a body ends is left to the server, and to the troubles that spoil it."""
_MOST: Final = 1_000_000_000
"""The largest whole number in an option."""


def _count(default: int | None, *, minimum: int, maximum: int = _MOST) -> Option:
    return Option(default=default, type=int, minimum=minimum, maximum=maximum)


def _seconds(default: float | None) -> Option:
    return Option(default=default, type=float, minimum=0, maximum=_LONGEST)


def _share(default: float) -> Option:
    return Option(default=default, type=float, minimum=0, maximum=1)


def _delay(options: Mapping[str, Any], random: Random) -> Effect:
    seconds, jitter = options["seconds"], options["jitter"]
    draw: Mapping[str, Callable[[], float]] = {
        "uniform": lambda: random.uniform(seconds - jitter, seconds + jitter),
        "normal": lambda: random.gauss(seconds, jitter),
        # The median is `seconds`; of a hundred delays 84 are below `seconds + jitter`, and the rest may be much longer.
        "log-normal": lambda: seconds * random.lognormvariate(0.0, log1p(jitter / seconds)) if seconds else 0.0,
        "exponential": lambda: random.expovariate(1 / seconds) if seconds else 0.0,
    }
    drawn = draw[options["distribution"]]()
    most = _LONGEST if options["maximum"] is None else options["maximum"]
    # A normal distribution gives negative delays as well, now and then.
    return Effect(delay=min(max(0.0, drawn), most))


def _error(options: Mapping[str, Any], _random: Random) -> Effect:
    headers = {} if options["retry_after"] is None else {"Retry-After": str(options["retry_after"])}
    words = f"A trouble makes this a {options['status']}."
    body = options["body"]
    return Effect(
        refusal=Refusal(options["status"], words, headers=headers),
        edit=None if body is None else lambda _: body.encode(),
        content_type=options["content_type"],
        headers=tuple(_parse_header(line) for line in (options["headers"] or "").splitlines()),
    )


def _parse_header(line: str) -> tuple[str, str]:
    name, _, value = line.partition(":")
    return name, value.strip()


def _break_chunk(status: int, body: bytes) -> bytes:
    """Return an answer in chunks, of which the first is right and the second has no size."""
    part = body[: len(body) // 2]
    head = f"HTTP/1.1 {status} Broken\r\nContent-Type: application/json\r\nTransfer-Encoding: chunked\r\n\r\n"
    # A chunk is its size in hexadecimal, a line break, the bytes, a line break (RFC 9112); `no size` is none.
    return b"%b%x\r\n%b\r\nno size\r\n" % (head.encode(), len(part), part)


def _truncate(options: Mapping[str, Any], _random: Random) -> Effect:
    return Effect(edit=lambda body: body[: int(len(body) * options["after"])])


def _cut(options: Mapping[str, Any], _random: Random) -> Effect:
    return Effect(cut=options["after"])


def _slow(options: Mapping[str, Any], _random: Random) -> Effect:
    return Effect(pieces=options["pieces"], during=options["seconds"])


def _wrong_type(options: Mapping[str, Any], _random: Random) -> Effect:
    return Effect(content_type=options["content_type"])


def _too_many(options: Mapping[str, Any], _random: Random) -> Effect:
    return Effect(refusal=too_many_requests(options["milliseconds"] / 1000))


def _stale(options: Mapping[str, Any], _random: Random) -> Effect:
    return Effect(shift=options["runs"])


def _always(effect: Effect) -> Callable[[Mapping[str, Any], Random], Effect]:
    return lambda _options, _random: effect


_DISTRIBUTIONS: Final = ("uniform", "normal", "exponential", "log-normal")
KINDS: Final[Mapping[str, Kind]] = {
    "delay": Kind(
        summary="The answer comes late.",
        options={
            "seconds": _seconds(1.0),
            "jitter": _seconds(0.0),
            "distribution": Option(default="uniform", type=str, choices=_DISTRIBUTIONS),
            "maximum": _seconds(None),
        },
        effect=_delay,
    ),
    "error": Kind(
        summary="Another status, in the contract's error shape or with a body and headers of your own.",
        options={
            "status": _count(503, minimum=400, maximum=599),
            "retry_after": _count(None, minimum=0),
            "body": Option(default=None, type=str),
            "content_type": Option(default=None, type=str, pattern=_PRINTABLE),
            "headers": Option(default=None, type=str, pattern=rf"^{_HEADER}(\n{_HEADER})*$"),
        },
        effect=_error,
    ),
    "drop": Kind(
        summary="The connection is closed before anything is answered.",
        options={},
        effect=_always(Effect(drop=True)),
    ),
    "reset": Kind(
        summary="The connection is reset before anything is answered.",
        options={},
        effect=_always(Effect(reset=True)),
    ),
    "garbage": Kind(
        summary="Bytes that are no HTTP come in place of an answer.",
        options={},
        effect=_always(Effect(drop=True, raw=lambda _status, _body: b"\x16\x03\x00 this is no HTTP \xff\xfe\r\n\r\n")),
    ),
    "broken-chunk": Kind(
        summary="The body comes in chunks, and the second is none.",
        options={},
        effect=_always(Effect(raw=_break_chunk)),
    ),
    "cut": Kind(
        summary="The connection is closed in the middle of the body.",
        options={"after": _share(0.5)},
        effect=_cut,
        needs_body=True,
    ),
    "slow-body": Kind(
        summary="The body comes in pieces, slowly.",
        options={"seconds": _seconds(5.0), "pieces": _count(10, minimum=2, maximum=1000)},
        effect=_slow,
        needs_body=True,
    ),
    "truncated-json": Kind(
        summary="The body ends early, with a Content-Length to match.",
        options={"after": _share(0.5)},
        effect=_truncate,
        needs_body=True,
    ),
    "invalid-json": Kind(
        summary="The body is not JSON.",
        options={},
        effect=_always(Effect(edit=lambda body: body.replace(b'":', b"':") or b"{")),
        needs_body=True,
    ),
    "wrong-content-type": Kind(
        summary="The body is right, its type is not.",
        options={"content_type": Option(default="text/html", type=str, pattern=_PRINTABLE)},
        effect=_wrong_type,
    ),
    "unauthorized": Kind(
        summary="401, whatever the key.",
        options={},
        effect=_always(Effect(refusal=Refusal(401, "Not authenticated", headers={"WWW-Authenticate": "Bearer"}))),
    ),
    "too-many-requests": Kind(
        summary="429, with its two headers.",
        options={"milliseconds": _count(1000, minimum=1)},
        effect=_too_many,
    ),
    "stale-page": Kind(
        summary="Later pages are shifted, as if runs had started since the first.",
        options={"runs": _count(1, minimum=1)},
        effect=_stale,
        needs_body=True,
    ),
}
"""By name."""

COMMON: Final[Mapping[str, Option]] = {
    "probability": _share(1.0),
    "skip": _count(0, minimum=0),
    "times": _count(None, minimum=1),
    "sequence_id": Option(default=None, type=str),
}
"""The options of every kind: how likely it is, how many requests it skips first, how many it happens to, and in
which sequence."""
