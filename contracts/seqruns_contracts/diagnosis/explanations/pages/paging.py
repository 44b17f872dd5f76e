"""How a page is cut: what `limit` and `offset` are taken for."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from seqruns.document import facts
from seqruns_contracts.diagnosis.explanations.kinds import PIECE, Explanation, Part, asking
from seqruns_contracts.model.query import FILTERS

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from seqruns_contracts.diagnosis.history import History
    from seqruns_contracts.diagnosis.pipeline import Turn

PAGING = frozenset({"limit", "offset"})
LIMIT, OFFSET = frozenset({"limit"}), frozenset({"offset"})
SIZES = (10, 20, 25, 30, 50, 100, 200, 250)
MENUS = ((10, 25, 50, 100), (10, 20, 50, 100), (20, 50, 100), (25, 50, 100), (10, 25, 50, 100, 200), (5, 10, 25, 50, 100), (10, 20, 50, 100, 200, 500))  # fmt: skip


def sizes(history: History) -> Iterator[Explanation]:
    """Yield the limits that are not the ones asked for."""
    seen = {len(page.ids or ()) for page in history.pages}
    for size in sorted({*SIZES, *seen} - {0}):
        yield _paging(
            "limit.ignored", f"ignores `limit`: a page always has {size} runs", _resize(partial(lambda n, _: n, size)),
            look=f"the parameter `limit`, which is not read: {size} is fixed", needs=frozenset(), cost=2,
        )  # fmt: skip
        yield _paging(
            "limit.capped", f"gives at most {size} runs a page; a limit up to 500 is documented",
            _resize(partial(lambda n, limit: min(limit, n), size)),
            look=f"the maximum of the page size: {size}", needs=frozenset(), cost=2,
        )  # fmt: skip
        if size != facts().limit_default:
            yield _paging(
                "limit.default", f"gives {size} runs where no limit is given; 50 is documented", _default(size),
                look=f"the default of the page size: {size}", needs=frozenset(), cost=2,
            )  # fmt: skip
        yield _paging(
            "limit.at-least", f"gives at least {size} runs a page, however small `limit` is",
            _resize(partial(lambda n, limit: max(limit, n), size)),
            look=f"the minimum of the page size: {size}", needs=LIMIT, cost=2,
        )  # fmt: skip
        yield _paging(
            "limit.large-means-default", f"takes a limit above {size} for none: the default page comes",
            _resize(partial(lambda n, limit: limit if limit <= n else facts().limit_default, size)),
            look=f"the validation of the page size, which falls back to the default above {size}", needs=LIMIT, cost=2,
        )  # fmt: skip
        if size != facts().limit_default:
            yield _paging(
                "limit.default-later", f"gives {size} runs where no limit is given on every page but the first", _default(size, is_later=True),
                look=f"the default of the page size for later pages: {size}", needs=OFFSET, cost=2,
            )  # fmt: skip
    yield _paging(
        "limit.no-default", "gives all runs where no limit is given; 50 is documented", _default(10**9),
        look="the default of the page size, which is missing", needs=frozenset(), cost=1,
    )  # fmt: skip
    yield _paging(
        "limit.ignored-altogether", "ignores `limit`: all runs come", _resize(lambda _: 10**9),
        look="the `LIMIT` of the query, which is missing", needs=frozenset(), cost=1,
    )  # fmt: skip
    for more in (1, 2, -1, -2):
        yield _paging(
            f"limit.{'plus' if more > 0 else 'minus'}-{abs(more)}",
            f"gives {abs(more)} run{'s' * (abs(more) > 1)} too {'many' if more > 0 else 'few'} on a page",
            _resize(partial(lambda more, limit: max(0, limit + more), more)),
            look="the row beyond the page that tells whether there is more: it is not cut off" if more > 0
            else "the end of the slice, which is one too early",
            needs=frozenset(),
        )  # fmt: skip
    for most in (1, 2, 5, 9, 10):
        yield _paging(
            "limit.small-means-default", f"takes a limit of {most} or less for none: the default page comes",
            _resize(partial(lambda n, limit: limit if limit > n else facts().limit_default, most)),
            look="the validation of the page size, which falls back to the default", needs=LIMIT, cost=2,
        )  # fmt: skip
    for menu in MENUS:
        for pick, words in ((_nearest, "nearest"), (_next, "next larger"), (_previous, "next smaller")):
            yield _paging(
                "limit.from-a-menu", f"takes for `limit` the {words} of {', '.join(map(str, menu))}",
                _resize(partial(lambda menu, pick, limit: pick(menu, limit), menu, pick)),
                look="the list of page sizes that are allowed", needs=LIMIT, cost=2,
            )  # fmt: skip
    for unit in (5, 10, 20, 25):
        yield _paging(
            "limit.rounded", f"rounds `limit` to multiples of {unit}",
            _resize(partial(lambda unit, limit: max(unit, round(limit / unit) * unit), unit)),
            look="the page size, which is rounded", needs=LIMIT, cost=2,
        )  # fmt: skip


def _nearest(menu: tuple[int, ...], limit: int) -> int:
    return min(menu, key=lambda size: abs(size - limit))


def _next(menu: tuple[int, ...], limit: int) -> int:
    return next((size for size in menu if size >= limit), menu[-1])


def _previous(menu: tuple[int, ...], limit: int) -> int:
    return next((size for size in reversed(menu) if size <= limit), menu[0])


def offsets(_: History) -> Iterator[Explanation]:
    """Yield the offsets that are not the ones asked for."""
    default = facts().limit_default
    changes: dict[str, tuple[Callable[[int, int], tuple[int, int]], str, str]] = {
        "offset.ignored": (lambda limit, _: (limit, 0), "ignores `offset`: every page is the first", "the parameter `offset`, which is read under another name, or never used"),
        "offset.is-a-page-number": (lambda limit, offset: (limit, offset * limit), "takes `offset` for a page number, counted from 0", "`offset * limit` in the place of `offset`"),
        "offset.is-a-page-number-from-one": (lambda limit, offset: (limit, max(0, offset - 1) * limit), "takes `offset` for a page number, counted from 1", "`(offset - 1) * limit` in the place of `offset`"),
        "offset.in-whole-pages": (lambda limit, offset: (limit, offset // limit * limit if limit else offset), "rounds `offset` down to whole pages", "a page number made of the offset: `offset / limit`"),
        "offset.in-whole-pages-up": (lambda limit, offset: (limit, -(-offset // limit) * limit if limit else offset), "rounds `offset` up to whole pages", "a page number made of the offset: `ceil(offset / limit)`"),
        "offset.in-default-pages": (lambda limit, offset: (limit, offset // default * default), "rounds `offset` down to pages of 50", "a page number made of the offset and the default page size"),
        "offset.times-default": (lambda limit, offset: (limit, offset * default), "takes `offset` for a number of pages of 50", "`offset * 50` in the place of `offset`"),
        "offset.counts-from-one": (lambda limit, offset: (limit, max(0, offset - 1)), "counts `offset` from 1, so that every later page repeats a run", "`offset - 1`"),
        "offset.counts-from-one-twice": (lambda limit, offset: (limit, max(0, offset - 2)), "skips two runs too few", "`offset - 2`"),
        "offset.plus-one": (lambda limit, offset: (limit, offset and offset + 1), "skips one run too many on every page but the first", "`offset + 1`, or `>` in the place of `>=`"),
        "offset.plus-one-always": (lambda limit, offset: (limit, offset + 1), "skips one run too many on every page, the first included", "`offset + 1`"),
        "offset.twice": (lambda limit, offset: (limit, offset * 2), "applies `offset` twice", "an `OFFSET` in the query and a slice after it"),
        "offset.twice-on-a-page": (lambda limit, offset: (max(0, limit - offset), offset * 2), "applies `offset` twice, to the list and to the page cut out of it", "an `OFFSET` in the query and a slice after it"),
        "offset.added-to-limit": (lambda limit, offset: (limit + offset, offset), "adds `offset` to the size of the page", "the end of the slice"),
        "limit.is-the-end": (lambda limit, offset: (max(0, limit - offset), offset), "takes `limit` for the end of the page, not for its size", "the slice `[offset:limit]`: its end should be `offset + limit`"),
        "limit.added-as-text": (lambda limit, offset: (int(f"{offset}{limit}"[:15]) - offset, offset), "adds `offset` and `limit` as texts: 50 and 10 make 5010, so a later page holds all that is left", "the end of the slice: JavaScript's `offset + limit` of two strings"),
        "limit.and-offset-exchanged": (lambda limit, offset: (offset, limit), "exchanges `limit` and `offset`", "the two placeholders of the query"),
        "offset.wraps-at-32-bits": (lambda limit, offset: (limit, offset % 2**32), "holds `offset` in 32 bits: the first page comes again behind 4,294,967,295", "the type of the offset, which should have 64 bits"),
        "offset.wraps-at-signed-32-bits": (lambda limit, offset: (limit, max(0, (offset + 2**31) % 2**32 - 2**31)), "holds `offset` in 32 bits: the first page comes again", "the type of the offset, which should have 64 bits"),
    }  # fmt: skip
    for id_, (change, sentence, look) in changes.items():
        yield _paging(id_, sentence, _page(change), look=look, needs=OFFSET)
    for most in (*SIZES, 1000, 10_000, 100_000):
        yield _paging(
            "offset.capped", f"takes an offset above {most} for {most}",
            _page(partial(lambda most, limit, offset: (limit, min(offset, most)), most)),
            look=f"the maximum of the offset: {most}", needs=OFFSET, cost=2,
        )  # fmt: skip
        yield _paging(
            "offset.begins-again-at-some", f"begins the list again at an offset of {most}",
            _page(partial(lambda most, limit, offset: (limit, offset % most), most)),
            look=f"the offset, which is taken modulo {most}", needs=OFFSET, cost=2,
        )  # fmt: skip
    for more in (1, -1):
        yield _paging(
            f"limit.{'plus' if more > 0 else 'minus'}-1-later",
            f"gives one run too {'many' if more > 0 else 'few'} on every page but the first",
            _page(partial(lambda more, limit, offset: (max(1, limit + more) if offset else limit, offset), more)),
            look="the end of the slice on later pages: `offset + limit`", needs=OFFSET,
        )  # fmt: skip
    yield _paging(
        "limit.ignored-without-limit-later", "gives all that is left where an offset and no limit is given",
        lambda turn: _set(turn, 10**9 if turn.offset and not _is_limited(turn) else turn.limit, turn.offset),
        look="the branch for an offset without a limit", needs=OFFSET,
    )  # fmt: skip
    yield _paging(
        "offset.of-zero-skips-one", "skips a run where an `offset` of 0 is given, and none where it is left out",
        lambda turn: _set(turn, turn.limit, 1 if dict(turn.query.parameters).get("offset") == "0" else turn.offset),
        look="the truth of 0, which is taken for no offset, and then for 1", needs=OFFSET,
    )  # fmt: skip
    yield _paging(
        "parameters.page-is-understood", "takes `page`, which the document does not name, for the number of a page",
        _turn_to_page, look="the parameter `page`, which is read", needs=frozenset(),
    )  # fmt: skip
    yield _paging(
        "offset.ignored-with-filters", "ignores `offset` where a filter is given",
        lambda turn: _set(turn, turn.limit, 0 if turn.texts else turn.offset),
        look="the branch for filtered lists", needs=OFFSET,
    )  # fmt: skip
    for name in FILTERS:
        piece = PIECE.get(name, name)
        yield _paging(
            f"offset.ignored-with-{piece}", f"ignores `offset` where `{name}` is given",
            partial(_where_given, name, lambda turn: _set(turn, turn.limit, 0)),
            look=f"the branch for `{name}`", needs=OFFSET,
        )  # fmt: skip
        yield _paging(
            f"limit.ignored-with-{piece}", f"ignores `limit` where `{name}` is given",
            partial(_where_given, name, lambda turn: _set(turn, 10**9, turn.offset)),
            look=f"the branch for `{name}`", needs=frozenset({name}),
        )  # fmt: skip
        yield _paging(
            f"limit.and-offset-ignored-with-{piece}", f"ignores `limit` and `offset` where `{name}` is given: all that match come",
            partial(_where_given, name, lambda turn: _set(turn, 10**9, 0)),
            look=f"the branch for `{name}`", needs=frozenset({name}),
        )  # fmt: skip
    yield _paging(
        "offset.ignored-without-limit", "ignores `offset` where no limit is given",
        lambda turn: _set(turn, turn.limit, turn.offset if dict(turn.query.parameters).get("limit") else 0),
        look="the branch for a request without a limit", needs=OFFSET,
    )  # fmt: skip
    yield _paging(
        "limit.ignored-with-filters", "ignores `limit` where a filter is given",
        lambda turn: _set(turn, 10**9 if turn.texts else turn.limit, turn.offset),
        look="the branch for filtered lists", needs=frozenset(),
    )  # fmt: skip
    yield _paging(
        "limit.and-offset-ignored-with-filters", "ignores `limit` and `offset` where a filter is given: all that match come",
        lambda turn: _set(turn, 10**9, 0) if turn.texts else None,
        look="the branch for filtered lists", needs=frozenset(),
    )  # fmt: skip
    yield _paging(
        "limit.default-with-filters", "gives the default page where a filter is given, whatever `limit` is",
        lambda turn: _set(turn, facts().limit_default if turn.texts else turn.limit, turn.offset),
        look="the branch for filtered lists", needs=frozenset(),
    )  # fmt: skip


def _paging(
    id_: str,
    sentence: str,
    rewrite: Callable[[Turn], None],
    *,
    look: str,
    needs: frozenset[str],
    cost: int = 1,
) -> Explanation:
    return Explanation(
        id=id_, sentence=sentence, look=look, change=asking(rewrite), needs=needs, cost=cost, part=Part.PAGE
    )


def _where_given(name: str, rewrite: Callable[[Turn], None], turn: Turn) -> None:
    if name in turn.texts:
        rewrite(turn)


def _turn_to_page(turn: Turn) -> None:
    page = dict(turn.query.parameters).get("page", "")
    if page.isdecimal():
        turn.offset = turn.limit * (int(page) - 1)


def _set(turn: Turn, limit: int, offset: int) -> None:
    turn.limit, turn.offset = limit, offset


def _resize(change: Callable[[int], int]) -> Callable[[Turn], None]:
    return lambda turn: _set(turn, change(turn.limit), turn.offset)


def _page(change: Callable[[int, int], tuple[int, int]]) -> Callable[[Turn], None]:
    return lambda turn: _set(turn, *change(turn.limit, turn.offset))


def _is_limited(turn: Turn) -> bool:
    return bool(dict(turn.query.parameters).get("limit", "").strip())


def _default(size: int, *, is_later: bool = False) -> Callable[[Turn], None]:
    def rewrite(turn: Turn) -> None:
        if not _is_limited(turn) and (turn.offset or not is_later):
            turn.limit = size

    return rewrite
