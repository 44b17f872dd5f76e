"""Requests as `curl` commands that can be pasted, with every secret as an environment variable."""

from __future__ import annotations

import shlex
from typing import TYPE_CHECKING

from seqruns.document import facts
from seqruns_contracts.findings.secrets import KEY_VARIABLE, near_keys, variable_of

if TYPE_CHECKING:
    from seqruns.target import Target
    from seqruns_contracts.model.exchange import Ask


def curl_command(ask: Ask, target: Target, sequence_id: str) -> str:
    """Return the command that repeats a request; headers of the user appear as `$NAME_OF_THE_HEADER`."""
    # With `-X HEAD` curl would wait for the body that the headers announce and that never comes.
    method = {"GET": [], "HEAD": ["--head"]}.get(ask.method, ["-X", ask.method])
    parts = ["curl", "-sS", "-i", *method, *_headers(ask, target)]
    if ask.credentials is None and target.key:
        parts.append(f'-H "{facts().key_header}: ${KEY_VARIABLE}"')
    parts += [_credential(name, value, target.key) for name, value in ask.credentials or ()]
    return " ".join([*parts, shlex.quote(target.url(ask.sequence_id or sequence_id, ask.query.encoded))])


def _headers(ask: Ask, target: Target) -> list[str]:
    # Where other credentials are sent, none of the target's own may go with them.
    own = target.request_headers({} if ask.credentials is not None else None)
    return [f'-H "{name}: ${variable_of(name)}"' for name in own if name != facts().key_header]


def _credential(name: str, value: str, key: str | None) -> str:
    """Return a header of wrong credentials; one made from the right key is written in terms of it."""
    # With a semicolon curl sends a header without a value; with a colon it would leave the header out.
    if not value:
        return f"-H '{name};'"
    # Credentials close to the right key are written in terms of it, so that no part of it stands in the command.
    if key and key in value:
        return f'-H "{name}: {value.replace(key, "$" + "{" + KEY_VARIABLE + "}")}"'
    near = near_keys(key or "")
    if value in near:
        return f'-H "{name}: {near[value]}"'
    return f"-H {shlex.quote(f'{name}: {value}')}"
