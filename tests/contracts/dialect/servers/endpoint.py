"""The endpoint, in Python and nothing else: what is open in it is there to be replaced."""

from __future__ import annotations

import json
from functools import cache
from typing import TYPE_CHECKING, Any, ClassVar, TypeAlias
from urllib.parse import parse_qsl

from tests.contracts.dialect.servers.reading import UUID, iso

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping, Sequence
    from wsgiref.types import StartResponse, WSGIEnvironment

    Run: TypeAlias = dict[str, Any]

KEY = "twin-key"
FAR = 10**30


class RefusedError(Exception):
    """A request is refused with a status."""

    def __init__(self, status: int, *texts: str) -> None:
        super().__init__(*texts)
        self.status = status


class Server:
    """The endpoint; what is open is a class variable or a method that a subclass replaces."""

    bad: ClassVar[int] = 422
    missing_key: ClassVar[int] = 401
    wrong_key: ClassVar[int] = 401
    unknown: ClassVar[int | None] = 404
    """The status of an unknown sequence; None for an empty page."""
    bearer: ClassVar[bool] = True
    precedence: ClassVar[Sequence[str]] = ("key", "sequence", "parameters")
    cap: ClassVar[int] = 500
    digits: ClassVar[int] = 6
    """How many digits of a second are held."""
    names_all: ClassVar[bool] = True
    first_counts: ClassVar[bool] = False
    content_type: ClassVar[str] = "application/json"
    roles: ClassVar[Mapping[str, str]] = {}

    def __init__(self, stores: Mapping[str, Iterable[Run]]) -> None:
        self.stores = {name: [self.hold(run) for run in runs] for name, runs in stores.items()}

    def hold(self, run: Run) -> Run:
        """Return a run with times as precise as they are held."""
        run = json.loads(json.dumps(run))
        for part in (run, *run["step_contacts"]):
            for name in ("created_at", "updated_at", "scheduled_at"):
                if part.get(name):
                    part[name] = part[name][: 19 + (self.digits and self.digits + 1)] + "Z"
        return run

    def __call__(self, environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        """Answer a request."""
        try:
            status, body, content_type = 200, self.answer(environ), "application/json"
        except RefusedError as refused:
            status, content_type = refused.status, self.content_type
            body = self.error(refused.status, refused.args)
        start_response(f"{status} _", [("Content-Type", content_type)])
        return [json.dumps(body).encode()]

    def answer(self, environ: WSGIEnvironment) -> Any:
        """Return the body of a page."""
        self.before_all(environ)
        looks: Mapping[str, Callable[[], Any]] = {
            "key": lambda: self.check_key(environ),
            "sequence": lambda: self.find(environ["PATH_INFO"].encode("latin-1").decode("utf-8", "replace")),
            "parameters": lambda: self.parse(environ["QUERY_STRING"]),
        }
        seen = {name: looks[name]() for name in self.precedence}
        return self.page(seen["sequence"], seen["parameters"])

    def before_all(self, environ: WSGIEnvironment) -> None:
        """Refuse what no application sees."""

    def check_key(self, environ: WSGIEnvironment) -> None:
        """Refuse a missing or wrong key."""
        key, token = environ.get("HTTP_X_WHIPPY_KEY"), environ.get("HTTP_AUTHORIZATION", "")
        if self.bearer and key is None:
            key = token.removeprefix("Bearer ") or None
        if key != KEY:
            raise RefusedError(self.wrong_key if key else self.missing_key, "Not authenticated")

    def find(self, path: str) -> list[Run]:
        """Return the runs of a sequence."""
        name = path.removesuffix("/sequence_runs").rpartition("/sequences/")[2]
        self.check_name(name)
        if name not in self.stores:
            if self.unknown is None:
                return []
            raise RefusedError(self.unknown, "There is no such sequence")
        return self.stores[name]

    def check_name(self, name: str) -> None:
        """Refuse a text that is no name of a sequence."""

    def parse(self, query_string: str) -> dict[str, Any]:
        """Return the parameters by name, those that count as absent left out."""
        texts: dict[str, str] = {}
        problems: list[RefusedError] = []
        for name, text in parse_qsl(query_string, keep_blank_values=True, errors="replace"):
            if name in texts and self.first_counts:
                continue
            if name in texts:
                self.repeated(name)
            texts[name] = text
        values: dict[str, Any] = {}
        for name, text in texts.items():
            reader = getattr(self, f"read_{name}", None)
            try:
                value = self.stranger(name) if reader is None else reader(text) if text else self.empty(name)
            except ValueError as problem:
                problems.append(RefusedError(self.bad, f"{name} {problem}"))
                continue
            except RefusedError as problem:
                problems.append(problem)
                continue
            values |= {} if value is None else {name: value}
        if problems:
            texts_of = [problem.args[0] for problem in problems]
            raise RefusedError(problems[0].status, *texts_of[: None if self.names_all else 1])
        return values

    def repeated(self, name: str) -> None:
        """Refuse a parameter that is given twice, or do not."""

    def stranger(self, name: str) -> Any:
        """Refuse an unknown parameter, or do not."""

    def empty(self, name: str) -> Any:
        """Return what an empty parameter comes to."""

    def integer(self, text: str) -> int:
        """Return a whole number."""
        return int(text)

    def read_limit(self, text: str) -> int | None:
        """Return the size of a page."""
        number = self.integer(text)
        if not 1 <= number <= 500:
            raise ValueError("is out of range")
        return number

    def lowered(self, text: str, refusal: Exception, *, least: int = 1) -> int:
        """Return a limit, lowered to the most. Raises the refusal for one below the least."""
        number = self.integer(text)
        if number < least:
            raise refusal
        return min(number, 500)

    def read_offset(self, text: str) -> int | None:
        """Return how many runs to skip."""
        number = self.integer(text)
        if number < 0:
            raise ValueError("is below 0")
        return number

    def read_phone(self, text: str) -> str | None:
        """Return a number."""
        return text

    def read_status(self, text: str) -> str | None:
        """Return a status."""
        if text not in {"active", "finished"}:
            raise ValueError("is no status")
        return text

    def read_channel_id(self, text: str) -> str | None:
        """Return a channel in lower case."""
        if not UUID.fullmatch(text):
            raise ValueError("is no UUID")
        return text.lower()

    def instant(self, text: str) -> int | None:
        """Return an instant, in nanoseconds since 1970; None for no filter."""
        return iso(text)

    def read_before(self, text: str) -> int | None:
        """Return the upper bound."""
        return self.instant(text)

    def read_after(self, text: str) -> int | None:
        """Return the lower bound."""
        return self.instant(text)

    def page(self, runs: Sequence[Run], query: Mapping[str, Any]) -> Any:
        """Return the body of a page."""
        found = [run for run in self.order(runs) if self.selects(run, query)]
        limit, offset = min(query.get("limit", 50), self.cap), query.get("offset", 0)
        self.check_offset(offset, len(found))
        return {"data": [self.show(run) for run in found[offset : offset + limit]], "total": len(found)}

    def check_offset(self, offset: int, total: int) -> None:
        """Refuse a page past the end, or do not."""

    def order(self, runs: Sequence[Run]) -> Sequence[Run]:
        """Return all runs in order."""
        return sorted(sorted(runs, key=lambda run: str(run["id"])), key=start, reverse=True)

    def selects(self, run: Run, query: Mapping[str, Any]) -> bool:
        """Return whether a run matches all filters."""
        channels = {step.get("channel_id") for step in run["step_contacts"]}
        return (
            query.get("phone", run["contact"].get("phone")) == run["contact"].get("phone")
            and query.get("status", run["status"]) == run["status"]
            and ("channel_id" not in query or query["channel_id"] in channels)
            and -FAR <= query.get("after", -FAR) <= start(run) <= query.get("before", FAR) <= FAR
        )

    def show(self, run: Run) -> Run:
        """Return a run as it is shown."""
        return {**times_changed(run, self.write), "step_contacts": [self.show_step(s) for s in run["step_contacts"]]}

    def show_step(self, step: Run) -> Run:
        """Return a step contact as it is shown."""
        return times_changed(step, self.write)

    def write(self, text: str) -> str:
        """Return a time, of six digits and a Z or of fewer digits, as it is printed."""
        return text

    def error(self, status: int, texts: Sequence[str]) -> Any:
        """Return the body of a refusal."""
        return {"errors": [{"description": text} for text in texts], "status": status}


class LenientNumbers(Server):
    """A server that takes the default for a limit or an offset that is none, and lowers a limit to its cap."""

    def read_limit(self, text: str) -> int | None:
        """Take the default for what is no positive number."""
        try:
            number = int(text)
        except ValueError:
            return None
        return min(number, self.cap) if number > 0 else None

    def read_offset(self, text: str) -> int | None:
        """Take 0 for what is none."""
        try:
            return max(int(text), 0)
        except ValueError:
            return None


def start(run: Run) -> int:
    """Return when a run starts."""
    return _instant(run["created_at"])


@cache
def _instant(text: str) -> int:
    # A server reads the starts of all its runs for every answer.
    return iso(text)


def times_changed(part: Run, write: Callable[[str], str]) -> Run:
    """Return an object with its own times written otherwise."""
    names = ("created_at", "updated_at", "scheduled_at")
    return {name: write(value) if name in names and value else value for name, value in part.items()}


def without_nulls(value: Any) -> Any:
    """Return an object without what is null in it."""
    if isinstance(value, dict):
        return {name: without_nulls(part) for name, part in value.items() if part is not None}
    return [without_nulls(part) for part in value] if isinstance(value, list) else value
