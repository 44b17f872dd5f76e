"""What limits and offsets come to that are out of range, or no numbers."""

from __future__ import annotations

from dataclasses import replace
from functools import partial
from typing import TYPE_CHECKING

from seqruns.document import facts
from seqruns_contracts.checks.areas.page import FAR
from seqruns_contracts.dialect.looking import ALL, DEFAULT, Sight
from seqruns_contracts.model.query import Query

if TYPE_CHECKING:
    from collections.abc import Mapping

    from seqruns_contracts.dialect.looking import Look, Reader

MOST = 10**6
"""A limit that no sequence reaches."""


def cap(look: Look) -> Sight | None:
    """Look at the largest page that came: it is the most there are, or all that there is."""
    exchange, largest = look.query(ALL), facts().limit_maximum
    if exchange.reply.page is None:
        return None
    if look.cap is not None:
        return Sight(values=(look.cap,), exchange=exchange)
    # 500 of 900 runs for `limit=500` may be obedience. 500 again for 501, or a refusal, is a cap.
    more = look.query(limit=largest + 1)
    if look.census.total > largest and (more.reply.page is None or len(more.reply.page.runs) == largest):
        return Sight(values=(largest,), exchange=exchange)
    return Sight(values=range(len(exchange.reply.page.runs), MOST + 1), exchange=exchange)


def limit_above_maximum(look: Look) -> Sight | None:
    """Ask for one run more than the most."""
    largest = facts().limit_maximum
    lowered, obeyed = Query.of(limit=look.cap or largest), Query.of(limit=largest + 1)
    meanings = {"lowered": lowered, **({} if look.cap else {"obeyed": obeyed}), "default": DEFAULT}
    return look.read(look.query(obeyed), meanings)


def limit_too_small(limit: int, look: Look) -> Sight | None:
    """Ask for no run, or for fewer."""
    exchange = look.query(limit=limit)
    page = exchange.reply.page
    return look.read(
        exchange,
        {
            "empty": page is not None and not page.runs and page.total == look.census.total,
            "raised": Query.of(limit=1),
            "default": DEFAULT,
            "all": Query.of(limit=MOST),
        },
    )


def limit_no_number(look: Look) -> Sight | None:
    """Ask with a word."""
    exchange, none = look.query(limit="null"), look.query(limit=0)
    # `(int) "null"` is 0 in PHP, and so is what Go's `Atoi` returns beside its error: then the answer is that to
    # `limit=0`, whatever that is.
    is_as_zero = exchange.reply.status == none.reply.status and exchange.reply.page == none.reply.page
    return look.read(exchange, {"default": DEFAULT, "zero": is_as_zero})


def limit_fraction(look: Look) -> Sight | None:
    """Ask with a number and a half."""
    return look.read(look.query(limit="1.5"), {"default": DEFAULT, "cut": Query.of(limit=1)})


def offset_negative(look: Look) -> Sight | None:
    """Ask with an offset below 0."""
    exchange = look.query(offset=-1)
    return look.read(exchange, {"zero": look.skips(exchange, 0)})


def offset_no_number(look: Look) -> Sight | None:
    """Ask with what is a number to few, and where that is read, with a word."""
    for text in ("0x10", "null"):
        exchange = look.query(offset=text)
        sight = look.read(exchange, {"zero": look.skips(exchange, 0)})
        if sight.value is not None:
            return sight
    return sight


def limit_as(text: str, read: int, cut: int | None, look: Look) -> Sight | None:
    """Ask with a limit in a form of its own, as which it may be read or cut to the digits it begins with."""
    cut_to = {} if cut is None else {"cut": Query.of(limit=cut)}
    return look.read(look.query(limit=text), {"read": Query.of(limit=read), **cut_to, "default": DEFAULT})


def offset_as(text: str, read: int, cut: int | None, look: Look) -> Sight | None:
    """Ask with an offset in such a form."""
    exchange = look.query(offset=text)
    skipped = {"read": read, **({} if cut is None else {"cut": cut}), "default": 0}
    return look.read(exchange, {word: look.skips(exchange, number) for word, number in skipped.items()})


def offset_in_hex(look: Look) -> Sight | None:
    """Ask with an offset in hex, which is 0 to who cuts it and to who skips nothing for it."""
    sight, fraction = offset_as("0x10", 16, 0, look), limit_fraction(look)
    # Who makes 1 of `1.5` cuts `0x10` to its 0; who takes `1.5` for absent reads numbers whole or not at all.
    if sight is None or fraction is None or fraction.value != "default" or not isinstance(sight.values, tuple):
        return sight
    return replace(sight, values=tuple(sorted(sight.values, key=lambda word: word == "cut")))


def past_the_end(look: Look) -> Sight | None:
    """Ask far behind the end."""
    exchange = look.query(limit=5, offset=FAR)
    return look.read(exchange, {"empty": look.is_empty_page(exchange)}) if look.census.total else None


def at_the_end(look: Look) -> Sight | None:
    """Ask right behind the last run."""
    exchange = look.query(limit=5, offset=look.census.total)
    return look.read(exchange, {"empty": look.is_empty_page(exchange)}) if look.census.total else None


def huge_number(look: Look) -> Sight | None:
    """Ask behind any end that a computer counts to."""
    # Beyond 64 bits: what no database's integer holds.
    usual, exchange = past_the_end(look), look.query(offset=2**64)
    if usual is None:
        return None
    sight = look.read(exchange, {"as-any": look.is_empty_page(exchange), "zero": DEFAULT})
    is_usual = bool(sight.value) and sight.value == usual.value
    return Sight(values=("as-any", sight.value), exchange=exchange) if is_usual and sight.value else sight


def large_number(look: Look) -> Sight | None:
    """Ask behind what 32 bits count to; who counts to 2^63 counts to 2^31."""
    huge = huge_number(look)
    if huge is None or not isinstance(huge.value, int):
        return None if huge is None else Sight(values=("as-any",), exchange=huge.exchange)
    # What a check asks anyway: who refuses 2^32, too, counts to 31 or 32 bits.
    exchange = look.query(limit=5, offset=2**32)
    return look.read(exchange, {"as-any": look.is_empty_page(exchange)})


def huge_limit(look: Look) -> Sight | None:
    """Ask for more runs than any computer counts to."""
    usual = limit_above_maximum(look)
    # A check asks it anyway. To JavaScript it is no whole number any more, and refused all the same.
    exchange = look.query(limit="9" * 400)
    is_usual = usual is not None and usual.exchange.reply.status == exchange.reply.status
    return Sight(values=("as-any",), exchange=exchange) if is_usual else look.read(exchange, {})


READERS: Mapping[str, Reader] = {
    "page.cap": cap,
    "page.limit_above_maximum": limit_above_maximum,
    "page.limit_zero": partial(limit_too_small, 0),
    "page.limit_negative": partial(limit_too_small, -1),
    "page.limit_no_number": limit_no_number,
    "page.limit_fraction": limit_fraction,
    "page.offset_negative": offset_negative,
    "page.offset_no_number": offset_no_number,
    "page.huge_number": huge_number,
    "page.large_number": large_number,
    "page.huge_limit": huge_limit,
    "page.past_the_end": past_the_end,
    "page.at_the_end": at_the_end,
    # Checks ask most of these, so that they cost nothing.
    "numbers.spaces": partial(limit_as, " 1", 1, None),
    "numbers.underscore": partial(limit_as, "1_0", 10, 1),
    "numbers.point_zero": partial(offset_as, "5.0", 5, None),
    "numbers.hex": offset_in_hex,
    "numbers.other_digits": partial(offset_as, "\u0665", 5, None),
}
