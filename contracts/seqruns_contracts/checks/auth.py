"""Authentication: the key is needed, and only the right one opens."""

from __future__ import annotations

import uuid
from typing import TYPE_CHECKING

from seqruns.document import facts
from seqruns_contracts.checks.expectations import has_status
from seqruns_contracts.checks.kinds import Ask, Probe, View, check
from seqruns_contracts.model.query import Query

if TYPE_CHECKING:
    from collections.abc import Iterator

NOT_AUTHENTICATED = has_status(401)


def _with(view: View, *credentials: tuple[str, str]) -> Iterator[Probe]:
    """Yield the probes that send other credentials; without any, also with filters."""
    values = {"phone": view.census.phones, "status": view.census.statuses}
    filtered = Query.of({name: next(iter(counts), None) for name, counts in values.items()})
    for query in [Query()] if credentials else [Query(), filtered]:
        yield Probe(asks=(Ask(query=query, credentials=credentials),), judge=NOT_AUTHENTICATED)


@check("auth.key-is-required", "Without a key the answer is 401.", clauses=["auth.required"], needs="nothing")
def key_is_required(view: View) -> Iterator[Probe]:
    """Ask with no key, also for what was answered before, and with an empty key and token."""
    yield from _with(view)
    yield from _with(view, (facts().key_header, ""), ("Authorization", "Bearer"))


@check(
    "auth.wrong-key-is-refused",
    "With a wrong key the answer is 401.",
    clauses=["auth.wrong"],
    needs="nothing",
)
def wrong_key(view: View) -> Iterator[Probe]:
    """Ask with a made-up key, with keys close to the right one, and with a made-up token."""
    made_up = uuid.UUID(int=view.random("key").getrandbits(128), version=4).hex
    yield from _with(view, (facts().key_header, made_up))
    yield from _with(view, ("Authorization", f"Bearer {made_up}"))
    if view.key and len(view.key) > 1:
        yield from _with(view, (facts().key_header, view.key[:-1]))
        yield from _with(view, (facts().key_header, f"{view.key}x"))
        if view.key.swapcase() != view.key:
            yield from _with(view, (facts().key_header, view.key.swapcase()))
