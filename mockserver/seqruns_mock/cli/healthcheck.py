"""`python -m seqruns_mock.cli.healthcheck`: whether the mock that is the first process of this container answers."""

from __future__ import annotations

import ssl
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.request import HTTPSHandler, ProxyHandler, build_opener

from seqruns_mock.addresses import root_url_of
from seqruns_mock.cli.command import serve

if TYPE_CHECKING:
    from collections.abc import Sequence


def main(command: Sequence[str] | None = None) -> None:
    """Return where a mock, started by a command in these surroundings, is up. Raises OSError where it is not."""
    if command is None:
        command = Path("/proc/1/cmdline").read_text("utf-8").split("\0")[:-1]
    # The certificate may be for any name; whether it is trusted is not the question here.
    context = ssl._create_unverified_context()  # noqa: S323, SLF001 - as above
    # A proxy would look for this machine's own address in its own place.
    opener = build_opener(ProxyHandler({}), HTTPSHandler(context=context))
    opener.open(f"{root_of(command)}/healthz", timeout=4).close()


def root_of(command: Sequence[str]) -> str:
    """Return the root URL of a mock, as its command line, variables and pyproject.toml say."""
    # Where a shell is in between, only the variables and pyproject.toml tell.
    arguments = list(command)[list(command).index("serve") + 1 :] if "serve" in command else []
    options = serve.make_context("serve", arguments).params
    root_url = root_url_of(options["host"], options["port"], tls=options["tls"] or options["cert"] is not None)
    return f"{root_url}{options['base_path']}"


if __name__ == "__main__":
    main()
