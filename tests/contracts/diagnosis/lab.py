"""A server of the endpoint over SQLite, as a team would write it, in which one line can be wrong.

It shares nothing with the mock, its data or the gallery: other tables, other code, another order of the list.
"""

from __future__ import annotations

import json
import random
import re
import sqlite3
import uuid
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any
from urllib.parse import parse_qsl

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable
    from wsgiref.types import StartResponse, WSGIEnvironment

KEY = "a-key-of-the-lab-51d0"
SEQUENCE = "7d3f6c1a-2b9e-4c55-9a10-0f4e8d2b6a31"
OTHER = "0c9b7a52-6f0d-4e1b-8f3c-5a7d9e2c4b18"
EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
TIME = re.compile(r"\d{4}-\d\d-\d\d([Tt ]\d\d:\d\d:\d\d(\.\d+)?([Zz]|[+-]\d\d:?\d\d)?)?", re.ASCII)


class BadRequestError(Exception):
    """A parameter cannot be read."""


def read_time(text: str) -> int:
    """Return the microseconds since 1970."""
    if not TIME.fullmatch(text):
        raise BadRequestError(text)
    text = re.sub(r"(\.\d{6})\d+", r"\1", text.upper())
    try:
        moment = datetime.fromisoformat(text)
        moment = moment if moment.tzinfo else moment.replace(tzinfo=UTC)
        return (moment - EPOCH) // timedelta(microseconds=1)
    except ValueError:
        raise BadRequestError(text) from None


def _raised(time: Any, text: str) -> Any:
    """Return the next microsecond where there is more behind it: a run at .000001 does not start after .0000011."""
    return time + 1 if isinstance(time, int) and re.search(r"\.\d{6}0*[1-9]", text) else time


def _one_of(text: str, pattern: str) -> str:
    if not re.fullmatch(pattern, text):
        raise BadRequestError(text)
    return text


def read_number(text: str, default: int, least: int, most: int) -> int:
    """Return a whole number in range."""
    if not text:
        return default
    if not re.fullmatch(r"\d{1,19}", text, re.ASCII) or not least <= int(text) <= most:
        raise BadRequestError(text)
    return int(text)


def write_time(time: int) -> str:
    """Return a time as the API prints it."""
    return (EPOCH + timedelta(microseconds=time)).strftime("%Y-%m-%dT%H:%M:%S.%fZ")


def run_of(row: sqlite3.Row, steps: list[sqlite3.Row]) -> dict[str, Any]:
    """Return a run as JSON has it."""
    return {
        "id": row["id"], "sequence_id": row["sequence"], "status": row["status"],
        "contact": {"id": row["contact"], "name": None, "email": None, "phone": row["phone"]},
        "channel_id": steps[-1]["channel"] if steps else None,
        "added_by_id": None, "last_step_id": None,
        "created_at": write_time(row["start"]), "updated_at": write_time(row["updated"]),
        "step_contacts": [
            {"id": step["id"], "step_id": step["step"], "channel_id": step["channel"], "status": "finished",
             "clicked_link": False, "unsubscribed": False, "scheduled_at": write_time(step["due"]), "contact_messages": []}
            for step in steps
        ],
    }  # fmt: skip


def error_of(status: int, text: str) -> Any:
    """Return the body of an error."""
    return {"errors": [{"description": text}], "status": status}


def fresh_database(runs: int = 90) -> sqlite3.Connection:
    """Return tables with runs in two sequences: ties, contacts with several runs, nested numbers, repeated channels."""
    dice = random.Random(8)
    database = sqlite3.connect(":memory:", check_same_thread=False)
    database.row_factory = sqlite3.Row
    database.create_function("printed", 1, write_time)
    database.executescript(
        "CREATE TABLE runs (id TEXT, sequence TEXT, status TEXT, contact TEXT, phone TEXT, start INTEGER, updated INTEGER);"
        "CREATE TABLE steps (id TEXT, run TEXT, step TEXT, channel TEXT, due INTEGER); CREATE INDEX steps_of ON steps (run);"
    )

    def fresh() -> str:
        return str(uuid.UUID(int=dice.getrandbits(128), version=4))

    channels = [fresh() for _ in range(4)]
    phones = [
        "+13605550101",
        "+136055501012",
        "13605550101",
        "+442079460018",
        "+4915112345678",
        *(f"+1206555{n:04}" for n in range(30)),
    ]
    contacts = {phone: fresh() for phone in phones}
    time = (datetime(2024, 1, 20, 6, 0, tzinfo=UTC) - EPOCH) // timedelta(microseconds=1)
    for number in range(runs):
        time += dice.choice([0, 1, 999, 350_000, 61_000_000, 86_400_000_000, 172_812_345_678, 3_600_000_000])
        phone, run = phones[number % 7] if number % 3 else dice.choice(phones), fresh()
        sequence = OTHER if number % 11 == 5 else SEQUENCE
        updated = time + dice.randrange(10**11)
        row = (run, sequence, dice.choice(["active", "finished", "finished"]), contacts[phone], phone, time, updated)
        database.execute("INSERT INTO runs VALUES (?, ?, ?, ?, ?, ?, ?)", row)
        for step in range(dice.choice([0, 1, 1, 2, 3, 3])):
            due = time + step * 86_400_000_000 + 5_000_000
            database.execute(
                "INSERT INTO steps VALUES (?, ?, ?, ?, ?)",
                (fresh(), run, fresh(), dice.choice(channels[: 2 + step]), due),
            )
    return database


@dataclass(frozen=True, kw_only=True)
class Server:
    """The endpoint; each field is a line of it that may be wrong."""

    before: str = "r.start <= :before"
    after: str = "r.start >= :after"
    phone: str = "r.phone = :phone"
    status: str = "r.status = :status"
    channel: str = "EXISTS (SELECT 1 FROM steps s WHERE s.run = r.id AND s.channel = lower(:channel_id))"
    sequence: str = "r.sequence = :sequence"
    where: str = "{sequence} AND ({filters})"
    glue: str = " AND "
    order: str = "r.start, r.id"
    rows: str = "runs r"
    count: str = "SELECT count(*) FROM {rows} WHERE {where}"
    page: str = "LIMIT :limit OFFSET :offset"
    uses: Callable[[dict[str, str]], Iterable[str]] = lambda given: given
    counted: Callable[[dict[str, str]], Iterable[str]] = lambda given: given
    time: Callable[[str], int] = read_time
    number: Callable[[str, int, int, int], int] = read_number
    clean: Callable[[str], str] = lambda text: "".join(text.split())
    slice: Callable[[int, int], tuple[int, int]] = lambda limit, offset: (limit, offset)
    total: Callable[[int, int, int, int], int] = lambda total, _limit, _offset, _length: total
    render: Callable[[sqlite3.Row, list[sqlite3.Row]], Any] = run_of
    envelope: Callable[[list[Any], int], Any] = lambda runs, total: {"data": runs, "total": total}
    error: Callable[[int, str], Any] = error_of
    lets_in: Callable[[str | None], bool] = lambda key: key == KEY
    around: Callable[[Callable[[], tuple[int, Any]], str, str], tuple[int, Any]] = lambda answer, _path, _query: (
        answer()
    )
    unknown: int = 404
    bad: int = 422
    database: sqlite3.Connection = field(default_factory=fresh_database)

    def __call__(self, environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        """Answer a request."""
        try:
            status, body = self._answer(environ)
        except BadRequestError as wrong:
            status, body = self.bad, self.error(self.bad, f"cannot read {', '.join(wrong.args)}")
        except Exception:  # noqa: BLE001 - as a framework does
            status, body = 500, self.error(500, "Internal server error")
        start_response(f"{status} X", [("Content-Type", "application/json"), ("Allow", "GET")])
        return [json.dumps(body).encode()]

    def _answer(self, environ: WSGIEnvironment) -> tuple[int, Any]:
        if environ["REQUEST_METHOD"] != "GET":
            return 405, self.error(405, "Method not allowed")
        bearer = environ.get("HTTP_AUTHORIZATION", "").removeprefix("Bearer ") or None
        if not self.lets_in(environ.get("HTTP_X_WHIPPY_KEY", bearer)):
            return 401, self.error(401, "Not authenticated")
        sequence = environ["PATH_INFO"].split("/")[3]
        if sequence not in {SEQUENCE, OTHER}:
            return self.unknown, self.error(self.unknown, "There is no such sequence")
        query = environ["QUERY_STRING"]
        return self.around(lambda: self._page(sequence, query), sequence, query)

    def _page(self, sequence: str, query_string: str) -> tuple[int, Any]:
        texts = dict(parse_qsl(query_string, keep_blank_values=True, errors="replace"))
        names = ("phone", "status", "channel_id", "before", "after")
        given = {name: texts[name] for name in names if texts.get(name, "").strip()}
        values: dict[str, Any] = dict(given)
        readers: dict[str, Callable[[str], Any]] = {
            "limit": lambda text: self.number(text, 50, 1, 500),
            "offset": lambda text: self.number(text, 0, 0, 2**62),
            "before": self.time,
            "after": lambda text: _raised(self.time(text), text),
            "status": lambda text: _one_of(text, r"active|finished"),
            "channel_id": lambda text: _one_of(text, r"[0-9a-fA-F]{8}(-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}"),
        }
        wrong = []
        for name, read in readers.items():
            try:
                if name in given or name in {"limit", "offset"}:
                    values[name] = read(texts.get(name, ""))
            except BadRequestError as error:
                wrong.append(f"{name} {error}")
        if wrong:
            raise BadRequestError(*wrong)
        limit, offset = values["limit"], values["offset"]
        values["phone"] = self.clean(given.get("phone", ""))
        values.setdefault("channel_id", "")
        values["sequence"] = sequence
        values["limit"], values["offset"] = self.slice(limit, offset)
        where, counted = self._where(self.uses(given)), self._where(self.counted(given))
        query = f"SELECT r.* FROM {self.rows} WHERE {where} ORDER BY {self.order} {self.page}"  # noqa: S608 - the lab's own
        rows = self.database.execute(query, values).fetchall()
        (total,) = self.database.execute(self.count.format(rows=self.rows, where=counted), values).fetchone()
        runs = [self.render(row, self._steps(row)) for row in rows]
        return 200, self.envelope(runs, self.total(total, limit, offset, len(runs)))

    def _where(self, names: Iterable[str]) -> str:
        pieces = {"channel_id": self.channel}
        filters = [pieces.get(name) or getattr(self, name) for name in names]
        return self.where.format(sequence=self.sequence, filters=self.glue.join(filters) or "1")

    def _steps(self, row: sqlite3.Row) -> list[sqlite3.Row]:
        return self.database.execute("SELECT * FROM steps WHERE run = ? ORDER BY due", (row["id"],)).fetchall()

    def wrong(self, **lines: Any) -> Server:
        """Return the server with some lines wrong."""
        return replace(self, **lines)
