"""Parameters as such: empty, unknown, repeated, odd, and several wrong ones at once."""

from __future__ import annotations

import uuid
from typing import TYPE_CHECKING

from seqruns.document import facts
from seqruns_contracts.checks.expectations import ask_for, is_no_server_error, page_is_right_or_refused
from seqruns_contracts.checks.kinds import Grade, Probe, View, check
from seqruns_contracts.model.exchange import Evidence, Exchange
from seqruns_contracts.model.query import FILTERS, Query

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence


@check("parameters.empty-is-absent", "An empty parameter counts as absent.", clauses=["parameters.empty"])
def empty_is_absent(view: View) -> Iterator[Probe]:
    """Ask with all parameters empty, and with all but one."""
    if view.census.total:
        yield ask_for(Query.of(dict.fromkeys(FILTERS, "")))
        yield ask_for(Query.of(limit="", offset=""))
        for status in list(view.census.statuses)[:1]:
            # What the one filter selects must come still: an empty `phone` must not mean "runs without a number".
            others = {name: "" for name in facts().parameters if name not in {"status", *view.census.base.meaning}}
            beside = Query.of(others, **view.census.base.meaning, status=status)
            # As names alone, too, with a value that has no name: `limit&…&status=active&=1`.
            odd = Query((*beside.parameters, ("", "1")), bare=True)
            yield ask_for(odd, page_is_right_or_refused, plain=beside)


@check(
    "parameters.unknown-is-ignored",
    "A parameter that the document does not name changes nothing.",
    clauses=["parameters.unknown"],
    grade=Grade.ASSUMED,
)
def unknown_is_ignored(view: View) -> Iterator[Probe]:
    """Ask with a parameter of another kind, with other letter case, and with the brackets of lists and objects."""
    if view.census.total:
        # Names of parameters are case-sensitive: `Status` is no `status`, and its value no wrong one. A server that
        # keeps the parameters of path and query in one dictionary lists the sequence that the query names.
        other = view.other_sequence_id or str(uuid.UUID(int=view.random("unknown").getrandbits(128), version=4))
        strange = {"utm_source": "newsletter", "Status": "nothing", "sequence_id": other, "id": "0", "page": "2"}
        yield ask_for(Query.of({"limit": 3, **strange}), plain=Query.of(limit=3))
        values = _values_of_a_run(view)
        # `status[$ne]=active` asks a document store for everything else, where a server hands the parsed query on.
        for ending in ("[]", "[$ne]"):
            parameters = [(f"{name}{ending}", value) for name, value in values.items()]
            yield ask_for(
                Query(tuple(parameters)), plain=Query(), apart=[Query((parameter,)) for parameter in parameters]
            )


@check(
    "parameters.last-one-counts",
    "Of a parameter given twice the last one counts.",
    clauses=["parameters.repeated"],
    grade=Grade.ASSUMED,
)
def last_one_counts(view: View) -> Iterator[Probe]:
    """Ask with every parameter twice, the first one with a value that leaves other runs."""
    if view.census.total > 1:
        last = {**_values_of_a_run(view), **view.census.base.meaning}
        twice = [((name, OTHER_VALUES[name]), (name, value)) for name, value in last.items()]
        yield ask_for(
            Query(tuple(pair for pairs in twice for pair in pairs)),
            plain=Query.of(last),
            apart=[Query(pairs) for pairs in twice],
        )


OTHER_VALUES = {
    "phone": "+10",
    "status": "finished",
    "channel_id": "0b8f7f4e-3d63-4c44-8a68-5f0e2ad9c1b7",
    "before": "1990-01-01T00:00:00Z",
    "after": "2090-01-01T00:00:00Z",
    "limit": "1",
    "offset": "1",
}
"""Values that leave no runs, or others, where they are not overridden."""


def _values_of_a_run(view: View) -> dict[str, str]:
    """Return a value of each parameter with which a run comes, in another status than the one in `OTHER_VALUES`."""
    shown = [run for run in view.census.universe if run.status != OTHER_VALUES["status"]] or view.census.universe
    # A run that shows most of what filters look at is asked for by most filters.
    run = max(shown, key=lambda run: (bool(run.phone), bool(run.channels), bool(run.start)), default=None)
    values: dict[str, object] = {"limit": 2, "offset": 0}
    if run is not None:
        values |= {
            "phone": run.phone or None,
            "status": run.status,
            "channel_id": min(run.channels or (), default=None),
        }
        values |= {"before": run.start_text if run.start else None, "after": run.start_text if run.start else None}
    return Query.of(values).meaning


@check(
    "parameters.wrong-ones-are-all-named",
    "Several wrong parameters give several entries, and each names its parameter.",
    clauses=["errors.each"],
    grade=Grade.ASSUMED,
)
def all_named(_: View) -> Iterator[Probe]:
    """Ask with four wrong parameters at once."""
    yield ask_for(Query.of(limit=0, status="paused", channel_id="sms", before="yesterday"), _names_each)


def _names_each(exchanges: Sequence[Exchange], _: View) -> Evidence | None:
    exchange = exchanges[-1]
    body = exchange.reply.body
    errors = body.get("errors", []) if isinstance(body, dict) else []
    texts = [str(error.get("description")) for error in errors if isinstance(error, dict)]
    # A name anywhere in a description will do: how an error is worded is nobody's business.
    unnamed = [name for name, _ in exchange.ask.query.parameters if not any(name in text for text in texts)]
    if not unnamed:
        return None
    return Evidence(
        exchange=exchange,
        expected=f"an entry each for limit, status, channel_id and before; {', '.join(unnamed)} is not named",
    )


@check(
    "parameters.odd-ones-break-nothing",
    "Text that means nothing is refused or matches nothing; it is never a server error.",
    clauses=["errors.no-5xx", "errors.envelope"],
)
def odd_ones(_: View) -> Iterator[Probe]:
    """Ask with huge numbers, control characters, invalid bytes and impossible times where something else is due."""
    for name, value in ODD:
        yield ask_for(Query.of({name: value}), is_no_server_error)


ODD = (
    ("limit", "9" * 400),
    ("offset", str(2**63 - 1)),
    ("offset", str(2**64)),
    ("offset", "9" * 400),
    ("status", "\0"),
    ("channel_id", "\0"),
    ("before", "20240301T000000Z"),
    ("before", "0001-01-01T00:00:00+14:00"),
    ("before", "9999-12-31T23:59:59-14:00"),
    ("before", "2024-03-01T00:00:00+24:00"),
    ("after", "0001-01-01T00:00:00+14:00"),
    ("after", "9999-12-31T23:59:59-12:00"),
    ("after", "2024-03-01T00:00:00+00:60"),
    ("after", "0000-00-00"),
    ("after", "2016-12-31T23:59:60Z"),
    ("after", "2024-03-01T24:00:00Z"),
    ("\udcff", "1"),
)
"""The last number of 63 bits, to which nothing can be added, numbers beyond 64 bits and any float; control characters
and bytes that are not UTF-8; the basic format, instants beyond both ends of the calendar, a leap second, the end of a
day, and offsets that there are not."""
INVENTED = 4
"""How many queries are asked."""


@check(
    "parameters.invented-ones-break-nothing",
    "Whatever a tool invents from the document gets an answer that fits the document.",
    clauses=["errors.no-5xx", "errors.envelope", "operation.success"],
    needs="nothing",
)
def invented(view: View) -> Iterator[Probe]:
    """Ask what Schemathesis draws."""
    for query in view.conformance.invented_queries(INVENTED, seed_=view.seed) if view.conformance else ():
        yield ask_for(query, is_no_server_error)


CHECKS = (
    empty_is_absent,
    unknown_is_ignored,
    last_one_counts,
    all_named,
    odd_ones,
    invented,
)
