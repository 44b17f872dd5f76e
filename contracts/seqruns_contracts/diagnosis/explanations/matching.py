"""What `status` and `channel_id` look at, and which of their values."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from seqruns.document import facts
from seqruns_contracts.diagnosis.explanations.kinds import Explanation, asking, drop, filtering, steps_of, then
from seqruns_contracts.diagnosis.pipeline import Turn, has_channel, has_status

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from seqruns_contracts.diagnosis.history import History
    from seqruns_contracts.model.run import Run

STATUS, CHANNEL = frozenset({"status"}), frozenset({"channel_id"})


def statuses(history: History) -> Iterator[Explanation]:
    """Yield what else the filter `status` may do."""
    plain: dict[str, tuple[Callable[[Run, str], object], str, str]] = {
        "inverted": (lambda run, text: run.status != text, "returns the runs in any other status than `status`", "the condition, which is negated"),
        "any-case": (lambda run, text: (run.status or "").lower() == text.lower(), "ignores letter case in `status`", "the collation of the column, or a `lower()` on both sides"),
        "prefix": (lambda run, text: (run.status or "").startswith(text), "finds statuses that only begin with `status`", "`LIKE '…%'` or `startswith`"),
        "substring": (lambda run, text: text in (run.status or ""), "finds statuses that only contain `status`", "`LIKE '%…%'` or `in`"),
        "like": (lambda run, text: _like(run.status or "", text), "takes `%` and `_` in `status` for wildcards", "`LIKE` without escaping"),
        "of-the-last-step": (lambda run, text: _step(run, "status", -1) == text, "looks at the status of the last step contact", "the column: `status` of the run, not of its step contact"),
        "of-the-first-step": (lambda run, text: _step(run, "status", 0) == text, "looks at the status of the first step contact", "the column: `status` of the run, not of its step contact"),
        "of-any-step": (lambda run, text: text in _steps(run, "status"), "looks at the statuses of the step contacts", "the column: `status` of the run, which is ambiguous after a join"),
        "of-every-step": (lambda run, text: {text} >= set(_steps(run, "status")), "wants every step contact in the status", "the column: `status` of the run, not of its step contacts"),
        "or-any-step": (lambda run, text: run.status == text or text in _steps(run, "status"), "looks at the statuses of the step contacts as well", "the column: `status` of the run only"),
        "trimmed": (lambda run, text: (run.status or "") == text.strip(), "drops spaces around `status`", "the cleaning of the parameter"),
    }  # fmt: skip
    for name, (holds, sentence, look) in plain.items():
        yield Explanation(
            id=f"status.{name}", sentence=sentence, look=look, change=filtering("status", holds), needs=STATUS
        )
    known = sorted({*facts().statuses, *(run.status for run in history.world.runs if run.status)})
    for value in known:
        yield Explanation(
            id=f"status.{value}-is-ignored",
            sentence=f"ignores `status={value}`: all runs come",
            look=f"the branch for `{value}`, which is missing",
            change=asking(lambda turn, v=value: drop(turn, *(["status"] if turn.texts.get("status") == v else []))),  # type: ignore[misc]
            needs=STATUS,
        )
        yield Explanation(
            id=f"status.always-{value}",
            sentence=f"returns the runs that are {value}, whatever `status` says",
            look=f"the condition, in which `{value}` is fixed",
            change=filtering("status", lambda run, _, v=value: run.status == v),  # type: ignore[misc]
            needs=STATUS,
        )
        yield Explanation(
            id=f"status.{value}-finds-nothing",
            sentence=f"finds no run for `status={value}`",
            look=f"the translation of `{value}` to what the database calls it",
            change=filtering("status", lambda run, text, v=value: text != v and run.status == text),  # type: ignore[misc]
            needs=STATUS,
        )
        yield Explanation(
            id=f"status.unknown-means-{value}",
            sentence=f"takes a status that there is not for `{value}`",
            look=f"the default of the translation: `{value}`",
            change=filtering(
                "status",
                lambda run, text, v=value: run.status == (text if text in facts().statuses else v),  # type: ignore[misc]
            ),
            needs=STATUS,
        )
    yield Explanation(
        id="status.unknown-means-all",
        sentence="returns all runs for a status that there is not",
        look="the look-up of the status: where it finds none, the filter is left out",
        change=asking(lambda turn: drop(turn, *([] if turn.texts.get("status") in known else ["status"]))),
        needs=STATUS,
    )


def channels(history: History) -> Iterator[Explanation]:
    """Yield what else the filter `channel_id` may do."""
    plain: dict[str, tuple[Callable[[Run, str], object], str, str]] = {
        "of-the-run": (lambda run, text: _same(run.body.get("channel_id"), text), "looks at the run's own channel, not at those of its step contacts", "the column: `channel_id` of the step contacts, not of the run"),
        "of-the-first-step": (lambda run, text: _same(_step(run, "channel_id", 0), text), "looks at the first step contact only", "an index 0, or a `LIMIT 1`, in the place of any step contact"),
        "of-the-last-step": (lambda run, text: _same(_step(run, "channel_id", -1), text), "looks at the last step contact only", "the latest step contact in the place of any"),
        "of-the-latest-step": (lambda run, text: _same(_latest(run), text), "looks at the latest step contact only", "the latest step contact in the place of any"),
        "of-the-earliest-step": (lambda run, text: _same(_latest(run, earliest=True), text), "looks at the earliest step contact only", "the earliest step contact in the place of any"),
        "of-every-step": (lambda run, text: bool(_steps(run, "channel_id")) and all(_same(value, text) for value in _steps(run, "channel_id")), "wants the channel of every step contact, not of any", "`all` in the place of `any`"),
        "of-every-step-or-none": (lambda run, text: all(_same(value, text) for value in _steps(run, "channel_id")), "wants the channel of every step contact, not of any, and takes runs without one", "`all` in the place of `any`"),
        "of-steps-with-messages": (lambda run, text: any(_same(step.get("channel_id"), text) and step.get("contact_messages") for step in steps_of(run)), "looks only at step contacts that have messages", "an inner join with the messages"),
        "or-none": (lambda run, text: has_channel(run, text) or not any(_steps(run, "channel_id")), "returns runs without any channel as well", "`OR channel_id IS NULL` after a left join"),
        "or-any-none": (lambda run, text: has_channel(run, text) or None in _steps(run, "channel_id") or not steps_of(run), "returns runs with a step contact without a channel as well", "`OR channel_id IS NULL` after a left join"),
        "or-null": (lambda run, text: has_channel(run, text) or None in _steps(run, "channel_id"), "returns runs with a step contact without a channel as well", "`OR channel_id IS NULL`"),
        "or-own": (lambda run, text: has_channel(run, text) or _same(run.body.get("channel_id"), text), "looks at the run's own channel as well", "the columns in the condition"),
        "only-one": (lambda run, text: sum(_same(value, text) for value in _steps(run, "channel_id")) == 1, "leaves out runs with several step contacts on the channel", "`HAVING COUNT(*) = 1`, or a look-up that wants exactly one"),
        "inverted": (lambda run, text: not has_channel(run, text), "returns the runs that do not have the channel", "the condition, which is negated"),
        "any-other": (lambda run, text: any(value is not None and not _same(value, text) for value in _steps(run, "channel_id")), "returns the runs with a step contact on another channel", "the condition, which is negated"),
        "case-matters": (lambda run, text: run.channels is not None and text in run.channels, "compares `channel_id` with regard to letter case", "a comparison of text in the place of one of UUIDs"),
        "case-lowered": (lambda run, text: run.channels is not None and text.lower() in run.channels, "turns `channel_id` into small letters, and not the ids held", "a `lower()` on one side only"),
        "prefix": (lambda run, text: any(value.lower().startswith(text.lower()) for value in run.channels or ()), "finds channels that only begin with `channel_id`", "`LIKE '…%'` or `startswith`"),
        "substring": (lambda run, text: any(text.lower() in value.lower() for value in run.channels or ()), "finds channels that only contain `channel_id`", "`LIKE '%…%'`, or a search in a column of JSON"),
        "anywhere": (lambda run, text: text.lower() in run.content.lower(), "finds `channel_id` anywhere in a run", "a search in the whole document"),
    }  # fmt: skip
    for name, (holds, sentence, look) in plain.items():
        yield Explanation(
            id=f"channel.{name}", sentence=sentence, look=look, change=filtering("channel_id", holds), needs=CHANNEL
        )
    for field in sorted({name for run in history.world.runs[:40] for step in steps_of(run) for name in step}):
        if field != "channel_id":
            yield Explanation(
                id=f"channel.or-{field}",
                sentence=f"looks at the `{field}` of the step contacts as well",
                look=f"the columns in the condition: `{field}`",
                change=filtering(
                    "channel_id",
                    lambda run, text, f=field: (
                        has_channel(run, text)  # type: ignore[misc]
                        or any(_same(value, text) for value in _steps(run, f))
                    ),
                ),
                needs=CHANNEL,
                cost=2,
            )
    for status in sorted({str(value) for run in history.world.runs[:80] for value in _steps(run, "status")}):
        for is_only, words in ((True, "only at"), (False, "at all but")):
            yield Explanation(
                id="channel.of-steps-in-some-status",
                sentence=f"looks {words} step contacts in the status `{status}`",
                look="a condition on the status of the step contacts",
                change=filtering("channel_id", _of_steps_in(status, is_only=is_only)),
                needs=CHANNEL,
                cost=2,
            )
    yield Explanation(
        id="channel.unknown-means-all",
        sentence="returns all runs for a channel that there is not",
        look="the look-up of the channel: where it finds none, the filter is left out",
        change=_unknown_is_all,
        needs=CHANNEL,
    )
    yield from _joins()


def _unknown_is_all(pipeline: Any) -> Any:
    inner = pipeline.filters["channel_id"]
    return pipeline.with_filters(channel_id=lambda world, text: inner(world, text) or world.listed)


def _of_steps_in(status: str, *, is_only: bool) -> Callable[[Run, str], bool]:
    def holds(run: Run, text: str) -> bool:
        return any(
            _same(step.get("channel_id"), text) and (step.get("status") == status) is is_only for step in steps_of(run)
        )

    return holds


def _joins() -> Iterator[Explanation]:
    yield Explanation(
        id="channel.join-repeats-runs",
        sentence="lists and counts a run once for each of its step contacts on the channel",
        look="the join with the step contacts: `DISTINCT`, or `EXISTS` in its place, is missing",
        change=then("sort", _repeat),
        needs=CHANNEL,
    )
    yield Explanation(
        id="channel.join-repeats-runs-for-every-step",
        sentence="lists and counts a run once for each of its step contacts where `channel_id` is given",
        look="the join with the step contacts: `DISTINCT`, or `EXISTS` in its place, is missing",
        change=then("sort", _repeat_all),
        needs=CHANNEL,
    )
    yield Explanation(
        id="list.join-repeats-runs",
        sentence="lists and counts a run once for each of its step contacts, whatever is asked",
        look="the join with the step contacts: `DISTINCT`, or a query of its own for them, is missing",
        change=then("sort", _repeat_always),
    )
    yield Explanation(
        id="channel.join-repeats-runs-on-pages",
        sentence="lists a run once for each of its step contacts on the channel, and counts it once",
        look="`DISTINCT` in the list, which is only in the count",
        change=then("cut", _repeat_on_page),
        needs=CHANNEL,
    )
    yield Explanation(
        id="channel.join-shortens-pages",
        sentence="cuts a page out of the rows of a join with the step contacts, and makes the runs distinct afterwards: "
        "pages are short",
        look="`LIMIT` on a join: the runs should be distinct before the page is cut",
        change=then("cut", _shorten),
        needs=CHANNEL,
    )
    yield Explanation(
        id="channel.join-inflates-the-total",
        sentence="counts a run once for each of its step contacts on the channel, though it lists it once",
        look="`COUNT(DISTINCT …)` is missing in the count (in Sequelize `distinct: true`)",
        change=then("count", _inflate),
        needs=CHANNEL,
    )


def _on_channel(turn: Turn, row: int) -> int:
    text = turn.texts["channel_id"]
    return max(1, sum(_same(value, text) for value in _steps(turn.world.runs[row], "channel_id")))


def _repeat(turn: Turn) -> None:
    if "channel_id" in turn.texts:
        turn.rows = [row for row in turn.rows for _ in range(_on_channel(turn, row))]


def _repeat_always(turn: Turn) -> None:
    turn.rows = [row for row in turn.rows for _ in steps_of(turn.world.runs[row]) or (None,)]


def _repeat_all(turn: Turn) -> None:
    if "channel_id" in turn.texts:
        _repeat_always(turn)


def _repeat_on_page(turn: Turn) -> None:
    if "channel_id" in turn.texts:
        rows = [row for row in turn.rows for _ in range(_on_channel(turn, row))]
        turn.page = rows[turn.offset : turn.offset + turn.limit]


def _shorten(turn: Turn) -> None:
    if "channel_id" in turn.texts:
        rows = [row for row in turn.rows for _ in range(_on_channel(turn, row))]
        turn.page = list(dict.fromkeys(rows[turn.offset : turn.offset + turn.limit]))


def _inflate(turn: Turn) -> None:
    if "channel_id" in turn.texts:
        turn.total = sum(_on_channel(turn, row) for row in turn.rows)


def _steps(run: Run, field: str) -> list[Any]:
    return [step.get(field) for step in steps_of(run)]


def _step(run: Run, field: str, position: int) -> Any:
    steps = _steps(run, field)
    return steps[position] if steps else None


def _latest(run: Run, *, earliest: bool = False) -> Any:
    steps = [step for step in steps_of(run) if isinstance(step.get("scheduled_at"), str)]
    pick = min if earliest else max
    return (
        pick(steps, key=lambda step: step["scheduled_at"]).get("channel_id") if steps else _step(run, "channel_id", -1)
    )


def _same(value: Any, text: str) -> bool:
    return isinstance(value, str) and value.lower() == text.lower()


def _like(held: str, pattern: str) -> bool:
    from seqruns_contracts.diagnosis.explanations.phone import COMPARISONS  # noqa: PLC0415 - the same wildcards

    return bool(COMPARISONS["like"][0](held, pattern))


__all__ = ["channels", "has_status", "statuses"]
