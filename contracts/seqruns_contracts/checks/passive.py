"""The passive checks: what holds of every answer that comes, whatever it was asked for. They send nothing."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from seqruns.document import facts
from seqruns.target import read_retry_after
from seqruns.visible import quoted
from seqruns_contracts.checks import runs
from seqruns_contracts.checks.answers import is_comparable, is_of_the_endpoint, is_readable, passive_check, shows_runs
from seqruns_contracts.checks.kinds import Grade, PassiveCheck

if TYPE_CHECKING:
    from collections.abc import Iterator
    from typing import Any

    from seqruns_contracts.checks.kinds import Context
    from seqruns_contracts.model.exchange import Exchange

IN_A_RUN = re.compile(r"/data/(?P<number>\d+)[^:]*", re.ASCII)
RATE_HEADER = "X-RateLimit-Remaining-Interval-Milliseconds"


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
    if is_comparable(exchange) and not 400 <= exchange.reply.status < 500:
        yield from context.conformance.reasons("status_code_conformance", exchange.reply)


@passive_check("answer.is-json", "Every answer is JSON and says so in its content type.", clauses=["operation.success"])
def is_json(exchange: Exchange, context: Context) -> Iterator[str]:
    """Look at the body, then ask Schemathesis about the content type."""
    reply, answer = exchange.reply, exchange.reply.answer
    if answer.flaw and reply.status < 500 and exchange.ask.method != "HEAD":
        yield f"the body cannot be read: {answer.flaw}"
    elif is_of_the_endpoint(exchange) and not is_comparable(exchange):
        yield f"the body of the 200 {reply.flaw}"
    elif is_comparable(exchange) and not (400 <= reply.status < 500 and _has_json_type_of_its_own(exchange)):
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
    if is_comparable(exchange):
        for reason in context.conformance.reasons("response_schema_conformance", exchange.reply):
            yield _with_its_run(reason, exchange.reply.body)
    yield from runs.unreadable_times(exchange, context)


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
    is_judged = is_readable(exchange) if exchange.ask.method != "GET" else is_comparable(exchange)
    # OPTIONS is answered by what stands before the endpoint, as a rule.
    if status < 400 or not is_judged or exchange.ask.method == "OPTIONS":
        return
    # No word is held to anything but being there: `[{"description": ""}]` helps nobody, any text may.
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
    # A server that understands `size=1`, or the first of two limits, cuts the page by what the document does not name.
    names = [name for name, _ in query.parameters]
    if len(names) > len({*names}.intersection(facts().parameters)):
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
    if exchange.reply.status != 429 or not is_comparable(exchange):
        return
    # `1.5` and `-3` are refused as well: it counts milliseconds, and clients read it as digits.
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
    *runs.CHECKS,
    COUNTS_EVERY_MATCH,
    says_when_to_return,
)
