"""What is sent: an address that can be asked, headers that can be sent, and requests that go out exactly as asked."""

from __future__ import annotations

import re
from functools import cache
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

import requests

from seqruns import __version__
from seqruns.document import facts
from seqruns.target.body import ENCODINGS
from seqruns.target.errors import TargetError

if TYPE_CHECKING:
    from collections.abc import Mapping

USER_AGENT = f"seqruns/{__version__} (contract check; GET only)"
_HEADER_VALUE = re.compile(r"[\t\x20-\x7e\xa0-\xff]*")


def prepare_request(method: str, base_url: str, url: str, headers: Mapping[str, str]) -> requests.PreparedRequest:
    """Return the request to an address that is encoded already. Raises TargetError where it cannot be made."""
    request = requests.PreparedRequest()
    try:
        _require_address(base_url)
        request.prepare_method(method)
        request.prepare_headers(
            {
                "User-Agent": USER_AGENT,
                "Accept": "application/json",
                "Accept-Encoding": ENCODINGS,
                "Connection": "keep-alive",
                **headers,
            }
        )
        request.prepare_content_length(None)
    except (requests.exceptions.RequestException, UnicodeError) as error:
        raise TargetError(f"{base_url} cannot be asked: {error}") from None
    # Never prepared, which would encode the query once more: `%00` and a bare `%` must go out as they are. Nor is what
    # a `.netrc` or an address holds for this host added to the headers, or a cookie.
    request.url = url
    return request


@cache
def _require_address(base_url: str) -> None:
    """Raise what the HTTP client holds against an address, such as a host that is no name."""
    requests.PreparedRequest().prepare_url(base_url, None)


def caller_headers(
    key: str | None, headers: Mapping[str, str], credentials: Mapping[str, str] | None
) -> dict[str, str]:
    """Return the headers that name the caller, by the key or by other credentials, and those the user asked for.

    An `Authorization` that the user asked for beside a key is for a gateway in front of the target: it stays.
    """
    key_header = facts().key_header
    if credentials is None:
        return {**headers, **({key_header: key} if key else {})}
    naming = {key_header.lower()} if key else {key_header.lower(), "authorization"}
    kept = {name: value for name, value in headers.items() if name.lower() not in naming}
    # A header of the user's wins over one of the credentials, as it is for a gateway.
    given = {name.lower() for name in kept}
    return kept | {name: value for name, value in credentials.items() if name.lower() not in given}


def require_sendable(name: str, value: str) -> None:
    """Raise TargetError for a value that no header can have; it is not in the message, as it may be the key."""
    if not _HEADER_VALUE.fullmatch(value):
        raise TargetError(f"{name} holds characters that cannot be sent in a header, such as a line break")


def usable_base_url(base_url: str) -> str:
    """Return a base URL without a slash at its end, its scheme in small letters; raise TargetError where it is none."""
    try:
        parts = urlsplit(base_url)
        is_usable = bool(parts.hostname) and parts.port != 0 and base_url.isprintable() and " " not in base_url
    except ValueError:
        is_usable = False
    if not is_usable or parts.query or parts.fragment or parts.scheme not in {"http", "https"}:
        raise TargetError(f"{base_url!r} is no address of an API, such as https://staging.example.com/v1")
    return parts.scheme + base_url[len(parts.scheme) :].rstrip("/")
