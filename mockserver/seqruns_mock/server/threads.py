"""The threads of Granian's own, which end a moment after it has: the process may only end after them.

Python before 3.14 ends a native thread that asks for the lock of a closing interpreter, and Rust answers that with
SIGABRT (rust-lang/rust#135929). So a program that stopped its server as its last act would now and then die of it.
"""

from __future__ import annotations

import asyncio
import threading
from pathlib import Path
from typing import Final

_TASKS: Final = Path("/proc/self/task")
_LONGEST: Final = 0.25
"""Seconds to wait; other libraries may have started threads meanwhile, which stay."""
_UNSEEN: Final = 0.01
"""Seconds to wait where threads cannot be looked at; Granian's end within one millisecond."""


def native_threads() -> frozenset[int] | None:
    """Return the ids of this process' threads that Python did not start; None where the system does not show them."""
    if not _TASKS.is_dir():
        return None
    known = {thread.native_id for thread in threading.enumerate()}
    return frozenset(int(task.name) for task in _TASKS.iterdir()) - known


async def wait_for_end_of(threads: frozenset[int] | None) -> None:
    """Return when these threads have ended, or after a time in which Granian's have."""
    if threads is None:
        await asyncio.sleep(_UNSEEN)
        return
    clock = asyncio.get_running_loop().time
    until = clock() + _LONGEST
    # No event is set by a thread that ends.
    while threads & (native_threads() or frozenset()) and clock() < until:  # noqa: ASYNC110 - as above
        await asyncio.sleep(0.0002)
