"""The command `seqruns`: an umbrella over the subcommands that each part owns."""

from __future__ import annotations

from importlib import import_module
from typing import ClassVar

import click

from seqruns import __version__


class LazyGroup(click.Group):
    """A group that imports the module of a subcommand only when that subcommand is asked for."""

    parts: ClassVar[dict[str, str]] = {
        "serve": "seqruns_mock.cli.command",
        "check": "seqruns_contracts.cli.command",
        "compare": "seqruns_contracts.compare.command",
        "fixtures": "seqruns_fixtures.cli.command",
        "selftest": "seqruns_gallery.selftest.command",
    }

    def list_commands(self, ctx: click.Context) -> list[str]:  # noqa: ARG002 - click's signature
        """Return the names of the subcommands, in the order of a user's first day."""
        return list(self.parts)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:  # noqa: ARG002 - as above
        """Return the subcommand of that name, or None where there is none."""
        module = self.parts.get(cmd_name)
        if module is None:
            return None
        command: click.Command = getattr(import_module(module), cmd_name)
        return command


@click.group(cls=LazyGroup, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(__version__, "-V", "--version", prog_name="seqruns")
def main() -> None:
    """Mock, check and feed the List Sequence Runs endpoint."""
