"""What `status` looks at, and which of its values."""

from __future__ import annotations

from dataclasses import replace
from functools import partial
from operator import eq
from typing import TYPE_CHECKING

from seqruns.document import facts
from seqruns_contracts.diagnosis.explanations.filters.numbers import is_like
from seqruns_contracts.diagnosis.explanations.filters.steps import PICKS, in_picked, in_step, in_steps, same
from seqruns_contracts.diagnosis.explanations.kinds import Explanation, asking, by_value, drop, filtering
from seqruns_contracts.model.reply import REFUSALS
from seqruns_contracts.model.steps import steps_of

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from seqruns_contracts.diagnosis.history import History
    from seqruns_contracts.diagnosis.pipeline import Pipeline, Turn
    from seqruns_contracts.model.run import Run

STATUS = frozenset({"status"})


def statuses(history: History) -> Iterator[Explanation]:
    """Yield what else the filter `status` may do."""
    plain: dict[str, tuple[Callable[[Run, str], object], str, str]] = {
        "inverted": (lambda run, text: run.status != text, "returns the runs in any other status than `status`", "the condition, which is negated"),
        "any-case": (lambda run, text: (run.status or "").lower() == text.lower(), "ignores letter case in `status`", "the collation of the column, or a `lower()` on both sides"),
        "prefix": (lambda run, text: (run.status or "").startswith(text), "finds statuses that only begin with `status`", "`LIKE '…%'` or `startswith`"),
        "substring": (lambda run, text: text in (run.status or ""), "finds statuses that only contain `status`", "`LIKE '%…%'` or `in`"),
        "like": (lambda run, text: is_like(run.status or "", text), "takes `%` and `_` in `status` for wildcards", "`LIKE` without escaping"),
        "of-the-last-step": (lambda run, text: in_step(run, "status", -1) == text, "looks at the status of the last step contact", "the column: `status` of the run, not of its step contact"),
        "of-the-first-step": (lambda run, text: in_step(run, "status", 0) == text, "looks at the status of the first step contact", "the column: `status` of the run, not of its step contact"),
        "of-any-step": (lambda run, text: text in in_steps(run, "status"), "looks at the statuses of the step contacts", "the column: `status` of the run, which is ambiguous after a join"),
        "of-every-step": (lambda run, text: {text} >= set(in_steps(run, "status")), "wants every step contact in the status", "the column: `status` of the run, not of its step contacts"),
        "or-any-step": (lambda run, text: run.status == text or text in in_steps(run, "status"), "looks at the statuses of the step contacts as well", "the column: `status` of the run only"),
        "list": (lambda run, text: run.status in text.split(","), "takes `status` for a list of statuses", "a split at commas"),
        "trimmed": (lambda run, text: (run.status or "") == text.strip(), "drops spaces around `status`", "the cleaning of the parameter"),
        "derived-from-every-step": (lambda run, text: text == ("finished" if set(in_steps(run, "status")) <= {"finished"} else "active"), "works out `status` from the step contacts: finished where all of them are", "the status of the run, which is held in a column of its own"),
        "derived-from-every-step-if-any": (lambda run, text: text == ("finished" if {*in_steps(run, "status")} == {"finished"} else "active"), "works out `status` from the step contacts: finished where there are some and all of them are", "the status of the run, which is held in a column of its own"),
        "derived-from-any-step": (lambda run, text: text == ("finished" if "finished" in in_steps(run, "status") else "active"), "works out `status` from the step contacts: finished where any of them is", "the status of the run, which is held in a column of its own"),
        "derived-from-open-steps": (lambda run, text: text == ("active" if {"pending", "active"} & {*map(str, in_steps(run, "status"))} else "finished"), "works out `status` from the step contacts: active where any of them is due", "the status of the run, which is held in a column of its own"),
    }  # fmt: skip
    for name, (holds, sentence, look) in plain.items():
        yield Explanation(
            id=f"status.{name}", sentence=sentence, look=look, change=filtering("status", holds), needs=STATUS
        )
    yield from _of_one_step()
    known = sorted({*facts().statuses, *(run.status for run in history.world.runs if run.status)})
    yield from _of_values(known)
    yield Explanation(
        id="status.finds-nothing",
        sentence="finds nothing, whatever `status` says",
        look="the form in which statuses are compared: letter case, or a number in the place of a word",
        change=filtering("status", lambda _run, _text: False),
        needs=STATUS,
    )
    yield Explanation(
        id="status.of-the-step-on-the-channel",
        sentence="looks at the status of the step contact on the channel where `channel_id` is given as well",
        look="the column: `status` of the run, which is ambiguous after the join with the step contacts",
        change=_of_the_step_on_the_channel,
        needs=STATUS,
    )
    # An unknown status that was refused was not taken for anything.
    if _is_refused(history, known):
        return
    yield Explanation(
        id="status.unknown-means-all",
        sentence="returns all runs for an unknown status",
        look="the look-up of the status: where it finds none, the filter is left out",
        change=asking(lambda turn: drop(turn, *([] if turn.texts.get("status") in known else ["status"]))),
        needs=STATUS,
    )


def _is_refused(history: History, known: Sequence[str]) -> bool:
    """Return whether a status that no run has was refused where nothing else was asked."""
    return any(
        seen.status in REFUSALS
        and seen.ask.query.filters.keys() == STATUS
        and seen.ask.query.filters["status"] not in known
        for seen in history.plain
    )


def _of_one_step() -> Iterator[Explanation]:
    """Yield that the status of the latest or the earliest step contact is looked at."""
    for pick in PICKS:
        which = "latest" if pick.is_latest else "earliest"
        yield Explanation(
            id=f"status.of-the-{which}-step",
            sentence=f"looks at the status of the {which} step contact",
            look="the column: `status` of the run, not of its step contact",
            change=by_value("status", partial(in_picked, pick, "status"), eq),
            needs=STATUS,
        )


def _of_values(known: Sequence[str]) -> Iterator[Explanation]:
    """Yield what may be done with each status alone."""
    for value in known:
        yield Explanation(
            id=f"status.{value}-is-ignored",
            sentence=f"ignores `status={value}`: all runs come",
            look=f"the branch for `{value}`, which is missing",
            change=asking(
                partial(lambda v, turn: drop(turn, *(["status"] if turn.texts.get("status") == v else [])), value)
            ),
            needs=STATUS,
        )
        yield Explanation(
            id=f"status.always-{value}",
            sentence=f"returns the runs that are {value}, whatever `status` says",
            look=f"the condition, in which `{value}` is fixed",
            change=filtering("status", partial(lambda v, run, _: run.status == v, value)),
            needs=STATUS,
        )
        yield Explanation(
            id=f"status.{value}-finds-nothing",
            sentence=f"finds no run for `status={value}`",
            look=f"the translation of `{value}` to what the database calls it",
            change=filtering("status", partial(lambda v, run, text: text != v and run.status == text, value)),
            needs=STATUS,
        )
        yield Explanation(
            id=f"status.unknown-means-{value}",
            sentence=f"takes an unknown status for `{value}`",
            look=f"the default of the translation: `{value}`",
            change=filtering(
                "status",
                partial(lambda v, run, text: run.status == (text if text in facts().statuses else v), value),
            ),
            needs=STATUS,
        )


def _of_the_step_on_the_channel(pipeline: Pipeline) -> Pipeline:
    def select(turn: Turn) -> None:
        # Both must hold of one step contact, so what `status` selects depends on the channel.
        if {"status", "channel_id"} <= turn.texts.keys():
            status, channel = turn.texts["status"], turn.texts["channel_id"]
            turn.masks["status"] = turn.world.those(
                lambda run: any(
                    step.get("status") == status and same(step.get("channel_id"), channel) for step in steps_of(run)
                ),
                (_of_the_step_on_the_channel, status, channel),
            )
        pipeline.select(turn)

    return replace(pipeline, select=select)
