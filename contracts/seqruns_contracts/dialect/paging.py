"""What limits and offsets come to that are out of range, or no numbers."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from seqruns.document import facts
from seqruns_contracts.checks.areas.page import BEYOND
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
    return look.read(look.query(limit="null"), {"default": DEFAULT})


def limit_fraction(look: Look) -> Sight | None:
    """Ask with a number and a half."""
    return look.read(look.query(limit="1.5"), {"default": DEFAULT, "cut": Query.of(limit=1)})


def offset_otherwise(text: str, look: Look) -> Sight | None:
    """Ask with an offset that is none."""
    return look.read(look.query(offset=text), {"zero": DEFAULT})


def past_the_end(look: Look) -> Sight | None:
    """Ask far behind the end."""
    exchange = look.query(limit=5, offset=look.census.total + BEYOND)
    return look.read(exchange, {"empty": look.is_empty_page(exchange)}) if look.census.total else None


def huge_number(look: Look) -> Sight | None:
    """Ask behind any end that a computer counts to."""
    usual, exchange = past_the_end(look), look.query(offset=2**63)
    if usual is None:
        return None
    sight = look.read(exchange, {"as-any": look.is_empty_page(exchange), "zero": DEFAULT})
    is_usual = bool(sight.value) and sight.value == usual.value
    return Sight(values=("as-any", sight.value), exchange=exchange) if is_usual and sight.value else sight


READERS: Mapping[str, Reader] = {
    "page.cap": cap,
    "page.limit_above_maximum": limit_above_maximum,
    "page.limit_zero": partial(limit_too_small, 0),
    "page.limit_negative": partial(limit_too_small, -1),
    "page.limit_no_number": limit_no_number,
    "page.limit_fraction": limit_fraction,
    "page.offset_negative": partial(offset_otherwise, "-1"),
    "page.offset_no_number": partial(offset_otherwise, "0x10"),
    "page.huge_number": huge_number,
    "page.past_the_end": past_the_end,
}
