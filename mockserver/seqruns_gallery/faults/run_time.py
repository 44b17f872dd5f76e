"""How a run's times look, and whether they are those that are compared."""

from __future__ import annotations

from typing import TYPE_CHECKING

from seqruns_gallery.exhibit import fault
from seqruns_gallery.faults.run import mapped
from seqruns_gallery.listing import instant
from seqruns_gallery.moving import HOUR, SECOND, floor_to
from seqruns_gallery.showing import showing, spoiling
from seqruns_gallery.spelling import spell

if TYPE_CHECKING:
    from seqruns_gallery.exhibit import Fault
    from seqruns_gallery.showing import Run


def moved(run: Run) -> Run:
    """Return a run whose last update lies before its start."""
    return {**run, "updated_at": spell(instant(run["created_at"]) - HOUR)}


FAULTS: tuple[Fault, ...] = (
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
)
