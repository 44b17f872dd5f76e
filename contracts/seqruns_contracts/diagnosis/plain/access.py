"""Who is let in, with which methods, and how often."""

from __future__ import annotations

from typing import TYPE_CHECKING

from seqruns.target import read_retry_after
from seqruns_contracts.checks.passive import RATE_HEADER
from seqruns_contracts.diagnosis.plain.kinds import Plain

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from seqruns_contracts.diagnosis.history import History
    from seqruns_contracts.diagnosis.plain.kinds import Broken
    from seqruns_contracts.model.exchange import Observation


def limits(_: History, broken: Broken) -> Iterator[Plain]:
    """Yield a 429 that does not say when to return, or says it in another header than the documented one."""
    for evidence in broken.get("rate.says-when-to-return", ())[:1]:
        answer = evidence.exchange.reply.answer
        has_its_own, given = answer.headers.get(RATE_HEADER, "").strip().isdecimal(), "Retry-After" in answer.headers
        name, sentence, look = (
            "says-nothing",
            "answers a 429 without saying when requests are accepted again",
            RATE_HEADER,
        )
        if has_its_own:
            name, sentence, look = "retry-after-unreadable", f"answers a 429 whose {UNREADABLE}", "Retry-After"
        elif read_retry_after(answer) is not None:
            name, sentence = (
                "says-it-elsewhere",
                f"answers a 429 that says only in Retry-After when to return, not in {RATE_HEADER}",
            )
        elif given:
            sentence += f"; its {UNREADABLE}"
        yield Plain(
            id=f"rate.{name}", sentence=sentence, look=f"the headers of the 429: {look}", checks=frozenset({"rate.says-when-to-return"}),
        )  # fmt: skip


UNREADABLE = "Retry-After is neither a number of seconds nor a date"
MADE_UP = "a made-up key"
WHO = frozenset({"auth.key-is-required", "auth.wrong-key-is-refused"})
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
    if "caching.forgets-refused-keys" in broken and all(
        each.exchange.reply.status in {401, 403} for each in broken["caching.forgets-refused-keys"]
    ):
        yield Plain(
            id="cache.keeps-refusals", sentence="answers from a cache that keeps refusals: the right key is refused where a wrong one was",
            look="what the cache keeps, and its key: a 401 is for one who asks, not for all",
            checks=frozenset({"caching.forgets-refused-keys"}),
        )  # fmt: skip
    if not broken.keys() & WHO:
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
    if _shows_runs(broken):
        yield Plain(
            id="auth.refused-with-runs", sentence="answers 401 to no key or a wrong one, and shows runs all the same",
            look="what goes on after the key was refused: the handler runs, and its body is sent", checks=KEY_CHECKS,
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


def _shows_runs(broken: Broken) -> bool:
    """Return whether the body of a 401 has runs in it."""
    bodies = [
        each.exchange.reply.body for name in WHO for each in broken.get(name, ()) if each.exchange.reply.status == 401
    ]
    return any(isinstance(body, dict) and bool(body.get("data")) for body in bodies)


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
    answered = [(seen.ask.method, seen.status) for seen in history.observations]
    answered += [(each.exchange.ask.method, each.exchange.reply.status) for each in crashes]
    # OPTIONS may be a 200, a 204 or a 405: only a crash of it is wrong. Of POST anything but a 405 is.
    refused = [pair for pair in answered if pair[0] not in READING and pair[1] != 405]
    crashed = [pair for pair in answered if pair[0] in READING - {"GET"} and pair[1] >= 500]
    checks = frozenset({"method.others-are-405"} | ({"answer.is-never-a-server-error"} if crashes else set()))
    if refused:
        first = min(status for _, status in refused)
        yield Plain(
            id=f"method.others-are-{first}" if first != 200 else "method.does-not-matter",
            sentence=f"answers {_methods_and_statuses(refused)}, where a 405 is due" + (f", and {_methods_and_statuses(crashed)}" if crashed else ""),
            look="the route: which methods it takes", checks=checks,
        )  # fmt: skip
    elif crashed:
        yield Plain(
            id=f"method.{min(crashed)[0].lower()}-crashes", sentence=f"answers {_methods_and_statuses(crashed)}",
            look="the route: whether it has a handler for that method", checks=checks,
        )  # fmt: skip
    else:
        yield Plain(
            id="method.without-allow", sentence="answers other methods with a 405 that does not name GET in the header Allow",
            look="the header Allow of the 405", checks=checks,
        )  # fmt: skip


READING = frozenset({"GET", "HEAD", "OPTIONS"})


def _methods_and_statuses(answered: Sequence[tuple[str, int]]) -> str:
    """Return `OPTIONS, HEAD with 500, 501`."""
    methods = ", ".join(dict.fromkeys(method for method, _ in answered))
    return f"{methods} with {', '.join(map(str, sorted({status for _, status in answered})))}"
