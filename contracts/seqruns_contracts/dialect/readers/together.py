"""Forms of values that the contract does not know, several asked for at once: a request has a place for each parameter.

A page shows what all of them mean, where only one reading of each makes it; a refusal shows those that it names. What
neither shows is asked for alone.
"""

from __future__ import annotations

from contextlib import suppress
from functools import partial
from itertools import product
from typing import TYPE_CHECKING, Any

from seqruns.dialect import STATUSES
from seqruns.target import BudgetSpentError
from seqruns_contracts.checks.areas.parameters import WRONG
from seqruns_contracts.dialect.looking import ANY_CHANNEL, DEFAULT, NO_VALUE, NOTHING, Sight, names
from seqruns_contracts.dialect.readers.groups import ASKED_ANYWAY, BLANK, CHANNELS, GROUPS, LONG_AGO, base_of, forms_of
from seqruns_contracts.model.query import FILTERS, Query

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from seqruns_contracts.dialect.looking import Look, Reader
    from seqruns_contracts.dialect.readers.groups import Form, Group
    from seqruns_contracts.model.exchange import Exchange
    from seqruns_contracts.model.reply import Reply

SELECTS_NOTHING = "nothing"
"""The word for a value that is read and that no run has."""


def in_group(name: str, look: Look) -> Sight | None:
    """Look at a form together with the others of its group, and alone where that does not show it."""
    group = next(group for group in GROUPS if name in group)
    anyway = _asked_anyway(look, group)
    # Every run starts after a leap second of 2016, so that it is read or ignored: that is worth a look of its own.
    sights = {each: sight for each, sight in anyway.items() if len(_words(sight)) == 1}
    waiting = {each: form for each, form in forms_of(look, group).items() if each not in sights}
    if name not in waiting:
        return sights.get(name) or _of_no_run(name, look)
    sights |= _read_in_steps(look, group, waiting)
    if name in sights:
        return sights[name]
    if group is BLANK and not look.alone:
        return None
    try:
        return _read_alone(look, waiting[name])
    except BudgetSpentError:
        if name not in anyway:
            raise
        return anyway[name]


def _read_in_steps(look: Look, group: Group, waiting: Mapping[str, Form]) -> dict[str, Sight]:
    """Return what requests with several forms show: each leaves out those that the one before it has shown."""
    base, found = base_of(look, group), dict[str, Sight]()
    # A target that names nothing in its refusals has to be asked for one form after the other, but for likely ones.
    is_worth_it = not look.alone and look.census.whole and (group in (GROUPS[0], BLANK) or _names_some(look))
    with suppress(BudgetSpentError):
        while is_worth_it and len(waiting) > 1:
            sights = _read_together(look, base, waiting)
            found |= sights
            waiting = {name: form for name, form in waiting.items() if name not in sights}
            # Spaces are dropped from all parameters or from none, mostly: what one request does not show is worth no
            # further one.
            is_worth_it = bool(sights) and group is not BLANK
    return found


def _words(sight: Sight) -> tuple[object, ...]:
    return sight.values if isinstance(sight.values, tuple) else ()


def _of_no_run(name: str, look: Look) -> Sight:
    """Return what a channel in a form shows where no run shows a channel: whether it is refused or ignored."""
    exchange = look.query(channel_id=CHANNELS[name](ANY_CHANNEL))
    return look.read(exchange, {"same": NOTHING, SELECTS_NOTHING: NOTHING, "ignored": DEFAULT})


def _asked_anyway(look: Look, group: Group) -> dict[str, Sight]:
    """Return what the requests of the checks show of the forms of a group."""
    sights = {}
    for name in group.keys() & ASKED_ANYWAY.keys():
        parameter, text, instant = ASKED_ANYWAY[name]
        meanings = {"read": Query.of({parameter: instant}), SELECTS_NOTHING: NOTHING, "ignored": DEFAULT}
        sights[name] = look.read(look.query(Query.of({parameter: text})), meanings)
    return sights


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
    usual = (look.query(NO_VALUE[form.parameter]).reply.status for form in named)
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
