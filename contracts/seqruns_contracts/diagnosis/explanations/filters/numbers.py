"""When a number that is held is taken for the number that is asked for."""

from __future__ import annotations

import fnmatch
import re
from functools import lru_cache
from typing import TYPE_CHECKING
from urllib.parse import unquote, unquote_plus

if TYPE_CHECKING:
    from collections.abc import Callable


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
    "shown-in-groups": (lambda held, text: held != text and re.sub(r"[\s().\-]", "", held) == text, "shows numbers with spaces, dashes or brackets, and compares `phone` without: one that is sent back as it was shown finds nothing", "the serializer, which formats the number for people"),
    "plus-lost": (lambda held, text: held == text.lstrip("+"), "takes the plus off `phone`, and not off the numbers held", "the normalisation of the number, or a `+` that is decoded to a space and trimmed"),
    "suffix-without-plus": (lambda held, text: held.endswith(text.lstrip("+")), "finds numbers that only end in `phone`, which loses its plus", "`LIKE '%…'` or `endswith`, after the plus is taken off"),
    "substring-without-plus": (lambda held, text: text.lstrip("+") in held, "finds numbers that only contain `phone`, which loses its plus", "`LIKE '%…%'`, after the plus is taken off"),
    "prefix-without-plus": (lambda held, text: held.lstrip("+").startswith(text.lstrip("+")), "finds numbers that only begin with `phone`, with a plus or without", "`LIKE '…%'`, after the plus is taken off"),
    "suffix-of-digits": (lambda held, text: bool(digits(text)) and digits(held).endswith(digits(text)), "finds numbers whose digits only end in those of `phone`", "`LIKE '%…'`, after all but digits is dropped"),
    "substring-of-digits": (lambda held, text: bool(digits(text)) and digits(text) in digits(held), "finds numbers whose digits only contain those of `phone`", "`LIKE '%…%'`, after all but digits is dropped"),
    "suffix-of-digits-if-any": (lambda held, text: digits(held).endswith(digits(text)), "finds numbers whose digits only end in those of `phone`, and all numbers where it has none", "`LIKE '%…'` or `endsWith`, after all but digits is dropped"),
    "substring-of-digits-if-any": (lambda held, text: digits(text) in digits(held), "finds numbers whose digits only contain those of `phone`, and all numbers where it has none", "`LIKE '%…%'` or `includes`, after all but digits is dropped"),
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
    "any-word": (lambda held, text: bool(set(re.findall(r"\w+", held)) & set(re.findall(r"\w+", text))), "finds numbers that share a word with `phone`: a plus is none", "a field that is analysed for a full-text search: it should be a keyword"),
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
    "uri": (lambda held, text: held == text.removeprefix("tel:"), "takes `tel:` off `phone`", "a reader of telephone numbers, which takes the number out of a text"),
    "any-case": (lambda held, text: held.casefold() == text.casefold(), "ignores letter case in `phone`", "the collation of the column"),
    "spaces-kept": (lambda held, text: held == text, "keeps the spaces in `phone`, which no number has", "the normalisation of the number: white space should go first"),
    "trimmed-only": (lambda held, text: held == text.strip(), "drops the spaces around `phone` only, not those inside", "`strip()` in the place of removing all white space"),
}  # fmt: skip
"""By name: whether a number held is taken for the one asked for; the sentence; the usual code."""
