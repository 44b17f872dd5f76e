"""What strangers get: unknown sequences, missing and wrong keys; which error comes first, and what errors look like."""

from __future__ import annotations

from dataclasses import replace
from functools import partial
from itertools import combinations, permutations
from typing import TYPE_CHECKING, Any

from seqruns.dialect import STATUSES
from seqruns.document import facts
from seqruns_contracts.checks.areas.access import unknown_sequences
from seqruns_contracts.dialect.looking import DEFAULT, NO_VALUE, WRONG, Sight
from seqruns_contracts.dialect.readers.filters import channel_without_dashes
from seqruns_contracts.model.exchange import Ask
from seqruns_contracts.model.query import Query

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator, Mapping

    from seqruns.dialect import Value
    from seqruns_contracts.dialect.looking import Look, Reader
    from seqruns_contracts.model.exchange import Exchange


WRONG_ALONE = (Query.of(limit=0), NO_VALUE["status"], NO_VALUE["channel_id"], NO_VALUE["before"])
"""The parameters of WRONG, each alone, with what checks ask anyway."""


def unknown_sequence(number: int, look: Look) -> Sight | None:
    """Ask for a sequence that does not exist, by a UUID or by another text."""
    exchange = look.exchange(Ask(sequence_id=unknown_sequences(look.view)[number]))
    return look.read(exchange, {"empty": look.is_empty_page(exchange)})


def sequence_in_other_case(look: Look) -> Sight | None:
    """Ask for the sequence in the letters of the other case."""
    name = look.view.sequence_id.swapcase()
    unknown = unknown_sequence(0, look)
    if name == look.view.sequence_id or unknown is None:
        return None
    return _same_or_unknown(name, {unknown.value}, look)


def sequence_in_other_form(look: Look) -> Sight | None:
    """Ask for the sequence without its dashes, where `channel_id` may have none."""
    name, malformed = look.view.sequence_id.replace("-", ""), unknown_sequence(1, look)
    channel = channel_without_dashes(look)
    if channel is None or channel.value != "same" or name == look.view.sequence_id or malformed is None:
        return None
    return _same_or_unknown(name, {malformed.value, "empty"}, look)


def _same_or_unknown(name: str, unknown: Collection[Value | None], look: Look) -> Sight:
    """Return whether a name is that of the sequence, or gets one of the answers that an unknown one gets."""
    exchange = look.exchange(Ask(sequence_id=name))
    sight = look.read(exchange, {"same": DEFAULT, "empty": look.is_empty_page(exchange)})
    if sight.value is not None and sight.value in unknown:
        return Sight(values=("unknown",), exchange=exchange)
    return Sight(values=("same",) if sight.value == "same" else (), exchange=exchange)


def missing_key(look: Look) -> Sight | None:
    """Ask without a key."""
    return look.read(look.exchange(Ask(credentials=())), {})


def wrong_key(look: Look) -> Sight | None:
    """Ask with a key that is made up."""
    ask = look.of_check("auth.wrong-key-is-refused")
    return None if ask is None else look.read(look.exchange(ask), {})


def bearer(look: Look) -> Sight | None:
    """Send the key as a bearer token."""
    if not look.view.key:
        return None
    exchange = look.exchange(Ask(credentials=(("Authorization", f"Bearer {look.view.key}"),)))
    sight = look.read(exchange, {"accepted": DEFAULT})
    return Sight(values=("refused",), exchange=exchange) if sight.value in {401, 403} else sight


def head(look: Look) -> Sight | None:
    """Send a HEAD."""
    exchange = look.exchange(Ask(method="HEAD"))
    return look.read(exchange, {"answered": exchange.reply.status == 200})


def precedence(look: Look) -> Sight | None:
    """Ask for three wrong things at once, then for the two that were not looked at first."""
    unknown, bad = unknown_sequences(look.view)[0], _bad_parameter(look)
    if bad is None:
        return None
    asks = {"key": Ask(credentials=()), "sequence": Ask(sequence_id=unknown), "parameters": Ask(query=bad)}
    alone = {name: look.send(ask).status for name, ask in asks.items()}
    # A target that wants no key has no order in which a missing one could come.
    if alone["key"] not in {401, 403}:
        return None
    everything = look.exchange(Ask(sequence_id=unknown, query=bad, credentials=()))
    # By the names that are wrong in it; the groups of two come below, where three at once left doubt.
    exchanges = {tuple(asks): everything}
    firsts = [name for name in asks if alone[name] == everything.reply.status]
    for pair in combinations(asks, 2):
        # Who is the first of three is the first of any pair.
        if len(firsts) != 1 or firsts[0] not in pair:
            one, other = (asks[name] for name in pair)
            both = replace(one, sequence_id=one.sequence_id or other.sequence_id, query=other.query)
            exchanges[pair] = look.exchange(both)

    def fits(order: tuple[str, ...]) -> bool:
        """Return whether in each pair comes what the first of the two that are refused gets alone."""
        refused = [name for name in order if alone[name] in STATUSES]
        firsts = {group: next((alone[name] for name in refused if name in group), 200) for group in exchanges}
        return all(exchange.reply.status == firsts[group] for group, exchange in exchanges.items())

    fitting = tuple("-".join(order) for order in permutations(asks) if fits(order))
    return Sight(values=fitting, exchange=list(exchanges.values())[-1])


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
    if early is None or "limit" in early.meaning:
        return None
    of_text = look.query(early).reply.status
    statuses = {number: look.query(limit=number).reply.status for number in (0, -1, facts().limit_maximum + 1)}
    others = {number: status for number, status in statuses.items() if status in STATUSES and status != of_text}
    if not others:
        return None
    number, of_range = next(iter(others.items()))
    late = Query.of(limit=number)
    # `before=yesterday&limit=-1`: the document has the limit first, the query has it last.
    exchange = look.query(Query((*early.parameters, *late.parameters)))
    if exchange.reply.status != of_text:
        return Sight(values=("document",) if exchange.reply.status == of_range else (), exchange=exchange)
    exchange = look.query(Query((*late.parameters, *early.parameters)))
    if exchange.reply.status != of_text:
        return Sight(values=("query",) if exchange.reply.status == of_range else (), exchange=exchange)
    order, unknown = precedence(look), unknown_sequence(0, look)
    if order is None or unknown is None or str(order.value).endswith("parameters"):
        return Sight(values=("unreadable", "range-last"), exchange=exchange)
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


def retry_after(look: Look) -> Sight | None:
    """Look at a 429, if one came in passing."""
    if look.limited is None:
        return None
    text = (look.limited.answer.headers.get("Retry-After") or "").strip()
    exchange = look.query(DEFAULT)
    return Sight(values=("none" if not text else "seconds" if text.isdecimal() else "date",), exchange=exchange)


READERS: Mapping[str, Reader] = {
    "sequence.unknown": partial(unknown_sequence, 0),
    "sequence.malformed": partial(unknown_sequence, 1),
    "sequence.other_case": sequence_in_other_case,
    "sequence.other_form": sequence_in_other_form,
    "access.missing_key": missing_key,
    "access.wrong_key": wrong_key,
    "access.bearer": bearer,
    "answer.head": head,
    "errors.precedence": precedence,
    "errors.malformed_sequence": malformed_sequence,
    "errors.named": named,
    "errors.status": status_of_several,
    "errors.content_type": content_type,
    "errors.more_fields": more_fields,
    "rate.retry_after": retry_after,
}
