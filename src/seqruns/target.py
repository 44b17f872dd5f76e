"""A target: the server under test, read with paced GET requests and nothing else."""

from __future__ import annotations

import json
import re
import time
from collections import Counter
from dataclasses import dataclass, field
from http.cookiejar import DefaultCookiePolicy
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

import orjson
import requests
from urllib3.exceptions import InvalidHeader, LocationParseError
from urllib3.util import Retry

from seqruns import __version__
from seqruns.document import facts, runs_path

if TYPE_CHECKING:
    from collections.abc import Mapping

USER_AGENT = f"seqruns/{__version__} (contract check; GET only)"
PASSING_TROUBLE = frozenset({502, 503, 504})
"""Statuses with which a gateway says that its server is away; worth another try, unlike 500."""
SLOW_START = 25.0
"""Requests per second after the first 429, where there was no limit before."""
_HEADER_VALUE = re.compile(r"[\t\x20-\x7e\xa0-\xff]*")
LONGEST_WAIT = 30.0
"""Seconds: how long a target may ask us to wait before we give up on it."""


class TargetError(Exception):
    """The target cannot be asked: unreachable, no answer in time, or the budget of requests is spent."""


class BudgetSpentError(TargetError):
    """The budget of requests is spent."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """What came back for one request."""

    status: int
    headers: Mapping[str, str]
    """Read without regard to letter case."""
    body: bytes
    seconds: float
    flaw: str = ""
    """Why the body could not be read, at any attempt: it broke off, or is encoded wrongly. It is empty then."""
    raw: requests.Response = field(repr=False, compare=False)
    """The answer as the HTTP client holds it, for tools that judge such objects."""

    def json(self) -> Any:
        """Return the decoded body; raise ValueError where it is not JSON in UTF-8.

        Half a surrogate pair, which JSON can spell and UTF-8 cannot, becomes a question mark.
        """
        try:
            return orjson.loads(self.body)
        except ValueError:
            decoded = json.loads(self.body.decode(), parse_constant=_no_number)
            return orjson.loads(json.dumps(decoded, ensure_ascii=False).encode(errors="replace"))


@dataclass(slots=True, kw_only=True)
class Target:
    """One implementation, at a base URL that ends in `/v1`, and how gently to ask it.

    Only GET is sent, unless other methods are allowed. Requests start at least `1 / rate` seconds apart, on one
    connection. A dropped one or a 502, 503 or 504 is tried again `retries` times; a 429 is waited out as its headers
    say, and from then on requests are rarer. Redirects are answers, not followed. No cookies are kept, so that one
    answer cannot lend its authority to the next.
    """

    base_url: str
    key: str | None = field(default=None, repr=False)
    headers: Mapping[str, str] = field(default_factory=dict, repr=False)
    """Sent with every request, except what names the caller where a request is made without credentials."""
    rate: float = 20.0
    """Requests per second at most; 0 is without pause."""
    allow_unsafe_methods: bool = False
    """Whether other methods than GET may be sent, which a wrong target might act on."""
    max_requests: int | None = None
    timeout: float = 10.0
    """Seconds to wait for a connection, and for each piece of an answer."""
    retries: int = 4
    sent: int = 0
    """How many requests went out so far."""
    troubles: Counter[str] = field(default_factory=Counter)
    """What had to be tried again, and how often: `connection`, `503`, `429`, …"""
    refusals: list[Answer] = field(default_factory=list)
    """The answers with status 429 that were waited out."""
    session: requests.Session = field(default_factory=requests.Session, repr=False)
    _next_start: float = 0.0

    def __post_init__(self) -> None:
        """Prepare the one session: no cookies, no credentials from files of the machine.

        Raises TargetError for an address or a header that cannot be used; a secret is not repeated in it.
        """
        self.base_url = _usable(self.base_url)
        self.key = (self.key or "").strip() or None
        for name, value in {**self.headers, **({"the key": self.key} if self.key else {})}.items():
            if not _HEADER_VALUE.fullmatch(value):
                raise TargetError(f"{name} holds characters that cannot be sent in a header, such as a line break")
        self.session.cookies.set_policy(DefaultCookiePolicy(allowed_domains=[]))
        self.session.auth = _leave_credentials_alone
        self.session.headers.update({"User-Agent": USER_AGENT, "Accept": "application/json"})

    def url(self, sequence_id: str, query: str = "") -> str:
        """Return the address of a sequence's runs; `query` is already encoded."""
        return f"{self.base_url}{runs_path(sequence_id)}{'?' if query else ''}{query}"

    def get(
        self,
        sequence_id: str,
        query: str = "",
        *,
        credentials: Mapping[str, str] | None = None,
        method: str = "GET",
    ) -> Answer:
        """Return the target's answer; `credentials` are headers that take the place of the key.

        Raises TargetError where there is no answer to be had, and ValueError for a method that is not allowed.
        """
        if method != "GET" and not self.allow_unsafe_methods:
            raise ValueError(f"{method} is not sent to a target unless unsafe methods are allowed")
        request = self.session.prepare_request(
            requests.Request(method, self.url(sequence_id), headers=self.request_headers(credentials))
        )
        request.url = self.url(sequence_id, query)
        for attempt in range(self.retries + 1):
            answer, trouble = self._send(request)
            if answer is None or answer.flaw:
                if attempt < self.retries:
                    time.sleep(0.1 * 2**attempt)
            elif not self._must_wait(answer):
                return answer
        if answer is not None:
            return answer
        raise TargetError(f"{urlsplit(self.base_url).netloc} gives no answer: {trouble}")

    def request_headers(self, credentials: Mapping[str, str] | None = None) -> dict[str, str]:
        """Return the headers that name the caller, and those the user asked for.

        An `Authorization` that the user asked for beside a key is for a gateway in front of the target: it stays.
        """
        key_header = facts().key_header
        if credentials is None:
            return {**self.headers, **({key_header: self.key} if self.key else {})}
        naming = {key_header.lower()} if self.key else {key_header.lower(), "authorization"}
        kept = {name: value for name, value in self.headers.items() if name.lower() not in naming}
        given = {name.lower() for name in kept}
        return kept | {name: value for name, value in credentials.items() if name.lower() not in given}

    def _send(self, request: requests.PreparedRequest) -> tuple[Answer | None, str]:
        self._take_turn()
        started = time.monotonic()
        settings = self.session.merge_environment_settings(request.url, {}, True, None, None)  # noqa: FBT003 - stream
        try:
            raw = self.session.send(request, timeout=self.timeout, allow_redirects=False, **settings)
        except requests.exceptions.SSLError as error:
            reason = _reason(error)
            if "WRONG_VERSION_NUMBER" in reason:
                raise TargetError(f"{self.base_url} does not speak TLS; is it http:// instead?") from None
            raise TargetError(f"{self.base_url}: the TLS certificate is not accepted ({reason})") from None
        except (requests.exceptions.RequestException, LocationParseError) as error:
            self.troubles["connection"] += 1
            return None, _reason(error)
        body, flaw = self._read(raw)
        seconds = time.monotonic() - started
        answer = Answer(status=raw.status_code, headers=raw.headers, body=body, flaw=flaw, seconds=seconds, raw=raw)
        return answer, ""

    def _read(self, raw: requests.Response) -> tuple[bytes, str]:
        try:
            return raw.content, ""
        except requests.exceptions.RequestException as error:
            self.troubles["connection"] += 1
            return b"", _reason(error)

    def _take_turn(self) -> None:
        if self.max_requests is not None and self.sent >= self.max_requests:
            raise BudgetSpentError(f"the budget of {self.max_requests} requests is spent; raise it with --max-requests")
        pause = self._next_start - time.monotonic()
        if pause > 0:
            time.sleep(pause)
        self._next_start = time.monotonic() + (1 / self.rate if self.rate else 0)
        self.sent += 1

    def _must_wait(self, answer: Answer) -> bool:
        if answer.status == 429:
            self.refusals.append(answer)
            self.rate = max(1.0, 0.75 * self.rate) if self.rate else SLOW_START
        elif answer.status not in PASSING_TROUBLE:
            return False
        self.troubles[str(answer.status)] += 1
        pause = _seconds_to_wait(answer)
        if pause > LONGEST_WAIT:
            where = urlsplit(self.base_url).netloc
            raise TargetError(f"{where} asks us to wait {pause:.0f} seconds ({answer.status}); try again after that")
        time.sleep(pause)
        return True


def _usable(base_url: str) -> str:
    """Return a base URL without a slash at its end; raise TargetError where it is none."""
    try:
        parts = urlsplit(base_url)
        is_usable = bool(parts.hostname) and parts.port != 0 and not re.search(r"\s", base_url)
    except ValueError:
        is_usable = False
    if not is_usable or parts.query or parts.fragment:
        raise TargetError(f"{base_url!r} is no address of an API, such as https://staging.example.com/v1")
    return base_url.rstrip("/")


def _leave_credentials_alone(request: requests.PreparedRequest) -> requests.PreparedRequest:
    """Keep the session from adding what a `.netrc` holds for this host."""
    return request


def _no_number(text: str) -> None:
    raise ValueError(f"{text} is no number in JSON")


def read_retry_after(answer: Answer) -> float | None:
    """Return the seconds that `Retry-After` asks to wait, given as a number or a date (RFC 9110); None for neither."""
    try:
        return Retry().parse_retry_after(answer.headers.get("Retry-After", ""))
    except InvalidHeader:
        return None


def _seconds_to_wait(answer: Answer) -> float:
    milliseconds = answer.headers.get("X-RateLimit-Remaining-Interval-Milliseconds", "")
    if milliseconds.isdecimal():
        return int(milliseconds) / 1000 + 0.01
    seconds = read_retry_after(answer)
    return 0.5 if seconds is None else seconds


def _reason(error: Exception) -> str:
    """Return the innermost cause, without the client's own wrapping and without any address or header."""
    cause: BaseException = error
    while cause.__cause__ or cause.__context__:
        cause = cause.__cause__ or cause.__context__ or cause
    if isinstance(error, requests.exceptions.Timeout):
        return "no answer in time"
    return "".join(mark if mark.isprintable() else "?" for mark in str(cause)) or type(cause).__name__
