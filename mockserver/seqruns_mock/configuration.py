"""Defaults from the surroundings: environment variables, and `[tool.seqruns.serve]` in a project's pyproject.toml."""

from __future__ import annotations

import tomllib
from pathlib import Path
from typing import Any

import click


class ConfiguredCommand(click.Command):
    """A command whose options may also come from `SEQRUNS_…` variables and from pyproject.toml.

    The command line counts before the environment, and that before the file.
    """

    def make_context(
        self, info_name: str | None, args: list[str], parent: click.Context | None = None, **extra: Any
    ) -> click.Context:
        """Return the context, with the file's table as the defaults."""
        extra.setdefault("auto_envvar_prefix", "SEQRUNS")
        extra.setdefault("default_map", self._defaults(info_name or ""))
        return super().make_context(info_name, args, parent, **extra)

    def _defaults(self, name: str) -> dict[str, Any]:
        table, path = read_table(Path.cwd(), name)
        options = {option.lstrip("-"): parameter for parameter in self.params for option in parameter.opts}
        for key in table:
            if key not in options:
                raise click.UsageError(f"{path}: [tool.seqruns.{name}] has {key!r}, which is no option.")
        return {str(options[key].name): value for key, value in table.items()}


def read_table(folder: Path, name: str) -> tuple[dict[str, Any], Path | None]:
    """Return the table `[tool.seqruns.NAME]` of the nearest pyproject.toml, in a folder or above, and its path."""
    for place in (folder, *folder.parents):
        path = place / "pyproject.toml"
        if path.is_file():
            try:
                tool = tomllib.loads(path.read_text("utf-8")).get("tool", {})
            except (tomllib.TOMLDecodeError, UnicodeDecodeError, OSError) as problem:
                raise click.UsageError(f"{path} cannot be read: {problem}") from problem
            table = tool.get("seqruns", {}).get(name, {})
            return (table if isinstance(table, dict) else {}), path
    return {}, None
