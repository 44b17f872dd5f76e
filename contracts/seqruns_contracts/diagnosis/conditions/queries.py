"""Conditions on a query as a whole: which filters come together, and what they find."""

from __future__ import annotations

import re
from functools import partial
from itertools import combinations
from typing import TYPE_CHECKING

from seqruns.document import facts
from seqruns_contracts.diagnosis.conditions.kinds import (
    Condition,
    piece_of,
    whole_number,
    with_article,
)
from seqruns_contracts.diagnosis.explanations.kinds import BOUNDS
from seqruns_contracts.diagnosis.pipeline import HONEST
from seqruns_contracts.model.query import FILTERS, PAGING

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from seqruns_contracts.diagnosis.conditions.kinds import Holds
    from seqruns_contracts.diagnosis.world import World
    from seqruns_contracts.model.query import Query


def of_the_query() -> Iterator[Condition]:
    """Yield the conditions that are about no single value."""
    yield from _of_several_filters()
    yield from _of_anything()
    yield from _of_a_name()


def _of_several_filters() -> Iterator[Condition]:
    """Yield which filters, and how many, come together."""
    # The fewer it takes the plainer: where all that fails has `phone` and `status`, that some has `channel_id` says
    # nothing.
    for size in (2, 3, 4):
        for names in combinations(FILTERS, size):
            yield Condition(
                id=f"filters.{'-with-'.join(piece_of((name,)) for name in names)}",
                words=f"{', '.join(f'`{name}`' for name in names[:-1])} and `{names[-1]}` together",
                look="what is put together for these filters: an ambiguous column, or a parameter that is missing",
                holds=partial(lambda names, _, query: {*names} <= query.filters.keys(), names),
                cost=size - 1,
            )
    for count in (2, 3, 4, 5):
        words = {2: "two", 3: "three", 4: "four", 5: "all five"}[count]
        yield Condition(
            id=f"filters.{words.replace(' ', '-')}",
            words=f"{words} filters" + " or more" * (count < 5),
            look="what is put together for several filters",
            holds=partial(lambda n, _, query: len(query.filters) >= n, count),
        )


def _of_anything() -> Iterator[Condition]:
    """Yield the conditions that need no name of a parameter."""
    plain: tuple[tuple[str, str, str, Holds], ...] = (
        ("window.reversed", "a window that ends before it begins", "a range type or a validation: nothing matches, and that is no error", _is_reversed),
        ("window.of-one-instant", "a window that ends where it begins", "the validation of the two bounds: both are inclusive, so nothing is wrong", lambda _, query: query.instant("before") is not None and query.instant("before") == query.instant("after")),
        ("window.not-forward", "a window that ends before it begins, or there", "the validation of the two bounds: nothing, or one instant, may match, and that is no error", _is_not_forward),
        ("filters.nothing-matches", "filters that nothing matches", "what is done with an empty list: that nothing matches is no error", _finds_nothing),
        ("offset.past-the-end", "an `offset` past the end", "what is done with an empty page: that is no error", _is_past_the_end),
        ("page.empty", "an empty page", "what is done with an empty page: that is no error", _is_empty),
        ("filters.given", "any filter", "whatever is done where a filter is given", lambda _, query: bool(query.filters)),
        ("parameters.repeated", "a parameter that is given twice", "the parser of the query string, which makes a list of it", _is_repeated),
        ("filters.repeated", "a filter that is given twice", "the parser of the query string, which makes a list of it", lambda _, query: any([name for name, _ in query.parameters].count(each) > 1 for each in FILTERS)),
        ("parameters.bracketed", "a parameter with brackets, such as `phone[]`", "the parser of the query string, which makes a list or an object of it", lambda _, query: any("[" in name for name, _ in query.parameters)),
        ("parameters.nested", "a parameter with brackets in brackets, such as `phone[a][b]`", "the parser of the query string, which makes an object of objects of it", lambda _, query: any(name.count("[") > 1 for name, _ in query.parameters)),
        ("parameters.without-value", "a name without a value, such as `phone&limit=5`", "the parser of the query string, which makes null of it", lambda _, query: query.bare and not all(text for _, text in query.parameters)),
        ("parameters.unknown", "an unknown parameter", "the validation, which knows no other parameters", lambda _, query: any(name not in facts().parameters and "[" not in name for name, _ in query.parameters)),
        ("parameters.unknown-or-bracketed", "an unknown parameter", "the validation, which knows no other parameters", lambda _, query: any(name not in facts().parameters for name, _ in query.parameters)),
        ("parameters.broken-name", "a parameter name that is no UTF-8", "the decoding of the query string", lambda _, query: any(re.search("[\ud800-\udfff]", name) for name, _ in query.parameters)),
        ("query.broken-bytes", "a query string with bytes that are no UTF-8", "the decoding of the query string", lambda _, query: any(re.search("[\ud800-\udfff]", name + text) for name, text in query.parameters)),
        ("limit.absent", "no `limit`", "the default of the page size", lambda _, query: "limit" not in query.meaning),
        ("offset.given", "an `offset` above 0", "the code for later pages", lambda _, query: (whole_number(query.meaning.get("offset", "0")) or 0) > 0),
        ("window.one-bound", "a `before` or `after` without the other", "the branch for one bound: it uses the other one, which is not there", lambda _, query: len({"before", "after"} & query.filters.keys()) == 1),
        ("before.alone", "a `before` without `after`", "the branch for one bound", lambda _, query: "before" in query.filters and "after" not in query.filters),
        ("after.alone", "an `after` without `before`", "the branch for one bound", lambda _, query: "after" in query.filters and "before" not in query.filters),
        ("request.any", "every request", "what every request goes through", lambda _world, _query: True),
    )  # fmt: skip
    for id_, words, look, holds in plain:
        yield Condition(id=id_, words=words, look=look, holds=holds, cost=2 if id_.endswith((".given", ".any")) else 1)


def _of_a_name() -> Iterator[Condition]:
    """Yield that a parameter, or one of two that share their parser, comes twice or with brackets."""
    for names in (*((name,) for name in (*PAGING, *FILTERS)), PAGING, BOUNDS):
        yield Condition(
            id=f"{piece_of(names)}.repeated",
            words=f"{with_article(names)} that is given twice",
            look="the parser of the query string, which makes a list of it",
            holds=partial(_is_one_repeated, names),
        )
        yield Condition(
            id=f"{piece_of(names)}.bracketed",
            words=f"{with_article(names)} with brackets, such as `{names[0]}[]`",
            look="the parser of the query string, which makes a list or an object of it",
            holds=partial(_is_one_bracketed, names),
        )


def _is_one_repeated(names: Sequence[str], _: World, query: Query) -> bool:
    sent = [name for name, _ in query.parameters]
    return any(sent.count(name) > 1 for name in names)


def _is_one_bracketed(names: Sequence[str], _: World, query: Query) -> bool:
    return any(sent.startswith(tuple(f"{name}[" for name in names)) for sent, _ in query.parameters)


def _is_repeated(_: World, query: Query) -> bool:
    names = [name for name, _ in query.parameters]
    return len(names) > len(set(names))


def _is_reversed(_: World, query: Query) -> bool:
    before, after = query.instant("before"), query.instant("after")
    return before is not None and after is not None and before < after


def _is_not_forward(_: World, query: Query) -> bool:
    before, after = query.instant("before"), query.instant("after")
    return before is not None and after is not None and before <= after


def _matching(world: World, query: Query) -> tuple[int, int] | None:
    """Return how many runs match, and how many of them are on the page; None where that is open."""
    turn = HONEST.foresee(world, query)
    return None if turn is None else (len(turn.rows), len(turn.page))


def _finds_nothing(world: World, query: Query) -> bool:
    found = _matching(world, query)
    return bool(query.filters) and found is not None and found[0] == 0


def _is_empty(world: World, query: Query) -> bool:
    found = _matching(world, query)
    return found is not None and found[1] == 0


def _is_past_the_end(world: World, query: Query) -> bool:
    offset = whole_number(query.meaning.get("offset", "0")) or 0
    found = _matching(world, query)
    if found is not None:
        return offset >= max(1, found[0])
    # The contract reads no offset of 16 digits and more; behind the end of the whole list it is all the same.
    return not query.filters and offset >= max(1, world.total)
