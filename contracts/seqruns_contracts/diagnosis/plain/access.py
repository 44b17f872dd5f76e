"""Who is let in, with which methods, and how often."""

from __future__ import annotations

from typing import TYPE_CHECKING

from seqruns_contracts.diagnosis.plain.kinds import Plain

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from seqruns_contracts.diagnosis.history import History
    from seqruns_contracts.diagnosis.plain.kinds import Broken
    from seqruns_contracts.model.exchange import Observation


def limits(_: History, broken: Broken) -> Iterator[Plain]:
    """Yield a 429 that does not say when to return."""
    evidence = broken.get("rate.says-when-to-return", ())
    if evidence:
        yield Plain(
            id="rate.says-nothing", sentence="answers a 429 without saying when requests are accepted again",
            look="the headers of the 429: X-RateLimit-Remaining-Interval-Milliseconds", checks=frozenset({"rate.says-when-to-return"}),
        )  # fmt: skip


MADE_UP = "a made-up key"
KEY_CHECKS = frozenset(
    {
        "auth.key-is-required",
        "auth.wrong-key-is-refused",
        "answer.has-a-documented-status",
        "answer.is-never-a-server-error",
        "answer.errors-have-their-envelope",
        "answer.is-json",
        "answer.fits-the-schema",
    }
)


def keys(history: History, broken: Broken) -> Iterator[Plain]:
    """Yield who is let in without the key; where nobody is, what else than a 401 is answered."""
    if not broken.keys() & {"auth.key-is-required", "auth.wrong-key-is-refused"}:
        return
    tried = [seen for seen in history.observations if seen.ask.credentials is not None and seen.ask.sequence_id is None]
    by_kind: dict[str, set[int]] = {}
    for seen in tried:
        by_kind.setdefault(_kind_of_key(seen, tried), set()).add(seen.status)
    if by_kind.get(MADE_UP, set()) >= {200, 401}:
        # Some of them are like the right key, in a way that nothing else that was tried says: `bcd` beside `abcd`.
        by_kind |= {MADE_UP: {401}, "a key like the right one": {200}}
    let_in = {kind for kind, statuses in by_kind.items() if 200 in statuses}
    refused = {kind for kind, statuses in by_kind.items() if statuses == {401}}
    if let_in:
        yield Plain(
            id=f"auth.{_let_in_id(let_in, refused)}", sentence=_let_in(let_in, refused),
            look="the comparison of the key, which must be the whole key and in place for every request", checks=KEY_CHECKS,
        )  # fmt: skip
        return
    others = sorted({status for statuses in by_kind.values() for status in statuses} - {401, 200})
    if others:
        kinds = [kind for kind, statuses in by_kind.items() if statuses - {401}]
        who = "no key or a wrong one" if len(kinds) == len(by_kind) else " or ".join(kinds)
        yield Plain(
            id=f"auth.is-{others[0]}", sentence=f"answers {', '.join(map(str, others))} to {who}, where a 401 is due",
            look="what happens where the key is not accepted", checks=KEY_CHECKS,
        )  # fmt: skip


def _kind_of_key(seen: Observation, tried: Sequence[Observation]) -> str:
    """Return what somebody came with, in words; which key is like the right one the others that were tried say.

    The right one is not among them. Of `abcd` the kit sends `abc`, `abcd%` and `ABCD`: they share a beginning, and each
    is one or two letters longer than another one.
    """
    credentials = dict(seen.ask.credentials or ())
    if not credentials:
        return "no key"
    (name, value), *_ = credentials.items()
    if name.lower() == "authorization":
        return "an empty token" if len(value.split()) < 2 else "a made-up token"
    if not value:
        return "an empty key or token"
    for other in tried:
        beside = _value(other)
        if (
            beside
            and beside != value
            and abs(len(beside) - len(value)) in {1, 2}
            and beside[: len(value)].lower() == value[: len(beside)].lower()
        ):
            if beside.startswith(value):
                return "the beginning of the key"
            if value.startswith(beside):
                # `abcd%` beside `abc`; where only the last letter has two cases, `12D` beside `12` is the other one.
                return (
                    "the key with more behind it" if len(value) - len(beside) == 2 else "the key in other letter case"
                )
            return "the key in other letter case"
    return MADE_UP


def _value(seen: Observation) -> str:
    return next((value for name, value in seen.ask.credentials or () if name.lower() != "authorization"), "")


def _let_in_id(let_in: set[str], refused: set[str]) -> str:
    if not refused:
        return "no-key-needed"
    if let_in == {"no key"}:
        return "no-key-is-a-guest"
    if MADE_UP in let_in:
        return "any-key-accepted"
    return (
        "-and-".join(
            sorted(
                kind.removeprefix("the ").removeprefix("an ").removeprefix("a ").replace(" ", "-") for kind in let_in
            )
        )
        + "-accepted"
    )


def _let_in(let_in: set[str], refused: set[str]) -> str:
    if not refused:
        return "lets everybody in: no key is needed"
    if MADE_UP in let_in and "no key" not in let_in:
        return "accepts any key"
    return f"lets in who has {' or '.join(sorted(let_in))}"


def methods(history: History, broken: Broken) -> Iterator[Plain]:
    """Yield what other methods than GET are answered with, where a 405 is due."""
    evidence = broken.get("method.others-are-405", ())
    crashes = [each for each in broken.get("answer.is-never-a-server-error", ()) if each.exchange.ask.method != "GET"]
    if not evidence and not crashes:
        return
    others = [seen for seen in history.observations if seen.ask.method not in {"GET", "HEAD"}]
    statuses = sorted(
        {seen.status for seen in others if seen.status != 405} | {each.exchange.reply.status for each in crashes}
    )
    methods = ", ".join(dict.fromkeys(seen.ask.method for seen in others if seen.status in statuses or not statuses))
    checks = frozenset({"method.others-are-405"} | ({"answer.is-never-a-server-error"} if crashes else set()))
    if statuses:
        yield Plain(
            id=f"method.others-are-{statuses[0]}" if statuses != [200] else "method.does-not-matter",
            sentence=f"answers {methods or crashes[0].exchange.ask.method} with {', '.join(map(str, statuses))}, where a 405 is due",
            look="the route: which methods it takes", checks=checks,
        )  # fmt: skip
    else:
        yield Plain(
            id="method.without-allow", sentence="answers other methods with a 405 that does not name GET in the header Allow",
            look="the header Allow of the 405", checks=checks,
        )  # fmt: skip
