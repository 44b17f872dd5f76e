"""Live progress on a terminal: what is at work, how much is done, how many requests were sent."""

from __future__ import annotations

from contextlib import contextmanager
from typing import TYPE_CHECKING

from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from rich.console import Console

    from seqruns.target import Target
    from seqruns_contracts.checks.kinds import Check
    from seqruns_contracts.findings.results import Verdict


@contextmanager
def live_progress(console: Console, target: Target, checks: int) -> Iterator[Callable[[Check, Verdict | None], None]]:
    """Yield what to call with each check; shows nothing where the console is no terminal."""
    with live_bar(console) as bar:
        task = bar.add_task("the list of runs", total=checks)

        def show(check: Check, verdict: Verdict | None) -> None:
            # Called twice for each check: before it, to name it, and after it.
            bar.update(task, advance=0 if verdict is None else 1, description=f"{target.sent} requests · {check.id}")

        yield show


def live_bar(console: Console) -> Progress:
    """Return a bar that goes when it is done; nothing is shown where the console is no terminal."""
    columns = (BarColumn(bar_width=24), MofNCompleteColumn(), TextColumn("{task.description}"))
    return Progress(*columns, console=console, transient=True, disable=not console.is_terminal)
