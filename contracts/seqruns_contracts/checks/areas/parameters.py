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
    from collections.abc import Iterable, Iterator, Sequence

    from seqruns_contracts.model.run import Run


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
        strange = {"utm_source": "newsletter", "Status": "nothing", "sequence_id": other, "id": "0", **FRAMEWORKS}
        yield ask_for(Query.of({"limit": 3, **strange}), plain=Query.of(limit=3))
        values = _values_of(next(iter(_shown_runs(view)), None))
        # `status[$ne]=active` asks a document store for everything else, where a server hands the parsed query on. No
        # store is asked for a limit or an offset: there brackets in brackets show a parser that expects one pair.
        for ending, of_pages in (("[]", "[]"), ("[$ne]", "[a][b]")):
            parameters = [
                (f"{name}{of_pages if name in {'limit', 'offset'} else ending}", value)
                for name, value in values.items()
            ]
            yield ask_for(
                Query(tuple(parameters)), plain=Query(), apart=[Query((parameter,)) for parameter in parameters]
            )


FRAMEWORKS = {"page": "2", "size": "1", "sort": "id", "format": "xml"}
"""What Laravel, Spring and Rails read by themselves, whether a team wants that or not."""


@check(
    "parameters.last-one-counts",
    "Of a parameter given twice the last one counts.",
    clauses=["parameters.repeated"],
    grade=Grade.ASSUMED,
)
def last_one_counts(view: View) -> Iterator[Probe]:
    """Ask with every parameter twice, the first time with a value that leaves no runs, others, or more as "any of"."""
    if view.census.total > 1:
        run, neighbours = _run_with_neighbours(view)
        last = {**_values_of(run, bounds=(run, *neighbours.values())), **view.census.base.meaning}
        first = OTHER_VALUES | {name: _values_of(other)[name] for name, other in neighbours.items()}
        twice = [((name, first[name]), (name, value)) for name, value in last.items()]
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
MOST_CANDIDATES = 40
"""How many runs are looked at for neighbours."""


def _shown_runs(view: View) -> list[Run]:
    """Return the runs to take values of, those first that show most: most filters can ask for them."""
    universe = view.census.universe
    # In another status than the one in `OTHER_VALUES`, or that would be no other one.
    shown = [run for run in universe if run.status != OTHER_VALUES["status"]] or universe
    return sorted(shown, key=lambda run: -sum(map(bool, (run.phone, run.channels, run.start))))


def _run_with_neighbours(view: View) -> tuple[Run | None, dict[str, Run]]:
    """Return the run that has neighbours by most filters, and them.

    Only the first few runs are looked at: each is held against all others.
    """
    candidates = [(run, _neighbours(run, view.census.universe)) for run in _shown_runs(view)[:MOST_CANDIDATES]]
    return max(candidates, key=lambda candidate: len(candidate[1]), default=(None, {}))


def _neighbours(run: Run, others: Iterable[Run]) -> dict[str, Run]:
    """Return, by the name of a filter, another run that this filter alone keeps out.

    Of two runs in one status and on one channel, with the numbers +1 and +2, `phone=+2&phone=+1` selects the second;
    a server that takes the two for a list, as in `phone IN (…)`, selects both.
    """
    channel = _values_of(run).get("channel_id")
    found: dict[str, Run] = {}
    for other in others:
        same = {
            "phone": other.phone == run.phone,
            "status": other.status == run.status,
            "channel_id": channel is None or channel in (other.channels or ()),
        }
        # Apart by one filter only: were its status another one, too, `status` would keep it out, and no list of numbers
        # would show.
        apart = [name for name, is_same in same.items() if not is_same]
        if len(apart) == 1 and _values_of(other).get(apart[0]):
            found.setdefault(apart[0], other)
    return found


def _values_of(run: Run | None, *, bounds: Iterable[Run | None] = ()) -> dict[str, str]:
    """Return a value of each parameter with which a run comes, and all of `bounds` by their start times."""
    values: dict[str, object] = {"limit": 2, "offset": 0}
    if run is not None:
        values |= {
            "phone": run.phone or None,
            "status": run.status,
            "channel_id": min(run.channels or (), default=None),
        }
        starts = sorted((each.start, each.start_text) for each in (run, *bounds) if each and each.start is not None)
        if starts:
            values |= {"before": starts[-1][1], "after": starts[0][1]}
    return Query.of(values).meaning


@check(
    "parameters.wrong-ones-are-all-named",
    "Several wrong parameters give several entries, and each names its parameter.",
    clauses=["errors.each"],
    grade=Grade.ASSUMED,
)
def all_named(_: View) -> Iterator[Probe]:
    """Ask with four wrong parameters at once, most of them what a reader of JSON or YAML takes for no value."""
    yield ask_for(WRONG, _names_each)


WRONG = Query.of(limit=0, status="false", channel_id="false", before="false")
"""What must be refused for four reasons."""


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
    ("before", "9999-12-31T23:59:59-12:00"),
    ("before", "2024-03-01T00:00:00+24:60"),
    ("after", "2024-W09-5T00:00:00Z"),
    ("after", "0001-01-01T00:00:00+14:00"),
    ("after", "2024-03-01T00:00:00+0200"),
    ("after", "0000-00-00"),
    ("after", "2016-12-31T23:59:60Z"),
    ("after", "2024-03-01T24:00:00Z"),
    ("\udcff", "1"),
)
"""The last number of 63 bits, to which nothing can be added, numbers beyond 64 bits and any float; control characters
and bytes that are not UTF-8; the basic format, a week's date, an offset without a colon, instants beyond both ends
of the calendar, an impossible offset, a leap second, and the end of a day."""
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
