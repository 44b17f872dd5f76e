"""Limits that are fitted to what came: the lengths, sizes, numbers and offsets beyond which a target fails."""

from __future__ import annotations

from functools import partial
from itertools import product
from typing import TYPE_CHECKING

from seqruns.document import facts
from seqruns_contracts.diagnosis.conditions.kinds import (
    Condition,
    any_text,
    is_plain,
    piece_of,
    whole_number,
    with_article,
)
from seqruns_contracts.diagnosis.conditions.texts import above, offset_of
from seqruns_contracts.diagnosis.explanations.bounds.reading import DAY
from seqruns_contracts.diagnosis.explanations.kinds import BOUNDS
from seqruns_contracts.diagnosis.pipeline import HONEST
from seqruns_contracts.model.query import FILTERS, PAGING

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from seqruns_contracts.diagnosis.history import History
    from seqruns_contracts.diagnosis.pipeline import Turn
    from seqruns_contracts.diagnosis.world import World
    from seqruns_contracts.model.exchange import Observation
    from seqruns_contracts.model.query import Query


DEEPEST = 10_000
"""Where Elasticsearch ends a list that is read by offsets."""
DEFAULT = str(facts().limit_default)
MOST_DIGITS = 30
USUAL_DAYS = (1, 7, 14, 30, 31, 60, 90, 92, 180, 365, 366)
"""How wide a window may be, where that is bounded."""


def of_limits(history: History) -> Iterator[Condition]:
    """Yield the conditions that a value is beyond all that were answered with a page."""
    fine = [seen for seen in history.plain if seen.status == 200]
    yield from _of_lengths(fine)
    yield from _of_pages(fine)
    for name in PAGING:
        yield from _of_numbers(name, fine, history)
    yield from _of_texts()
    yield from _of_ends()
    for names in (*((name,) for name in BOUNDS), BOUNDS):
        yield from _of_offsets(names, history)


def _of_lengths(plain: Sequence[Observation]) -> Iterator[Condition]:
    for name in FILTERS:
        fine = max((len(text) for seen in plain for key, text in seen.ask.query.parameters if key == name), default=0)
        if fine:
            yield Condition(
                id=f"{piece_of((name,))}.long",
                words=f"{with_article((name,))} of more than {fine} characters",
                look="the length that the parameter may have",
                holds=any_text((name,), partial(lambda most, text: len(text) > most, fine)),
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


def _of_pages(plain: Sequence[Observation]) -> Iterator[Condition]:
    widest = max((width for seen in plain if (width := _width(seen.ask.query)) is not None), default=0)
    yield Condition(
        id="window.wide",
        words=f"a window of more than {widest // DAY} days",
        look="the longest window that is allowed",
        holds=lambda _, query: (_width(query) or 0) > widest,
        cost=2,
    )
    for days in USUAL_DAYS:
        yield Condition(
            id="window.wide",
            words=f"a window of more than {days} days",
            look=f"the longest window that is allowed: {days} days",
            holds=partial(_is_wider, days * DAY),
        )
    for id_, words, is_such in (
        ("offset.past-the-end", "an `offset` past the end of what matches", lambda turn: 0 < turn.total <= turn.offset),
        ("page.empty", "a request whose page is empty", lambda turn: not turn.page),
    ):
        yield Condition(
            id=id_,
            words=words,
            look="what is done with a page that has no runs: it is an answer like any other",
            holds=partial(_is_page, is_such),
        )


def _of_numbers(name: str, plain: Sequence[Observation], history: History) -> Iterator[Condition]:
    numbers = sorted({whole_number(dict(seen.ask.query.parameters).get(name, "")) or 0 for seen in plain})
    if numbers:
        yield Condition(
            id=f"{name}.above-some",
            words=f"{with_article((name,))} above {numbers[-1]}" + _maximum(history, name, numbers[-1]),
            look="the maximum of the parameter",
            holds=any_text((name,), above(numbers[-1])),
            cost=2,
        )
    least = min((number for number in numbers if number > 0), default=0)
    # Of a number of hundreds of digits the first 30 say that it is not below.
    if least:
        yield Condition(
            id=f"{name}.below-some",
            words=f"{with_article((name,))} below {least}",
            look="the minimum of the parameter",
            holds=any_text((name,), partial(lambda n, text: is_plain(text) and int(text[:30]) < n, least)),
            cost=2,
        )


def _of_ends() -> Iterator[Condition]:
    """Yield that the end of a page is out of range, though the offset is not."""
    for bits, is_offset_fine in product((31, 32, 63, 64), (True, False)):
        # An offset that is too large by itself may be refused, or crash as well.
        yield Condition(
            id=f"offset.and-limit-overflow-{bits}-bits",
            words=f"an `offset` whose page ends beyond {bits} bits",
            look="the type of the sum of `offset` and `limit`",
            holds=partial(_is_end_beyond, 2**bits - 1, is_offset_fine),
            cost=2,
        )
    yield Condition(
        id="offset.deep",
        words="a page that ends beyond 10,000 runs",
        look="the deepest page that is allowed, as `max_result_window` has it",
        holds=lambda _, query: _end(query)[1] > DEEPEST,
        cost=2,
    )


def _is_end_beyond(most: int, is_offset_fine: bool, _: World, query: Query) -> bool:  # noqa: FBT001 - bound by partial
    offset, end = _end(query)
    return end > most and (offset <= most or not is_offset_fine)


def _end(query: Query) -> tuple[int, int]:
    """Return where a page begins and ends; (0, 0) where that is no plain number."""
    offset, limit = (query.meaning.get(name, default) for name, default in (("offset", "0"), ("limit", DEFAULT)))
    if not (is_plain(offset) and is_plain(limit) and len(offset) < MOST_DIGITS and len(limit) < MOST_DIGITS):
        return 0, 0
    return int(offset), int(offset) + int(limit)


def _of_texts() -> Iterator[Condition]:
    """Yield that a limit is held against its maximum as text: 60 comes after 500 in the alphabet, and 100 before it."""
    for most in (50, 100, 200, 250, 500, 1000):
        yield Condition(
            id="limit.above-some-as-text",
            words=f"a `limit` that is above {most} as text, such as 9",
            look="the comparison with the maximum: both should be numbers",
            holds=any_text(("limit",), partial(lambda most, text: is_plain(text) and text > most, str(most))),
            cost=2,
        )


def _of_offsets(names: Sequence[str], history: History) -> Iterator[Condition]:
    """Yield the offset beyond which times fail: 12, 14 and 18 hours are usual."""
    fine: set[int] = set()
    failing: set[int] = set()
    for seen in history.plain:
        offsets = {abs(offset_of(text)) for name, text in seen.ask.query.parameters if name in names}
        (fine if seen.status == 200 else failing).update(offsets)
    farthest = max(fine, default=0)
    beyond = min((offset for offset in failing if offset > farthest), default=0)
    # Where not even an offset of eight hours is read, it is no limit: offsets fail as such, or those with minutes.
    if beyond and farthest >= 8 * 60:
        yield Condition(
            id=f"{piece_of(names)}.far-offset",
            words=f"{with_article(names)} with an offset beyond {_clock(farthest)}, at least from {_clock(beyond)} on",
            look="the range of the offset",
            holds=any_text(names, partial(_is_farther, farthest)),
        )


def _is_farther(farthest: int, text: str) -> bool:
    return abs(offset_of(text)) > farthest


def _clock(minutes: int) -> str:
    return f"{minutes // 60}:{minutes % 60:02}"


def _is_page(is_such: Callable[[Turn], bool], world: World, query: Query) -> bool:
    turn = HONEST.foresee(world, query)
    return turn is not None and is_such(turn)


def _width(query: Query) -> int | None:
    before, after = query.instant("before"), query.instant("after")
    return None if before is None or after is None else before - after


def _is_wider(most: int, _: World, query: Query) -> bool:
    return (_width(query) or 0) > most


def _maximum(history: History, name: str, fine: int) -> str:
    texts = (dict(seen.ask.query.parameters).get(name, "") for seen in history.plain if seen.status != 200)
    above = [number for number in map(whole_number, texts) if number is not None and number > fine]
    return f", or at least from {min(above)} on" if above and min(above) != fine + 1 else ""
