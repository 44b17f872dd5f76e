"""The report as one HTML file: it needs nothing else, offline, on a telephone, by day and by night."""

from __future__ import annotations

import re
from collections import Counter
from functools import partial
from typing import TYPE_CHECKING, Any

from jinja2 import Environment, PackageLoader, StrictUndefined
from markupsafe import Markup, escape

from seqruns import __version__
from seqruns_contracts.checks.clauses import CLAUSES
from seqruns_contracts.findings.results import Cause, Outcome
from seqruns_contracts.reports.difference import difference_lines, first_described
from seqruns_contracts.reports.pictures.draw import draw, draw_cause
from seqruns_contracts.reports.summary import as_sentence, figures, summarize
from seqruns_contracts.reports.text import seen_in_words

if TYPE_CHECKING:
    from seqruns_contracts.findings.report import Report
    from seqruns_contracts.findings.results import Finding

COLOURS = {0: "kept", 1: "broken", 2: "errored", 3: "idle"}


def render_html(report: Report) -> str:
    """Return the whole page; every text in it is escaped."""
    return render_page(
        "reports/report.html.jinja",
        subject=report.base_url,
        verdict=summarize(report),
        exit_code=report.exit_code,
        report=report,
        figures=figures(report),
        areas=_areas(report),
        outcomes=list(Outcome),
        clauses=CLAUSES,
        difference_lines=partial(difference_lines, report=report),
        unexplained={verdict.check.id for verdict in report.verdicts if report.cause_of(verdict) is None},
        cause_picture=partial(_cause_picture, report=report),
        picture=partial(_picture, report=report),
        first_described=first_described(report),
        seen_in_words=seen_in_words,
    )


def render_page(template: str, *, subject: str, verdict: tuple[str, str], exit_code: int, **values: Any) -> str:
    """Return a page of one of the kit's templates, with the verdict as its heading; every text in it is escaped."""
    environment = Environment(
        loader=PackageLoader("seqruns_contracts", ""),
        autoescape=True,
        # A name that a template misspells is an error, not an empty place in a report.
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.filters["prose"] = _prose
    headline, rest = verdict
    return environment.get_template(template).render(
        subject=subject,
        headline=headline,
        rest=as_sentence(rest),
        colour=COLOURS[exit_code],
        version=__version__,
        **values,
    )


def _areas(report: Report) -> dict[str, Counter[Outcome]]:
    areas: dict[str, Counter[Outcome]] = {}
    for verdict in report.verdicts:
        areas.setdefault(verdict.check.area, Counter())[verdict.outcome] += 1
    return areas


def _prose(text: str) -> Any:
    """Return text with its names in backticks as code."""
    # Escaped first: what stands between backticks may be a target's.
    return Markup(re.sub("`(.+?)`", r"<code>\1</code>", str(escape(text))))  # noqa: S704 - escaped before


def _cause_picture(cause: Cause, report: Report) -> Any:
    """Return the picture of what a cause foresees beside what came and what was due."""
    return Markup(draw_cause(cause, report))  # noqa: S704 - built as an element tree, which escapes


def _picture(finding: Finding, report: Report) -> Any:
    return Markup(draw(finding, report))  # noqa: S704 - built as an element tree, which escapes
