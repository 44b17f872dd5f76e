"""Text from outside, made harmless to print: a terminal, a log and a workflow runner act on what they are given."""

from __future__ import annotations

LONGEST = 300
"""Characters: how much of one foreign text is shown, unless said otherwise."""
_LEGACY_COMMAND = "##["
"""GitHub's runner takes it for the beginning of a command wherever it stands in a line."""


def visible(text: str, *, longest: int | None = None) -> str:
    r"""Return the text in one line, with everything that does not print as an escape.

    That is control characters (`\x1b`, `\n`), marks that turn the direction of writing (`\u202e`), invisible ones
    (`\ufeff`), halves of surrogate pairs, and spaces that look like the plain one. Of a text longer than `longest`
    the beginning is shown, and how long it is.
    """
    if longest is not None and len(text) > longest:
        # Cut before it is made visible: an escape cut in half, `\x1`, would be another text.
        return f"{visible(text[:longest])}… ({len(text)} characters)"
    if text.isprintable() and _LEGACY_COMMAND not in text:
        return text
    shown = "".join(mark if mark.isprintable() else _escaped(mark) for mark in text)
    return shown.replace(_LEGACY_COMMAND, r"\x23#[")


def visible_lines(text: str) -> str:
    """Return the text with its line breaks kept, each line of it as `visible` shows it."""
    return "\n".join(map(visible, text.split("\n")))


def _escaped(mark: str) -> str:
    return mark.encode("unicode_escape", "surrogatepass").decode("ascii")


def quoted(value: object, *, longest: int = 80) -> str:
    """Return a value of JSON as Python writes it, made visible."""
    return visible(repr(value), longest=longest)
