"""Access: the sequence in the path and no other, GET and no other method, the right key and no other."""

from __future__ import annotations

import uuid
from typing import TYPE_CHECKING

from seqruns.document import facts
from seqruns_contracts.checks.expectations import has_status, is_no_server_error
from seqruns_contracts.checks.kinds import Grade, Probe, View, check
from seqruns_contracts.model.exchange import Ask, Evidence, Exchange
from seqruns_contracts.model.oracle import Difference, ids_of
from seqruns_contracts.model.query import Query

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from seqruns_contracts.model.reply import Reply

ALWAYS_TRUE = "' OR 'a'='a"
"""What makes a condition true that is put together as text: `id = 'x' OR 'a'='a'`."""


def unknown_sequences(view: View) -> tuple[str, ...]:
    """Return ids that no sequence has: a fresh UUID, text that is no UUID, and what may count as none.

    "0" is false in PHP and Perl, a script sends "null", and the UUID of zeros is the zero value of Go and .NET.
    """
    unknown = uuid.UUID(int=view.random("sequence").getrandbits(128), version=4)
    # Not 16 letters: those are the raw bytes of a UUID to Elixir's Ecto.
    return (str(unknown), "no-such-sequence-id", "0", "null", str(uuid.UUID(int=0)))


@check(
    "sequence.unknown-has-no-runs",
    "An unknown sequence shows no runs.",
    clauses=["operation.own-sequence"],
    needs="nothing",
)
def unknown_has_no_runs(view: View) -> Iterator[Probe]:
    """Ask for sequences that do not exist, and for the one that does with a sign more or a letter less."""
    # A LIKE takes the sign for any text; who looks at the beginning only, or cuts to a column's width, takes it, too.
    for name in (*unknown_sequences(view), f"{view.sequence_id}%"):
        yield Probe(asks=(Ask(sequence_id=name),), expect=_shows_nothing)
    # A beginning finds it where ids are compared by prefix. Of `15` it may be a sequence of its own.
    if len(view.sequence_id) > 1:
        yield Probe(asks=(Ask(sequence_id=view.sequence_id[:-1]),), expect=_shares_nothing)


@check(
    "sequence.odd-ones-break-nothing",
    "Text that is no id is an unknown sequence; it is never a server error.",
    clauses=["errors.no-5xx", "operation.own-sequence"],
    needs="nothing",
)
def odd_ones(_: View) -> Iterator[Probe]:
    """Ask for a long name with quotes and foreign letters, for a NUL, and for a byte that is not UTF-8."""
    # `\udcff` is sent as the single byte FF, which begins no letter in UTF-8.
    for name in (f'Ünknown "{"x" * 300}"{ALWAYS_TRUE}', "\0", "\udcff"):
        yield Probe(asks=(Ask(sequence_id=name),), expect=_breaks_and_shows_nothing)


@check(
    "sequence.unknown-is-404",
    "An unknown sequence is answered with 404.",
    clauses=["errors.unknown-sequence"],
    needs="nothing",
    grade=Grade.ASSUMED,
)
def unknown_is_404(view: View) -> Iterator[Probe]:
    """Ask for sequences that do not exist, and for the one that does with spaces around it."""
    for name in (*unknown_sequences(view)[:3], f" {view.sequence_id} "):
        yield Probe(asks=(Ask(sequence_id=name),), expect=has_status(404))


@check(
    "sequence.keeps-to-itself",
    "Two sequences share no run.",
    clauses=["operation.own-sequence"],
    needs="a second sequence, named with --other-sequence-id",
)
def keeps_to_itself(view: View) -> Iterator[Probe]:
    """Ask the other sequence for everything, and for what the first one's runs match."""
    if view.other_sequence_id is None:
        return
    largest = view.census.largest
    # A server may look at the sequence only where no filter is given, or only where one is: so each filter is asked
    # with.
    queries = [Query.of(limit=largest)]
    queries += [Query.of(phone=phone, limit=largest) for phone, _ in view.census.phones.most_common(1)]
    queries += [Query.of(channel_id=channel, limit=largest) for channel, _ in view.census.channels.most_common(1)]
    queries += [Query.of(status=status, limit=largest) for status, _ in view.census.statuses.most_common(1)]
    for query in queries:
        yield Probe(asks=(Ask(query=query, sequence_id=view.other_sequence_id),), expect=_shares_nothing)


def _shows_nothing(exchanges: Sequence[Exchange], _: View) -> Evidence | None:
    reply = exchanges[-1].reply
    page = reply.page
    if page is None and not _runs_in_an_error(reply):
        return None
    if page is not None and not (page.runs or page.total):
        return None
    runs = page.runs if page else ()
    text = f"{len(runs) if page else _runs_in_an_error(reply)} runs of a sequence that does not exist"
    found = Difference(kind="unexpected", text=text, runs=ids_of(runs))
    return Evidence(exchange=exchanges[-1], expected="status 404 with an error body", differences=(found,))


def _runs_in_an_error(reply: Reply) -> int:
    """Return how many runs the body of an error holds, beside what it says: a serializer that nobody stopped."""
    data = reply.body.get("data") if reply.status >= 400 and isinstance(reply.body, dict) else None
    return len(data) if isinstance(data, list) else 0


def _breaks_and_shows_nothing(exchanges: Sequence[Exchange], view: View) -> Evidence | None:
    return is_no_server_error(exchanges, view) or _shows_nothing(exchanges, view)


def _shares_nothing(exchanges: Sequence[Exchange], view: View) -> Evidence | None:
    page = exchanges[-1].reply.page
    shared = tuple(run for run in page.runs if run.id in view.census.known) if page else ()
    if not shared:
        return None
    found = Difference(
        kind="unexpected", text=f"{len(shared)} runs that belong to {view.sequence_id}", runs=ids_of(shared)
    )
    return Evidence(exchange=exchanges[-1], expected="no runs of that sequence", differences=(found,))


@check(
    "method.others-are-405",
    "A method other than GET, HEAD and OPTIONS is answered with 405 and the allowed ones.",
    clauses=["errors.method"],
    needs="leave to send such a request: --allow-unsafe-methods",
)
def others_are_405(view: View) -> Iterator[Probe]:
    """Send a POST, PUT, PATCH and DELETE without a body, if that is allowed; HEAD and OPTIONS may be refused."""
    if view.allow_unsafe_methods:
        for method in ("HEAD", "OPTIONS"):
            yield Probe(asks=(Ask(method=method),), expect=is_no_server_error)
        for method in ("POST", "PUT", "PATCH", "DELETE"):
            yield Probe(asks=(Ask(method=method),), expect=_is_405_with_allow)


def _is_405_with_allow(exchanges: Sequence[Exchange], _: View) -> Evidence | None:
    reply = exchanges[-1].reply
    if reply.status == 405 and "GET" in reply.answer.headers.get("Allow", ""):
        return None
    return Evidence(exchange=exchanges[-1], expected="status 405 with a header Allow that names GET")


def not_authenticated(exchanges: Sequence[Exchange], view: View) -> Evidence | None:
    """Expect a 401 that shows nothing."""
    exchange = exchanges[-1]
    shown = _runs_in_an_error(exchange.reply)
    if not shown:
        return has_status(401)(exchanges, view)
    found = Difference(kind="unexpected", text=f"{shown} runs in the body of the {exchange.reply.status}")
    return Evidence(exchange=exchange, expected="status 401 with an error body, and no runs", differences=(found,))


def _with(view: View, *credentials: tuple[str, str]) -> Iterator[Probe]:
    """Yield the probes that send other credentials; without any, also with filters."""
    values = {"phone": view.census.phones, "status": view.census.statuses}
    # A server may check the key in one of two ways through its code, and have the filtered list in a cache.
    filtered = Query.of({name: next(iter(counts), None) for name, counts in values.items()})
    # Each way in costs a request, so that only the commonest, no key at all, is tried with filters.
    for query in [Query()] if credentials else [Query(), filtered]:
        yield Probe(asks=(Ask(query=query, credentials=credentials),), expect=not_authenticated)


def _is_refused_anyhow(exchanges: Sequence[Exchange], _: View) -> Evidence | None:
    if 400 <= exchanges[-1].reply.status < 500:
        return None
    return Evidence(exchange=exchanges[-1], expected="status 401 with an error body")


@check("auth.key-is-required", "Without a key the answer is 401.", clauses=["auth.required"], needs="nothing")
def key_is_required(view: View) -> Iterator[Probe]:
    """Ask with no key, also for what was answered before, with an empty key and token, and as somebody else."""
    yield from _with(view)
    # Empty text equals the empty key of an account that has none, where a server compares without looking.
    yield from _with(view, (facts().key_header, ""), ("Authorization", "Bearer"))
    # A scheme that is not looked at, and an address that only a proxy of one's own should be believed.
    yield from _with(view, ("Authorization", "Basic Og=="), ("X-Forwarded-For", "127.0.0.1"))
    if view.allow_unsafe_methods:
        yield Probe(asks=(Ask(method="HEAD", credentials=()),), expect=_is_refused_anyhow)


@check(
    "auth.wrong-key-is-refused",
    "With a wrong key the answer is 401.",
    clauses=["auth.wrong"],
    needs="nothing",
)
def wrong_key(view: View) -> Iterator[Probe]:
    """Ask with a made-up key, with keys close to the right one, with a made-up token, and with a key that breaks in."""
    made_up = uuid.UUID(int=view.random("key").getrandbits(128), version=4).hex
    yield from _with(view, (facts().key_header, made_up))
    yield from _with(view, ("Authorization", f"Bearer {made_up}"))
    # A gateway may refuse such headers before it looks at any key. Two, as some servers drop a header with letters
    # beyond ASCII, and what else it holds.
    for odd in (f"Ünknown {'x' * 300}", f"unknown{ALWAYS_TRUE}"):
        yield Probe(asks=(Ask(credentials=((facts().key_header, odd),)),), expect=_is_refused_anyhow)
    if view.key and len(view.key) > 1:
        # A comparison of beginnings takes the first or the third, one of ends the second, a LIKE the third, one that
        # ignores letter case the last.
        yield from _with(view, (facts().key_header, view.key[:-1]))
        yield from _with(view, (facts().key_header, view.key[1:]))
        yield from _with(view, (facts().key_header, f"{view.key}%"))
        if view.key.swapcase() != view.key:
            yield from _with(view, (facts().key_header, view.key.swapcase()))


@check(
    "caching.forgets-refused-keys",
    "The right key opens what was refused to another one a moment ago.",
    clauses=["auth.wrong", "operation.success"],
    needs="a key",
)
def forgets_refused_keys(view: View) -> Iterator[Probe]:
    """Ask for everything with the right key, after it was asked for with all the wrong ones."""
    if view.key:
        # A cache in front of the target may keep a 401 without looking at whose it was. The turn is one that no other
        # check uses, so that the request is really sent now.
        yield Probe(asks=(Ask(turn=9),), expect=has_status(200))


CHECKS = (
    unknown_has_no_runs,
    odd_ones,
    unknown_is_404,
    keeps_to_itself,
    others_are_405,
    key_is_required,
    wrong_key,
    forgets_refused_keys,
)
