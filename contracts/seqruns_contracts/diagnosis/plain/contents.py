"""Runs that look otherwise elsewhere, runs of other sequences, and what comes for an unknown sequence."""

from __future__ import annotations

from typing import TYPE_CHECKING

from seqruns_contracts.diagnosis.conditions.kinds import UUID
from seqruns_contracts.diagnosis.explanations.kinds import quoted
from seqruns_contracts.diagnosis.plain.kinds import Plain

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator, Sequence

    from seqruns_contracts.diagnosis.history import History
    from seqruns_contracts.diagnosis.plain.kinds import Broken
    from seqruns_contracts.model.exchange import Evidence
    from seqruns_contracts.model.oracle import Page
    from seqruns_contracts.model.query import Query


def sequences(history: History, broken: Broken) -> Iterator[Plain]:
    """Yield what is answered for an unknown sequence."""
    names = [name for name in broken if name.startswith("sequence.") and name != "sequence.keeps-to-itself"]
    crashes = [
        each for each in broken.get("answer.is-never-a-server-error", ()) if each.exchange.ask.sequence_id is not None
    ]
    evidence = [each for name in names for each in broken[name]] + crashes
    if not evidence:
        return
    wrong = [each.exchange for each in evidence]
    unknown = [
        seen for seen in history.observations if seen.ask.sequence_id is not None and seen.ask.credentials is None
    ]
    status = wrong[0].reply.status
    ids = {exchange.ask.sequence_id or "" for exchange in wrong}
    same = {seen.ask.sequence_id or "" for seen in unknown if seen.status == status and seen.ask.method == "GET"}
    checks = frozenset({*names, "run.belongs-to-the-sequence", "run.is-listed-once"} if status == 200 else names)
    checks |= {"answer.is-never-a-server-error"} if crashes else set()
    what, kind = _kind_of(ids, same)
    if status == 200:
        sentence, came = _listed(history, what, [exchange.reply.page for exchange in wrong if exchange.reply.page])
    else:
        sentence = f"answers {status} to {what}, where a 404 is due"
        came = "crashes" if status >= 500 else f"is-{status}"
    yield Plain(
        id=f"sequence.{kind}-{came}",
        sentence=sentence,
        look="the look-up of the sequence, and what happens where there is none",
        checks=checks,
    )


def _kind_of(ids: Collection[str], same: Collection[str]) -> tuple[str, str]:
    """Return what sequence ids are, in words and for an id of a cause.

    `ids` are those that a check found wrongly answered, `same` all that were answered so.
    """
    # An unknown UUID is the plainest of them: what happens to it happens to the odd ones as well.
    if any(UUID.fullmatch(name) for name in ids):
        return "an unknown sequence", "unknown"
    if all("\0" in name for name in ids) and not any("\0" not in name for name in same):
        return "a sequence id with a NUL character", "with-nul"
    if "no-such-sequence-id" in ids or "no-such-sequence-id" in same:
        return "a sequence id that is no UUID", "no-uuid"
    return "an odd sequence id", "odd"


def _listed(history: History, what: str, pages: Sequence[Page]) -> tuple[str, str]:
    """Return what is listed for a sequence that is not there: the sentence, and the end of the id of the cause."""
    runs = {run.id for page in pages for run in page.runs}
    if not runs:
        return f"answers {what} with an empty list, where a 404 is due", "is-empty"
    if runs.isdisjoint(history.world.position):
        whose = "others"
    elif max(page.total or 0 for page in pages) > history.world.total:
        whose = "all sequences"
    else:
        whose = "another sequence"
    return f"answers {what} with runs of {whose}", "shows-runs"


def contents(history: History, broken: Broken) -> Iterator[Plain]:
    """Yield when runs look otherwise than elsewhere, and fields that contradict each other."""
    evidence = broken.get("run.is-the-same-everywhere", ())
    repeated = _repeated_ids(broken.get("run.is-listed-once", ()))
    if repeated:
        yield Plain(
            id="run.id-is-not-its-own", sentence=f"shows the same `id` for different runs{repeated}", look="the serializer: `id`",
            checks=frozenset({"run.is-listed-once"}), roles=frozenset({"id"}),
        )  # fmt: skip
        return
    # A run whose step contacts are trimmed does not show its latest channel either: the one says the other.
    if evidence:
        yield _changing(history, evidence)
    elif "run.has-its-latest-channel" in broken:
        yield Plain(
            id="run.channel-of-another-step", sentence="shows runs whose own channel is not that of their latest step contact",
            look="the channel of a run: that of its latest step contact", checks=frozenset({"run.has-its-latest-channel"}),
        )  # fmt: skip
    if "run.is-updated-after-it-starts" in broken:
        yield Plain(
            id="run.updated-before-it-starts", sentence="shows runs with an `updated_at` before their start",
            look="the two times of a run: one is another than it says, or printed with other digits", checks=frozenset({"run.is-updated-after-it-starts"}),
        )  # fmt: skip
    shown = [each for each in broken.get("run.belongs-to-the-sequence", ()) if each.exchange.ask.sequence_id is None]
    # The runs of this sequence may come where the other one is asked for what they match, and not the other way round.
    # Without a filter that is what a cache does whose key lacks the sequence.
    elsewhere = broken.get("sequence.keeps-to-itself", ())
    if shown or (elsewhere and all(each.exchange.ask.query.filters for each in elsewhere)):
        yield _of_other_sequences(shown or elsewhere)


def _changing(history: History, evidence: Sequence[Evidence]) -> Plain:
    """Return when runs look otherwise than elsewhere."""
    texts = {difference.text for each in evidence for difference in each.differences}
    queries = [each.exchange.ask.query for each in evidence]
    common = set.intersection(*({*query.filters, *(["offset"] if _offset(query) else [])} for query in queries))
    if any("every answer" in text for text in texts):
        when, id_ = "in every answer", "every-answer"
    elif common:
        when, id_ = f"where {quoted(sorted(common))} is given", "-and-".join(sorted(common))
    else:
        when, id_ = "from answer to answer", "sometimes"
    return Plain(
        id=f"run.changes-with-{id_}", sentence=f"shows runs with other contents {when}",
        look="what a run is rendered from: filters choose runs, they do not trim them", checks=frozenset({"run.is-the-same-everywhere", "run.has-its-latest-channel"}),
        roles=_roles_that_change(history, evidence),
    )  # fmt: skip


def _of_other_sequences(shown: Sequence[Evidence]) -> Plain:
    """Return what runs with another `sequence_id` than the one in the path mean: they belong there, or it is no such id."""
    first = shown[0].exchange.reply
    owners = {str(run.body.get("sequence_id")) for run in (first.page.runs if first.page else ())}
    if all(not UUID.fullmatch(owner) for owner in owners):
        return Plain(
            id="run.sequence-is-another-id", sentence="shows runs whose `sequence_id` is not the id in the path",
            look="the serializer: `sequence_id`", checks=frozenset({"run.belongs-to-the-sequence"}),
        )  # fmt: skip
    # Filters that all such requests have: one without any says that it is so whatever is asked.
    common = set.intersection(*({*each.exchange.ask.query.filters} for each in shown))
    return Plain(
        id="sequence.ignored" + "-with-filters" * bool(common),
        sentence="lists runs of other sequences" + (f" where {quoted(sorted(common))} is given" if common else ""),
        look="the condition on the sequence: it is missing, or joined by OR without parentheses",
        checks=frozenset({"run.belongs-to-the-sequence", "sequence.keeps-to-itself", "run.is-listed-once"}),
    )


def _roles_that_change(history: History, evidence: Sequence[Evidence]) -> frozenset[str]:
    """Return the roles that runs show otherwise than elsewhere: what a filter does with them follows from that."""
    known = history.world.position
    pages = [each.exchange.reply.page for each in evidence]
    shown = [run for page in pages if page is not None for run in page.runs if run.id in known]
    pairs = [(run, history.world.runs[known[run.id]]) for run in shown]
    roles = {"phone": "phone", "status": "status", "channel": "channels", "start_time": "start"}
    return frozenset(
        role for role, name in roles.items() if any(getattr(one, name) != getattr(two, name) for one, two in pairs)
    )


def _repeated_ids(evidence: Sequence[Evidence]) -> str:
    """Return how the sentence about different runs with one id goes on; empty where there are none."""
    for each in evidence[:1]:
        runs = each.exchange.reply.page.runs if each.exchange.reply.page else ()
        bodies: dict[str, set[str]] = {}
        for run in runs:
            bodies.setdefault(run.id, set()).add(run.content)
        if any(len(contents) > 1 for name, contents in bodies.items() if name):
            is_contact = all(
                isinstance(run.body.get("contact"), dict) and run.body["contact"].get("id") == run.id for run in runs
            )
            return ": it is that of the contact" if is_contact else ", with other contents each"
    return ""


def _offset(query: Query) -> int:
    """Return how many runs a query skips; an offset that is no number counts as 0."""
    text = query.meaning.get("offset", "0")
    return int(text) if text.isdecimal() and text.isascii() and len(text) < 20 else 0
