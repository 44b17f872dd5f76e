"""Secrets: keys and other header values never get into a finding; a variable's name stands for each."""

from __future__ import annotations

from typing import TYPE_CHECKING
from urllib.parse import quote, urlsplit

if TYPE_CHECKING:
    from collections.abc import Iterator

    from seqruns.target import Target

KEY_VARIABLE = "SEQRUNS_KEY"
SHORTEST_SECRET = 4
"""Characters: a shorter text stands in too many words to be looked for in them."""


def variable_of(header: str) -> str:
    """Return the environment variable that stands for a header's value."""
    return header.upper().replace("-", "_")


def redact_secrets(text: str, target: Target) -> str:
    """Return the text with every key and header value of the target as a variable's name, near variants included."""
    for secret, variable in _secrets(target):
        text = text.replace(secret, variable).replace(quote(secret, safe=""), variable)
    return text


def _secrets(target: Target) -> Iterator[tuple[str, str]]:
    """Yield secrets and what stands for them, the longest first: a key may be part of a longer header value."""
    found = {value: f"${variable_of(name)}" for name, value in target.headers.items()}
    found[urlsplit(target.base_url).password or ""] = "$PASSWORD"
    if target.key:
        # `auth.wrong-key-is-refused` sends the key cut by a character, and in the other letter case.
        found |= dict.fromkeys((target.key, target.key[:-1], target.key.swapcase()), f"${KEY_VARIABLE}")
    for secret in sorted(found, key=len, reverse=True):
        if len(secret) >= SHORTEST_SECRET:
            yield secret, found[secret]
