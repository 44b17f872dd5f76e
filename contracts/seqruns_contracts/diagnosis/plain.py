"""Causes that a finding says by itself: the shape of an answer, keys, methods, other sequences."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from seqruns_contracts.diagnosis.conditions import UUID, conditions
from seqruns_contracts.diagnosis.shape import MISSING, flaws
from seqruns_contracts.model.reply import REFUSALS

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping, Sequence

    from seqruns_contracts.diagnosis.history import History
    from seqruns_contracts.model.exchange import Evidence, Observation
    from seqruns_contracts.model.reply import Reply

    Broken = Mapping[str, Sequence[Evidence]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Plain:
    """What findings say by themselves."""

    id: str
    sentence: str
    look: str
    checks: frozenset[str]
    """The ids of the checks that it explains."""
    is_about_pages: bool = False
    """Whether no page can be read because of it, so that whatever else was found may follow from it."""
    roles: frozenset[str] = frozenset()
    """The roles of a run that it spoils."""


def plain(history: History, broken: Broken) -> list[Plain]:
    """Return what the findings say by themselves, one for each wrong piece."""
    families: tuple[Callable[[History, Broken], Iterator[Plain]], ...] = (
        _bodies, _shapes, _errors, _statuses, _keys, _methods, _sequences, _contents, _accepted, _others,
    )  # fmt: skip
    found: list[Plain] = []
    for family in families:
        found += family(history, broken)
        if any(each.id == "error.comes-with-200" for each in found):
            break
    return found


SHAPE_CHECKS = frozenset(
    {"answer.fits-the-schema", "answer.is-json", "answer.errors-have-their-envelope", "run.shows-the-same-fields"}
)


def _bodies(_: History, broken: Broken) -> Iterator[Plain]:
    """Yield what is wrong with bodies as such: how they are encoded, and what they are called."""
    evidence = broken.get("answer.is-json", ())
    if not evidence:
        return
    first = evidence[0].exchange.reply
    types = {each.exchange.reply.answer.headers.get("Content-Type", "").partition(";")[0] for each in evidence}
    reasons = {difference.text for each in evidence for difference in each.differences}
    body = first.answer.body
    checks = SHAPE_CHECKS
    statuses = {each.exchange.reply.status for each in evidence}
    where = "" if 200 in statuses else f"a {', '.join(map(str, sorted(statuses)))} with "
    if first.answer.flaw:
        yield Plain(
            id="answer.breaks-off", sentence="sends bodies that break off or are encoded wrongly: " + first.answer.flaw,
            look="what stands before the target: a proxy's buffer, a compression, a Content-Length", checks=checks, is_about_pages=True,
        )  # fmt: skip
    elif any("Content-Type" in reason for reason in reasons) and first.is_json:
        yield Plain(
            id="answer.content-type" if 200 in statuses else "error.content-type",
            sentence=f"answers {where}the content type {', '.join(sorted(types)) or 'none'}, though the body is JSON",
            look="the content type of the answer: application/json", checks=checks,
        )  # fmt: skip
    else:
        yield Plain(
            id="answer.is-no-json" if 200 in statuses else "error.is-no-json",
            sentence=f"answers {where}{_not_json(body)}", look="what writes the body: it is not a JSON encoder, or something is put around it",
            checks=checks, is_about_pages=200 in statuses,
        )  # fmt: skip


def _not_json(body: bytes) -> str:
    if not body:
        return "no body"
    if body.startswith(b"\xef\xbb\xbf"):
        return "a byte order mark before the JSON"
    if re.match(rb"\s*<", body):
        return "HTML where JSON is due"
    if re.search(rb"[:\[,]\s*(NaN|-?Infinity)\b", body):
        return "NaN or Infinity, which is no JSON"
    try:
        body.decode()
    except UnicodeDecodeError as error:
        if error.reason != "unexpected end of data":
            return "a body that is not UTF-8"
    return "a body that is no JSON"


ROLES = {"id": "id", "created_at": "start_time", "status": "status", "contact": "phone", "step_contacts": "channel_id"}


def _shapes(_: History, broken: Broken) -> Iterator[Plain]:
    """Yield each field of a page that is not as the schema has it."""
    evidence = [
        each for name in ("answer.fits-the-schema", "run.shows-the-same-fields") for each in broken.get(name, ())
    ]
    replies = [each.exchange.reply for each in evidence]
    bodies = [_body(each) for each in replies if each.status == 200 and each.is_json and each.body is not None]
    if any(isinstance(body, dict) and "errors" in body and "data" not in body for body in bodies):
        with_errors = {name for name, shown in broken.items() if all(_is_error_with_200(each) for each in shown)}
        yield Plain(
            id="error.comes-with-200",
            sentence="answers errors with the status 200",
            look="the status of error answers: it is only in the body",
            checks=SHAPE_CHECKS | with_errors,
        )
    elif any(isinstance(body, str) for body in bodies):
        yield _of_pages(
            "answer.is-json-in-json",
            "answers a JSON text that holds JSON: it is encoded twice",
            "the body, which is encoded before the framework encodes it",
        )
    elif any(isinstance(body, list) for body in bodies):
        yield _of_pages(
            "answer.is-a-list", "answers a bare list, not an object with `data` and `total`", "the envelope of the page"
        )
    elif bodies:
        yield from _flaws(bodies) or _unknown_shape(evidence)


def _flaws(bodies: Sequence[object]) -> list[Plain]:
    found: dict[str, tuple[str, int, int]] = {}
    for body in bodies[:4]:
        runs = body.get("data") if isinstance(body, dict) else None
        for (place, is_), times in flaws(body, 200).items():
            found.setdefault(place, (is_, times, len(runs) if isinstance(runs, list) else 0))
    tops = [place for place in found if place.count("/") <= 1]
    if tops:
        return [_of_top(place.strip("/") or "the body", found[place][0], bodies) for place in tops]
    return [_of_run(place, *wrong) for place, wrong in found.items()]


def _body(reply: Reply) -> object:
    """Return the body of a reply whose runs are held beside it."""
    if reply.page is None:
        return reply.body
    strange = [each for each in reply.body["data"] if not isinstance(each, dict)]
    return {**reply.body, "data": [*(run.body for run in reply.page.runs), *strange]}


def _is_error_with_200(evidence: Evidence) -> bool:
    reply = evidence.exchange.reply
    return reply.status == 200 and reply.page is None


def _unknown_shape(evidence: Sequence[Evidence]) -> list[Plain]:
    text = next((difference.text for each in evidence for difference in each.differences), "")
    found = Plain(
        id="answer.does-not-fit", sentence=f"sends bodies that do not fit the schema: {text}",
        look="the serializer", checks=SHAPE_CHECKS,
    )  # fmt: skip
    return [found]


def _of_pages(id_: str, sentence: str, look: str) -> Plain:
    return Plain(id=id_, sentence=sentence, look=look, checks=SHAPE_CHECKS, is_about_pages=True)


def _of_top(name: str, is_: str, bodies: Sequence[object]) -> Plain:
    others = sorted({key for body in bodies if isinstance(body, dict) for key in body} - {"data", "total"})
    instead = f" (there is {', '.join(f'`{other}`' for other in others[:4])})" if is_ == MISSING and others else ""
    sentence = f"sends pages without `{name}`{instead}" if is_ == MISSING else f"sends pages whose `{name}` {is_}"
    return Plain(
        id=f"{'total' if name == 'total' else 'answer'}.{name.replace(' ', '-')}-{_slug(is_)}",
        sentence=sentence, look=f"the envelope of the page: `{name}`", checks=SHAPE_CHECKS, is_about_pages=name != "total",
    )  # fmt: skip


def _of_run(place: str, is_: str, times: int, of: int) -> Plain:
    fields = [part for part in place.removeprefix("/data/*").split("/") if part and part != "*"]
    name = ".".join(fields)
    some = f" ({times} of {of} on one page)" if of and times < of else ""
    what = f"shows runs whose `{name}` {is_}{some}" if fields else f"lists what is no run: it {is_}{some}"
    what = what.replace(f"`{name}` {MISSING}", f"`{name}` is missing")
    return Plain(
        id=f"run.{'-'.join(fields) or 'itself'}-{_slug(is_)}",
        sentence=what,
        look=f"the serializer, and the column: `{name}`" if fields else "the serializer",
        checks=SHAPE_CHECKS,
        roles=frozenset({ROLES[fields[0]]})
        if fields and fields[0] in ROLES
        else frozenset({"id"})
        if not fields
        else frozenset(),
    )


def _slug(is_: str) -> str:
    found = re.sub("[^a-z]+", "-", re.sub(r"'.*?'|,.*", "", is_.removeprefix("is ").lower())).strip("-")
    return found.replace("where-", "not-").replace("-is-due", "")[:40] or "other"


def _errors(_: History, broken: Broken) -> Iterator[Plain]:
    """Yield what is wrong with the bodies of errors."""
    names = ("answer.errors-have-their-envelope", "answer.fits-the-schema")
    evidence = [each for name in names for each in broken.get(name, ()) if each.exchange.reply.status >= 400]
    if not evidence:
        return
    statuses = sorted({each.exchange.reply.status for each in evidence})
    bodies = [each.exchange.reply.body for each in evidence if each.exchange.reply.body is not None]
    of = "errors" if len(statuses) > 1 else f"a {statuses[0]}"
    found: dict[str, str] = {}
    for body in bodies[:3]:
        for place, is_ in flaws(body, 400):
            found.setdefault(place, is_)
    reasons = [difference.text for each in evidence for difference in each.differences]
    if not bodies:
        raw = evidence[0].exchange.reply.answer
        sentence, id_ = f"answers {of} with {_not_json(raw.body)}", "is-no-json"
    elif found:
        place, is_ = next(iter(sorted(found.items(), key=lambda item: item[0].count("/"))))
        name = ".".join(part for part in place.split("/") if part and part != "*") or "body"
        sentence, id_ = f"sends the body of {of} with a `{name}` that {is_}", f"{name.replace('.', '-')}-{_slug(is_)}"
        sentence = sentence.replace(f"with a `{name}` that {MISSING}", f"without `{name}`")
    elif any("no list `errors`" in reason for reason in reasons):
        sentence, id_ = f"sends the body of {of} without a described error", "without-description"
    else:
        sentence, id_ = f"sends a body of {of} whose `status` is another than the HTTP status", "status-differs"
    yield Plain(
        id=f"error.{id_}", sentence=sentence, look='what renders errors: {"errors": [{"description": …}], "status": …}',
        checks=SHAPE_CHECKS | {"parameters.wrong-ones-are-all-named"},
    )  # fmt: skip


def _statuses(_: History, broken: Broken) -> Iterator[Plain]:
    evidence = broken.get("rate.says-when-to-return", ())
    if evidence:
        yield Plain(
            id="rate.says-nothing", sentence="answers a 429 without saying when requests are accepted again",
            look="the headers of the 429: X-RateLimit-Remaining-Interval-Milliseconds", checks=frozenset({"rate.says-when-to-return"}),
        )  # fmt: skip


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


def _keys(history: History, broken: Broken) -> Iterator[Plain]:
    """Yield who is let in without the key, or how else than with a 401 who has none is answered."""
    if not broken.keys() & {"auth.key-is-required", "auth.wrong-key-is-refused"}:
        return
    tried = [seen for seen in history.observations if seen.ask.credentials is not None and seen.ask.sequence_id is None]
    by_kind: dict[str, set[int]] = {}
    longest = max(
        (value for seen in tried for name, value in seen.ask.credentials or () if name.lower() != "authorization"),
        key=len,
        default="",
    )
    for seen in tried:
        by_kind.setdefault(_kind_of_key(seen, longest, tried), set()).add(seen.status)
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


def _kind_of_key(seen: Observation, longest: str, tried: Sequence[Observation]) -> str:
    credentials = dict(seen.ask.credentials or ())
    if not credentials:
        return "no key"
    (name, value), *_ = credentials.items()
    if name.lower() == "authorization":
        return "an empty token" if len(value.split()) < 2 else "a made-up token"
    if not value:
        return "an empty key or token"
    beginning = longest[: max(1, len(longest) - 2)]
    if value == longest and any(_value(other) == beginning for other in tried):
        return "the key with more behind it"
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
                return (
                    "the key with more behind it" if len(value) - len(beside) == 2 else "the key in other letter case"
                )
            return "the key in other letter case"
    return "a made-up key"


def _value(seen: Observation) -> str:
    return next((value for name, value in seen.ask.credentials or () if name.lower() != "authorization"), "")


def _let_in_id(let_in: set[str], refused: set[str]) -> str:
    if not refused:
        return "no-key-needed"
    if let_in == {"no key"}:
        return "no-key-is-a-guest"
    if "a made-up key" in let_in:
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
    if "a made-up key" in let_in and "no key" not in let_in:
        return "accepts any key"
    return f"lets in who has {' or '.join(sorted(let_in))}"


def _methods(history: History, broken: Broken) -> Iterator[Plain]:
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


def _sequences(history: History, broken: Broken) -> Iterator[Plain]:
    """Yield what is answered for a sequence that there is not."""
    names = [name for name in broken if name.startswith("sequence.") and name != "sequence.keeps-to-itself"]
    crashes = [
        each for each in broken.get("answer.is-never-a-server-error", ()) if each.exchange.ask.sequence_id is not None
    ]
    evidence = [each for name in names for each in broken[name]] + crashes
    if not evidence:
        return
    wrong = [each.exchange for each in evidence]
    unknown = [
        seen for seen in history.observations if seen.ask.sequence_id is not None and seen.ask.credentials is None
    ]
    status = wrong[0].reply.status
    ids = {exchange.ask.sequence_id or "" for exchange in wrong}
    same = {seen.ask.sequence_id or "" for seen in unknown if seen.status == status and seen.ask.method == "GET"}
    checks = frozenset({*names, "run.belongs-to-the-sequence", "run.is-listed-once"} if status == 200 else names)
    checks |= {"answer.is-never-a-server-error"} if crashes else set()
    if any(UUID.fullmatch(name) for name in ids):
        what, kind = "a sequence that there is not", "unknown"
    elif all("\0" in name for name in ids) and not any("\0" not in name for name in same):
        what, kind = "a sequence id with a NUL character", "with-nul"
    elif "no-such-sequence" in ids or "no-such-sequence" in same:
        what, kind = "a sequence id that is no UUID", "no-uuid"
    else:
        what, kind = "an odd sequence id", "odd"
    shown = [exchange.reply.page for exchange in wrong if exchange.reply.page]
    if status == 200:
        runs = {run.id for page in shown for run in page.runs}
        ours = bool(runs & history.world.position.keys())
        total = max((page.total or 0 for page in shown), default=0)
        sentence = (
            f"answers {what} with an empty list, where a 404 is due"
            if not runs
            else f"answers {what} with runs"
            + (
                " of others"
                if not ours
                else " of all sequences"
                if total > history.world.total
                else " of another sequence"
            )
        )
        id_ = f"sequence.{kind}-is-empty" if not runs else f"sequence.{kind}-shows-runs"
    else:
        sentence, id_ = (
            f"answers {status} to {what}, where a 404 is due",
            f"sequence.{kind}-{'crashes' if status >= 500 else f'is-{status}'}",
        )
    yield Plain(
        id=id_,
        sentence=sentence,
        look="the look-up of the sequence, and what happens where there is none",
        checks=checks,
    )


def _contents(_: History, broken: Broken) -> Iterator[Plain]:
    """Yield when runs look otherwise than elsewhere, and fields that contradict each other."""
    evidence = broken.get("run.is-the-same-everywhere", ())
    repeated = _repeated_ids(broken.get("run.is-listed-once", ()))
    if repeated:
        yield Plain(
            id="run.id-is-not-its-own", sentence=f"shows the same `id` for different runs{repeated}", look="the serializer: `id`",
            checks=frozenset({"run.is-listed-once"}), roles=frozenset({"id"}),
        )  # fmt: skip
        return
    if evidence:
        texts = {difference.text for each in evidence for difference in each.differences}
        queries = [each.exchange.ask.query for each in evidence]
        common = set.intersection(
            *({*query.filters, *(["offset"] if query.offset_or_0 else [])} for query in map(_Asked, queries))
        )
        if any("every answer" in text for text in texts):
            when, id_ = "in every answer", "every-answer"
        elif common:
            when, id_ = (
                f"where {' and '.join(f'`{name}`' for name in sorted(common))} is given",
                "-and-".join(sorted(common)),
            )
        else:
            when, id_ = "from answer to answer", "sometimes"
        yield Plain(
            id=f"run.changes-with-{id_}", sentence=f"shows runs with other contents {when}",
            look="what a run is rendered from: filters choose runs, they do not trim them", checks=frozenset({"run.is-the-same-everywhere", "run.has-its-latest-channel"}),
        )  # fmt: skip
    elif "run.has-its-latest-channel" in broken:
        yield Plain(
            id="run.channel-of-another-step", sentence="shows runs whose own channel is not that of their latest step contact",
            look="the channel of a run: that of its latest step contact", checks=frozenset({"run.has-its-latest-channel"}),
        )  # fmt: skip
    if "run.is-updated-after-it-starts" in broken:
        yield Plain(
            id="run.updated-before-it-starts", sentence="shows runs with an `updated_at` before their start",
            look="the two times of a run: one is another than it says, or printed with other digits", checks=frozenset({"run.is-updated-after-it-starts"}),
        )  # fmt: skip
    for name in ("run.belongs-to-the-sequence",):
        shown = [each for each in broken.get(name, ()) if each.exchange.ask.sequence_id is None]
        if shown:
            queries = [each.exchange.ask.query for each in shown]
            plain_ = any(not query.filters for query in queries)
            common = set.intersection(*({*query.filters} for query in queries)) if not plain_ else set()
            first = shown[0].exchange.reply
            owners = {str(run.body.get("sequence_id")) for run in (first.page.runs if first.page else ())}
            if all(not UUID.fullmatch(owner) for owner in owners):
                yield Plain(
                    id="run.sequence-is-another-id", sentence="shows runs whose `sequence_id` is not the id in the path",
                    look="the serializer: `sequence_id`", checks=frozenset({name}),
                )  # fmt: skip
            else:
                yield Plain(
                    id="sequence.ignored" + "-with-filters" * bool(common),
                    sentence="lists runs of other sequences" + (f" where {' and '.join(f'`{each}`' for each in sorted(common))} is given" if common else ""),
                    look="the condition on the sequence: it is missing, or joined by OR without parentheses",
                    checks=frozenset({name, "sequence.keeps-to-itself", "run.is-listed-once"}),
                )  # fmt: skip


def _repeated_ids(evidence: Sequence[Evidence]) -> str:
    """Return what ids are that different runs on one page share, after the sentence; empty where none do."""
    for each in evidence[:1]:
        runs = each.exchange.reply.page.runs if each.exchange.reply.page else ()
        bodies: dict[str, set[str]] = {}
        for run in runs:
            bodies.setdefault(run.id, set()).add(run.content)
        if any(len(contents) > 1 for name, contents in bodies.items() if name):
            is_contact = all(
                isinstance(run.body.get("contact"), dict) and run.body["contact"].get("id") == run.id for run in runs
            )
            return ": it is that of the contact" if is_contact else ", with other contents each"
    return ""


class _Asked:
    """A query, of which an offset that is no number counts as 0."""

    def __init__(self, query: object) -> None:
        self.filters = query.filters  # type: ignore[attr-defined]
        offset = query.meaning.get("offset", "0")  # type: ignore[attr-defined]
        self.offset_or_0 = int(offset) if offset.isdecimal() and offset.isascii() and len(offset) < 20 else 0


ACCEPTED = ("page.", "before.", "after.", "status.", "channel.", "parameters.", "phone.")


def _accepted(history: History, broken: Broken) -> Iterator[Plain]:
    """Yield the values that are taken where they should be refused, one for each parameter."""
    by_name: dict[str, list[tuple[str, Evidence]]] = {}
    for name, evidence in broken.items():
        for each in evidence:
            if (
                name.startswith(ACCEPTED)
                and each.exchange.reply.status == 200
                and each.expected.startswith("status 422")
            ):
                parameters = {key for key, _ in each.exchange.ask.query.parameters}
                if len(parameters) == 1:
                    by_name.setdefault(parameters.pop(), []).append((name, each))
    refused = [seen.ask.query for seen in history.plain if seen.status in REFUSALS]
    for parameter, found in by_name.items():
        asked = [each.exchange.ask.query for _, each in found]
        observed = [seen for seen in history.plain if seen.ask.query in asked]
        such = [
            condition
            for condition in conditions(history, observed)
            if all(condition.holds(history.world, query) for query in asked)
            and not any(condition.holds(history.world, query) for query in refused)
        ]
        such = [each for each in such if each.piece == {"channel_id": "channel"}.get(parameter, parameter)] or such
        words = such[0].words if such else f"a `{parameter}` that cannot be read"
        kind = such[0].id.partition(".")[2] if such else "unreadable"
        yield Plain(
            id=f"{ {'channel_id': 'channel'}.get(parameter, parameter) }.{kind}-is-taken",
            sentence=f"takes {words}, where a refusal is due",
            look=f"the validation of `{parameter}`", checks=frozenset(name for name, _ in found) | {"parameters.wrong-ones-are-all-named"},
        )  # fmt: skip


def _others(_: History, broken: Broken) -> Iterator[Plain]:
    if "parameters.wrong-ones-are-all-named" in broken:
        yield Plain(
            id="error.names-not-all", sentence="does not name every wrong parameter in its error",
            look="the validation, which ends at the first mistake", checks=frozenset({"parameters.wrong-ones-are-all-named"}),
        )  # fmt: skip
