"""Who may ask, and how: the key, and methods other than GET, which a list does not have."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import orjson
from werkzeug.wrappers import Response

from seqruns_gallery.building.exhibit import fault, stepping
from seqruns_gallery.building.reading import crash
from seqruns_gallery.building.wrapping import amending, around
from seqruns_mock.core.refusal import Refusal, render_refusal
from seqruns_mock.http.authentication import authenticate

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Mapping

    from werkzeug.wrappers import Request

    from seqruns_gallery.building.exhibit import Change, Fault, Wrap


def key_of(environ: Mapping[str, Any]) -> str | None:
    """Return the key in its header."""
    key: str | None = environ.get("HTTP_X_WHIPPY_KEY")
    return key


def bearer_of(environ: Mapping[str, Any]) -> str | None:
    """Return the bearer token, if there is one."""
    scheme, _, token = environ.get("HTTP_AUTHORIZATION", "").partition(" ")
    return token.strip() if scheme.lower() == "bearer" else None


def also(accepts: Callable[[Mapping[str, Any], Collection[str]], object]) -> Change:
    """Return the change that lets in some who should stay outside."""

    def lenient(environ: Mapping[str, Any], keys: Collection[str]) -> str:
        return "somebody" if accepts(environ, keys) else authenticate(environ, keys)

    return stepping(authenticate=lenient)


def key_like(is_like: Callable[[str, str], object]) -> Change:
    """Return the change that compares the key given with each key held in another way."""
    return also(
        lambda environ, keys: any(
            is_like(given, key) for given in (key_of(environ),) if given is not None for key in keys
        )
    )


def refused_with(status: int) -> Change:
    """Return the change to another status for who is not let in."""

    def refuse(environ: Mapping[str, Any], keys: Collection[str]) -> str:
        try:
            return authenticate(environ, keys)
        except Refusal:
            raise Refusal(status, "Not authenticated") from None

    return stepping(authenticate=refuse)


def crash_without(environ: Mapping[str, Any], keys: Collection[str]) -> str:
    """Stand for a header that is read as if it were always there."""
    if key_of(environ) is None and bearer_of(environ) is None:
        crash()
    return authenticate(environ, keys)


def crash_on_unknown(environ: Mapping[str, Any], keys: Collection[str]) -> str:
    """Stand for a look-up whose None is then asked for its account."""
    key = key_of(environ)
    if key is not None and key not in keys:
        crash()
    return authenticate(environ, keys)


def basic_of(environ: Mapping[str, Any]) -> bool:
    """Return whether there is a name and a password."""
    return str(environ.get("HTTP_AUTHORIZATION", "")).lower().startswith("basic ")


def with_runs(_request: Request, answer: Callable[[], Response]) -> Response:
    """Put the runs into the body of the 401: the list is rendered before anybody looks at the key."""
    response = answer()
    # A HEAD has no body to put them into.
    if response.status_code == 401 and response.get_data():
        run = {"id": "5f0c1f0e-52f9-4b9e-9d5c-3f2f0f6a7c11", "status": "active"}
        response.set_data(orjson.dumps({**orjson.loads(response.get_data()), "data": [run], "total": 1}))
    return response


def to_the_login(response: Response) -> Response | None:
    """Return a redirect to a login page where a key was missing."""
    return Response(status=302, headers={"Location": "/login"}) if response.status_code == 401 else None


READING = frozenset({"GET", "HEAD", "OPTIONS"})


def answering(status: int, words: str) -> Wrap:
    """Return a middleware that answers all other methods with a status."""

    def handle(request: Request, answer: Callable[[], Response]) -> Response:
        if request.method in READING:
            return answer()
        return Response(render_refusal(Refusal(status, words)), status, content_type="application/json")

    return around(handle)


def crash_on_options(request: Request, answer: Callable[[], Response]) -> Response:
    """Stand for a router that has no handler for OPTIONS."""
    if request.method != "OPTIONS":
        return answer()
    return Response(render_refusal(Refusal(500, "Internal server error")), 500, content_type="application/json")


def as_get(request: Request, answer: Callable[[], Response]) -> Response:
    """Take every method for a GET."""
    if request.method not in READING:
        request.environ["REQUEST_METHOD"] = "GET"
    return answer()


def without_allow(response: Response) -> None:
    """Do not say which methods there are."""
    response.headers.pop("Allow", None)


FAULTS: tuple[Fault, ...] = (
    fault("no-key-needed", "Nobody looks at the key.", also(lambda _environ, _keys: True)),
    fault(
        "empty-key-accepted",
        "An empty key is let in: `if key and key not in keys`.",
        key_like(lambda given, _key: given == ""),
    ),
    fault(
        "key-compared-by-prefix",
        "A beginning of the key is enough.",
        key_like(lambda given, key: given and key.startswith(given)),
    ),
    fault(
        "key-compared-without-case",
        "The case of the key does not matter.",
        key_like(lambda given, key: given.lower() == key.lower()),
    ),
    fault(
        "any-bearer-accepted",
        "A bearer token is not looked at: any will do.",
        also(lambda environ, _keys: bearer_of(environ) is not None),
    ),
    fault(
        "empty-token-accepted",
        "An Authorization header that says Bearer and no more lets everybody in.",
        also(lambda environ, _keys: bearer_of(environ) == ""),
    ),
    fault("no-key-is-403", "Who has no right key gets a 403.", refused_with(403)),
    fault("no-key-crashes", "Without a key the answer is a 500.", stepping(authenticate=crash_without)),
    fault("wrong-key-crashes", "A wrong key is a 500.", stepping(authenticate=crash_on_unknown)),
    fault("no-key-is-a-redirect", "Without a key one is sent to a login page.", wrap=amending(to_the_login)),
    fault("method-does-not-matter", "POST, PUT and DELETE are answered like GET.", wrap=around(as_get)),
    fault("method-unknown-crashes", "Other methods are a 500.", wrap=answering(500, "Internal server error")),
    fault("method-options-crashes", "OPTIONS is a 500: no handler is there.", wrap=around(crash_on_options)),
    fault(
        "method-not-allowed-without-allow",
        "The 405 does not say which methods are allowed.",
        wrap=amending(without_allow, only=lambda status: status == 405),
    ),
    fault(
        "key-compared-by-its-end",
        "The end of the key is enough.",
        key_like(lambda given, key: given and key.endswith(given)),
    ),
    fault(
        "key-with-more-behind-it",
        "Only so many characters are compared as the key has, so more may follow.",
        key_like(lambda given, key: given.startswith(key)),
    ),
    fault(
        "key-injection",
        "The key is pasted into the statement: ' OR 'a'='a is true for every key.",
        key_like(lambda given, _key: "' or '" in given.lower()),
    ),
    fault(
        "basic-accepted",
        "Who sends a name and a password is let in: they are for the gateway to look at.",
        also(lambda environ, _keys: basic_of(environ)),
    ),
    fault(
        "head-needs-no-key",
        "HEAD is let in without a key: the middleware looks at GET only.",
        also(lambda environ, _keys: environ["REQUEST_METHOD"] == "HEAD"),
    ),
    fault("no-key-shows-runs", "The body of the 401 holds runs.", wrap=around(with_runs)),
)
