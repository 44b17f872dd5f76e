"""A page as a strip of numbers: the places of its runs in the whole list, what came below what was due."""

from __future__ import annotations

from typing import TYPE_CHECKING
from xml.etree.ElementTree import Element, SubElement

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from seqruns_contracts.findings.report import Report
    from seqruns_contracts.findings.results import Finding

CELLS = 9
"""How many runs of a page are shown."""
LEFT = 62
HEIGHT = 30
ROWS = {"due": 24, "came": 66, "foreseen": 108}
"""Where the strips begin."""


def draw(
    svg: Element,
    finding: Finding,
    report: Report,
    marks: Mapping[str, str],
    width: int,
    *,
    foreseen: Sequence[str] | None = None,
) -> tuple[int, str]:
    """Draw the stretch of both pages that begins just before the first difference; return the height and the words.

    `foreseen` is what a cause says that comes, as a third strip.
    """
    due, came = finding.due or (), finding.came or ()
    # Two runs that agree come first, to show where one is.
    begin = max(0, _first_difference(due, came) - 2)
    places = {run.id: run.place for run in report.listed.values() if run.place is not None}
    _add(svg, "text", "label", f"places in the whole list, from the {_ordinal(begin + 1)} of the page on", x=0, y=13)
    strips = {"due": due, "came": came} | ({} if foreseen is None else {"foreseen": foreseen})
    for name, runs in strips.items():
        _add(svg, "text", "label", name, x=0, y=ROWS[name] + 20)
        _strip(svg, ROWS[name], runs[begin:], places, marks, step=(width - LEFT) / CELLS)
    description = "; ".join(f"{name}: {_numbers(runs[begin:], places)}" for name, runs in strips.items())
    # `name` is that of the last strip drawn.
    return ROWS[name] + HEIGHT + 8, description


def _first_difference(due: Sequence[str], came: Sequence[str]) -> int:
    pairs = zip(due, came, strict=False)
    return next((place for place, (one, other) in enumerate(pairs) if one != other), min(len(due), len(came)))


def _strip(
    svg: Element, y: int, runs: Sequence[str], places: Mapping[str, int], marks: Mapping[str, str], *, step: float
) -> None:
    more = len(runs) > CELLS
    # True is 1: the last cell is left for the ellipsis.
    for column, name in enumerate(runs[: CELLS - more]):
        x, kind = LEFT + column * step, marks.get(name, "came")
        _add(svg, "rect", f"cell {kind}", x=round(x + 1, 1), y=y, width=round(step - 3, 1), height=HEIGHT, rx=4)
        _add(svg, "text", "number", _number(name, places), x=round(x + step / 2, 1), y=y + 20)
    if more:
        _add(svg, "text", "number", "…", x=round(LEFT + (CELLS - 0.5) * step, 1), y=y + 20)
    if not runs:
        _add(svg, "text", "label", "nothing", x=LEFT, y=y + 20)


def _number(name: str, places: Mapping[str, int]) -> str:
    return str(places[name] + 1) if name in places else "?"


def _numbers(runs: Sequence[str], places: Mapping[str, int]) -> str:
    shown = ", ".join(_number(name, places) for name in runs[:CELLS])
    return (shown or "nothing") + (" and so on" if len(runs) > CELLS else "")


def _ordinal(number: int) -> str:
    suffix = "th" if number % 100 in {11, 12, 13} else {1: "st", 2: "nd", 3: "rd"}.get(number % 10, "th")
    return f"{number}{suffix}"


def _add(svg: Element, tag: str, class_: str, text: str = "", **attributes: object) -> None:
    element = SubElement(svg, tag, {"class": class_} | {name: str(value) for name, value in attributes.items()})
    element.text = text or None
