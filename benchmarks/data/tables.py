"""The tables of the README beside this: each stands between two marks, and its command puts it there anew."""

from __future__ import annotations

import re
from pathlib import Path

README = Path(__file__).with_name("README.md")


def show(name: str, head: str, rows: list[str], *, write: bool) -> None:
    """Print a table in Markdown, and write it into the README where asked to."""
    table = "\n".join([head, "|---" * (head.count("|") - 1) + "|", *rows])
    print(table)
    if write:
        start, end = f"<!-- {name} -->", f"<!-- /{name} -->"
        place = re.compile(f"(?<={start}\n).*?(?={end})", re.DOTALL)
        text, times = place.subn(lambda _: f"\n{table}\n\n", README.read_text())
        if times != 1:
            raise SystemExit(f"{README} has no place for it: {start} … {end}")
        README.write_text(text)
