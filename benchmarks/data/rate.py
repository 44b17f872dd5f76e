"""Runs per second to NDJSON and to other formats, beside Faker asked for every value; taking turns, in one run.

Run it as `python benchmarks/data/rate.py [--rounds 7] [--write]`. Rates are per second of processor time, so that the
work of others on the machine shows less; the ratio to Faker, measured in the same round, shows it least.
"""

from __future__ import annotations

import argparse
import statistics
import time
from functools import partial
from typing import TYPE_CHECKING, Any

import orjson
from faker import Faker
from tables import show

from seqruns.defaults import PROFILES
from seqruns_fixtures import Generator, Recipe
from seqruns_fixtures.files.export import Layout, encode_recipe

if TYPE_CHECKING:
    from collections.abc import Callable

RUNS = 5000


def faker_per_value(count: int, *, weighted: bool = True) -> None:
    """Make runs of one step contact the usual way: Faker is called for each value."""
    fake = Faker(use_weighting=weighted)
    fake.seed_instance(0)
    for _ in range(count):
        start = fake.date_time_between("-300d", "-1d").isoformat()
        channel = fake.uuid4()
        run: dict[str, Any] = {
            "id": fake.uuid4(),
            "sequence_id": "5f0c1f0e-52f9-4b9e-9d5c-3f2f0f6a7c11",
            "status": fake.random_element(("active", "finished")),
            "contact": {"id": fake.uuid4(), "name": fake.name(), "email": fake.email(), "phone": fake.phone_number()},
            "channel_id": channel,
            "added_by_id": fake.random_int(),
            "last_step_id": fake.uuid4(),
            "created_at": start,
            "updated_at": start,
            "step_contacts": [
                {
                    "id": fake.uuid4(),
                    "step_id": fake.uuid4(),
                    "channel_id": channel,
                    "status": "finished",
                    "clicked_link": fake.boolean(),
                    "unsubscribed": False,
                    "scheduled_at": start,
                    "contact_messages": [],
                }
            ],
        }
        orjson.dumps(run)


def written(profile: Any, format_: str, compression: str = "") -> Callable[[int], None]:
    """Return what makes and encodes runs."""
    recipe, layout = Recipe(profile=profile), Layout(format=format_, compression=compression)

    def write(count: int) -> None:
        for _ in encode_recipe(recipe, range(count), layout):
            pass

    return write


def columns(profile: Any) -> Callable[[int], None]:
    """Return what draws only what filters look at."""
    generator = Generator(Recipe(profile=profile))

    def draw(count: int) -> None:
        for _ in generator.columns(count):
            pass

    return draw


def rate(work: Callable[[int], None], count: int) -> float:
    """Return runs per second of processor time."""
    start = time.process_time()
    work(count)
    return count / (time.process_time() - start)


def main() -> None:
    """Print a table of medians."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rounds", type=int, default=7)
    parser.add_argument("--write", action="store_true", help="put the table into the README")
    arguments = parser.parse_args()
    rounds = arguments.rounds
    cases: dict[str, tuple[Callable[[int], None], int]] = {
        "Faker for every value": (faker_per_value, 300),
        "the same, its names unweighted": (partial(faker_per_value, weighted=False), 300),
    }
    cases |= {f"{profile} to NDJSON": (written(profile, "ndjson"), RUNS) for profile in PROFILES}
    for format_ in ("json", "csv", "sql", "parquet"):
        cases[f"realistic to {format_}"] = (written("realistic", format_), RUNS)
    for compression in (".gz", ".zst"):
        cases[f"realistic to NDJSON {compression}"] = (written("realistic", "ndjson", compression), RUNS)
    cases |= {f"{profile}, columns only": (columns(profile), 10 * RUNS) for profile in PROFILES}
    found: dict[str, list[float]] = {name: [] for name in cases}
    for work, count in cases.values():
        work(count // 10)
    for _ in range(rounds):
        for name, (work, count) in cases.items():
            found[name].append(rate(work, count))
    rows = []
    base = found["Faker for every value"]
    for name, rates in found.items():
        times = statistics.median(mine / other for mine, other in zip(rates, base, strict=True))
        rows.append(f"| {name} | {statistics.median(rates):,.0f} | {max(rates):,.0f} | {times:,.0f} |")
    show("rate", "| what | runs/s, median | best | times Faker |", rows, write=arguments.write)


if __name__ == "__main__":
    main()
