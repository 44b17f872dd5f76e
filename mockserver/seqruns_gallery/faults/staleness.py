"""Answers from elsewhere: caches that mix up questions, and replicas that lag behind."""

from __future__ import annotations

from itertools import count
from typing import TYPE_CHECKING

from seqruns_gallery.building.exhibit import fault, stepping
from seqruns_gallery.building.listing import rows_of_store
from seqruns_gallery.building.wrapping import caching
from seqruns_mock.core.columns import columns_of
from seqruns_mock.core.store import RunStore

if TYPE_CHECKING:
    from collections.abc import Hashable, Mapping

    from werkzeug.wrappers import Request

    from seqruns_gallery.building.exhibit import Fault
    from seqruns_mock.http.pipeline import Mock


KEY_LENGTH = 40
"""How much of a query string the key of a cache holds."""


def credentials(request: Request) -> Hashable:
    """Return what tells who asks."""
    return request.headers.get("X-WHIPPY-KEY"), request.headers.get("Authorization")


def parameters(request: Request, *forgotten: str) -> Hashable:
    """Return the parameters of a request, whatever their order, without the forgotten ones."""
    return frozenset((name, text) for name, text in request.args.items() if name not in forgotten)


def forgetting(parameter: str, name: str) -> Fault:
    """Return the fault of a cache whose key is put together by hand and lacks one parameter."""
    return fault(
        f"cache-forgets-{name}",
        f"The cache's key has no `{parameter}`: the first answer goes to all.",
        wrap=caching(lambda request: (request.path, credentials(request), parameters(request, parameter))),
    )


BEHIND = 3
"""How many of the newest runs a replica lacks."""


def lagging(mock: Mock) -> Mock:
    """Return a mock of two servers in turn, of which the second has not yet got the newest runs."""
    turns = count()
    replicas: dict[RunStore, RunStore] = {}

    def find(stores: Mapping[str, RunStore], sequence_id: str) -> RunStore:
        store = mock.pipeline.find(stores, sequence_id)
        if next(turns) % 2 == 0:
            return store
        if store not in replicas:
            replicas[store] = RunStore(columns_of([run for _, run in rows_of_store(store)[BEHIND:]]))
        return replicas[store]

    return stepping(find=find)(mock)


FAULTS: tuple[Fault, ...] = (
    forgetting("limit", "limit"),
    forgetting("offset", "offset"),
    forgetting("phone", "phone"),
    forgetting("status", "status"),
    forgetting("channel_id", "channel"),
    forgetting("before", "before"),
    forgetting("after", "after"),
    fault(
        "cache-forgets-the-sequence",
        "The cache's key has the query string only.",
        wrap=caching(lambda request: (credentials(request), parameters(request))),
    ),
    fault(
        "cache-forgets-the-key",
        "The cache is in front of the authentication: who has no key gets what somebody else has asked.",
        wrap=caching(lambda request: (request.path, parameters(request))),
    ),
    fault(
        "cache-keeps-refusals",
        "The cache in front of the authentication keeps 401s only: who has the key gets what somebody without it got.",
        wrap=caching(lambda request: (request.path, parameters(request)), status=401),
    ),
    fault(
        "cache-cuts-its-keys",
        "The cache's key is the beginning of the query string.",
        wrap=caching(lambda request: (request.path, credentials(request), request.query_string[:KEY_LENGTH])),
    ),
    fault(
        "cache-ignores-case-and-signs",
        "The cache's key is made a file name: signs are dropped, so +1360… and 1360… are one.",
        wrap=caching(
            lambda request: (
                request.path,
                credentials(request),
                "".join(filter(str.isalnum, repr(sorted(request.args.items())).lower())),
            )
        ),
    ),
    fault("replica-is-behind", "Every second request is answered by a replica that lacks the newest runs.", lagging),
)
