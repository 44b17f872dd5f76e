"""The pipeline of an answer: a frozen record of functions, of which a fault replaces some."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Final

from seqruns_mock.core.query import parse_query
from seqruns_mock.core.refusal import Refusal, quote, render_refusal
from seqruns_mock.core.store import RunStore
from seqruns_mock.http.authentication import authenticate
from seqruns_mock.http.rate_limit import RateLimiter

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Mapping

    from seqruns_mock.core.query import RunQuery
    from seqruns_mock.core.store import Selection


def receive(mock: Mock, environ: Mapping[str, Any], sequence_id: str) -> tuple[RunStore, RunQuery]:
    """Return what is asked of which runs. Raises Refusal, in this precedence: 401, 429, 404, 422 [decision]."""
    pipeline = mock.pipeline
    # A 401 is raised before anything is counted: it does not count towards the rate (contract.md, "Settled").
    mock.limiter.admit(pipeline.authenticate(environ, mock.keys))
    return pipeline.find(mock.stores, sequence_id), pipeline.parse(environ["QUERY_STRING"])


def find(stores: Mapping[str, RunStore], sequence_id: str) -> RunStore:
    """Return the runs of a sequence, found by its exact id. Raises Refusal 404 [decision]."""
    try:
        return stores[sequence_id]
    except KeyError:
        known = ", ".join(list(stores)[:10]) or "none"
        raise Refusal(404, f"There is no sequence {quote(sequence_id)}. Known here: {known}.") from None


def render_page(store: RunStore, selection: Selection) -> bytes:
    """Return `{"data": [SequenceRun, …], "total": …}` [vendor], joined from the runs' own JSON."""
    # From each run's own JSON, which the store makes once and keeps: a page is only joined.
    return b'{"data":[%b],"total":%d}' % (b",".join(map(store.run_json, selection.rows)), selection.total)


@dataclass(frozen=True, slots=True, kw_only=True)
class Pipeline:
    """What happens to a request, in this order; a function that raises Refusal ends it with `refuse`.

    A fault or a lawful variant of the contract is `dataclasses.replace(DEFAULT, select=…)` or a function around the
    handler, so it costs the default pipeline nothing.
    """

    receive: Callable[[Mock, Mapping[str, Any], str], tuple[RunStore, RunQuery]]
    """The mock, the WSGI environ and a sequence id; calls the next three, and decides which of them refuses first."""
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
    receive=receive,
    authenticate=authenticate,
    find=find,
    parse=parse_query,
    select=RunStore.select,
    render=render_page,
    refuse=render_refusal,
)
"""The contract."""


@dataclass(slots=True, kw_only=True)
class Mock:
    """What the endpoint serves; each request reads it again, so it may change between two requests."""

    stores: Mapping[str, RunStore]
    """The runs of each known sequence, by its id."""
    keys: Collection[str]
    pipeline: Pipeline = DEFAULT
    limiter: RateLimiter = field(default_factory=RateLimiter)
