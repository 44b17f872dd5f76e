"""`phone`: what is taken for the same number."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import replace
from typing import TYPE_CHECKING, Final
from urllib.parse import unquote_plus

from seqruns_gallery.building.exhibit import assumed, fault, stepping
from seqruns_gallery.building.listing import asking, filtering, listing, phone, without
from seqruns_gallery.building.reading import crashing, pairs_of, refusing, rewriting
from seqruns_mock.core.query import parse_query

if TYPE_CHECKING:
    from collections.abc import Callable

    from seqruns_gallery.building.exhibit import Change, Fault
    from seqruns_gallery.building.listing import Row
    from seqruns_mock.core.query import RunQuery
    from seqruns_mock.core.store import RunStore, Selection
    from seqruns_mock.http.pipeline import Mock

COLUMN: Final = 12
"""The width of a column for numbers such as +13605550143."""
BEYOND_THREE_BYTES: Final = 0xFFFF
MOST_LOCAL_DIGITS: Final = 9
"""More than these are a number with its country."""


def same(is_same: Callable[[str, str], bool]) -> Change:
    """Return the change that compares the number held with the number asked for in another way."""
    return filtering(phone=lambda run, query: is_same(phone(run), query.phone or ""))


def digits(text: str) -> str:
    """Return the digits of a text."""
    return "".join(filter(str.isdigit, text))


def is_like(held: str, pattern: str) -> bool:
    """Return what SQL's LIKE says, with the wildcards of the pattern alive."""
    expression = re.escape(pattern).replace("%", ".*").replace("_", ".")
    return re.fullmatch(expression, held) is not None


def matches_expression(held: str, pattern: str) -> bool:
    """Return what a database's regular expression says, once the plus has been escaped."""
    try:
        return re.fullmatch(pattern.replace("+", r"\+"), held) is not None
    except re.error:
        return False


def same_last_ten(held: str, asked: str) -> bool:
    """Return whether two numbers end in the same ten digits."""
    return digits(held)[-10:] == digits(asked)[-10:]


def with_country(text: str) -> str:
    """Return a number with the country of most users in front where it has none."""
    return text if text.startswith("+") else f"+1{text}"


def all_if_nobody(mock: Mock) -> Mock:
    """Stand for a look-up of the contact whose None then means no filter."""

    def select(store: RunStore, query: RunQuery) -> Selection:
        known = query.phone is None or any(phone(store.run(row)) == query.phone for row in range(len(store)))
        return store.select(query if known else without(query, "phone"))

    return stepping(select=select)(mock)


def one_run_each(rows: list[Row], query: RunQuery) -> list[Row]:
    """Return only the first run of each contact when a number is asked for."""
    if query.phone is None:
        return rows
    firsts: dict[str, Row] = {}
    for row in rows:
        firsts.setdefault(row[1]["contact"]["id"], row)
    return list(firsts.values())


def pasted(always_true: str) -> Change:
    """Return the change for a number that is pasted into a condition, which a text like this pattern makes true."""

    def parse(query_string: str) -> RunQuery:
        query = parse_query(query_string)
        is_true = re.search(always_true, pairs_of(query_string).get("phone", ""), re.IGNORECASE)
        return without(query, "phone") if is_true else query

    return stepping(parse=parse)


def any_ending(held: str, asked: str) -> bool:
    """Return whether a number begins with what stands before a star."""
    return held.startswith(asked[:-1]) if asked.endswith("*") else held == asked


def without_spaces(text: str | None) -> str:
    """Return a text as the mock reads a number: without spaces."""
    return "".join((text or "").split())


def has_four_bytes(text: str) -> bool:
    """Return whether a text has a letter that takes four bytes in UTF-8."""
    return any(ord(mark) > BEYOND_THREE_BYTES for mark in text)


FAULTS: tuple[Fault, ...] = (
    fault("phone-ignored", "`phone` is read and never used.", asking(lambda query: without(query, "phone"))),
    fault("phone-is-a-substring", "LIKE '%x%'.", same(lambda held, asked: asked in held)),
    fault("phone-is-a-prefix", "LIKE 'x%'.", same(lambda held, asked: held.startswith(asked))),
    fault("phone-is-a-suffix", "LIKE '%x'.", same(lambda held, asked: held.endswith(asked))),
    fault(
        "phone-contains-the-number-held",
        "The comparison is the wrong way round: a longer number finds the one that it begins with.",
        same(lambda held, asked: asked.startswith(held)),
    ),
    fault(
        "phone-without-the-plus",
        "The plus is taken off on both sides.",
        same(lambda held, asked: held.removeprefix("+") == asked.removeprefix("+")),
    ),
    fault(
        "phone-gets-a-country",
        "A number without a plus gets +1 in front.",
        same(lambda held, asked: held == with_country(asked)),
    ),
    fault(
        "phone-loses-its-plus",
        "The plus is taken off the query and not off the numbers held.",
        same(lambda held, asked: held == asked.removeprefix("+")),
    ),
    fault(
        "phone-by-its-digits",
        "Everything but digits is dropped on both sides, so letters and signs do no harm.",
        same(lambda held, asked: digits(held) == digits(asked)),
    ),
    fault("phone-by-its-last-ten-digits", "The country is dropped on both sides.", same(same_last_ten)),
    fault(
        "phone-wildcards-of-like",
        "LIKE 'x' without escaping: % and _ are wildcards.",
        same(is_like),
    ),
    fault(
        "phone-is-an-expression",
        "The number is a regular expression, only its plus is escaped: a dot is any character.",
        same(matches_expression),
    ),
    fault(
        "phone-decoded-twice",
        "The value is decoded twice, so %2B is a space in the end and a plus is never found.",
        rewriting(unquote_plus, "phone"),
    ),
    fault(
        "phone-loses-its-quotes",
        "Values are read as JSON where they are some, so quotes around a number are gone.",
        rewriting(lambda text: text.strip('"'), "phone"),
    ),
    fault(
        "phone-nobody-has-means-all",
        "No contact has the number, so there is nothing to filter by, so all runs come.",
        all_if_nobody,
    ),
    fault(
        "phone-gives-one-run",
        "One run for each contact: DISTINCT ON (contact_id).",
        listing(order=one_run_each),
    ),
    fault(
        "phone-injection",
        "The number is pasted into the statement: ' OR '1'='1 is true for every run.",
        pasted(r"'\s*or\b"),
    ),
    fault(
        "phone-ends-a-filter-s-quote",
        "The number is pasted into a filter such as phone='…': '||phone!=' is true for every run.",
        pasted(r"'\|\|"),
    ),
    fault(
        "phone-without-plus-refused",
        "A number without a plus is a 422, though some are held so.",
        refusing(lambda text: text.strip().isdecimal() and len(text) > MOST_LOCAL_DIGITS, "phone"),
    ),
    assumed(
        "phone-in-groups-refused",
        "A number with spaces in it is a 422.",
        refusing(lambda text: " " in text.strip(), "phone"),
    ),
    fault(
        "phone-quote-crashes",
        "The number is pasted into the statement: a single quote is a 500.",
        crashing(lambda text: "'" in text, "phone"),
    ),
    fault(
        "phone-nul-crashes",
        "A NUL byte is a 500: the database refuses it.",
        crashing(lambda text: "\0" in text, "phone"),
    ),
    fault(
        "phone-invalid-utf-8-crashes",
        "Bytes that are no UTF-8 are a 500.",
        crashing(lambda text: "\ufffd" in text, "phone"),
    ),
    fault(
        "phone-beyond-ascii-crashes",
        "A character beyond ASCII is a 500.",
        crashing(lambda text: not text.isascii(), "phone"),
    ),
    fault(
        "phone-letters-crash",
        "A number with letters is a 500: int() raises.",
        crashing(lambda text: any(map(str.isalpha, text)), "phone"),
    ),
    fault(
        "phone-cut-to-its-column",
        "The value is cut to the width of the column, so a longer number finds a shorter one.",
        asking(lambda query: replace(query, phone=query.phone and query.phone[:COLUMN])),
    ),
    fault(
        "phone-null-means-all",
        "What a script sends for nothing (null, undefined) counts as absent.",
        asking(lambda query: without(query, "phone") if query.phone in {"null", "undefined"} else query),
    ),
    fault(
        "phone-is-a-uri",
        "A library for telephone numbers reads the value, and tel: in front of it.",
        same(lambda held, asked: held == asked.removeprefix("tel:")),
    ),
    fault("phone-star-is-a-wildcard", "A star at the end is any ending, as in a search engine.", same(any_ending)),
    fault(
        "phone-list-means-any",
        "The value is a list with commas, any of whose numbers will do.",
        same(lambda held, asked: held in re.split("[,;]", asked)),
    ),
    fault(
        "phone-finds-emails",
        "A contact is looked up by its number or its email.",
        filtering(phone=lambda run, query: query.phone in {phone(run), run["contact"]["email"]}),
    ),
    fault(
        "phone-finds-names",
        "One box for numbers and names: a whole name finds its contact.",
        filtering(phone=lambda run, query: query.phone in {phone(run), without_spaces(run["contact"]["name"])}),
    ),
    fault(
        "phone-in-wide-digits",
        "The collation takes digits in the width of Chinese letters for the usual ones.",
        same(lambda held, asked: held == unicodedata.normalize("NFKC", asked)),
    ),
    fault(
        "phone-of-four-byte-letters-crashes",
        "A letter of four bytes in UTF-8 is a 500: the column holds three.",
        crashing(has_four_bytes, "phone"),
    ),
    fault(
        "phone-loses-runs-without-steps",
        "With `phone` the query joins the step contacts, and a run without any falls out.",
        filtering(phone=lambda run, query: bool(run["step_contacts"]) and phone(run) == query.phone),
    ),
)
