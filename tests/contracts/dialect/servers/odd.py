"""Servers that are odd in one thing."""

from __future__ import annotations

import re
from contextlib import suppress
from typing import TYPE_CHECKING, Any, ClassVar
from urllib.parse import parse_qsl, urlencode

from tests.contracts.dialect.servers.endpoint import RefusedError, Server, start
from tests.contracts.dialect.servers.reading import iso, python_uuid

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from tests.contracts.dialect.servers.endpoint import Run


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


class Binder(Server):
    """Binds names in any letters and lists, blank is absent, ids in any form; looks at a range last of all."""

    bad = 400
    precedence = ("key", "parameters", "sequence")

    def parse(self, query_string: str) -> dict[str, Any]:
        """Fold the names, and drop what is blank."""
        pairs = parse_qsl(query_string, keep_blank_values=True, errors="replace")
        bound = [(name.lower().removesuffix("[]"), value if value.strip() else "") for name, value in pairs]
        return super().parse(urlencode(bound))

    def find(self, path: str) -> list[Run]:
        """Read the id as a channel is read."""
        name = path.removesuffix("/sequence_runs").rpartition("/sequences/")[2]
        with suppress(ValueError):
            name = python_uuid(name)
        return super().find(f"/v1/sequences/{name}/sequence_runs")

    def read_limit(self, text: str) -> int:
        """Read any number."""
        return self.integer(text)

    def read_offset(self, text: str) -> int:
        """Read any number."""
        return self.integer(text)

    def read_channel_id(self, text: str) -> str:
        """Read with dashes or without."""
        return python_uuid(text)

    def page(self, runs: Sequence[Run], query: Mapping[str, Any]) -> Any:
        """Look at the numbers first."""
        if not 1 <= query.get("limit", 50) <= 500 or query.get("offset", 0) < 0:
            raise RefusedError(422, "is out of range")
        return super().page(runs, query)

    def order(self, runs: Sequence[Run]) -> Sequence[Run]:
        """Order by the status, then by the start and the id, all descending."""
        return sorted(runs, key=lambda run: (run["status"], start(run), run["id"]), reverse=True)


class Echo(Server):
    """Repeats in an error what was sent, and names nothing else."""

    bad = 400
    sent: ClassVar[dict[str, str]] = {}

    def parse(self, query_string: str) -> dict[str, Any]:
        """Keep what was sent."""
        self.sent.clear()
        self.sent.update(parse_qsl(query_string, keep_blank_values=True, errors="replace"))
        return super().parse(query_string)

    def instant(self, text: str) -> int:
        """Read a space, but no time without seconds."""
        return iso(text, between="T ", has_seconds=True)

    def error(self, status: int, texts: Sequence[str]) -> Any:
        """Say how many problems there are with what was sent."""
        return {"problems": len(texts), "code": status, "sent": self.sent}
