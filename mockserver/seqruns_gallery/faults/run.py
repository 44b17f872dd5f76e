"""How a run looks: fields that are missing, null or of a wrong type, and times that are not those compared."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from seqruns_gallery.building.exhibit import assumed, fault
from seqruns_gallery.building.listing import instant
from seqruns_gallery.building.moving import HOUR, SECOND, floor_to
from seqruns_gallery.building.showing import showing, showing_by_query, spoiling
from seqruns_gallery.building.spelling import spell

if TYPE_CHECKING:
    from collections.abc import Callable

    from seqruns_gallery.building.exhibit import Fault
    from seqruns_gallery.building.showing import Run
    from seqruns_mock.core.query import RunQuery


def put(**fields: Any) -> Callable[[Run], Run]:
    """Return what gives a run other values in some fields."""
    return lambda run: {**run, **fields}


def left_out(*names: str) -> Callable[[Run], Run]:
    """Return what takes fields out of a run."""
    return lambda run: {name: value for name, value in run.items() if name not in names}


def mapped(name: str, change: Callable[[Any], Any]) -> Callable[[Run], Run]:
    """Return what changes the value of a field of a run."""
    return lambda run: {**run, name: change(run[name])}


def just_updated(run: Run) -> Run:
    """Return a run whose time of its last update is that of the answer."""
    return {**run, "updated_at": datetime.now(UTC).isoformat()}


def formatted(held: Run) -> Run:
    """Return a contact whose number is shown for reading."""
    phone = held["phone"]
    return {**held, "phone": f"{phone[:2]} {phone[2:5]} {phone[5:8]} {phone[8:]}"}


def without_steps(run: Run, query: RunQuery) -> Run:
    """Return a run without step contacts, on later pages."""
    return {**run, "step_contacts": []} if query.offset else run


def step(**fields: Any) -> Callable[[Run], Run]:
    """Return what gives the first step contact of a run other values in some fields."""
    return mapped("step_contacts", lambda steps: [{**held, **fields} for held in steps[:1]] + steps[1:])


def moved(run: Run) -> Run:
    """Return a run whose last update lies before its start."""
    return {**run, "updated_at": spell(instant(run["created_at"]) - HOUR)}


FAULTS: tuple[Fault, ...] = (
    fault("run-without-id", "One run of fifty has no id.", spoiling(left_out("id"))),
    fault("run-id-is-a-number", "Ids are numbers.", showing(mapped("id", lambda held: int(held[:8], 16)))),
    fault(
        "run-id-is-the-contact-s",
        "The id is that of the contact, so runs of one contact share it.",
        showing(lambda run: {**run, "id": run["contact"]["id"]}),
    ),
    fault("run-status-is-unknown", "One run of fifty is `paused`.", spoiling(put(status="paused"))),
    fault("run-status-is-upper-case", "Statuses are shown in upper case.", showing(mapped("status", str.upper))),
    fault(
        "run-without-contact",
        "One run of fifty has no contact: it was deleted.",
        spoiling(left_out("contact")),
    ),
    fault(
        "run-phone-is-formatted",
        "Numbers are shown with spaces, though they are held without.",
        showing(mapped("contact", formatted)),
    ),
    fault("run-step-date-is-empty", "One step contact is due at an empty text.", spoiling(step(scheduled_at=""))),
    fault(
        "run-step-channel-is-no-uuid",
        "One step contact's channel is `default`.",
        spoiling(step(channel_id="default")),
    ),
    fault("run-is-null", "One run of fifty is null.", spoiling(lambda _run: None)),
    fault(
        "run-of-another-sequence",
        "One run of fifty says that it belongs to another sequence.",
        spoiling(put(sequence_id="0a1b2c3d-0000-4000-8000-000000000000")),
    ),
    assumed(
        "run-updated-just-now",
        "Every answer says that its runs were updated at the moment of the answer.",
        showing(just_updated),
    ),
    assumed(
        "run-without-steps-on-later-pages",
        "Only the first page shows step contacts.",
        showing_by_query(without_steps),
    ),
    fault(
        "run-start-is-a-number",
        "Starts are Unix seconds.",
        showing(mapped("created_at", lambda held: instant(held) // SECOND)),
    ),
    fault(
        "run-start-shown-in-milliseconds",
        "The start is shown with three digits and compared with six, so it does not find itself.",
        showing(mapped("created_at", lambda held: held[:23] + "Z")),
    ),
    fault(
        "run-start-shown-in-seconds",
        "The start is shown without its fraction and compared with it.",
        showing(mapped("created_at", lambda held: held[:19] + "Z")),
    ),
    fault(
        "run-start-shown-rounded",
        "The start is shown rounded to milliseconds.",
        showing(
            mapped("created_at", lambda held: spell(floor_to(1000, instant(held) + 500))[:23] + "Z"),
        ),
    ),
    fault(
        "run-start-shown-in-local-time",
        "The start is shown in local time, but says that it is UTC.",
        showing(mapped("created_at", lambda held: spell(instant(held) - 5 * HOUR))),
    ),
    fault("run-updated-before-it-starts", "One run of fifty was updated before it started.", spoiling(moved)),
    fault(
        "run-step-date-is-impossible",
        "One step contact is due on 30 February.",
        spoiling(step(scheduled_at="2024-02-30T09:00:00Z")),
    ),
)
