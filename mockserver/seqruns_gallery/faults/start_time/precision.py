"""`before` and `after`: how finely a bound and a start are held and compared."""

from __future__ import annotations

import struct
from typing import TYPE_CHECKING

from seqruns_gallery.building.exhibit import fault
from seqruns_gallery.building.listing import filtering, start
from seqruns_gallery.building.moving import MILLISECOND, SECOND, floor_to, moving

if TYPE_CHECKING:
    from seqruns_gallery.building.exhibit import Change, Fault


def as_float32(microseconds: int) -> int:
    """Return an instant after a trip through seconds in a 32-bit float."""
    try:
        packed = struct.pack("f", microseconds / SECOND)
    except OverflowError:
        return microseconds
    return int(struct.unpack("f", packed)[0] * SECOND)


def as_int32(microseconds: int) -> int:
    """Return an instant after a trip through seconds in a 32-bit integer, which wraps around in 2038."""
    seconds, rest = divmod(microseconds, SECOND)
    return ((seconds + 2**31) % 2**32 - 2**31) * SECOND + rest


def both_in(unit: int) -> Change:
    """Return the change that compares whole units of the start with whole units of the bound."""
    return filtering(
        before=lambda run, query: start(run) // unit <= (query.before or 0) // unit,
        after=lambda run, query: start(run) // unit >= (query.after or 0) // unit,
    )


FAULTS: tuple[Fault, ...] = (
    fault(
        "bounds-cut-to-the-second",
        "The bounds become whole Unix seconds, the column keeps its microseconds.",
        moving(lambda bound: floor_to(SECOND, bound)),
    ),
    fault(
        "bounds-cut-to-the-millisecond",
        "The bounds become milliseconds, as in JavaScript, the column keeps its microseconds.",
        moving(lambda bound: floor_to(MILLISECOND, bound)),
    ),
    fault(
        "bounds-rounded-to-the-millisecond",
        "The bounds are rounded to three digits, the column keeps six.",
        moving(lambda bound: floor_to(MILLISECOND, bound + MILLISECOND // 2)),
    ),
    fault(
        "starts-cut-to-the-millisecond",
        "An index holds the starts in milliseconds and answers the window, the bounds have microseconds.",
        filtering(
            before=lambda run, query: floor_to(MILLISECOND, start(run)) <= (query.before or 0),
            after=lambda run, query: floor_to(MILLISECOND, start(run)) >= (query.after or 0),
        ),
    ),
    fault(
        "both-sides-cut-to-the-second",
        "Bounds and starts are both compared in whole seconds.",
        both_in(SECOND),
    ),
    fault(
        "both-sides-cut-to-the-millisecond",
        "Bounds and starts are both compared in whole milliseconds.",
        both_in(MILLISECOND),
    ),
    fault(
        "bounds-in-32-bit-floats",
        "The bounds are seconds in a 32-bit float, which is two minutes coarse.",
        moving(as_float32),
    ),
    fault(
        "bounds-in-32-bit-integers",
        "The bounds are seconds in a 32-bit integer: after 2038 they turn negative.",
        moving(as_int32),
    ),
)
