"""The kinds of trouble: the options of each, and its effect."""

from __future__ import annotations

from dataclasses import dataclass
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


_MOST: Final = 1_000_000_000
"""The largest whole number in an option."""


def _count(default: int | None, *, minimum: int, maximum: int = _MOST) -> Option:
    return Option(default=default, type=int, minimum=minimum, maximum=maximum)


def _seconds(default: float) -> Option:
    return Option(default=default, type=float, minimum=0, maximum=3600)


def _share(default: float) -> Option:
    return Option(default=default, type=float, minimum=0, maximum=1)


def _delay(options: Mapping[str, Any], random: Random) -> Effect:
    seconds, jitter = options["seconds"], options["jitter"]
    drawn: float = {
        "uniform": lambda: random.uniform(seconds - jitter, seconds + jitter),
        "normal": lambda: random.gauss(seconds, jitter),
        "exponential": lambda: random.expovariate(1 / seconds) if seconds else 0.0,
    }[options["distribution"]]()
    return Effect(delay=max(0.0, drawn))


def _error(options: Mapping[str, Any], _random: Random) -> Effect:
    headers = {} if options["retry_after"] is None else {"Retry-After": str(options["retry_after"])}
    words = f"The mock was told to answer {options['status']} here."
    return Effect(refusal=Refusal(options["status"], words, headers=headers))


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


KINDS: Final[Mapping[str, Kind]] = {
    "delay": Kind(
        summary="The answer comes late.",
        options={
            "seconds": _seconds(1.0),
            "jitter": _seconds(0.0),
            "distribution": Option(default="uniform", type=str, choices=("uniform", "normal", "exponential")),
        },
        effect=_delay,
    ),
    "error": Kind(
        summary="Another status, in the contract's error shape.",
        options={
            "status": _count(503, minimum=400, maximum=599),
            "retry_after": _count(None, minimum=0),
        },
        effect=_error,
    ),
    "drop": Kind(
        summary="The connection is closed before anything is answered.",
        options={},
        effect=_always(Effect(drop=True)),
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
        options={"content_type": Option(default="text/html", type=str, pattern="^[!-~]([ -~]*[!-~])?$")},
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
