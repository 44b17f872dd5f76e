"""Live progress on a terminal: which check is at work, how many are done, how many requests were sent."""

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
    columns = (BarColumn(bar_width=24), MofNCompleteColumn(), TextColumn("{task.description}"))
    with Progress(*columns, console=console, transient=True, disable=not console.is_terminal) as bar:
        task = bar.add_task("the list of runs", total=checks)

        def show(check: Check, verdict: Verdict | None) -> None:
            bar.update(task, advance=0 if verdict is None else 1, description=f"{target.sent} requests · {check.id}")

        yield show
