"""What parameters come to that are empty, unknown, repeated or written otherwise."""

from __future__ import annotations

from functools import partial
from itertools import product
from typing import TYPE_CHECKING

from seqruns.document import facts
from seqruns_contracts.dialect.looking import DEFAULT, NO_VALUE, NOTHING, Sight, names
from seqruns_contracts.model.query import FILTERS, Query

if TYPE_CHECKING:
    from collections.abc import Mapping

    from seqruns_contracts.dialect.looking import Look, Reader

ORDER = ("limit", "offset", *FILTERS)
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
    """Ask with two statuses, which may be joined to an unknown one."""
    usual = repeated(look)
    if usual is None:
        return None
    sight = _read_twice(1, look)
    if sight is not None:
        return sight
    exchange, unknown = look.query(Query(STATUSES)), look.query(NO_VALUE["status"]).reply
    # "active,finished" is a status that nobody knows, so the answer is that of any unknown one.
    is_joined = exchange.reply.status == unknown.status and exchange.reply.page == unknown.page
    if is_joined and usual.value != unknown.status:
        return Sight(values=("joined",), exchange=exchange)
    return look.read(exchange, {"last": Query((STATUSES[1],)), "first": Query((STATUSES[0],))})


def unknown(look: Look) -> Sight | None:
    """Ask with unknown parameters; where that changes anything, with the first of them alone.

    Example: Django REST refuses `format=xml` and knows no `utm_source`.
    """
    ask = look.of_check("parameters.unknown-is-ignored")
    if ask is None:
        return None
    sight = look.read(look.exchange(ask), {"ignored": Query.of(limit=3)})
    if sight.value == "ignored":
        return sight
    limit_and_first = Query(ask.query.parameters[:2])
    return look.read(look.query(limit_and_first), {"ignored": Query.of(limit=3)})


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
}
