"""Options of a name and a value that arrive as text, on command lines and in configuration files."""

from __future__ import annotations

import os
import re

from seqruns.document import facts

_VARIABLE = re.compile(r"\$\{(\w+)\}", re.ASCII)


class BadOptionError(ValueError):
    """The text is no such option."""


def parse_header(text: str) -> tuple[str, str]:
    """Return the name and value of a header from `NAME:VALUE`, in which `${NAME}` is taken from the environment.

    Raises BadOptionError without the text in it, which may be a secret.
    """
    name, colon, value = text.partition(":")
    # In the value alone, so that the key need not stand in a file or in the history of a shell.
    value = _VARIABLE.sub(_variable, value)
    if not colon or not name.strip():
        raise BadOptionError("a header is NAME:VALUE, such as X-Tenant:acme")
    return name.strip(), value.strip()


def _variable(found: re.Match[str]) -> str:
    name = found[1]
    if name not in os.environ:
        raise BadOptionError(f"a header names the variable {name}, which is not set")
    return os.environ[name]


def parse_role(text: str) -> tuple[str, str]:
    """Return the name of a role and the JSON Pointer to it from `NAME=POINTER`; raises BadOptionError."""
    name, equals, pointer = text.partition("=")
    if name not in facts().roles:
        raise BadOptionError(f"{name!r} is no role; the roles are {', '.join(facts().roles)}")
    if not equals or not pointer.startswith("/"):
        raise BadOptionError(f"{text!r} has no JSON Pointer; say for example {name}=/started_at")
    return name, pointer
