"""More lawful servers, in the idioms of frameworks of several languages, written before the kit knew them."""

from __future__ import annotations

import re
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any, ClassVar
from urllib.parse import parse_qsl, urlencode

from tests.contracts.dialect.servers import (
    EPOCH,
    SECOND,
    UUID,
    RefusedError,
    Server,
    iso,
    loose,
    python_uuid,
    shortest,
    start,
    subclasses,
)

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from wsgiref.types import WSGIEnvironment

    from tests.contracts.dialect.servers import Run


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
        moment = datetime.fromisoformat(text)
        moment = moment if moment.tzinfo else moment.replace(tzinfo=UTC)
        return (moment - EPOCH) // timedelta(microseconds=1) * 1000

    def order(self, runs: Sequence[Run]) -> Sequence[Run]:
        """Order by the start, then by the id."""
        return sorted(runs, key=lambda run: (start(run), run["id"]))

    def write(self, text: str) -> str:
        """Print as isoformat does."""
        return text.replace(".000000", "").replace("Z", "+00:00")

    def error(self, status: int, texts: Sequence[str]) -> Any:
        """Say it by name."""
        return {"code": status, "query": {text.partition(" ")[0]: [text] for text in texts}}


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
        text = text.strip()
        if re.fullmatch(r"0[xX][0-9a-fA-F]+", text):
            return int(text, 16)
        if not re.fullmatch(r"[+-]?(\d+\.?\d*|\.\d+)([eE][+-]?\d+)?|", text, re.ASCII) or float(text or 0) % 1:
            raise ValueError("must be an integer number")
        return int(float(text or 0))

    def instant(self, text: str) -> int:
        """Read what both IsISO8601 and `new Date` read, to the millisecond."""
        if re.fullmatch(r"\d{4}(-\d\d)?", text) and (read := loose(text)) is not None:
            return read
        if re.fullmatch(r".{10}T24:00(:00)?.*", text):
            return iso(text[:11] + "00" + text[13:]) + 86400 * SECOND
        return iso(text, between="T ", zone=r"Z|[+-]\d\d:?\d\d", rolls=True)

    def error(self, status: int, texts: Sequence[str]) -> Any:
        """Say all in a list."""
        return {"statusCode": status, "message": list(texts), "error": "Bad Request"}


class Chi(Server):
    """Go with strconv: what does not parse is the default, ids read as google/uuid does, ties by the highest id."""

    bad = 400
    first_counts, names_all = True, False
    precedence = ("key", "parameters", "sequence")
    content_type = "text/plain; charset=utf-8"

    def atoi(self, text: str) -> int | None:
        """Read up to 64 bits."""
        is_number = re.fullmatch(r"[+-]?\d+", text, re.ASCII) and abs(int(text[:30])) < 2**63
        return int(text) if is_number else None

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
        basic = re.fullmatch(r"(\d{4})(\d\d)(\d\d)(?:T(\d\d)(\d\d)(\d\d)(.*))?", text, re.ASCII)
        if basic:
            year, month, day, hour, minute, second, zone = basic.groups()
            text = f"{year}-{month}-{day}" + (f"T{hour}:{minute}:{second}{zone}" if hour else "")
        if re.fullmatch(r".{10}[T ]24:00(:00)?.*", text):
            return iso(text[:11] + "00" + text[13:]) + 86400 * SECOND
        if re.fullmatch(r".*:60(Z|[+-].*)", text):
            return iso(text.replace(":60", ":59", 1)) + SECOND
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
            number = int(text.replace("#", "0x"), 16)
        elif re.fullmatch(r"[+-]?\d+", text):
            number = int(text)
        else:
            raise ValueError("Failed to convert")
        if abs(number) >= 2**31:
            raise ValueError("Failed to convert")
        return number

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
        if re.fullmatch(r".{10}[Tt]24:00:00([.]0+)?[Zz+-].*", text):
            return iso(text[:11] + "00" + text[13:]) + 86400 * SECOND
        if re.fullmatch(r".{10}[Tt]23:59:60[Zz]", text):
            return iso(text.replace(":60", ":59")) + SECOND
        return iso(text, between="Tt", zone=r"[Zz]|[+-]\d\d:\d\d", has_zone=True, has_seconds=True, date=False)

    def write(self, text: str) -> str:
        """Print no, three or six digits."""
        return text.replace("000Z", "Z").replace(".000Z", "Z")

    def error(self, status: int, texts: Sequence[str]) -> Any:
        """Say it as Spring's error page does."""
        return {"timestamp": "2024-01-01T00:00:00Z", "status": status, "error": "Bad Request", "path": "/" * len(texts)}


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
        if not re.fullmatch(r"\s*[+-]?\d+\s*", text, re.ASCII) or abs(int(text.strip()[:30])) >= 2**31:
            raise ValueError("could not be bound")
        return int(text)

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
        """Read words, an `@` before seconds, and days that there are not."""
        words = {"now": 1_800_000_000, "yesterday": 1_799_900_000, "today": 1_800_000_000, "tomorrow": 1_800_100_000}
        if text.strip() in words:
            return words[text.strip()] * SECOND
        if (read := loose(text)) is not None and not re.fullmatch(r"\d{4}", text):
            return read
        if re.fullmatch(r".{10}[T ]24:00(:00)?.*", text):
            return iso(text[:11] + "00" + text[13:]) + 86400 * SECOND
        if re.fullmatch(r".*:60(Z|[+-].*)", text):
            return iso(text.replace(":60", ":59")) + SECOND
        basic = re.fullmatch(r"(\d{4})(\d\d)(\d\d)(?:T(\d\d):?(\d\d):?(\d\d)(.*))?", text, re.ASCII)
        if basic:
            year, month, day, hour, minute, second, zone = basic.groups()
            text = f"{year}-{month}-{day}" + (f"T{hour}:{minute}:{second}{zone}" if hour else "")
        return iso(text.strip(), between="Tt ", zone=r"[Zz]|[+-]\d\d(:?\d\d)?", marks=".,", rolls=True)

    def order(self, runs: Sequence[Run]) -> Sequence[Run]:
        """Order by the start alone."""
        return sorted(runs, key=start, reverse=True)

    def write(self, text: str) -> str:
        """Print as RFC3339_EXTENDED."""
        return text.replace("Z", "+00:00")


class Lambda(Server):
    """A function over a key-value store: keys are the gateway's, any sequence has a page, a hundred runs at most."""

    bad, missing_key, wrong_key, unknown = 400, 403, 403, None
    bearer, cap = False, 100
    names_all = False

    def before_all(self, environ: WSGIEnvironment) -> None:
        """Know no route for HEAD."""
        if environ["REQUEST_METHOD"] == "HEAD":
            raise RefusedError(403, "Missing Authentication Token")

    def read_limit(self, text: str) -> int | None:
        """Take 50 for what is no size."""
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
        basic = re.fullmatch(r"(\d{4})(\d\d)(\d\d)(?:T(\d\d)(\d\d)(\d\d)(.*))?", text, re.ASCII)
        if basic:
            year, month, day, hour, minute, second, zone = basic.groups()
            text = f"{year}-{month}-{day}" + (f"T{hour}:{minute}:{second}{zone}" if hour else "")
        if re.fullmatch(r".{10}.24:00(:00)?.*", text):
            return iso(text[:11] + "00" + text[13:]) + 86400 * SECOND
        text = re.sub(r"^(.{10}T\d\d)(Z|[+-]\d\d(:?\d\d)?)?$", r"\1:00\2", text)
        return iso(text, between="T ", zone=r"Z|[+-]\d\d(:?\d\d)?", marks=".,", kept=6)

    def order(self, runs: Sequence[Run]) -> Sequence[Run]:
        """Do not order."""
        return runs

    def show(self, run: Run) -> Run:
        """Leave out nulls, and add fields."""
        return {**_without_nulls(super().show(run)), "pk": f"RUN#{run['id']}", "version": 3}

    def error(self, status: int, texts: Sequence[str]) -> Any:
        """Say a message."""
        return {"code": status, "message": texts[0]}


def _without_nulls(value: Any) -> Any:
    if isinstance(value, dict):
        return {name: _without_nulls(part) for name, part in value.items() if part is not None}
    return [_without_nulls(part) for part in value] if isinstance(value, list) else value


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
        return dict(_without_nulls(super().show(run)))

    def error(self, status: int, texts: Sequence[str]) -> Any:
        """Say issues."""
        return {"success": status < 300, "error": {"issues": list(texts), "name": "ZodError"}}


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
        if re.fullmatch(r".{10}[Tt ]\d\d:\d\d:60.*", text):
            return iso(text.replace(":60", ":59", 1), between="Tt ", zone=r"[Zz]|[+-]\d\d:\d\d") + SECOND
        return iso(text, between="Tt ", zone=r"[Zz]|[+-]\d\d:\d\d", has_zone=True, has_seconds=True, date=False)

    def order(self, runs: Sequence[Run]) -> Sequence[Run]:
        """Order by the start and the id, both descending."""
        return sorted(runs, key=lambda run: (start(run), run["id"]), reverse=True)

    def write(self, text: str) -> str:
        """Print no, three or six digits."""
        return text.replace("000Z", "Z").replace(".000Z", "Z")

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


SERVERS: Mapping[str, type[Server]] = {kind.__name__: kind for kind in subclasses()}
"""Those here and those of `servers`, by their names."""
