"""The result, as people read it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from rich.table import Table

from seqruns_contracts.checks.kinds import Grade

if TYPE_CHECKING:
    from rich.console import Console

    from seqruns_gallery.selftest.result import Result
    from seqruns_gallery.selftest.trial import Trial

SHOWN_CHECKS = 3


def print_result(result: Result, console: Console) -> None:
    """Print a row for each exhibit, then what went wrong, then the figures."""
    console.print(_table([trial for trial in result.trials if trial.exhibit.is_fault], "fault", "caught by"))
    console.print(_table([trial for trial in result.trials if not trial.exhibit.is_fault], "variant", "accused of"))
    for trial in result.escapes:
        console.print(f"[red]escaped[/] {trial.exhibit.id} ({trial.exhibit.grade}): {trial.exhibit.summary}")
    for trial in result.false_alarms:
        console.print(f"[red]false alarm[/] {trial.exhibit.id}: {_said(trial, 99)}")
    for pair in result.hidden:
        console.print(f"[red]hidden[/] {pair.ordinary} beside {pair.odd}" + ", by a baseline" * pair.is_covered)
    for check in result.idle_checks:
        console.print(f"[red]catches nothing[/] {check}")
    console.print(summary(result))


def summary(result: Result) -> str:
    """Return the figures."""
    documented, assumed, spared = (result.caught(grade) for grade in (Grade.DOCUMENTED, Grade.ASSUMED, None))
    lines = [
        f"Faults caught: {documented[0]} of {documented[1]} documented, {assumed[0]} of {assumed[1]} assumed.",
        f"False alarms: {spared[1] - spared[0]} of {spared[1]} lawful variants.",
    ]
    if result.pairs:
        seen = len(result.pairs) - len(result.hidden)
        lines.append(f"Faults seen beside another one: {seen} of {len(result.pairs)} pairs.")
    faults = [trial for trial in result.trials if trial.exhibit.is_fault and trial.is_right]
    if faults:
        headings = sum(len(trial.causes) + trial.unexplained for trial in faults) / len(faults)
        one = sum(len(trial.causes) == 1 for trial in faults)
        lines.append(f"One cause named: {one} of {len(faults)} faults; {headings:.2f} headings each.")
    if result.trials:
        worst = result.most_requests
        lines.append(f"Requests: median {result.median_requests}, at most {worst.requests} ({worst.exhibit.id}).")
    return "\n".join([*lines, f"{result.seconds:.0f} seconds."])


def line(trial: Trial, number: int, of: int) -> str:
    """Return what is shown of a trial as soon as it has ended."""
    word = "ok" if trial.is_right else "escaped" if trial.exhibit.is_fault else "false alarm"
    return f"{number:>3}/{of} {trial.seconds:5.1f} s {trial.requests:>4} {trial.exhibit.id}: {word}"


def _table(trials: list[Trial], kind: str, verdict: str) -> Table:
    table = Table(box=None, header_style="bold")
    table.add_column(kind, no_wrap=True)
    table.add_column("requests", justify="right")
    table.add_column(verdict, overflow="fold")
    table.add_column("cause", overflow="fold")
    for trial in trials:
        colour = "" if trial.is_right else "red"
        causes = ", ".join(trial.causes) or "·"
        table.add_row(trial.exhibit.id, str(trial.requests), _said(trial, SHOWN_CHECKS), causes, style=colour)
    return table


def _said(trial: Trial, most: int) -> str:
    checks = [*trial.failed, *(f"({check})" for check in trial.warned)]
    more = [f"+{len(checks) - most}"] if len(checks) > most else []
    said = ", ".join([*checks[:most], *more]) or "·"
    return f"{said} - {trial.trouble}" if trial.trouble else said
