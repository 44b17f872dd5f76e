"""The filters of the journal."""

from __future__ import annotations

from typing import TYPE_CHECKING

from seqruns_mock.core.refusal import Refusal, quote

if TYPE_CHECKING:
    from collections.abc import Iterable

    from werkzeug.datastructures import MultiDict

    from seqruns_mock.http.journal import Entry

FILTERS = ("method", "path", "sequence_id", "status", "after", "limit", "parameter")


def filter_entries(entries: Iterable[Entry], filters: MultiDict[str, str], *, paged: bool = True) -> list[Entry]:
    """Return the entries that pass every filter, oldest first; of those the latest, where `paged` and `limit` is given.

    Of a filter that is repeated each value passes, but of `parameter`, where all must. Raises Refusal 422 for an
    unknown filter.
    """
    unknown = [name for name in filters if name not in FILTERS]
    if unknown:
        raise Refusal(422, f"{quote(unknown[0])} is not a filter of the journal; those are {', '.join(FILTERS)}.")
    for status in filters.getlist("status"):
        _read_number(status, "status")
    after, limit = read_number(filters, "after", 0), read_number(filters, "limit", None)
    wanted = [entry for entry in entries if entry.id > (after or 0) and _matches(entry, filters)]
    # The latest ones; with a limit of 0 a slice from -0 would be all of them.
    return wanted if limit is None or not paged else wanted[len(wanted) - min(limit, len(wanted)) :]


def _matches(entry: Entry, filters: MultiDict[str, str]) -> bool:
    return (
        _is_wanted(filters, "method", entry.method.upper())
        and _is_wanted(filters, "path", entry.path)
        and _is_wanted(filters, "sequence_id", entry.sequence_id)
        and _is_wanted(filters, "status", str(entry.status))
        and all(_has(entry, wanted) for wanted in filters.getlist("parameter"))
    )


def _has(entry: Entry, wanted: str) -> bool:
    """Return whether a request had a parameter, written `NAME` or `NAME:VALUE`."""
    name, colon, value = wanted.partition(":")
    parameters = entry.parameters
    return name in parameters and (not colon or parameters[name] == value)


def _is_wanted(filters: MultiDict[str, str], name: str, value: str | None) -> bool:
    wanted = filters.getlist(name)
    if name == "method":
        wanted = [each.upper() for each in wanted]
    return not wanted or value in wanted


def read_number(filters: MultiDict[str, str], name: str, default: int | None) -> int | None:
    """Return the number of a filter, or the default where it is not given. Raises Refusal 422."""
    text = filters.get(name)
    return default if text is None else _read_number(text, name)


def _read_number(text: str, name: str) -> int:
    # So many digits fit into 64 bits; Python refuses to read very long numbers at all.
    if not (text.isascii() and text.isdecimal() and len(text) < 19):
        raise Refusal(422, f"{name}: {quote(text)} is not a whole number from 0 up.")
    return int(text)
