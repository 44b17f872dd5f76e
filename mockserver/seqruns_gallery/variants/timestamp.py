"""How instants are written and held."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

from seqruns_gallery.building.exhibit import variant
from seqruns_gallery.building.listing import rows_of_store
from seqruns_gallery.building.showing import showing
from seqruns_mock.core.columns import columns_of
from seqruns_mock.core.store import RunStore

if TYPE_CHECKING:
    from collections.abc import Callable

    from seqruns_gallery.building.exhibit import Change, Variant
    from seqruns_gallery.building.showing import Run
    from seqruns_mock.http.pipeline import Mock

TIMES = frozenset({"created_at", "updated_at", "scheduled_at"})


def retimed(value: Any, write: Callable[[str], str]) -> Any:
    """Return JSON with every instant in it written otherwise."""
    if isinstance(value, list):
        return [retimed(item, write) for item in value]
    if isinstance(value, dict):
        return {name: write(item) if name in TIMES and item else retimed(item, write) for name, item in value.items()}
    return value


def holding(write: Callable[[str], str]) -> Change:
    """Return the change to data whose instants are held as `write` leaves them."""

    def held(store: RunStore) -> RunStore:
        runs = [retimed(run, write) for _, run in rows_of_store(store)]
        return RunStore(columns_of(runs))

    def change(mock: Mock) -> Mock:
        return replace(mock, stores={id_: held(store) for id_, store in mock.stores.items()})

    return change


def published(run: Run) -> Run:
    """Return a run as the real service publishes it: no offsets, and step contacts without channel and time."""
    steps = [
        {name: value for name, value in step.items() if name not in {"channel_id", "scheduled_at"}}
        for step in run["step_contacts"]
    ]
    shown: Run = retimed({**run, "step_contacts": steps}, lambda text: text[:19])
    return shown


def as_published(mock: Mock) -> Mock:
    """Return a mock that holds times in whole seconds, and shows its runs as the real service publishes them."""
    return showing(published)(holding(lambda text: text[:19] + "Z")(mock))


VARIANTS: tuple[Variant, ...] = (
    variant("times-with-zero-offset", "Times end in +00:00, not in Z.", dialect={"answer.zone": "+00:00"}),
    variant("times-in-india", "Times are written at +05:30.", dialect={"answer.zone": "+05:30"}),
    variant("times-in-newfoundland", "Times are written at -03:30.", dialect={"answer.zone": "-03:30"}),
    variant(
        "times-without-offset", "Times are written without an offset; they are UTC.", dialect={"answer.zone": "none"}
    ),
    variant(
        "times-as-in-postgresql",
        "Times are written 2024-03-04 09:15:27.481516+00.",
        dialect={"answer.separator": "space", "answer.zone": "+00"},
    ),
    variant("times-in-nanoseconds", "Times are written with nine digits.", dialect={"answer.digits": 9}),
    variant(
        "times-without-trailing-zeros",
        "Fractions are as long as need be, or left out.",
        dialect={"answer.digits": "shortest"},
    ),
    variant(
        "times-in-milliseconds", "Times are held and written in milliseconds.", holding(lambda text: text[:23] + "Z")
    ),
    variant("times-in-seconds", "Times are held and written in seconds.", holding(lambda text: text[:19] + "Z")),
    variant(
        "as-published",
        "Times have whole seconds and no offset, and step contacts show neither channel nor time.",
        as_published,
    ),
    variant(
        "start-has-another-name",
        "The start is called `started_at`; there is no `created_at`.",
        dialect={"roles.start_time": "/started_at"},
        roles={"start_time": "/started_at"},
    ),
)
