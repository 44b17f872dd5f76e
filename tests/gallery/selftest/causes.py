"""The page docs/causes.md, from what the kit names for each fault of the gallery.

After a change to the diagnosis or the gallery: python benchmarks/contracts/causes.py --pairs 0 --record
tests/gallery/selftest/causes.json, then python -m tests.gallery.selftest.causes > docs/causes.md.
"""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

RECORD = Path(__file__).with_name("causes.json")
PAGE = """\
# Causes

When `seqruns check` finds something broken it looks for the one wrong piece of the target that explains it: a `before`
that is exclusive, a total that follows no filter, a cache whose key lacks the offset. Every explanation it knows is a
few lines that answer every request as a target with that mistake would; one is named where it foresees every wrong
answer, and contradicts none of the right ones. A few more requests, at most 15, tell apart what fits equally well.
Where nothing fits nothing is named, and the findings stand as they are.

Of {faults} wrong servers of the [gallery](faults.md) these are the {causes} causes that are named. The id is what a
[baseline](check.md) knows a cause by. Numbers in a sentence are those of the gallery's servers; others have others.
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """A cause that was named."""

    sentence: str
    look: str
    checks: set[str] = field(default_factory=set)
    """The checks that it explained, over all faults for which it was named."""


def read_record() -> dict[str, list[dict[str, Any]]]:
    """Return the causes that were named for each fault, by its id."""
    record: dict[str, list[dict[str, Any]]] = json.loads(RECORD.read_text("utf-8"))
    return record


def render_page() -> str:
    """Return the page."""
    record, rows = read_record(), dict[str, Row]()
    for causes in record.values():
        for cause in causes:
            row = rows.setdefault(
                cause["id"], Row(sentence=cause["sentence"].split("; it also ")[0], look=cause["look"])
            )
            row.checks.update(cause["checks"])
    lines = [PAGE.format(faults=len(record), causes=len(rows))]
    piece = ""
    for name, row in sorted(rows.items()):
        if name.partition(".")[0] != piece:
            piece = name.partition(".")[0]
            lines.append(
                f"\n## {piece}\n\n| cause | the target … | the usual code | it shows in |\n|---|---|---|---|\n"
            )
        checks = ", ".join(f"`{check}`" for check in sorted(row.checks))
        lines.append(f"| `{name}` | {_cell(row.sentence)} | {_cell(row.look)} | {checks} |\n")
    return "".join(lines)


def _cell(text: str) -> str:
    return text.replace("|", "\\|").replace("\n", " ")


if __name__ == "__main__":
    print(render_page(), end="")  # noqa: T201 - a page
