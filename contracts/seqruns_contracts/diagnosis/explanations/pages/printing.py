"""What is printed otherwise than it is compared: a filter then does what the answer does not show."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from seqruns_contracts.diagnosis.explanations.kinds import BOUNDS, Explanation, others, then
from seqruns_contracts.diagnosis.matching import at_most, has_channel, start
from seqruns_contracts.model.instants import SECOND, read_instant
from seqruns_contracts.model.steps import steps_of

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from seqruns_contracts.diagnosis.history import History
    from seqruns_contracts.diagnosis.pipeline import Pipeline, Turn
    from seqruns_contracts.diagnosis.world import Mask, World
    from seqruns_contracts.model.run import Run


def printed(history: History) -> Iterator[Explanation]:
    """Yield start times that are shown with fewer digits than they are compared with."""
    starts = [run.start for run in history.world.runs if run.start is not None]
    for name, unit in (("second", SECOND), ("millisecond", SECOND // 1000), ("minute", 60 * SECOND)):
        if starts and not any(start % unit for start in starts):
            for way, early, late, words in (
                ("cut", 0, unit, f"shows start times only to the {name}"),
                ("rounded", unit // 2, unit // 2, f"shows start times rounded to the {name}"),
            ):
                yield Explanation(
                    id=f"start.{way}-to-the-{name}-when-shown",
                    sentence=f"{words}, and compares them with more digits: a time that is sent back as it was shown "
                    "does not select its own run",
                    look="the format of the times in the answer: it has fewer digits than the column",
                    change=_leaving_open(early, late),
                    needs=frozenset(BOUNDS),
                    cost=2,
                )


def shown(history: History) -> Iterator[Explanation]:
    """Yield fields that are shown otherwise than they are held: what a filter does with them is left open."""
    world = history.world
    times = [name for name in ("updated_at", "finished_at", "added_at") if _always(world, partial(_starts_at, name))]
    for name in times[:1]:
        yield Explanation(
            id="start.is-another-time-when-shown",
            sentence=f"shows `{name}` as the start time, and compares `before` and `after` with another one",
            look="the serializer: the field of the start time",
            change=then("select", _leaving_later_open),
            needs=frozenset(BOUNDS),
            cost=3,
        )
    unnumbered = world.those(lambda run: not run.phone)
    if unnumbered:
        yield Explanation(
            id="phone.hidden-of-some",
            sentence="shows no number of some contacts, and finds their runs by it",
            look="the serializer, which leaves the number out for some contacts",
            change=then("select", partial(_leaving_phones_open, unnumbered)),
            needs=frozenset({"phone"}),
            cost=3,
        )
    yield from _one_status(history)
    yield from _no_plus(history)
    yield from _steps_cut_off(world)
    yield from _one_channel(world)


def _steps_cut_off(world: World) -> Iterator[Explanation]:
    """Yield that only so many step contacts of a run are shown, where many runs show as many and none shows more."""
    most = max((len(steps_of(run)) for run in world.runs), default=0)
    full = world.those(lambda run: len(steps_of(run)) == most)
    # One run with the most steps of all is chance; a tenth of them with as many, and none with more, is a limit.
    if most and full.bit_count() > len(world.runs) // 10:
        lacks_own = world.those(lambda run: run.own_channel is not None and not has_channel(run, run.own_channel))
        yield Explanation(
            id="channel.steps-cut-off-when-shown",
            sentence=f"shows only {'one' if most == 1 else most} step contact{'s' * (most > 1)} of a run, "
            "and looks for `channel_id` among all of them",
            look="the limit of the step contacts that are loaded with a run",
            change=then("select", partial(_leaving_channels_open, full)),
            needs=frozenset({"channel_id"}),
            # A run whose latest step contact is cut off shows a channel of its own that is none of theirs.
            cost=1 if lacks_own & full else 3,
        )


def _one_channel(world: World) -> Iterator[Explanation]:
    """Yield that every step contact is shown with its run's channel, where none shows another."""
    several = world.those(lambda run: len(steps_of(run)) > 1)
    if several.bit_count() > 1 and _always(world, _has_one_channel):
        yield Explanation(
            id="channel.of-the-run-when-shown",
            sentence="shows the run's channel at each of its step contacts, and looks for `channel_id` among their own",
            look="the serializer of a step contact: its `channel_id`",
            change=then("select", partial(_leaving_channels_open, several)),
            needs=frozenset({"channel_id"}),
            cost=3,
        )


def _one_status(history: History) -> Iterator[Explanation]:
    """Yield that all runs are shown in one status, of which a filter for it may leave out any."""
    everyone = (1 << len(history.world.runs)) - 1
    shown = {run.status for run in history.world.runs if run.status}
    if len(shown) == 1:
        yield Explanation(
            id="status.always-the-same-when-shown",
            sentence=f"shows every run as {next(iter(shown))}, and compares `status` with another one",
            look="the serializer: `status`",
            change=then("select", partial(_leaving_all_open, "status", everyone), given=["status"]),
            needs=frozenset({"status"}),
            cost=3,
        )


def _no_plus(history: History) -> Iterator[Explanation]:
    """Yield that numbers are shown without their plus: 1360… stands for +1360…, and for one that is held so."""
    phones = [run.phone for run in history.world.runs if run.phone]
    if phones and not any(phone.startswith("+") for phone in phones):
        yield Explanation(
            id="phone.without-plus-when-shown",
            sentence="shows numbers without their plus, and compares `phone` with it: one that is sent back as it was "
            "shown does not select its own runs",
            look="the serializer of the contact: its `phone`",
            change=then("select", _leaving_plus_open, given=["phone"]),
            needs=frozenset({"phone"}),
            cost=3,
        )


def _leaving_plus_open(turn: Turn) -> None:
    text = "".join(turn.texts["phone"].split()).lstrip("+")
    same = turn.world.those(lambda run: run.phone == text, (_leaving_plus_open, text))
    _leaving_all_open("phone", same, turn)


def _leaving_all_open(name: str, those: Mask, turn: Turn) -> None:
    turn.mask = others(turn, name) & those
    turn.open |= turn.mask


def _always(world: World, holds: Callable[[Run], bool]) -> bool:
    return len(world.runs) > 1 and all(map(holds, world.runs))


def _starts_at(name: str, run: Run) -> bool:
    return run.start is not None and read_instant(str(run.body.get(name))) == run.start


def _has_one_channel(run: Run) -> bool:
    return {step.get("channel_id") for step in steps_of(run)} <= {run.body.get("channel_id")}


def _leaving_later_open(turn: Turn) -> None:
    # The time shown is the later one: a run that is shown at t started at t or before.
    for name in BOUNDS:
        if name in turn.masks:
            turn.open |= others(turn, name) & (~turn.masks[name] if name == "before" else turn.masks[name])


def _leaving_phones_open(those: Mask, turn: Turn) -> None:
    if "phone" in turn.masks:
        turn.open |= others(turn, "phone") & those & ~turn.masks["phone"]


def _leaving_channels_open(those: Mask, turn: Turn) -> None:
    if "channel_id" in turn.masks:
        turn.open |= others(turn, "channel_id") & those & ~turn.masks["channel_id"]


def _leaving_open(early: int, late: int) -> Callable[[Pipeline], Pipeline]:
    """Return the change that leaves open whether a run matches that may start on either side of a bound."""

    def open_(turn: Turn) -> None:
        for name in BOUNDS:
            bound = read_instant(turn.texts[name]) if name in turn.texts else None
            # Cut to the second, a run that is shown at 10:00:00 started up to a second later: `before=10:00:00.5` may
            # select it or not, as it may each that is shown in the second up to the bound.
            if bound is not None:
                from_then, until = (turn.world.timed(start, at_most, bound + more) for more in (early, -late))
                turn.open |= from_then & ~until & others(turn, name)

    return then("select", open_)
