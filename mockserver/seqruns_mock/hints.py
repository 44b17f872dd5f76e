"""Hints: why an answer is not what its asker may have hoped for."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

from seqruns_mock.authentication import KEY_HEADER, KEY_VARIABLE, UNDERSCORED
from seqruns_mock.query import RunQuery

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from seqruns_mock.store import RunStore, Selection


def hints_on(store: RunStore, query: RunQuery, selection: Selection) -> tuple[str, ...]:
    """Return what to say about a 200: the notes of the query, and why its page is empty where it is."""
    if selection.rows:
        return query.notes
    return (*query.notes, *_why_empty(store, query, selection.total))


def hint_on_key(environ: Mapping[str, Any]) -> str:
    """Return what to say about a 401."""
    if KEY_VARIABLE in environ or "HTTP_AUTHORIZATION" in environ:
        return "the key that was sent is none of this mock's; its console names one"
    if UNDERSCORED in environ:
        return f"a header whose name has underscores is no {KEY_HEADER}; write it with hyphens"
    return f"no key was sent; put it into the header {KEY_HEADER}, or send it as Authorization: Bearer"


def _why_empty(store: RunStore, query: RunQuery, total: int) -> Iterator[str]:
    if not len(store):
        yield "this sequence has no runs"
    elif total:
        yield f"offset {query.offset} is past the last of {total} matching runs"
    elif query.before is not None and query.after is not None and query.before < query.after:
        yield "before is earlier than after, so no run can match both"
    else:
        yield from _why_none_match(store, query)


def _why_none_match(store: RunStore, query: RunQuery) -> Iterator[str]:
    if query.phone is not None and not _count(store, phone=query.phone):
        yield "no run has this phone" + _other_spelling(store, query.phone)
    elif query.channel_id is not None and not _count(store, channel_id=query.channel_id):
        yield "no run has a step contact with this channel"
    else:
        given = {name: value for name in _FILTERS if (value := getattr(query, name)) is not None}
        alone = ", ".join(f"{name} {_count(store, **{name: value})}" for name, value in given.items())
        yield f"no run matches all filters; each alone matches: {alone}"


def _other_spelling(store: RunStore, phone: str) -> str:
    other = phone.removeprefix("+") if phone.startswith("+") else f"+{phone}"
    count = _count(store, phone=other)
    if not count:
        return ""
    meant = "" if phone.startswith("+") else ": was a + meant, which is written %2B?"
    return f"; {count} have {ascii(other)[1:-1]}{meant}"


def _count(store: RunStore, **filters: Any) -> int:
    return store.select(replace(_EVERYTHING, **filters)).total


_EVERYTHING = RunQuery(limit=1)
_FILTERS = ("phone", "status", "channel_id", "before", "after")
