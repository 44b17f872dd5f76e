"""Settings that arrive as text, on command lines and in configuration files, each read in one place."""

from __future__ import annotations

from seqruns.document import facts


class BadSettingError(ValueError):
    """The text is no such setting."""


def parse_header(text: str) -> tuple[str, str]:
    """Return the name and value of a header from `NAME:VALUE`; a wrong one is not repeated, as it may be a secret."""
    name, colon, value = text.partition(":")
    if not colon or not name.strip():
        raise BadSettingError("a header is NAME:VALUE, such as X-Tenant:acme")
    return name.strip(), value.strip()


def parse_role(text: str) -> tuple[str, str]:
    """Return the name of a role and the JSON Pointer to it from `NAME=POINTER`."""
    name, equals, pointer = text.partition("=")
    if name not in facts().roles:
        raise BadSettingError(f"{name!r} is no role; the roles are {', '.join(facts().roles)}")
    if not equals or not pointer.startswith("/"):
        raise BadSettingError(f"{text!r} has no JSON Pointer; say for example {name}=/started_at")
    return name, pointer
