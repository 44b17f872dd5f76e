"""From a state to the application of a whole mock: control API, page, middleware, sessions."""

from __future__ import annotations

from functools import cache, partial
from typing import TYPE_CHECKING, Any

from seqruns_mock.addresses import is_loopback
from seqruns_mock.control.access import check_access
from seqruns_mock.control.api import create_control_app
from seqruns_mock.http.authentication import check_host
from seqruns_mock.http.cors import Cors
from seqruns_mock.http.middleware import Middleware
from seqruns_mock.sessions import PREFIX, Sessions
from seqruns_mock.web.routes import OPEN, create_pages

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from wsgiref.types import WSGIApplication

    from flask import Flask

    from seqruns_mock.http.journal import Entry
    from seqruns_mock.http.state import MockState
    from seqruns_mock.settings import Settings


def create_control(
    state: MockState,
    sessions: Sessions | None = None,
    *,
    guarded: bool = False,
    check: Callable[[Mapping[str, Any]], None] | None = None,
) -> Flask:
    """Return the application of the control API and the web page; a guarded one asks for a key."""
    pages = create_pages(state, guarded=guarded)
    check = check or partial(check_access, keys=state.mock.keys, guarded=guarded)
    return create_control_app(state, sessions, check=check, pages=pages, open_endpoints=OPEN)


def create_application(
    state: MockState, settings: Settings, *, observe: Callable[[Entry], None] | None = None
) -> Sessions:
    """Return the application of a whole mock: the mock itself, and its sessions."""
    create = partial(create_middleware, settings=settings, observe=observe)
    return Sessions(state, create, guarded=not is_loopback(settings.host), base_path=settings.base_path)


def create_middleware(
    state: MockState,
    sessions: Sessions | None = None,
    *,
    settings: Settings,
    name: str | None = None,
    observe: Callable[[Entry], None] | None = None,
) -> Middleware:
    """Return the application of the mock itself, which knows its sessions, or of the session `name`."""
    if name is not None and observe is not None:
        observe = partial(_observe_session, observe, name)
    local = is_loopback(settings.host)
    names = frozenset(name.lower() for name in (*settings.allowed_hosts, *settings.tls_names, settings.host))
    check = partial(check_access, keys=state.mock.keys, guarded=not local, names=names)
    return Middleware(
        state,
        _when_needed(partial(create_control, state, sessions, guarded=not local, check=check))
        if settings.control
        else None,
        observe=observe,
        cors=cors_of(settings),
        # What anybody may generate need not be kept from a web site; runs from a file may be of people.
        check_host=partial(check_host, local=local, names=names) if settings.data or not local else None,
        check_control=check if settings.control else None,
    )


def _when_needed(create: Callable[[], Flask]) -> WSGIApplication:
    """Return an application that is created with its first request: most sessions never use their control API."""
    app = cache(create)
    return lambda environ, start_response: app()(environ, start_response)  # noqa: PLW0108 - `app()` is for later


def _observe_session(observe: Callable[[Entry], None], name: str, entry: Entry) -> None:
    """Observe a request of a session by the path that its client sees."""
    observe(entry._replace(path=f"{PREFIX}{name}{entry.path}"))


def cors_of(settings: Settings) -> Cors | None:
    """Return which web pages may call the endpoint: by default any, on loopback and over generated runs."""
    if settings.cors is not None:
        return Cors(origins=settings.cors) if settings.cors else None
    if not is_loopback(settings.host):
        return None
    return Cors(origins=() if settings.data else ("*",), local=settings.data is not None)
