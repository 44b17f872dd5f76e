"""Servers in the ways of Go, Rust and Elixir."""

from __future__ import annotations

import re
from contextlib import suppress
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any, ClassVar

from tests.contracts.dialect.servers.endpoint import RefusedError, Server, start
from tests.contracts.dialect.servers.reading import (
    UUID,
    bounded_integer,
    iso,
    leap_second,
    python_uuid,
    shortest,
    threes,
)

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from tests.contracts.dialect.servers.endpoint import Run


class Go(Server):
    """`time.Parse(time.RFC3339)`, `strconv.Atoi`, the first of a repeated parameter, ids as the order."""

    bad = 400
    first_counts, names_all = True, False
    precedence = ("parameters", "key", "sequence")
    content_type = "text/plain; charset=utf-8"

    def integer(self, text: str) -> int:
        """Read up to 64 bits."""
        return bounded_integer(text, 64)

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


class Chi(Server):
    """Go with strconv: what does not parse is the default, ids read as google/uuid does, ties by the highest id."""

    bad = 400
    first_counts, names_all = True, False
    precedence = ("key", "parameters", "sequence")
    content_type = "text/plain; charset=utf-8"

    def atoi(self, text: str) -> int | None:
        """Read up to 64 bits."""
        with suppress(ValueError):
            return bounded_integer(text, 64)
        return None

    def read_limit(self, text: str) -> int:
        """Take 50 for what is no size, and 500 for more."""
        number = self.atoi(text) or 0
        return min(number, 500) if number > 0 else 50

    def read_offset(self, text: str) -> int:
        """Take 0 for what is none."""
        return max(self.atoi(text) or 0, 0)

    def read_status(self, text: str) -> str:
        """Ask the database for any text."""
        return text

    def read_channel_id(self, text: str) -> str:
        """Read as uuid.Parse does."""
        bare = re.sub(r"^(urn:uuid:)(.{36})$|^{(.{36})}$", r"\2\3", text, flags=re.IGNORECASE)
        if not re.fullmatch(r"[0-9a-f]{32}", bare, re.IGNORECASE) and not UUID.fullmatch(bare):
            raise ValueError("invalid UUID")
        return python_uuid(bare)

    def instant(self, text: str) -> int:
        """Read RFC 3339, with a comma too; a bare date by another layout."""
        if re.fullmatch(r"\d{4}-\d\d-\d\d", text):
            return iso(text)
        return iso(text, zone=r"Z|[+-]\d\d:\d\d", has_zone=True, has_seconds=True, marks=".,")

    def order(self, runs: Sequence[Run]) -> Sequence[Run]:
        """Order by the start and the id, both descending."""
        return sorted(runs, key=lambda run: (start(run), run["id"]), reverse=True)

    def write(self, text: str) -> str:
        """Print as RFC3339Nano."""
        return shortest(text, "Z")

    def error(self, status: int, texts: Sequence[str]) -> Any:
        """Say a line."""
        return f"{status} {texts[0]}"


class Axum(Server):
    """Rust: serde refuses strangers, duplicates and what is no u32; chrono reads leap seconds and a space."""

    bad = 400
    names_all = False
    precedence = ("key", "parameters", "sequence")
    content_type = "text/plain; charset=utf-8"

    def check_name(self, name: str) -> None:
        """Read as Uuid::parse_str does."""
        try:
            python_uuid(name)
        except ValueError:
            raise RefusedError(400, "Invalid URL: UUID parsing failed") from None

    def find(self, path: str) -> list[Run]:
        """Compare ids as UUIDs."""
        name = path.removesuffix("/sequence_runs").rpartition("/sequences/")[2]
        self.check_name(name)
        return super().find(f"/v1/sequences/{python_uuid(name)}/sequence_runs")

    def stranger(self, name: str) -> None:
        """Refuse it."""
        raise ValueError(f"unknown field `{name}`")

    def repeated(self, name: str) -> None:
        """Refuse it."""
        raise RefusedError(400, f"duplicate field `{name}`")

    def empty(self, name: str) -> Any:
        """Refuse what is no number or variant."""
        if name in {"limit", "offset", "status"}:
            raise ValueError("cannot parse integer from empty string")

    def integer(self, text: str) -> int:
        """Read a u32."""
        if not re.fullmatch(r"\+?\d+", text, re.ASCII) or int(text[:30]) >= 2**32:
            raise ValueError("invalid digit found in string")
        return int(text)

    def read_limit(self, text: str) -> int:
        """Clamp it."""
        return min(max(self.integer(text), 1), 500)

    def read_channel_id(self, text: str) -> str:
        """Read as Uuid::parse_str does."""
        return python_uuid(text)

    def instant(self, text: str) -> int:
        """Read as chrono's DateTime<Utc> does; a leap second is the last one of its minute."""
        return leap_second(text) or iso(
            text, between="Tt ", zone=r"[Zz]|[+-]\d\d:\d\d", has_zone=True, has_seconds=True, date=False
        )

    def order(self, runs: Sequence[Run]) -> Sequence[Run]:
        """Order by the start and the id, both descending."""
        return sorted(runs, key=lambda run: (start(run), run["id"]), reverse=True)

    def write(self, text: str) -> str:
        """Print no, three or six digits."""
        return threes(text)

    def error(self, status: int, texts: Sequence[str]) -> Any:
        """Say a line."""
        return f"{status}: failed to deserialize query string: {texts[0]}"


class Actix(Server):
    """Pages of two hundred, the highest id first, times of India under another name; what is not read is ignored."""

    roles: ClassVar[Mapping[str, str]] = {"start_time": "/started_at"}
    bad, cap = 422, 200
    unknown = None

    def integer(self, text: str) -> int:
        """Read digits, also those of other scripts."""
        if not text.isdecimal():
            raise ValueError("is no number")
        return int(text)

    def read_status(self, text: str) -> str | None:
        """Ignore what does not exist."""
        return text if text in {"active", "finished"} else None

    def read_channel_id(self, text: str) -> str | None:
        """Ignore what is no UUID."""
        return text.lower() if UUID.fullmatch(text) else None

    def instant(self, text: str) -> int | None:
        """Ignore what is no date-time."""
        try:
            return iso(text, between="Tt ", zone=r"[Zz]|[+-]\d\d(:?\d\d)?")
        except ValueError:
            return None

    def order(self, runs: Sequence[Run]) -> Sequence[Run]:
        """Order by the id, the highest first."""
        return sorted(runs, key=lambda run: str(run["id"]), reverse=True)

    def show(self, run: Run) -> Run:
        """Call the start otherwise, in another zone."""
        shown = super().show(run)
        return {
            **{name: value for name, value in shown.items() if name != "created_at"},
            "started_at": shown["created_at"],
        }

    def write(self, text: str) -> str:
        """Print the time of India."""
        moment = datetime.fromisoformat(text) + timedelta(hours=5, minutes=30)
        return moment.strftime("%Y-%m-%dT%H:%M:%S.%f+05:30")


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
