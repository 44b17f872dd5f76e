"""What a run and its envelope look like."""

from __future__ import annotations

import json
from itertools import count
from random import Random
from typing import TYPE_CHECKING, Any

import orjson

from seqruns_gallery.building.exhibit import stepping, variant
from seqruns_gallery.building.showing import enveloping, showing, shown_runs

if TYPE_CHECKING:
    from collections.abc import Callable

    from seqruns_gallery.building.exhibit import Change, Variant
    from seqruns_gallery.building.showing import Run
    from seqruns_mock.core.store import RunStore, Selection
    from seqruns_mock.http.pipeline import Mock

LEFT_OUT = "answer.left_out"
NOT_REQUIRED = (
    "/sequence_id",
    "/contact/id",
    "/contact/name",
    "/contact/email",
    "/channel_id",
    "/added_by_id",
    "/last_step_id",
    "/created_at",
    "/updated_at",
    "/step_contacts",
)


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
    variant("nulls-left-out", "A field that would be null is left out.", dialect={"answer.nulls": "left-out"}),
    variant("upper-case-uuids", "UUIDs are written in upper case.", dialect={"answer.uuids": "upper-case"}),
    variant(
        "upper-case-uuids-compared-exactly",
        "UUIDs are written in upper case, and a channel must be asked for as it is written.",
        dialect={"answer.uuids": "upper-case", "channel.other_case": "nothing"},
    ),
    variant("steps-in-any-order", "The step contacts of a run come in another order every time.", shuffling_steps),
    variant("no-names", "Contacts have neither name nor email.", showing(anonymous)),
    variant("no-channel-of-the-run", "A run shows no channel of its own.", dialect={LEFT_OUT: ("/channel_id",)}),
    variant("no-steps-shown", "A run shows no step contacts.", dialect={LEFT_OUT: ("/step_contacts",)}),
    variant(
        "no-channel-shown",
        "Neither a run nor a step contact shows a channel.",
        dialect={LEFT_OUT: ("/step_contacts", "/channel_id")},
    ),
    variant("no-start-shown", "A run shows no times.", dialect={LEFT_OUT: ("/created_at", "/updated_at")}),
    variant(
        "roles-elsewhere",
        "The status is called `state`, and the number stands in the run itself: there is no contact.",
        dialect={"roles.status": "/state", "roles.phone": "/phone", LEFT_OUT: ("/contact",)},
        roles={"status": "/state", "phone": "/phone"},
    ),
    variant(
        "only-what-is-required",
        "A run shows its id, its status and its contact's number.",
        dialect={LEFT_OUT: NOT_REQUIRED},
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
