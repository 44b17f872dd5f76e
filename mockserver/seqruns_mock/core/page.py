"""The page: the JSON body of a 200."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from seqruns_mock.core.store import RunStore, Selection


def render_page(store: RunStore, selection: Selection) -> bytes:
    """Return `{"data": [SequenceRun, …], "total": …}` [vendor], joined from the runs' own JSON."""
    return b'{"data":[%b],"total":%d}' % (b",".join(map(store.run_json, selection.rows)), selection.total)
