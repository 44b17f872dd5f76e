"""What is wrong with bodies: how they are encoded, what they are called, and how those of errors look."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from seqruns_contracts.diagnosis.plain.flaws import MISSING, flaws
from seqruns_contracts.diagnosis.plain.kinds import SHAPE_CHECKS, Plain
from seqruns_contracts.diagnosis.plain.shapes import slug

if TYPE_CHECKING:
    from collections.abc import Iterator

    from seqruns_contracts.diagnosis.history import History
    from seqruns_contracts.diagnosis.plain.kinds import Broken


def bodies(_: History, broken: Broken) -> Iterator[Plain]:
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
        # A body that breaks off within a character is UTF-8 as far as it goes.
        if error.reason != "unexpected end of data":
            return "a body that is not UTF-8"
    return "a body that is no JSON"


def errors(_: History, broken: Broken) -> Iterator[Plain]:
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
        sentence, id_ = f"sends the body of {of} with a `{name}` that {is_}", f"{name.replace('.', '-')}-{slug(is_)}"
        sentence = sentence.replace(f"with a `{name}` that {MISSING}", f"without `{name}`")
    elif any("no list `errors`" in reason for reason in reasons):
        sentence, id_ = f"sends the body of {of} without a described error", "without-description"
    else:
        sentence, id_ = f"sends a body of {of} whose `status` is another than the HTTP status", "status-differs"
    yield Plain(
        id=f"error.{id_}", sentence=sentence, look='what renders errors: {"errors": [{"description": …}], "status": …}',
        checks=SHAPE_CHECKS | {"parameters.wrong-ones-are-all-named"},
    )  # fmt: skip


def unnamed(_: History, broken: Broken) -> Iterator[Plain]:
    """Yield errors that name only the first of several wrong parameters."""
    if "parameters.wrong-ones-are-all-named" in broken:
        yield Plain(
            id="error.names-not-all", sentence="does not name every wrong parameter in its error",
            look="the validation, which ends at the first mistake", checks=frozenset({"parameters.wrong-ones-are-all-named"}),
        )  # fmt: skip
