"""Access to the control API: for this machine without a key, for others with one, for other web sites not at all."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from seqruns_mock.core.refusal import Refusal
from seqruns_mock.http.authentication import authenticate, check_host

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping


def check_access(
    environ: Mapping[str, Any], keys: Collection[str], *, guarded: bool, names: frozenset[str] = frozenset()
) -> None:
    """Raise Refusal 401 or 403 for a request without access.

    `guarded` is for a server that others can reach: then every request needs a key. `names` are further names of the
    server.
    """
    if guarded:
        authenticate(environ, keys)
    check_host(environ, local=not guarded, names=names)
    origin = environ.get("HTTP_ORIGIN")
    # A page of another site can send a POST without a preflight; the browser then names its origin, or says
    # `cross-site`.
    foreign = origin is not None and _netloc_of(origin) != environ.get("HTTP_HOST")
    if foreign or environ.get("HTTP_SEC_FETCH_SITE") in {"cross-site", "same-site"}:
        raise Refusal(403, "The control API refuses requests from other web sites.")


def _netloc_of(url: str) -> str | None:
    try:
        return urlsplit(url).netloc
    except ValueError:
        return None
