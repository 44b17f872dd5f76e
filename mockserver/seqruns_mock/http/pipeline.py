"""The pipeline of an answer: a frozen record of functions, of which a fault replaces some."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from seqruns_mock.core.query import parse_query
from seqruns_mock.core.refusal import Refusal, quote, render_refusal
from seqruns_mock.core.store import RunStore
from seqruns_mock.http.authentication import authenticate

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Mapping

    from seqruns_mock.core.query import RunQuery
    from seqruns_mock.core.store import Selection


def find(stores: Mapping[str, RunStore], sequence_id: str) -> RunStore:
    """Return the runs of a sequence, found by its exact id. Raises Refusal 404 [decision]."""
    try:
        return stores[sequence_id]
    except KeyError:
        known = ", ".join(list(stores)[:10]) or "none"
        raise Refusal(404, f"There is no sequence {quote(sequence_id)}. Known here: {known}.") from None


def render_page(store: RunStore, selection: Selection) -> bytes:
    """Return `{"data": [SequenceRun, …], "total": …}` [vendor], joined from the runs' own JSON."""
    return b'{"data":[%b],"total":%d}' % (b",".join(map(store.run_json, selection.rows)), selection.total)


@dataclass(frozen=True, slots=True, kw_only=True)
class Pipeline:
    """What happens to a request, in this order; a function that raises Refusal ends it with `refuse`.

    A fault or a lawful variant of the contract is `dataclasses.replace(DEFAULT, select=…)` or a function around the
    handler, so it costs the default pipeline nothing.
    """

    authenticate: Callable[[Mapping[str, Any], Collection[str]], str]
    """The WSGI environ and the accepted keys; returns the key, or refuses."""
    find: Callable[[Mapping[str, RunStore], str], RunStore]
    """The stores and a sequence id; returns the runs of that sequence, or refuses."""
    parse: Callable[[str], RunQuery]
    """The raw query string; returns the query, or refuses."""
    select: Callable[[RunStore, RunQuery], Selection]
    render: Callable[[RunStore, Selection], bytes]
    """The body of the 200."""
    refuse: Callable[[Refusal], bytes]
    """The body of any other answer."""


DEFAULT: Final = Pipeline(
    authenticate=authenticate,
    find=find,
    parse=parse_query,
    select=RunStore.select,
    render=render_page,
    refuse=render_refusal,
)
"""The contract."""
