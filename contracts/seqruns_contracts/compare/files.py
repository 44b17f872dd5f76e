"""The report of a comparison in files: JSON, JUnit XML, one HTML page, and what GitHub Actions shows."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from junitparser import Error, Failure, Skipped, TestCase

from seqruns import __version__
from seqruns.dialect import dimensions
from seqruns_contracts.compare.report import describe_contrast, figures, summarize
from seqruns_contracts.reports.github import fenced, render_annotation
from seqruns_contracts.reports.html import render_page
from seqruns_contracts.reports.junit import render_suites
from seqruns_contracts.reports.summary import as_sentence

if TYPE_CHECKING:
    from collections.abc import Iterator

    from seqruns_contracts.compare.results import Comparison, Contrast


def render_json(comparison: Comparison) -> str:
    """Return the comparison as indented JSON, in ASCII."""
    return json.dumps(_as_json(comparison), indent=2) + "\n"


def _as_json(comparison: Comparison) -> dict[str, Any]:
    names = ("base_url", "sequence_id", "runs", "requests")
    sides = zip(comparison.base_urls, comparison.sequence_ids, comparison.runs, comparison.requests, strict=True)
    return {
        "seqruns": __version__,
        **{name: dict(zip(names, side, strict=True)) for name, side in zip("ab", sides, strict=True)},
        "seed": comparison.seed,
        "exit_code": comparison.exit_code,
        "asked": comparison.asked,
        "differing": comparison.differing,
        "seconds": round(comparison.seconds, 3),
        "stopped": comparison.stopped,
        "data": list(comparison.data),
        "differences": [_contrast(contrast) for contrast in comparison.contrasts],
        "alike": list(comparison.alike),
        "unseen": list(comparison.unseen),
    }


def _contrast(contrast: Contrast) -> dict[str, Any]:
    return {
        "dimension": contrast.dimension or None,
        "says": contrast.says,
        "a": contrast.answers[0],
        "b": contrast.answers[1],
        "asked": contrast.asked,
        "query": [list(pair) for pair in contrast.query.parameters],
        "times": contrast.times,
        "curl": {"a": contrast.curls[0], "b": contrast.curls[1]},
    }


def render_junit(comparison: Comparison) -> str:
    """Return the comparison as JUnit XML: a case for the runs, for each dimension and for each other difference.

    A dimension that one of the two does not show is skipped. What ended the comparison early is an error.
    """
    suites = {"runs": [_case("runs", "runs.are-the-same", "\n".join(comparison.data), "The runs differ")]}
    for name in dimensions():
        suites.setdefault(name.partition(".")[0], []).append(_dimension_case(comparison, name))
    others = {contrast.asked: describe_contrast(contrast, comparison) for contrast in comparison.unexplained}
    suites["queries"] = [_case("queries", asked, text, "The answers differ") for asked, text in others.items()]
    # There is a case either way, so that a CI system shows this suite pass, and not vanish.
    suites["queries"] += [] if others else [_case("queries", "queries.are-answered-the-same", "", "")]
    if comparison.stopped or comparison.is_cut_short:
        early = TestCase("run.is-carried-out-to-its-end", "seqruns.run", 0.0)
        early.result = [Error(comparison.stopped or "the budget of requests was spent", "stopped")]
        suites["run"] = [early]
    return render_suites(" and ".join(("seqruns", *comparison.base_urls)), suites, _properties(comparison))


def _dimension_case(comparison: Comparison, name: str) -> TestCase:
    contrast = next((each for each in comparison.explained if each.dimension == name), None)
    text = describe_contrast(contrast, comparison) if contrast else ""
    case = _case(name.partition(".")[0], name, text, dimensions()[name].says)
    if name in comparison.unseen:
        case.result = [Skipped("not seen of both", "not seen")]
    return case


def _properties(comparison: Comparison) -> dict[str, str]:
    return {
        "base_url_a": comparison.base_urls[0],
        "base_url_b": comparison.base_urls[1],
        "sequence_id_a": comparison.sequence_ids[0],
        "sequence_id_b": comparison.sequence_ids[1],
        "seed": str(comparison.seed),
    }


def _case(suite: str, name: str, different: str, message: str) -> TestCase:
    """Return a case that fails where there is something different."""
    case = TestCase(name, f"seqruns.{suite}", 0.0)
    if different:
        failure = Failure(message, "different")
        failure.text = different
        case.result = [failure]
    return case


def render_html(comparison: Comparison) -> str:
    """Return the comparison as one page; every text in it is escaped."""
    return render_page(
        "compare/comparison.html.jinja",
        subject=" and ".join(comparison.base_urls),
        verdict=summarize(comparison),
        exit_code=comparison.exit_code,
        comparison=comparison,
        sides=tuple(zip("AB", comparison.base_urls, comparison.runs, comparison.requests, strict=True)),
        figures=figures(comparison),
        dimensions=dimensions(),
    )


def render_summary(comparison: Comparison) -> str:
    """Return the comparison as Markdown for the page of a workflow run."""
    headline, rest = summarize(comparison)
    parts = [f"## {headline}", f"{as_sentence(rest)} {figures(comparison)}."]
    parts += [fenced("\n".join(comparison.data))] if comparison.data else []
    for contrast in comparison.told:
        described = fenced(describe_contrast(contrast, comparison))
        parts.append(f"**`{contrast.dimension or 'different'}`** {contrast.says}\n\n{described}")
    return "\n\n".join(parts) + "\n"


def render_annotations(comparison: Comparison) -> Iterator[str]:
    """Yield the commands that the log of GitHub Actions is to hold, one for each difference."""
    for words in comparison.data:
        yield render_annotation("error", "The runs differ", words)
    for contrast in comparison.told:
        described = describe_contrast(contrast, comparison)
        yield render_annotation("error", contrast.dimension or contrast.says, described)
