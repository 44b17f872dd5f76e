"""The report of a comparison in words: on a terminal, and in lines for its files."""

from __future__ import annotations

from typing import TYPE_CHECKING

from rich.text import Text

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
        for contrast in comparison.told:
            console.print()
            for line in _lines(contrast, comparison):
                console.print(line, soft_wrap=True)
        console.print()
    console.print(Text(figures(comparison)), soft_wrap=True)
    headline, rest = summarize(comparison)
    console.print(Text.assemble((headline, STYLES[comparison.exit_code]), rest), soft_wrap=True)


def _lines(contrast: Contrast, comparison: Comparison) -> Iterator[Text]:
    title = contrast.dimension or "DIFFERENT"
    yield Text.assemble((title, "bold" if contrast.dimension else "bold red"), f"  {contrast.says}")
    for label, text in described(contrast, comparison):
        yield Text.assemble("  ", (label, "dim"), (text, "cyan" if text in contrast.curls else ""))


def described(contrast: Contrast, comparison: Comparison) -> Iterator[tuple[str, str]]:
    """Yield what both do and what was asked, each with its label, all of one width."""
    others = comparison.likewise.get(contrast.dimension)
    likewise = [("likewise", ", ".join(others))] if others else []
    seen = [("seen", f"in {contrast.times} queries")] if contrast.times > 1 else []
    answers, curls = zip("AB", contrast.answers, strict=True), zip(("again", ""), contrast.curls, strict=True)
    for label, text in (*answers, *likewise, ("asked", contrast.asked), *seen, *curls):
        yield f"{label:10}", text


def describe_contrast(contrast: Contrast, comparison: Comparison) -> str:
    """Return a contrast as plain lines of text."""
    return "\n".join(f"{label}{text}" for label, text in described(contrast, comparison))


def figures(comparison: Comparison) -> str:
    """Return how much was asked."""
    first, second = comparison.requests
    return (
        f"{comparison.asked} {'query' if comparison.asked == 1 else 'queries'} to both, {comparison.differing} of them "
        f"answered differently; {first} and {second} requests in {comparison.seconds:.1f} s; seed {comparison.seed}"
    )


def summarize(comparison: Comparison) -> tuple[str, str]:
    """Return the verdict: the headline, and what follows it in the same sentence."""
    dimensions, others = count(len(comparison.explained), "dimension"), len(comparison.unexplained)
    match comparison.exit_code:
        case 0:
            alike = count(len(comparison.alike), "dimension")
            return "The two answer the same", f": they are alike in {alike}, {len(comparison.unseen)} are not seen."
        case 1:
            data = ", and their runs differ" if comparison.data else ""
            rest = f", and in {count(others, 'way')} that no dimension explains" if others else ""
            early = "; the budget of requests was spent before all was asked" if comparison.is_cut_short else ""
            return "The two differ", f": in {dimensions}{rest}{data}{early}."
        case 2 if comparison.stopped:
            found = (
                f"; {dimensions} and {count(others, 'other way')} in which they differ" if comparison.contrasts else ""
            )
            return "The comparison was stopped", f": {comparison.stopped}{found}."
        case 2:
            return "The budget of requests was spent too early", "; raise it with --max-requests."
    return "There was nothing to compare on", f": sequence {comparison.sequence_ids[0]} has no runs."
