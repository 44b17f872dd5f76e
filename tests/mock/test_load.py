"""Many clients at once while the data, the troubles and the file change: no 500, no wrong answer."""

from __future__ import annotations

import json
import os
import random
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING, Any

import requests
from tests.mock.conftest import serving
from tests.mock.reference import page, selected

from seqruns_fixtures import generate_runs
from seqruns_mock.query import parse_query

if TYPE_CHECKING:
    from pathlib import Path

    from tests.mock.conftest import Served

CLIENTS = int(os.environ.get("SEQRUNS_LOAD_CLIENTS", "16"))
SECONDS = float(os.environ.get("SEQRUNS_LOAD_SECONDS", "3"))
"""How long the load lasts. The long form is a minute with 64 clients."""
STABLE, MOVING = "11111111-1111-4111-8111-111111111111", "22222222-2222-4222-8222-222222222222"


def written(path: Path, seed: int) -> list[Any]:
    """Write runs of the stable sequence, always the same, and of the moving one, by a seed; return the stable ones."""
    stable = [{**run, "sequence_id": STABLE} for run in generate_runs(runs=120, seed=1)]
    moving = [{**run, "sequence_id": MOVING} for run in generate_runs(runs=30 + seed % 7, seed=seed)]
    new = path.with_suffix(".new")
    new.write_text(json.dumps({"data": [*stable, *moving]}), "utf-8")
    new.replace(path)
    return stable


def query_strings(runs: list[Any], seed: int) -> Any:
    """Yield query strings whose values occur in the runs, for ever."""
    drawn = random.Random(seed)
    while True:
        run = drawn.choice(runs)
        filters = {
            "limit": str(drawn.randint(1, 60)),
            "offset": str(drawn.randint(0, 40)),
            "status": run["status"],
            "phone": run["contact"]["phone"].replace("+", "%2B"),
            "before": run["created_at"],
            "after": run["created_at"],
        }
        chosen = drawn.sample(sorted(filters), drawn.randint(0, 3))
        yield "&".join(f"{name}={filters[name]}" for name in chosen)


def client(served: Served, runs: list[Any], seed: int, stop: threading.Event) -> int:
    """Ask until it is time to stop; check each answer against the reference; return how many were right."""
    root, right = served.base_url, 0
    with requests.Session() as session:
        session.headers["X-WHIPPY-KEY"] = served.key
        for query_string in query_strings(runs, seed):
            if stop.is_set():
                break
            try:
                answer = session.get(f"{root}/sequences/{STABLE}/sequence_runs?{query_string}", timeout=30)
            except requests.RequestException:
                continue  # a trouble: the connection was dropped or cut
            assert answer.status_code in {200, 503}, answer.text
            if answer.status_code == 503:
                continue
            query = parse_query(query_string)
            assert answer.json() == {"data": page(runs, query), "total": len(selected(runs, query))}, query_string
            right += 1
            moving = session.get(f"{root}/sequences/{MOVING}/sequence_runs?limit=500", timeout=30)
            assert moving.status_code == 200
            assert len(moving.json()["data"]) == moving.json()["total"]
    return right


def meddle(served: Served, path: Path, stop: threading.Event) -> int:
    """Change data, troubles and the file until it is time to stop; return how often."""
    root, rounds = served.base_url.removesuffix("/v1") + "/__mock__", 0
    troubles = ["error", "drop", "cut", "delay"]
    while not stop.wait(0.05):
        rounds += 1
        kind = {"kind": troubles[rounds % 4], "probability": 0.2, "sequence_id": STABLE, "times": 3}
        requests.post(f"{root}/troubles", json=kind, timeout=30).raise_for_status()
        requests.post(f"{root}/sequences/{MOVING}/runs", json={"status": "active"}, timeout=30).raise_for_status()
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
    stop = threading.Event()
    with serving("--data", str(path)) as served, ThreadPoolExecutor(CLIENTS + 2) as pool:
        drain = pool.submit(served.process.stderr.read) if served.process.stderr else None
        warm = [pool.submit(client, served, runs, seed, stop) for seed in range(CLIENTS)]
        meddling = pool.submit(meddle, served, path, stop)
        time.sleep(SECONDS / 2)
        half = resident(served.process.pid)
        time.sleep(SECONDS / 2)
        stop.set()
        answers = sum(future.result() for future in warm)
        assert meddling.result() > 5
        assert answers > CLIENTS
        assert resident(served.process.pid) < half * 1.5
        served.process.terminate()
        assert drain is not None
        assert "Traceback" not in drain.result()
