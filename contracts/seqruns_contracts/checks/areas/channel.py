"""The filter `channel_id`: the channel of any step contact of a run."""

from __future__ import annotations

import uuid
from functools import partial
from typing import TYPE_CHECKING

from seqruns_contracts.checks.expectations import (
    ask_for,
    is_empty,
    is_refused,
    is_refused_or_selects_nothing_else,
    page_is_right_or_refused,
)
from seqruns_contracts.checks.kinds import Grade, Probe, View, check
from seqruns_contracts.model.query import Query
from seqruns_contracts.model.run import follow

if TYPE_CHECKING:
    from collections.abc import Iterator

    from seqruns_contracts.model.census import Census
    from seqruns_contracts.model.run import Run

NEEDS = "runs that show the channels of their step contacts"

channel_check = partial(check, filters=("channel_id",))


def query_for(census: Census, channel: str) -> Query:
    """Return the query for one channel, inside of the known part of a large sequence."""
    return Query.of(channel_id=channel, **census.base.meaning, limit=census.largest)


def chosen_channels(census: Census) -> list[str]:
    """Return up to six channels: those that show the most different places in their runs first."""
    places: dict[str, set[object]] = {channel: set() for channel in sorted(census.channels)}
    for run in census.universe:
        for channel in run.channels or ():
            places[channel].add(_place(run, channel))
    return sorted(places, key=lambda channel: (-len(places[channel]), -census.channels[channel], channel))[:6]


def _place(run: Run, channel: str) -> tuple[bool, ...]:
    """Return how a run has a channel: first, last, several times, as its own."""
    steps = [step for step in follow(run.body, "/step_contacts/*/channel_id") if isinstance(step, str)]
    own = run.body.get("channel_id")
    return (steps[:1] == [channel], steps[-1:] == [channel], steps.count(channel) > 1, own == channel)


@channel_check(
    "channel.is-that-of-any-step-contact",
    "`channel_id` selects the runs with at least one step contact on that channel.",
    clauses=["channel.any", "channel.once"],
    needs=NEEDS,
)
def any_step_contact(view: View) -> Iterator[Probe]:
    """Ask for channels that stand first, last and in the middle, once and several times."""
    for channel in chosen_channels(view.census):
        yield ask_for(query_for(view.census, channel))
    for channel in chosen_channels(view.census)[:1]:
        # Once without a limit: of the default page, too, the channel's runs must be counted over all pages.
        yield ask_for(Query.of(channel_id=channel))


@channel_check(
    "channel.counts-a-run-once",
    "A run with several step contacts on the channel is listed once and counted once.",
    clauses=["channel.once"],
    needs="a run with two step contacts on one channel",
    claims=["twice", "total"],
)
def counts_once(view: View) -> Iterator[Probe]:
    """Ask for channels that stand several times in one run."""
    repeated = [channel for channel in chosen_channels(view.census) if _is_repeated(view.census, channel)]
    for channel in repeated[:2]:
        yield ask_for(query_for(view.census, channel))


def _is_repeated(census: Census, channel: str) -> bool:
    return any(_place(run, channel)[2] for run in census.universe)


@channel_check(
    "channel.without-runs-is-empty",
    "A channel that no step contact has gives an empty page, not an error.",
    clauses=["channel.unknown"],
    needs="any run",
)
def without_runs(view: View) -> Iterator[Probe]:
    """Ask for a UUID that nothing has."""
    if view.census.total:
        # Drawn from the seed, so that a run can be repeated; version 4, as a strict parser refuses other UUIDs.
        unknown = uuid.UUID(int=view.random("channel").getrandbits(128), version=4)
        yield ask_for(query_for(view.census, str(unknown)), is_empty)
        # The zero value of a UUID, which Go and .NET take for one that was not given.
        yield ask_for(query_for(view.census, str(uuid.UUID(int=0))), page_is_right_or_refused)


@channel_check(
    "channel.is-no-other-id",
    "The id of a run, a contact or a step is not a channel.",
    clauses=["channel.any"],
    needs=NEEDS,
)
def no_other_id(view: View) -> Iterator[Probe]:
    """Ask with the other ids of a run that has step contacts."""
    run = next((run for run in view.census.universe if run.channels), None)
    if run is not None:
        # A join over the wrong column finds runs by one of these.
        pointers = ("/id", "/contact/id", "/step_contacts/0/step_id")
        found = [value for pointer in pointers for value in follow(run.body, pointer)]
        for value in dict.fromkeys(value for value in found if isinstance(value, str)):
            yield ask_for(query_for(view.census, value))


@channel_check(
    "channel.ignores-letter-case",
    "A channel is the same in capitals and in small letters.",
    clauses=["channel.case"],
    needs=NEEDS,
    grade=Grade.ASSUMED,
)
def ignores_case(view: View) -> Iterator[Probe]:
    """Ask in the letters that the target does not print."""
    for channel in chosen_channels(view.census)[:1]:
        yield ask_for(query_for(view.census, channel.swapcase()), plain=query_for(view.census, channel))


@channel_check(
    "channel.unreadable-selects-nothing",
    "Text that is no channel never selects runs.",
    clauses=["channel.any", "errors.invalid"],
    needs=NEEDS,
    grade=Grade.ASSUMED,
)
def unreadable_selects_nothing(view: View) -> Iterator[Probe]:
    """Ask with what may count as no channel: whether it is refused is looked at elsewhere."""
    # "0" is false in PHP and Perl, where `if (channel)` then leaves the filter out and lists every run.
    for text in ("undefined", "0") if view.census.channels else ():
        yield ask_for(Query.of(channel_id=text), is_refused_or_selects_nothing_else)


@channel_check(
    "channel.must-be-a-uuid",
    "A channel that is no UUID is refused.",
    clauses=["errors.invalid"],
    grade=Grade.ASSUMED,
)
def must_be_a_uuid(view: View) -> Iterator[Probe]:
    """Ask with what may count as no channel, and with a channel without its dashes and in a list."""
    # Of a list the first 36 characters are a channel, as is its first part.
    channel = next(iter(chosen_channels(view.census)), "0b8f7f4e-3d63-4c44-8a68-6d0c1d5b2a10")
    for text in ("undefined", "0", channel.replace("-", ""), f"{channel},{channel}"):
        yield ask_for(Query.of(channel_id=text), is_refused)


CHECKS = (
    any_step_contact,
    counts_once,
    without_runs,
    no_other_id,
    ignores_case,
    unreadable_selects_nothing,
    must_be_a_uuid,
)
