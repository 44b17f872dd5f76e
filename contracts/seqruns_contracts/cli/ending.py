"""How the command ends: in words and with a code of its own, whatever happens."""

from __future__ import annotations

import os
import sys
from contextlib import contextmanager
from io import TextIOWrapper
from typing import TYPE_CHECKING

import click

from seqruns.target import TargetError
from seqruns.visible import visible
from seqruns_contracts.checks.selection import UnknownCheckError

if TYPE_CHECKING:
    from collections.abc import Iterator
    from types import TracebackType

INTERRUPTED = 130


class CannotCheckError(click.ClickException):
    """The check could not be carried out; nothing is said about the contract."""

    exit_code = 2


@contextmanager
def ending_in_words() -> Iterator[None]:
    """Turn every way to end but the right one into words and an exit code."""
    if isinstance(sys.stdout, TextIOWrapper):
        sys.stdout.reconfigure(errors="backslashreplace")
    try:
        yield
        sys.stdout.flush()
    except click.ClickException:
        raise
    except UnknownCheckError as error:
        raise click.UsageError(str(error)) from None
    except TargetError as error:
        raise CannotCheckError(str(error)) from None
    except KeyboardInterrupt:
        click.echo("Interrupted before anything was found out; nothing is said about the contract.", err=True)
        sys.exit(INTERRUPTED)
    except OSError as error:
        _leave_stdout()
        raise CannotCheckError(f"the report cannot be printed: {error.strerror or error}") from None
    except Exception as error:  # noqa: BLE001 - the last resort: a fault of ours is no finding, and has its own words
        _leave_stdout()
        raise CannotCheckError(_unexpected(error)) from None


def _unexpected(error: Exception) -> str:
    """Return what to report of a fault of ours: the kind, and the places it came through, but no values."""
    places, trace = [], error.__traceback__
    while trace is not None:
        places.append(_place(trace))
        trace = trace.tb_next
    return (
        f"seqruns itself fails here ({type(error).__name__}: {visible(str(error), longest=200)}), and nothing is said "
        f"about the contract. Please report it to the maintainers, with this: {' > '.join(places[-6:])}"
    )


def _place(trace: TracebackType) -> str:
    code = trace.tb_frame.f_code
    return f"{os.path.basename(code.co_filename)}:{trace.tb_lineno} {code.co_name}"  # noqa: PTH119 - a name, no path


def _leave_stdout() -> None:
    """Let nothing more be written to a standard output that is closed or full, not even at the end of the process."""
    if sys.__stdout__ is not None and sys.stdout is sys.__stdout__:
        with open(os.devnull, "w") as nowhere:  # noqa: PTH123 - no path of the file system
            os.dup2(nowhere.fileno(), sys.__stdout__.fileno())
