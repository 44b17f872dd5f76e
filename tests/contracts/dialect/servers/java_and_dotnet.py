"""Servers in the ways of Java's and .NET's frameworks."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any
from urllib.parse import parse_qsl

from tests.contracts.dialect.servers.endpoint import RefusedError, Server
from tests.contracts.dialect.servers.reading import (
    UUID,
    bounded_integer,
    end_of_day,
    iso,
    leap_second,
    loose,
    python_uuid,
    shortest,
    threes,
)

if TYPE_CHECKING:
    from collections.abc import Sequence
    from wsgiref.types import WSGIEnvironment

    from tests.contracts.dialect.servers.endpoint import Run


class Spring(Server):
    """Java: `OffsetDateTime.parse`, digits in threes, problems, HEAD and unknown names as ever."""

    bad = 400
    content_type = "application/problem+json"
    bearer = False

    def integer(self, text: str) -> int:
        """Read 32 bits."""
        return bounded_integer(text, 32)

    def check_name(self, name: str) -> None:
        """Read a UUID, loosely."""
        if not re.fullmatch(r"[0-9a-fA-F]{1,8}(-[0-9a-fA-F]{1,4}){3}-[0-9a-fA-F]{1,12}", name):
            raise RefusedError(400, "is no UUID")

    def instant(self, text: str) -> int:
        """Read with an offset only, with or without seconds, in any letters."""
        return end_of_day(text) or iso(text, between="Tt", zone=r"[Zz]|[+-]\d\d:\d\d", has_zone=True, date=False)

    def write(self, text: str) -> str:
        """Print no, three or six digits."""
        return threes(text)

    def error(self, status: int, texts: Sequence[str]) -> Any:
        """Say it as RFC 9457 has it."""
        return {"type": "about:blank", "title": "Bad Request", "status": status, "detail": "; ".join(texts)}


class Kotlin(Server):
    """Spring's converters: no type is 400, out of range is 422; hex, inner spaces; enums of a list are refused."""

    bad = 400
    names_all = False
    precedence = ("key", "parameters", "sequence")

    def parse(self, query_string: str) -> dict[str, Any]:
        """Of a repeated number the first counts; repeated texts are joined by a comma."""
        texts: dict[str, list[str]] = {}
        for name, text in parse_qsl(query_string, keep_blank_values=True, errors="replace"):
            texts.setdefault(name, []).append(text)
        values: dict[str, Any] = {}
        for name, given in texts.items():
            reader = getattr(self, f"read_{name}", None)
            if reader is None or not "".join(given).strip():
                continue
            try:
                values[name] = reader(given[0] if name in {"limit", "offset"} else ",".join(given))
            except ValueError as problem:
                raise RefusedError(400, f"{name} {problem}") from None
        return values

    def integer(self, text: str) -> int:
        """Read without any space, in hex too."""
        text = re.sub(r"\s", "", text)
        if re.fullmatch(r"[+-]?(0[xX]|#)[0-9a-fA-F]+", text):
            text = str(int(text.replace("#", "0x"), 16))
        return bounded_integer(text, 32)

    def read_limit(self, text: str) -> int:
        """Refuse what is out of range otherwise."""
        number = self.integer(text)
        if not 1 <= number <= 500:
            raise RefusedError(422, "limit must be between 1 and 500")
        return number

    def read_offset(self, text: str) -> int:
        """Refuse what is out of range otherwise."""
        number = self.integer(text)
        if number < 0:
            raise RefusedError(422, "offset must be greater than or equal to 0")
        return number

    def read_status(self, text: str) -> str | None:
        """Trim it."""
        return super().read_status(text.strip())

    def read_channel_id(self, text: str) -> str:
        """Read as UUID.fromString does, groups of any length."""
        parts = text.strip().split("-")
        if len(parts) != 5 or not all(re.fullmatch(r"[0-9a-fA-F]{1,12}", part) for part in parts):
            raise ValueError("Invalid UUID string")
        return "-".join(part.zfill(size) for part, size in zip(parts, (8, 4, 4, 4, 12), strict=True)).lower()

    def instant(self, text: str) -> int:
        """Read as Instant.parse does: the end of a day and leap seconds, no date."""
        return (
            end_of_day(text)
            or leap_second(text)
            or iso(text, between="Tt", zone=r"[Zz]|[+-]\d\d:\d\d", has_zone=True, has_seconds=True, date=False)
        )

    def write(self, text: str) -> str:
        """Print no, three or six digits."""
        return threes(text)

    def error(self, status: int, texts: Sequence[str]) -> Any:
        """Say it as Spring's error page does."""
        return {"timestamp": "2024-01-01T00:00:00Z", "status": status, "error": "Bad Request", "path": "/" * len(texts)}


class AspNet(Server):
    """.NET: spaces around numbers, enums in any letters or as numbers, GUIDs in brackets, dates in any form."""

    bad = 400
    content_type = "application/problem+json; charset=utf-8"

    def integer(self, text: str) -> int:
        """Read as int.Parse does."""
        return bounded_integer(text.strip(), 32)

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


class MinimalApi(Server):
    """.NET's TryParse: a route that wants a GUID, HEAD refused, clamps, seven digits, ordered by the id."""

    bad = 400
    content_type = "application/problem+json"
    bearer = False

    def before_all(self, environ: WSGIEnvironment) -> None:
        """Refuse HEAD; know no route for what is no GUID."""
        if environ["REQUEST_METHOD"] == "HEAD":
            raise RefusedError(405, "Method Not Allowed")
        name = environ["PATH_INFO"].removesuffix("/sequence_runs").rpartition("/sequences/")[2]
        if not UUID.fullmatch(name):
            raise RefusedError(404, "Not Found")

    def find(self, path: str) -> list[Run]:
        """Compare ids as GUIDs."""
        return super().find(path.lower())

    def repeated(self, name: str) -> None:
        """Refuse a joined text."""
        raise RefusedError(400, f"{name} could not be bound")

    def empty(self, name: str) -> Any:
        """Refuse what is no number."""
        if name in {"limit", "offset"}:
            raise ValueError("could not be bound")

    def integer(self, text: str) -> int:
        """Read as int.TryParse does."""
        return bounded_integer(text.strip(), 32)

    def read_limit(self, text: str) -> int:
        """Clamp it."""
        return min(max(self.integer(text), 1), 500)

    def read_offset(self, text: str) -> int:
        """Clamp it."""
        return max(self.integer(text), 0)

    def read_status(self, text: str) -> str | None:
        """Read an enum in any letters."""
        return super().read_status(text.strip().lower())

    def read_channel_id(self, text: str) -> str:
        """Read as Guid.TryParse does."""
        if text.startswith("urn:"):
            raise ValueError("could not be bound")
        return python_uuid(text.strip())

    def instant(self, text: str) -> int:
        """Read as DateTimeOffset.TryParse does."""
        if not re.fullmatch(r"\d{4}|.*W.*", text) and (read := loose(text)) is not None:
            return read
        return iso(text.strip(), between="Tt ", zone=r"[Zz]|[+-]\d\d(:?\d\d)?", kept=7)

    def order(self, runs: Sequence[Run]) -> Sequence[Run]:
        """Order by the id."""
        return sorted(runs, key=lambda run: str(run["id"]))

    def write(self, text: str) -> str:
        """Print seven digits and an offset."""
        return text.replace("Z", "0+00:00")
