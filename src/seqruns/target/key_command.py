"""A key that a command of the user makes, for tokens that expire."""

from __future__ import annotations

import subprocess

from seqruns.target.errors import TargetError

KEY_SECONDS = 60.0
"""How long the command may take."""


def make_key(command: str) -> str:
    """Return what a command of the user prints, as a shell runs it; raises TargetError where that is nothing."""
    try:
        # Its errors go to the terminal, unread: they are for the person who wrote the command. What it prints is never
        # shown.
        done = subprocess.run(  # noqa: S602 - the user's own command, which may be a pipe
            command, shell=True, stdout=subprocess.PIPE, text=True, timeout=KEY_SECONDS, check=False
        )
    except (subprocess.TimeoutExpired, UnicodeDecodeError, OSError) as error:
        raise TargetError(f"the command for the key fails: {type(error).__name__}") from None
    if done.returncode or not done.stdout.strip():
        raise TargetError(
            f"the command for the key ended with code {done.returncode} and {len(done.stdout)} characters"
        )
    return done.stdout.strip()
