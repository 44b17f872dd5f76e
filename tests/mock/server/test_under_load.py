"""Many clients at once while the data, the troubles and the file change: no 500, no wrong answer.

The long form is `SEQRUNS_LOAD_CLIENTS=64 SEQRUNS_LOAD_SECONDS=60 pytest -s tests/mock/server/test_under_load.py`.
"""

from __future__ import annotations

import json
import os
import random
import time
from concurrent.futures import ProcessPoolExecutor, ThreadPoolExecutor, wait
from multiprocessing import get_context
from typing import TYPE_CHECKING, Any

import requests
from tests.mock.conftest import serving
from tests.mock.reference import selected
from urllib3 import PoolManager
from urllib3.exceptions import HTTPError

from seqruns.document import facts
from seqruns_contracts.model.census import Census
from seqruns_contracts.model.oracle import Page, compare
from seqruns_contracts.model.query import Query
from seqruns_contracts.model.run import read_run
from seqruns_fixtures import generate_runs
from seqruns_mock.core.query import RunQuery

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from urllib3 import BaseHTTPResponse

    from seqruns_mock.process import MockProcess

CLIENTS = int(os.environ.get("SEQRUNS_LOAD_CLIENTS", "16"))
SECONDS = float(os.environ.get("SEQRUNS_LOAD_SECONDS", "3"))
"""How long the load lasts."""
STABLE, MOVING = "11111111-1111-4111-8111-111111111111", "22222222-2222-4222-8222-222222222222"


def written(path: Path, seed: int) -> list[Any]:
    """Write runs of the stable sequence, always the same, and of the moving one, by a seed; return the stable ones."""
    stable = [{**run, "sequence_id": STABLE} for run in generate_runs(runs=120, seed=1)]
    moving = [{**run, "sequence_id": MOVING} for run in generate_runs(runs=30 + seed % 7, seed=seed)]
    new = path.with_suffix(".new")
    new.write_text(json.dumps({"data": [*stable, *moving]}), "utf-8")
    new.replace(path)
    return stable


def census_of(runs: list[Any]) -> Census:
    """Return what the kit's oracle needs to know of all right answers."""
    listed = tuple(read_run(run, facts().roles) for run in selected(runs, RunQuery()))
    return Census(total=len(listed), head=listed, universe=listed)


def queries(runs: list[Any], seed: int) -> Iterator[Query]:
    """Yield queries whose values occur in the runs, for ever."""
    drawn = random.Random(seed)
    while True:
        run = drawn.choice(runs)
        parameters = {
            "limit": drawn.randint(1, 60),
            "offset": drawn.randint(0, 40),
            "status": run["status"],
            "phone": run["contact"]["phone"],
            "channel_id": run["channel_id"],
            "before": run["created_at"],
            "after": run["created_at"],
        }
        yield Query.of({name: parameters[name] for name in drawn.sample(sorted(parameters), drawn.randint(0, 3))})


def page_of(answer: BaseHTTPResponse) -> Page:
    """Return the page in an answer, as the kit reads it."""
    body = answer.json()
    return Page(runs=tuple(read_run(run, facts().roles) for run in body["data"]), total=body["total"])


def client(base_url: str, key: str, runs: list[Any], seed: int, end: float) -> int:
    """Ask until a time comes; hold each answer against the oracle; return how many were right."""
    census, right = census_of(runs), 0
    with PoolManager(headers={"X-WHIPPY-KEY": key}, retries=False, timeout=30) as pool:
        for query in queries(runs, seed):
            if time.monotonic() > end:
                break
            try:
                answer = pool.request("GET", f"{base_url}/sequences/{STABLE}/sequence_runs?{query.encoded}")
            except HTTPError:
                continue  # a trouble: the connection was dropped or cut
            assert answer.status in {200, 503}, answer.data
            if answer.status == 503:
                continue
            assert compare(page_of(answer), query, census) == [], query.encoded
            right += 1
            moving = pool.request("GET", f"{base_url}/sequences/{MOVING}/sequence_runs?limit=500&status=active")
            assert moving.status == 200
            page = page_of(moving)
            assert len(page.runs) == page.total
            assert {run.status for run in page.runs} <= {"active"}
    return right


def clients(base_url: str, key: str, runs: list[Any], seeds: range, end: float) -> int:
    """Run a client for each seed, all at once; return how many answers were right."""
    with ThreadPoolExecutor(len(seeds)) as pool:
        return sum(pool.map(lambda seed: client(base_url, key, runs, seed, end), seeds))


def meddle(served: MockProcess, path: Path, end: float) -> int:
    """Change data, troubles and the file until a time comes; return how often."""
    root, rounds = served.base_url.removesuffix("/v1") + "/__mock__", 0
    troubles = ["error", "drop", "cut", "delay"]
    while time.monotonic() < end:
        time.sleep(0.02)  # so long may nobody meddle
        rounds += 1
        kind = {"kind": troubles[rounds % 4], "probability": 0.2, "sequence_id": STABLE, "times": 3}
        requests.post(f"{root}/troubles", json=kind, timeout=30).raise_for_status()
        moving = f"{root}/sequences/{MOVING}/runs"
        added = [requests.post(moving, json={"status": "active"}, timeout=30).json()[0]["id"] for _ in range(2)]
        # Meanwhile the file may have been reloaded, and then they are gone.
        assert requests.put(f"{moving}/{added[0]}", json={"status": "finished"}, timeout=30).status_code in {200, 404}
        assert requests.delete(f"{moving}/{added[1]}", timeout=30).status_code in {204, 404}
        if rounds % 5 == 0:
            requests.delete(f"{root}/troubles", timeout=30).raise_for_status()
            requests.delete(f"{root}/requests", timeout=30).raise_for_status()
        if rounds % 10 == 0:
            written(path, rounds)
    return rounds


def resident(pid: int) -> int:
    """Return the memory of a process, in KiB."""
    with open(f"/proc/{pid}/status", encoding="utf-8") as status:  # noqa: PTH123 - not a file on disk
        return next(int(line.split()[1]) for line in status if line.startswith("VmRSS"))


def test_load_and_change_together_lead_to_no_wrong_answer(tmp_path: Path) -> None:
    """Every answer is a 503 that was asked for or exactly right, and memory does not grow with the requests."""
    path = tmp_path / "runs.json"
    runs = written(path, 0)
    with (
        serving("--data", str(path)) as served,
        ProcessPoolExecutor(2, mp_context=get_context("spawn")) as processes,
        ThreadPoolExecutor(2) as threads,
    ):
        drain = threads.submit(served.process.stderr.read) if served.process.stderr else None
        wait([processes.submit(census_of, runs) for _ in range(2)])  # both have started
        end = time.monotonic() + SECONDS
        asking = [
            processes.submit(clients, served.base_url, served.key, runs, range(first, CLIENTS, 2), end)
            for first in range(2)
        ]
        meddling = threads.submit(meddle, served, path, end)
        time.sleep(SECONDS / 2)
        half = resident(served.process.pid)
        answers, changes = sum(each.result() for each in asking), meddling.result()
        whole = resident(served.process.pid)
        served.process.terminate()
        assert drain is not None
        assert "Traceback" not in drain.result()
    print(f"{answers} right answers, {changes} changes; {half} and {whole} KiB")  # noqa: T201 - for the long form
    assert changes > 5
    assert answers > CLIENTS
    assert whole < half * 1.5
