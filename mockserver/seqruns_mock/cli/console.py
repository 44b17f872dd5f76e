"""The console log: one line for each request."""

from __future__ import annotations

import os
import sys
import threading
import time
from collections import deque
from contextlib import suppress
from datetime import datetime
from io import TextIOWrapper
from pathlib import Path
from typing import TYPE_CHECKING, Final, TextIO

import click
import orjson

if TYPE_CHECKING:
    from collections.abc import Callable

    from seqruns_mock.http.journal import Entry
    from seqruns_mock.settings import LogFormat

MOST_WAITING: Final = 1000
"""Lines that may wait to be written; then the oldest are given up."""
EVERY: Final = 0.05
"""Seconds between two batches."""
_LONGEST: Final = 300
"""Characters of a request that a line for people shows."""
_COLOURS: Final = {2: "green", 3: "cyan", 4: "yellow", 5: "red"}


def prepare_output(log_format: LogFormat) -> None:
    """Prepare standard output and error for any text: characters that their encoding lacks are escaped.

    JSON is UTF-8 wherever it goes. Where one of them is closed, as `>&-` does, what is written goes nowhere.
    """
    for name in ("stdout", "stderr"):
        stream = getattr(sys, name)
        if stream is None:
            setattr(sys, name, Path(os.devnull).open("w", encoding="utf-8"))  # noqa: SIM115 - for as long as the process runs
        elif isinstance(stream, TextIOWrapper):
            stream.reconfigure(encoding="utf-8" if log_format == "json" else None, errors="backslashreplace")


class ConsoleLog:
    """The log on standard output, written by a thread of its own, a batch at a time.

    A reader that does not keep up (a pipe nobody empties) costs log lines, never answers.

    It is no QueueListener of `logging`, whose `stop` waits for ever for a reader that does not read; and there a
    record costs 20 µs of processor time and wakes a thread, beside 50 µs for a whole answer; here it is an append.
    """

    def __init__(self, log_format: LogFormat) -> None:
        self._render = {"text": text_line, "json": json_line}[log_format]
        self._colours = log_format == "text" and is_coloured(sys.stdout)
        self._waiting: deque[Entry] = deque(maxlen=MOST_WAITING)
        self.add: Callable[[Entry], None] = self._waiting.append
        """What hands a request to the log."""
        self._writing = threading.Lock()
        threading.Thread(target=self._write_for_ever, name="seqruns-log", daemon=True).start()

    def finish(self) -> None:
        """Write what waits, if that can be done at once."""
        if self._writing.acquire(timeout=0.2):
            self._write()

    def _write_for_ever(self) -> None:
        while True:
            time.sleep(EVERY)
            if self._waiting:
                with self._writing:
                    self._write()

    def _write(self) -> None:
        # As many as wait now: under load more come while these are written, and the batch would never end.
        lines = [self._render(self._waiting.popleft()) for _ in range(len(self._waiting))]
        text = "".join(f"{line}\n" for line in lines)
        with suppress(OSError, ValueError):  # nobody reads any more
            sys.stdout.write(text if self._colours else click.unstyle(text))
            sys.stdout.flush()


def is_coloured(stream: TextIO) -> bool:
    """Return whether a stream shows colours and its reader wants them, as NO_COLOR says."""
    return stream.isatty() and not os.environ.get("NO_COLOR")


def text_line(entry: Entry) -> str:
    """Return a request as a line for people: when, what came of it, what was asked, what matched, how long."""
    when = datetime.fromtimestamp(entry.time).astimezone().strftime("%H:%M:%S")
    asked = entry.path + (f"?{entry.query_string}" if entry.query_string else "")
    return (
        f"{when} {_status(entry)} {_printable(entry.method)} {_printable(asked)}  {_what_came(entry)}  "
        f"{entry.seconds * 1000:.1f} ms"
    )


def _status(entry: Entry) -> str:
    """Return the status as the client saw it: none where the connection was closed instead."""
    shown = "---" if entry.status is None else str(entry.status)
    return click.style(shown, fg="magenta" if entry.trouble else _COLOURS.get((entry.status or 0) // 100), bold=True)


def json_line(entry: Entry) -> str:
    """Return a request as one line of JSON, as the control API shows it."""
    return orjson.dumps(entry.as_json()).decode()


def _what_came(entry: Entry) -> str:
    outcome = entry.outcome
    matched = [] if outcome.total is None else [f"{outcome.returned} of {outcome.total}"]
    trouble = [click.style(f"trouble: {_printable(entry.trouble)}", fg="magenta")] if entry.trouble else []
    return "; ".join([*matched, *trouble, *map(_printable, (*outcome.errors, *outcome.hints))])


def _printable(text: str) -> str:
    text = text if len(text) <= _LONGEST else text[:_LONGEST] + "…"
    # Without the quotes of `ascii`: a terminal must not be told what to do by a path.
    return text if text.isprintable() else ascii(text)[1:-1]
