"""Hints: why an answer may surprise the client."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from seqruns_mock.core.query import LOST_PLUS, RunQuery
from seqruns_mock.http.authentication import KEY_HEADER, KEY_VARIABLE, UNDERSCORED
from seqruns_mock.http.redaction import header_name, headers_of

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from seqruns_mock.core.store import RunStore, Selection


def find_hints(store: RunStore, query: RunQuery, selection: Selection) -> tuple[str, ...]:
    """Return the hints for a 200: the notes of the query, and why an empty page is empty."""
    if selection.rows:
        return query.notes
    return (*query.notes, *_why_empty(store, query, selection.total))


def find_hint_on_key(environ: Mapping[str, Any]) -> str:
    """Return the hint for a 401."""
    # `Authorization: abc123`. Without the header the default has a space, so this does not apply.
    if KEY_VARIABLE not in environ and " " not in environ.get("HTTP_AUTHORIZATION", " "):
        return "Authorization names a scheme before the key; send it as Authorization: Bearer KEY"
    if KEY_VARIABLE in environ or "HTTP_AUTHORIZATION" in environ:
        return "the key that was sent is not one of this mock's; its console names one"
    if UNDERSCORED in environ:
        return f"a header whose name has underscores is no {KEY_HEADER}; write it with hyphens"
    for name in headers_of(environ):
        if name.endswith(("KEY", "TOKEN")):
            return f"{header_name(name)[:60]} is not read as a key; put it into the header {KEY_HEADER}"
    return f"no key was sent; put it into the header {KEY_HEADER}, or send it as Authorization: Bearer"


def _why_empty(store: RunStore, query: RunQuery, total: int) -> Iterator[str]:
    if not len(store):
        yield "this sequence has no runs"
    elif 0 < total <= query.offset:
        yield f"offset {query.offset} is past the last of {total} matching runs"
    elif query.before is not None and query.after is not None and query.before < query.after:
        yield "before is earlier than after, so no run can match both"
    elif not total:
        yield from _why_none_match(store, query)


def _why_none_match(store: RunStore, query: RunQuery) -> Iterator[str]:
    if query.phone is not None and not _count(store, phone=query.phone):
        # One filter after the other, the one that most clients get wrong first; the first that nothing matches is the
        # reason.
        yield "no run has this phone" + _other_spelling(store, query)
    elif query.channel_id is not None and not _count(store, channel_id=query.channel_id):
        yield "no run has a step contact with this channel"
    elif not _count(store, before=query.before, after=query.after):
        # Rows are newest first.
        last, first = (store.run(row)["created_at"] for row in (0, len(store) - 1))
        yield f"no run started then; those of this sequence started from {first} to {last}"
    elif query.status is not None and not _count(store, status=query.status):
        yield "no run has this status"
    else:
        filters = {name: value for name in _FILTERS if (value := getattr(query, name)) is not None}
        alone = ", ".join(f"{name} {_count(store, **{name: value})}" for name, value in filters.items())
        yield f"no run matches all filters; each alone matches: {alone}"


def _other_spelling(store: RunStore, query: RunQuery) -> str:
    """Return, in words, another spelling of the phone that some run has; empty for none."""
    phone = query.phone or ""
    other = phone.removeprefix("+") if phone.startswith("+") else f"+{phone}"
    count = _count(store, phone=other)
    if count:
        # A note has already named a plus that was lost on the way.
        said = any(LOST_PLUS in note for note in query.notes)
        meant = "" if phone.startswith("+") or said else ": was a + meant, which is written %2B?"
        return f"; {count} {'run has' if count == 1 else 'runs have'} {ascii(other)[1:-1]}{meant}"
    if "%" in phone:
        return "; it looks percent-encoded twice"
    digits = _digits(phone)
    near = next((each for each in store.phones if digits in _digits(each)), "") if len(digits) >= _ENOUGH else ""
    return near and f"; {ascii(near)[1:-1]} is near, but a number must be all there and as it is written"


def _digits(phone: str) -> str:
    return "".join(filter(str.isdigit, phone))


def _count(store: RunStore, **filters: Any) -> int:
    return store.select(RunQuery(limit=1, **filters)).total


_ENOUGH = 6
"""Digits that two numbers must share to be alike by more than chance."""
_FILTERS = ("phone", "status", "channel_id", "before", "after")
