"""Which error comes first where several things are wrong, and what errors look like."""

from __future__ import annotations

from dataclasses import replace
from itertools import combinations, permutations
from typing import TYPE_CHECKING, Any

from seqruns.dialect import STATUSES
from seqruns.document import facts
from seqruns_contracts.checks.areas.access import unknown_sequences
from seqruns_contracts.checks.areas.parameters import WRONG
from seqruns_contracts.dialect.looking import NO_VALUE, Sight
from seqruns_contracts.dialect.readers.access import missing_key, unknown_sequence
from seqruns_contracts.model.exchange import Ask
from seqruns_contracts.model.query import Query

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from seqruns_contracts.dialect.looking import Look, Reader
    from seqruns_contracts.model.exchange import Exchange


WRONG_ALONE = (Query.of(limit=0), NO_VALUE["status"], NO_VALUE["channel_id"], NO_VALUE["before"])
"""The parameters of WRONG, each alone, with what checks ask anyway."""


def precedence(look: Look) -> Sight | None:
    """Ask for three wrong things at once, then for the two that were not looked at first."""
    bad = _bad_parameter(look)
    if bad is None:
        return None
    unknown = unknown_sequences(look.view)[0]
    asks = {"key": Ask(credentials=()), "sequence": Ask(sequence_id=unknown), "parameters": Ask(query=bad)}
    alone = {name: look.send(ask).status for name, ask in asks.items()}
    # A target that wants no key has no order in which a missing one could come.
    if alone["key"] not in {401, 403}:
        return None
    exchanges = _ask_together(look, asks, alone)
    fitting = tuple("-".join(order) for order in permutations(asks) if _fits(order, alone, exchanges))
    return Sight(values=fitting, exchange=list(exchanges.values())[-1])


def _ask_together(look: Look, asks: Mapping[str, Ask], alone: Mapping[str, int]) -> dict[tuple[str, ...], Exchange]:
    """Return what comes for all at once, and for the pairs of which that leaves a doubt, by what is wrong in each."""

    def ask(names: tuple[str, ...]) -> Exchange:
        first, *others = (asks[name] for name in names)
        for other in others:
            # Without a key, of an unknown sequence, with a wrong parameter: each says one of the three.
            first = replace(
                first,
                credentials=other.credentials if first.credentials is None else first.credentials,
                sequence_id=first.sequence_id or other.sequence_id,
                query=other.query if not first.query.parameters else first.query,
            )
        return look.exchange(first)

    exchanges = {tuple(asks): ask(tuple(asks))}
    firsts = [name for name in asks if alone[name] == exchanges[tuple(asks)].reply.status]
    # Who is the first of three is the first of any pair.
    pairs = (pair for pair in combinations(asks, 2) if len(firsts) != 1 or firsts[0] not in pair)
    return exchanges | {pair: ask(pair) for pair in pairs}


def _fits(order: tuple[str, ...], alone: Mapping[str, int], exchanges: Mapping[tuple[str, ...], Exchange]) -> bool:
    """Return whether in each group comes what the first of it that is refused gets alone."""
    refused = [name for name in order if alone[name] in STATUSES]
    firsts = {group: next((alone[name] for name in refused if name in group), 200) for group in exchanges}
    return all(exchange.reply.status == firsts[group] for group, exchange in exchanges.items())


def malformed_sequence(look: Look) -> Sight | None:
    """Ask for a sequence by a text that is no UUID, without a key."""
    order = precedence(look)
    missing, malformed = missing_key(look), unknown_sequence(1, look)
    if order is None or order.value is None or missing is None or malformed is None:
        return None
    is_key_first = str(order.value).index("key") < str(order.value).index("sequence")
    if not is_key_first or missing.value == malformed.value:
        return Sight(values=("as-ever", "first"), exchange=malformed.exchange)
    exchange = look.exchange(Ask(sequence_id=unknown_sequences(look.view)[1], credentials=()))
    words = {missing.value: ("as-ever",), malformed.value: ("first",)}
    return Sight(values=words.get(exchange.reply.status, ()), exchange=exchange)


def status_of_several(look: Look) -> Sight | None:
    """Ask with a number out of range and a value that is none, where the two are refused with different statuses."""
    early = _bad_parameter(look)
    late = None if early is None or "limit" in early.meaning else _out_of_range(look, look.query(early).reply.status)
    if early is None or late is None:
        return None
    of_text, of_range = (look.query(query).reply.status for query in (early, late))
    # `before=yesterday&limit=-1`: the document has the limit first, the query has it last.
    for word, pair in (("document", (early, late)), ("query", (late, early))):
        exchange = look.query(Query((*pair[0].parameters, *pair[1].parameters)))
        if exchange.reply.status != of_text:
            return Sight(values=(word,) if exchange.reply.status == of_range else (), exchange=exchange)
    return _range_last(look, exchange, late)


def _out_of_range(look: Look, other: int) -> Query | None:
    """Return the query of a limit that is refused, with another status than this one."""
    queries = (Query.of(limit=number) for number in (0, -1, facts().limit_maximum + 1))
    statuses = {query: look.query(query).reply.status for query in queries}
    return next((query for query, status in statuses.items() if status in STATUSES and status != other), None)


def _range_last(look: Look, exchange: Exchange, late: Query) -> Sight:
    """Return whether a range is looked at after an unknown sequence, too; the exchange shows that values come first."""
    order, unknown = precedence(look), unknown_sequence(0, look)
    if order is None or unknown is None or str(order.value).endswith("parameters"):
        return Sight(values=("unreadable", "range-last"), exchange=exchange)
    of_range = look.query(late).reply.status
    exchange = look.exchange(Ask(sequence_id=unknown_sequences(look.view)[0], query=late))
    words = {of_range: ("unreadable",), unknown.exchange.reply.status: ("range-last",)}
    return Sight(values=words.get(exchange.reply.status, ()), exchange=exchange)


def _bad_parameter(look: Look) -> Query | None:
    """Return a query of a parameter that is refused."""
    # `before=yesterday` first: more targets refuse that than a limit of 0.
    return next((query for query in reversed(WRONG_ALONE) if look.query(query).reply.refused), None)


def named(look: Look) -> Sight | None:
    """Ask with several wrong parameters; count those that are refused alone, and the entries of the error."""
    refused = [query for query in WRONG_ALONE if look.query(query).reply.refused]
    exchange = look.query(WRONG)
    body = exchange.reply.body
    errors = body.get("errors") if isinstance(body, dict) else None
    if len(refused) < 2 or not exchange.reply.refused or not isinstance(errors, list):
        return None
    # A word times True is there, times False it is not: several entries are "all", one is "first".
    fitting = ("all",) * (len(errors) >= len(refused)) + ("first",) * (len(errors) == 1)
    return Sight(values=fitting, exchange=exchange)


def _errors(look: Look) -> Iterator[Exchange]:
    """Yield the errors that any target makes: of no key, of an unknown sequence, of a parameter."""
    asks = (Ask(credentials=()), Ask(sequence_id=unknown_sequences(look.view)[0]), Ask(query=WRONG))
    exchanges = map(look.exchange, asks)
    return (exchange for exchange in exchanges if 400 <= exchange.reply.status < 500)


def content_type(look: Look) -> Sight | None:
    """Look at the content types of errors."""
    errors = list(_errors(look))
    found = {exchange.reply.answer.headers.get("Content-Type", "").strip().lower() for exchange in errors}
    return Sight(values=tuple(found) if len(found) == 1 else (), exchange=errors[0]) if errors else None


def more_fields(look: Look) -> Sight | None:
    """Look for fields of errors that the document does not name."""
    errors = list(_errors(look))
    found = {pointer for exchange in errors for pointer in _strange(exchange.reply.body)}
    return Sight(values=(tuple(sorted(found)),), exchange=errors[0]) if errors else None


def _strange(body: Any) -> Iterator[str]:
    if not isinstance(body, dict):
        return
    yield from (f"/{name}" for name in body.keys() - {"errors", "status"})
    for error in body.get("errors") or ():
        if isinstance(error, dict):
            yield from (f"/errors/*/{name}" for name in error.keys() - {"description"})


READERS: Mapping[str, Reader] = {
    "errors.precedence": precedence,
    "errors.malformed_sequence": malformed_sequence,
    "errors.named": named,
    "errors.status": status_of_several,
    "errors.content_type": content_type,
    "errors.more_fields": more_fields,
}
