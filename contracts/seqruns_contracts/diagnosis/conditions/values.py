"""Conditions on the value of one parameter, some of them fitted to what came."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from seqruns.document import facts
from seqruns_contracts.diagnosis.conditions.kinds import (
    UUID,
    Condition,
    any_text,
    either,
    is_plain,
    piece_of,
    whole_number,
    with_article,
)
from seqruns_contracts.diagnosis.conditions.texts import PARSER, TIME
from seqruns_contracts.diagnosis.explanations.kinds import BOUNDS, TEXTS
from seqruns_contracts.diagnosis.matching import has_channel, has_phone, has_status
from seqruns_contracts.diagnosis.pipeline import take_last
from seqruns_contracts.model.instants import read_instant
from seqruns_contracts.model.query import FILTERS, PAGING

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping, Sequence

    from seqruns_contracts.diagnosis.history import History
    from seqruns_contracts.diagnosis.world import World
    from seqruns_contracts.model.exchange import Observation
    from seqruns_contracts.model.query import Query
    from seqruns_contracts.model.run import Run


KNOWN = (*PAGING, *FILTERS)
KIND = {name: "time" if name in BOUNDS else "number" if name in PAGING else name for name in KNOWN}
"""What reads a parameter: those of one kind usually share it."""
NO_NUMBER = 100
"""How many characters no number or time has that a target can read."""


def of_kinds(
    names: Sequence[str], classes: Mapping[str, tuple[Callable[[str], object], str, str]]
) -> Iterator[Condition]:
    """Yield a condition for each kind of value that some parameters may have."""
    for id_, (is_such, words, look) in classes.items():
        # What nearly every request has is the last thing to name.
        yield Condition(
            id=f"{piece_of(names)}.{id_}",
            words=f"{with_article(names)} {words}",
            look=look,
            holds=any_text(names, is_such),
            cost=1 + (id_ in {"given", "of-500"}),
        )


def of_empty(anything: Sequence[str]) -> Iterator[Condition]:
    """Yield the conditions on empty values, of each parameter and of groups."""
    for names in (*((name,) for name in anything), PAGING, BOUNDS, TEXTS, FILTERS, tuple(anything)):
        yield _empty_one(names)


def _empty_one(names: tuple[str, ...]) -> Condition:
    words = "an empty parameter" if len(names) > 3 else f"an empty {either(names)}"
    return Condition(
        id=f"{'parameters' if len(names) > 2 else piece_of(names)}.empty",
        words=words,
        look="what is done with an empty value: it counts as absent",
        holds=any_text(names, lambda text: not text.strip()),
    )


def of_values(history: History) -> Iterator[Condition]:
    """Yield the conditions on statuses, channels and values that no run has."""
    statuses = facts().statuses
    for value in statuses:
        yield Condition(
            id=f"status.{value}",
            words=f"the status `{value}`",
            look=f"the branch for `{value}`",
            holds=any_text(("status",), partial(lambda v, text: text == v, value)),
        )
    lists: tuple[tuple[str, Callable[[str], object], str, str], ...] = (
        ("status.unknown", lambda text: bool(text.strip()) and text not in statuses, "an unknown status", "the look-up of the status"),
        ("channel.uuid", UUID.fullmatch, "every `channel_id` that is a UUID", "the filter itself: it fails whatever the channel"),
        ("channel.no-uuid", lambda text: bool(text.strip()) and not UUID.fullmatch(text), "a `channel_id` that is no UUID", PARSER),
        ("channel.upper-case", lambda text: bool(UUID.fullmatch(text)) and text != text.lower(), "a `channel_id` in capitals", "the validation of the UUID"),
    )  # fmt: skip
    for id_, is_such, words, look in lists:
        yield Condition(id=id_, words=words, look=look, holds=any_text((_parameter(id_),), is_such))
    runs = history.world.runs
    shown = {run.start_text for run in runs}
    for names in (BOUNDS, *((name,) for name in BOUNDS)):
        yield Condition(
            id=f"{piece_of(names)}.as-shown",
            words=f"{with_article(names)} as it shows start times itself",
            look="the format that the parameter is read with, or that of the times in the answer: it is another one",
            holds=any_text(names, shown.__contains__),
        )
    unknown: tuple[tuple[str, Callable[..., bool], str], ...] = (
        ("phone.of-nobody", has_phone, "a `phone` that no contact has"),
        ("channel.of-nothing", has_channel, "a `channel_id` that no step contact has"),
        ("status.of-nothing", has_status, "a status that no run has"),
    )
    for id_, has, words in unknown:
        name = _parameter(id_)
        # A `channel_id` that is no UUID may be refused before it is looked up: then only a UUID fails that nothing has.
        for is_candidate in dict.fromkeys((bool, _could_be(name))):
            yield Condition(
                id=id_,
                words=words,
                look="the look-up of the value: that there is none is no error",
                holds=any_text((name,), partial(_is_of_none, runs, has, is_candidate)),
            )


def _could_be(name: str) -> Callable[[str], object]:
    return UUID.fullmatch if name == "channel_id" else bool


def _is_of_none(
    runs: Sequence[Run], has: Callable[[Run, str], bool], is_candidate: Callable[[str], object], text: str
) -> bool:
    return bool(text.strip()) and bool(is_candidate(text)) and not any(has(run, text) for run in runs)


def _parameter(id_: str) -> str:
    piece = id_.partition(".")[0]
    return {"channel": "channel_id"}.get(piece, piece)


def of_bad_values(failing: Sequence[Observation]) -> Iterator[Condition]:
    """Yield the condition that any parameter has a value which should be refused, where such ones of several fail.

    A huge offset is one of them, or is not: it is a number.
    """
    texts = [take_last(seen.ask.query) for seen in failing]
    kinds = {KIND[name] for each in texts if len(each) == 1 for name, text in each.items() if _is_bad(name, text)}
    for longest in (NO_NUMBER, 10**9) if len(kinds) > 1 else ():
        yield Condition(
            id="parameters.unreadable",
            words="a parameter that cannot be read or is out of range",
            look="what is done with the error of a parser: nobody catches it, whichever parameter it is",
            holds=partial(_has_bad_value, longest),
            cost=2,
        )


def _has_bad_value(longest: int, _: World, query: Query) -> bool:
    texts = take_last(query)
    return any(len(texts.get(name, "")) > longest for name in PAGING) or any(
        _is_bad(name, texts.get(name, "")) for name in KNOWN
    )


def _is_bad(name: str, text: str) -> bool:
    if not text.strip() or name not in KNOWN:
        return False
    if name in BOUNDS:
        return read_instant(text) is None or bool(TIME["impossible-offset"][0](text))
    if name in PAGING:
        number = whole_number(text) if is_plain(text) else None
        return number is None or (name == "limit" and not facts().limit_minimum <= number <= facts().limit_maximum)
    return (name == "status" and text not in facts().statuses) or (name == "channel_id" and not UUID.fullmatch(text))
