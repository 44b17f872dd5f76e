"""Processes of our own: Ctrl-C reaches each, and none outlives the test that failed around it."""

from __future__ import annotations

import signal
import subprocess
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence


@contextmanager
def started(command: Sequence[str], **options: Any) -> Iterator[subprocess.Popen[str]]:
    """Start a process whose pipes are text; kill it where the block fails, so that nobody waits for its end."""
    with _interruptible():
        process = subprocess.Popen(command, text=True, **options)
    with process:
        try:
            yield process
        except BaseException:
            process.kill()
            raise


@contextmanager
def _interruptible() -> Iterator[None]:
    """Catch SIGINT while a process starts: it would inherit that a shell ignores it for what runs in the background."""
    before = signal.signal(signal.SIGINT, signal.default_int_handler)
    try:
        yield
    finally:
        signal.signal(signal.SIGINT, before)
