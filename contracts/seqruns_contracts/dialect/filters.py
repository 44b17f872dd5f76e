"""What the filters make of text that is hardly a value, and of parameters that are empty, unknown or repeated."""

from __future__ import annotations

from functools import partial
from itertools import product
from typing import TYPE_CHECKING

from seqruns.document import facts
from seqruns_contracts.checks.areas import channel as channels
from seqruns_contracts.checks.areas import phone as phones
from seqruns_contracts.dialect.looking import ANY_CHANNEL, DEFAULT, NOTHING, Sight, names
from seqruns_contracts.model.query import FILTERS, Query

if TYPE_CHECKING:
    from collections.abc import Mapping

    from seqruns_contracts.dialect.looking import Look, Reader

ORDER = ("limit", "offset", *FILTERS)
QUOTES = "x' OR '1'='1"


LIMITS = (("limit", "1"), ("limit", "2"))
STATUSES = tuple(("status", status) for status in facts().statuses[:2])


def _read_twice(place: int, look: Look) -> Sight | None:
    """Ask with two limits and two statuses at once, where that shows what one of them comes to."""
    exchange = look.query(Query((*LIMITS, *STATUSES)))
    # Each of `limit=1&limit=2` and `status=active&status=finished` is read first or last: four readings, of which one
    # fits, or the data cannot tell them apart.
    fitting = {
        words[place]
        for words in product(("last", "first"), repeat=2)
        # False is place 0, the first one, and True place 1, the last.
        if look.fits(exchange, Query((LIMITS[words[0] == "last"], STATUSES[words[1] == "last"])))
    }
    return Sight(values=tuple(fitting), exchange=exchange) if len(fitting) == 1 else None


def repeated(look: Look) -> Sight | None:
    """Ask with two limits."""
    if look.census.total < 2:
        return None
    meanings = {"last": Query((LIMITS[1],)), "first": Query((LIMITS[0],))}
    return _read_twice(0, look) or look.read(look.query(Query(LIMITS)), meanings)


def repeated_text(look: Look) -> Sight | None:
    """Ask with two statuses, which may be joined to one that there is not."""
    usual = repeated(look)
    if usual is None:
        return None
    sight = _read_twice(1, look)
    if sight is not None:
        return sight
    exchange, unknown = look.query(Query(STATUSES)), look.query(status="null").reply
    # "active,finished" is a status that nobody knows, so the answer is that of any unknown one.
    is_joined = exchange.reply.status == unknown.status and exchange.reply.page == unknown.page
    if is_joined and usual.value != unknown.status:
        return Sight(values=("joined",), exchange=exchange)
    return look.read(exchange, {"last": Query((STATUSES[1],)), "first": Query((STATUSES[0],))})


def unknown(look: Look) -> Sight | None:
    """Ask with parameters that there are not; where that changes anything, with one that is none in any letters."""
    ask = look.of_check("parameters.unknown-is-ignored")
    if ask is None:
        return None
    sight = look.read(look.exchange(ask), {"ignored": Query.of(limit=3)})
    if sight.value == "ignored":
        return sight
    return look.read(look.query(ask.query.with_(Status=None)), {"ignored": Query.of(limit=3)})


def name_in_other_case(look: Look) -> Sight | None:
    """Ask with `Status` for a status that does not exist; where strangers are refused, nothing shows."""
    ask, strangers = look.of_check("parameters.unknown-is-ignored"), unknown(look)
    if ask is None or strangers is None or strangers.value != "ignored":
        return None
    exchange = look.exchange(ask)
    values = ("unknown",) if look.fits(exchange, Query.of(limit=3)) else ("same",)
    return Sight(values=values, exchange=exchange)


def bracketed(look: Look) -> Sight | None:
    """Ask with brackets behind the name of each parameter."""
    ask = look.of_check("parameters.unknown-is-ignored", 1)
    if ask is None:
        return None
    same = Query(tuple((name.removesuffix("[]"), value) for name, value in ask.query.parameters))
    return look.read(look.exchange(ask), {"ignored": DEFAULT, "same": same})


def empty(name: str, look: Look) -> Sight | None:
    """Ask with all filters empty, or both numbers, then with fewer, until one shows it."""
    if not look.census.total:
        return None
    meanings = {"absent": DEFAULT, **({"nothing": NOTHING} if name in FILTERS else {})}
    # All at once costs one request; an empty status is what a strict list of values refuses, and hides the others.
    filters = [set(FILTERS), set(FILTERS) - {"status"}]
    groups = [group for group in (*filters, {"limit", "offset"}) if name in group]
    for group in groups:
        exchange = look.query(Query.of(dict.fromkeys((each for each in ORDER if each in group), "")))
        if look.fits(exchange, DEFAULT) or (exchange.reply.refused and names(exchange.reply, name)):
            return look.read(exchange, meanings)
    return look.read(look.query(Query.of({name: ""})), meanings)


def _phone(look: Look) -> str | None:
    return next(iter(phones.chosen_phones(look.census)), None)


def odd_phone(look: Look) -> Sight | None:
    """Ask for a number that is a wildcard."""
    # Where no run shows a number nothing is known to have it, and a refusal is as plain.
    return look.read(look.query(phones.query_for(look.census, "%")), {"nothing": NOTHING})


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
    "parameters.repeated": repeated,
    "parameters.repeated_text": repeated_text,
    "parameters.unknown": unknown,
    "parameters.bracketed": bracketed,
    "parameters.other_case": name_in_other_case,
    "parameters.empty_phone": partial(empty, "phone"),
    "parameters.empty_status": partial(empty, "status"),
    "parameters.empty_channel_id": partial(empty, "channel_id"),
    "parameters.empty_time": partial(empty, "before"),
    "parameters.empty_limit": partial(empty, "limit"),
    "parameters.empty_offset": partial(empty, "offset"),
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
