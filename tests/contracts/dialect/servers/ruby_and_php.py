"""Servers in the ways of Ruby's and PHP's frameworks."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from tests.contracts.dialect.servers.endpoint import Server, start
from tests.contracts.dialect.servers.reading import SECOND, WORDS, end_of_day, extended, iso, leap_second, loose

if TYPE_CHECKING:
    from collections.abc import Sequence

    from tests.contracts.dialect.servers.endpoint import Run


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


class Grape(Server):
    """Ruby's `Integer` and `DateTime.parse`: 0x10 is 16, what begins with a date is one; the latest update first."""

    bad, digits = 400, 3
    precedence = ("key", "parameters", "sequence")

    def integer(self, text: str) -> int:
        """Read prefixes, underscores and spaces."""
        text = text.strip()
        if re.fullmatch(r"[+-]?0[xX][0-9a-fA-F]+", text):
            return int(text, 16)
        if re.fullmatch(r"[+-]?0\d+", text, re.ASCII):
            return int(text, 8)
        if not re.fullmatch(r"[+-]?\d+(_\d+)*", text, re.ASCII):
            raise ValueError("is invalid")
        return int(text)

    def empty(self, name: str) -> Any:
        """Refuse an empty status; all else is nil."""
        if name == "status":
            raise ValueError("does not have a valid value")

    def read_limit(self, text: str) -> int:
        """Keep it between 1 and 500."""
        return min(max(self.integer(text), 1), 500)

    def read_phone(self, text: str) -> str:
        """Normalise it."""
        return re.sub(r"[\s().-]", "", text)

    def instant(self, text: str) -> int:
        """Read a date with whatever follows, in many forms."""
        if (read := loose(text)) is not None and not re.fullmatch(r"\d{4}", text):
            return read
        text = extended(text)
        if (read := end_of_day(text) or leap_second(text)) is not None:
            return read
        found = re.match(
            r"\d{4}-\d\d?-\d\d?([Tt ]\d\d:\d\d(:\d\d([.,]\d+)?)?([Zz]|[+-]\d\d(:?\d\d)?)?)?", text, re.ASCII
        )
        if not found:
            raise ValueError("is invalid")
        return iso(found[0].replace(",", "."), between="Tt ", zone=r"[Zz]|[+-]\d\d(:?\d\d)?")

    def order(self, runs: Sequence[Run]) -> Sequence[Run]:
        """Order by the update, the latest first, then by the id."""
        return sorted(sorted(runs, key=lambda run: run["id"]), key=lambda run: run["updated_at"], reverse=True)

    def error(self, status: int, texts: Sequence[str]) -> Any:
        """Say one text."""
        return {"code": status, "error": ", ".join(texts)}


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
        """Read words, and impossible days."""
        if text in WORDS:
            return WORDS[text] * SECOND
        if (read := loose(text)) is not None:
            return read
        return iso(text.strip(), between="Tt ", zone=r"[Zz]|[+-]\d\d(:?\d\d)?", rolls=True)

    def write(self, text: str) -> str:
        """Print as PHP's DATE_ATOM."""
        return text.replace("Z", "+00:00")

    def error(self, status: int, texts: Sequence[str]) -> Any:
        """Say a message, and errors by name."""
        return {"message": texts[0], "status": status, "errors": {text.partition(" ")[0]: [text] for text in texts}}


class Symfony(Server):
    """PHP: 422, `DateTimeImmutable`, three digits and an offset, as inserted where the start is the same."""

    digits = 3
    precedence = ("key", "sequence", "parameters")

    def empty(self, name: str) -> Any:
        """Refuse what is no number."""
        if name in {"limit", "offset", "status"}:
            raise ValueError("is not valid")

    def integer(self, text: str) -> int:
        """Read as filter_var does."""
        if not re.fullmatch(r"[+-]?(0|[1-9]\d*)", text.strip(), re.ASCII) or abs(int(text)) >= 2**63:
            raise ValueError("must be an integer")
        return int(text)

    def read_phone(self, text: str) -> str | None:
        """Trim it."""
        return text.strip() or None

    def instant(self, text: str) -> int:
        """Read words, an `@` before seconds, and impossible days."""
        if text.strip() in WORDS:
            return WORDS[text.strip()] * SECOND
        if (read := loose(text)) is not None and not re.fullmatch(r"\d{4}", text):
            return read
        if (read := end_of_day(text) or leap_second(text)) is not None:
            return read
        text = extended(text)
        return iso(text.strip(), between="Tt ", zone=r"[Zz]|[+-]\d\d(:?\d\d)?", marks=".,", rolls=True)

    def order(self, runs: Sequence[Run]) -> Sequence[Run]:
        """Order by the start alone."""
        return sorted(runs, key=start, reverse=True)

    def write(self, text: str) -> str:
        """Print as RFC3339_EXTENDED."""
        return text.replace("Z", "+00:00")
