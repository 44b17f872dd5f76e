"""What a run and its envelope look like."""

from __future__ import annotations

import json
from itertools import count
from random import Random
from typing import TYPE_CHECKING, Any

import orjson

from seqruns_gallery.building.exhibit import stepping, variant
from seqruns_gallery.building.reading import reading
from seqruns_gallery.building.showing import enveloping, showing, shown_runs

if TYPE_CHECKING:
    from collections.abc import Callable

    from seqruns_gallery.building.exhibit import Change, Variant
    from seqruns_gallery.building.showing import Run
    from seqruns_mock.core.store import RunStore, Selection
    from seqruns_mock.http.pipeline import Mock

UUIDS = frozenset({"id", "sequence_id", "channel_id", "last_step_id", "step_id", "contact_id", "conversation_id"})


def upper(value: Any, name: str = "") -> Any:
    """Return JSON with every UUID in upper case."""
    if isinstance(value, list):
        return [upper(item) for item in value]
    if isinstance(value, dict):
        return {key: upper(item, key) for key, item in value.items()}
    return value.upper() if name in UUIDS and isinstance(value, str) else value


def minding_case(mock: Mock) -> Mock:
    """Return a mock whose channels are in upper case, and are no others in lower case."""
    exactly = reading(channel_id=lambda text: text.lower() if text == text.upper() else f"not {text}")
    return exactly(showing(upper)(mock))


def without_nulls(value: Any) -> Any:
    """Return JSON without the fields that are null."""
    if isinstance(value, list):
        return [without_nulls(item) for item in value]
    if isinstance(value, dict):
        return {name: without_nulls(item) for name, item in value.items() if item is not None}
    return value


def left_out(*names: str) -> Callable[[Run], Run]:
    """Return what takes fields out of a run."""
    return lambda run: {name: value for name, value in run.items() if name not in names}


def anonymous(run: Run) -> Run:
    """Return a run whose contact has neither name nor email."""
    return {**run, "contact": {**run["contact"], "name": None, "email": None}}


def written(dump: Callable[[object], str]) -> Change:
    """Return the change that writes the same JSON otherwise."""

    def render(store: RunStore, selection: Selection) -> bytes:
        return dump({"data": shown_runs(store, selection), "total": selection.total}).encode()

    return stepping(render=render)


def with_extras(runs: list[Run], total: int) -> Any:
    """Return a page with fields that the contract does not name."""
    extra = [{**run, "_links": {"self": f"/runs/{run['id']}"}, "tags": [], "score": 0.5} for run in runs]
    return {"data": extra, "total": total, "meta": {"has_more": False}, "links": {"next": None}}


def counting_answers(mock: Mock) -> Mock:
    """Return a mock that puts a number into every page, and how often it was shown into every run."""
    numbers = count(1)

    def envelope(runs: list[Run], total: int) -> Any:
        number = next(numbers)
        return {"data": [{**run, "seconds_ago": number} for run in runs], "total": total, "request_id": number}

    return enveloping(envelope)(mock)


def shuffling_steps(mock: Mock) -> Mock:
    """Return a mock that shows the step contacts of a run in any order."""
    dice = Random(0)  # noqa: S311 - a shuffle, and always the same one

    def shuffled(run: Run) -> Run:
        steps = run["step_contacts"]
        return {**run, "step_contacts": dice.sample(steps, len(steps))}

    return showing(shuffled)(mock)


VARIANTS: tuple[Variant, ...] = (
    variant("extra-fields", "Runs and pages have fields that the contract does not name.", enveloping(with_extras)),
    variant(
        "changing-fields", "An unnamed field of a run and one of the page change with every answer.", counting_answers
    ),
    variant("nulls-left-out", "A field that would be null is left out.", showing(without_nulls)),
    variant("upper-case-uuids", "UUIDs are written in upper case.", showing(upper)),
    variant(
        "upper-case-uuids-compared-exactly",
        "UUIDs are written in upper case, and a channel must be asked for as it is written.",
        minding_case,
    ),
    variant("steps-in-any-order", "The step contacts of a run come in another order every time.", shuffling_steps),
    variant("no-names", "Contacts have neither name nor email.", showing(anonymous)),
    variant("no-channel-of-the-run", "A run shows no channel of its own.", showing(left_out("channel_id"))),
    variant("no-steps-shown", "A run shows no step contacts.", showing(left_out("step_contacts"))),
    variant(
        "no-channel-shown",
        "Neither a run nor a step contact shows a channel.",
        showing(left_out("step_contacts", "channel_id")),
    ),
    variant("no-start-shown", "A run shows no times.", showing(left_out("created_at", "updated_at"))),
    variant(
        "roles-elsewhere",
        "The status is called `state`, and the number stands in the run itself: there is no contact.",
        showing(
            lambda run: {**left_out("status", "contact")(run), "state": run["status"], "phone": run["contact"]["phone"]}
        ),
        roles={"status": "/state", "phone": "/phone"},
    ),
    variant(
        "only-what-is-required",
        "A run shows its id, its status and its contact's number.",
        showing(
            lambda run: {
                "id": run["id"],
                "status": run["status"],
                "contact": {"phone": run["contact"]["phone"]},
            }
        ),
    ),
    variant(
        "indented",
        "The JSON is indented and its keys are sorted.",
        written(lambda page: json.dumps(page, indent=2, sort_keys=True)),
    ),
    variant("escaped", "The JSON is in ASCII, with escapes.", written(json.dumps)),
    variant(
        "total-first",
        "The total comes before the runs, and a line break ends the body.",
        stepping(
            render=lambda store, selection: orjson.dumps(
                {"total": selection.total, "data": shown_runs(store, selection)}, option=orjson.OPT_APPEND_NEWLINE
            )
        ),
    ),
)
