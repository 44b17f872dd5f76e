"""What happens before filters are tried and at the end of the list: pages that are cut too early, moved, or shown again."""

from __future__ import annotations

import json
from contextlib import suppress
from functools import partial
from itertools import accumulate, cycle, islice
from math import inf
from typing import TYPE_CHECKING

from seqruns_contracts.diagnosis.explanations.kinds import PIECE, Explanation, Part, others, then
from seqruns_contracts.diagnosis.explanations.pages.paging import OFFSET, SIZES
from seqruns_contracts.diagnosis.gaps import UNSEEN, Unclear
from seqruns_contracts.diagnosis.pipeline import HONEST, UNREADABLE
from seqruns_contracts.model.query import FILTERS

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from seqruns_contracts.diagnosis.history import History
    from seqruns_contracts.diagnosis.pipeline import Turn
    from seqruns_contracts.model.run import Run


def ends(history: History) -> Iterator[Explanation]:
    """Yield what happens before filters are tried, and at the end of the list."""
    changes: dict[str, tuple[Callable[[Turn], None], str, str]] = {
        "limit.before-filters": (_limit_first, "cuts the page first and filters it afterwards: pages are short, and matches are missing", "the filter in the program, which belongs into the query before `LIMIT`"),
        "offset.before-filters": (_offset_first, "skips runs before it filters them", "the order of the steps: `OFFSET` belongs after the conditions"),
        "offset.last-page-dropped": (_full_only, "leaves out a last page that is not full", "the test whether there is another page"),
        "offset.later-page-dropped": (_full_later_only, "leaves out a last page that is not full, and begins behind the first", "the test whether there is another page"),
        "offset.last-page-not-counted": (_whole_pages_only, "leaves out a last page that is not full", "the number of pages, which is rounded down: `total // limit`"),
        "list.last-run-missing": (_all_but_last, "never shows the last run that matches, and counts it", "the end of the slice, which is one too early: `rows[:-1]`"),
        "list.first-run-missing": (_all_but_first, "never shows the first run that matches, and counts it", "the beginning of the slice, which is one too late, or a header that is skipped"),
        "offset.last-page-filled-up": (_filled, "begins a short last page earlier, so that it is full", "the beginning of the slice at the end of the list"),
        "offset.keyset-skips-equals": (_keyset, "begins a page after the start time of the last run skipped: runs that start with it are lost", "the keyset: `created_at < …` without the id"),
        "offset.moved-back": (_moved_back, "moves a page that would reach past the end back, so that it is full", "the offset, which is cut to the total less the limit"),
        "offset.begins-again": (_round, "begins the list again past its end", "the offset modulo the number of runs"),
        "offset.last-page-again": (_last_again, "gives the last page again past the end", "the offset, which is cut to the last page"),
        "offset.last-whole-page-again": (_last_whole_again, "gives the last page again past the end", "the offset, which is cut to the last page"),
        "offset.first-page-again": (_first_again, "gives the first page again past the end", "the offset, which is taken for 0 where it is too large"),
    }  # fmt: skip
    for id_, (change, sentence, look) in changes.items():
        yield Explanation(
            id=id_,
            sentence=sentence,
            look=look,
            change=then("cut", change),
            part=Part.PAGE,
            needs=OFFSET if id_.startswith("offset") else frozenset(),
        )
    for most in (*SIZES, 500, 1000, 10_000, *_ends_of(history)):
        yield Explanation(
            id="offset.nothing-beyond",
            sentence=f"shows no runs from an offset above {most} on, though there are more",
            look="the deepest page that is allowed, as `max_result_window` has it",
            change=then("cut", partial(_show_nothing, most)),
            part=Part.PAGE,
            needs=OFFSET,
            cost=2,
        )
    for most in (1, 2, 3, 4, 5, 10):
        yield Explanation(
            id="limit.last-runs-on-the-page-before",
            sentence=f"puts the last runs on the page before where they are {most} or fewer",
            look=f"the orphans of a paginator: {most}",
            change=then("cut", partial(_take_orphans, most)),
            cost=2,
            part=Part.PAGE,
        )
    yield from _by_size(history)
    for name in FILTERS:
        for words, is_counted in (("", True), (", and leaves it out of the total", False)):
            yield Explanation(
                id=f"{PIECE.get(name, name)}.after-the-page",
                sentence=f"cuts the page before it filters by `{name}`{words}: pages are short, and matches are missing",
                look=f"the filter `{name}` in the program, which belongs into the query before `LIMIT`",
                change=then("count", partial(_filter_last, name, is_counted=is_counted)),
                needs=frozenset({name}),
            )


def _by_size(history: History) -> Iterator[Explanation]:
    """Yield a page that ends where it holds enough bytes, fitted to the pages that came short.

    Example: DynamoDB ends a page at 1 MB. A page of 20 kB with a next run of 3 kB leaves room for 20 to 23 kB, and another
    one of 22 kB for 22 to 24: the limit is 22 to 23.
    """
    world, least, most = history.world, 0, inf
    for seen in history.pages:
        with suppress(*UNREADABLE):
            page, came = list(HONEST.run(world, seen.ask.query).page), world.places(seen.ids or ())
            if 0 < len(came) < len(page) and page[: len(came)] == came:
                size = sum(world.of_rows(_size, came))
                least, most = max(least, size), min(most, size + _size(world.runs[page[len(came)]]))
    if 0 < least < most:
        yield Explanation(
            id="limit.cut-by-size",
            sentence=f"ends a page at about {least // 1000} kB, however many runs are due",
            look="the size that an answer may have, in the database, a gateway or a buffer",
            change=then("cut", partial(_cut_by_size, least)),
            cost=2,
            part=Part.PAGE,
        )


def _size(run: Run) -> int:
    return len(json.dumps(run.body))


def _cut_by_size(most: int, turn: Turn) -> None:
    known = [row for row in turn.page if row is not UNSEEN]
    fitting = [row for row, end in zip(known, accumulate(turn.world.of_rows(_size, known)), strict=True) if end <= most]
    if len(fitting) == len(known) < len(turn.page):
        raise Unclear
    turn.page = fitting


def _ends_of(history: History) -> list[int]:
    """Return the offset of the last page without filters that showed runs."""
    offsets = [int(text) for page in history.pages if page.ids and not page.ask.query.filters
               and (text := page.ask.query.meaning.get("offset", "0")).isdecimal() and len(text) < 16]  # fmt: skip
    return [max(offsets)] if offsets else []


def _take_orphans(most: int, turn: Turn) -> None:
    if 0 < len(turn.rows) - turn.offset - turn.limit <= most:
        turn.page = turn.rows[turn.offset :]


def _show_nothing(most: int, turn: Turn) -> None:
    if turn.offset > most:
        turn.page = ()


def _filter_last(name: str, turn: Turn, *, is_counted: bool) -> None:
    if name not in turn.masks:
        return
    # Without this filter nothing may be asked at all, and how many runs the whole list has is known.
    rows = turn.world.list_of(others(turn, name), turn.world.length if len(turn.masks) == 1 else None)
    page = turn.page_of(rows)
    if UNSEEN in page:
        raise Unclear
    turn.page = [row for row in page if turn.masks[name] >> row & 1]
    if not is_counted:
        turn.total = len(rows)


def _moved_back(turn: Turn) -> None:
    if turn.offset + turn.limit > len(turn.rows):
        turn.page = turn.rows[max(0, len(turn.rows) - turn.limit) :]


def _limit_first(turn: Turn) -> None:
    everything = turn.world.list_of(turn.world.listed, turn.world.length)
    turn.page = _those_on(turn, turn.page_of(everything))


def _offset_first(turn: Turn) -> None:
    turn.page = _those_on(turn, turn.world.list_of(turn.world.listed, turn.world.length)[turn.offset :])[: turn.limit]


def _those_on(turn: Turn, rows: Sequence[int]) -> list[int]:
    """Return those of some rows that match. Raises Unclear where some of them were never seen."""
    if UNSEEN in rows:
        raise Unclear
    return [row for row in rows if turn.mask >> row & 1]


def _full_only(turn: Turn) -> None:
    if turn.offset and len(turn.page) < turn.limit:
        turn.page = ()


def _full_later_only(turn: Turn) -> None:
    # What begins on the first page is a part of it, and comes however short it is.
    if turn.offset >= turn.limit:
        _full_only(turn)


def _whole_pages_only(turn: Turn) -> None:
    # A list that does not fill its first page has that page all the same.
    if turn.limit and turn.offset // turn.limit >= max(1, len(turn.rows) // turn.limit):
        turn.page = ()


def _all_but_last(turn: Turn) -> None:
    turn.page = turn.page_of(turn.rows[:-1])


def _all_but_first(turn: Turn) -> None:
    turn.page = turn.page_of(turn.rows[1:])


def _filled(turn: Turn) -> None:
    if turn.offset < len(turn.rows) < turn.offset + turn.limit:
        turn.page = turn.rows[max(0, len(turn.rows) - turn.limit) :]


def _keyset(turn: Turn) -> None:
    if 0 < turn.offset <= len(turn.rows):
        runs = turn.world.runs
        seen = runs[turn.rows[turn.offset - 1]].start
        turn.page = [row for row in turn.rows[turn.offset :] if runs[row].start != seen][: turn.limit]


def _round(turn: Turn) -> None:
    if turn.rows and turn.offset >= len(turn.rows):
        first = turn.offset % len(turn.rows)
        # A limit may have hundreds of digits: no more than all runs once.
        turn.page = list(islice(cycle(turn.rows), first, first + min(turn.limit, len(turn.rows))))


def _last_again(turn: Turn) -> None:
    if turn.offset >= len(turn.rows):
        turn.page = turn.rows[-turn.limit :]


def _last_whole_again(turn: Turn) -> None:
    if turn.rows and turn.offset >= len(turn.rows):
        turn.page = turn.rows[(len(turn.rows) - 1) // turn.limit * turn.limit :]


def _first_again(turn: Turn) -> None:
    if turn.offset >= len(turn.rows):
        turn.page = turn.rows[: turn.limit]
