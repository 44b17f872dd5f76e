"""What is taken for the same number."""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING

from seqruns_contracts.diagnosis.explanations.filters.numbers import COMPARISONS, digits
from seqruns_contracts.diagnosis.explanations.kinds import Explanation, filtering, then
from seqruns_contracts.diagnosis.matching import ByValue, has_phone, phone
from seqruns_contracts.model.steps import steps_of

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from seqruns_contracts.diagnosis.explanations.kinds import Change
    from seqruns_contracts.diagnosis.history import History
    from seqruns_contracts.diagnosis.matching import Match
    from seqruns_contracts.diagnosis.pipeline import Turn
    from seqruns_contracts.diagnosis.world import Mask, World
    from seqruns_contracts.model.run import Run

PHONE = frozenset({"phone"})
TEN = 10
"""How many digits a number has in North America, and in many other places, without its country."""
MASK = re.compile("[*xX•…#]{2}|…")


def phones(history: History) -> Iterator[Explanation]:
    """Yield other comparisons of numbers; white space in the query is dropped first, except where that is the point."""
    is_masked = sum(bool(MASK.search(run.phone or "")) for run in history.world.runs) * 2 > len(history.world.runs)
    yield Explanation(
        id="phone.shown-masked" if is_masked else "phone.finds-nothing",
        sentence="shows numbers with a part of them masked, so that one that is sent back finds nothing" if is_masked
        else "finds nothing, whatever `phone` says",
        look="the serializer, which hides a part of the number" if is_masked
        else "the form in which numbers are held: another one than they are shown in, or encrypted",
        change=filtering("phone", lambda _run, _text: False), needs=PHONE,
    )  # fmt: skip
    for name, (same, sentence, look) in COMPARISONS.items():
        change = _with(same, keep=name in {"spaces-kept", "trimmed-only", "decoded-twice"})
        yield Explanation(id=f"phone.{name}", sentence=sentence, look=look, change=change, needs=PHONE)
    yield from _by_length()
    yield from _with_countries(history)
    for id_, words, look, found in (
        ("anywhere", "finds `phone` anywhere in a run", "a search in the whole document", lambda run: run.content),
        ("or-in-messages", "finds runs with `phone` in a message as well", "the columns of the search: only the contact's number counts", _messages),
    ):  # fmt: skip
        yield Explanation(id=f"phone.{id_}", sentence=words, look=look, change=_searching(found), needs=PHONE)
    for fields in (("email",), ("name",), ("email", "name")):
        yield Explanation(
            id=f"phone.or-{'-or-'.join(fields)}", sentence=f"finds contacts by their {' or '.join(fields)} as well",
            look="the columns that `phone` is held against: only the number counts",
            change=filtering("phone", partial(_has_any, fields)), needs=PHONE,
        )  # fmt: skip
    yield from _whole()


def _has_any(fields: tuple[str, ...], run: Run, text: str) -> bool:
    """Return whether a run has a number, or one of the other texts of its contact, spaces aside."""
    asked = "".join(text.split())
    return has_phone(run, text) or any(
        kind in fields and "".join(value.split()) == asked for kind, value in run.personal
    )


def _by_length() -> Iterator[Explanation]:
    """Yield that only so many characters of `phone` are compared, or that a short one counts as absent."""
    for last in range(4, 13):
        for kind, of in (("digits", digits), ("characters", str)):
            yield Explanation(
                id=f"phone.last-{kind}",
                sentence=f"compares only the last {last} {kind} of `phone`",
                look="the normalisation that drops the country",
                change=_with(partial(lambda n, of, held, text: of(held)[-n:] == of(text)[-n:], last, of)),
                needs=PHONE,
                cost=2,
            )
    for width in range(6, 17):
        yield Explanation(
            id="phone.first-characters",
            sentence=f"compares only the first {width} characters of `phone`",
            look=f"an index, a key or a column that holds {width} characters of a number",
            change=_with(partial(lambda n, held, text: held[:n] == text[:n], width)),
            needs=PHONE,
            cost=2,
        )
    for width in (*range(9, 17), 20, 24, 30, 32):
        yield Explanation(
            id="phone.cut",
            sentence=f"cuts `phone` to {width} characters, so that a longer number finds a shorter one",
            look=f"the width of the column or the parameter: {width} characters",
            change=_with(partial(lambda n, held, text: held == text[:n], width)),
            needs=PHONE,
            cost=2,
        )
    for length in range(3, 11):
        yield Explanation(
            id="phone.short-means-all",
            sentence=f"ignores a `phone` of fewer than {length} characters: all runs come",
            look=f"the least length of what is searched for: {length}",
            change=_matching(_AllUnless(partial(_is_shorter, length))),
            needs=PHONE,
            cost=2,
        )


def _with_countries(history: History) -> Iterator[Explanation]:
    """Yield that `phone` is taken for a national number, of the countries whose numbers are most common."""
    for country in _countries(history):
        for words, spell in (
            (f"puts {country} before a `phone` without a plus", _with_country),
            (f"puts {country} before a `phone` of ten digits, and a plus before any other without one", _with_country_for_ten),
            (f"drops all but the digits of `phone`, and puts {country} before one without a plus", _digits_with_country),
            (f"drops all but the digits of `phone`, and puts {country} before ten of them, a plus before more or fewer", _digits_with_country_for_ten),
        ):  # fmt: skip
            yield Explanation(
                id="phone.country-added",
                sentence=words,
                look="the default country of the normalisation",
                change=_with(partial(_is_spelled, partial(spell, country))),
                needs=PHONE,
                cost=2,
            )


def _is_spelled(spell: Callable[[str], str], held: str, text: str) -> bool:
    return held == spell(text)


def _with_country(country: str, text: str) -> str:
    return text if text.startswith("+") else country + text


def _with_country_for_ten(country: str, text: str) -> str:
    return text if text.startswith("+") else (country if len(text) == TEN else "+") + text


def _digits_with_country(country: str, text: str) -> str:
    return ("+" if text.startswith("+") else country) + digits(text)


def _digits_with_country_for_ten(country: str, text: str) -> str:
    # As many a helper has it: the plus is dropped with the rest, and ten digits are a number of one's own country.
    return (country if len(digits(text)) == TEN else "+") + digits(text)


def _messages(run: Run) -> str:
    messages = [message for step in steps_of(run) for message in step.get("contact_messages") or ()]
    return "\n".join(str(message.get("body")) for message in messages if isinstance(message, dict))


def _searching(text_of: Callable[[Run], str]) -> Change:
    return filtering("phone", lambda run, text: has_phone(run, text) or "".join(text.split()) in text_of(run))


def _matching(match: Match) -> Change:
    return lambda pipeline: pipeline.with_filters(phone=match)


def _is_shorter(length: int, _: World, text: str) -> bool:
    return len("".join(text.split())) < length


def _countries(history: History) -> list[str]:
    phones = {run.phone for run in history.world.runs if run.phone and run.phone.startswith("+")}
    # Sorted, as a set has another order in each process, and which of two equals is common would be chance.
    common = Counter(phone[:length] for phone in sorted(phones) for length in (2, 3, 4))
    return [country for country, _ in common.most_common(9)]


def _with(same: Callable[[str, str], object], *, keep: bool = False) -> Change:
    """Return the change to another comparison of numbers; spaces in the query are dropped first, or kept."""
    match = ByValue(phone, same)
    return _matching(match if keep else lambda world, text: match(world, text.replace(" ", "")))


@dataclass(frozen=True, slots=True)
class _AllUnless:
    """The filter, which selects all runs for some texts."""

    is_all: Callable[[World, str], object]

    def __call__(self, world: World, text: str) -> Mask:
        """Return the runs that pass."""
        if self.is_all(world, text):
            return world.listed
        return world.those(lambda run: has_phone(run, text), (has_phone, text))


def _whole() -> Iterator[Explanation]:
    yield Explanation(
        id="phone.unknown-means-all",
        sentence="returns all runs for a `phone` that no contact has",
        look="the look-up of the contact: where it finds none, the filter is left out",
        change=_matching(_AllUnless(lambda world, text: not any(has_phone(run, text) for run in world.runs))),
        needs=PHONE,
    )
    # A quote at the end is left open, and makes the query an error: only one that is closed again selects every run.
    yield Explanation(
        id="phone.injection",
        sentence="runs `phone` as a part of its query: `' OR '1'='1` selects every run",
        look="the SQL that is put together from text: the number should be a bound parameter. This is a security hole",
        change=_matching(_AllUnless(lambda _, text: re.search(r"['|]", text) and not text.endswith("'"))),
        needs=PHONE,
    )
    yield Explanation(
        id="phone.ends-a-quote",
        sentence="runs `phone` as a part of a filter: `'||phone!='` selects every run",
        look="the filter that is put together from text, and what escapes quotes in it. This is a security hole",
        change=_matching(_AllUnless(lambda _, text: re.search(r"'\|\|", text))),
        needs=PHONE,
    )
    for name, rest, change in (
        ("one-run-each", ", not all of them", then("sort", _first_of_each, given=PHONE)),
        ("one-run-each-of-all-counted", ", and counts all of them", then("count", _show_first_of_each, given=PHONE)),
        ("last-run-each", ", not all of them", then("sort", _last_of_each, given=PHONE)),
    ):
        yield Explanation(
            id=f"phone.{name}",
            sentence=f"returns one run for each contact where `phone` is given{rest}",
            look="`DISTINCT ON (contact_id)`, a `findOne`, or a dictionary by contact",
            change=change,
            needs=PHONE,
        )


def _firsts(turn: Turn) -> list[int]:
    firsts: dict[str | None, int] = {}
    for row in turn.rows:
        firsts.setdefault(turn.world.runs[row].phone, row)
    return sorted(firsts.values())


def _first_of_each(turn: Turn) -> None:
    turn.rows = _firsts(turn)


def _show_first_of_each(turn: Turn) -> None:
    turn.page = turn.page_of(_firsts(turn))


def _last_of_each(turn: Turn) -> None:
    turn.rows = sorted({turn.world.runs[row].phone: row for row in turn.rows}.values())
