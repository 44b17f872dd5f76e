"""Servers in the ways of Python's frameworks."""

from __future__ import annotations

import re
from datetime import datetime
from typing import TYPE_CHECKING, Any

from tests.contracts.dialect.servers.endpoint import LenientNumbers, RefusedError, Server, start
from tests.contracts.dialect.servers.reading import SECOND, UUID, iso, nanoseconds, python_uuid

if TYPE_CHECKING:
    from collections.abc import Sequence

    from tests.contracts.dialect.servers.endpoint import Run


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


class Drf(LenientNumbers):
    """Django REST framework: numbers are never refused, a page has a hundred runs, ties are as inserted."""

    bad, cap = 400, 100
    precedence = ("key", "parameters", "sequence")

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


class Aiohttp(Server):
    """webargs and marshmallow: Python's own readers, unknown names refused, the first of a repeated parameter."""

    first_counts = True
    precedence = ("key", "parameters", "sequence")

    def stranger(self, name: str) -> None:
        """Refuse it, as Schema does."""
        raise ValueError(f"Unknown field: {name}")

    def empty(self, name: str) -> Any:
        """Refuse what is no number or no choice."""
        if name in {"limit", "offset", "status"}:
            raise ValueError("Not a valid value.")

    def read_channel_id(self, text: str) -> str:
        """Read as uuid.UUID does."""
        return python_uuid(text)

    def instant(self, text: str) -> int:
        """Read as datetime.fromisoformat does; UTC where nothing is said."""
        return nanoseconds(datetime.fromisoformat(text))

    def order(self, runs: Sequence[Run]) -> Sequence[Run]:
        """Order by the start, then by the id."""
        return sorted(runs, key=lambda run: (start(run), run["id"]))

    def write(self, text: str) -> str:
        """Print as isoformat does."""
        return text.replace(".000000", "").replace("Z", "+00:00")

    def error(self, status: int, texts: Sequence[str]) -> Any:
        """Say it by name."""
        return {"code": status, "query": {text.partition(" ")[0]: [text] for text in texts}}


class Litestar(Server):
    """msgspec: strict forms, 400 for every parameter, unknown sequences by a text are as unknown as others."""

    bad = 400
    precedence = ("parameters", "key", "sequence")
    names_all = False

    def integer(self, text: str) -> int:
        """Read digits alone."""
        if not re.fullmatch(r"-?(0|[1-9]\d*)", text, re.ASCII):
            raise ValueError("expected int")
        return int(text)

    def read_limit(self, text: str) -> int:
        """Keep it below the most; refuse what is below 0; a page of none is a page."""
        return self.lowered(text, ValueError("expected >= 0"), least=0)

    def empty(self, name: str) -> Any:
        """Refuse what is no number."""
        if name in {"limit", "offset"}:
            raise ValueError("expected int")

    def read_phone(self, text: str) -> str | None:
        """Drop all but digits and the plus."""
        bare = re.sub(r"[^\d+]", "", text)
        return bare or None if text.isspace() else bare

    def read_channel_id(self, text: str) -> str:
        """Read with dashes or without."""
        if not re.fullmatch(r"[0-9a-f]{32}", text, re.IGNORECASE):
            return str(super().read_channel_id(text))
        return python_uuid(text)

    def instant(self, text: str) -> int:
        """Read RFC 3339 in any letters, and seconds since 1970."""
        if re.fullmatch(r"-?\d+(\.\d+)?", text, re.ASCII):
            return int(float(text)) * SECOND
        return iso(text, between="Tt ", zone=r"[Zz]|[+-]\d\d:?\d\d", has_seconds=True, date=False, kept=6)

    def error(self, status: int, texts: Sequence[str]) -> Any:
        """Say detail and extra."""
        return {"status_code": status, "detail": texts[0], "extra": [{"message": text} for text in texts]}
