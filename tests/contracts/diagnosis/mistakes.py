"""Single mistakes, as a team in a hurry makes them, each on the server of the lab, and how its cause is called."""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING, Any
from urllib.parse import parse_qsl, urlencode

from tests.contracts.diagnosis.lab import (
    SEQUENCE,
    BadRequestError,
    Server,
    error_of,
    read_number,
    read_time,
    run_of,
    write_time,
)

if TYPE_CHECKING:
    import sqlite3
    from collections.abc import Callable, Iterable

DAY, SECOND = 86_400_000_000, 1_000_000


def naive(text: str) -> int:
    """Return what comes of throwing the offset away."""
    bare = text[:19] + text[19:].split("+", maxsplit=1)[0].split("-", maxsplit=1)[0].rstrip("Zz")
    return read_time(f"{bare}Z" if len(text) > 10 else text)


def raw(text: str) -> Any:
    """Return the text itself, to be compared as it is."""
    read_time(text)
    return text


def rfc_3339(text: str) -> int:
    """Return the microseconds of a time with an offset, in capitals; no other is read."""
    if not re.fullmatch(r".{10}T.{8}([.]\d+)?(Z|[+-]\d\d:\d\d)", text):
        raise BadRequestError(text)
    return read_time(text)


RIGHT = Server()


def asking(otherwise: Callable[[dict[str, str]], dict[str, str]]) -> dict[str, Any]:
    """Return the lines of a server that is right, but for what it is asked."""

    def around(_: Any, sequence: str, query: str) -> tuple[int, Any]:
        return RIGHT._page(sequence, urlencode(otherwise(dict(parse_qsl(query, keep_blank_values=True)))))

    return {"around": around}


def first_of_each() -> dict[str, Any]:
    """Return the lines of a server for which the first of a repeated parameter counts."""

    def around(_: Any, sequence: str, query: str) -> tuple[int, Any]:
        return RIGHT._page(sequence, urlencode(dict(parse_qsl(query, keep_blank_values=True)[::-1])))

    return {"around": around}


def status_last() -> dict[str, Any]:
    """Return the lines of a server that cuts the page before it looks at the status."""

    def around(_: Any, sequence: str, query: str) -> tuple[int, Any]:
        right, body = RIGHT._page(sequence, query)
        given = dict(parse_qsl(query, keep_blank_values=True))
        status = given.pop("status", "")
        _, page = RIGHT._page(sequence, urlencode(given))
        return right, {**body, "data": [run for run in page["data"] if status in {"", run["status"]}]}

    return {"around": around}


def moved_back(given: dict[str, str]) -> dict[str, str]:
    """Return a request for the last full page where a page would reach past the end."""
    _, page = RIGHT._page(SEQUENCE, urlencode(given))
    limit = int(given.get("limit") or 50)
    back = max(0, page["total"] - limit)
    return given | {"offset": str(min(int(given.get("offset") or 0), back))}


def all_that_match(given: dict[str, str]) -> dict[str, str]:
    """Return a request for everything where a filter is given."""
    RIGHT._page(SEQUENCE, urlencode(given))  # raises for what cannot be read
    is_filtered = any(text.strip() for name, text in given.items() if name not in {"limit", "offset"})
    return given | {"limit": "500", "offset": "0"} if is_filtered else given


def without(*names: str) -> dict[str, Any]:
    """Return the lines of a server that never uses some filters."""

    def uses(given: dict[str, str]) -> Iterable[str]:
        return [name for name in given if name not in names]

    return {"uses": uses, "counted": uses}


def using(chosen: Callable[[dict[str, str]], Iterable[str]]) -> dict[str, Any]:
    """Return the lines of a server that uses only some of the filters given."""
    return {"uses": chosen, "counted": chosen}


def beside(lost: str, other: str) -> dict[str, Any]:
    """Return the lines of a server that loses one filter beside another."""
    return using(lambda given: [name for name in given if name != lost or other not in given])


def rendering(**fields: Callable[[sqlite3.Row], Any]) -> dict[str, Any]:
    """Return the line that shows some fields otherwise."""

    def render(row: sqlite3.Row, steps: list[sqlite3.Row]) -> Any:
        return run_of(row, steps) | {name: show(row) for name, show in fields.items()}

    return {"render": render}


def caching(*lost: str) -> dict[str, Any]:
    """Return the line that keeps answers by all but some parameters."""
    kept: dict[Any, Any] = {}

    def around(answer: Callable[[], tuple[int, Any]], path: str, query: str) -> tuple[int, Any]:
        key = path, tuple(pair for pair in parse_qsl(query, keep_blank_values=True) if pair[0] not in lost)
        if key not in kept:
            kept[key] = json.dumps(answer())
        status, body = json.loads(kept[key])
        return status, body

    return {"around": around}


def adding_up() -> dict[str, Any]:
    """Return the line that adds the runs it finds to a list that is never emptied."""
    kept: list[Any] = []

    def around(_: Any, sequence: str, query: str) -> tuple[int, Any]:
        given = dict(parse_qsl(query, keep_blank_values=True))
        RIGHT._page(sequence, query)  # raises for what cannot be read
        kept.extend(RIGHT._page(sequence, urlencode(given | {"limit": "500", "offset": "0"}))[1]["data"])
        offset, limit = (int(given.get(name) or default) for name, default in (("offset", 0), ("limit", 50)))
        return 200, {"data": kept[offset : offset + limit], "total": len(kept)}

    return {"around": around}


def number_or(default_page: int, *, falsy: bool = False) -> dict[str, Any]:
    """Return the line that has another default page, or takes a limit of 0 for none."""

    def number(text: str, default: int, least: int, most: int) -> int:
        default = default_page if default else default
        return read_number("" if falsy and text == "0" else text, default, least, most)

    return {"number": number}


STEP = "(SELECT s.channel FROM steps s WHERE s.run = r.id ORDER BY s.due {} LIMIT 1) = lower(:channel_id)"
HAS = "EXISTS (SELECT 1 FROM steps s WHERE s.run = r.id AND s.channel = lower(:channel_id))"

MISTAKES: dict[str, tuple[dict[str, Any], str]] = {
    # the window
    "before is exclusive": ({"before": "r.start < :before"}, "before.exclusive"),
    "after is exclusive": ({"after": "r.start > :after"}, "after.exclusive"),
    "both are exclusive": ({"before": "r.start < :before", "after": "r.start > :after"}, "window.exclusive"),
    "the bounds are exchanged": ({"before": "r.start >= :before", "after": "r.start <= :after"}, "window."),
    "before is inverted": ({"before": "r.start >= :before"}, "before.inverted"),
    "before is a day": ({"before": f"r.start / {DAY} <= :before / {DAY}"}, "before."),
    "after is cut to the second": ({"after": f"r.start >= :after / {SECOND} * {SECOND}"}, "after.compared-by-the-second"),
    "the start is cut to the second": ({"after": f"r.start / {SECOND} * {SECOND} >= :after"}, "after.start-cut-to-the-second"),
    "before looks at the update": ({"before": "r.updated <= :before"}, "before.another-time"),
    "after looks at the first step": ({"after": "(SELECT min(s.due) FROM steps s WHERE s.run = r.id) >= :after"}, "after.another-time"),
    "the start is rounded to the second": ({"after": f"(r.start + {SECOND // 2}) / {SECOND} * {SECOND} >= :after", "before": f"(r.start + {SECOND // 2}) / {SECOND} * {SECOND} <= :before"}, "window.start-rounded-to-the-second"),
    "before reaches to the next day": ({"before": f"r.start < :before + {DAY}"}, "before.up-to-a-day-after"),
    "bounds only as a pair": (using(lambda given: [name for name in given if name not in {"before", "after"} or {"before", "after"} <= given.keys()]), "window.only-together"),
    "seconds": ({"time": lambda text: read_time(text) // SECOND * SECOND}, "window.cut-to-the-second"),
    "milliseconds": ({"time": lambda text: read_time(text) // 1000 * 1000}, "window.cut-to-the-millisecond"),
    "rounded milliseconds": ({"time": lambda text: (read_time(text) + 500) // 1000 * 1000}, "window.rounded-to-the-millisecond"),
    "only the date": ({"time": lambda text: read_time(text[:10])}, "window.only-its-date"),
    "a 32-bit number": ({"time": lambda text: (read_time(text) // SECOND + 2**31) % 2**32 * SECOND - 2**31 * SECOND + read_time(text) % SECOND}, "window.32-bit-integer"),
    "offset of a time ignored": ({"time": naive}, "window.offset-ignored"),
    "five and a half hours": ({"time": lambda text: read_time(text) + 5 * DAY // 24 + DAY // 48}, "window.shifted"),
    "no zone is local": ({"time": lambda text: read_time(text) - (2 * DAY // 24) * (len(text) <= 26 and text[-1] not in "Zz" and "+" not in text[10:] and "-" not in text[10:])}, "window.shifted-without-offset"),
    "compared as text": ({"before": "printed(r.start) <= :before", "after": "printed(r.start) >= :after", "time": raw}, "window.compared-as-text"),
    "between needs both": ({"before": "r.start BETWEEN :after AND :before", "after": "r.start BETWEEN :after AND :before"}, "window.one-bound-crashes"),
    "a window of 30 days": ({"after": f"r.start BETWEEN :after AND :after + 30 * {DAY}"}, "after."),
    "nineteen characters": ({"time": lambda text: read_time(text[:19])}, "window.offset-and-fraction-lost"),
    "before is a second late": ({"before": f"r.start <= :before + {SECOND}"}, "before.a-second-later"),
    "a text held against a date": ({"before": "0", "after": "0"}, "window.finds-nothing"),
    "nanoseconds": ({"time": lambda text: ((read_time(text) * 1000 + 2**63) % 2**64 - 2**63) // 1000}, "window.64-bit-nanoseconds"),
    "RFC 3339 only": ({"time": rfc_3339}, "window.not-in-capitals-with-an-offset-is-refused"),
    "after only beside before": (using(lambda given: [name for name in given if name != "after" or "before" in given]), "after.only-beside-before"),
    # the number
    "phone by part": ({"phone": "instr(r.phone, :phone)"}, "phone.substring"),
    "phone by LIKE": ({"phone": "r.phone LIKE '%' || :phone || '%'"}, "phone.like-substring"),
    "phone by prefix": ({"phone": "substr(r.phone, 1, length(:phone)) = :phone"}, "phone.prefix"),
    "phone by suffix": ({"phone": "r.phone LIKE '%' || :phone"}, "phone.like-suffix"),
    "phone by its last seven digits": ({"phone": "substr(r.phone, -7) = substr(:phone, -7)"}, "phone.last-characters"),
    "phone without plus": ({"phone": "ltrim(r.phone, '+') = ltrim(:phone, '+')"}, "phone.without-plus"),
    "phone by its end, without plus": ({"phone": "r.phone LIKE '%' || ltrim(:phone, '+')"}, "phone.suffix-without-plus"),
    "phone as a number": ({"phone": "CAST(r.phone AS INTEGER) = CAST(:phone AS INTEGER)"}, "phone.leading-number"),
    "phone in ten characters": ({"phone": "r.phone = substr(:phone, 1, 12)"}, "phone.cut"),
    "phone by GLOB": ({"phone": "r.phone GLOB :phone"}, "phone.shell-wildcards"),
    "phone always with plus": ({"clean": lambda text: "+" + "".join(text.split()).lstrip("+")}, "phone.plus-added"),
    "phone of one run": ({"phone": "r.id = (SELECT o.id FROM runs o WHERE o.phone = :phone AND o.sequence = :sequence ORDER BY o.start, o.id LIMIT 1)"}, "phone.one-run-each"),
    "phone ignored": (without("phone"), "phone.ignored"),
    "phone keeps its spaces": ({"clean": str}, "phone.spaces-kept"),
    "phone by a join with the steps": ({"phone": "r.phone = :phone AND EXISTS (SELECT 1 FROM steps s WHERE s.run = r.id)"}, "phone.loses-runs-without-steps"),
    "phone of six characters at least": ({"phone": "(length(:phone) < 6 OR r.phone = :phone)"}, "phone.short-means-all"),
    "numbers shown masked": (rendering(contact=lambda row: {"id": row["contact"], "phone": f"{row['phone'][:3]}****{row['phone'][-3:]}"}), "phone.shown-masked"),
    # status and channel
    "status is negated": ({"status": "r.status <> :status"}, "status.inverted"),
    "status is always active": ({"status": "r.status = 'active'"}, "status.always-active"),
    "status in capitals": ({"status": "r.status = upper(:status)"}, "status.finds-nothing"),
    "status worked out from the steps": ({"status": "CASE WHEN EXISTS (SELECT 1 FROM steps s WHERE s.run = r.id) THEN 'finished' ELSE 'active' END = :status"}, "status.derived-from-every-step-if-any"),
    "status ignored": (without("status"), "status.ignored"),
    "channel of the last step": ({"channel": STEP.format("DESC")}, "channel.of-the-"),
    "channel of the first step": ({"channel": STEP.format("ASC")}, "channel.of-the-"),
    "channel of every step": ({"channel": "NOT EXISTS (SELECT 1 FROM steps s WHERE s.run = r.id AND s.channel <> lower(:channel_id))"}, "channel.of-every-step-or-none"),
    "channel or no step": ({"channel": f"({HAS} OR NOT EXISTS (SELECT 1 FROM steps s WHERE s.run = r.id))"}, "channel.or-none"),  # noqa: S608 - the lab's own
    "channel exactly once": ({"channel": "(SELECT count(*) FROM steps s WHERE s.run = r.id AND s.channel = lower(:channel_id)) = 1"}, "channel.only-one"),
    "channel in its letter case": ({"channel": HAS.replace("lower(:channel_id)", ":channel_id")}, "channel.case-matters"),
    "channel ignored": (without("channel_id"), "channel.ignored"),
    "channel of the contact": ({"channel": "r.contact IN (SELECT o.contact FROM runs o JOIN steps s ON s.run = o.id WHERE s.channel = lower(:channel_id) AND o.sequence = :sequence)"}, "channel.of-any-run-of-the-contact"),
    # filters together
    "or": ({"glue": " OR "}, "filters.alternatives"),
    "or without parentheses": ({"glue": " OR ", "where": "{sequence} AND {filters}"}, "filters."),
    "only the last filter": (using(lambda given: list(given)[-1:]), "filters.only-last"),
    "only the first filter": (using(lambda given: list(given)[:1]), "filters.only-first"),
    "status lost beside phone": (beside("status", "phone"), "status.ignored-beside-phone"),
    "before lost beside after": (beside("before", "after"), "before.ignored-beside-after"),
    "channel lost beside before": (beside("channel_id", "before"), "channel.ignored-beside-before"),
    # the page
    "offset is a page": ({"slice": lambda limit, offset: (limit, offset * limit)}, "offset.is-a-page-number"),
    "offset counts from one": ({"slice": lambda limit, offset: (limit, max(0, offset - 1))}, "offset.counts-from-one"),
    "offset ignored": ({"slice": lambda limit, _: (limit, 0)}, "offset.ignored"),
    "offset ignored with status": (asking(lambda given: given | ({"offset": "0"} if given.get("status") and given.get("offset", "").isdecimal() else {})), "offset.ignored-with-status"),
    "offset and limit as texts": ({"slice": lambda limit, offset: (int(f"{offset}{limit}"[:15]) - offset, offset)}, "limit.added-as-text"),
    "limit is the end": ({"slice": lambda limit, offset: (max(0, limit - offset), offset)}, "limit.is-the-end"),
    "one run too many": ({"slice": lambda limit, offset: (limit + 1, offset)}, "limit.plus-1"),
    "at most 25": ({"slice": lambda limit, offset: (min(limit, 25), offset)}, "limit.capped"),
    "always 20": ({"slice": lambda _, offset: (20, offset)}, "limit.ignored"),
    "twenty by default": (number_or(20), "limit.default"),
    "a limit held against a text": ({"number": lambda text, default, least, most: read_number(text, default, least, -1 if most == 500 and text > "500" else most)}, "limit.above-some-as-text-is-refused"),
    "zero is the default": (number_or(50, falsy=True), "limit."),
    "no order": ({"order": "random()"}, "order.none"),
    "no order among ties": ({"order": "r.start, random()"}, "order.ties-are-open"),
    "the order of the steps": ({"order": "CASE WHEN :channel_id = '' THEN r.start END, (SELECT min(s.id) FROM steps s WHERE s.run = r.id AND s.channel = lower(:channel_id)), r.id"}, "order.depends-on-channel_id"),
    "small pages the other way round": ({"order": "CASE WHEN :limit < 20 THEN -r.start ELSE r.start END, r.id"}, "order.depends-on-limit"),
    "nothing beyond 40": ({"page": "LIMIT CASE WHEN :offset > 40 THEN 0 ELSE :limit END OFFSET :offset"}, "offset.nothing-beyond"),
    "the list again after 50": ({"slice": lambda limit, offset: (limit, offset % 50)}, "offset.begins-again-at-some"),
    "later pages one short": ({"slice": lambda limit, offset: (limit - (offset > 0 and limit > 1), offset)}, "limit.minus-1-later"),
    "a last page that is full": (asking(moved_back), "offset.moved-back"),
    "no pages of what is filtered": (asking(all_that_match), "limit.and-offset-ignored-with-filters"),
    "the status after the page": (status_last(), "status.after-the-page"),
    "the first of two": (first_of_each(), "parameters.first-one-counts"),
    # the total
    "total is the page": ({"total": lambda _total, _limit, _offset, length: length}, "total.of-the-page"),
    "total is what is left": ({"total": lambda total, _limit, offset, _length: max(0, total - offset)}, "total.of-what-is-left"),
    "total of a window function": ({"total": lambda total, _limit, _offset, length: total if length else 0}, "total.none-past-the-end"),
    "total without filters": ({"counted": lambda _: []}, "total.ignores-the-filters"),
    "total without the window": ({"counted": lambda given: given.keys() - {"before", "after"}}, "total.ignores-before-and-after"),
    "total of contacts": ({"count": "SELECT count(DISTINCT r.contact) FROM {rows} WHERE {where}"}, "total.distinct-by-contact"),
    "total of joined steps": ({"count": "SELECT count(*) FROM runs r LEFT JOIN steps j ON j.run = r.id WHERE {where}"}, "total.of-step-contacts"),
    "total of steps": ({"count": "SELECT count(*) FROM runs r JOIN steps j ON j.run = r.id WHERE {where}"}, "total.of-step-contacts-only"),
    "total up to 50": ({"total": lambda total, *_: min(total, 50)}, "total.capped"),
    "total twice": ({"total": lambda total, *_: 2 * total}, "total.multiplied"),
    "total on the first page only": ({"total": lambda total, _limit, offset, _length: 0 if offset else total}, "total.zero-on-later-pages"),
    "everything joined": ({"rows": "runs r LEFT JOIN steps j ON j.run = r.id"}, "list.join-repeats-runs"),
    "channel by a join": ({"rows": "runs r LEFT JOIN steps j ON j.run = r.id AND j.channel = lower(:channel_id)", "channel": "j.id IS NOT NULL"}, "channel.join-repeats-runs"),
    # what is shown, who may, and the rest
    "start shown in seconds": (rendering(created_at=lambda row: write_time(row["start"])[:19] + "Z"), "start.cut-to-the-second"),
    "statuses in capitals": (rendering(status=lambda row: row["status"].upper()), "run.status-other"),
    "the id of the contact": (rendering(id=lambda row: row["contact"]), "run.id-is-not-its-own"),
    "total as text": ({"envelope": lambda runs, total: {"data": runs, "total": str(total)}}, "total."),
    "runs, not data": ({"envelope": lambda runs, total: {"runs": runs, "total": total}}, "answer.data-missing"),
    "one error message": ({"error": lambda status, text: {"error": text, "status": status}}, "error.errors-missing"),
    "errors without status": ({"error": lambda status, text: {"errors": error_of(status, text)["errors"]}}, "error.status-missing"),
    "any key": ({"lets_in": bool}, "auth.any-key-accepted"),
    "no key": ({"lets_in": lambda _: True}, "auth.no-key-needed"),
    "every sequence": ({"sequence": "1"}, "sequence.ignored"),
    "unknown sequences are empty": ({"unknown": 200, "error": lambda status, text: error_of(status, text) if status != 200 else {"data": [], "total": 0}}, "sequence."),
    "unknown sequences crash": ({"unknown": 500}, "sequence."),
    "bad dates crash": ({"time": lambda text: read_time(text) if len(text) > 3 and text[3].isdecimal() else 1 // 0}, "window."),
    "a list that is a default argument": (adding_up(), "list.adds-up"),
    "a cache without offset": (caching("offset"), "cache.forgets-offset"),
    "a cache without status": (caching("status"), "cache.forgets-status"),
    "a cache without the query": (caching("limit", "offset", "phone", "status", "channel_id", "before", "after"), "cache.forgets-the-query"),
}  # fmt: skip
"""By its description: the lines that are wrong, and how the id of its cause begins."""
