"""Forms of values that the contract does not know, several asked for at once: a request has a place for each parameter.

A page shows what all of them mean, where only one reading of each makes it; a refusal shows those that it names. What
neither shows is asked for alone.
"""

from __future__ import annotations

from contextlib import suppress
from dataclasses import dataclass
from functools import partial
from itertools import product
from typing import TYPE_CHECKING, Any, TypeAlias

from seqruns.dialect import STATUSES
from seqruns.document import facts
from seqruns.target import BudgetSpentError
from seqruns_contracts.dialect.looking import NOTHING, WRONG, Sight, names
from seqruns_contracts.dialect.times import ANY_TIME, FORMS
from seqruns_contracts.model.census import channels_of
from seqruns_contracts.model.instants import write_instant
from seqruns_contracts.model.query import FILTERS, Query

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from seqruns_contracts.dialect.looking import Look, Reader
    from seqruns_contracts.model.exchange import Exchange
    from seqruns_contracts.model.reply import Reply
    from seqruns_contracts.model.run import Run

SELECTS_NOTHING = "nothing"
"""The word for a value that is read and that no run has."""


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
    {"numbers.text_after": "limit", "status.spaces": "status", "time.basic": "after", "time.spaces": "before"},
    {"channel.without_dashes": "channel_id", "time.hour_24": "after", "time.epoch": "before"},
    {"numbers.exponent": "limit", "time.text_after": "after", "time.slashes": "before"},
    {"channel.urn": "channel_id", "time.month": "after", "time.leap_second": "before"},
    {"channel.braces": "channel_id", "time.no_such_day": "after", "time.hour_offset": "before"},
    {"time.single_digits": "after", "time.year": "before"},
    {"channel.spaces": "channel_id", "time.week": "after", "time.english": "before"},
    {"time.hour": "after"},
)
"""Those first of which least is known by others: learning sends no more than so many requests."""
NO_TIME = Query.of(before="yesterday")
LONG_AGO = "1970-01-01T00:00:00Z"
USUAL = {
    "limit": Query.of(limit="null"),
    "offset": Query.of(offset="null"),
    "status": Query.of(status="paused"),
    "channel_id": Query.of(channel_id="sms"),
    "after": NO_TIME,
    "before": NO_TIME,
}
"""What is no value of a parameter, so that it has the status of any other; checks ask for it anyway."""
# `010` is 8 to a parser that takes a leading zero for octal; U+0665 is the Arabic-Indic 5.
LIMITS = {
    "numbers.leading_zero": ("010", {"read": "10", "octal": "8", "default": None}),
    "numbers.plus": ("+5", {"read": "5", "default": None}),
    "numbers.text_after": ("5x", {"read": "5", "default": None}),
    "numbers.exponent": ("5e1", {"read": "50", "cut": "5", "default": None}),
}
REFUSED_ANYWAY = {
    "time.epoch": Query.of(before="1700000000"),
    "time.leap_second": Query.of(after="2016-12-31T23:59:60Z"),
    "time.no_such_day": Query.of(after="2100-02-29T00:00:00Z"),
    "time.text_after": Query.of(after="2024-03-01T00:00:00Zulu"),
}
"""What checks ask of a form: where that is refused, nothing more has to be asked."""
CHANNELS = {
    "channel.without_dashes": lambda channel: channel.replace("-", ""),
    "channel.braces": "{{{}}}".format,
    "channel.urn": "urn:uuid:{}".format,
    "channel.spaces": " {}".format,
}


def in_group(name: str, look: Look) -> Sight | None:
    """Look at a form together with the others of its group, and alone where that does not show it."""
    group = next(group for group in GROUPS if name in group)
    sights = _refused_anyway(look, group)
    waiting = {each: form for each, form in _forms(look, group).items() if each not in sights}
    if name not in waiting:
        return sights.get(name)
    base = _base(look, group)
    # A target that names nothing in its refusals has to be asked for one form after the other, but for likely ones.
    is_worth_it = not look.alone and look.census.whole and (group in GROUPS[:3] or _names_some(look))
    with suppress(BudgetSpentError):
        while is_worth_it and len(waiting) > 1:
            found = _read_together(look, base, waiting)
            if not found:
                break
            sights |= found
            waiting = {each: form for each, form in waiting.items() if each not in found}
    if name in sights:
        return sights[name]
    # Spaces are dropped from all parameters or from none, mostly: where no page shows it, each is worth no request.
    is_left = group is BLANK and len(waiting) > 1 and not look.alone
    return None if is_left else _read_alone(look, waiting[name])


def _refused_anyway(look: Look, group: Group) -> dict[str, Sight]:
    exchanges = {name: look.query(REFUSED_ANYWAY[name]) for name in group if name in REFUSED_ANYWAY}
    return {
        name: Sight(values=(exchange.reply.status,), exchange=exchange)
        for name, exchange in exchanges.items()
        if exchange.reply.status in STATUSES
    }


def _forms(look: Look, group: Group) -> dict[str, Form]:
    """Return the forms of a group, by dimension; a channel only where a run shows one."""
    runs, forms = _runs(look, group), {}
    starts = sorted(run.start for run in runs if run.start is not None) or [ANY_TIME]
    for name, parameter in group.items():
        if group is BLANK:
            means: dict[str, str | None] = {{"limit": "default", "offset": "zero"}.get(parameter, "ignored"): None}
            forms[name] = Form(parameter=parameter, text=" ", means=means)
        elif parameter == "limit":
            text, means = LIMITS[name]
            forms[name] = Form(parameter=parameter, text=text, means=means)
        elif parameter == "status":
            status = _status(look)
            forms[name] = Form(parameter=parameter, text=f" {status}", means={"same": status, "ignored": None})
        elif parameter == "channel_id":
            channel = _channel(look)
            text = CHANNELS[name](channel) if channel else ""
            if text != channel:
                forms[name] = Form(parameter=parameter, text=text, means={"same": channel, "ignored": None})
        else:
            # Some runs start before the one bound, some after the other one, and most in between.
            place = len(starts) // 4 if parameter == "after" else -1 - len(starts) // 4
            text, instant = FORMS[name.partition(".")[2]](starts[place])
            forms[name] = Form(parameter=parameter, text=text, means={"read": write_instant(instant), "ignored": None})
    return forms


def _status(look: Look) -> str:
    """Return the status that most runs have."""
    return next((status for status, _ in look.census.statuses.most_common(1)), facts().statuses[0])


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
    if "status" in group.values():
        return [run for run in runs if run.status == _status(look)]
    return runs


def _base(look: Look, group: Group) -> Query:
    """Return the query that the forms of a group are added to."""
    size = None if "limit" in group.values() else look.census.largest
    return Query.of({"limit": size, **({"after": LONG_AGO} if group is BLANK else {"offset": 0})})


def _names_some(look: Look) -> bool:
    """Return whether a refusal names a parameter that is wrong, and none that was not sent, as a list of all would."""
    reply = look.query(WRONG).reply
    sent = [name for name, _ in WRONG.parameters]
    return reply.refused and any(names(reply, name) for name in sent) and not names(reply, "phone")


def _read_together(look: Look, base: Query, forms: Mapping[str, Form]) -> dict[str, Sight]:
    """Return what one request with these forms shows of each, as far as it does."""
    exchange = look.query(base.with_(**{form.parameter: form.text for form in forms.values()}))
    if exchange.reply.status in STATUSES:
        # One that names what is right, the offset or the bound of long ago, only repeats what was sent.
        right = next(name for name, value in base.parameters if value in {"0", LONG_AGO})
        is_telling = not names(exchange.reply, right)
        named = [name for name, form in forms.items() if is_telling and names(exchange.reply, form.parameter)]
        # A refusal that names none of them may be of one or of all: nothing is settled.
        if not named or not _is_of_each(look, exchange.reply, [forms[name] for name in named]):
            return {}
        return {name: Sight(values=(exchange.reply.status,), exchange=exchange) for name in named}
    readings = _readings(look, exchange, base, forms)
    seen = {name: {reading[place] for reading in readings} for place, name in enumerate(forms)}
    return {name: Sight(values=tuple(words), exchange=exchange) for name, words in seen.items() if len(words) == 1}


def _is_of_each(look: Look, reply: Reply, named: Sequence[Form]) -> bool:
    """Return whether a refusal has the status of each form that it names: of several where their parameters have it."""
    usual = (look.query(USUAL[form.parameter]).reply.status for form in named)
    return _names_some(look) and (len(named) == 1 or all(status == reply.status for status in usual))


def _readings(look: Look, exchange: Exchange, base: Query, forms: Mapping[str, Form]) -> list[tuple[str, ...]]:
    """Return every reading of the forms, a word for each, that makes the page that came."""
    # Every word of each form: three forms of three words make 27 readings, compared without a request.
    choices: list[list[tuple[str, Any]]] = [
        [*form.means.items(), *([(SELECTS_NOTHING, NOTHING)] if form.parameter in FILTERS else [])]
        for form in forms.values()
    ]
    fitting = []
    for choice in product(*choices):
        words = tuple(word for word, _ in choice)
        values = {form.parameter: value for form, (_, value) in zip(forms.values(), choice, strict=True)}
        meant = NOTHING if SELECTS_NOTHING in words else base.with_(**values)
        if look.fits(exchange, meant):
            fitting.append(words)
    return fitting


def _read_alone(look: Look, form: Form) -> Sight:
    """Return what a request with one form shows, the likeliest word first."""
    size = {} if form.parameter == "limit" else {"limit": look.census.largest}
    base = Query.of({**look.census.base.meaning, **size})
    exact = {word: value for word, value in form.means.items() if word != "ignored"}
    meanings = {word: base.with_(**{form.parameter: value}) for word, value in exact.items()}
    others = {SELECTS_NOTHING: NOTHING, "ignored": base} if form.parameter in FILTERS else {}
    return look.read(look.query(base.with_(**{form.parameter: form.text})), {**meanings, **others})


READERS: Mapping[str, Reader] = {name: partial(in_group, name) for group in GROUPS for name in group}
