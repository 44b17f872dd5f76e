"""What `channel_id` looks at, and what a join with the step contacts does to pages and totals."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Any

from seqruns_contracts.diagnosis.explanations.filters.steps import PICKS, in_picked, in_step, in_steps, same
from seqruns_contracts.diagnosis.explanations.kinds import Explanation, by_value, filtering, then
from seqruns_contracts.diagnosis.matching import has_channel
from seqruns_contracts.model.steps import steps_of

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from seqruns_contracts.diagnosis.history import History
    from seqruns_contracts.diagnosis.pipeline import Pipeline, Turn
    from seqruns_contracts.diagnosis.world import Mask, World
    from seqruns_contracts.model.run import Run

CHANNEL = frozenset({"channel_id"})


def channels(history: History) -> Iterator[Explanation]:
    """Yield what else the filter `channel_id` may do."""
    plain: dict[str, tuple[Callable[[Run, str], object], str, str]] = {
        "of-the-run": (lambda run, text: same(run.body.get("channel_id"), text), "looks at the run's own channel, not at those of its step contacts", "the column: `channel_id` of the step contacts, not of the run"),
        "of-the-first-step": (lambda run, text: same(in_step(run, "channel_id", 0), text), "looks at the first step contact only", "an index 0, or a `LIMIT 1`, in the place of any step contact"),
        "of-the-last-step": (lambda run, text: same(in_step(run, "channel_id", -1), text), "looks at the last step contact only", "the latest step contact in the place of any"),
        "of-every-step": (lambda run, text: bool(in_steps(run, "channel_id")) and all(same(value, text) for value in in_steps(run, "channel_id")), "wants the channel of every step contact, not of any", "`all` in the place of `any`"),
        "of-every-step-or-none": (lambda run, text: all(same(value, text) for value in in_steps(run, "channel_id")), "wants the channel of every step contact, not of any, and takes runs without one", "`all` in the place of `any`"),
        "of-steps-with-messages": (lambda run, text: any(same(step.get("channel_id"), text) and step.get("contact_messages") for step in steps_of(run)), "looks only at step contacts that have messages", "an inner join with the messages"),
        "or-none": (lambda run, text: has_channel(run, text) or not any(in_steps(run, "channel_id")), "returns runs without any channel as well", "`OR channel_id IS NULL` after a left join"),
        "or-any-none": (lambda run, text: has_channel(run, text) or None in in_steps(run, "channel_id") or not steps_of(run), "returns runs with a step contact without a channel as well", "`OR channel_id IS NULL` after a left join"),
        "or-null": (lambda run, text: has_channel(run, text) or None in in_steps(run, "channel_id"), "returns runs with a step contact without a channel as well", "`OR channel_id IS NULL`"),
        "or-own": (lambda run, text: has_channel(run, text) or same(run.body.get("channel_id"), text), "looks at the run's own channel as well", "the columns in the condition"),
        "only-one": (lambda run, text: sum(same(value, text) for value in in_steps(run, "channel_id")) == 1, "leaves out runs with several step contacts on the channel", "`HAVING COUNT(*) = 1`, or a look-up that wants exactly one"),
        "inverted": (lambda run, text: not has_channel(run, text), "returns the runs that do not have the channel", "the condition, which is negated"),
        "any-other": (lambda run, text: any(value is not None and not same(value, text) for value in in_steps(run, "channel_id")), "returns the runs with a step contact on another channel", "the condition, which is negated"),
        "case-matters": (lambda run, text: run.channels is not None and text in run.channels, "compares `channel_id` with regard to letter case", "a comparison of text in the place of one of UUIDs"),
        "case-lowered": (lambda run, text: run.channels is not None and text.lower() in run.channels, "turns `channel_id` into small letters, and not the ids held", "a `lower()` on one side only"),
        "list": (lambda run, text: any(has_channel(run, each) for each in text.split(",")), "takes `channel_id` for a list of channels", "a split at commas"),
        "cut": (lambda run, text: has_channel(run, text[:36]), "cuts `channel_id` to the length of a UUID, so that anything may stand behind it", "the width of the column or the parameter, or a pattern that does not look at the end of the text"),
        "prefix": (lambda run, text: any(value.lower().startswith(text.lower()) for value in run.channels or ()), "finds channels that only begin with `channel_id`", "`LIKE '…%'` or `startswith`"),
        "substring": (lambda run, text: any(text.lower() in value.lower() for value in run.channels or ()), "finds channels that only contain `channel_id`", "`LIKE '%…%'`, or a search in a column of JSON"),
        "anywhere": (lambda run, text: text.lower() in run.content.lower(), "finds `channel_id` anywhere in a run", "a search in the whole document"),
    }  # fmt: skip
    for name, (holds, sentence, look) in plain.items():
        yield Explanation(
            id=f"channel.{name}",
            sentence=sentence,
            look=look,
            change=filtering("channel_id", holds),
            needs=CHANNEL,
            cost=1 + (name == "or-own"),
        )
    yield from _of_one_step()
    yield from _or_another_field(history)
    yield from _of_some_steps(history)
    yield Explanation(
        id="channel.of-any-run-of-the-contact",
        sentence="returns all runs of a contact of whom any run has the channel",
        look="the join, which is by the contact and not by the run",
        change=lambda pipeline: pipeline.with_filters(channel_id=_of_contacts),
        needs=CHANNEL,
    )
    yield from _of_steps_in_a_status(history)
    yield Explanation(
        id="channel.finds-nothing",
        sentence="finds nothing, whatever `channel_id` says",
        look="the type of the comparison, or a join that excludes every run",
        change=filtering("channel_id", lambda _run, _text: False),
        needs=CHANNEL,
    )
    yield Explanation(
        id="channel.unknown-means-all",
        sentence="returns all runs for an unknown channel",
        look="the look-up of the channel: where it finds none, the filter is left out",
        change=_unknown_is_all,
        needs=CHANNEL,
    )
    yield from _joins()


def _of_one_step() -> Iterator[Explanation]:
    """Yield that only the latest or the earliest step contact is looked at."""
    for pick in PICKS:
        which = "latest" if pick.is_latest else "earliest"
        yield Explanation(
            id=f"channel.of-the-{which}-step",
            sentence=f"looks at the {which} step contact only",
            look=f"the {which} step contact in the place of any",
            change=by_value("channel_id", partial(in_picked, pick, "channel_id"), same),
            needs=CHANNEL,
        )


def _or_another_field(history: History) -> Iterator[Explanation]:
    """Yield that another field of the step contacts is looked at as well."""
    for field in sorted({name for run in history.world.runs[:40] for step in steps_of(run) for name in step}):
        if field != "channel_id":
            yield Explanation(
                id=f"channel.or-{field}",
                sentence=f"looks at the `{field}` of the step contacts as well",
                look=f"the columns in the condition: `{field}`",
                change=filtering(
                    "channel_id",
                    partial(
                        lambda f, run, text: (
                            has_channel(run, text) or any(same(value, text) for value in in_steps(run, f))
                        ),
                        field,
                    ),
                ),
                needs=CHANNEL,
                cost=2,
            )


def _of_some_steps(history: History) -> Iterator[Explanation]:
    """Yield that only some of the step contacts are looked at."""
    for words, among in _some_steps(history):
        yield Explanation(
            id="channel.of-some-steps",
            sentence=f"looks only at {words}",
            look=f"which step contacts are looked at: {words}, where any counts",
            change=filtering("channel_id", partial(_is_on_some, among)),
            needs=CHANNEL,
            cost=2,
        )


def _of_steps_in_a_status(history: History) -> Iterator[Explanation]:
    """Yield that only step contacts in one status are looked at, or all but those."""
    for status in sorted({str(value) for run in history.world.runs[:80] for value in in_steps(run, "status")}):
        for is_only, words in ((True, "only at"), (False, "at all but")):
            yield Explanation(
                id="channel.of-steps-in-some-status",
                sentence=f"looks {words} step contacts in the status `{status}`",
                look="a condition on the status of the step contacts",
                change=filtering("channel_id", _of_steps_in(status, is_only=is_only)),
                needs=CHANNEL,
                cost=2,
            )


def _some_steps(history: History) -> Iterator[tuple[str, Callable[[Run], list[dict[str, Any]]]]]:
    """Yield some of the step contacts of a run, in words: the first or last few, or those whose field is set or not."""
    most = max((len(steps_of(run)) for run in history.world.runs), default=0)
    for count in range(2, min(most, 6)):
        yield f"the first {count} step contacts", partial(lambda n, run: steps_of(run)[:n], count)
        yield f"the last {count} step contacts", partial(lambda n, run: steps_of(run)[-n:], count)
    steps = [step for run in history.world.runs[:80] for step in steps_of(run)]
    for field in sorted({name for step in steps for name in step} - {"channel_id", "status", "contact_messages"}):
        if len({bool(step.get(field)) for step in steps}) > 1:
            for is_set, words in ((True, "with"), (False, "without")):
                yield f"step contacts {words} `{field}`", partial(_with_field, field, is_set)


def _with_field(field: str, is_set: bool, run: Run) -> list[dict[str, Any]]:  # noqa: FBT001 - bound by partial
    return [step for step in steps_of(run) if bool(step.get(field)) is is_set]


def _is_on_some(among: Callable[[Run], list[dict[str, Any]]], run: Run, text: str) -> bool:
    return any(same(step.get("channel_id"), text) for step in among(run))


def _of_contacts(world: World, text: str) -> Mask:
    phones = {run.phone for run in world.runs if has_channel(run, text)}
    return world.those(lambda run: run.phone in phones, (_of_contacts, text))


def _unknown_is_all(pipeline: Pipeline) -> Pipeline:
    inner = pipeline.filters["channel_id"]
    return pipeline.with_filters(channel_id=lambda world, text: inner(world, text) or world.listed)


def _of_steps_in(status: str, *, is_only: bool) -> Callable[[Run, str], bool]:
    def holds(run: Run, text: str) -> bool:
        return any(
            same(step.get("channel_id"), text) and (step.get("status") == status) is is_only for step in steps_of(run)
        )

    return holds


def _joins() -> Iterator[Explanation]:
    always: frozenset[str] = frozenset()
    for id_, sentence, look, given, step, more in (
        ("channel.join-repeats-runs", "lists and counts a run once for each of its step contacts on the channel", "the join with the step contacts: `DISTINCT`, or `EXISTS` in its place, is missing", CHANNEL, "sort", _repeat),
        ("channel.join-repeats-runs-for-every-step", "lists and counts a run once for each of its step contacts where `channel_id` is given", "the join with the step contacts: `DISTINCT`, or `EXISTS` in its place, is missing", CHANNEL, "sort", _repeat_for_every_step),
        ("list.join-repeats-runs", "lists and counts a run once for each of its step contacts, whatever is asked", "the join with the step contacts: `DISTINCT`, or a query of its own for them, is missing", always, "sort", _repeat_for_every_step),
        ("channel.join-repeats-runs-on-pages", "lists a run once for each of its step contacts on the channel, and counts it once", "`DISTINCT` in the list, which is only in the count", CHANNEL, "cut", _repeat_on_page),
        ("channel.join-shortens-pages", "cuts a page out of the rows of a join with the step contacts, and makes the runs distinct afterwards: pages are short", "`LIMIT` on a join: the runs should be distinct before the page is cut", CHANNEL, "cut", _shorten),
        ("list.join-shortens-pages", "cuts every page out of the rows of a join with the step contacts, and makes the runs distinct afterwards: pages are short", "`LIMIT` on a join: the step contacts need a query of their own, or the runs a subquery", always, "cut", _shorten_for_every_step),
        ("channel.join-inflates-the-total", "counts a run once for each of its step contacts on the channel, though it lists it once", "`COUNT(DISTINCT …)` is missing in the count (in Sequelize `distinct: true`)", CHANNEL, "count", _inflate),
    ):  # fmt: skip
        yield Explanation(id=id_, sentence=sentence, look=look, change=then(step, more, given=given), needs=given)


def _joined(turn: Turn) -> list[int]:
    """Return the rows of a join with the step contacts on the channel that is asked for."""
    text, runs = turn.texts["channel_id"], turn.world.runs
    # A run without such a step came for another mistake, and stands there once, as after a left join.
    return [
        row
        for row in turn.rows
        for _ in range(max(1, sum(same(value, text) for value in in_steps(runs[row], "channel_id"))))
    ]


def _joined_with_every_step(turn: Turn) -> list[int]:
    return [row for row in turn.rows for _ in steps_of(turn.world.runs[row]) or (None,)]


def _repeat(turn: Turn) -> None:
    turn.rows = _joined(turn)


def _repeat_for_every_step(turn: Turn) -> None:
    turn.rows = _joined_with_every_step(turn)


def _repeat_on_page(turn: Turn) -> None:
    turn.page = turn.page_of(_joined(turn))


def _shorten(turn: Turn) -> None:
    turn.page = list(dict.fromkeys(turn.page_of(_joined(turn))))


def _shorten_for_every_step(turn: Turn) -> None:
    turn.page = list(dict.fromkeys(turn.page_of(_joined_with_every_step(turn))))


def _inflate(turn: Turn) -> None:
    turn.total = len(_joined(turn))
