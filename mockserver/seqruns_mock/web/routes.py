"""The routes of the web page: the page itself, its files, and the counts of its time line."""

from __future__ import annotations

from functools import cache
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING, Final
from urllib.parse import urlsplit

import orjson
from flask import Blueprint, Response, render_template, request, send_from_directory

from seqruns_mock.addresses import is_loopback
from seqruns_mock.core.query import RunQuery, parse_query
from seqruns_mock.http.app import Reply

if TYPE_CHECKING:
    from seqruns_mock.http.state import MockState

OPEN: Final = frozenset({"web.page", "web.static", "web.swagger_ui"})
"""The endpoints without data and secrets, which a browser may load before it has a key."""
_HEADERS: Final = {
    "Content-Security-Policy": (
        "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; connect-src 'self'; "
        "base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
    ),
    "Referrer-Policy": "no-referrer",
    "X-Content-Type-Options": "nosniff",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
}


def create_pages(state: MockState, *, guarded: bool) -> Blueprint:
    """Return the page at `/` and its files; a guarded page asks its user for a key."""
    web = Blueprint(
        "web",
        __name__,
        template_folder="templates",
        static_folder="static",
        static_url_path="/__mock__/page/static",
    )

    @web.get("/")
    def page() -> str:
        from seqruns_mock.web.view import page_view  # noqa: PLC0415 - the start of the mock does not wait for it

        # The key is put into the page only where nobody but this machine can have asked for it.
        local = not guarded and is_loopback(urlsplit(f"//{request.host}").hostname or "")
        return render_template("page.html", **page_view(state, root=request.script_root, local=local))

    @web.get("/__mock__/page/timeline/<sequence_id>")
    def timeline(sequence_id: str) -> Reply:
        from seqruns_mock.web.timeline import timeline_of  # noqa: PLC0415 - as above

        query = parse_query(request.environ["QUERY_STRING"])
        return Reply(orjson.dumps(timeline_of(state.sequences.store(sequence_id), query)))

    @web.get("/__mock__/page/first/<sequence_id>")
    def first(sequence_id: str) -> Reply:
        store, steps = state.sequences.store(sequence_id), state.mock.pipeline
        return Reply(steps.render(store, steps.select(store, RunQuery())))

    @web.get("/__mock__/page/swagger-ui/<path:name>")
    def swagger_ui(name: str) -> Response:
        return send_from_directory(_swagger_ui(), name)

    @web.after_request
    def protect(response: Response) -> Response:
        response.headers.update(_HEADERS)
        return response

    return web


@cache
def _swagger_ui() -> Path:
    """Return the folder of Swagger UI's own files, without importing the package that ships them."""
    package = find_spec("flask_swagger_ui")
    assert package is not None  # noqa: S101 - it is a dependency
    assert package.origin is not None  # noqa: S101 - it is no namespace
    return Path(package.origin).with_name("dist")
