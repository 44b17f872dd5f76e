"""The filters of the journal."""

from __future__ import annotations

from typing import TYPE_CHECKING

from seqruns_mock.core.refusal import Refusal, quote

if TYPE_CHECKING:
    from collections.abc import Iterable

    from werkzeug.datastructures import MultiDict

    from seqruns_mock.http.journal import Entry

FILTERS = ("method", "path", "sequence_id", "status", "after", "limit", "parameter")


def filter_entries(entries: Iterable[Entry], filters: MultiDict[str, str]) -> list[Entry]:
    """Return the entries that pass every filter, oldest first. Raises Refusal 422 for an unknown filter."""
    unknown = [name for name in filters if name not in FILTERS]
    if unknown:
        raise Refusal(422, f"{quote(unknown[0])} is not a filter of the journal; those are {', '.join(FILTERS)}.")
    _number(filters, "status", None)
    after, limit = _number(filters, "after", 0), _number(filters, "limit", None)
    wanted = [entry for entry in entries if entry.id > (after or 0) and _matches(entry, filters)]
    return wanted if limit is None else wanted[len(wanted) - min(limit, len(wanted)) :]


def _matches(entry: Entry, filters: MultiDict[str, str]) -> bool:
    return (
        filters.get("method", entry.method).upper() == entry.method
        and filters.get("path", entry.path) == entry.path
        and filters.get("sequence_id", entry.sequence_id) == entry.sequence_id
        and filters.get("status", str(entry.status)) == str(entry.status)
        and all(_has(entry, wanted) for wanted in filters.getlist("parameter"))
    )


def _has(entry: Entry, wanted: str) -> bool:
    """Return whether a request had a parameter, written `NAME` or `NAME:VALUE`."""
    name, colon, value = wanted.partition(":")
    parameters = entry.parameters
    return name in parameters and (not colon or parameters[name] == value)


def _number(filters: MultiDict[str, str], name: str, default: int | None) -> int | None:
    text = filters.get(name)
    if text is None:
        return default
    if not (text.isascii() and text.isdecimal() and len(text) < 19):
        raise Refusal(422, f"{name}: {quote(text)} is not a whole number from 0 up.")
    return int(text)
