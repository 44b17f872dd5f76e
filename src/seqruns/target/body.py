"""Reading a body within bounds: its size is that of what it decodes to, and never read further than allowed."""

from __future__ import annotations

from dataclasses import dataclass
from http.client import BadStatusLine
from typing import TYPE_CHECKING

from urllib3.exceptions import HTTPError, ReadTimeoutError

from seqruns.visible import visible

if TYPE_CHECKING:
    from urllib3 import BaseHTTPResponse

ENCODINGS = "gzip, deflate"
"""The content encodings that are asked for; a body in any other is left as it came."""
PIECE = 65536


@dataclass(frozen=True, slots=True, kw_only=True)
class Body:
    """A body, or why there is none."""

    content: bytes = b""
    flaw: str = ""
    is_late: bool = False
    """Whether it had not ended when the time was over."""
    is_broken_off: bool = False
    """Whether it may well be whole when asked for again."""


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
        return Body(flaw=f"it had not ended after {seconds:g} seconds", is_late=True)
    except (HTTPError, OSError) as error:
        raw.close()
        return Body(flaw=reason(error), is_broken_off=True)
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
