"""The filter `phone`: exactly this number, never a part of it, never a pattern."""

from __future__ import annotations

from functools import partial
from itertools import islice
from typing import TYPE_CHECKING

from seqruns_contracts.checks.expectations import ask_for, page_is_right_or_refused
from seqruns_contracts.checks.kinds import Grade, Probe, View, check
from seqruns_contracts.model.query import Query, looks_hostile

if TYPE_CHECKING:
    from collections.abc import Iterator

    from seqruns_contracts.model.census import Census

SHORT = 7
"""Digits: numbers with fewer are short codes, extensions, and the like."""
MOST_NUMBERS = 8
ODD_MARKS = '*([{"{0}%n$(x)<\r\n\N{SLIGHTLY SMILING FACE}'
"""A broken pattern, quotes, a format's braces and %, ends of a line, and a letter of four bytes, which old tables of
MySQL refuse."""
phone_check = partial(check, needs="runs that show their contact's phone", filters=("phone",))


def query_for(census: Census, phone: str) -> Query:
    """Return the query for one number, inside of the known part of a large sequence."""
    return Query.of(phone=phone, **census.base.meaning, limit=census.largest)


def chosen_phones(census: Census) -> list[str]:
    """Return the most discriminating numbers: one with many runs, those that contain one another, one of each shape.

    A server that wants a plus, or ten digits, is wrong for numbers that it holds without.
    """
    phones = sorted(census.phones)
    # Each number stands once in the text of all: twice is inside of another. 5,000 numbers have 25 million pairs.
    text = "\n".join(phones)
    nested = list(islice((phone for phone in phones if text.count(phone) > 1), 2))
    longest = [other for other in phones if any(phone in other and phone != other for phone in nested)][:2]
    often = [phone for phone, _ in sorted(census.phones.items(), key=lambda item: (-item[1], item[0]))]
    # A join with the step contacts loses the runs that have none.
    alone = [run.phone for run in census.universe if run.phone and run.body.get("step_contacts") == []]
    # The first is the one that checks with a single number take.
    chosen = list(dict.fromkeys([*often[:1], *alone[:1], *nested, *longest]))
    # A second one at least, or a server that knows no other number would pass.
    chosen += often[-1:] if len(chosen) < 2 else []
    # And one of each shape that is left: a number that is held without a plus, a short one, one with letters.
    known = set(map(_shape, chosen))
    others = {_shape(phone): phone for phone in phones if _shape(phone) not in known}
    return list(dict.fromkeys([*chosen, *others.values()]))


def _shape(phone: str) -> tuple[bool, bool, bool, bool]:
    """Return what a server may make a difference of: a plus, letters, other marks, and few digits."""
    digits = sum(mark.isdecimal() for mark in phone)
    rest = phone.removeprefix("+")
    has_letters = any(mark.isalpha() for mark in phone)
    return (rest != phone, has_letters, not rest.isalnum(), digits < SHORT)


def texts_beside(census: Census) -> list[str]:
    """Return an email and a name of contacts: what one box for "number, email or name" would find them by."""
    shown = sorted({pair for run in census.universe for pair in run.personal})
    found = []
    for kind in ("email", "name"):
        texts = [text for each, text in shown if each == kind]
        # The plainest: of "Ann Lee" a server drops the space before it compares, and a gateway may refuse "O'Neill".
        found += sorted(texts, key=lambda text: (looks_hostile(text), len(text.split()), not text.isascii()))[:1]
    return found


@phone_check("phone.is-exact", "`phone` selects the runs of exactly that number.", clauses=["phone.exact"])
def is_exact(view: View) -> Iterator[Probe]:
    """Ask for numbers that the target showed."""
    for phone in chosen_phones(view.census)[:MOST_NUMBERS]:
        yield ask_for(query_for(view.census, phone))
    for phone in chosen_phones(view.census)[:1]:
        yield ask_for(Query.of(phone=phone))


@phone_check(
    "phone.selects-every-run-of-it",
    "`phone` selects all the runs of a contact, not only one.",
    clauses=["phone.exact"],
    needs="two runs with one phone",
)
def every_run(view: View) -> Iterator[Probe]:
    """Ask for a number that several runs have."""
    for phone, times in view.census.phones.most_common(1):
        if times > 1:
            yield ask_for(query_for(view.census, phone))


def _unmatched(view: View, phone: str, spelling: list[str]) -> Iterator[Probe]:
    """Yield the probes of texts that are made of a number and are not it."""
    for text in dict.fromkeys(spelling):
        # Of a short number a part may be empty, and an empty phone is no filter.
        if text.strip():
            yield ask_for(query_for(view.census, text), page_is_right_or_refused, plain=query_for(view.census, phone))


@phone_check(
    "phone.is-never-partial",
    "A part of a number, or a longer one, is another number.",
    clauses=["phone.no-substring"],
)
def never_partial(view: View) -> Iterator[Probe]:
    """Ask for parts of a number, for one with more to it, and for what may count as no number: "0" and "null"."""
    for phone in chosen_phones(view.census)[:1]:
        # Of `+13603094336`: `+1360309433`, `3603094336` (as dialled at home), and one digit too many. Where somebody
        # has a longer number that shows the last as well, and is asked for anyhow.
        longer = [] if any(other.startswith(phone) for other in view.census.phones if other != phone) else [f"{phone}0"]
        yield from _unmatched(view, phone, [phone[:-1], phone[2:], *longer])
        # A reader of telephone numbers takes the first for the number. What a script sends for a value that it does not
        # have is no number, and who takes it for an absent filter lists every run.
        yield from _unmatched(view, phone, [f"tel:{phone}", "0", "false", "null", "undefined"])


@phone_check(
    "phone.looks-at-no-other-field",
    "`phone` is held against the contact's number, not against the email or the name.",
    clauses=["phone.exact"],
    needs="runs that show their contact's phone, and its email or name",
    exercised=texts_beside,
)
def no_other_field(view: View) -> Iterator[Probe]:
    """Ask for an email and a name that the target showed."""
    for phone in chosen_phones(view.census)[:1]:
        yield from _unmatched(view, phone, texts_beside(view.census))


@phone_check(
    "phone.keeps-its-plus",
    "A number without its plus is another number.",
    clauses=["phone.plus"],
    needs="runs whose contact's phone begins with a plus",
)
def keeps_its_plus(view: View) -> Iterator[Probe]:
    """Ask without the plus, and with zeros for it."""
    phones = [phone for phone in chosen_phones(view.census) if phone.startswith("+")]
    # `+1360…` that is not encoded arrives as ` 1360…`: without its space it is the first of these.
    for phone in phones[:1]:
        yield from _unmatched(view, phone, [phone[1:], f"00{phone[1:]}"])


@phone_check(
    "phone.is-no-pattern",
    "Wildcards, quotes and other marks in `phone` stand for themselves.",
    clauses=["phone.exact"],
)
def no_pattern(view: View) -> Iterator[Probe]:
    """Ask with the wildcards of SQL, shells and regular expressions, and with quotes that end a text of a query."""
    for phone in chosen_phones(view.census)[:1]:
        head = phone[:-1]
        # `head_` matches the number itself where its last digit is a wildcard's to choose, which shows `%` as well;
        # `phone*` does as a beginning and as an expression. A server that reads values as JSON takes the quotes away;
        # the last one is a list, of which a server may take the first.
        patterns = [
            f"{head}_",
            f"{phone}*",
            f'"{phone}"',
            "x' OR '1'='1",
            "'||phone!='",
            f"{phone}\\",
            f"{phone};{phone},{phone}",
        ]
        yield from _unmatched(view, phone, patterns)


@phone_check(
    "phone.is-decoded-once",
    "A percent-encoded `phone` is decoded once.",
    clauses=["phone.exact"],
)
def decoded_once(view: View) -> Iterator[Probe]:
    """Ask for a number whose plus is encoded twice."""
    for phone in chosen_phones(view.census)[:1]:
        if phone.startswith("+"):
            yield from _unmatched(view, phone, [f"%2B{phone[1:]}"])


@phone_check(
    "phone.survives-odd-text",
    "Digits of other scripts, control characters and invalid bytes in `phone` match nothing and break nothing.",
    clauses=["phone.exact", "errors.no-5xx"],
)
def survives_odd_text(view: View) -> Iterator[Probe]:
    """Ask with foreign digits, a NUL, a byte that is not UTF-8, marks with a meaning elsewhere, and a long text."""
    for phone in chosen_phones(view.census)[:1]:
        # U+FF10 to U+FF19 are the digits 0 to 9 in the width of Chinese letters, which `int()`, `\d`, a database's
        # collation and Unicode's compatibility forms take for the usual ones.
        wide = "".join(chr(0xFF10 + int(mark)) if mark in "0123456789" else mark for mark in phone)
        yield from _unmatched(view, phone, [wide, f"{phone}\0", f"{phone}\udcff", ODD_MARKS, "9" * 3000])


@phone_check(
    "phone.ignores-spaces",
    "Spaces in `phone` are dropped before comparing.",
    clauses=["phone.spaces"],
    grade=Grade.ASSUMED,
)
def ignores_spaces(view: View) -> Iterator[Probe]:
    """Ask for a number in groups, and with spaces around it."""
    for phone in chosen_phones(view.census)[:1]:
        for text in (f"{phone[:2]} {phone[2:5]} {phone[5:]}", f" {phone} "):
            yield ask_for(query_for(view.census, text), plain=query_for(view.census, phone))


@phone_check(
    "phone.keeps-other-marks",
    "Dashes, dots and brackets in `phone` are not dropped: only spaces are.",
    clauses=["phone.spaces", "phone.exact"],
    grade=Grade.ASSUMED,
)
def keeps_other_marks(view: View) -> Iterator[Probe]:
    """Ask for a number with marks between its groups."""
    for phone in chosen_phones(view.census)[:1]:
        yield from _unmatched(view, phone, [f"{phone[:2]}({phone[2:5]}){phone[5:8]}-{phone[8:]}"])


CHECKS = (
    is_exact,
    every_run,
    never_partial,
    no_other_field,
    keeps_its_plus,
    no_pattern,
    decoded_once,
    survives_odd_text,
    ignores_spaces,
    keeps_other_marks,
)
