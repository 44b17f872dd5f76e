"""What `offset` is taken for, and where it or `limit` is forgotten: on later pages, or beside a filter."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from seqruns.document import facts
from seqruns_contracts.diagnosis.explanations.kinds import PIECE
from seqruns_contracts.diagnosis.explanations.pages.paging import ALL, OFFSET, SIZES, is_limited, paging, set_page
from seqruns_contracts.model.query import FILTERS

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from seqruns_contracts.diagnosis.explanations.kinds import Explanation
    from seqruns_contracts.diagnosis.history import History
    from seqruns_contracts.diagnosis.pipeline import Turn


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
        # Of a limit of hundreds of digits the first 15 are more than any list has.
        "limit.added-as-text": (lambda limit, offset: (int(f"{offset}{limit}"[:15]) - offset, offset), "adds `offset` and `limit` as texts: 50 and 10 make 5010, so a later page holds all that is left", "the end of the slice: JavaScript's `offset + limit` of two strings"),
        "limit.and-offset-exchanged": (lambda limit, offset: (offset, limit), "exchanges `limit` and `offset`", "the two placeholders of the query"),
        "offset.wraps-at-32-bits": (lambda limit, offset: (limit, offset % 2**32), "holds `offset` in 32 bits: the first page comes again behind 4,294,967,295", "the type of the offset, which should have 64 bits"),
        "offset.wraps-at-signed-32-bits": (lambda limit, offset: (limit, max(0, (offset + 2**31) % 2**32 - 2**31)), "holds `offset` in 32 bits: the first page comes again", "the type of the offset, which should have 64 bits"),
    }  # fmt: skip
    for id_, (change, sentence, look) in changes.items():
        yield paging(id_, sentence, _page(change), look=look, needs=OFFSET)
    for unit in (5, 10, 20, 25, 100):
        yield paging(
            "offset.rounded", f"rounds `offset` down to multiples of {unit}",
            _page(partial(lambda unit, limit, offset: (limit, offset // unit * unit), unit)),
            look=f"a page number made of the offset and a page size of {unit}", needs=OFFSET, cost=2,
        )  # fmt: skip
    yield from _by_number()
    yield from _on_later_pages()
    yield from _beside_filters()


def _by_number() -> Iterator[Explanation]:
    """Yield that offsets are good up to some number only."""
    for most in (*SIZES, 1000, 10_000, 100_000):
        yield paging(
            "offset.capped", f"takes an offset above {most} for {most}",
            _page(partial(lambda most, limit, offset: (limit, min(offset, most)), most)),
            look=f"the maximum of the offset: {most}", needs=OFFSET, cost=2,
        )  # fmt: skip
        yield paging(
            "offset.begins-again-at-some", f"begins the list again at an offset of {most}",
            _page(partial(lambda most, limit, offset: (limit, offset % most), most)),
            look=f"the offset, which is taken modulo {most}", needs=OFFSET, cost=2,
        )  # fmt: skip


def _on_later_pages() -> Iterator[Explanation]:
    """Yield what goes wrong on every page but the first, or where the first is asked for in other words."""
    for more in (1, -1):
        yield paging(
            f"limit.{'plus' if more > 0 else 'minus'}-1-later",
            f"gives one run too {'many' if more > 0 else 'few'} on every page but the first",
            _page(partial(lambda more, limit, offset: (max(1, limit + more) if offset else limit, offset), more)),
            look="the end of the slice on later pages: `offset + limit`", needs=OFFSET,
        )  # fmt: skip
    yield paging(
        "limit.ignored-without-limit-later", "gives all that is left where an offset and no limit is given",
        lambda turn: set_page(turn, ALL if turn.offset and not is_limited(turn) else turn.limit, turn.offset),
        look="the branch for an offset without a limit", needs=OFFSET,
    )  # fmt: skip
    yield paging(
        "offset.of-zero-skips-one", "skips a run where an `offset` of 0 is given, and none where it is left out",
        lambda turn: set_page(turn, turn.limit, 1 if dict(turn.query.parameters).get("offset") == "0" else turn.offset),
        look="the truth of 0, which is taken for no offset, and then for 1", needs=OFFSET,
    )  # fmt: skip
    yield paging(
        "parameters.page-is-understood", "takes `page`, which the document does not name, for the number of a page",
        _turn_to_page, look="the parameter `page`, which is read",
    )  # fmt: skip


def _beside_filters() -> Iterator[Explanation]:
    """Yield that `limit` or `offset` is forgotten where a filter, or no limit, is given."""
    yield paging(
        "offset.ignored-with-filters", "ignores `offset` where a filter is given",
        lambda turn: set_page(turn, turn.limit, 0 if turn.texts else turn.offset),
        look="the branch for filtered lists", needs=OFFSET,
    )  # fmt: skip
    for name in FILTERS:
        yield from _beside(name)
    yield paging(
        "offset.ignored-without-limit", "ignores `offset` where no limit is given",
        lambda turn: set_page(turn, turn.limit, turn.offset if dict(turn.query.parameters).get("limit") else 0),
        look="the branch for a request without a limit", needs=OFFSET,
    )  # fmt: skip
    yield paging(
        "limit.ignored-with-filters", "ignores `limit` where a filter is given",
        lambda turn: set_page(turn, ALL if turn.texts else turn.limit, turn.offset),
        look="the branch for filtered lists",
    )  # fmt: skip
    yield paging(
        "limit.and-offset-ignored-with-filters", "ignores `limit` and `offset` where a filter is given: all that match come",
        lambda turn: set_page(turn, ALL, 0) if turn.texts else None,
        look="the branch for filtered lists",
    )  # fmt: skip
    yield paging(
        "limit.default-with-filters", "gives the default page where a filter is given, whatever `limit` is",
        lambda turn: set_page(turn, facts().limit_default if turn.texts else turn.limit, turn.offset),
        look="the branch for filtered lists",
    )  # fmt: skip


def _beside(name: str) -> Iterator[Explanation]:
    """Yield that `limit`, `offset` or both are forgotten where one filter is given."""
    piece = PIECE.get(name, name)
    yield paging(
        f"offset.ignored-with-{piece}", f"ignores `offset` where `{name}` is given",
        partial(_where_given, name, lambda turn: set_page(turn, turn.limit, 0)),
        look=f"the branch for `{name}`", needs=OFFSET,
    )  # fmt: skip
    yield paging(
        f"limit.ignored-with-{piece}", f"ignores `limit` where `{name}` is given",
        partial(_where_given, name, lambda turn: set_page(turn, ALL, turn.offset)),
        look=f"the branch for `{name}`", needs=frozenset({name}),
    )  # fmt: skip
    yield paging(
        f"limit.and-offset-ignored-with-{piece}", f"ignores `limit` and `offset` where `{name}` is given: all that match come",
        partial(_where_given, name, lambda turn: set_page(turn, ALL, 0)),
        look=f"the branch for `{name}`", needs=frozenset({name}),
    )  # fmt: skip


def _where_given(name: str, rewrite: Callable[[Turn], None], turn: Turn) -> None:
    if name in turn.texts:
        rewrite(turn)


def _turn_to_page(turn: Turn) -> None:
    page = dict(turn.query.parameters).get("page", "")
    if page.isdecimal():
        turn.offset = turn.limit * (int(page) - 1)


def _page(change: Callable[[int, int], tuple[int, int]]) -> Callable[[Turn], None]:
    return lambda turn: set_page(turn, *change(turn.limit, turn.offset))
