"""The catalogue: every exhibit by id, and the lists that people and tools read."""

from __future__ import annotations

from functools import cache, partial
from typing import TYPE_CHECKING, Any

import orjson

from seqruns_gallery.building.exhibit import Building, Fault
from seqruns_gallery.faults import FAULTS
from seqruns_gallery.variants import VARIANTS
from seqruns_mock.http.app import create_app
from seqruns_mock.http.pipeline import DEFAULT, Mock

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from wsgiref.types import WSGIEnvironment

    from seqruns_gallery.building.exhibit import Exhibit, Variant
    from seqruns_mock.http.answer import Answer
    from seqruns_mock.http.app import Endpoint

EXHIBITS: Mapping[str, Exhibit] = {**FAULTS, **VARIANTS}


def build(exhibit_id: str, mock: Mock) -> Endpoint:
    """Return the application that serves a mock as an exhibit has it."""
    return build_together([exhibit_id], mock)


def build_together(exhibit_ids: Iterable[str], mock: Mock) -> Endpoint:
    """Return the application that serves a mock as several exhibits have it, the first one innermost.

    Raises ValueError for an exhibit that would undo one before it, or the dialect of the mock.
    """
    # `dict.fromkeys` leaves out what is named twice, and keeps the order.
    exhibits = [EXHIBITS[exhibit_id] for exhibit_id in dict.fromkeys(exhibit_ids)]
    for place, exhibit in enumerate(exhibits):
        _check_with_dialect(exhibit, mock)
        for earlier in exhibits[:place]:
            _check_together(earlier, exhibit, mock)
    for exhibit in exhibits:
        mock = exhibit.change(mock)
    # Steps first, then the middlewares around what they have become.
    app = create_app(mock)
    for exhibit in exhibits:
        app.answer = exhibit.wrap(app.answer)
    return app


def _check_together(earlier: Exhibit, later: Exhibit, mock: Mock) -> None:
    """Raise ValueError where the later exhibit would undo the earlier one."""
    undone = changed_by(earlier, mock) & replaced_by(later, mock)
    if undone:
        # One that is built around what is there undoes nothing, so giving it last helps where only one replaces the
        # step.
        other_way = not changed_by(later, mock) & replaced_by(earlier, mock)
        help_ = f"give {later.id} first" if other_way else "give one of them at a time"
        raise ValueError(
            f"{later.id} would undo {earlier.id}: both put something in the place of the step "
            f"{' and '.join(sorted(undone))}; {help_}"
        )


def _check_with_dialect(exhibit: Exhibit, mock: Mock) -> None:
    """Raise ValueError where an exhibit would undo what the mock does in its dialect."""
    spoken = {name for name in DEFAULT.__slots__ if getattr(mock.pipeline, name) is not getattr(DEFAULT, name)}
    undone = spoken & replaced_by(exhibit, mock)
    if undone:
        raise ValueError(
            f"{exhibit.id} would undo the dialect: both put something in the place of the step "
            f"{' and '.join(sorted(undone))}; give one of them at a time"
        )


def changed_by(exhibit: Exhibit, mock: Mock) -> set[str]:
    """Return the names of the steps, and of what else a mock has, that an exhibit changes."""
    changed = exhibit.change(mock)
    return {
        name
        for before, after in ((mock, changed), (mock.pipeline, changed.pipeline))
        for name in before.__slots__
        if name != "pipeline" and getattr(before, name) is not getattr(after, name)
    }


def replaced_by(exhibit: Exhibit, mock: Mock) -> set[str]:
    """Return those of which nothing is left of what was there before."""
    return set() if isinstance(exhibit.change, Building) else changed_by(exhibit, mock)


def build_all(mock: Mock, exhibit_ids: Iterable[str] = ()) -> Endpoint:
    """Return the application that serves a mock as some exhibits have it and, under /gallery/ID, as each has it."""
    app = build_together(exhibit_ids, mock)
    # Each exhibit is built when it is first asked for: hundreds of them would take seconds.
    honest, others = app.answer, cache(partial(build, mock=mock))

    def dispatch(environ: WSGIEnvironment) -> Answer:
        match environ["PATH_INFO"].split("/", 3):
            case ["", "gallery", exhibit_id, rest] if exhibit_id in EXHIBITS:
                # From here on the path is as of a server without a gallery (PEP 3333).
                environ["SCRIPT_NAME"] += f"/gallery/{exhibit_id}"
                environ["PATH_INFO"] = f"/{rest}"
                return others(exhibit_id).answer(environ)
        return honest(environ)

    app.answer = dispatch
    return app


def as_json(exhibits: Iterable[Fault | Variant]) -> bytes:
    """Return exhibits as a JSON list, for tools."""
    return orjson.dumps([entry(exhibit) for exhibit in exhibits], option=orjson.OPT_INDENT_2)


def entry(exhibit: Fault | Variant) -> dict[str, Any]:
    """Return what a tool needs to know of an exhibit."""
    common = {"id": exhibit.id, "summary": exhibit.summary, "wire": exhibit.wire}
    if isinstance(exhibit, Fault):
        return {**common, "grade": exhibit.grade}
    roles = dict(exhibit.roles)
    return {**common, "roles": roles, "runs": exhibit.runs, "alone": exhibit.alone}


def as_text(exhibits: Iterable[Fault | Variant]) -> str:
    """Return exhibits as lines for people: id, grade, summary."""
    rows = [
        (exhibit.id, exhibit.grade if isinstance(exhibit, Fault) else "lawful", exhibit.summary) for exhibit in exhibits
    ]
    width = max(len(id_) for id_, _, _ in rows)
    return "\n".join(f"{id_:{width}}  {grade:10}  {summary}" for id_, grade, summary in rows)
