"""Defaults from the surroundings: variables, and `[tool.seqruns.serve]` or `….check` in a project's pyproject.toml."""

from __future__ import annotations

import os
import re
import tomllib
from datetime import date
from difflib import get_close_matches
from pathlib import Path
from typing import Any, Final

import click

COMMANDS: Final = ("serve", "check", "compare")
"""The subcommands that have a table in the file."""
_SERVICE_LINK: Final = re.compile(r"(tcp|udp|sctp)://\S+:\d+", re.ASCII)
"""What Kubernetes puts into SEQRUNS_PORT in every pod beside a Service called `seqruns`."""
_PATH: Final = "seqruns.pyproject"
"""Where in the meta of a context the path of the file is."""


class PortOption(click.Option):
    """An option whose variable may have been set by Kubernetes, which says nothing about this mock."""

    def resolve_envvar_value(self, ctx: click.Context) -> str | None:  # noqa: ARG002 - click's signature
        """Return the value of the first variable that is set, and not as a service link."""
        name = _variable_of(self)
        return None if name is None else os.environ[name]


class ConfiguredCommand(click.Command):
    """A command whose options may also come from `SEQRUNS_…` variables and from pyproject.toml.

    `--no-control` is `SEQRUNS_CONTROL=0` and `control = false`, or `no-control = true`. The command line counts before
    the environment, and that before the file. `prefix` is what the names of the variables begin with.
    """

    def __init__(self, *arguments: Any, prefix: str = "SEQRUNS", **options: Any) -> None:
        super().__init__(*arguments, **options)
        for option in self._configurable():
            if option.envvar is None:
                option.envvar = f"{prefix}_{_name_of(option).replace('-', '_').upper()}"

    def make_context(
        self, info_name: str | None, args: list[str], parent: click.Context | None = None, **extra: Any
    ) -> click.Context:
        """Return the context, with the file's table as the defaults. Raises UsageError, which names the file."""
        try:
            table, path = read_table(Path.cwd(), info_name or "")
        except FileNotFoundError:
            raise click.UsageError("The folder that this is started in is gone; change to another one.") from None
        defaults = self._defaults(table, f"{path}: [tool.seqruns.{info_name}]", path)
        # click asks it after the command line and the variables, which is the precedence wanted.
        extra.setdefault("default_map", defaults)
        try:
            context = super().make_context(info_name, args, parent, **extra)
        except click.BadParameter as problem:
            origin = _origin_of(problem, f"[tool.seqruns.{info_name}] in {path}")
            if origin is None:
                raise
            message = f"{problem.message} It comes from {origin}."
            raise click.BadParameter(message, problem.ctx, problem.param) from None
        context.meta[_PATH] = path
        return context

    def _configurable(self) -> list[click.Parameter]:
        return [option for option in self.params if getattr(option, "allow_from_autoenv", True)]

    def _defaults(self, table: dict[str, Any], where: str, path: Path | None) -> dict[str, Any]:
        """Return the entries of a table by the names of the parameters; paths are relative to the file."""
        # Every spelling of an option, with whether it says yes: `control` does, `no-control` says no.
        options = {_name_of(option): (option, True) for option in self._configurable()} | {
            name.lstrip("-"): (option, name in option.opts)
            for option in self._configurable()
            for name in (*option.opts, *option.secondary_opts)
            if name.startswith("--")
        }
        defaults: dict[str, Any] = {}
        for key, given in table.items():
            if key not in options:
                raise click.UsageError(f"{where} has {key!r}, which is no option.{_meant(key, options)}")
            option, said = options[key]
            value = _value(option, given, f"{where} has {key} = {given!r}")
            if isinstance(option.type, click.Path) and path is not None:
                # Relative to the file, as the command may be run in any folder below it.
                value = str(path.parent / str(value))
            defaults[str(option.name)] = value if said else not value
        return defaults


def read_table(folder: Path, name: str) -> tuple[dict[str, Any], Path | None]:
    """Return the table `[tool.seqruns.NAME]` of the nearest pyproject.toml, in a folder or above, and its path.

    Raises UsageError for a file that cannot be read, and for what is misplaced below [tool.seqruns].
    """
    # The nearest file counts, even without a table of ours: one above it is another project's.
    for place in (folder, *folder.parents):
        path = place / "pyproject.toml"
        if path.is_file():
            try:
                tool = tomllib.loads(path.read_text("utf-8")).get("tool", {})
            except (tomllib.TOMLDecodeError, UnicodeDecodeError, OSError) as problem:
                raise click.UsageError(f"{path} cannot be read: {problem}") from problem
            tables = tool.get("seqruns", {}) if isinstance(tool, dict) else {}
            if not isinstance(tables, dict):
                raise click.UsageError(
                    f"{path}: tool.seqruns is {tables!r}; the options go into [tool.seqruns.{name}]."
                )
            for key, table in tables.items():
                if key not in COMMANDS or not isinstance(table, dict):
                    raise click.UsageError(
                        f"{path}: [tool.seqruns] has {key!r}, which means nothing there; "
                        f"the options of `seqruns {name}` go into [tool.seqruns.{name}]."
                    )
            return tables.get(name, {}), path
    return {}, None


def _value(option: click.Parameter, given: Any, where: str) -> Any:
    """Return a value of the file as click takes it. Raises UsageError for one of the wrong kind."""
    if isinstance(option, click.Option) and option.is_flag:
        if not isinstance(given, bool):
            raise click.UsageError(f"{where}; give true or false.")
        return given
    # `rate-limit = true`: on the command line the option may stand without a value, too.
    if given is True and isinstance(option, click.Option) and isinstance(option.flag_value, int):
        return option.flag_value
    # TOML has dates of its own: `now = 2024-06-15` is no text.
    if isinstance(given, date):
        given = given.isoformat()
    if option.multiple and not isinstance(given, list):
        given = [given]
    for each in given if option.multiple else [given]:
        if isinstance(each, bool) or not isinstance(each, (str, int, float)):
            raise click.UsageError(f"{where}; give {'a list of texts' if option.multiple else 'a number or a text'}.")
    return given


def _name_of(option: click.Parameter) -> str:
    """Return the name of an option as the command line has it, without its dashes."""
    return max(option.opts, key=len).lstrip("-").replace("_", "-")


def _meant(key: str, options: dict[str, Any]) -> str:
    near = get_close_matches(key.replace("_", "-"), options, n=1)
    return f" Did you mean {near[0]!r}?" if near else ""


def _variable_of(option: click.Parameter) -> str | None:
    """Return the variable that sets an option, if one does."""
    names = [option.envvar] if isinstance(option.envvar, str) else option.envvar or ()
    return next((name for name in names if (text := os.environ.get(name)) and not _SERVICE_LINK.fullmatch(text)), None)


def origins(context: click.Context) -> dict[str, list[str]]:
    """Return the options that neither the command line nor a default set, by the variable or the file that did."""
    found: dict[str, list[str]] = {}
    for option in context.command.params:
        origin = _origin(context, option, str(context.meta.get(_PATH)))
        if origin is not None:
            found.setdefault(origin, []).append(_name_of(option))
    return found


def _origin_of(problem: click.BadParameter, file: str) -> str | None:
    return _origin(problem.ctx, problem.param, file) if problem.ctx and problem.param else None


def _origin(context: click.Context, option: click.Parameter, file: str) -> str | None:
    """Return where the value of an option is from, if it is from a variable or from the file."""
    source = context.get_parameter_source(str(option.name))
    if source is click.core.ParameterSource.ENVIRONMENT:
        return _variable_of(option)
    return file if source is click.core.ParameterSource.DEFAULT_MAP else None
