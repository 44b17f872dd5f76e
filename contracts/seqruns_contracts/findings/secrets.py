"""Secrets: keys and other header values never get into a finding; a variable's name stands for each."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING
from urllib.parse import quote, urlsplit

if TYPE_CHECKING:
    from collections.abc import Iterator

    from seqruns.target import Target

KEY_VARIABLE = "SEQRUNS_KEY"
SHORTEST_SECRET = 4
"""Characters: a shorter text stands in too many words to be looked for in them; as a word of its own it is."""


def variable_of(header: str) -> str:
    """Return the environment variable that stands for a header's value."""
    return header.upper().replace("-", "_")


def near_keys(key: str) -> dict[str, str]:
    """Return the keys that `auth.wrong-key-is-refused` makes of a right one, each with how a POSIX shell makes it.

    Of `abcd`: `abc`, `bcd` and `ABCD`. All but a letter of a key is as good as the key.
    """
    if len(key) < 2:
        return {}
    return {
        key.swapcase(): f'$(printf %s "${KEY_VARIABLE}" | tr a-zA-Z A-Za-z)',
        key[1:]: f"${{{KEY_VARIABLE}#?}}",
        key[:-1]: f"${{{KEY_VARIABLE}%?}}",
    }


def redact_secrets(text: str, target: Target) -> str:
    """Return the text with every key and header value of the target as a variable's name, near variants included."""
    for secret, variable in _secrets(target):
        # Also as it stands in an address: a password `a/b` is `a%2Fb` there.
        for spelling in {secret, quote(secret, safe="")}:
            if len(secret) >= SHORTEST_SECRET:
                text = text.replace(spelling, variable)
            elif spelling in text:
                # A key such as `k1` is a secret, too, but `k1` inside of other words is not that key.
                text = re.sub(rf"(?<![\w$]){re.escape(spelling)}(?!\w)", variable.replace("\\", r"\\"), text)
    return text


def _secrets(target: Target) -> Iterator[tuple[str, str]]:
    """Yield secrets and what stands for them, the longest first: a key may be part of a longer header value."""
    found = {value: f"${variable_of(name)}" for name, value in target.headers.items()}
    found[urlsplit(target.base_url).password or ""] = "$PASSWORD"
    for key in target.secrets:
        near = [near for near in near_keys(key) if len(near) >= SHORTEST_SECRET]
        found |= dict.fromkeys((key, *near), f"${KEY_VARIABLE}")
    # A header without a value is no secret, and an empty text stands between any two letters.
    for secret in sorted(filter(str.strip, found), key=len, reverse=True):
        yield secret, found[secret]
