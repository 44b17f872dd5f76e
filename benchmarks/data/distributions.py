"""Draw how the runs of `realistic` are distributed, as one picture of bars: `docs/realistic.svg`.

Run it as `python benchmarks/data/distributions.py`; a test holds the picture equal to what it draws.
"""

from __future__ import annotations

from collections import Counter
from datetime import datetime
from html import escape
from itertools import pairwise
from pathlib import Path
from typing import TYPE_CHECKING

from seqruns_fixtures import Recipe, generate_runs

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from seqruns_fixtures import SequenceRun

PICTURE = Path(__file__).parents[2] / "docs/realistic.svg"
RUNS = 5000
WIDTH, HEIGHT, COLUMNS = 320, 150, 2
DAY = 86_400
Bars = list[tuple[str, int]]


def count(values: Iterable[str]) -> Bars:
    """Return how often each value comes, the most frequent first."""
    return Counter(values).most_common()


def count_between(values: Iterable[float], bounds: Mapping[str, float]) -> Bars:
    """Return how many values lie below each bound and not below the one before."""
    rest, bars = sorted(values), []
    for label, bound in bounds.items():
        below = sum(value < bound for value in rest)
        bars.append((label, below))
        rest = rest[below:]
    return bars


def panels(runs: list[SequenceRun]) -> dict[str, Bars]:
    """Return the bars of each panel by its title."""
    now = Recipe().now
    starts = sorted(datetime.fromisoformat(run["created_at"]) for run in runs)
    steps = [step for run in runs for step in run["step_contacts"]]
    gaps = []
    for run in runs:
        times = [step["scheduled_at"] or "" for step in run["step_contacts"]]
        for (before, after), step in zip(pairwise(times), run["step_contacts"][1:], strict=True):
            if step["status"] != "pending":
                gap = datetime.fromisoformat(after) - datetime.fromisoformat(before)
                gaps.append(gap.total_seconds() / DAY)
    waits = [
        (datetime.fromisoformat(step["scheduled_at"] or "") - now).total_seconds() / DAY
        for step in steps
        if step["status"] == "pending"
    ]
    ages = [
        (now - datetime.fromisoformat(run["created_at"])).total_seconds() / DAY
        for run in runs
        if run["status"] == "active"
    ]
    lengths = [
        (datetime.fromisoformat(run["updated_at"]) - datetime.fromisoformat(run["created_at"])).total_seconds() / DAY
        for run in runs
        if run["status"] == "finished"
    ]
    together = Counter(start.replace(second=0, microsecond=0) for start in starts)
    days = {"1": 1.0, "2": 2.0, "3": 3.0, "5": 5.0, "7": 7.0, "14": 14.0, "30": 30.0, "60": 60.0, "more": 1e9}
    return {
        "starts a month": sorted(
            Counter(f"{start:%m}" if start.year > 2023 else f"{start:%m}'23" for start in starts).items(),
            key=lambda bar: (bar[0][2:] == "", bar[0]),
        ),
        "starts an hour of the day, UTC": [
            (f"{hour}", sum(start.hour == hour for start in starts)) for hour in range(24)
        ],
        "days between two steps": count_between(gaps, days),
        "days until a pending step is due": count_between(waits, days),
        "days since an active run began": count_between(ages, days),
        "days that a finished run took": count_between(lengths, days),
        "statuses of step contacts": count(step["status"] for step in steps),
        "what became of messages": count(m["delivery_status"] for step in steps for m in step["contact_messages"]),
        "step contacts a run": [
            (f"{size}", sum(len(run["step_contacts"]) == size for run in runs)) for size in range(6)
        ],
        "runs that began within one minute": count_between(
            together.values(), {"1": 2, "2-5": 6, "6-20": 21, "21-60": 61, "more": 1e9}
        ),
    }


def draw_panel(title: str, bars: Bars) -> str:
    """Return one panel as SVG: a bar for each value, its share as a tooltip."""
    most, total = max(value for _, value in bars) or 1, sum(value for _, value in bars) or 1
    step = (WIDTH - 20) / len(bars)
    parts = [f'<text x="0" y="12" class="title">{escape(title)}</text>']
    for number, (label, value) in enumerate(bars):
        height = round(value / most * (HEIGHT - 60))
        left, top = number * step, HEIGHT - 30 - height
        parts.append(
            f'<rect x="{left:.1f}" y="{top}" width="{step - 3:.1f}" height="{height}">'
            f"<title>{escape(label)}: {value} ({value / total:.0%})</title></rect>"
            f'<text x="{left + (step - 3) / 2:.1f}" y="{HEIGHT - 16}" text-anchor="middle">{escape(label)}</text>'
        )
    return "".join(parts)


def draw() -> str:
    """Return the picture."""
    found = panels(list(generate_runs(runs=RUNS, profile="realistic")))
    rows = -(-len(found) // COLUMNS)
    drawn = []
    for number, panel in enumerate(found.items()):
        row, column = divmod(number, COLUMNS)
        drawn.append(f'<g transform="translate({20 + column * WIDTH} {20 + row * HEIGHT})">{draw_panel(*panel)}</g>')
    style = "text{font:9px sans-serif;fill:#444}.title{font:bold 11px sans-serif}rect{fill:#4477aa}"
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {40 + COLUMNS * WIDTH} {40 + rows * HEIGHT}" role="img">'
        f"<title>How {RUNS:,} runs of the profile realistic are distributed</title><style>{style}</style>"
        f'<rect width="100%" height="100%" style="fill:#fff"/>{"".join(drawn)}</svg>\n'
    )


if __name__ == "__main__":
    PICTURE.write_text(draw(), "utf-8")
