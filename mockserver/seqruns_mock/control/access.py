"""Access to the control API: for this machine without a key, for others with one, for other web sites not at all."""

from __future__ import annotations

from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from seqruns_mock.addresses import is_loopback
from seqruns_mock.core.refusal import Refusal
from seqruns_mock.http.authentication import authenticate

if TYPE_CHECKING:
    from collections.abc import Collection

    from flask import Request


def check_access(request: Request, keys: Collection[str], *, guarded: bool) -> None:
    """Raise Refusal 401 or 403 for a request without access.

    `guarded` is for a server that others can reach: then every request needs a key. Unguarded, the Host must be
    this machine, or a web site could point its own name here.
    """
    if guarded:
        authenticate(request.environ, keys)
    elif not is_loopback(_host_of(f"//{request.host}")):
        raise Refusal(403, f"The control API answers to this machine's own names, not to {request.host[:100]!r}.")
    origin = request.headers.get("Origin")
    foreign = origin is not None and _netloc_of(origin) != request.host
    if foreign or request.headers.get("Sec-Fetch-Site") in {"cross-site", "same-site"}:
        raise Refusal(403, "The control API refuses requests from other web sites.")


def _netloc_of(url: str) -> str | None:
    try:
        return urlsplit(url).netloc
    except ValueError:
        return None


def _host_of(url: str) -> str:
    try:
        return urlsplit(url).hostname or ""
    except ValueError:
        return ""
