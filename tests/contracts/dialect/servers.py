"""Lawful servers that are no mock: small WSGI applications in the ways of well-known frameworks and languages.

Each does what the contract leaves open as its framework would. They share the filtering and nothing of the mock but
its runs, so that what a dialect cannot say shows here.
"""

from __future__ import annotations

import json
import math
import re
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from functools import cache
from typing import TYPE_CHECKING, Any, ClassVar, TypeAlias
from urllib.parse import parse_qsl, unquote

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
    from wsgiref.types import StartResponse, WSGIEnvironment

    Run: TypeAlias = dict[str, Any]

KEY = "twin-key"
SECOND = 10**9
FAR = 10**30
EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
TIME = re.compile(
    r"(\d{4})-(\d\d)-(\d\d)(?:(.)(\d\d):(\d\d)(?::(\d\d)(?:([.,])(\d+))?)?(Z|z|[+-]\d\d(?::?\d\d)?)?)?", re.ASCII
)
UUID = re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}", re.IGNORECASE)


class RefusedError(Exception):
    """A request is refused with a status."""

    def __init__(self, status: int, *texts: str) -> None:
        super().__init__(*texts)
        self.status = status


def iso(
    text: str,
    *,
    between: str = "T",
    zone: str = r"Z|[+-]\d\d:\d\d",
    has_zone: bool = False,
    has_seconds: bool = False,
    date: bool = True,
    marks: str = ".",
    kept: int = 9,
    rolls: bool = False,
) -> int:
    """Return the nanoseconds since 1970 that an ISO 8601 text names, read as strictly as is said.

    Where it `rolls`, the 30th of February is two days after the 28th.
    """
    found = TIME.fullmatch(text)
    if not found:
        raise ValueError("is no date-time")
    year, month, day, separator, hour, minute, second, mark, fraction, offset = found.groups()
    if hour is None:
        if not date:
            raise ValueError("has no time")
    elif separator not in between or (second is None and has_seconds) or (mark and mark not in marks):
        raise ValueError("is written otherwise")
    elif (not re.fullmatch(zone, offset)) if offset else has_zone:
        raise ValueError("has no offset that is read")
    over = int(day) - 28 if rolls and 28 < int(day) < 32 else 0
    parts = map(int, (year, month, int(day) - over, hour or 0, minute or 0, second or 0))
    start = datetime(*parts, tzinfo=UTC) + timedelta(days=over)  # type: ignore[arg-type, misc]
    shift = 0
    if offset and offset not in "Zz":
        hours, minutes = int(offset[1:3]), int(offset[3:].strip(":") or 0)
        if hours > 23 or minutes > 59:
            raise ValueError("has an offset that there is not")
        shift = (hours * 60 + minutes) * (-1 if offset[0] == "-" else 1)
    nanoseconds = int((fraction or "0")[:kept].ljust(9, "0")[:9])
    return ((start - EPOCH) // timedelta(seconds=1) - shift * 60) * SECOND + nanoseconds


def loose(text: str) -> int | None:
    """Return the instant of a month, a date with slashes, a week, or a text in English; None for no such text."""
    for form in ("%Y-%m", "%Y", "%Y/%m/%d", "%B %d, %Y", "%a, %d %b %Y %H:%M:%S GMT", "%G-W%V-%u"):
        with suppress(ValueError):
            return int((datetime.strptime(text, form).replace(tzinfo=UTC) - EPOCH).total_seconds()) * SECOND
    return None


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
        """Refuse a parameter that there is not, or do not."""

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


def shortest(text: str, zone: str) -> str:
    """Return a time without zeros at its end."""
    head, _, fraction = text.removesuffix("Z").partition(".")
    return f"{head}{'.' * bool(fraction.strip('0'))}{fraction.rstrip('0')}{zone}"


def python_uuid(text: str) -> str:
    """Return a UUID as Python reads it: with or without dashes, in brackets, as a URN."""
    bare = text.replace("urn:", "").replace("uuid:", "").strip("{}").replace("-", "").lower()
    if not re.fullmatch("[0-9a-f]{32}", bare):
        raise ValueError("is no UUID")
    return "-".join((bare[:8], bare[8:12], bare[12:16], bare[16:20], bare[20:]))


class FastApi(Server):
    """pydantic's readers, a list `detail`, one validation of path and query, 403 without a key."""

    missing_key, wrong_key, bearer = 403, 401, False
    precedence = ("key", "parameters", "sequence")

    def check_name(self, name: str) -> None:
        """Validate the path."""
        if not UUID.fullmatch(name):
            raise RefusedError(422, "path.sequence_id is no UUID")

    def empty(self, name: str) -> Any:
        """Take an empty text for a phone, and for nothing else."""
        if name in {"limit", "offset", "status"}:
            raise ValueError("is empty")

    def integer(self, text: str) -> int:
        """Read what pydantic reads: spaces around, a plus, a fraction of zeros."""
        found = re.fullmatch(r"\s*([+-]?\d+(?:_\d+)*)(?:\.0+)?\s*", text, re.ASCII)
        if not found or len(text) > 4000:
            raise ValueError("is no whole number")
        return int(found[1])

    def read_channel_id(self, text: str) -> str:
        """Read a UUID as Python does."""
        return python_uuid(text)

    def instant(self, text: str) -> int:
        """Read seconds since 1970, too."""
        if re.fullmatch(r"-?\d+(\.\d+)?", text):
            number = float(text)
            return int(number * (SECOND if abs(number) <= 2 * 10**10 else SECOND // 1000))
        return iso(text, between="Tt _", zone=r"[Zz]|[+-]\d\d:?\d\d", kept=6)

    def error(self, status: int, texts: Sequence[str]) -> Any:
        """Say it in `detail`."""
        return {"detail": [{"loc": ["query"], "msg": text} for text in texts] if status == 422 else texts[0]}


class Drf(Server):
    """Django REST framework: numbers are never refused, a page has a hundred runs, ties are as inserted."""

    bad, cap = 400, 100
    precedence = ("key", "parameters", "sequence")

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

    def read_phone(self, text: str) -> str | None:
        """Strip spaces, and refuse a NUL."""
        if "\0" in text:
            raise ValueError("holds a NUL")
        return text.strip() or None

    def read_channel_id(self, text: str) -> str:
        """Read a UUID as Python does."""
        return python_uuid(text.strip())

    def instant(self, text: str) -> int:
        """Read what Django's parse_datetime reads, and dates."""
        return iso(text.strip(), between="T ", zone=r"Z|[+-]\d\d(?::?\d\d)?", marks=".,", kept=6)

    def order(self, runs: Sequence[Run]) -> Sequence[Run]:
        """Order by -created_at alone."""
        return sorted(runs, key=start, reverse=True)

    def write(self, text: str) -> str:
        """Print as isoformat does."""
        return text.replace(".000000", "")

    def error(self, status: int, texts: Sequence[str]) -> Any:
        """Say which field, or `detail`."""
        return {text.partition(" ")[0]: [text] for text in texts} if status == 400 else {"detail": texts[0]}


class Rails(Server):
    """Ruby: `to_i`, clamps, filters that ignore what they cannot read, oldest first, milliseconds."""

    digits = 3
    names_all = False

    def to_i(self, text: str) -> int:
        """Read the digits that a text begins with."""
        found = re.match(r"\s*[+-]?\d+", text, re.ASCII)
        return int(found[0]) if found else 0

    def read_limit(self, text: str) -> int:
        """Keep it between 1 and the most."""
        return min(max(self.to_i(text), 1), 500)

    def read_offset(self, text: str) -> int:
        """Keep it above 0."""
        return min(max(self.to_i(text), 0), 2**62)

    def read_phone(self, text: str) -> str | None:
        """Take spaces away; a blank one is absent."""
        return re.sub(r"\s", "", text) or None

    def read_status(self, text: str) -> str:
        """Ask the database for any text."""
        return text

    def read_channel_id(self, text: str) -> str:
        """Ask the database for any text."""
        return text.lower()

    def instant(self, text: str) -> int | None:
        """Read what Time.zone.parse does; ignore the rest."""
        try:
            return iso(text, between="Tt ", zone=r"[Zz]|[+-]\d\d(?::?\d\d)?", marks=".,")
        except ValueError:
            return None

    def order(self, runs: Sequence[Run]) -> Sequence[Run]:
        """Order by created_at, then id."""
        return sorted(runs, key=lambda run: (start(run), run["id"]))


class PostgRest(Server):
    """The database decides: 400 for what it does not read, 416 past the end, an empty page for any other id."""

    bad, unknown = 400, None
    names_all = False

    def check_name(self, name: str) -> None:
        """Read a UUID."""
        python_uuid_or_400(name)

    def read_limit(self, text: str) -> int:
        """Take a limit of 0 for a page."""
        return self.lowered(text, RefusedError(416, "limit below 0"), least=0)

    def read_offset(self, text: str) -> int:
        """Count to 2^63."""
        number = self.integer(text)
        if number < 0 or number >= 2**63:
            raise RefusedError(416 if number < 0 else 400, "offset out of range")
        return number

    def stranger(self, name: str) -> None:
        """Take a parameter for a column."""
        raise ValueError(f"{name} is no column")

    def read_phone(self, text: str) -> str:
        """No text in the database has a NUL."""
        if "\0" in text:
            raise ValueError("holds a NUL")
        return text

    def read_channel_id(self, text: str) -> str:
        """Read what Postgres does."""
        if text.startswith("urn:"):
            raise ValueError("is no UUID")
        return python_uuid(text)

    def instant(self, text: str) -> int:
        """Read Postgres' words, and the end of a day."""
        words = {"now": 1_800_000_000, "yesterday": 1_799_900_000, "today": 1_800_000_000, "epoch": 0}
        if text in words:
            return words[text] * SECOND
        if re.fullmatch(r".{10}.24:00:00.*", text):
            return iso(text[:11] + "00" + text[13:]) + 86400 * SECOND
        if re.fullmatch(r".*:60(Z|\+.*)", text):
            return iso(text.replace(":60", ":59")) + SECOND
        basic = re.fullmatch(r"(\d{4})(\d\d)(\d\d)T(\d\d)(\d\d)(\d\d)(.*)", text)
        text = "{}-{}-{}T{}:{}:{}{}".format(*basic.groups()) if basic else text
        return iso(text, between="Tt ", zone=r"[Zz]|[+-]\d\d(?::?\d\d)?", kept=6)

    def check_offset(self, offset: int, total: int) -> None:
        """Past the end there is no range."""
        if offset > total:
            raise RefusedError(416, "Requested range not satisfiable")

    def write(self, text: str) -> str:
        """Print as Postgres does in JSON."""
        return shortest(text, "+00:00")

    def error(self, status: int, texts: Sequence[str]) -> Any:
        """Say code, details, hint and message."""
        return {"code": f"PGRST{status}", "details": None, "hint": None, "message": texts[0]}


def python_uuid_or_400(name: str) -> None:
    """Refuse a name of a sequence that is no UUID."""
    try:
        python_uuid(name)
    except ValueError:
        raise RefusedError(400, "invalid input syntax for type uuid") from None


class NaiveSql(Server):
    """A script over a table with naive datetimes: whole seconds, no offset, any limit, the latest update first."""

    bad, digits = 400, 0
    missing_key, wrong_key = 401, 403
    first_counts = True

    def read_limit(self, text: str) -> int:
        """Obey."""
        number = self.integer(text)
        return number if number >= 0 else 10**9

    def read_phone(self, text: str) -> str:
        """Strip it."""
        return text.strip()

    def read_status(self, text: str) -> str:
        """Compare as MySQL does."""
        return text.lower()

    def read_channel_id(self, text: str) -> str:
        """Compare as MySQL does."""
        return text.lower()

    def read_before(self, text: str) -> int:
        """Take a date for its whole day."""
        return self.instant(text) + (86400 * SECOND - 1 if len(text) == 10 else 0)

    def instant(self, text: str) -> int:
        """Read with or without an offset."""
        return iso(text, between="T ", zone=r"Z|[+-]\d\d:?\d\d", has_seconds=True)

    def order(self, runs: Sequence[Run]) -> Sequence[Run]:
        """Order by updated_at, then id, both descending."""
        return sorted(runs, key=lambda run: (run["updated_at"], run["id"]), reverse=True)

    def write(self, text: str) -> str:
        """Print no offset."""
        return text.removesuffix("Z")


class Express(Server):
    """JavaScript: `Number`, `new Date`, arrays of repeated parameters refused, milliseconds."""

    bad, digits = 400, 3
    precedence = ("key", "parameters", "sequence")
    names_all = False

    def repeated(self, name: str) -> None:
        """Refuse an array."""
        raise RefusedError(400, f"{name} is an array")

    def integer(self, text: str) -> int:
        """Read as Number does."""
        text = text.strip()
        if re.fullmatch(r"0[xX][0-9a-fA-F]+", text):
            return int(text, 16)
        if not re.fullmatch(r"[+-]?(\d+\.?\d*|\.\d+)([eE][+-]?\d+)?|", text, re.ASCII):
            raise ValueError("is NaN")
        number = float(text or 0)
        if math.isinf(number) or number != math.floor(number) or abs(number) >= 2**53:
            raise ValueError("is no whole number")
        return int(number)

    def instant(self, text: str) -> int:
        """Read months and years, days that there are not, and what people write."""
        if "W" not in text and (read := loose(text)) is not None:
            return read
        if re.fullmatch(r".{10}.24:00:00.*", text):
            return iso(text[:11] + "00" + text[13:]) + 86400 * SECOND
        return iso(text, between="Tt ", zone=r"[Zz]|[+-]\d\d:?\d\d", rolls=True)


class Go(Server):
    """`time.Parse(time.RFC3339)`, `strconv.Atoi`, the first of a repeated parameter, ids as the order."""

    bad = 400
    first_counts, names_all = True, False
    precedence = ("parameters", "key", "sequence")
    content_type = "text/plain; charset=utf-8"

    def integer(self, text: str) -> int:
        """Read up to 64 bits."""
        if not re.fullmatch(r"[+-]?\d+", text, re.ASCII) or abs(int(text[:30])) >= 2**63:
            raise ValueError("is no int64")
        return int(text)

    def read_limit(self, text: str) -> int:
        """Refuse nothing above the most."""
        return self.lowered(text, ValueError("is below 1"))

    def instant(self, text: str) -> int:
        """Read RFC 3339, with a comma too."""
        return iso(text, zone=r"Z|[+-]\d\d:\d\d", has_zone=True, has_seconds=True, date=False, marks=".,")

    def order(self, runs: Sequence[Run]) -> Sequence[Run]:
        """Order by id."""
        return sorted(runs, key=lambda run: str(run["id"]))

    def write(self, text: str) -> str:
        """Print as RFC3339Nano."""
        return shortest(text, "Z")


class Spring(Server):
    """Java: `OffsetDateTime.parse`, digits in threes, problems, HEAD and unknown names as ever."""

    bad = 400
    content_type = "application/problem+json"
    bearer = False

    def integer(self, text: str) -> int:
        """Read 32 bits."""
        if not re.fullmatch(r"[+-]?\d+", text, re.ASCII) or abs(int(text[:30])) >= 2**31:
            raise ValueError("is no int")
        return int(text)

    def check_name(self, name: str) -> None:
        """Read a UUID, loosely."""
        if not re.fullmatch(r"[0-9a-fA-F]{1,8}(-[0-9a-fA-F]{1,4}){3}-[0-9a-fA-F]{1,12}", name):
            raise RefusedError(400, "is no UUID")

    def instant(self, text: str) -> int:
        """Read with an offset only, with or without seconds, in any letters."""
        if re.fullmatch(r".{10}.24:00(:00)?.*", text):
            return iso(text[:11] + "00" + text[13:]) + 86400 * SECOND
        return iso(text, between="Tt", zone=r"[Zz]|[+-]\d\d:\d\d", has_zone=True, date=False)

    def write(self, text: str) -> str:
        """Print no, three or six digits."""
        return text.replace("000Z", "Z").replace(".000Z", "Z")

    def error(self, status: int, texts: Sequence[str]) -> Any:
        """Say it as RFC 9457 has it."""
        return {"type": "about:blank", "title": "Bad Request", "status": status, "detail": "; ".join(texts)}


class AspNet(Server):
    """.NET: spaces around numbers, enums in any letters or as numbers, GUIDs in brackets, dates in any form."""

    bad = 400
    content_type = "application/problem+json; charset=utf-8"

    def integer(self, text: str) -> int:
        """Read as int.Parse does."""
        if not re.fullmatch(r"\s*[+-]?\d+\s*", text, re.ASCII) or abs(int(text.strip()[:30])) >= 2**31:
            raise ValueError("is no Int32")
        return int(text)

    def read_status(self, text: str) -> str | None:
        """Read as Enum.Parse does."""
        by_number = {"0": "active", "1": "finished"}.get(text.strip(), text.strip().lower())
        return super().read_status(by_number)

    def read_channel_id(self, text: str) -> str:
        """Read as Guid.Parse does."""
        if text.startswith("urn:"):
            raise ValueError("is no Guid")
        return python_uuid(text.strip())

    def read_phone(self, text: str) -> str:
        """Validate what is no number."""
        if not re.fullmatch(r"[+\d\s().-]*", text):
            raise ValueError("is no phone number")
        return re.sub(r"[\s().-]", "", text)

    def instant(self, text: str) -> int:
        """Read what DateTimeOffset.Parse does."""
        if not re.fullmatch(r"\d{4}|.*W.*", text) and (read := loose(text)) is not None:
            return read
        return iso(text.strip(), between="Tt ", zone=r"[Zz]|[+-]\d\d(:?\d\d)?", kept=7)

    def write(self, text: str) -> str:
        """Print an offset."""
        return shortest(text, "+00:00")

    def error(self, status: int, texts: Sequence[str]) -> Any:
        """Say `errors` by name."""
        return {"title": "One or more errors", "status": status, "errors": {t.partition(" ")[0]: [t] for t in texts}}


class Laravel(Server):
    """PHP: texts trimmed, empty ones null, `strtotime`, whole seconds, nothing for a UUID that is none."""

    digits = 0
    unknown = 404

    def integer(self, text: str) -> int:
        """Read as filter_var does."""
        if not re.fullmatch(r"[+-]?(0|[1-9]\d*)", text.strip(), re.ASCII):
            raise ValueError("must be an integer")
        return int(text)

    def read_limit(self, text: str) -> int | None:
        """Take a blank one for null."""
        return super().read_limit(text) if text.strip() else None

    def read_offset(self, text: str) -> int | None:
        """Take a blank one for null."""
        return super().read_offset(text) if text.strip() else None

    def read_phone(self, text: str) -> str | None:
        """Trim it."""
        return text.strip() or None

    def read_status(self, text: str) -> str | None:
        """Trim it."""
        return super().read_status(text.strip())

    def instant(self, text: str) -> int:
        """Read words, and days that there are not."""
        words = {"now": 1_800_000_000, "yesterday": 1_799_900_000, "today": 1_800_000_000}
        if text in words:
            return words[text] * SECOND
        if (read := loose(text)) is not None:
            return read
        return iso(text.strip(), between="Tt ", zone=r"[Zz]|[+-]\d\d(:?\d\d)?", rolls=True)

    def write(self, text: str) -> str:
        """Print as PHP's DATE_ATOM."""
        return text.replace("Z", "+00:00")

    def error(self, status: int, texts: Sequence[str]) -> Any:
        """Say a message, and errors by name."""
        return {"message": texts[0], "status": status, "errors": {text.partition(" ")[0]: [text] for text in texts}}


class Phoenix(Server):
    """Elixir: Ecto's casts, oldest first and then the highest id, nothing shown that is not published."""

    precedence = ("key", "sequence", "parameters")

    def integer(self, text: str) -> int:
        """Read as Integer.parse does, to the end."""
        if not re.fullmatch(r"[+-]?\d+", text, re.ASCII):
            raise ValueError("is invalid")
        return int(text)

    def read_limit(self, text: str) -> int:
        """Lower what is above the most; refuse what is below 1."""
        return self.lowered(text, ValueError("must be greater than 0"))

    def instant(self, text: str) -> int:
        """Read a space, and no seconds."""
        return iso(text, between="T ", date=False, kept=6)

    def order(self, runs: Sequence[Run]) -> Sequence[Run]:
        """Order by the start, then by the highest id."""
        return sorted(sorted(runs, key=lambda run: run["id"], reverse=True), key=start)

    def show_step(self, step: Run) -> Run:
        """Show no times."""
        return {name: value for name, value in super().show_step(step).items() if name != "scheduled_at"}

    def write(self, text: str) -> str:
        """Print a naive time."""
        return text.removesuffix("Z")


class Gateway(Server):
    """Behind a gateway: 403 for any key, a firewall, HEAD refused, a limit out of range counts as absent."""

    bad, missing_key, wrong_key = 400, 403, 403
    bearer = False
    unknown = 403
    content_type = "text/html"

    def before_all(self, environ: WSGIEnvironment) -> None:
        """Refuse attacks and HEAD."""
        if environ["REQUEST_METHOD"] == "HEAD":
            raise RefusedError(405, "HEAD")
        if re.search(r"[\0'\"\\]", environ["PATH_INFO"] + unquote(environ["QUERY_STRING"])):
            raise RefusedError(406, "attack")

    def read_limit(self, text: str) -> int | None:
        """Ignore what is out of range."""
        number = self.integer(text)
        return number if 1 <= number <= 500 else None

    def read_channel_id(self, text: str) -> str | None:
        """Compare exactly."""
        return text


class JsonApi(Server):
    """Names in camel case below `attributes`, ordered by the contact's name, nulls left out."""

    roles: ClassVar = {
        "start_time": "/attributes/createdAt",
        "status": "/attributes/status",
        "phone": "/attributes/phone",
        "channel_id": "/attributes/channels/*",
    }
    names_all = True
    content_type = "application/vnd.api+json"

    def stranger(self, name: str) -> None:
        """JSON:API asks for it."""
        raise RefusedError(400, f"{name} is not supported")

    def show(self, run: Run) -> Run:
        """Show attributes."""
        channels = sorted({step["channel_id"] for step in run["step_contacts"] if step.get("channel_id")})
        attributes = {
            "createdAt": run["created_at"],
            "status": run["status"],
            "phone": run["contact"].get("phone"),
            "channels": channels,
        }
        shown = {name: value for name, value in attributes.items() if value is not None}
        return {"id": run["id"], "status": run["status"], "contact": {}, "attributes": shown}


class ByName(Server):
    """Orders by the contact's name, then by the id."""

    def order(self, runs: Sequence[Run]) -> Sequence[Run]:
        """Order by a field that no filter looks at."""
        return sorted(runs, key=lambda run: (run["contact"].get("name") or "", run["id"]))


class StatusFirst(Server):
    """Lists active runs before finished ones, each the newest first; refuses what is no number in E.164."""

    bad = 400

    def order(self, runs: Sequence[Run]) -> Sequence[Run]:
        """Order by status, then by the start."""
        return sorted(super().order(runs), key=lambda run: run["status"])

    def read_phone(self, text: str) -> str:
        """Refuse what is no number."""
        if not re.fullmatch(r"\+[1-9]\d{6,14}", text):
            raise ValueError("is no number in E.164")
        return text

    def instant(self, text: str) -> int:
        """Refuse spaces."""
        return iso(text, has_seconds=True)


class SqlServer(Server):
    """Upper-case ids, a space in printed times, three digits, the earliest update first."""

    digits = 3
    unknown = None

    def read_status(self, text: str) -> str | None:
        """Compare in any letters."""
        return text.lower()

    def order(self, runs: Sequence[Run]) -> Sequence[Run]:
        """Order by the update."""
        return sorted(runs, key=lambda run: (run["updated_at"], run["id"]))

    def instant(self, text: str) -> int:
        """Read what it prints."""
        return iso(text, between="T ")

    def show(self, run: Run) -> Run:
        """Show ids in capitals."""
        return dict(_upper(super().show(run)))

    def write(self, text: str) -> str:
        """Print a space."""
        return text.replace("T", " ")


def _upper(value: Any) -> Any:
    if isinstance(value, dict):
        return {key: _upper(part) for key, part in value.items()}
    if isinstance(value, list):
        return [_upper(part) for part in value]
    return value.upper() if isinstance(value, str) and UUID.fullmatch(value) else value


class NoStart(Server):
    """Shows no time at all, and lists the oldest run first."""

    bad = 400

    def order(self, runs: Sequence[Run]) -> Sequence[Run]:
        """Order by the start."""
        return sorted(sorted(runs, key=lambda run: run["id"]), key=start)

    def show(self, run: Run) -> Run:
        """Show no times."""
        return {name: run[name] for name in ("id", "status", "contact", "sequence_id")}


class Unordered(Server):
    """Lists as inserted; takes several statuses; a list with a window is the newest first."""

    def order(self, runs: Sequence[Run]) -> Sequence[Run]:
        """Do not order."""
        return runs


def subclasses(kind: type[Server] = Server) -> Iterator[type[Server]]:
    """Yield the servers."""
    for each in kind.__subclasses__():
        yield each
        yield from subclasses(each)
