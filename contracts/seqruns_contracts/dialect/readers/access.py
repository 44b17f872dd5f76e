"""What strangers get: unknown sequences, missing and wrong keys, another method, a request too many."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from seqruns_contracts.checks.areas.access import unknown_sequences
from seqruns_contracts.dialect.looking import DEFAULT, Sight
from seqruns_contracts.dialect.readers.filters import channel_without_dashes
from seqruns_contracts.model.exchange import Ask

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping

    from seqruns.dialect import Value
    from seqruns_contracts.dialect.looking import Look, Reader


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
    # A 200 that is not the list, such as a page to log in on, is no acceptance.
    sight = look.read(exchange, {"accepted": DEFAULT})
    return Sight(values=("refused",), exchange=exchange) if sight.value in {401, 403} else sight


def head(look: Look) -> Sight | None:
    """Send a HEAD."""
    exchange = look.exchange(Ask(method="HEAD"))
    return look.read(exchange, {"answered": exchange.reply.status == 200})


def retry_after(look: Look) -> Sight | None:
    """Look at a 429, if one came in passing."""
    if look.limited is None:
        return None
    # `120` is seconds, `Fri, 31 Dec 1999 23:59:59 GMT` a date: who reads only the one waits in vain for the other.
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
    "rate.retry_after": retry_after,
}
