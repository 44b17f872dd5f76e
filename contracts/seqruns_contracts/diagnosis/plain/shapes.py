"""Each field of a page that is not as the schema has it."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from seqruns.document import load_document
from seqruns_contracts.diagnosis.plain.flaws import MISSING, flaws
from seqruns_contracts.diagnosis.plain.kinds import SHAPE_CHECKS, Plain

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from seqruns_contracts.diagnosis.history import History
    from seqruns_contracts.diagnosis.plain.kinds import Broken
    from seqruns_contracts.model.exchange import Evidence
    from seqruns_contracts.model.reply import Reply


ROLES = {"id": "id", "created_at": "start_time", "status": "status", "contact": "phone", "step_contacts": "channel_id"}


def shapes(_: History, broken: Broken) -> Iterator[Plain]:
    """Yield each field of a page that is not as the schema has it."""
    evidence = [
        each for name in ("answer.fits-the-schema", "run.shows-the-same-fields") for each in broken.get(name, ())
    ]
    replies = [each.exchange.reply for each in evidence]
    bodies = [_body(each) for each in replies if each.status == 200 and each.is_json and each.body is not None]
    if any(isinstance(body, dict) and "errors" in body and "data" not in body for body in bodies):
        with_errors = {name for name, shown in broken.items() if all(_is_error_with_200(each) for each in shown)}
        yield Plain(
            id="error.comes-with-200",
            sentence="answers errors with the status 200",
            look="the status of error answers: it is only in the body",
            checks=SHAPE_CHECKS | with_errors,
        )
    elif any(isinstance(body, str) for body in bodies):
        yield _of_pages(
            "answer.is-json-in-json",
            "answers a JSON text that holds JSON: it is encoded twice",
            "the body, which is encoded before the framework encodes it",
        )
    elif any(isinstance(body, list) for body in bodies):
        yield _of_pages(
            "answer.is-a-list", "answers a bare list, not an object with `data` and `total`", "the envelope of the page"
        )
    elif bodies:
        yield from _flaws(bodies) or _unknown_shape(evidence)


def _flaws(bodies: Sequence[object]) -> list[Plain]:
    found: dict[str, tuple[str, int, int]] = {}
    for body in bodies[:4]:
        runs = body.get("data") if isinstance(body, dict) else None
        for (place, is_), times in flaws(body, 200).items():
            found.setdefault(place, (is_, times, len(runs) if isinstance(runs, list) else 0))
    tops = [place for place in found if place.count("/") <= 1]
    # Where the envelope is not as it should be its runs may not be runs: only that is told.
    if tops:
        return [_of_top(place.strip("/") or "the body", found[place][0], bodies) for place in tops]
    return [_of_run(place, *wrong, _unknown_fields(bodies)) for place, wrong in found.items()]


def _unknown_fields(bodies: Sequence[object]) -> list[str]:
    """Return the fields of runs that the schema does not name: one of them may be what is missing."""
    known = load_document()["components"]["schemas"]["SequenceRun"]["properties"].keys()
    lists = [body.get("data") for body in bodies if isinstance(body, dict)]
    runs = [run for data in lists if isinstance(data, list) for run in data if isinstance(run, dict)]
    return sorted({str(name) for run in runs for name in run} - known)


def _body(reply: Reply) -> object:
    """Return the body of a reply whose runs are held beside it."""
    if reply.page is None:
        return reply.body
    strange = [each for each in reply.body["data"] if not isinstance(each, dict)]
    return {**reply.body, "data": [*(run.body for run in reply.page.runs), *strange]}


def _is_error_with_200(evidence: Evidence) -> bool:
    reply = evidence.exchange.reply
    return reply.status == 200 and reply.page is None


def _unknown_shape(evidence: Sequence[Evidence]) -> list[Plain]:
    text = next((difference.text for each in evidence for difference in each.differences), "")
    found = Plain(
        id="answer.does-not-fit", sentence=f"sends bodies that do not fit the schema: {text}",
        look="the serializer", checks=SHAPE_CHECKS,
    )  # fmt: skip
    return [found]


def _of_pages(id_: str, sentence: str, look: str) -> Plain:
    return Plain(id=id_, sentence=sentence, look=look, checks=SHAPE_CHECKS, is_about_pages=True)


def _of_top(name: str, is_: str, bodies: Sequence[object]) -> Plain:
    others = sorted({key for body in bodies if isinstance(body, dict) for key in body} - {"data", "total"})
    sentence = (
        f"sends pages without `{name}`{_instead(others)}" if is_ == MISSING else f"sends pages whose `{name}` {is_}"
    )
    return Plain(
        id=f"{'total' if name == 'total' else 'answer'}.{name.replace(' ', '-')}-{slug(is_)}",
        sentence=sentence, look=f"the envelope of the page: `{name}`", checks=SHAPE_CHECKS, is_about_pages=name != "total",
    )  # fmt: skip


def _instead(others: Sequence[str]) -> str:
    return f" (there is {', '.join(f'`{other}`' for other in others[:4])})" if others else ""


def _of_run(place: str, is_: str, times: int, of: int, others: Sequence[str]) -> Plain:
    fields = [part for part in place.removeprefix("/data/*").split("/") if part and part != "*"]
    name = ".".join(fields)
    some = f" ({times} of {of} on one page)" if of and times < of else ""
    what = f"shows runs whose `{name}` {is_}{some}" if fields else f"lists what is no run: it {is_}{some}"
    if is_ == MISSING and len(fields) == 1:
        what += _instead(others)
    return Plain(
        id=f"run.{'-'.join(fields) or 'itself'}-{slug(is_)}",
        sentence=what,
        look=f"the serializer, and the column: `{name}`" if fields else "the serializer",
        checks=SHAPE_CHECKS,
        # What is no run has no id to be known by.
        roles=frozenset(ROLES[name] for name in fields[:1] or ["id"] if name in ROLES),
    )


def slug(is_: str) -> str:
    """Return what is wrong with a field as an id has it."""
    found = re.sub("[^a-z]+", "-", re.sub(r"'.*?'|,.*", "", is_.removeprefix("is ").lower())).strip("-")
    return found.replace("where-", "not-").replace("-is-due", "")[:40] or "other"
