"""The subcommand `seqruns selftest`."""

from __future__ import annotations

import json
import sys
import time
from pathlib import Path
from typing import TYPE_CHECKING

import click

if TYPE_CHECKING:
    from seqruns_gallery.selftest.gallery import Exhibit
    from seqruns_gallery.selftest.result import Result
    from seqruns_gallery.selftest.trial import Trial


def _shard(_context: click.Context, _parameter: click.Parameter, text: str | None) -> tuple[int, int]:
    number, slash, count = (text or "1/1").partition("/")
    if not (slash and number.isdecimal() and count.isdecimal() and 1 <= int(number) <= int(count)):
        raise click.BadParameter(f"{text!r} is not I/N, such as 1/4.")
    return int(number), int(count)


@click.command(short_help="Try the kit on faults and lawful variants.")
@click.argument("ids", nargs=-1, metavar="[ID]...")
@click.option("--shard", metavar="I/N", callback=_shard, help="Try every Nth from the Ith on, to share the work.")
@click.option("--jobs", type=click.IntRange(min=1), help="How many trials run at once.  [default: processors + 1]")
@click.option(
    "--report-json", type=click.Path(dir_okay=False, path_type=Path), metavar="FILE", help="Write the result as JSON."
)
def selftest(*, ids: tuple[str, ...], shard: tuple[int, int], jobs: int | None, report_json: Path | None) -> None:
    """Try the kit on the gallery of faults and lawful variants: all of it, or the IDs given.

    Some faults are tried in pairs as well, to see that none hides another one.

    Exit code 0: every fault is caught, every variant spared, and no check is idle; 1: not so. Whether a check is
    idle can be told only when all of the gallery is tried.
    """
    from rich.console import Console
    from rich.progress import Progress

    from seqruns_contracts.checks import CHECKS
    from seqruns_gallery.selftest.gallery import list_exhibits
    from seqruns_gallery.selftest.pairs import PairTrial, chosen_pairs
    from seqruns_gallery.selftest.result import Result
    from seqruns_gallery.selftest.run import default_jobs, run_all
    from seqruns_gallery.selftest.table import line, print_result

    console = Console()
    started = time.monotonic()
    everything = list_exhibits()
    # Every Nth one, as neighbours in the list are alike and take about as long.
    exhibits = _chosen(everything, ids)[shard[0] - 1 :: shard[1]]
    pairs = chosen_pairs(ids)[shard[0] - 1 :: shard[1]]
    by_id: dict[str, Trial] = {}
    by_pair: dict[tuple[str, str], PairTrial] = {}
    with Progress(console=console, disable=not console.is_terminal, transient=True) as progress:
        task = progress.add_task("Trying", total=len(exhibits) + len(pairs))
        for tried in run_all(exhibits, pairs, jobs=jobs or default_jobs()):
            progress.advance(task)
            if isinstance(tried, PairTrial):
                by_pair[tried.odd, tried.ordinary] = tried
                continue
            by_id[tried.exhibit.id] = tried
            if not tried.is_right or not console.is_terminal:
                progress.console.print(line(tried, len(by_id), len(exhibits)), highlight=False)
    result = Result(
        trials=tuple(by_id[exhibit.id] for exhibit in exhibits),
        checks=tuple(CHECKS) if exhibits == everything else (),
        seconds=time.monotonic() - started,
        pairs=tuple(by_pair[pair] for pair in pairs),
    )
    print_result(result, console)
    if report_json:
        report_json.write_text(_as_json(result), "utf-8")
    sys.exit(not result.is_good)


def _chosen(exhibits: list[Exhibit], ids: tuple[str, ...]) -> list[Exhibit]:
    unknown = set(ids) - {exhibit.id for exhibit in exhibits}
    if unknown:
        raise click.UsageError(f"The gallery has no {', '.join(sorted(unknown))}; see seqruns serve --list-faults.")
    return [exhibit for exhibit in exhibits if not ids or exhibit.id in ids]


def _as_json(result: Result) -> str:
    trials = [
        {
            "id": trial.exhibit.id,
            "grade": trial.exhibit.grade,
            "right": trial.is_right,
            "failed": trial.failed,
            "warned": trial.warned,
            "causes": trial.causes,
            "trouble": trial.trouble,
            "requests": trial.requests,
            "seconds": round(trial.seconds, 3),
        }
        for trial in result.trials
    ]
    pairs = [
        {"odd": pair.odd, "ordinary": pair.ordinary, "right": pair.is_right, "reported": pair.reported}
        for pair in result.pairs
    ]
    known = {"trials": trials, "pairs": pairs, "idle_checks": result.idle_checks, "seconds": result.seconds}
    return json.dumps(known, indent=2)
