"""What is taken for the same number."""

from __future__ import annotations

import fnmatch
import re
from collections import Counter
from dataclasses import dataclass
from functools import lru_cache, partial
from typing import TYPE_CHECKING
from urllib.parse import unquote, unquote_plus

from seqruns_contracts.diagnosis.explanations.kinds import Explanation, filtering, steps_of, then
from seqruns_contracts.diagnosis.pipeline import Turn, has_phone

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from seqruns_contracts.diagnosis.explanations.kinds import Change
    from seqruns_contracts.diagnosis.history import History
    from seqruns_contracts.diagnosis.pipeline import Match
    from seqruns_contracts.diagnosis.world import Mask, World
    from seqruns_contracts.model.run import Run

PHONE = frozenset({"phone"})
MASK = re.compile("[*xX•…#]{2}|…")


@lru_cache(maxsize=4096)
def digits(text: str) -> str:
    """Return the digits of a text, in whichever script."""
    return "".join(mark for mark in text if mark.isdecimal())


def western(text: str) -> str:
    """Return a text with the digits of all scripts in ours."""
    return "".join(str(int(mark)) if mark.isdecimal() else mark for mark in text)


def is_like(held: str, pattern: str) -> bool:
    """Return whether a text is like a pattern of SQL."""
    return re.fullmatch(re.escape(pattern).replace("%", ".*").replace("_", "."), held, re.DOTALL) is not None


def _expression(match: Callable[[str, str], object], escape: Callable[[str], str]) -> Callable[[str, str], bool]:
    def holds(held: str, text: str) -> bool:
        try:
            return bool(match(escape(text), held))
        except (re.error, OverflowError, RecursionError):
            return False

    return holds


def _number(text: str) -> int | None:
    found = digits(text)[:400]
    return int(found) if found else None


def _leading_number(text: str) -> int | None:
    found = re.match(r"[+-]?\d+", text, re.ASCII)
    return int(found[0][:400]) if found else None


Same = "Callable[[str, str], object]"
COMPARISONS: dict[str, tuple[Callable[[str, str], object], str, str]] = {
    "substring": (lambda held, text: text in held, "finds numbers that only contain `phone`", "`LIKE '%…%'`, `contains` or `includes`"),
    "prefix": (lambda held, text: held.startswith(text), "finds numbers that only begin with `phone`", "`LIKE '…%'` or `startswith`"),
    "suffix": (lambda held, text: held.endswith(text), "finds numbers that only end in `phone`", "`LIKE '%…'` or `endswith`"),
    "within": (lambda held, text: held in text, "finds the numbers that are a part of `phone`", "the two sides of the comparison, which are exchanged"),
    "longer": (lambda held, text: text.startswith(held), "finds the numbers that `phone` begins with", "the two sides of the comparison, which are exchanged"),
    "without-plus": (lambda held, text: held.lstrip("+") == text.lstrip("+"), "ignores the plus of `phone` and of the numbers held", "a plus that is taken off on both sides"),
    "plus-added": (lambda held, text: held == f"+{text.lstrip('+')}", "puts a plus before a `phone` without one", "the normalisation of the number"),
    "plus-lost": (lambda held, text: held == text.lstrip("+"), "takes the plus off `phone`, and not off the numbers held", "the normalisation of the number, or a `+` that is decoded to a space and trimmed"),
    "zeros-for-plus": (lambda held, text: held == re.sub("^00", "+", text), "takes `00` at the beginning of `phone` for a plus", "the normalisation of the number"),
    "zeros-or-plus-added": (lambda held, text: held == "+" + re.sub(r"^(00|\+)", "", text), "puts a plus before a `phone` without one, or with zeros for it", "the normalisation of the number"),
    "digits": (lambda held, text: digits(held) == digits(text), "compares only the digits of `phone`", "the normalisation that drops everything but digits on both sides"),
    "ascii-digits": (lambda held, text: re.sub("[^0-9]", "", held) == re.sub("[^0-9]", "", text), "compares only the digits of `phone`", "the normalisation that drops everything but digits on both sides"),
    "digits-with-plus": (lambda held, text: held == f"+{digits(text)}", "drops all but the digits of `phone` and puts a plus before them", "the normalisation of the number"),
    "digits-of-query": (lambda held, text: held == digits(text), "drops all but the digits of `phone`, and not of the numbers held", "the normalisation of the number"),
    "digits-and-plus": (lambda held, text: held == re.sub(r"[^0-9+]", "", text), "drops what is neither digit nor plus from `phone`", "the normalisation of the number"),
    "marks-dropped": (lambda held, text: held == re.sub(r"[\s().\-]", "", text), "drops dashes, dots and brackets from `phone`", "the normalisation of the number"),
    "script-folded": (lambda held, text: held == western(text), "takes digits of other scripts in `phone` for ours", "a conversion that reads every digit of Unicode, or Unicode normalisation"),
    "number": (lambda held, text: _number(text) is not None and _number(held) == _number(text), "compares `phone` as a number: plus and leading zeros are lost", "the type of the column or the parameter: an integer"),
    "leading-number": (lambda held, text: _leading_number(text) is not None and _leading_number(held) == _leading_number(text), "compares `phone` as a number, up to the first other mark", "a comparison of text with a number, as MySQL and PHP make it"),
    "like": (is_like, "takes `%` and `_` in `phone` for wildcards", "`LIKE` or `ILIKE` without escaping"),
    "like-substring": (lambda held, text: is_like(held, f"%{text}%"), "finds numbers that only contain `phone`, in which `%` and `_` are wildcards", "`LIKE '%…%'` without escaping"),
    "like-prefix": (lambda held, text: is_like(held, f"{text}%"), "finds numbers that only begin with `phone`, in which `%` and `_` are wildcards", "`LIKE '…%'` without escaping"),
    "like-suffix": (lambda held, text: is_like(held, f"%{text}"), "finds numbers that only end in `phone`, in which `%` and `_` are wildcards", "`LIKE '%…'` without escaping"),
    "shell-wildcards": (fnmatch.fnmatchcase, "takes `*` and `?` in `phone` for wildcards", "a pattern where a plain comparison is due"),
    "expression": (_expression(re.fullmatch, lambda text: text.replace("+", r"\+")), "takes `phone` for a regular expression", "a regular expression where a plain comparison is due"),
    "expression-within": (_expression(re.search, lambda text: text.replace("+", r"\+")), "searches `phone` as a regular expression", "a regular expression where a plain comparison is due"),
    "expression-unescaped": (_expression(re.fullmatch, str), "takes `phone` for a regular expression, its plus included", "a regular expression where a plain comparison is due"),
    "expression-unescaped-within": (_expression(re.search, str), "searches `phone` as a regular expression, its plus included", "a regular expression where a plain comparison is due"),
    "expression-begins": (_expression(re.match, lambda text: text.replace("+", r"\+")), "takes `phone` for the beginning of a regular expression", "a regular expression where a plain comparison is due"),
    "decoded-twice": (lambda held, text: held == "".join(unquote_plus(text).split()), "decodes `phone` twice: `%2B` becomes a space", "a second `unquote`: the framework has decoded the query already"),
    "percent-decoded-twice": (lambda held, text: held == unquote(text), "decodes `phone` twice", "a second `unquote`: the framework has decoded the query already"),
    "inverted": (lambda held, text: held != text, "returns the runs of all numbers but `phone`", "the condition, which is negated"),
    "cut-at-nul": (lambda held, text: held == text.partition("\0")[0], "ends `phone` at a NUL character", "a text that is handed to C"),
    "list": (lambda held, text: held in re.split("[,;]", text), "takes `phone` for a list of numbers", "a split at commas or semicolons"),
    "quoted": (lambda held, text: held == text.strip("\"'\\"), "drops quotes and backslashes around `phone`", "the escaping of the number"),
    "odd-bytes-dropped": (lambda held, text: held == re.sub("[^\x20-\x7e]", "", text), "drops control characters, and what is not ASCII, from `phone`", "the cleaning of the parameter, `errors='ignore'` for instance"),
    "backslash-dropped": (lambda held, text: held == text.replace("\\", ""), "drops backslashes from `phone`", "the escaping of the number"),
    "ten-digits-national": (lambda held, text: held == (text if text.startswith("+") else f"+1{text}" if len(text) == 10 else f"+{text}"), "puts +1 before a `phone` of ten digits, and a plus before any other without one", "the default country of the normalisation"),
    "any-case": (lambda held, text: held.casefold() == text.casefold(), "ignores letter case in `phone`", "the collation of the column"),
    "spaces-kept": (lambda held, text: held == text, "keeps the spaces in `phone`, which no number has", "the normalisation of the number: white space should go first"),
    "trimmed-only": (lambda held, text: held == text.strip(), "drops the spaces around `phone` only, not those inside", "`strip()` in the place of removing all white space"),
}  # fmt: skip
"""By name: whether a number held is taken for the one asked for; the sentence; the usual code."""


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
        holds = _with(same, keep=name in {"spaces-kept", "trimmed-only", "decoded-twice"})
        yield Explanation(
            id=f"phone.{name}", sentence=sentence, look=look, change=filtering("phone", holds), needs=PHONE
        )
    for last in range(4, 13):
        for kind, of in (("digits", digits), ("characters", str)):
            yield Explanation(
                id=f"phone.last-{kind}",
                sentence=f"compares only the last {last} {kind} of `phone`",
                look="the normalisation that drops the country",
                change=filtering(
                    "phone", _with(partial(lambda n, of, held, text: of(held)[-n:] == of(text)[-n:], last, of))
                ),
                needs=PHONE,
                cost=2,
            )
    for width in (*range(9, 17), 20, 24, 30, 32):
        yield Explanation(
            id="phone.cut",
            sentence=f"cuts `phone` to {width} characters, so that a longer number finds a shorter one",
            look=f"the width of the column or the parameter: {width} characters",
            change=filtering("phone", _with(partial(lambda n, held, text: held == text[:n], width))),
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
    for country in _countries(history):
        yield Explanation(
            id="phone.country-added",
            sentence=f"puts {country} before a `phone` without a plus",
            look="the default country of the normalisation",
            change=filtering(
                "phone",
                _with(partial(lambda c, held, text: held == (text if text.startswith("+") else c + text), country)),
            ),
            needs=PHONE,
            cost=2,
        )
    for id_, words, look, found in (
        ("anywhere", "finds `phone` anywhere in a run", "a search in the whole document", lambda run: run.content),
        ("or-in-messages", "finds runs with `phone` in a message as well", "the columns of the search: only the contact's number counts", _messages),
    ):  # fmt: skip
        yield Explanation(id=f"phone.{id_}", sentence=words, look=look, change=_searching(found), needs=PHONE)
    yield from _whole()


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


def _with(same: Callable[[str, str], object], *, keep: bool = False) -> Callable[[Run, str], bool]:
    def holds(run: Run, text: str) -> bool:
        return run.phone is not None and bool(same(run.phone, text if keep else "".join(text.split(" "))))

    return holds


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
    yield Explanation(
        id="phone.injection",
        sentence="runs `phone` as a part of its query: `' OR '1'='1` selects every run",
        look="the SQL that is put together from text: the number should be a bound parameter. This is a security hole",
        change=_matching(_AllUnless(lambda _, text: re.search(r"['|]", text) and not text.endswith("'"))),
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
