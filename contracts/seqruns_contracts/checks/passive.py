"""The onlookers: what holds of every answer, judged on each one that comes, whatever it was asked for."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from seqruns.document import facts
from seqruns.target import read_retry_after
from seqruns_contracts.checks import answers
from seqruns_contracts.checks.expectations import UNFIT
from seqruns_contracts.model.instants import read_instant
from seqruns_contracts.model.oracle import duplicates
from seqruns_contracts.model.run import MISSING, follow

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence
    from typing import Any

    from seqruns_contracts.checks.kinds import Exchange
    from seqruns_contracts.engine.session import Session
    from seqruns_contracts.model.run import Run

UUID = re.compile("[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}", re.IGNORECASE)
RATE_HEADER = "X-RateLimit-Remaining-Interval-Milliseconds"
NEVER_NULL = ("/sequence_id", "/created_at", "/updated_at", "/contact/id")
"""Fields that a target shows in every run or in none: they are never null, so there is no reason to leave one out."""


def complaints(exchange: Exchange, session: Session) -> Iterator[tuple[str, str]]:
    """Yield what is wrong with an answer on its own: the check, and the reason."""
    reply = exchange.reply
    if reply.status >= 500:
        yield answers.NO_SERVER_ERROR, f"status {reply.status}"
        return
    if exchange.ask.method == "HEAD":
        return
    if reply.answer.flaw:
        yield answers.IS_JSON, f"the body cannot be read: {reply.answer.flaw}"
        return
    if exchange.ask.method != "GET":
        yield from _error_complaints(exchange) if reply.status >= 400 else ()
        return
    if reply.status in UNFIT - {404} or (400 <= reply.status < 500 and exchange.ask.is_hostile):
        return
    if reply.status == 200 and not reply.is_json:
        yield answers.IS_JSON, "the body of a 200 is not JSON"
        return
    yield from _conformance_complaints(exchange, session)
    if reply.status >= 400:
        yield from _error_complaints(exchange)
    if reply.status == 429:
        yield from _rate_complaints(exchange)
    if reply.page is not None:
        yield from _page_complaints(exchange, exchange.ask.sequence_id or session.sequence_id)


def _conformance_complaints(exchange: Exchange, session: Session) -> Iterator[tuple[str, str]]:
    """Yield what Schemathesis holds against an answer.

    Which 4xx a mistake gets is often only assumed, and documented nowhere is whether an error's JSON has a type of its
    own, as `application/problem+json`.
    """
    answer = exchange.reply.answer
    is_own_json = answer.headers.get("Content-Type", "").partition(";")[0].strip().lower().endswith("+json")
    lawful = {answers.DOCUMENTED_STATUS, answers.IS_JSON} if is_own_json else {answers.DOCUMENTED_STATUS}
    for name, reason in session.conformance.complaints(answer).items():
        if not (400 <= answer.status < 500 and name in lawful):
            yield name, reason


def total_disagrees(exchange: Exchange) -> bool:
    """Return whether a page that is not full contradicts its own total: what is left then ends with it."""
    page, query = exchange.reply.page, exchange.ask.query
    limit, offset = (query.meaning.get(name, "") for name in ("limit", "offset"))
    readable = all(not text or (text.isdecimal() and text.isascii() and len(text) < 10) for text in (limit, offset))
    if page is None or page.total is None or not readable or not 1 <= query.limit <= facts().limit_maximum:
        return False
    shown = query.offset + len(page.runs)
    return len(page.runs) < query.limit and bool(page.runs or not query.offset) and page.total != shown


def _error_complaints(exchange: Exchange) -> Iterator[tuple[str, str]]:
    body, status = exchange.reply.body, exchange.reply.status
    errors = body.get("errors") if isinstance(body, dict) else None
    described = isinstance(errors, list) and errors and all(_described(error) for error in errors)
    if not described:
        yield (
            answers.ERROR_ENVELOPE,
            f"the body of a {status} has no list `errors` of entries with a `description`",
        )
    elif body.get("status") != status:
        yield answers.ERROR_ENVELOPE, f"the body says status {body.get('status')!r}, the answer has {status}"


def _rate_complaints(exchange: Exchange) -> Iterator[tuple[str, str]]:
    answer = exchange.reply.answer
    left = answer.headers.get(RATE_HEADER)
    if not (left or "").strip().isdecimal():
        yield answers.RATE_SAYS_WHEN, f"a 429 whose header {RATE_HEADER} is {left!r}, not a number"
    if read_retry_after(answer) is None:
        retry = answer.headers.get("Retry-After")
        yield answers.RATE_SAYS_WHEN, f"a 429 whose header Retry-After is {retry!r}, not a number of seconds or a date"


def _described(error: Any) -> bool:
    return isinstance(error, dict) and isinstance(error.get("description"), str) and bool(error["description"].strip())


def _page_complaints(exchange: Exchange, sequence_id: str) -> Iterator[tuple[str, str]]:
    page = exchange.reply.page
    runs = page.runs if page else ()
    for name in duplicates(runs):
        yield answers.LISTED_ONCE, f"run {name} stands more than once"
    for pointer in NEVER_NULL:
        shown = [next(follow(run.body, pointer)) is not MISSING for run in runs]
        if any(shown) and not all(shown):
            yield (
                answers.SAME_FIELDS,
                f"{pointer} is missing in run {runs[shown.index(False)].id}, not in others",
            )
    yield from _owner_complaints(runs, sequence_id)
    for run in runs:
        yield from _run_complaints(run.id, run.body)


def _owner_complaints(runs: Sequence[Run], sequence_id: str) -> Iterator[tuple[str, str]]:
    """Yield the runs of another sequence; one UUID for a name in the path may be that same sequence's."""
    shown = [(run.id, run.body.get("sequence_id")) for run in runs]
    owners = {name: owner.lower() for name, owner in shown if isinstance(owner, str)}
    ids = set(owners.values())
    is_alias = len(ids) == 1 and all(map(UUID.fullmatch, ids)) and not UUID.fullmatch(sequence_id)
    for name, owner in owners.items():
        if owner != sequence_id.lower() and not is_alias:
            yield answers.OWN_SEQUENCE, f"run {name} says it belongs to sequence {owner}"


def _run_complaints(name: str, body: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    for name_of_time in ("created_at", "updated_at"):
        time = body.get(name_of_time)
        if isinstance(time, str) and read_instant(time) is None:
            yield answers.FITS_SCHEMA, f"run {name} has {name_of_time} {time!r}, which is no date-time"
    started, updated = (read_instant(str(body.get(field, ""))) for field in ("created_at", "updated_at"))
    if started is not None and updated is not None and updated < started:
        yield answers.UPDATED_LATER, f"run {name} was updated before it started"
    if "channel_id" in body and body.get("step_contacts"):
        latest = _latest_channel(body["step_contacts"])
        if latest is not MISSING and _lower(body["channel_id"]) != _lower(latest):
            yield (
                answers.LATEST_CHANNEL,
                f"run {name} has channel {body['channel_id']}, its latest step {latest}",
            )


def _latest_channel(steps: Any) -> Any:
    """Return the channel of the step contact scheduled last, else listed last (contract.md, "Settled")."""
    shown = [step for step in steps if isinstance(step, dict)] if isinstance(steps, list) else []
    dated = [(read_instant(str(step.get("scheduled_at"))), position) for position, step in enumerate(shown)]
    known = [(instant, position) for instant, position in dated if instant is not None]
    if not shown:
        return MISSING
    latest = shown[max(known)[1]] if known else shown[-1]
    return latest.get("channel_id", MISSING)


def _lower(value: Any) -> Any:
    return value.lower() if isinstance(value, str) else value
