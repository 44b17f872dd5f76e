"""Conditions: what a request may have about it that makes a target answer it with an error."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import partial
from itertools import combinations
from typing import TYPE_CHECKING

from seqruns.document import facts
from seqruns_contracts.diagnosis.explanations.kinds import BOUNDS, quoted
from seqruns_contracts.diagnosis.explanations.reading import DAY, zone_of
from seqruns_contracts.diagnosis.pipeline import HONEST, UNREADABLE, has_channel, has_phone, has_status
from seqruns_contracts.model.instants import SECOND, read_instant
from seqruns_contracts.model.query import FILTERS

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence

    from seqruns_contracts.diagnosis.history import History, World
    from seqruns_contracts.model.exchange import Observation
    from seqruns_contracts.model.query import Query
    from seqruns_contracts.model.run import Run

    Holds = Callable[[World, Query], object]

UUID = re.compile("[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}", re.IGNORECASE)
NUMBERS = ("limit", "offset")
TEXTS = ("phone", "status", "channel_id")
LEAST, MOST = read_instant("0001-01-01T00:00:00Z") or 0, read_instant("9999-12-31T23:59:59.999999999Z") or 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Condition:
    """Something about a request."""

    id: str
    """`piece.what`."""
    words: str
    """What it is, as in "a `before` before 1970"."""
    look: str
    holds: Holds
    cost: int = 1

    @property
    def piece(self) -> str:
        """The parameter it is about."""
        return self.id.partition(".")[0]


def _plain(text: str) -> bool:
    return text.isdecimal() and text.isascii()


def _whole(text: str) -> int | None:
    found = re.fullmatch(r"\s*[+-]?\d{1,600}\s*", text, re.ASCII)
    return int(found[0]) if found else None


def _above(bound: int) -> Callable[[str], bool]:
    return lambda text: (_whole(text) or 0) > bound


PARSER = "the parser of the parameter: nobody catches its error"
NUMBER: Mapping[str, tuple[Callable[[str], object], str, str]] = {
    "no-number": (lambda text: bool(text.strip()) and _whole(text) is None, "that is no whole number", PARSER),
    "word": (lambda text: bool(re.search("[a-z]", text, re.IGNORECASE)) and not re.match("0x", text), "that is a word", PARSER),
    "word-for-nothing": (lambda text: text in {"null", "undefined", "NaN", "None", "nil"}, "that is a word for nothing, such as null", PARSER),
    "fraction": (lambda text: bool(re.fullmatch(r"-?\d+\.\d*", text)), "with a decimal point", PARSER),
    "exponent": (lambda text: bool(re.fullmatch(r"\d+e\d+", text)), "with an exponent", PARSER),
    "other-notation": (lambda text: bool(re.match(r"0x|0b|\d+_", text)), "in another notation", PARSER),
    "other-script": (lambda text: text.isdecimal() and not text.isascii(), "in the digits of another script", PARSER),
    "spaced": (lambda text: bool(text.strip()) and text != text.strip(), "with spaces around it", PARSER),
    "negative": (lambda text: (_whole(text) or 0) < 0, "below 0", "the range of the parameter, which nobody checks before the database does"),
    "zero": (lambda text: _whole(text) == 0, "of 0", "a division by the page size, or a test that takes 0 for nothing"),
    "below-one": (lambda text: (_whole(text) or (0 if _whole(text) == 0 else 1)) < 1, "below 1", "the range of the parameter"),
    "out-of-range": (lambda text: _whole(text) is not None and not 1 <= (_whole(text) or 0) <= 500, "out of range", "the range of the parameter"),
    "above-500": (_above(500), "above 500", "the range of the parameter"),
    "of-500": (lambda text: _whole(text) == 500, "of 500", "what happens with the largest page: memory, a time limit, a statement that is too long"),
    "beyond-32-bits": (_above(2**31 - 1), "that does not fit into 32 bits", "the type of the parameter: a 32-bit integer"),
    "beyond-unsigned-32-bits": (_above(2**32 - 1), "that does not fit into 32 bits", "the type of the parameter: a 32-bit integer"),
    "beyond-double": (_above(2**53), "above 2^53", "the type of the parameter: a floating-point number"),
    "beyond-64-bits": (_above(2**63 - 1), "that does not fit into 64 bits", "the range of the parameter, which nobody checks before the database does"),
    "beyond-unsigned-64-bits": (_above(2**64 - 1), "that does not fit into 64 bits", "the range of the parameter, which nobody checks before the database does"),
    "huge": (lambda text: _plain(text) and len(text) > 100, "of hundreds of digits", PARSER),
    "given": (lambda text: bool(text.strip()), "of any kind", "whatever is done where the parameter is given"),
}  # fmt: skip


def _is_no_expression(text: str) -> bool:
    try:
        re.compile(text)
    except (re.error, OverflowError, RecursionError):
        return True
    return False


TEXT: Mapping[str, tuple[Callable[[str], object], str, str]] = {
    "nul": (lambda text: "\0" in text, "with a NUL character", "what is handed to the database: PostgreSQL takes no NUL"),
    "control": (lambda text: bool(re.search("[\0-\x1f\x7f]", text)), "with a control character", "what is handed to the database or a log"),
    "broken-bytes": (lambda text: bool(re.search("[\ud800-\udfff]", text)), "with bytes that are no UTF-8", "the decoding of the query string"),
    "nul-or-broken-bytes": (lambda text: bool(re.search("[\0\ud800-\udfff]", text)), "with a NUL or bytes that are no UTF-8", "what is handed to the database"),
    "beyond-ascii": (lambda text: not text.isascii(), "with a character beyond ASCII", "an encoding to ASCII or Latin-1"),
    "quote": (lambda text: "'" in text, "with a single quote", "SQL that is put together from text: the value should be a bound parameter. This is a security hole"),
    "any-quote": (lambda text: bool(re.search("['\"]", text)), "with a quote", "a query that is put together from text: the value should be a bound parameter. This is a security hole"),
    "backslash": (lambda text: "\\" in text, "with a backslash", "the escaping of the value"),
    "percent": (lambda text: "%" in text, "with a percent sign", "a format string, or a second decoding"),
    "letters": (lambda text: bool(re.search("[a-z]", text, re.IGNORECASE)), "with letters", "a conversion to a number: nobody catches its error"),
    "no-number": (lambda text: bool(text.strip()) and not re.fullmatch(r"\+?[\d ]+", text), "that is no telephone number", "the parser of the number: nobody catches its error"),
    "no-plain-number": (lambda text: bool(text.strip()) and not re.fullmatch(r"\+?\d+", text, re.ASCII), "that is no plain telephone number", "the parser of the number: nobody catches its error"),
    "broken-pattern": (lambda text: bool(re.match(r"[*+?]?\(?\[|[*?]", text)), "that is no regular expression", "a regular expression that is made of the value"),
    "expression": (_is_no_expression, "that is no regular expression", "a regular expression that is made of the value"),
    "without-plus": (lambda text: bool(re.fullmatch(r"\d+", text, re.ASCII)), "without a plus", "the validation of the number"),
    "given": (lambda text: bool(text.strip()), "of any kind", "whatever is done where the parameter is given"),
}  # fmt: skip


def _instant(text: str) -> int:
    found = read_instant(text)
    return 0 if found is None else found


def _fraction(text: str) -> str:
    found = re.search(r"[.,](\d+)", text)
    return found[1] if found else ""


def _is_time(text: str) -> bool:
    return read_instant(text) is not None


def _offset(text: str) -> int:
    """Return the minutes east of UTC, 0 where there is no numeric offset."""
    zone = zone_of(text)
    if zone[:1] not in {"+", "-"} or not _is_time(text):
        return 0
    minutes = int(zone[1:3]) * 60 + int(zone[3:].lstrip(":") or "0")
    return -minutes if zone[0] == "-" else minutes


FORMAT = "the format or the expression that the parameter is read with"
TIME: Mapping[str, tuple[Callable[[str], object], str, str]] = {
    "no-date": (lambda text: bool(text.strip()) and not _is_time(text), "that is no date-time", PARSER),
    "word": (lambda text: bool(re.match("[a-z]", text, re.IGNORECASE)), "that is a word", PARSER),
    "impossible-date": (lambda text: bool(re.match(r"\d{4}-\d\d-\d\d", text)) and not _is_time(text), "that no calendar has", PARSER),
    "lost-plus": (lambda text: bool(re.search(r"\d \d\d:\d\d$", text)) and not _is_time(text), "whose plus was lost", PARSER),
    "year-zero": (lambda text: text.startswith("0000"), "in the year 0", PARSER),
    "numeric-offset": (lambda text: _is_time(text) and zone_of(text)[:1] in {"+", "-"}, "with a numeric offset", FORMAT),
    "other-offset": (lambda text: _offset(text) != 0, "with an offset other than 0", FORMAT),
    "negative-offset": (lambda text: _is_time(text) and zone_of(text)[:1] == "-", "with a negative offset", FORMAT),
    "positive-offset": (lambda text: _is_time(text) and zone_of(text)[:1] == "+", "with a positive offset", FORMAT),
    "part-of-an-hour": (lambda text: _offset(text) % 60 != 0, "with an offset that is no whole hour", FORMAT),
    "far-offset": (lambda text: abs(_offset(text)) > 12 * 60, "with an offset of more than 12 hours", "the range of the offset"),
    "farther-offset": (lambda text: abs(_offset(text)) > 14 * 60, "with an offset of more than 14 hours", "the range of the offset"),
    "z": (lambda text: zone_of(text) == "Z", "that ends in Z", f"{FORMAT}: Python's `fromisoformat` before 3.11, for instance"),
    "no-z": (lambda text: _is_time(text) and zone_of(text) not in {"Z", "z"}, "that does not end in Z", FORMAT),
    "lower-case": (lambda text: bool(re.search("[tz]", text)) and _is_time(text), "with a lower-case t or z", FORMAT),
    "no-offset": (lambda text: _is_time(text) and len(text) > 10 and not zone_of(text), "without an offset", FORMAT),
    "date": (lambda text: bool(re.fullmatch(r"\d{4}-\d\d-\d\d", text)) and _is_time(text), "that is a bare date", FORMAT),
    "date-or-no-offset": (lambda text: _is_time(text) and not zone_of(text), "without an offset", FORMAT),
    "fraction": (lambda text: _is_time(text) and bool(_fraction(text)), "with a fraction of a second", FORMAT),
    "no-fraction": (lambda text: _is_time(text) and len(text) > 10 and not _fraction(text), "without a fraction of a second", FORMAT),
    "odd-fraction": (lambda text: _is_time(text) and len(_fraction(text)) not in {0, 3, 6}, "with a fraction that has neither three nor six digits", f"{FORMAT}: Python's `fromisoformat` before 3.11, for instance"),
    "odder-fraction": (lambda text: _is_time(text) and len(_fraction(text)) not in {0, 3}, "with a fraction that has not three digits", FORMAT),
    "odd-fractions": (lambda text: _is_time(text) and len(_fraction(text)) not in {0, 6}, "with a fraction that has not six digits", FORMAT),
    "long-fraction": (lambda text: _is_time(text) and len(_fraction(text)) > 6, "with more than six digits of a second", FORMAT),
    "fraction-over-three": (lambda text: _is_time(text) and len(_fraction(text)) > 3, "with more than three digits of a second", FORMAT),
    "before-1970": (lambda text: _is_time(text) and _instant(text) < 0, "before 1970", "the type of the time: it counts from 1970 and has no sign"),
    "epoch": (lambda text: _is_time(text) and _instant(text) == 0, "of the first second of 1970", "a test that takes 0 for nothing"),
    "before-1900": (lambda text: _is_time(text) and text[:4] < "1900", "before 1900", "the range of the time"),
    "before-1000": (lambda text: _is_time(text) and text[:4] < "1000", "before the year 1000", "the range of the time"),
    "year-one": (lambda text: _is_time(text) and text.startswith("0001"), "in the year 1", "the conversion of the time at the beginning of the calendar"),
    "after-2037": (lambda text: _is_time(text) and _instant(text) > (2**31 - 1) * SECOND, "after January 2038", "the type of the time: seconds in 32 bits"),
    "outside-nanoseconds": (lambda text: _is_time(text) and abs(_instant(text)) >= 2**63, "before 1678 or after 2261", "the type of the time: nanoseconds in 64 bits"),
    "after-nanoseconds": (lambda text: _is_time(text) and _instant(text) >= 2**63, "after 2261", "the type of the time: nanoseconds in 64 bits"),
    "after-2099": (lambda text: _is_time(text) and text[:4] > "2099", "after 2099", "the range of the time"),
    "future": (lambda text: _is_time(text) and _instant(text) > 1_900_000_000 * SECOND, "far in the future", "the range of the time"),
    "year-9999": (lambda text: text.startswith("9999"), "in the year 9999", "the conversion of the time at the end of the calendar"),
    "outside-the-calendar": (lambda text: _is_time(text) and not LEAST <= _instant(text) <= MOST, "that is before the year 1 or after 9999 in UTC", "the conversion to UTC at the ends of the calendar"),
    "ends-of-the-calendar": (lambda text: _is_time(text) and not LEAST + DAY <= _instant(text) <= MOST - DAY, "at the ends of the calendar", "the conversion of the time zone at the ends of the calendar"),
    "leap-day": (lambda text: text[5:10] == "02-29", "on 29 February", "the validation, which knows 28 days"),
    "given": (lambda text: bool(text.strip()), "of any kind", "whatever is done where the parameter is given"),
    "nul": (lambda text: "\0" in text, "with a NUL character", PARSER),
}  # fmt: skip


def conditions(history: History, failing: Sequence[Observation]) -> Iterator[Condition]:
    """Yield the conditions that hold of any of the failing requests, the plainest first."""
    world = history.world
    for condition in _all(history):
        if any(condition.holds(world, seen.ask.query) for seen in failing):
            yield condition


def _all(history: History) -> Iterator[Condition]:
    for group, classes in ((NUMBERS, NUMBER), (TEXTS, TEXT), (BOUNDS, TIME)):
        for names in (*((name,) for name in group), group):
            yield from _of(names, classes)
    anything = (*NUMBERS, *FILTERS)
    yield from _of(
        anything,
        {
            name: TEXT[name]
            for name in ("nul", "broken-bytes", "nul-or-broken-bytes", "control", "quote", "beyond-ascii")
        },
    )
    yield from _empty(anything)
    yield from _values(history)
    yield from _fitted(history)
    yield from _of_the_query()


def _of(names: Sequence[str], classes: Mapping[str, tuple[Callable[[str], object], str, str]]) -> Iterator[Condition]:
    for id_, (is_such, words, look) in classes.items():
        yield Condition(
            id=f"{_piece(names)}.{id_}",
            words=f"{_a(names)} {words}",
            look=look,
            holds=_any_text(names, is_such),
            cost=1 + (id_ == "given") + (len(names) > 1) * 0,
        )


def _any_text(names: Sequence[str], is_such: Callable[[str], object]) -> Holds:
    return lambda _, query: any(name in names and is_such(text) for name, text in query.parameters)


def _piece(names: Sequence[str]) -> str:
    known = {NUMBERS: "paging", BOUNDS: "window", TEXTS: "filters", (*NUMBERS, *FILTERS): "parameters"}
    return known.get(tuple(names), {"channel_id": "channel"}.get(names[0], names[0]))


def _a(names: Sequence[str]) -> str:
    if len(names) > 3:
        return "a parameter"
    return f"{'an' if names[0][0] in 'aeiou' else 'a'} {' or '.join(f'`{name}`' for name in names)}"


def _empty(anything: Sequence[str]) -> Iterator[Condition]:
    for names in (*((name,) for name in anything), NUMBERS, BOUNDS, TEXTS, FILTERS, tuple(anything)):
        yield _empty_one(names)


def _empty_one(names: tuple[str, ...]) -> Condition:
    words = "an empty parameter" if len(names) > 3 else f"an empty {' or '.join(f'`{name}`' for name in names)}"
    return Condition(
        id=f"{'parameters' if len(names) > 2 else _piece(names)}.empty",
        words=words,
        look="what is done with an empty value: it counts as absent",
        holds=_any_text(names, lambda text: not text.strip()),
    )


def _values(history: History) -> Iterator[Condition]:
    statuses = facts().statuses
    for value in statuses:
        yield Condition(
            id=f"status.{value}",
            words=f"the status `{value}`",
            look=f"the branch for `{value}`",
            holds=_any_text(("status",), lambda text, v=value: text == v),  # type: ignore[misc]
        )
    lists: tuple[tuple[str, Callable[[str], object], str, str], ...] = (
        ("status.unknown", lambda text: bool(text.strip()) and text not in statuses, "a status that there is not", "the look-up of the status"),
        ("channel.no-uuid", lambda text: bool(text.strip()) and not UUID.fullmatch(text), "a `channel_id` that is no UUID", PARSER),
        ("channel.upper-case", lambda text: bool(UUID.fullmatch(text)) and text != text.lower(), "a `channel_id` in capitals", "the validation of the UUID"),
    )  # fmt: skip
    for id_, is_such, words, look in lists:
        yield Condition(id=id_, words=words, look=look, holds=_any_text((_parameter(id_),), is_such))
    runs = history.world.runs
    unknown: tuple[tuple[str, Callable[..., bool], str], ...] = (
        ("phone.of-nobody", has_phone, "a `phone` that no contact has"),
        ("channel.of-nothing", has_channel, "a `channel_id` that no step contact has"),
        ("status.of-nothing", has_status, "a status that no run has"),
    )
    for id_, has, words in unknown:
        name = _parameter(id_)
        for is_candidate in (bool, _could_be(name)):
            yield Condition(
                id=id_,
                words=words,
                look="the look-up of the value: that there is none is no error",
                holds=_any_text((name,), partial(_is_of_none, runs, has, is_candidate)),
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


def _fitted(history: History) -> Iterator[Condition]:
    """Yield the lengths and sizes above which it fails, as what came has them."""
    plain = [seen for seen in history.plain if seen.status == 200]
    for name in (*FILTERS, "limit", "offset"):
        fine = max((len(text) for seen in plain for key, text in seen.ask.query.parameters if key == name), default=0)
        yield Condition(
            id=f"{_piece((name,))}.long",
            words=f"a `{name}` of more than {fine} characters",
            look="the length that the parameter may have",
            holds=_any_text((name,), lambda text, most=fine: len(text) > most),  # type: ignore[misc]
            cost=2,
        )
    fine = max((len(seen.ask.query.encoded) for seen in plain), default=0)
    yield Condition(
        id="query.long",
        words=f"a query string of more than {fine} characters",
        look="the length that a query string may have, in the server or a log table",
        holds=lambda _, query: len(query.encoded) > fine,
        cost=2,
    )
    for name in NUMBERS:
        numbers = sorted({_whole(dict(seen.ask.query.parameters).get(name, "")) or 0 for seen in plain})
        if numbers:
            yield Condition(
                id=f"{name}.above-some",
                words=f"{_a((name,))} above {numbers[-1]}" + _maximum(history, name, numbers[-1]),
                look="the maximum of the parameter",
                holds=_any_text((name,), _above(numbers[-1])),
                cost=2,
            )
        least = [number for number in numbers if number > 0][:1]
        for number in least:
            yield Condition(
                id=f"{name}.below-some",
                words=f"{_a((name,))} below {number}",
                look="the minimum of the parameter",
                holds=_any_text((name,), lambda text, n=number: _plain(text) and int(text[:30]) < n),  # type: ignore[misc]
                cost=2,
            )


def _maximum(history: History, name: str, fine: int) -> str:
    texts = (dict(seen.ask.query.parameters).get(name, "") for seen in history.plain if seen.status != 200)
    above = [number for number in map(_whole, texts) if number is not None and number > fine]
    return f", or at least from {min(above)} on" if above and min(above) != fine + 1 else ""


def _of_the_query() -> Iterator[Condition]:
    for size in (2, 3, 4):
        for names in combinations(FILTERS, size):
            yield Condition(
                id=f"filters.{'-with-'.join(_piece((name,)) for name in names)}",
                words=f"{', '.join(f'`{name}`' for name in names[:-1])} and `{names[-1]}` together",
                look="what is put together for these filters: an ambiguous column, or a parameter that is missing",
                holds=lambda _, query, names=names: {*names} <= query.filters.keys(),  # type: ignore[misc]
                cost=size - 1,
            )
    for count in (2, 3, 4, 5):
        words = {2: "two", 3: "three", 4: "four", 5: "all five"}[count]
        yield Condition(
            id=f"filters.{words.replace(' ', '-')}",
            words=f"{words} filters" + " or more" * (count < 5),
            look="what is put together for several filters",
            holds=lambda _, query, n=count: len(query.filters) >= n,  # type: ignore[misc]
        )
    plain: tuple[tuple[str, str, str, Holds], ...] = (
        ("window.reversed", "a window that ends before it begins", "a range type or a validation: nothing matches, and that is no error", _is_reversed),
        ("filters.nothing-matches", "filters that nothing matches", "what is done with an empty list: that nothing matches is no error", _finds_nothing),
        ("offset.past-the-end", "an `offset` past the end", "what is done with an empty page: that is no error", _is_past_the_end),
        ("page.empty", "an empty page", "what is done with an empty page: that is no error", _is_empty),
        ("filters.given", "any filter", "whatever is done where a filter is given", lambda _, query: bool(query.filters)),
        ("parameters.repeated", "a parameter that is given twice", "the parser of the query string, which makes a list of it", _is_repeated),
        ("parameters.bracketed", "a parameter with brackets, such as `phone[]`", "the parser of the query string, which makes a list or an object of it", lambda _, query: any("[" in name for name, _ in query.parameters)),
        ("parameters.unknown", "a parameter that there is not", "the validation, which knows no other parameters", lambda _, query: any(name not in facts().parameters and "[" not in name for name, _ in query.parameters)),
        ("parameters.unknown-or-bracketed", "a parameter that there is not", "the validation, which knows no other parameters", lambda _, query: any(name not in facts().parameters for name, _ in query.parameters)),
        ("parameters.broken-name", "a parameter name that is no UTF-8", "the decoding of the query string", lambda _, query: any(re.search("[\ud800-\udfff]", name) for name, _ in query.parameters)),
        ("limit.absent", "no `limit`", "the default of the page size", lambda _, query: "limit" not in query.meaning),
        ("offset.given", "an `offset` above 0", "the code for later pages", lambda _, query: (_whole(query.meaning.get("offset", "0")) or 0) > 0),
        ("window.one-bound", "a `before` or `after` without the other", "the branch for one bound: it uses the other one, which is not there", lambda _, query: len({"before", "after"} & query.filters.keys()) == 1),
        ("before.alone", "a `before` without `after`", "the branch for one bound", lambda _, query: "before" in query.filters and "after" not in query.filters),
        ("after.alone", "an `after` without `before`", "the branch for one bound", lambda _, query: "after" in query.filters and "before" not in query.filters),
        ("request.any", "every request", "what every request goes through", lambda _world, _query: True),
    )  # fmt: skip
    for id_, words, look, holds in plain:
        yield Condition(id=id_, words=words, look=look, holds=holds, cost=2 if id_.endswith((".given", ".any")) else 1)
    for name in (*NUMBERS, *FILTERS):
        yield Condition(
            id=f"{_piece((name,))}.repeated",
            words=f"a `{name}` that is given twice",
            look="the parser of the query string, which makes a list of it",
            holds=lambda _, query, name=name: [key for key, _ in query.parameters].count(name) > 1,  # type: ignore[misc]
        )
        yield Condition(
            id=f"{_piece((name,))}.bracketed",
            words=f"a `{name}` with brackets, such as `{name}[]`",
            look="the parser of the query string, which makes a list or an object of it",
            holds=lambda _, query, name=name: any(key.startswith(f"{name}[") for key, _ in query.parameters),  # type: ignore[misc]
        )


def _is_repeated(_: World, query: Query) -> bool:
    names = [name for name, _ in query.parameters]
    return len(names) > len(set(names))


def _is_reversed(_: World, query: Query) -> bool:
    before, after = query.instant("before"), query.instant("after")
    return before is not None and after is not None and before < after


def _matching(world: World, query: Query) -> tuple[int, int] | None:
    """Return how many runs match, and how many of them are on the page; None where that is open."""
    try:
        turn = HONEST.run(world, query)
    except UNREADABLE:
        return None
    return len(turn.rows), len(turn.page)


def _finds_nothing(world: World, query: Query) -> bool:
    found = _matching(world, query)
    return bool(query.filters) and found is not None and found[0] == 0


def _is_empty(world: World, query: Query) -> bool:
    found = _matching(world, query)
    return found is not None and found[1] == 0


def _is_past_the_end(world: World, query: Query) -> bool:
    found = _matching(world, query)
    if found is not None:
        offset = _whole(query.meaning.get("offset", "0")) or 0
        return 0 < offset >= found[0]
    offset = _whole(query.meaning.get("offset", "0")) or 0
    return not query.filters and offset >= max(1, world.total)


def given(names: Iterable[str]) -> str:
    """Return parameters as a sentence has them."""
    return quoted(tuple(names))
