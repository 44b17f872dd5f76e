"""What `limit` is taken for: another size of the page."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from seqruns.document import facts
from seqruns_contracts.diagnosis.explanations.filters.combining import name_of
from seqruns_contracts.diagnosis.explanations.kinds import BOUNDS, quoted
from seqruns_contracts.diagnosis.explanations.pages.paging import ALL, LIMIT, OFFSET, SIZES, is_limited, paging, resize
from seqruns_contracts.model.query import FILTERS

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterator

    from seqruns_contracts.diagnosis.explanations.kinds import Explanation
    from seqruns_contracts.diagnosis.history import History
    from seqruns_contracts.diagnosis.pipeline import Turn

MENUS = ((10, 25, 50, 100), (10, 20, 50, 100), (20, 50, 100), (25, 50, 100), (10, 25, 50, 100, 200), (5, 10, 25, 50, 100), (10, 20, 50, 100, 200, 500))  # fmt: skip


def sizes(history: History) -> Iterator[Explanation]:
    """Yield the limits that are not the ones asked for."""
    # A size that nobody thinks of shows in what came: a target that caps at 77 sends pages of 77.
    seen = {len(page.ids or ()) for page in history.pages}
    for size in sorted({*SIZES, *seen} - {0}):
        yield from _of_size(size)
    yield paging(
        "limit.no-default", "gives all runs where no limit is given; 50 is documented", _default(ALL),
        look="the default of the page size, which is missing",
    )  # fmt: skip
    yield paging(
        "limit.ignored-altogether", "ignores `limit`: all runs come", resize(lambda _: ALL),
        look="the `LIMIT` of the query, which is missing",
    )  # fmt: skip
    yield paging(
        "limit.wraps-at-8-bits", "holds `limit` in a byte: 300 is 44",
        resize(lambda limit: limit % 256), look="the type of the parameter, which holds 255 at most", needs=LIMIT,
    )  # fmt: skip
    yield from _without_default_beside()
    for more in (1, 2, -1, -2):
        yield paging(
            f"limit.{'plus' if more > 0 else 'minus'}-{abs(more)}",
            f"gives {abs(more)} run{'s' * (abs(more) > 1)} too {'many' if more > 0 else 'few'} on a page",
            resize(partial(lambda more, limit: max(0, limit + more), more)),
            look="the row beyond the page that tells whether there is more: it is not cut off" if more > 0
            else "the end of the slice, which is one too early",
        )  # fmt: skip
    yield from _of_few()


def _without_default_beside() -> Iterator[Explanation]:
    """Yield that all runs come where some filters are given and no limit is: a report in the place of a page."""
    for names in (*((name,) for name in FILTERS), BOUNDS):
        yield paging(
            f"limit.no-default-with-{name_of(names)}",
            f"gives all runs where {quoted(names)} {'is' if len(names) == 1 else 'are'} given and no limit is",
            partial(_all_beside, names), look="the branch for these filters: it has no default of the page size",
            needs=frozenset(names),
        )  # fmt: skip


def _all_beside(names: Collection[str], turn: Turn) -> None:
    if {*names} <= turn.texts.keys() and not is_limited(turn):
        turn.limit = ALL


def _of_size(size: int) -> Iterator[Explanation]:
    """Yield what a size may be to a target: the only one, the most, the least, or that of a request without a limit."""
    yield paging(
        "limit.ignored", f"ignores `limit`: a page always has {size} runs", resize(partial(lambda n, _: n, size)),
        look=f"the parameter `limit`, which is not read: {size} is fixed", cost=2,
    )  # fmt: skip
    yield paging(
        "limit.capped", f"gives at most {size} runs a page; a limit up to 500 is documented",
        resize(partial(lambda n, limit: min(limit, n), size)),
        look=f"the maximum of the page size: {size}", cost=2,
    )  # fmt: skip
    if size != facts().limit_default:
        yield paging(
            "limit.default", f"gives {size} runs where no limit is given; 50 is documented", _default(size),
            look=f"the default of the page size: {size}", cost=2,
        )  # fmt: skip
    yield paging(
        "limit.at-least", f"gives at least {size} runs a page, however small `limit` is",
        resize(partial(lambda n, limit: max(limit, n), size)),
        look=f"the minimum of the page size: {size}", needs=LIMIT, cost=2,
    )  # fmt: skip
    yield paging(
        "limit.large-means-default", f"takes a limit above {size} for none: the default page comes",
        resize(partial(lambda n, limit: limit if limit <= n else facts().limit_default, size)),
        look=f"the validation of the page size, which falls back to the default above {size}", needs=LIMIT, cost=2,
    )  # fmt: skip
    if size != facts().limit_default:
        yield paging(
            "limit.default-later", f"gives {size} runs where no limit is given on every page but the first", _default(size, is_later=True),
            look=f"the default of the page size for later pages: {size}", needs=OFFSET, cost=2,
        )  # fmt: skip


def _of_few() -> Iterator[Explanation]:
    """Yield that only some sizes are given: large ones, those of a menu, or multiples."""
    for most in (1, 2, 5, 9, 10):
        yield paging(
            "limit.small-means-default", f"takes a limit of {most} or less for none: the default page comes",
            resize(partial(lambda n, limit: limit if limit > n else facts().limit_default, most)),
            look="the validation of the page size, which falls back to the default", needs=LIMIT, cost=2,
        )  # fmt: skip
    for menu in MENUS:
        for pick, words in ((_nearest, "nearest"), (_next, "next larger"), (_previous, "next smaller")):
            yield paging(
                "limit.from-a-menu", f"takes for `limit` the {words} of {', '.join(map(str, menu))}",
                resize(partial(lambda menu, pick, limit: pick(menu, limit), menu, pick)),
                look="the list of page sizes that are allowed", needs=LIMIT, cost=2,
            )  # fmt: skip
    for unit in (5, 10, 20, 25):
        yield paging(
            "limit.rounded", f"rounds `limit` to multiples of {unit}",
            resize(partial(lambda unit, limit: max(unit, round(limit / unit) * unit), unit)),
            look="the page size, which is rounded", needs=LIMIT, cost=2,
        )  # fmt: skip


def _nearest(menu: tuple[int, ...], limit: int) -> int:
    return min(menu, key=lambda size: abs(size - limit))


def _next(menu: tuple[int, ...], limit: int) -> int:
    return next((size for size in menu if size >= limit), menu[-1])


def _previous(menu: tuple[int, ...], limit: int) -> int:
    return next((size for size in reversed(menu) if size <= limit), menu[0])


def _default(size: int, *, is_later: bool = False) -> Callable[[Turn], None]:
    def rewrite(turn: Turn) -> None:
        if not is_limited(turn) and (turn.offset or not is_later):
            turn.limit = size

    return rewrite
