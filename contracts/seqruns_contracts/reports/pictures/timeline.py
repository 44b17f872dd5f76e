"""Runs as points in time: an overview with the window, and the runs around the bound, one to a line."""

from __future__ import annotations

from bisect import bisect_left
from typing import TYPE_CHECKING
from xml.etree.ElementTree import Element, SubElement

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from seqruns_contracts.findings.report import Report
    from seqruns_contracts.findings.results import Finding, ListedRun

MARGIN = 14
STRIP = 34
"""The height of the overview."""
LINE = 22
"""The height of a line of the close-up."""
NEIGHBOURS = 3
"""How many runs are shown on each side of the bound."""
SIGNS = {"before": "before: everything above it", "after": "after: everything below it"}
EXACT = {"before": "before: the run above is exactly at it", "after": "after: the run below is exactly at it"}


def draw(svg: Element, finding: Finding, report: Report, marks: Mapping[str, str], width: int) -> tuple[int, str]:
    """Draw the overview and the close-up; return the height, 0 where no run shows its start, and what is to be seen."""
    came = set(finding.came or ())
    shown = [run for run in report.listed.values() if run.place is not None or run.id in came]
    dated = sorted((run for run in shown if run.start is not None), key=lambda run: (run.start or 0, run.id))
    bounds = {name: at for name in SIGNS if (at := finding.query.instant(name)) is not None}
    if not dated or not bounds:
        return 0, ""
    _overview(svg, dated, bounds, {**dict.fromkeys(came, "came"), **marks}, width)
    bound = min(bounds, key=lambda name: _distance_to_marks(bounds[name], dated, marks))
    near = _around(dated, bounds[bound], marks)
    height = _close_up(svg, near, (bound, bounds[bound]), {**dict.fromkeys(came, "came"), **marks}, width)
    wrong = ", ".join(f"{list(marks.values()).count(kind)} {kind}" for kind in dict.fromkeys(marks.values()))
    return height, f"{len(dated)} runs in the order of their start times; {wrong}"


def _overview(
    svg: Element, dated: Sequence[ListedRun], bounds: Mapping[str, int], kinds: Mapping[str, str], width: int
) -> None:
    first, last = dated[0].start or 0, dated[-1].start or 0
    reach = (last - first) or 1

    def place(instant: int) -> float:
        # A bound far from all runs, as the year 1, stands just beyond the end of the strip.
        share = min(1.03, max(-0.03, (instant - first) / reach))
        return round(MARGIN * 2 + share * (width - 4 * MARGIN), 1)

    left = place(bounds["after"]) if "after" in bounds else 0
    right = place(bounds["before"]) if "before" in bounds else width
    if right > left:
        _add(svg, "rect", "window", x=left, y=4, width=right - left, height=STRIP - 8)
    _add(svg, "line", "axis", x1=0, y1=STRIP // 2, x2=width, y2=STRIP // 2)
    # What is drawn later lies on top: a missing run must not hide below those that came.
    for kind in ("absent", "came", "moved", "unexpected", "missing"):
        for run in dated:
            if kinds.get(run.id, "absent") == kind:
                _add(svg, "circle", f"run {kind}", cx=place(run.start or 0), cy=STRIP // 2, r=4)
    for instant in bounds.values():
        _add(svg, "line", "bound", x1=place(instant), y1=2, x2=place(instant), y2=STRIP - 2)


def _distance_to_marks(bound: int, dated: Sequence[ListedRun], marks: Mapping[str, str]) -> int:
    return min((abs((run.start or 0) - bound) for run in dated if run.id in marks), default=0)


def _around(dated: Sequence[ListedRun], bound: int, marks: Mapping[str, str]) -> list[ListedRun]:
    """Return the wrong runs nearest to the bound and its neighbours, earliest first."""
    cut = bisect_left([run.start or 0 for run in dated], bound)
    near = set(range(max(0, cut - NEIGHBOURS), min(len(dated), cut + NEIGHBOURS + 1)))
    wrong = sorted((place for place, run in enumerate(dated) if run.id in marks), key=lambda place: abs(place - cut))
    return [dated[place] for place in sorted(near | set(wrong[:NEIGHBOURS]))]


def _close_up(
    svg: Element, shown: Sequence[ListedRun], bound: tuple[str, int], kinds: Mapping[str, str], width: int
) -> int:
    """Draw the runs, one to a line, with the bound after all that it includes; return the height."""
    name, instant = bound
    label = (EXACT if any(run.start == instant for run in shown) else SIGNS)[name]
    # A run exactly at the bound is above the line of `before` and below that of `after`: both include it.
    outside = [run for run in shown if (run.start or 0) > instant or (name == "after" and run.start == instant)]
    y = STRIP + LINE
    for run in shown[: len(shown) - len(outside)]:
        y = _run_line(svg, y, run, kinds.get(run.id, "absent"), width)
    y = _bound_line(svg, y, label, width)
    for run in outside:
        y = _run_line(svg, y, run, kinds.get(run.id, "absent"), width)
    return y - LINE // 2


def _bound_line(svg: Element, y: int, label: str, width: int) -> int:
    _add(svg, "line", "bound", x1=0, y1=y - LINE // 2, x2=width, y2=y - LINE // 2)
    _add(svg, "text", "label", label, x=0, y=y + 5)
    return y + LINE + 4


def _run_line(svg: Element, y: int, run: ListedRun, kind: str, width: int) -> int:
    _add(svg, "circle", f"run {kind}", cx=MARGIN, cy=y - 4, r=5)
    _add(svg, "text", "time", run.start_text or run.id, x=2 * MARGIN, y=y)
    if kind != "absent":
        _add(svg, "text", f"mark {kind}", kind, x=width, y=y, **{"text-anchor": "end"})
    return y + LINE


def _add(svg: Element, tag: str, class_: str, text: str = "", **attributes: object) -> None:
    element = SubElement(svg, tag, {"class": class_} | {name: str(value) for name, value in attributes.items()})
    element.text = text or None
