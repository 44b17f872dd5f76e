"""The report of a comparison: on a terminal, and as JSON."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from rich.text import Text

from seqruns import __version__
from seqruns_contracts.reports.summary import count

if TYPE_CHECKING:
    from collections.abc import Iterator

    from rich.console import Console

    from seqruns_contracts.compare.results import Comparison, Contrast

STYLES = {0: "bold green", 1: "bold red", 2: "bold magenta", 3: "bold yellow"}


def print_comparison(comparison: Comparison, console: Console, *, quiet: bool = False) -> None:
    """Print each difference with what both answer, and the verdict; `quiet`: only the verdict."""
    if not quiet:
        for name, url, runs in zip("AB", comparison.base_urls, comparison.runs, strict=True):
            console.print(Text(f"{name}  {url}, {count(runs, 'run')}"), soft_wrap=True)
        for words in comparison.data:
            console.print()
            console.print(Text.assemble(("DATA", "bold red"), f"  {words}"), soft_wrap=True)
        for contrast in comparison.contrasts:
            console.print()
            for line in _lines(contrast):
                console.print(line, soft_wrap=True)
        console.print()
    console.print(Text(figures(comparison)), soft_wrap=True)
    headline, rest = summarize(comparison)
    console.print(Text.assemble((headline, STYLES[comparison.exit_code]), rest), soft_wrap=True)


def _lines(contrast: Contrast) -> Iterator[Text]:
    title = contrast.dimension or "DIFFERENT"
    yield Text.assemble((title, "bold" if contrast.dimension else "bold red"), f"  {contrast.says}")
    for name, answer in zip("AB", contrast.answers, strict=True):
        yield Text.assemble("  ", (f"{name}        ", "dim"), " ", answer)
    yield Text.assemble("  ", ("asked    ", "dim"), " ", contrast.asked)
    if contrast.times > 1:
        yield Text.assemble("  ", ("seen     ", "dim"), f" in {contrast.times} queries")
    for name, curl in zip(("again", ""), contrast.curls, strict=True):
        yield Text.assemble("  ", (f"{name:9}", "dim"), " ", (curl, "cyan"))


def figures(comparison: Comparison) -> str:
    """Return how much was asked."""
    first, second = comparison.requests
    return (
        f"{count(comparison.asked, 'query').replace('querys', 'queries')} to both, {comparison.differing} of them "
        f"answered differently; {first} and {second} requests in {comparison.seconds:.1f} s; seed {comparison.seed}"
    )


def summarize(comparison: Comparison) -> tuple[str, str]:
    """Return the verdict: the headline, and what follows it in the same sentence."""
    dimensions, others = count(len(comparison.explained), "dimension"), len(comparison.unexplained)
    match comparison.exit_code:
        case 0:
            return "The two answer the same", "."
        case 1:
            data = ", and their runs differ" if comparison.data else ""
            rest = f", and in {count(others, 'way')} that no dimension explains" if others else ""
            return "The two differ", f": in {dimensions}{rest}{data}."
        case 2 if comparison.stopped:
            return "The comparison was stopped", f": {comparison.stopped}."
        case 2:
            return "The budget of requests was spent too early", "; raise it with --max-requests."
    return "There was nothing to compare on", f": sequence {comparison.sequence_id} has no runs."


def render_json(comparison: Comparison) -> str:
    """Return the comparison as indented JSON."""
    return json.dumps(_as_json(comparison), indent=2, ensure_ascii=False) + "\n"


def _as_json(comparison: Comparison) -> dict[str, Any]:
    return {
        "seqruns": __version__,
        "a": {"base_url": comparison.base_urls[0], "runs": comparison.runs[0], "requests": comparison.requests[0]},
        "b": {"base_url": comparison.base_urls[1], "runs": comparison.runs[1], "requests": comparison.requests[1]},
        "sequence_id": comparison.sequence_id,
        "seed": comparison.seed,
        "exit_code": comparison.exit_code,
        "asked": comparison.asked,
        "differing": comparison.differing,
        "seconds": round(comparison.seconds, 3),
        "stopped": comparison.stopped,
        "data": list(comparison.data),
        "differences": [_contrast(contrast) for contrast in comparison.contrasts],
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
