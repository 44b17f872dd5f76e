"""How instants are written and held."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta, timezone
from typing import TYPE_CHECKING, Any

from seqruns_gallery.building.exhibit import variant
from seqruns_gallery.building.listing import instant, rows_of_store
from seqruns_gallery.building.showing import showing
from seqruns_gallery.building.spelling import moment
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


def writing(write: Callable[[str], str]) -> Change:
    """Return the change that writes every instant otherwise, and holds it as ever."""
    return showing(lambda run: retimed(run, write))


def holding(write: Callable[[str], str]) -> Change:
    """Return the change to data whose instants are held as `write` leaves them."""

    def held(store: RunStore) -> RunStore:
        runs = [retimed(run, write) for _, run in rows_of_store(store)]
        return RunStore(columns_of(runs))

    def change(mock: Mock) -> Mock:
        return replace(mock, stores={id_: held(store) for id_, store in mock.stores.items()})

    return change


def at(hours: int, minutes: int) -> Change:
    """Return the change that writes every instant with an offset from UTC."""
    zone = timezone(timedelta(hours=hours, minutes=minutes))
    return writing(lambda text: moment(instant(text)).astimezone(zone).isoformat(timespec="microseconds"))


def renamed(run: Run) -> Run:
    """Return a run whose start has another name."""
    return {"started_at" if name == "created_at" else name: value for name, value in run.items()}


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
    variant("times-with-zero-offset", "Times end in +00:00, not in Z.", writing(lambda text: text[:-1] + "+00:00")),
    variant("times-in-india", "Times are written at +05:30.", at(5, 30)),
    variant("times-in-newfoundland", "Times are written at -03:30.", at(-4, 30)),
    variant(
        "times-without-offset", "Times are written without an offset; they are UTC.", writing(lambda text: text[:-1])
    ),
    variant(
        "times-as-in-postgresql",
        "Times are written 2024-03-04 09:15:27.481516+00.",
        writing(lambda text: text[:-1].replace("T", " ") + "+00"),
    ),
    variant("times-in-nanoseconds", "Times are written with nine digits.", writing(lambda text: text[:-1] + "000Z")),
    variant(
        "times-without-trailing-zeros",
        "Fractions are as long as need be, or left out.",
        writing(lambda text: text[:-1].rstrip("0").rstrip(".") + "Z"),
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
        showing(renamed),
        roles={"start_time": "/started_at"},
    ),
)
