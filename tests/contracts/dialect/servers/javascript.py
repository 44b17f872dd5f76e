"""Servers in the ways of JavaScript's frameworks."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from tests.contracts.dialect.servers.endpoint import RefusedError, Server, start, without_nulls
from tests.contracts.dialect.servers.reading import UUID, end_of_day, iso, javascript_number, loose

if TYPE_CHECKING:
    from collections.abc import Sequence

    from tests.contracts.dialect.servers.endpoint import Run


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
        number = javascript_number(text)
        if abs(number) >= 2**53:
            raise ValueError("is no safe number")
        return number

    def instant(self, text: str) -> int:
        """Read months and years, impossible days, and what people write."""
        if "W" not in text and (read := loose(text)) is not None:
            return read
        return end_of_day(text) or iso(text, between="Tt ", zone=r"[Zz]|[+-]\d\d:?\d\d", rolls=True)


class Nest(Server):
    """class-validator with forbidNonWhitelisted: `Number` of an empty text is 0, arrays and strangers are refused."""

    bad, digits = 400, 3
    precedence = ("key", "parameters", "sequence")

    def check_name(self, name: str) -> None:
        """Read as ParseUUIDPipe does."""
        if not UUID.fullmatch(name):
            raise RefusedError(400, "Validation failed (uuid is expected)")

    def stranger(self, name: str) -> None:
        """Refuse it."""
        raise ValueError(f"property {name} should not exist")

    def repeated(self, name: str) -> None:
        """Refuse an array."""
        raise RefusedError(400, f"{name} must be one")

    def empty(self, name: str) -> Any:
        """Make a 0 of it, or refuse it."""
        if name in {"limit", "status"}:
            raise ValueError("must not be less than 1")
        return 0 if name == "offset" else None

    def integer(self, text: str) -> int:
        """Read as Number does, and then as IsInt."""
        return javascript_number(text)

    def instant(self, text: str) -> int:
        """Read what both IsISO8601 and `new Date` read, to the millisecond."""
        if re.fullmatch(r"\d{4}(-\d\d)?", text) and (read := loose(text)) is not None:
            return read
        return end_of_day(text) or iso(text, between="T ", zone=r"Z|[+-]\d\d:?\d\d", rolls=True)

    def error(self, status: int, texts: Sequence[str]) -> Any:
        """Say all in a list."""
        return {"statusCode": status, "message": list(texts), "error": "Bad Request"}


class Zod(Nest):
    """Hono with a strict schema, validated before the key: only telephone numbers, no strangers, no arrays."""

    precedence = ("parameters", "key", "sequence")

    def check_name(self, name: str) -> None:
        """Take any text."""

    def read_phone(self, text: str) -> str:
        """Refuse what is no number."""
        if not re.fullmatch(r"\+?\d{7,20}", text, re.ASCII):
            raise ValueError("Invalid phone")
        return text

    def instant(self, text: str) -> int:
        """Read what z.iso.datetime({offset: true}) reads, or a date."""
        return iso(text, zone=r"Z|[+-]\d\d:\d\d", has_zone=len(text) > 10)

    def order(self, runs: Sequence[Run]) -> Sequence[Run]:
        """Order by the start, then by the highest id."""
        return sorted(sorted(runs, key=lambda run: run["id"], reverse=True), key=start)

    def show(self, run: Run) -> Run:
        """Leave out nulls."""
        return dict(without_nulls(super().show(run)))

    def error(self, status: int, texts: Sequence[str]) -> Any:
        """Say issues."""
        return {"success": status < 300, "error": {"issues": list(texts), "name": "ZodError"}}
