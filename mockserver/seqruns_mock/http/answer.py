"""The answer to a request: one frozen value that pipeline, middleware and adapter return."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from http.client import responses
from typing import TYPE_CHECKING, Any, Final, NamedTuple, Protocol, TypeAlias

from seqruns_mock.core.refusal import Refusal, render_refusal
from seqruns_mock.http.redaction import redactor_of

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Sequence
    from wsgiref.types import StartResponse, WSGIApplication, WSGIEnvironment

    from seqruns_mock.trouble.effect import Effect

JSON: Final = "application/json"
PROTECTION: Final = (
    ("Content-Security-Policy", "sandbox; default-src 'none'; frame-ancestors 'none'"),
    ("X-Content-Type-Options", "nosniff"),
)
"""Headers of every answer: whatever type a trouble gives it, a browser runs nothing in it and takes it for no page of
this origin, which is also that of the control API."""


class Outcome(NamedTuple):
    """What the journal says of an answer, beyond its status."""

    total: int | None = None
    returned: int | None = None
    errors: tuple[str, ...] = ()
    hints: tuple[str, ...] = ()


NO_OUTCOME: Final = Outcome()


@dataclass(frozen=True, slots=True)
class Answer:
    """An answer as a whole. A HEAD has the headers of the GET and no body."""

    status: int
    headers: Sequence[tuple[str, str]]
    body: bytes
    effect: Effect | None = None
    """What happens to it on the wire; None for nothing."""
    outcome: Outcome = NO_OUTCOME
    """What the journal says of it."""

    def send(self, start_response: StartResponse) -> list[bytes]:
        """Answer a WSGI server. It has no access to the wire, so the effect does nothing."""
        start_response(f"{self.status} {responses.get(self.status, 'Unknown')}", list(self.headers))
        return [self.body]


Handler: TypeAlias = Callable[[dict[str, Any]], Answer]
"""From a WSGI environ to the answer."""


class Application(Protocol):
    """What the adapter asks."""

    def most_read(self, environ: WSGIEnvironment, /) -> int:
        """Return how many bytes of a request's body the server reads at most."""
        ...

    def end_delay(self, environ: WSGIEnvironment, /, *, left: bool) -> None:
        """Note that the delay of an answer is over, or that the client has left before."""
        ...

    def answer(self, environ: WSGIEnvironment, refusal: Refusal | None = None, /) -> Answer:
        """Return the answer to a request, or to one that the server could not read, which is a refusal."""
        ...


class Whole(list[bytes]):
    """The body of an answer for WSGI, with the answer itself, so that `call` need not rebuild it."""

    def __init__(self, answer: Answer) -> None:
        super().__init__((answer.body,))
        self.answer = answer


def call(app: WSGIApplication, environ: WSGIEnvironment) -> Answer:
    """Return the answer of any WSGI application."""
    started: list[Any] = []
    written: list[bytes] = []

    def start_response(status: str, headers: list[tuple[str, str]], _error: Any = None, /) -> Callable[[bytes], object]:
        started[:] = status, headers
        return written.append

    body = app(environ, start_response)
    # An application of ours: the answer is there already, with its effect, which WSGI has no place for.
    if isinstance(body, Whole):
        return body.answer
    chunks = [*written, *body]
    # WSGI asks for it (PEP 3333); `bool()` stands for a body that has none.
    getattr(body, "close", bool)()
    return Answer(int(started[0][:3]), started[1], b"".join(chunks))


def refuse(  # noqa: PLR0917 - the last two are rare
    environ: WSGIEnvironment,
    keys: Collection[str],
    refusal: Refusal,
    render: Callable[[Refusal], bytes] = render_refusal,
    headers: Iterable[tuple[str, str]] = (),
    hints: tuple[str, ...] = (),
) -> Answer:
    """Return the answer that a refusal becomes, with every key redacted; the journal has its descriptions."""
    redact = redactor_of(environ, keys)
    # Before they are rendered: JSON may escape a character of a key, which then would not be found.
    descriptions = tuple(map(redact, refusal.descriptions))
    body = render(Refusal(refusal.status, *descriptions, headers=refusal.headers))
    length = ("Content-Length", str(len(body)))
    # A dict, so that a refusal may bring a type of its own without sending two.
    whole = [*({"Content-Type": JSON} | dict(refusal.headers)).items(), length, *headers]
    answer = Answer(refusal.status, whole, body, None, Outcome(None, None, descriptions, hints))
    return without_body(answer) if environ["REQUEST_METHOD"] == "HEAD" else answer


def without_body(answer: Answer) -> Answer:
    """Return the answer to a HEAD."""
    return replace(answer, body=b"")
