"""Reading an answer within bounds: its size is that of what it decodes to, and never read further than allowed."""

from __future__ import annotations

import time
from dataclasses import dataclass
from http.client import BadStatusLine
from typing import TYPE_CHECKING

from urllib3.exceptions import HTTPError, ReadTimeoutError

from seqruns.target.answer import Answer
from seqruns.visible import visible

if TYPE_CHECKING:
    import requests
    from urllib3 import BaseHTTPResponse

ENCODINGS = "gzip, deflate"
"""The content encodings that are asked for; a body in any other is left as it came."""
PIECE = 65536


@dataclass(frozen=True, slots=True, kw_only=True)
class Body:
    """A body, or why there is none."""

    content: bytes = b""
    flaw: str = ""
    trouble: str = ""
    """As of an `Answer`."""


def read_answer(raw: requests.Response, *, most: int, seconds: float, started: float) -> Answer:
    """Return the answer that has begun to come, with its body, or with what is wrong with that.

    `started` is when it was asked for, on the clock of `time.monotonic`.
    """
    body = read_body(raw.raw, most=most, seconds=seconds)
    # The checks of Schemathesis look at this object, which would go and read the body by itself, without any bound.
    raw._content, raw._content_consumed = body.content, True  # type: ignore[attr-defined]  # noqa: SLF001 - read by us
    return Answer(
        status=raw.status_code,
        headers=raw.headers,
        body=body.content,
        seconds=time.monotonic() - started,
        flaw=body.flaw,
        trouble=body.trouble,
        raw=raw,
    )


def read_body(raw: BaseHTTPResponse, *, most: int, seconds: float) -> Body:
    """Return the body of an answer; one longer than `most` bytes is not read to its end."""
    encoding = (raw.headers.get("Content-Encoding") or "").strip().lower()
    decode = encoding in {"gzip", "x-gzip", "deflate"}
    pieces, size = [], 0
    try:
        while piece := raw.read(PIECE, decode_content=decode):
            pieces.append(piece)
            size += len(piece)
            # Counted as it is decoded, so a kilobyte of gzip that becomes a gigabyte stops here.
            if size > most:
                raw.close()
                return Body(flaw=f"it is longer than {most / 1e6:g} MB")
    # Before HTTPError, of which it is one: late is told apart from broken off, which is worth another try.
    except ReadTimeoutError:
        raw.close()
        return Body(flaw=f"it had not ended after {seconds:g} seconds", trouble="timeout")
    except (HTTPError, OSError) as error:
        raw.close()
        return Body(flaw=reason(error), trouble="connection")
    return Body(content=b"".join(pieces))


def reason(error: BaseException) -> str:
    """Return the innermost cause in words, without the client's own wrapping and without any address or header."""
    cause = innermost(error)
    return visible(str(cause), longest=200) or type(cause).__name__


def innermost(error: BaseException) -> BaseException:
    """Return the error that all the others were raised from."""
    # Below a status line that is none there is only how Python reads numbers: `abc` is no literal for int().
    while not isinstance(error, BadStatusLine) and (error.__cause__ or error.__context__):
        error = error.__cause__ or error.__context__ or error
    return error
