"""Servers that leave most to a database, a gateway or a function."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any
from urllib.parse import unquote

from tests.contracts.dialect.servers.endpoint import LenientNumbers, RefusedError, Server, without_nulls
from tests.contracts.dialect.servers.reading import (
    SECOND,
    UUID,
    WORDS,
    end_of_day,
    extended,
    iso,
    leap_second,
    loose,
    python_uuid,
    shortest,
)

if TYPE_CHECKING:
    from collections.abc import Sequence
    from wsgiref.types import WSGIEnvironment

    from tests.contracts.dialect.servers.endpoint import Run


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
        if text in WORDS:
            return WORDS[text] * SECOND
        if (read := end_of_day(text) or leap_second(text)) is not None:
            return read
        text = extended(text)
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


class Lambda(LenientNumbers):
    """A function over a key-value store: keys are the gateway's, any sequence has a page, a hundred runs at most."""

    bad, missing_key, wrong_key, unknown = 400, 403, 403, None
    bearer, cap = False, 100
    names_all = False

    def before_all(self, environ: WSGIEnvironment) -> None:
        """Know no route for HEAD."""
        if environ["REQUEST_METHOD"] == "HEAD":
            raise RefusedError(403, "Missing Authentication Token")

    def read_phone(self, text: str) -> str:
        """Compare exactly."""
        return text

    def read_status(self, text: str) -> str:
        """Compare exactly."""
        return text

    def read_channel_id(self, text: str) -> str:
        """Compare exactly."""
        return text

    def instant(self, text: str) -> int:
        """Read as dateutil's isoparse does."""
        if re.fullmatch(r"\d{4}(-\d\d)?|\d{4}-?W.*", text) and (read := loose(text)) is not None:
            return read
        text = extended(text)
        if (read := end_of_day(text)) is not None:
            return read
        text = re.sub(r"^(.{10}T\d\d)(Z|[+-]\d\d(:?\d\d)?)?$", r"\1:00\2", text)
        return iso(text, between="T ", zone=r"Z|[+-]\d\d(:?\d\d)?", marks=".,", kept=6)

    def order(self, runs: Sequence[Run]) -> Sequence[Run]:
        """Do not order."""
        return runs

    def show(self, run: Run) -> Run:
        """Leave out nulls, and add fields."""
        return {**without_nulls(super().show(run)), "pk": f"RUN#{run['id']}", "version": 3}

    def error(self, status: int, texts: Sequence[str]) -> Any:
        """Say a message."""
        return {"code": status, "message": texts[0]}


def python_uuid_or_400(name: str) -> None:
    """Refuse a name of a sequence that is no UUID."""
    try:
        python_uuid(name)
    except ValueError:
        raise RefusedError(400, "invalid input syntax for type uuid") from None


def _upper(value: Any) -> Any:
    if isinstance(value, dict):
        return {key: _upper(part) for key, part in value.items()}
    if isinstance(value, list):
        return [_upper(part) for part in value]
    return value.upper() if isinstance(value, str) and UUID.fullmatch(value) else value
