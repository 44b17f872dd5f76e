"""The clauses: every fact of the contract, in one sentence, under the id by which checks name it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from seqruns_contracts.checks import CHECKS
from seqruns_contracts.checks.kinds import Grade

if TYPE_CHECKING:
    from collections.abc import Iterator

    from seqruns_contracts.checks.kinds import Check


@dataclass(frozen=True, slots=True, kw_only=True)
class Clause:
    """One fact of the contract."""

    id: str
    grade: Grade
    """Documented where the API's own pages or HTTP say it, assumed where it is this project's decision."""
    text: str
    section: str
    """The heading of contract.md under which the fact stands."""
    unguarded: str = ""
    """Why no check guards it; empty where at least one does."""


def guards(clause: Clause) -> tuple[Check, ...]:
    """Return the checks that guard a clause, in the order of the reports."""
    return tuple(check for check in CHECKS.values() if clause.id in check.clauses)


def _section(section: str, *facts: tuple[str, str, str] | tuple[str, str, str, str]) -> Iterator[Clause]:
    for name, grade, text, *unguarded in facts:
        # `unguarded` is a list of no text or of one.
        yield Clause(id=name, grade=Grade(grade), text=text, section=section, unguarded="".join(unguarded))


OPERATION = _section(
    "Operation",
    (
        "operation.success",
        "documented",
        "A page is a 200 in JSON: the runs in `data`, their number over all pages in `total`.",
    ),
    ("operation.own-sequence", "documented", "A sequence's list holds its own runs and no others."),
    ("auth.required", "documented", "Without a key nothing is shown: 401."),
    ("auth.wrong", "documented", "A key that is not the right one opens nothing: 401."),
    (
        "auth.bearer",
        "documented",
        "An OAuth token as a bearer is accepted in place of the key.",
        "a token cannot be made up, and the kit is given a key; pass one with --header to check under it",
    ),
    ("total.counts", "documented", "The total is the number of runs that match every filter."),
    ("total.any-page", "documented", "The total is the same for every limit and offset."),
)
PARAMETERS = _section(
    "Query parameters",
    ("filters.and", "documented", "Parameters given together all apply."),
    ("filters.intersection", "documented", "A set of filters leaves the intersection of what each leaves alone."),
    ("limit.default", "documented", "Without a limit a page holds 50 runs."),
    ("limit.range", "documented", "A limit may be anything from 1 to 500."),
    ("limit.exact", "documented", "A page holds exactly as many runs as its limit says, or what is left."),
    ("offset.default", "documented", "Without an offset a page begins with the first run."),
    ("offset.meaning", "documented", "The offset is the number of matching runs that are skipped."),
    ("offset.past-end", "assumed", "Past the end a page is empty, with the same total."),
    ("offset.range", "assumed", "An offset is at least 0."),
    ("phone.exact", "documented", "A phone selects the runs whose contact has exactly this number."),
    ("phone.no-substring", "documented", "A part of a number, or a longer one, is another number."),
    ("phone.plus", "documented", "A number without its plus is another number."),
    ("phone.spaces", "assumed", "Spaces in the number asked for are dropped, as numbers are held without."),
    (
        "phone.blank",
        "assumed",
        "A phone of nothing but spaces counts as absent.",
        "no client means anything by it",
    ),
    ("status.exact", "documented", "A status selects the runs in exactly that status."),
    ("status.values", "documented", "The statuses are `active` and `finished`."),
    ("channel.any", "documented", "A channel selects the runs of which any step contact has it."),
    ("channel.once", "documented", "A run is listed and counted once, however many of its step contacts match."),
    ("channel.unknown", "documented", "A channel that nothing has leaves no runs; it is no error."),
    ("channel.case", "assumed", "A channel is the same in upper and lower case."),
    ("before.inclusive", "documented", "`before` includes the instant itself."),
    ("before.start-time", "documented", "`before` looks at the start time of a run."),
    ("after.inclusive", "documented", "`after` includes the instant itself."),
    ("after.start-time", "documented", "`after` looks at the start time of a run."),
)
CONSEQUENCES = _section(
    "Consequences",
    ("window.point", "documented", "`before` and `after` one instant select the runs that start at it."),
    ("window.identity", "documented", "What starts before and after an instant, less what starts at it, is all."),
    ("window.reversed", "documented", "A window whose end lies before its beginning is empty; it is no error."),
    ("resource.whole", "assumed", "Filters choose runs and trim nothing: a run looks the same in every answer."),
    ("page.complete", "documented", "Pages laid end to end are the whole list: nothing lost, nothing twice."),
    ("page.mixed", "documented", "Pages of different sizes fit together."),
    ("order.stable", "documented", "The same request gives the same order while the data stays the same."),
    ("order.open", "assumed", "Which order it is is open, but filters do not change it."),
)
TIME = _section(
    "ISO 8601, precisely",
    ("time.rfc3339", "documented", "Every RFC 3339 date-time is accepted: any offset, up to six digits of a second."),
    ("time.spellings", "documented", "Two spellings of one instant select the same runs."),
    ("time.echo", "documented", "A start time sent back exactly as it was printed selects its run."),
    ("time.exact", "documented", "Instants are compared as instants, to the microsecond or finer."),
    ("time.lower-case", "assumed", "`t` and `z` may be in lower case."),
    ("time.nanoseconds", "assumed", "More than six digits are accepted, and move no instant across a run's start."),
    ("time.naive", "assumed", "Without an offset it is UTC."),
    ("time.date", "assumed", "A bare date is its midnight, UTC."),
    ("time.invalid", "assumed", "Text that is no date-time is refused; so is one whose plus arrived as a space."),
    (
        "time.other-forms",
        "assumed",
        "Other forms of ISO 8601 and leap seconds may be accepted or refused.",
        "a liberty of the implementation",
    ),
)
RESOURCE = _section(
    "The resource",
    ("resource.types", "documented", "A field that is there has the documented type; required ones are there."),
    ("resource.updated", "documented", "A run is not updated before it starts."),
    ("resource.latest", "assumed", "A run's own channel is that of its latest step contact."),
    (
        "resource.more-fields",
        "documented",
        "Objects may hold fields that the document does not name.",
        "a liberty of the implementation",
    ),
)
ERRORS = _section(
    "Errors",
    ("errors.envelope", "documented", "An error body lists described errors and repeats the HTTP status."),
    ("errors.statuses", "documented", "Only the statuses that the document lists are answered."),
    ("errors.no-5xx", "documented", "Nothing a client asks for is answered with a 5xx."),
    ("errors.invalid", "assumed", "A parameter that does not parse or is out of range is refused: 422, or 400."),
    ("errors.each", "assumed", "Every wrong parameter gets an entry that names it."),
    ("errors.unknown-sequence", "assumed", "A sequence that does not exist is a 404."),
    ("errors.rate", "documented", "A 429 says in its headers when requests are accepted again."),
    ("errors.method", "documented", "A method other than GET, HEAD and OPTIONS is a 405 that says what is allowed."),
    (
        "errors.precedence",
        "assumed",
        "Of several errors the method comes first, then the key, the rate, the sequence, the parameters.",
        "no client depends on it",
    ),
    ("parameters.empty", "documented", "An empty parameter counts as absent."),
    ("parameters.unknown", "assumed", "A parameter that the document does not name is ignored."),
    ("parameters.repeated", "assumed", "Of a repeated parameter the last one counts."),
)
CLAUSES: dict[str, Clause] = {
    clause.id: clause for section in (OPERATION, PARAMETERS, CONSEQUENCES, TIME, RESOURCE, ERRORS) for clause in section
}
"""Every clause by its id, in the order of the contract."""
