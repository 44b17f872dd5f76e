"""What the filters make of text that is hardly a value."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from seqruns.document import facts
from seqruns_contracts.checks.areas import channel as channels
from seqruns_contracts.checks.areas import phone as phones
from seqruns_contracts.dialect.looking import ANY_CHANNEL, DEFAULT, NOTHING, Sight
from seqruns_contracts.model.query import Query

if TYPE_CHECKING:
    from collections.abc import Mapping

    from seqruns_contracts.dialect.looking import Look, Reader

QUOTES = "x' OR '1'='1"


def _phone(look: Look) -> str | None:
    return next(iter(phones.chosen_phones(look.census)), None)


def odd_phone(look: Look) -> Sight | None:
    """Ask for a number that is a wildcard."""
    # The one that a check asks for. Where no run shows a number nothing is known to have it, and a refusal is as plain.
    text = f"{(_phone(look) or '%')[:-1]}_"
    return look.read(look.query(phones.query_for(look.census, text)), {"nothing": NOTHING})


def long_phone(look: Look) -> Sight | None:
    """Ask for a number of thousands of digits."""
    return look.read(look.query(phones.query_for(look.census, "9" * 4000)), {"nothing": NOTHING})


def odd_text(ending: str, look: Look) -> Sight | None:
    """Ask for a number with something in it that a gateway or a database may refuse, unless any odd number is."""
    phone, usual = _phone(look), odd_phone(look)
    if phone is None or usual is None:
        return None
    text = QUOTES if ending == QUOTES else phone + ending
    exchange = look.query(phones.query_for(look.census, text))
    # Who drops what is no digit finds the number.
    is_text = look.fits(exchange, NOTHING) or look.fits(exchange, phones.query_for(look.census, phone))
    sight = look.read(exchange, {"as-any": is_text})
    is_usual = sight.value is not None and sight.value == usual.value
    return Sight(values=("as-any", sight.value), exchange=sight.exchange) if is_usual and sight.value else sight


def spaces(look: Look) -> Sight | None:
    """Ask for a number in groups, and for one with spaces at its ends."""
    phone = _phone(look)
    inside, around = (look.of_check("phone.ignores-spaces", number) for number in (0, 1))
    if phone is None or inside is None or around is None:
        return None
    right = phones.query_for(look.census, phone)
    sight = look.read(look.exchange(inside), {"dropped": right, "kept": NOTHING})
    if sight.value != "kept":
        return sight
    return look.read(look.exchange(around), {"trimmed": right, "kept": NOTHING})


def blank(look: Look) -> Sight | None:
    """Ask for a number of spaces."""
    return look.read(look.query(phone="  "), {"absent": DEFAULT, "nothing": NOTHING})


def lost_plus(look: Look) -> Sight | None:
    """Ask for a number with a space for its plus; without a plus it must be nobody's."""
    known = look.census.phones
    phone = next((phone for phone in sorted(known) if phone[0] == "+" and phone[1:] not in known), None)
    if phone is None:
        return None
    exchange = look.query(phones.query_for(look.census, f" {phone[1:]}"))
    return look.read(exchange, {"nothing": NOTHING, "understood": phones.query_for(look.census, phone)})


def marks(look: Look) -> Sight | None:
    """Ask for a number as people write it."""
    phone, ask = _phone(look), look.of_check("phone.keeps-other-marks")
    if phone is None or ask is None:
        return None
    return look.read(look.exchange(ask), {"kept": NOTHING, "dropped": phones.query_for(look.census, phone)})


def no_plus(look: Look) -> Sight | None:
    """Ask for a number with zeros for its plus, which must be nobody's."""
    ask = look.of_check("phone.keeps-its-plus", 1)
    if ask is None or ask.query.meaning["phone"] in look.census.phones:
        return None
    return look.read(look.exchange(ask), {"nothing": NOTHING})


def unknown_status(look: Look) -> Sight | None:
    """Ask for a status that does not exist."""
    return look.read(look.query(status="null"), {"nothing": NOTHING, "ignored": DEFAULT})


def status_in_capitals(look: Look) -> Sight | None:
    """Ask for a status in capitals."""
    same = Query.of(status="active")
    return look.read(look.query(status="ACTIVE"), {"nothing": NOTHING, "ignored": DEFAULT, "same": same})


def status_in_spaces(look: Look) -> Sight | None:
    """Ask for a status with spaces around it."""
    status = facts().statuses[0]
    meanings = {"nothing": NOTHING, "ignored": DEFAULT, "same": Query.of(status=status)}
    return look.read(look.query(status=f" {status} "), meanings)


def malformed_channel(look: Look) -> Sight | None:
    """Ask for a channel by a word."""
    return look.read(look.query(channel_id="undefined"), {"nothing": NOTHING, "ignored": DEFAULT})


def channel_without_dashes(look: Look) -> Sight | None:
    """Ask for a channel without its dashes, unless it is printed so."""
    known = next(iter(channels.chosen_channels(look.census)), None)
    channel = known or ANY_CHANNEL
    if "-" not in channel:
        return None
    # Where no run shows a channel, nothing has the one that is asked for.
    meanings = {"same": Query.of(channel_id=channel) if known else NOTHING, "nothing": NOTHING, "ignored": DEFAULT}
    return look.read(look.query(channel_id=channel.replace("-", "")), meanings)


def channel_in_other_case(look: Look) -> Sight | None:
    """Ask for a channel in the letters of the other case."""
    known = next(iter(channels.chosen_channels(look.census)), None)
    channel = known or ANY_CHANNEL
    if channel.swapcase() == channel:
        return None
    meanings = {"same": channels.query_for(look.census, channel) if known else NOTHING, "nothing": NOTHING}
    return look.read(look.query(channels.query_for(look.census, channel.swapcase())), meanings)


READERS: Mapping[str, Reader] = {
    "parameters.quotes": partial(odd_text, QUOTES),
    "parameters.nul": partial(odd_text, "\0"),
    "parameters.broken_bytes": partial(odd_text, "\udcff"),
    "phone.spaces": spaces,
    "phone.blank": blank,
    "phone.odd": odd_phone,
    "phone.long": long_phone,
    "phone.lost_plus": lost_plus,
    "phone.marks": marks,
    "phone.no_plus": no_plus,
    "status.unknown": unknown_status,
    "status.other_case": status_in_capitals,
    "status.spaces": status_in_spaces,
    "channel.malformed": malformed_channel,
    "channel.other_case": channel_in_other_case,
    "channel.without_dashes": channel_without_dashes,
}
