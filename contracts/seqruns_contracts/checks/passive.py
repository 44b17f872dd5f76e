"""The passive checks: what holds of every answer that comes, whatever it was asked for. They send nothing.

Three gates say which answers a check may look at. An answer that fails one is the matter of another check: of a
500 only `answer.is-never-a-server-error` says something, of a body that broke off only `answer.is-json`.
"""

from __future__ import annotations

import re
from functools import partial
from typing import TYPE_CHECKING

from seqruns.document import facts
from seqruns.target import read_retry_after
from seqruns.visible import quoted
from seqruns_contracts.checks.expectations import UNFIT
from seqruns_contracts.checks.kinds import Grade, PassiveCheck
from seqruns_contracts.model.instants import read_instant
from seqruns_contracts.model.oracle import duplicates
from seqruns_contracts.model.run import MISSING

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Sequence
    from typing import Any, TypeAlias

    from seqruns_contracts.checks.kinds import Context
    from seqruns_contracts.model.exchange import Exchange
    from seqruns_contracts.model.run import Run

    Reasons: TypeAlias = Callable[[Exchange, Context], Iterable[str]]

UUID = re.compile("[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}", re.IGNORECASE)
IN_A_RUN = re.compile(r"/data/(?P<number>\d+)[^:]*", re.ASCII)
RATE_HEADER = "X-RateLimit-Remaining-Interval-Milliseconds"
NEVER_NULL = (("sequence_id",), ("created_at",), ("updated_at",), ("contact", "id"))
"""Fields that a target shows in every run or in none: they are never null, so there is no reason to leave one out."""


def passive_check(
    name: str,
    law: str,
    *,
    clauses: Sequence[str],
    needs: str = "any answer",
    grade: Grade = Grade.DOCUMENTED,
    looks_at: Callable[[Exchange], bool] = lambda _: True,
) -> Callable[[Reasons], PassiveCheck]:
    """Return a decorator that makes the check `name` of a function that yields what is wrong with an answer."""
    return lambda reasons: PassiveCheck(
        id=name, grade=grade, law=law, clauses=tuple(clauses), needs=needs, looks_at=looks_at, reasons=reasons
    )


def shows_runs(exchange: Exchange) -> bool:
    """Return whether an answer is a page with runs of the sequence under test."""
    page = exchange.reply.page
    return exchange.ask.sequence_id is None and page is not None and bool(page.runs)


run_check = partial(passive_check, needs="a page with runs", looks_at=shows_runs)


def _is_readable(exchange: Exchange) -> bool:
    """Gate 1: a body came, and whole. A HEAD has none; of a 5xx and of a broken body others speak."""
    reply = exchange.reply
    return reply.status < 500 and exchange.ask.method != "HEAD" and not reply.answer.flaw


def _is_of_the_endpoint(exchange: Exchange) -> bool:
    """Gate 2: the endpoint itself answered a GET.

    What a gateway refuses is not in the document: a NUL in a filter may get a 400 in HTML before the endpoint sees it.
    """
    status = exchange.reply.status
    is_of_a_gateway = status in UNFIT - {404} or (400 <= status < 500 and exchange.ask.is_hostile)
    return _is_readable(exchange) and exchange.ask.method == "GET" and not is_of_a_gateway


def _is_comparable(exchange: Exchange) -> bool:
    """Gate 3: its body can be compared with the schema of its status."""
    return _is_of_the_endpoint(exchange) and not (exchange.reply.status == 200 and not exchange.reply.is_json)


def _runs(exchange: Exchange) -> Sequence[Run]:
    """Return the runs of a page of the endpoint."""
    page = exchange.reply.page
    return page.runs if page is not None and _is_comparable(exchange) else ()


@passive_check(
    "answer.is-never-a-server-error",
    "Nothing a client sends is answered with a 5xx.",
    clauses=["errors.no-5xx"],
)
def never_a_server_error(exchange: Exchange, _: Context) -> Iterator[str]:
    """Look at the status."""
    if exchange.reply.status >= 500:
        yield f"status {exchange.reply.status}"


@passive_check(
    "answer.has-a-documented-status",
    "Every answer has a status that the document lists.",
    clauses=["errors.statuses", "operation.success"],
)
def documented_status(exchange: Exchange, context: Context) -> Iterator[str]:
    """Ask Schemathesis, but not about a 4xx: which one a mistake gets is often only assumed."""
    if _is_comparable(exchange) and not 400 <= exchange.reply.status < 500:
        yield from context.conformance.reasons("status_code_conformance", exchange.reply)


@passive_check("answer.is-json", "Every answer is JSON and says so in its content type.", clauses=["operation.success"])
def is_json(exchange: Exchange, context: Context) -> Iterator[str]:
    """Look at the body, then ask Schemathesis about the content type."""
    reply, answer = exchange.reply, exchange.reply.answer
    if answer.flaw and reply.status < 500 and exchange.ask.method != "HEAD":
        yield f"the body cannot be read: {answer.flaw}"
    elif _is_of_the_endpoint(exchange) and not _is_comparable(exchange):
        yield f"the body of the 200 {reply.flaw}"
    elif _is_comparable(exchange) and not (400 <= reply.status < 500 and _has_json_type_of_its_own(exchange)):
        yield from context.conformance.reasons("content_type_conformance", reply)


def _has_json_type_of_its_own(exchange: Exchange) -> bool:
    """Return whether the type is one such as `application/problem+json`: nowhere is it said that an error has none."""
    content_type: str = exchange.reply.answer.headers.get("Content-Type", "")
    return content_type.partition(";")[0].strip().lower().endswith("+json")


@passive_check(
    "answer.fits-the-schema",
    "Every page fits the schema of the document, run by run.",
    clauses=["operation.success", "resource.types"],
)
def fits_the_schema(exchange: Exchange, context: Context) -> Iterator[str]:
    """Ask Schemathesis, and read the times, which it does not."""
    if _is_comparable(exchange):
        for reason in context.conformance.reasons("response_schema_conformance", exchange.reply):
            yield _with_its_run(reason, exchange.reply.body)
    for run in _runs(exchange):
        for name, time in _times(run):
            if isinstance(time, str) and read_instant(time) is None:
                yield f"run {run.id} has {name} {quoted(time)}, which is no date-time"


def _times(run: Run) -> Iterator[tuple[str, Any]]:
    """Yield the times that a run shows, each with the name of its field."""
    yield from ((name, run.body.get(name)) for name in ("created_at", "updated_at"))
    steps = run.body.get("step_contacts")
    for step in steps if isinstance(steps, list) else ():
        yield "scheduled_at", step.get("scheduled_at") if isinstance(step, dict) else None


def _with_its_run(reason: str, body: Any) -> str:
    """Return what Schemathesis says with the run that it is about.

    `/data/3/status: null is not of type "string"` becomes `/data/3/status of run 5f0c…: null is not of type "string"`.
    """
    place = IN_A_RUN.match(reason)
    runs = body.get("data") if isinstance(body, dict) else None
    run = runs[int(place["number"])] if place and isinstance(runs, list) else None
    if place is None or not isinstance(run, dict) or not isinstance(run.get("id"), str):
        return reason
    return f"{place[0]} of run {run['id']}{reason[place.end() :]}"


@passive_check(
    "answer.errors-have-their-envelope",
    "An error body holds a list of described errors and the HTTP status.",
    clauses=["errors.envelope"],
    needs="an error answer",
    looks_at=lambda exchange: exchange.reply.status >= 400,
)
def errors_have_their_envelope(exchange: Exchange, _: Context) -> Iterator[str]:
    """Look at the errors of every method: a 405 has the envelope, too."""
    status, body = exchange.reply.status, exchange.reply.body
    is_judged = _is_readable(exchange) if exchange.ask.method != "GET" else _is_comparable(exchange)
    # OPTIONS is answered by what stands before the endpoint, as a rule.
    if status < 400 or not is_judged or exchange.ask.method == "OPTIONS":
        return
    errors = body.get("errors") if isinstance(body, dict) else None
    if not (isinstance(errors, list) and errors and all(_is_described(error) for error in errors)):
        yield f"the body of a {status} has no list `errors` of entries with a `description`"
    elif body.get("status") != status:
        yield f"the body says status {quoted(body.get('status'))}, the answer has {status}"


def _is_described(error: Any) -> bool:
    return isinstance(error, dict) and isinstance(error.get("description"), str) and bool(error["description"].strip())


REPEATABLE = PassiveCheck(
    id="answer.is-repeatable",
    grade=Grade.DOCUMENTED,
    law="The same request gets the same answer while the data stays the same.",
    clauses=("order.stable",),
    needs="any answer",
)


@run_check(
    "run.shows-the-same-fields",
    "A field that is never null stands in every run or in none.",
    clauses=["resource.types"],
)
def shows_the_same_fields(exchange: Exchange, _: Context) -> Iterator[str]:
    """Compare the runs of a page."""
    runs = _runs(exchange)
    for path in NEVER_NULL:
        shown = [_is_shown(run.body, path) for run in runs]
        # Missing in all, it is a field that the target does not have; in some, a serializer drops what looks empty.
        if any(shown) and not all(shown):
            yield f"/{'/'.join(path)} is missing in run {runs[shown.index(False)].id}, not in others"


def _is_shown(value: Any, path: Sequence[str]) -> bool:
    for name in path:
        if not isinstance(value, dict) or name not in value:
            return False
        value = value[name]
    return True


@run_check(
    "run.belongs-to-the-sequence",
    "Every run that is listed belongs to the sequence in the path.",
    clauses=["operation.own-sequence"],
)
def belongs_to_the_sequence(exchange: Exchange, context: Context) -> Iterator[str]:
    """Compare each run's sequence with the path; one UUID for a name in the path may be that same sequence's."""
    sequence_id = exchange.ask.sequence_id or context.sequence_id
    shown = [(run.id, run.body.get("sequence_id")) for run in _runs(exchange)]
    owners = {name: owner.lower() for name, owner in shown if isinstance(owner, str)}
    # `/sequences/welcome/sequence_runs` may list runs of sequence 5f0c…: one name, one UUID. Two UUIDs are a mistake.
    ids = set(owners.values())
    is_alias = len(ids) == 1 and all(map(UUID.fullmatch, ids)) and not UUID.fullmatch(sequence_id)
    for name, owner in owners.items():
        if owner != sequence_id.lower() and not is_alias:
            yield f"run {name} says it belongs to sequence {owner}"


@run_check(
    "run.is-listed-once",
    "A run stands once on a page, however many of its step contacts match.",
    clauses=["channel.once", "page.complete"],
)
def listed_once(exchange: Exchange, _: Context) -> Iterator[str]:
    """Count the ids of a page."""
    for name in duplicates(_runs(exchange)):
        yield f"run {name} stands more than once"


SAME_CONTENTS = PassiveCheck(
    id="run.is-the-same-everywhere",
    grade=Grade.ASSUMED,
    law="A run has the same contents in whichever answer it appears.",
    clauses=("resource.whole",),
    needs="a page with runs",
    looks_at=shows_runs,
)


@run_check(
    "run.is-updated-after-it-starts",
    "A run's updated_at is not before its created_at.",
    clauses=["resource.updated"],
)
def updated_after_it_starts(exchange: Exchange, _: Context) -> Iterator[str]:
    """Compare the two times of each run."""
    for run in _runs(exchange):
        started, updated = (read_instant(str(run.body.get(name, ""))) for name in ("created_at", "updated_at"))
        if started is not None and updated is not None and updated < started:
            yield f"run {run.id} was updated before it started"


@run_check(
    "run.has-its-latest-channel",
    "A run's own channel is that of its latest step contact.",
    clauses=["resource.latest"],
    grade=Grade.ASSUMED,
)
def has_its_latest_channel(exchange: Exchange, _: Context) -> Iterator[str]:
    """Compare each run's channel with its step contacts, where it shows both."""
    for run in _runs(exchange):
        if "channel_id" in run.body and run.body.get("step_contacts"):
            own, latest = run.body["channel_id"], _latest_channel(run.body["step_contacts"])
            if latest is not MISSING and _lower(own) != _lower(latest):
                yield f"run {run.id} has channel {own}, its latest step {latest}"


def _latest_channel(steps: Any) -> Any:
    """Return the channel of the step contact scheduled last, else listed last (contract.md, "Settled")."""
    shown = [step for step in steps if isinstance(step, dict)] if isinstance(steps, list) else []
    dated = [(read_instant(str(step.get("scheduled_at"))), position) for position, step in enumerate(shown)]
    # Of two that are scheduled at one instant the one listed last: the position decides, in the pair.
    known = [(instant, position) for instant, position in dated if instant is not None]
    if not shown:
        return MISSING
    latest = shown[max(known)[1]] if known else shown[-1]
    return latest.get("channel_id", MISSING)


def _lower(value: Any) -> Any:
    return value.lower() if isinstance(value, str) else value


COUNTS_EVERY_MATCH = PassiveCheck(
    id="total.counts-every-match",
    grade=Grade.DOCUMENTED,
    law="The total is the number of runs that match, over all pages.",
    clauses=("total.counts",),
    needs="a page with runs",
    looks_at=shows_runs,
)


def total_disagrees(exchange: Exchange) -> bool:
    """Return whether a page that is not full contradicts its own total: what is left then ends with it."""
    page, query = exchange.reply.page, exchange.ask.query
    limit, offset = (query.meaning.get(name, "") for name in ("limit", "offset"))
    readable = all(not text or (text.isdecimal() and text.isascii() and len(text) < 10) for text in (limit, offset))
    if page is None or page.total is None or not readable or not 1 <= query.limit <= facts().limit_maximum:
        return False
    # 37 runs at offset 100 with a limit of 50: the list ends at 137, so a total of 140 cannot be. A full page, or an
    # empty one past the end, does not say where the list ends.
    shown = query.offset + len(page.runs)
    return len(page.runs) < query.limit and bool(page.runs or not query.offset) and page.total != shown


@passive_check(
    "rate.says-when-to-return",
    "A 429 says in its headers when requests are accepted again.",
    clauses=["errors.rate"],
    needs="a 429",
    looks_at=lambda exchange: exchange.reply.status == 429,
)
def says_when_to_return(exchange: Exchange, _: Context) -> Iterator[str]:
    """Read the headers of a 429; `Retry-After` is HTTP's own, so it may be missing but not say nothing."""
    answer = exchange.reply.answer
    if exchange.reply.status != 429 or not _is_comparable(exchange):
        return
    left = answer.headers.get(RATE_HEADER)
    if not (left or "").strip().isdecimal():
        yield f"a 429 whose header {RATE_HEADER} is {quoted(left)}, not a number"
    retry = answer.headers.get("Retry-After")
    if retry is not None and read_retry_after(answer) is None:
        yield f"a 429 whose header Retry-After is {quoted(retry)}, not a number of seconds or a date"


CHECKS = (
    never_a_server_error,
    documented_status,
    is_json,
    fits_the_schema,
    errors_have_their_envelope,
    REPEATABLE,
    shows_the_same_fields,
    belongs_to_the_sequence,
    listed_once,
    SAME_CONTENTS,
    updated_after_it_starts,
    has_its_latest_channel,
    COUNTS_EVERY_MATCH,
    says_when_to_return,
)
