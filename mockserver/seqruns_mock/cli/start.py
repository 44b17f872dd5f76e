"""From the options of `seqruns serve` to a mock that runs, or to words for why it cannot."""

from __future__ import annotations

import errno
import os
import socket
import ssl
import sys
from contextlib import suppress
from functools import partial
from typing import TYPE_CHECKING, Any

import click

from seqruns_mock.cli.banner import print_banner
from seqruns_mock.cli.console import ConsoleLog, prepare_output
from seqruns_mock.core.data_file import BadFileError
from seqruns_mock.runtime import gallery, run
from seqruns_mock.server.tls import NoTrustmeError
from seqruns_mock.settings import Settings

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from typing import NoReturn


def serve_until_interrupted(options: Mapping[str, Any], origin: Mapping[str, Sequence[str]]) -> NoReturn:
    """Serve, then end the process. Raises UsageError if it cannot start."""
    if options["faults"] or options["variant"]:
        gallery().check_ids(options["faults"], options["variant"])
    try:
        settings = Settings(**options)
        prepare_output(settings.log_format)
        log = None if settings.quiet else ConsoleLog(settings.log_format)
        run(settings, ready=partial(print_banner, settings, origin), observe=log.add if log else None)
        if log is not None:
            log.finish()
    except BadFileError as error:
        raise click.UsageError(f"The data cannot be served:\n{error}") from error
    except (ValueError, NoTrustmeError) as error:
        raise click.UsageError(str(error)) from error
    except OSError as error:
        raise click.UsageError(_why_not(error, settings.host, settings.port)) from error
    with suppress(OSError):  # as a full disk
        sys.stdout.flush()
    # Granian's threads end a moment later; one that meets a closing interpreter would abort the process.
    os._exit(0)


def _why_not(error: OSError, host: str, port: int) -> str:
    """Return why the mock cannot start, and what would help."""
    if error.filename is not None:
        return f"Cannot read {error.filename}: {error.strerror}."
    if error.errno in {errno.ENOENT, errno.EROFS}:
        return f"--tls has nowhere to put its certificate: {error.strerror}. In a container, add --tmpfs /tmp."
    if isinstance(error, ssl.SSLError):
        return f"--cert and --key-file are not a certificate and its key, in PEM: {error.strerror or error}."
    help_ = "Give another --port, or --port 0 for any free one."
    if isinstance(error, socket.gaierror):
        help_ = "Nothing has this name; give a name or an address of this machine as --host."
    elif error.errno == errno.EADDRNOTAVAIL:
        help_ = "Give an address of this machine as --host, such as 127.0.0.1, or 0.0.0.0 for all."
    elif isinstance(error, PermissionError):
        help_ = "Ports below 1024 are for the administrator; give another --port, or --port 0 for any free one."
    return f"Cannot listen on {host}:{port}: {error.strerror}. {help_}"
