"""The contract document as a mock serves it: with its own address, and examples that find what it serves."""

from __future__ import annotations

from itertools import chain, islice
from math import ceil, floor
from typing import TYPE_CHECKING, Any, Final

from seqruns.document import load_document
from seqruns.instant import parse_instant, render_instant
from seqruns_mock.core.columns import phone_of, start_of

if TYPE_CHECKING:
    from collections.abc import Mapping

    from seqruns_fixtures.model import SequenceRun
    from seqruns_mock.core.store import RunStore

_MOST_SEARCHED: Final = 1_000
"""Runs that are searched for one with a number and a channel."""
_FIRST, _LAST = (parse_instant(text) for text in ("0001-01-01T00:00:00Z", "9999-12-31T23:59:59.999999Z"))


def served_document(base_url: str, stores: Mapping[str, RunStore], *, has_key: bool) -> dict[str, Any]:
    """Return the document with `base_url` as its only server.

    Tools fill the examples into all parameters at once, so they describe one run that is served: sent together they
    find it. Without a key the number of a real contact is left out: its example is empty, which filters
    nothing.
    """
    document = load_document(server=base_url)
    # The first one that has runs; where none has any, at least one that is known, and no 404.
    sequence_id = next((name for name, store in stores.items() if len(store)), next(iter(stores), None))
    if sequence_id is not None:
        store = stores[sequence_id]
        examples = {"sequence_id": sequence_id, **(_examples(store, has_key=has_key) if len(store) else {})}
        for parameter in document["components"]["parameters"].values():
            parameter["example"] = examples.get(parameter["name"], parameter["example"])
    return document


def _examples(store: RunStore, *, has_key: bool) -> dict[str, str]:
    row = _row_of_example(store)
    run = store.run(row)
    return {
        "phone": phone_of(run) if has_key or store.is_generated(row) else "",
        "status": run["status"],
        "channel_id": _channel_of(run),
        # Rounded outwards, where a start has nanoseconds: an example must find its run.
        "before": _rfc_3339(ceil(start_of(store.run(0)))),
        "after": _rfc_3339(floor(start_of(run))),
    }


def _row_of_example(store: RunStore) -> int:
    """Return the row of a run whose contact has a number, with its plus, and of which a step contact has a channel.

    The search starts in the middle, so that `after` its start selects a part. Without success a number without a plus
    will do, then the middle run.
    """
    middle = len(store) // 2
    second_best = None
    for row in islice(chain(range(middle, len(store)), range(middle)), _MOST_SEARCHED):
        run = store.run(row)
        if phone_of(run) and _channel_of(run):
            # Readers learn from an example, and `3603094336` is a hard case of the data.
            if phone_of(run).startswith("+"):
                return row
            second_best = row if second_best is None else second_best
    return middle if second_best is None else second_best


def _channel_of(run: SequenceRun) -> str:
    """Return the first channel of the step contacts, as it is written; empty for none."""
    return next((channel for step in run.get("step_contacts", ()) if (channel := step.get("channel_id"))), "")


def _rfc_3339(instant: int) -> str:
    """Return an instant as text, moved into the years of RFC 3339, which offsets lead some hours beyond."""
    return render_instant(min(max(instant, _FIRST), _LAST))
