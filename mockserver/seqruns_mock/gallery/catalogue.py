"""The catalogue: every exhibit by id, and the lists that people and tools read."""

from __future__ import annotations

from functools import cache, partial
from typing import TYPE_CHECKING, Any

import orjson

from seqruns_mock.app import create_app
from seqruns_mock.gallery.exhibit import Fault
from seqruns_mock.gallery.faults import FAULTS
from seqruns_mock.gallery.variants import VARIANTS

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from wsgiref.types import StartResponse, WSGIEnvironment

    from flask import Flask

    from seqruns_mock.app import Mock
    from seqruns_mock.gallery.exhibit import Exhibit, Variant

EXHIBITS: Mapping[str, Exhibit] = {**FAULTS, **VARIANTS}


def put_up(exhibit_id: str, mock: Mock) -> Flask:
    """Return the application that serves a mock as an exhibit has it."""
    return put_up_together([exhibit_id], mock)


def put_up_together(exhibit_ids: Iterable[str], mock: Mock) -> Flask:
    """Return the application that serves a mock as several exhibits have it, the first one innermost."""
    exhibits = [EXHIBITS[exhibit_id] for exhibit_id in exhibit_ids]
    for exhibit in exhibits:
        mock = exhibit.change(mock)
    app = create_app(mock)
    for exhibit in exhibits:
        app.wsgi_app = exhibit.wrap(app.wsgi_app)  # type: ignore[assignment,method-assign] # Flask's own way
    return app


def put_up_all(mock: Mock) -> Flask:
    """Return the application that serves a mock as it is and, under /gallery/ID, as each exhibit has it."""
    app = create_app(mock)
    honest, others = app.wsgi_app, cache(partial(put_up, mock=mock))

    def dispatch(environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        match environ["PATH_INFO"].split("/", 3):
            case ["", "gallery", exhibit_id, rest] if exhibit_id in EXHIBITS:
                environ["SCRIPT_NAME"] += f"/gallery/{exhibit_id}"
                environ["PATH_INFO"] = f"/{rest}"
                return others(exhibit_id)(environ, start_response)
        return honest(environ, start_response)

    app.wsgi_app = dispatch  # type: ignore[method-assign] # Flask's own way
    return app


def as_json(exhibits: Iterable[Fault | Variant]) -> bytes:
    """Return exhibits as a JSON list, for tools."""
    return orjson.dumps([entry(exhibit) for exhibit in exhibits], option=orjson.OPT_INDENT_2)


def entry(exhibit: Fault | Variant) -> dict[str, Any]:
    """Return what a tool needs to know of an exhibit."""
    common = {"id": exhibit.id, "summary": exhibit.summary}
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
