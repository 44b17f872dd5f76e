"""Forms of values that are asked for together: each in the place of a parameter, several in one request."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, TypeAlias

from seqruns_contracts.dialect.readers.spellings import ANY_TIME, FORMS
from seqruns_contracts.model.census import channels_of
from seqruns_contracts.model.instants import write_instant
from seqruns_contracts.model.query import Query

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from seqruns_contracts.dialect.looking import Look
    from seqruns_contracts.model.run import Run


@dataclass(frozen=True, slots=True, kw_only=True)
class Form:
    """A value in a form of its own."""

    parameter: str
    text: str
    means: Mapping[str, str | None]
    """By word, the value that it comes to; None where it counts as absent. That it selects no run goes without one."""


Group: TypeAlias = "Mapping[str, str]"
"""Dimensions that are asked for together, each with the parameter that has its form."""
BLANK: Group = {
    "parameters.blank_limit": "limit",
    "parameters.blank_offset": "offset",
    "parameters.blank_status": "status",
    "parameters.blank_channel_id": "channel_id",
    "parameters.blank_time": "before",
}
GROUPS: Sequence[Group] = (
    {"numbers.leading_zero": "limit", "time.no_seconds": "after", "time.space": "before"},
    {"numbers.plus": "limit", "time.short_offset": "after", "time.comma": "before"},
    BLANK,
    {"numbers.exponent": "limit", "time.hour_24": "after", "time.spaces": "before"},
    {"numbers.text_after": "limit", "time.basic": "after", "time.epoch": "before"},
    {"channel.urn": "channel_id", "time.no_such_day": "after", "time.leap_second": "before"},
    {"channel.braces": "channel_id", "time.slashes": "after", "time.hour_offset": "before"},
    {"time.month": "after", "time.year": "before"},
    {"time.text_after": "after", "time.single_digits": "before"},
    {"channel.spaces": "channel_id", "time.week": "after", "time.english": "before"},
    {"time.hour": "after"},
)
"""Those first of which least is known by others: learning sends no more than so many requests."""
# `010` is 8 to a parser that takes a leading zero for octal.
LIMITS = {
    "numbers.leading_zero": ("010", {"read": "10", "octal": "8", "default": None}),
    "numbers.plus": ("+5", {"read": "5", "default": None}),
    "numbers.text_after": ("5x", {"read": "5", "default": None}),
    # Not `5e1`: that is 50, as many as come without a limit.
    "numbers.exponent": ("2e1", {"read": "20", "cut": "2", "default": None}),
}
CHANNELS = {
    "channel.braces": "{{{}}}".format,
    "channel.urn": "urn:uuid:{}".format,
    "channel.spaces": " {}".format,
}
ASKED_ANYWAY = {
    "time.epoch": ("before", "1700000000", "2023-11-14T22:13:20Z"),
    "time.basic": ("before", "20240301T000000Z", "2024-03-01T00:00:00Z"),
    "time.hour_24": ("after", "2024-03-01T24:00:00Z", "2024-03-02T00:00:00Z"),
    "time.leap_second": ("after", "2016-12-31T23:59:60Z", "2017-01-01T00:00:00Z"),
    "time.no_such_day": ("after", "2100-02-29T00:00:00Z", "2100-03-01T00:00:00Z"),
    "time.text_after": ("after", "2024-03-01T00:00:00Zulu", "2024-03-01T00:00:00Z"),
}
"""What checks ask of a form: the bound, its text, and what that means. Where it is refused, or the runs are such that
they show what it comes to, nothing more has to be asked."""
LONG_AGO = "1970-01-01T00:00:00Z"


def forms_of(look: Look, group: Group) -> dict[str, Form]:
    """Return the forms of a group, by dimension; a channel only where a run shows one."""
    runs = _runs(look, group)
    starts = sorted(run.start for run in runs if run.start is not None) or [ANY_TIME]
    spelled = {
        name: _spell(look, name, parameter, starts)
        for name, parameter in group.items()
        if parameter != "channel_id" or _channel(look) or group is BLANK
    }
    return {name: Form(parameter=group[name], text=text, means=means) for name, (text, means) in spelled.items()}


def _spell(look: Look, name: str, parameter: str, starts: Sequence[int]) -> tuple[str, Mapping[str, str | None]]:
    """Return the text of a form, and by word the value that it comes to."""
    if name in BLANK:
        return " ", {{"limit": "default", "offset": "zero"}.get(parameter, "ignored"): None}
    if parameter == "limit":
        return LIMITS[name]
    if parameter == "channel_id":
        channel = _channel(look)
        return CHANNELS[name](channel), {"same": channel, "ignored": None}
    # Some runs start before the one bound, some after the other one, and most in between.
    place = len(starts) // 4 if parameter == "after" else -1 - len(starts) // 4
    text, instant = FORMS[name.partition(".")[2]](starts[place])
    return text, {"read": write_instant(instant), "ignored": None}


def _channel(look: Look) -> str:
    """Return the channel that most runs have; empty where none shows one."""
    return next((channel for channel, _ in look.census.channels.most_common(1)), "")


def _runs(look: Look, group: Group) -> Sequence[Run]:
    """Return the runs that a group selects but for its bounds."""
    runs = look.census.universe
    if group is BLANK:
        return runs
    if "channel_id" in group.values():
        return [run for run in runs if _channel(look) in channels_of(run)]
    return runs


def base_of(look: Look, group: Group) -> Query:
    """Return the query that the forms of a group are added to, with a parameter that is right."""
    size = None if "limit" in group.values() else look.census.largest
    return Query.of({"limit": size, **({"after": LONG_AGO} if group is BLANK else {"offset": 0})})
