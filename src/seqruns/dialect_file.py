"""The TOML file of a dialect, which people read and edit."""

from __future__ import annotations

import re
import textwrap
import tomllib
from typing import TYPE_CHECKING, Any

from seqruns.dialect import Dialect, DialectError, dimensions, quote

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from pathlib import Path

    from seqruns.dialect import Dimension, Value

WIDTH = 118


def read_dialect(path: Path) -> Dialect:
    """Return the dialect in a TOML file.

    Raises DialectError with the name of the file, and OSError where it cannot be read.
    """
    try:
        return parse_dialect(path.read_text("utf-8"))
    except UnicodeDecodeError:
        raise DialectError(f"{path} is no text in UTF-8") from None
    except DialectError as error:
        raise DialectError("\n".join(f"{path}: {line}" for line in str(error).splitlines())) from None


def parse_dialect(text: str) -> Dialect:
    """Return the dialect in a TOML text.

    Raises DialectError, with every unknown dimension and value, each with the number of its line.
    """
    try:
        document = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise DialectError(f"is no TOML: {error}") from None
    try:
        return Dialect.of(dict(_flat(document)))
    except DialectError as error:
        lines = line_numbers(text)
        problems = str(error).splitlines()
        # `page.cap is 0, which is …`: a problem begins with the name of its dimension.
        places = [f"line {lines[name]}: " if (name := line.partition(" ")[0]) in lines else "" for line in problems]
        raise DialectError("\n".join(map(str.__add__, places, problems))) from None


def line_numbers(text: str) -> dict[str, int]:
    """Return the lines, counted from 1, on which a text gives dimensions their values, as most people write TOML."""
    table, found = "", {}
    for number, line in enumerate(text.splitlines(), 1):
        if header := re.match(r"\s*\[\s*([\w-]+)\s*\]", line):
            table = f"{header[1]}."
        elif key := re.match(r"\s*([\w.-]+)\s*=", line):
            found[f"{table}{key[1]}"] = number
    return found


def _flat(document: Mapping[str, Any]) -> Iterator[tuple[str, Any]]:
    for table, content in document.items():
        if not isinstance(content, dict):
            yield table, content
            continue
        for key, value in content.items():
            # A tuple, as values are compared and hashed.
            yield f"{table}.{key}", tuple(value) if isinstance(value, list) else value


def render_dialect(dialect: Dialect, *, title: str = "") -> str:
    """Return a dialect as TOML: every dimension with its values; what is not known is commented out.

    Where the contract chooses otherwise, that stands there: whoever looks for `the contract:` finds what is special.
    """
    blocks, table = [f"# {line}".rstrip() for line in title.splitlines()], ""
    for name, dimension in dimensions().items():
        if name.partition(".")[0] != table:
            table = name.partition(".")[0]
            blocks += ["", f"[{table}]"]
        blocks += ["", *_block(dimension, dialect)]
    return "\n".join(blocks).lstrip("\n") + "\n"


def _block(dimension: Dimension, dialect: Dialect) -> Iterator[str]:
    trait = dialect.traits.get(dimension.id)
    yield from _comment(f"{dimension.says}.")
    for word, meaning in dimension.words.items():
        yield from _comment(f"  {word}: {meaning}")
    key = dimension.id.partition(".")[2]
    if trait is None:
        chosen = f"as {dimension.like}" if dialect.follows(dimension.id) else "the contract chooses"
        needs = f", which takes {dimension.needs}" if dimension.needs else ""
        yield from _comment(f"not seen{needs}; {chosen}:")
        yield f"# {key} = {to_toml(dialect[dimension.id])}"
        return
    how = f"{trait.certainty}: {trait.request}" if trait.request else f"{trait.certainty}"
    yield from _comment(how)
    if trait.value != dimension.contract:
        yield f"# the contract: {to_toml(dimension.contract)}"
    yield f"{key} = {to_toml(trait.value)}"


def _comment(text: str) -> Iterator[str]:
    """Yield a text as lines of a comment; a control character in it, as in what a target says, ends no line."""
    safe = "".join(mark if mark.isprintable() else mark.encode("unicode_escape").decode() for mark in text)
    indent = " " * (len(safe) - len(safe.lstrip()))
    for line in textwrap.wrap(safe, WIDTH, initial_indent="", subsequent_indent=f"{indent}  ", break_on_hyphens=False):
        yield f"# {line}"


def to_toml(value: Value) -> str:
    """Return a value as TOML writes it."""
    if isinstance(value, tuple):
        return f"[{', '.join(map(to_toml, value))}]"
    return quote(value) if isinstance(value, str) else str(value)
