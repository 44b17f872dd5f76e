"""Reading the census: all pages of a sequence, or a bounded part of a large one."""

from __future__ import annotations

from typing import TYPE_CHECKING

from seqruns.document import facts
from seqruns_contracts.model.census import Census
from seqruns_contracts.model.exchange import Ask
from seqruns_contracts.model.oracle import matches
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
NARROWINGS = 8
"""How often the window may be narrowed until it fits on one page."""


class UnreadableError(Exception):
    """The list of runs cannot be read at all."""

    def __init__(self, reply: Reply) -> None:
        super().__init__(f"the list of runs cannot be read: {reply.in_words()}")
        self.reply = reply


def read_census(ask: Callable[[Ask], Reply], *, base: Query | None = None) -> Census:
    """Return the census: whole where a few pages hold it, else the first pages and one window of time.

    `base` are the bounds of an earlier census, which are used again where they still fit.
    """
    first = _read_page(ask, Query.of(limit=facts().limit_maximum)) or _read_page(ask, Query())
    if first is None:
        raise UnreadableError(ask(Ask()))
    # What came is the page size from here on: a target may cap a page at 100, whatever limit is asked for.
    size, runs, total = len(first.runs), list(first.runs), first.total
    pages = MOST_PAGES if total is None or total <= MOST_PAGES * size else HEAD_PAGES
    for _ in range(pages - 1):
        if not size or len(runs) >= (total if total is not None else len(runs) + 1):
            break
        page = _read_page(ask, Query.of(limit=size, offset=len(runs)))
        if page is None or not page.runs:
            break
        runs += page.runs
    total = len(runs) if total is None else total
    if len(runs) >= total:
        return Census(total=total, head=tuple(runs), universe=tuple(runs))
    base, universe = _read_window(ask, runs, base or Query())
    return Census(total=total, head=tuple(runs), base=base, universe=universe)


def _read_page(ask: Callable[[Ask], Reply], query: Query) -> Page | None:
    return ask(Ask(query=query)).page


def _read_window(ask: Callable[[Ask], Reply], head: Sequence[Run], base: Query) -> tuple[Query, tuple[Run, ...]]:
    """Return bounds that leave few enough runs for one page, and these runs; no bounds where there are none such.

    The answer must agree with what is known already: if it does not, the bounds cannot be trusted, and the checks of
    `before` and `after` will say so.
    """
    dated = sorted((run for run in head if run.start is not None), key=lambda run: run.start or 0)
    again = _read_page(ask, base.with_(limit=facts().limit_maximum)) if base.parameters else None
    if again is not None and 0 < (again.total or 0) <= facts().limit_maximum:
        return base, again.runs
    size = min(WINDOW, len(dated))
    # The window is narrowed around the middle of what is known until all that it holds fits on one page. Example: 200
    # known runs span a day in which 900 runs started, so the next window spans the middle 44 of them.
    for _ in range(NARROWINGS):
        if size < 2:
            break
        start = (len(dated) - size) // 2
        base = Query.of(after=dated[start].start_text, before=dated[start + size - 1].start_text)
        page = _read_page(ask, base.with_(limit=facts().limit_maximum))
        if page is None or page.total is None or not _agrees(page, base, dated):
            break
        if page.total <= facts().limit_maximum:
            return base, page.runs
        size = min(size - 1, max(2, size * WINDOW // page.total))
    return Query(), tuple(head)


def _agrees(page: Page, base: Query, known: Sequence[Run]) -> bool:
    shown = {run.id for run in page.runs}
    due = {run.id for run in known if matches(run, base.filters)}
    sound = all(matches(run, base.filters) for run in page.runs)
    return sound and (due <= shown or (page.total or 0) > facts().limit_maximum)
