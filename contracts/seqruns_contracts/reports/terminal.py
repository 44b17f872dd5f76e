"""The report on a terminal: a line for each area, then each failure with all that is needed to see it again."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

from rich.table import Table
from rich.text import Text

from seqruns_contracts.findings.results import Cause, Outcome
from seqruns_contracts.reports.difference import difference_lines, first_described
from seqruns_contracts.reports.summary import explains, figures, summarize
from seqruns_contracts.reports.text import gather_drifts, seen_in_words

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from rich.console import Console

    from seqruns_contracts.findings.report import Report
    from seqruns_contracts.findings.results import Finding, Verdict

STYLES = {
    Outcome.HOLDS: "green",
    Outcome.BROKEN: "bold red",
    Outcome.NOT_JUDGED: "yellow",
    Outcome.NOT_EXERCISED: "dim",
    Outcome.NOT_OBSERVABLE: "dim",
    Outcome.ERRORED: "magenta",
}
SIGN_STYLES = {"-": "red", "+": "yellow", "~": "cyan", "*": "cyan", "!": "yellow"}
SUMMARY_STYLES = {0: "bold green", 1: "bold red", 2: "bold magenta", 3: "bold yellow"}
# Of those that hold only the ones with a reason, which says what of their claim the data could not show.
WORST_FIRST = (Outcome.ERRORED, Outcome.NOT_JUDGED, Outcome.NOT_OBSERVABLE, Outcome.NOT_EXERCISED, Outcome.HOLDS)


BROKEN, WARNING = ("BROKEN", "bold red"), ("WARNING", "bold yellow")


def print_report(report: Report, console: Console, *, quiet: bool = False, verbose: bool = False) -> None:
    """Print the table of areas, the causes, the findings that have none, what was not looked at, and the verdict.

    `quiet` prints only what fails, `verbose` also the findings that a cause explains.
    """
    if not quiet:
        console.print(_areas(report))
    _print_group(console, report, BROKEN, report.causes, report.failures, verbose=verbose)
    if not quiet:
        _print_group(console, report, WARNING, report.causes_of_warnings, report.warnings, verbose=verbose)
        _print_idle(console, report)
    _print_known(console, report)
    _print_summary(console, report)


def _areas(report: Report) -> Table:
    shown = [outcome for outcome in Outcome if report.counts[outcome] or outcome in {Outcome.HOLDS, Outcome.BROKEN}]
    table = Table(box=None, pad_edge=False, header_style="bold")
    table.add_column("area", no_wrap=True)
    for outcome in shown:
        table.add_column(outcome.value, justify="right", style=STYLES[outcome])
    counts: dict[str, Counter[Outcome]] = {}
    for verdict in report.verdicts:
        counts.setdefault(verdict.check.area, Counter())[verdict.outcome] += 1
    for area, outcomes in counts.items():
        table.add_row(area, *(str(outcomes[outcome] or "·") for outcome in shown))
    return table


def _print_group(
    console: Console,
    report: Report,
    title: tuple[str, str],
    causes: Sequence[Cause],
    verdicts: Sequence[Verdict],
    *,
    verbose: bool,
) -> None:
    """Print the causes of some verdicts, then those verdicts that none of them explains."""
    for cause in causes:
        _print_cause(console, report, Text(*title), cause)
    explained = {name for cause in report.new_causes for name in cause.checks}
    firsts = first_described(report)
    likewise = {} if verbose else gather_drifts(verdicts)
    explained |= {name for others in likewise.values() for name in others}
    # Every finding of an explained check goes with its cause, so that one mistake is one heading.
    left = [verdict for verdict in verdicts if verbose or verdict.check.id not in explained]
    if causes and any(verdict.check.id not in explained for verdict in left):
        console.print()
        _print_wrapped(console, Text("No single cause was found for what follows."), indent=0)
    for verdict in left:
        _print_broken(console, report, Text(*title), verdict, firsts)
        if others := likewise.get(verdict.check.id):
            console.print(Text.assemble("  ", ("likewise ", "dim"), " ", ", ".join(others)), soft_wrap=True)


def _print_cause(console: Console, report: Report, title: Text, cause: Cause) -> None:
    console.print()
    console.print(Text.assemble(title, " ", (cause.id, "bold"), f"  ({cause.grade.value})"))
    _print_wrapped(console, Text(cause.text), indent=2)
    for name, text in (("look at", cause.look), ("explains", explains(cause))):
        console.print(Text.assemble("  ", (f"{name:9}", "dim"), " ", text), soft_wrap=True)
    if cause.shown is not None:
        for line in _lines(cause.shown, cause.text, report):
            console.print(line, soft_wrap=True)


def _print_broken(console: Console, report: Report, title: Text, verdict: Verdict, firsts: Mapping[str, str]) -> None:
    """Print a broken check; an answer that was described under another one is not described again."""
    console.print()
    console.print(Text.assemble(title, " ", (verdict.check.id, "bold"), f"  ({verdict.check.grade.value})"))
    _print_wrapped(console, Text(verdict.check.law), indent=2)
    for finding in verdict.findings:
        first = firsts[verdict.check.id]
        # An answer that broke five checks is printed once; the other four name the first.
        lines = (
            _lines(finding, verdict.check.law, report)
            if first == verdict.check.id
            else [Text(f"  broken by the same answer as {first}")]
        )
        for line in lines:
            console.print(line, soft_wrap=True)


def _print_wrapped(console: Console, text: Text, *, indent: int) -> None:
    """Print prose, wrapped to the width of a terminal; a file or a pipe gets it in one line."""
    if not console.is_terminal:
        console.print(Text(" " * indent) + text, soft_wrap=True)
        return
    for line in text.wrap(console, max(20, console.width - indent)):
        console.print(Text(" " * indent) + line)


def _lines(finding: Finding, claim: str, report: Report) -> Iterator[Text]:
    for name, text in (("asked", finding.asked), ("received", finding.received), ("expected", finding.expected)):
        if text != claim:
            yield Text.assemble("  ", (f"{name:9}", "dim"), " ", text)
    for line in difference_lines(finding, report):
        label = f"{line.label}  " if line.label else ""
        yield Text.assemble("    ", (f"{line.sign} {label}", SIGN_STYLES[line.sign]), line.text)
    if finding.times > 1:
        yield Text.assemble("  ", ("seen     ", "dim"), f" {seen_in_words(finding)}")
    yield Text.assemble("  ", ("again    ", "dim"), " ", (finding.curl, "cyan"))


def _print_idle(console: Console, report: Report) -> None:
    """Print what was not looked at, checks with one reason together."""
    reasons: dict[tuple[Outcome, str], list[str]] = {}
    for verdict in report.verdicts:
        if verdict.reason and verdict.outcome in WORST_FIRST:
            reasons.setdefault((verdict.outcome, verdict.reason), []).append(verdict.check.id)
    if reasons:
        console.print()
    for outcome in WORST_FIRST:
        for (_, reason), names in ((key, names) for key, names in reasons.items() if key[0] is outcome):
            line = Text.assemble((outcome.value, STYLES[outcome]), f": {reason}")
            _print_wrapped(console, line, indent=0)
            _print_wrapped(console, Text(", ".join(names), "dim"), indent=2)


def _print_known(console: Console, report: Report) -> None:
    known = [verdict.check.id for verdict in report.known_failures]
    for title, lines in (
        ("known and accepted", [", ".join(known)] if known else []),
        ("fixed; take it out of the baseline", [entry.in_words() for entry in report.fixed]),
        ("its last day in the baseline is over", [entry.in_words() for entry in report.baseline.expired]),
        ("in the baseline, but no check has that name", [entry.check for entry in report.baseline.unknown]),
    ):
        if lines:
            console.print()
        for line in lines:
            _print_wrapped(console, Text(f"{title}: {line}"), indent=0)


def _print_summary(console: Console, report: Report) -> None:
    console.print()
    _print_wrapped(console, Text(figures(report)), indent=0)
    headline, rest = summarize(report)
    _print_wrapped(console, Text.assemble((headline, SUMMARY_STYLES[report.exit_code]), rest), indent=0)
