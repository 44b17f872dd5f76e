"""The client: GET only, paced, patient within bounds, and silent about the key."""

from __future__ import annotations

import time
from collections import Counter
from dataclasses import dataclass, field
from itertools import count
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

import requests
from requests.utils import get_environ_proxies
from urllib3.exceptions import HTTPError
from urllib3.util import Timeout

from seqruns.document import runs_path
from seqruns.target.acceptance import Acceptance, is_lost, lost
from seqruns.target.body import read_answer
from seqruns.target.errors import BudgetSpentError, TargetError, TargetLostError
from seqruns.target.reasons import explain
from seqruns.target.sending import caller_headers, prepare_request, require_sendable, usable_base_url
from seqruns.target.tls import Certificates
from seqruns.target.transport import TimedAdapter
from seqruns.target.waiting import LONGEST_WAIT, PASSING_TROUBLE, seconds_to_wait

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from requests.adapters import BaseAdapter

    from seqruns.target.answer import Answer

SLOW_START = 25.0
"""Requests per second after the first 429, where there was no limit before."""
LATE_AT_MOST = 5
"""How many answers may miss the deadline before there is no use in going on."""
SILENT_AT_MOST = 5
"""How many requests may get no answer at all, at any try, before there is no use in going on."""
SAFE_METHODS = frozenset({"GET", "HEAD"})
"""Those that only read, by HTTP and in any framework."""
POLL = 0.5
"""Seconds between two looks at a server that is still starting."""


@dataclass(slots=True, kw_only=True)
class Target:
    """One implementation, at a base URL that ends in `/v1`, and how gently to ask it.

    Only GET and HEAD are sent, unless other methods are allowed. Requests start at least `1 / rate` seconds apart, on
    one connection. A dropped one or a 502, 503 or 504 is tried again `retries` times, one that misses the deadline
    once; a 429 is waited out as its headers say, and from then on requests are rarer. Redirects are answers, not
    followed. No cookies are kept, so that one answer cannot lend its authority to the next.
    """

    base_url: str
    key: str | None = field(default=None, repr=False)
    renew_key: Callable[[], str] | None = field(default=None, repr=False)
    """What makes a new key when the target refuses the one it accepted before."""
    headers: Mapping[str, str] = field(default_factory=dict, repr=False)
    """Sent with every request, except what names the caller where a request is made without credentials."""
    rate: float = 20.0
    """Requests per second at most; 0 is without pause."""
    allow_unsafe_methods: bool = False
    """Whether methods may be sent that a wrong target might act on."""
    max_requests: int | None = None
    timeout: float = 10.0
    """Seconds to wait for a whole answer, from the connection to the last byte of its body."""
    max_body: int = 10_000_000
    """Bytes: the longest body that is read, counted as it is after decoding."""
    wait: float = 0.0
    """Seconds to wait for a target that is still starting: one that nobody answers for, or a gateway only."""
    retries: int = 4
    certificates: Certificates = field(default_factory=Certificates)
    adapter: BaseAdapter = field(default_factory=TimedAdapter, repr=False)
    """What carries a request to the target and its answer back."""
    sent: int = 0
    """How many requests went out so far, but for those to a target that was still starting."""
    troubles: Counter[str] = field(default_factory=Counter)
    """What had to be tried again, and how often: `connection`, `timeout`, `503`, `429`, …"""
    refusals: list[Answer] = field(default_factory=list)
    """The answers with status 429 that were waited out."""
    secrets: list[str] = field(default_factory=list, repr=False)
    """Every key that was sent."""
    _silences: int = 0
    _next_start: float = 0.0
    _first_try: float = 0.0
    _acceptance: Acceptance = field(default_factory=Acceptance)
    _proxies: Mapping[str, str] = field(default_factory=dict)
    """The proxies that the usual variables name for the base URL; every request goes to that host."""

    def __post_init__(self) -> None:
        """Raise TargetError for an address, a header or a certificate that cannot be used; no secret is in it."""
        self.base_url = usable_base_url(self.base_url)
        self._proxies = get_environ_proxies(self.base_url)
        self._use_key(self.key or (self.renew_key() if self.renew_key else ""))
        for name, value in self.headers.items():
            require_sendable(name, value)
        self.certificates.check()

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

        Raises TargetError where there is no answer to be had, TargetLostError where there will be none to other
        requests either, and ValueError for a method that is not allowed.
        """
        if method not in SAFE_METHODS and not self.allow_unsafe_methods:
            raise ValueError(f"{method} is not sent to a target unless unsafe methods are allowed")
        answer, trouble = self._ask(method, sequence_id, query, credentials)
        # Only where the target's own key was sent: what other credentials are answered with is the finding.
        if credentials is None and answer is not None and answer.status == 401 and self._renewed():
            answer, trouble = self._ask(method, sequence_id, query, credentials)
        if credentials is None:
            asked = sequence_id, query
            self._require_still_there(asked, answer, trouble)
            if method == "GET" and answer is not None and answer.status == 200:
                self._acceptance.note(asked)
        if answer is None:
            self._silences += 1
            # One query may break a server for itself alone; five that get nothing are a server that is gone.
            lost = self._silences >= SILENT_AT_MOST
            raise (TargetLostError if lost else TargetError)(f"{self.where} gives no answer: {trouble}")
        return answer

    @property
    def where(self) -> str:
        """The host and port, for messages."""
        return urlsplit(self.base_url).netloc.rpartition("@")[2]

    def request_headers(self, credentials: Mapping[str, str] | None = None) -> dict[str, str]:
        """Return the headers that name the caller, and those the user asked for."""
        return caller_headers(self.key, self.headers, credentials)

    def take_refusals(self) -> list[Answer]:
        """Return the answers with status 429 that were waited out since the last time."""
        taken, self.refusals = self.refusals, []
        return taken

    def _ask(
        self, method: str, sequence_id: str, query: str, credentials: Mapping[str, str] | None
    ) -> tuple[Answer | None, str]:
        """Return the answer, or None and why there is none, after as many tries as it takes."""
        prepared = prepare_request(
            method, self.base_url, self.url(sequence_id, query), self.request_headers(credentials)
        )
        self._first_try = self._first_try or time.monotonic()
        for attempt in count():
            answer, trouble, pause = self._send(prepared)
            if self._is_starting(answer):
                # Looks at a server that is still starting do not count towards the budget.
                self.sent, pause = 0, POLL
            elif pause is None or attempt >= self.retries or (self.troubles["timeout"] and attempt):
                return answer, trouble
            time.sleep(0.1 * 2**attempt if pause == 0 else pause)
        raise AssertionError

    def _send(self, request: requests.PreparedRequest) -> tuple[Answer | None, str, float | None]:
        """Return the answer or why there is none, and after how many seconds to try again; None for not at all."""
        self._take_turn()
        started = time.monotonic()
        try:
            raw = self.adapter.send(
                request,
                stream=True,
                timeout=Timeout(total=self.timeout),  # type: ignore[arg-type]  # it takes one, its stubs do not say so
                verify=self.certificates.verify,
                cert=self.certificates.cert,
                proxies=self._proxies,
            )
        except (requests.exceptions.RequestException, HTTPError, OSError) as error:
            is_late = isinstance(error, requests.exceptions.Timeout)
            self._note("timeout" if is_late else "connection")
            return None, explain(error, self.base_url, self.timeout, until=self._acceptance.until), 0
        answer = read_answer(raw, most=self.max_body, seconds=max(0.0, self.timeout), started=started)
        if answer.trouble:
            self._note(answer.trouble)
        return answer, answer.flaw, 0 if answer.trouble else self._wait_asked_for(answer)

    def _note(self, trouble: str) -> None:
        self.troubles[trouble] += 1
        if self.troubles["timeout"] >= LATE_AT_MOST and self._acceptance.lists:
            raise TargetLostError(
                f"{self.where} did not answer within {self.timeout:g} seconds {LATE_AT_MOST} times; raise --timeout"
            )

    def _take_turn(self) -> None:
        if self.max_requests is not None and self.sent >= self.max_requests:
            raise BudgetSpentError(f"the budget of {self.max_requests} requests is spent; raise it with --max-requests")
        pause = self._next_start - time.monotonic()
        if pause > 0:
            time.sleep(pause)
        # From the start of one request to the start of the next: a slow answer is pause enough.
        self._next_start = time.monotonic() + (1 / self.rate if self.rate else 0)
        self.sent += 1

    def _wait_asked_for(self, answer: Answer) -> float | None:
        """Return the seconds after which to try again, None for an answer that counts."""
        if answer.status == 429:
            self.refusals.append(answer)
            # A quarter fewer each time, down to one a second.
            self.rate = max(1.0, 0.75 * self.rate) if self.rate else SLOW_START
        elif answer.status not in PASSING_TROUBLE:
            return None
        self.troubles[str(answer.status)] += 1
        pause = seconds_to_wait(answer)
        if pause > LONGEST_WAIT and not self._is_starting(answer):
            raise TargetLostError(
                f"{self.where} asks us to wait {pause:.0f} seconds ({answer.status}); try again after that"
            )
        return pause

    def _is_starting(self, answer: Answer | None) -> bool:
        """Return whether the target is not there yet, and there is time to wait for it."""
        is_there = answer is not None and answer.status not in PASSING_TROUBLE
        # A target that has answered once is not starting any more: then a 503 is trouble.
        return not is_there and not self._acceptance.until and time.monotonic() < self._first_try + self.wait

    def _use_key(self, key: str) -> None:
        """Use a key from now on, without the white space around it."""
        self.key = key.strip() or None
        if self.key:
            require_sendable("the key", self.key)
            self.secrets.append(self.key)

    def _renewed(self) -> bool:
        """Make a new key, where there is a way to; return whether it is another one."""
        if self.renew_key is None:
            return False
        old = self.key
        self._use_key(self.renew_key())
        return self.key != old

    def _require_still_there(self, asked: tuple[str, str], answer: Answer | None, trouble: str) -> None:
        """Raise TargetLostError where the target refuses, or does not answer, what it gave to us before.

        A refusal of one query may be a fault of the target, such as a cache that holds somebody else's 401: so another
        list that was given is asked for again, which is refused to us or not at all.
        """
        if not is_lost(answer):
            self._acceptance.until = self.sent
            return
        proof = self._acceptance.list_other_than(asked)
        if proof is None:
            return
        # Kept, as the control request may change it.
        until = self._acceptance.until
        control, control_trouble = self._ask("GET", *proof, None)
        if is_lost(control):
            raise lost(self.where, until, control, control_trouble or trouble)
