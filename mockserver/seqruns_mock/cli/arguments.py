"""How the command reads its arguments: what click has no type for, refused in words."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import click

if TYPE_CHECKING:
    from pathlib import Path


def read_keys(_context: click.Context, _parameter: click.Parameter, keys: tuple[str, ...]) -> tuple[str, ...]:
    """Return the keys. Raises BadParameter for what no header can hold."""
    for key in keys:
        if not key.isascii() or not key.isprintable() or key != key.strip() or not key:
            raise click.BadParameter("a key is printable ASCII, without a space at either end.")
    return keys


def read_base_path(_context: click.Context, _parameter: click.Parameter, text: str) -> str:
    """Return a base path without a slash at its end. Raises BadParameter."""
    from seqruns_mock.settings import parse_base_path

    try:
        return parse_base_path(text)
    except ValueError as problem:
        raise click.BadParameter(str(problem)) from None


def read_sizes(_context: click.Context, _parameter: click.Parameter, pairs: tuple[str, ...]) -> dict[str, int]:
    """Return the number of runs in each sequence, from `ID=N`. Raises BadParameter."""
    from seqruns_mock.settings import parse_sizes

    try:
        return parse_sizes(pairs)
    except ValueError as problem:
        raise click.BadParameter(str(problem)) from None


def read_dialect(_context: click.Context, _parameter: click.Parameter, path: Path | None) -> Any:
    """Return the dialect in a file. Raises BadParameter, which says what is wrong in it."""
    from seqruns.dialect import DialectError
    from seqruns.dialect_file import read_dialect

    try:
        return None if path is None else read_dialect(path)
    except DialectError as problem:
        words = str(problem)
        raise click.BadParameter(words if words.endswith("?") else f"{words}.") from None


def read_one(_context: click.Context, _parameter: click.Parameter, names: tuple[str, ...]) -> str | None:
    """Return the one value of an option; None without any. Raises BadParameter for several."""
    if len(names) > 1:
        raise click.BadParameter(f"{' and '.join(names)} cannot be served at once; give one variant, or --gallery.")
    return names[0] if names else None


def read_now(_context: click.Context, _parameter: click.Parameter, text: str | None) -> float | None:
    """Return a time in seconds since 1970. Raises BadParameter."""
    from seqruns_mock.core.clock import parse_now

    try:
        return parse_now(text)
    except ValueError as problem:
        raise click.BadParameter(f"{text!r} {problem}.") from None


def read_troubles(_context: click.Context, _parameter: click.Parameter, lines: tuple[str, ...]) -> tuple[Any, ...]:
    """Return the troubles, each from a line of its own or several from one. Raises BadParameter."""
    from seqruns_mock.trouble.trouble import parse_troubles

    try:
        return tuple(trouble for line in lines for trouble in parse_troubles(line))
    except ValueError as problem:
        raise click.BadParameter(f"{problem}.") from None
