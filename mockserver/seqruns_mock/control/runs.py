"""The control API: sequences and their runs."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from seqruns_mock.control.bodies import json_reply, no_content, read_body, read_object, read_objects
from seqruns_mock.control.document import problems_of_partial
from seqruns_mock.core.refusal import Refusal
from seqruns_mock.core.sequences import where_of

if TYPE_CHECKING:
    from flask import Blueprint

    from seqruns_mock.http.app import Reply
    from seqruns_mock.http.state import MockState


def add_runs(api: Blueprint, state: MockState) -> None:
    """Add the routes of sequences and their runs."""
    sequences = state.sequences

    @api.get("/sequences")
    def list_sequences() -> Reply:
        return json_reply(state.sequences_as_json())

    @api.delete("/sequences/<sequence_id>")
    def delete_sequence(sequence_id: str) -> Reply:
        sequences.delete(sequence_id)
        return no_content()

    @api.get("/sequences/<sequence_id>/runs")
    def list_runs(sequence_id: str) -> Reply:
        return json_reply(sequences.runs(sequence_id))

    @api.put("/sequences/<sequence_id>/runs")
    def replace_runs(sequence_id: str) -> Reply:
        return json_reply(sequences.replace(sequence_id, _validate_runs(read_body())))

    @api.post("/sequences/<sequence_id>/runs")
    def add_runs(sequence_id: str) -> Reply:
        body = read_body()
        runs = body if isinstance(body, list) else [body]
        return json_reply(sequences.add(sequence_id, _validate_runs(runs)), 201)

    @api.put("/sequences/<sequence_id>/runs/<run_id>")
    def change_run(sequence_id: str, run_id: str) -> Reply:
        return json_reply(sequences.change(sequence_id, run_id, read_object(read_body())))

    @api.delete("/sequences/<sequence_id>/runs/<run_id>")
    def delete_run(sequence_id: str, run_id: str) -> Reply:
        sequences.delete_run(sequence_id, run_id)
        return no_content()


def _validate_runs(value: Any) -> list[dict[str, Any]]:
    """Return runs after a look at those that are not whole; the others are validated with the sequence."""
    runs = read_objects(value)
    problems = [
        f"{where_of(place, runs)}{problem}."
        for place, run in enumerate(runs)
        if "contact" not in run
        for problem in problems_of_partial(run)
    ]
    if problems:
        raise Refusal(422, *problems)
    return runs
