"""The settings of the checks in pytest: from options and ini values to what `check_target` takes."""

from __future__ import annotations

from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

from seqruns.dialect import Dialect
from seqruns.dialect_file import read_dialect
from seqruns.options import parse_header, parse_role
from seqruns.target import Certificates, Target, make_key
from seqruns_contracts.dialect.drift import roles_of
from seqruns_contracts.findings.baseline import Baseline
from seqruns_contracts.findings.baseline_file import read_baseline

if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import TypeAlias

    Setting: TypeAlias = Callable[[str], Any]

REDACT = (None, "all", "files", "none")
"""The values of `seqruns check --redact`; pytest writes what it prints into files, so the first three are one here."""


def arguments_of(setting: Setting) -> dict[str, Any]:
    """Return the seed, and the roles of the dialect and of the settings, which win."""
    roles = {**roles_of(dialect_of(setting)), **dict(map(parse_role, setting("role") or ()))}
    return {"roles": roles, "seed": int(setting("seed") or 0)}


def dialect_of(setting: Setting) -> Dialect:
    """Return the dialect that the target is held to; one that says nothing where none is set."""
    if setting("drift") not in {None, "fail", "warn"}:
        raise ValueError(f"seqruns_drift is {setting('drift')!r}; give fail or warn")
    return read_dialect(Path(setting("dialect"))) if setting("dialect") else Dialect()


def is_redacted(setting: Setting) -> bool:
    """Return whether contacts are redacted; they are unless that is turned off."""
    if setting("redact") not in REDACT:
        raise ValueError(f"seqruns_redact is {setting('redact')!r}; give all, files or none")
    return bool(setting("redact") != "none")


def baseline_of(setting: Setting) -> Baseline:
    """Return what is known to be broken; nothing where no file is set."""
    return read_baseline(Path(setting("baseline"))) if setting("baseline") else Baseline()


def target_of(setting: Setting, *, key: str | None) -> Target:
    """Return the target. Raises TargetError for an address that cannot be used, and ValueError for a bad number."""
    command = setting("key_command")
    return Target(
        base_url=setting("url"),
        key=key,
        renew_key=partial(make_key, command) if command else None,
        headers=dict(parse_header(text) for text in setting("header") or ()),
        rate=float(setting("rate") or 20),
        max_requests=int(setting("max_requests") or 400),
        timeout=float(setting("timeout") or 10),
        max_body=int(float(setting("max_body") or 10) * 1_000_000),
        wait=float(setting("wait") or 0),
        certificates=Certificates(ca=setting("cacert"), own=setting("cert"), key=setting("cert_key")),
    )
