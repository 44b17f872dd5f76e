"""Runs from a file, which is read again whenever it changes."""

from __future__ import annotations

import asyncio
import os
import pickle
import subprocess
import sys
from contextlib import suppress
from functools import partial
from itertools import islice
from pathlib import Path
from threading import Thread
from typing import TYPE_CHECKING, Any, Final

from seqruns.defaults import SEQUENCE_ID
from seqruns_fixtures.files.reading import ReadError, read_runs
from seqruns_mock.core.columns import rendered_columns
from seqruns_mock.core.store import RunStore
from seqruns_mock.core.validation import validate_run

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping

    from seqruns_fixtures.files.reading import Entry
    from seqruns_mock.core.columns import RunColumns

MOST_PROBLEMS: Final = 20
LOOK_EVERY: Final = 0.25
"""Seconds between two looks at the file."""


class BadFileError(ValueError):
    """A file cannot be served; each problem names file, line and field."""

    def __init__(self, problems: list[str]) -> None:
        super().__init__("\n".join(problems))


def load_stores(path: Path) -> dict[str, RunStore]:
    """Return the runs of a file by their sequence; a run that names none belongs to the default sequence.

    A file of no runs names no sequence.

    Raises BadFileError with up to 20 problems, and OSError.
    """
    return _stores_of(_load_columns(path))


def load_stores_beside(path: Path) -> dict[str, RunStore]:
    """Return the same, read by a process of its own: in this one, 40 MB would hold up every answer for a second.

    Raises BadFileError with what that process says.
    """
    command = [sys.executable, "-P", "-m", __name__, str(path)]
    done = subprocess.run(command, env={**os.environ, "PYTHONUTF8": "1"}, capture_output=True, check=False)  # noqa: S603 - our own
    if done.returncode != 0:
        said = done.stderr.decode("utf-8", "replace").strip()
        raise BadFileError([said or f"Reading it ended with exit code {done.returncode}."])
    return _stores_of(pickle.loads(done.stdout))  # noqa: S301 - our own process wrote it


def _stores_of(sequences: Mapping[str, RunColumns]) -> dict[str, RunStore]:
    return {name: RunStore(columns) for name, columns in sequences.items()}


def _load_columns(path: Path) -> dict[str, RunColumns]:
    sequences: dict[str, list[Any]] = {}
    try:
        entries = list(read_runs(path))
    except ReadError as error:
        raise BadFileError([str(error)]) from error
    problems = list(islice(_problems(entries), MOST_PROBLEMS))
    if problems:
        raise BadFileError(problems)
    for entry in entries:
        run = {"sequence_id": SEQUENCE_ID, "step_contacts": [], **entry.run}
        sequences.setdefault(run["sequence_id"], []).append(run)
    return {name: rendered_columns(runs) for name, runs in sequences.items()}


def _problems(entries: list[Entry]) -> Iterator[str]:
    lines: dict[str, int] = {}
    for entry in entries:
        found = [entry.problem(where, message) for where, message in validate_run(entry.run)]
        yield from map(str, found)
        if not found:
            run_id, line = entry.run["id"], entry.line_of()
            if run_id in lines:
                yield str(entry.problem(("id",), f"{run_id!r} is already on line {lines[run_id]}"))
            lines[run_id] = line


async def watch(path: Path, put: Callable[[dict[str, RunStore]], None], say: Callable[[str], None]) -> None:
    """Call `put` with the runs of a file whenever it changes, and `say` with what happened; a bad file only says so.

    A file that looks otherwise at two looks is still being written: half of one line after line is a good file, too.
    """
    seen = last = _fingerprint(path)
    while True:
        await asyncio.sleep(LOOK_EVERY)
        now, before = _fingerprint(path), last
        last = now
        if now in {seen, None} or now != before:
            continue
        seen = now
        try:
            stores = await _in_thread(lambda: load_stores_beside(path))
        except Exception as problem:  # noqa: BLE001 - whatever is in the file, the old runs stay, and the console says why
            words = str(problem) if isinstance(problem, BadFileError | OSError) else repr(problem)
            say(f"{path} has changed but cannot be served, so the old runs stay:\n{words}")
        else:
            if _fingerprint(path) != now:  # it was written while it was read
                continue
            put(stores)
            say(f"{path} has changed: {sum(map(len, stores.values())):,} runs in {len(stores)} sequences.")


async def _in_thread(load: Callable[[], dict[str, RunStore]]) -> dict[str, RunStore]:
    """Return what `load` returns; it runs in a thread that does not delay the end of the server."""
    loop = asyncio.get_running_loop()
    loaded: asyncio.Future[dict[str, RunStore]] = loop.create_future()

    def run() -> None:
        try:
            outcome = partial(loaded.set_result, load())
        except Exception as problem:  # noqa: BLE001 - the waiting coroutine raises it again
            outcome = partial(loaded.set_exception, problem)
        with suppress(RuntimeError):  # the loop is closed: the server has stopped
            loop.call_soon_threadsafe(lambda: None if loaded.done() else outcome())

    Thread(target=run, daemon=True, name="seqruns-data").start()
    return await loaded


def _fingerprint(path: Path) -> tuple[int, int, int] | None:
    try:
        status = path.stat()
    except OSError:
        return None
    return status.st_mtime_ns, status.st_size, status.st_ino


if __name__ == "__main__":  # as the process that reads beside
    try:
        sys.stdout.buffer.write(pickle.dumps(_load_columns(Path(sys.argv[1]))))
    except (BadFileError, OSError) as _problem:
        sys.exit(str(_problem))
