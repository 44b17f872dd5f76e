"""Pictures of findings as inline SVG: runs on a time line against the bounds, or pages against the list."""

from __future__ import annotations

from typing import TYPE_CHECKING
from xml.etree.ElementTree import Element, SubElement, tostring

from seqruns_contracts.reports.difference import page_difference
from seqruns_contracts.reports.pictures import page_diff, timeline

if TYPE_CHECKING:
    from seqruns_contracts.findings.report import Report
    from seqruns_contracts.findings.results import Cause, Finding

WIDTH = 340
"""Of the picture's own units; it is scaled to the page."""


def draw(finding: Finding, report: Report) -> str:
    """Return an SVG element as text, empty where a picture would show nothing that the words do not.

    It has no colours of its own: the classes `came`, `missing`, `unexpected`, `moved` and `absent` say what is what.
    """
    marks = marked_runs(finding)
    if not marks:
        return ""
    svg = Element("svg", {"class": "picture", "role": "img", "xmlns": "http://www.w3.org/2000/svg"})
    if any(finding.query.instant(name) is not None for name in ("before", "after")):
        height, description = timeline.draw(svg, finding, report, marks, WIDTH)
    elif finding.due is not None and finding.came is not None:
        height, description = page_diff.draw(svg, finding, report, marks, WIDTH)
    else:
        return ""
    if not height:
        return ""
    svg.set("viewBox", f"0 0 {WIDTH} {height}")
    svg.set("aria-label", description)
    title = SubElement(svg, "title")
    title.text = description
    return tostring(svg, encoding="unicode")


def draw_cause(cause: Cause, report: Report) -> str:
    """Return what a cause foresees for its request, below what was due and what came; empty where it is no page."""
    finding, foreseen = cause.shown, cause.foreseen
    if finding is None or finding.due is None or finding.came is None or foreseen is None:
        return ""
    svg = Element("svg", {"class": "picture", "role": "img", "xmlns": "http://www.w3.org/2000/svg"})
    height, description = page_diff.draw(svg, finding, report, marked_runs(finding), WIDTH, foreseen=foreseen)
    svg.set("viewBox", f"0 0 {WIDTH} {height}")
    svg.set("aria-label", description)
    title = SubElement(svg, "title")
    title.text = description
    return tostring(svg, encoding="unicode")


def marked_runs(finding: Finding) -> dict[str, str]:
    """Return the runs that are wrong, by id: `missing`, `unexpected` or `moved`."""
    difference = page_difference(finding)
    kinds: tuple[tuple[str, tuple[str, ...]], ...] = (
        ("moved", difference.moved),
        ("unexpected", difference.unexpected),
        ("missing", difference.missing),
    )
    # Of a run with two kinds the last one stays: that it is missing matters most.
    return {name: kind for kind, names in kinds for name in names}
