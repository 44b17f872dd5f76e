"""Who may ask: who sends a key, in its header or as a bearer token, and asks for a host that is this mock."""

from __future__ import annotations

from functools import lru_cache
from ipaddress import ip_address
from typing import TYPE_CHECKING, Any, Final
from urllib.parse import urlsplit

from seqruns.document import facts
from seqruns_mock.addresses import is_loopback
from seqruns_mock.core.refusal import Refusal, quote

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping

KEY_HEADER: Final = facts().key_header
KEY_VARIABLE: Final = "HTTP_" + KEY_HEADER.upper().replace("-", "_")
UNDERSCORED: Final = "seqruns_mock.underscored"
"""Where the adapter puts the value of a key header that was written with underscores for hyphens."""
_PRIVATE: Final = (".local", ".internal", ".test", ".lan", ".home.arpa", ".svc")
"""Ends of names that nobody can buy: of a local network, of Docker and of Kubernetes."""


def has_key(environ: Mapping[str, Any], keys: Collection[str]) -> bool:
    """Return whether a request brings an accepted key."""
    try:
        authenticate(environ, keys)
    except Refusal:
        return False
    return True


def authenticate(environ: Mapping[str, Any], keys: Collection[str]) -> str:
    """Return the key of a request, given as the key header or as `Authorization: Bearer <key>` [vendor].

    Raises Refusal 401 when neither holds an accepted key.
    """
    key: str = environ.get(KEY_VARIABLE, "")
    # The key header first: a client behind a gateway may send that gateway's own token as a bearer.
    if key in keys:
        return key
    authorization: str = environ.get("HTTP_AUTHORIZATION", "")
    scheme, _, token = authorization.partition(" ")
    token = token.strip()
    if scheme.lower() == "bearer" and token in keys:
        return token
    raise Refusal(401, "Not authenticated", headers={"WWW-Authenticate": "Bearer"})


def check_host(environ: Mapping[str, Any], *, local: bool, names: frozenset[str] = frozenset()) -> None:
    """Raise Refusal 403 for a request that asks for a host which is none of this server's.

    Its pages and this server would be of one origin for a browser. `local` is for a server that is on loopback, which
    has loopback's names only; another one may have any name that is no domain. `names` are further ones, in lower case.
    """
    host = environ.get("HTTP_HOST", "")
    if not _is_own(host, local, names):
        words = f"This mock does not answer to the host {quote(host)}; start it with --allow-host NAME if it should."
        raise Refusal(403, words)


@lru_cache(maxsize=256)
def _is_own(host: str, local: bool, names: frozenset[str]) -> bool:  # noqa: FBT001 - an argument of a cache
    try:
        # Takes the port off, and the brackets of an IPv6 address; raises for `[::1`.
        name = urlsplit(f"//{host}").hostname or ""
    except ValueError:
        return False
    if is_loopback(name) or name in names:
        return True
    # DNS rebinding takes a name that somebody can buy. An address, a name without a dot or one of a local network is
    # none.
    return not local and (_is_address(name) or "." not in name or name.endswith(_PRIVATE))


def _is_address(name: str) -> bool:
    try:
        ip_address(name)
    except ValueError:
        return False
    return True
