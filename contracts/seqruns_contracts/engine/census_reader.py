"""Reading the census: all pages of a sequence, or a bounded part of a large one."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from seqruns.document import facts
from seqruns_contracts.model.census import Census
from seqruns_contracts.model.exchange import Ask
from seqruns_contracts.model.matching import matcher
from seqruns_contracts.model.query import Query

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from seqruns_contracts.model.oracle import Page
    from seqruns_contracts.model.reply import Reply
    from seqruns_contracts.model.run import Run

MOST_PAGES = 4
"""How many pages are read to know a sequence whole."""
HEAD_PAGES = 2
"""How many pages of a larger one are read."""
WINDOW = 200
"""About how many runs the known part of a large sequence should hold."""
SMALLER = 100
"""The limit to ask for where the largest is refused: what the vendor's own tools cap their pages at."""
FEWEST = 8
"""Runs: a smaller window shows too little."""
NARROWINGS = 8
"""How often the window may be narrowed until it fits on one page."""


WINDOWS = (200, 60, 15)
"""About how many runs a window should hold in which a list that moves may stand still: one after the other is tried."""


class UnreadableError(Exception):
    """The list of runs cannot be read at all."""

    def __init__(self, reply: Reply) -> None:
        super().__init__(f"the list of runs cannot be read: {reply.in_words()}")
        self.reply = reply


def read_census(ask: Callable[[Ask], Reply], *, base: Query | None = None) -> Census:
    """Return the census: whole where a few pages hold it, else the first pages and one window of time.

    `base` are the bounds of an earlier census, which are used again where they still fit.
    """
    asked, first = _read_first(ask)
    size, pages, total = len(first.runs), [first], first.total
    # 2,000 runs are read whole, in 4 pages; of 2,001 a second page is read, to know how pages follow one another.
    most = MOST_PAGES if total is None or total <= MOST_PAGES * size else HEAD_PAGES
    # A page that is shorter than what was asked for is the last one, or the target caps its pages: if more runs come
    # after it, what came is the page size from here on.
    has_ended, largest = len(first.runs) == total or not size, asked
    while not has_ended and len(pages) < most and _length(pages) != total:
        # By what came so far, and with the size that came: pages of 100 follow one another also where 500 were asked
        # for.
        page = _read_page(ask, Query.of(limit=size, offset=_length(pages)))
        if page is None:
            # A page that is refused ends the reading, no more: what came before it is known, and the checks of pages
            # say the rest.
            break
        has_ended = len(page.runs) < size
        if page.runs:
            # Only the second page can tell: 100 runs for `limit=500` are the whole list if nothing follows, and a cap
            # if it does.
            largest = size if len(pages) == 1 else largest
            pages.append(page)
    # A run that is added while the list is read pushes another one from page 1 to page 2, where it comes again.
    runs = tuple({run.id: run for page in pages for run in page.runs}.values())
    if has_ended or (total is not None and len(runs) >= total):
        # The list ends at 137 and each page says 138: the total is wrong. Pages of 137, then 138, saw a run added.
        is_wrong = total is not None and total != _length(pages) and all(page.total == total for page in pages)
        return Census(total=len(runs), head=runs, universe=runs, largest=largest, stated=total if is_wrong else None)
    total = len(runs) if total is None else total
    base, universe = _read_window(ask, runs, base or Query(), largest)
    return Census(total=total, head=runs, base=base, universe=universe, largest=largest)


def _read_first(ask: Callable[[Ask], Reply]) -> tuple[int, Page]:
    """Return the first page with the limit that it was given for: the largest, or where that gives none, a smaller."""
    for limit in (facts().limit_maximum, SMALLER):
        page = _read_page(ask, Query.of(limit=limit))
        if page is not None:
            return limit, page
    page = _read_page(ask, Query())
    if page is None:
        raise UnreadableError(ask(Ask()))
    # Neither limit is taken, so the target's own page is all there is. An empty one has no size to go by.
    return len(page.runs) or facts().limit_default, page


def _length(pages: Sequence[Page]) -> int:
    return sum(len(page.runs) for page in pages)


def _read_page(ask: Callable[[Ask], Reply], query: Query) -> Page | None:
    return ask(Ask(query=query)).page


def _read_window(
    ask: Callable[[Ask], Reply], head: Sequence[Run], base: Query, largest: int
) -> tuple[Query, tuple[Run, ...]]:
    """Return bounds that leave few enough runs for one page, and these runs; no bounds where there are none such.

    The answer must agree with what is known already: if it does not, the bounds cannot be trusted, and the checks of
    `before` and `after` will say so.
    """
    dated = sorted((run for run in head if run.start is not None), key=lambda run: run.start or 0)
    # Read anew after data has moved: the same bounds again, or each reading would show another part of the list.
    again = _read_page(ask, base.with_(limit=largest)) if base.parameters else None
    # Its runs may all have gone since, or more may have come than a page holds; then a new window is looked for.
    if again is not None and 0 < (again.total or 0) <= largest:
        return base, again.runs
    size = min(WINDOW, largest, len(dated))
    # The window is narrowed around the middle of what is known until all that it holds fits on one page. Example: 200
    # known runs span a day in which 900 runs started, so the next window spans the middle 44 of them.
    for _ in range(NARROWINGS):
        if size < 2:
            break
        start = (len(dated) - size) // 2
        base = Query.of(after=dated[start].start_text, before=dated[start + size - 1].start_text)
        page = _read_page(ask, base.with_(limit=largest))
        if page is None or page.total is None or not _agrees(page, base, dated, largest):
            break
        if page.total <= largest:
            return base, page.runs
        # At least one fewer each time, however the runs lie: they may all start at one instant.
        size = min(size - 1, max(2, size * WINDOW // page.total))
    return Query(), tuple(head)


def hold_to_a_window(ask: Callable[[Ask], Reply], census: Census, size: int) -> Census | None:
    """Return the census held to a window of at most so many runs, which was the same twice; None where it was not.

    Runs are added at the end of time, so `before` keeps them out; a small window is seldom hit by what changes or goes.
    Example: of 137 runs, of which one goes every second, a window of 60 stands still for two seconds.
    """
    known = sorted((run for run in census.known.values() if run.start is not None), key=lambda run: run.start or 0)
    # Never all of what is known: an eighth or more stays out at each end, where runs are added and old ones deleted.
    size = min(size, len(known) * 3 // 4)
    if size < FEWEST:
        return None
    start = (len(known) - size) // 2
    base = Query.of(after=known[start].start_text, before=known[start + size - 1].start_text)
    first, second = (read_held(ask, replace(census, base=base, held=True)) for _ in range(2))
    # A target that overlooks a bound shows other runs here: nothing can be held to it then.
    is_sound = all(map(matcher(base.filters), second.universe))
    return second if second.universe and is_sound and first.same_as(second) else None


def read_held(ask: Callable[[Ask], Reply], census: Census) -> Census:
    """Return a census that is held to a window, read anew; without runs where they are more than a page holds."""
    page = _read_page(ask, census.base.with_(limit=census.largest))
    fits = page is not None and len(page.runs) <= census.largest and (page.total or 0) <= census.largest
    # No runs is the sign to look for another window: see `Session.hold_on`.
    return replace(census, universe=page.runs if page is not None and fits else ())


def _agrees(page: Page, base: Query, known: Sequence[Run], largest: int) -> bool:
    # Both ways: a bound that lets in too many shows strangers, one that is exclusive loses the runs at its own instant.
    shown = {run.id for run in page.runs}
    matches = matcher(base.filters)
    due = {run.id for run in known if matches(run)}
    sound = all(map(matches, page.runs))
    # Where more match than fit on one page, a run that is due and not shown may stand on the next one.
    return sound and (due <= shown or (page.total or 0) > largest)
