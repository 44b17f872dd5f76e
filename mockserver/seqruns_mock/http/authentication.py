"""Who may ask: the key header, or the same key as a bearer token."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from seqruns.document import facts
from seqruns_mock.core.refusal import Refusal

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping

KEY_HEADER: Final = facts().key_header
KEY_VARIABLE: Final = "HTTP_" + KEY_HEADER.upper().replace("-", "_")
UNDERSCORED: Final = "seqruns_mock.underscored"
"""Where the adapter puts the value of a key header that was written with underscores for hyphens."""


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
    if key in keys:
        return key
    authorization: str = environ.get("HTTP_AUTHORIZATION", "")
    scheme, _, token = authorization.partition(" ")
    token = token.strip()
    if scheme.lower() == "bearer" and token in keys:
        return token
    raise Refusal(401, "Not authenticated", headers={"WWW-Authenticate": "Bearer"})
